#include "connectors/ssm/document_writer.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "connectors/ssm/lookup.h"

namespace entente::ssm {
namespace {

constexpr const char* kHeads = "/salesorders";
constexpr const char* kLines = "/salesordersLines";
constexpr const char* kTurnover = "/sales";

std::string TextIn(const Json& row, std::string_view name) {
  const Json* member = row.Find(name);
  return member == nullptr ? std::string() : member->text();
}

bool IsPart(const ResourceSpec& resource, std::uint32_t number) {
  return std::any_of(resource.fields.begin(), resource.fields.end(), [&](const FieldSpec& spec) {
    return spec.number == number && (spec.kind == FieldKind::kLines || spec.kind == FieldKind::kTurnover);
  });
}

v1::Failure WrongResource() {
  return Never("CHANGED_RESOURCE", "the sales document changed its kind in SSM (quote or invoice): look at its status and external id there");
}

}  // namespace

// ---------------------------------------------------------------------------------------------------- steps

std::vector<WriteOutcome> DocumentWriter::Send(const std::string& method, const std::string& path, std::vector<Row> rows) {
  std::vector<WriteItem> items;
  items.reserve(rows.size());
  for (Row& row : rows) items.push_back(std::move(row.item));
  auto outcomes = WriteRows(access_, method, path, items, desk_.may_start);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Draft& draft = *rows[i].draft;
    if (outcomes[i].is_done()) {
      draft.has_written = true;
      draft.sequence = std::max(draft.sequence, outcomes[i].sequence);
      desk_.count_writes(1);
      continue;
    }
    // A refusal decides; what is not known outweighs what may be tried again.
    const bool outweighs = !draft.trouble || outcomes[i].kind == WriteOutcome::Kind::kRefused ||
                           (outcomes[i].kind == WriteOutcome::Kind::kUnknown && draft.trouble->kind == WriteOutcome::Kind::kAgain);
    if (outweighs) draft.trouble = outcomes[i];
  }
  return outcomes;
}

void DocumentWriter::FindHeads(const std::vector<Draft*>& drafts) {
  std::set<std::string> keys;
  for (Draft* draft : drafts) {
    const std::string key = TextIn(draft->head, "extId");
    if (CanFind(key)) keys.insert(key);
  }
  auto heads = FindByTexts(access_, kHeads, "extId", keys, Options());
  if (!heads.ok()) {
    for (Draft* draft : drafts) draft->task->Fail(FailureOf(heads.status()));
    return;
  }
  std::vector<Json> living;
  for (Json& head : *heads) {
    if (!IsDeletedRow(head)) living.push_back(std::move(head));
  }
  auto documents = documents_.Complete(resource_, std::move(living), Options());
  if (!documents.ok()) {
    for (Draft* draft : drafts) draft->task->Fail(FailureOf(documents.status()));
    return;
  }
  for (Draft* draft : drafts) {
    for (const Document& document : *documents) {
      const std::string id = IdIn(document.head, "id");
      const bool is_hit = TextIn(document.head, "extId") == TextIn(draft->head, "extId") && !TextIn(draft->head, "extId").empty();
      if (!is_hit || (!draft->head_id.empty() && draft->head_id.size() <= id.size() && draft->head_id <= id)) continue;
      draft->head_id = id;
      draft->current = document;
    }
  }
}

void DocumentWriter::MakeHeads(Drafts& drafts) {
  std::vector<Row> rows;
  for (Draft& draft : drafts) {
    if (draft.task->is_answered || !draft.head_id.empty()) continue;
    Json data = draft.head;
    draft.is_blocked = draft.has_parts() || draft.blocked_at_end;
    if (draft.is_blocked) data.Set("blocked", Json::Bool(true));
    rows.push_back({&draft, {"", std::move(data)}});
  }
  std::vector<Draft*> made;
  for (const Row& row : rows) made.push_back(row.draft);
  const auto outcomes = Send("POST", kHeads, std::move(rows));
  std::vector<Draft*> lost;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (outcomes[i].is_done()) {
      made[i]->head_id = outcomes[i].id;
      made[i]->is_new = true;
    } else if (outcomes[i].kind == WriteOutcome::Kind::kUnknown) {
      lost.push_back(made[i]);
    }
  }
  if (!lost.empty()) AfterLostHeads(lost);
}

void DocumentWriter::AfterLostHeads(const std::vector<Draft*>& lost) {
  if (!access_.api.timer().Wait(access_.settings.search_after)) return;
  std::set<std::string> keys;
  for (Draft* draft : lost) {
    if (CanFind(TextIn(draft->head, "extId"))) keys.insert(TextIn(draft->head, "extId"));
  }
  const auto heads = FindByTexts(access_, kHeads, "extId", keys, Options());
  if (!heads.ok()) return;
  for (Draft* draft : lost) {
    for (const Json& head : *heads) {
      if (IsDeletedRow(head) || TextIn(head, "extId") != TextIn(draft->head, "extId")) continue;
      draft->head_id = IdIn(head, "id");
      draft->has_written = true;
      draft->sequence = access_.sequence.Next();
      draft->trouble.reset();
    }
  }
}

void DocumentWriter::ChangeHeads(Drafts& drafts) {
  std::vector<Row> rows;
  for (Draft& draft : drafts) {
    const bool is_old = draft.current.head.kind() == Json::Kind::kObject;
    if (draft.task->is_answered || draft.trouble || !is_old) continue;
    const bool must_block = draft.has_parts() && !draft.is_blocked;
    // Without parts to write, the head's own call also sets the lock right.
    const bool must_settle = draft.settles_lock && !draft.has_parts() && draft.is_blocked != draft.blocked_at_end;
    if (!draft.writes_head && !must_block && !must_settle) continue;
    Json data = draft.writes_head ? draft.head : Json::Object();
    if (must_block || must_settle) {
      draft.is_blocked = must_block || draft.blocked_at_end;
      data.Set("blocked", Json::Bool(draft.is_blocked));
    }
    rows.push_back({&draft, {draft.head_id, std::move(data)}});
  }
  Send("PUT", kHeads, std::move(rows));
}

void DocumentWriter::WriteLines(Drafts& drafts) {
  std::vector<Row> added;
  std::vector<Row> changed;
  std::vector<Row> gone;
  for (Draft& draft : drafts) {
    if (draft.task->is_answered || draft.trouble) continue;
    for (const WriteItem& line : draft.new_lines) {
      Json data = line.data;
      data.Set("salesOrderId", Json::Number(draft.head_id));
      added.push_back({&draft, {"", std::move(data)}});
    }
    for (const WriteItem& line : draft.changed_lines) changed.push_back({&draft, line});
    for (const WriteItem& line : draft.gone_lines) gone.push_back({&draft, line});
  }
  std::vector<Draft*> adding;
  for (const Row& row : added) adding.push_back(row.draft);
  Send("DELETE", kLines, std::move(gone));
  Send("PUT", kLines, std::move(changed));
  const auto outcomes = Send("POST", kLines, std::move(added));
  std::vector<Draft*> lost;
  for (std::size_t i = 0; i < adding.size(); ++i) {
    const bool is_first = lost.empty() || lost.back() != adding[i];
    if (outcomes[i].kind == WriteOutcome::Kind::kUnknown && is_first) lost.push_back(adding[i]);
  }
  if (!lost.empty()) CheckLostLines(lost);
}

void DocumentWriter::CheckLostLines(const std::vector<Draft*>& lost) {
  if (!access_.api.timer().Wait(access_.settings.search_after)) return;
  std::set<std::string> heads;
  for (Draft* draft : lost) heads.insert(draft->head_id);
  auto lines = documents_.ReadLines(heads, Options());
  if (!lines.ok()) return;
  for (Draft* draft : lost) {
    Draft now;
    now.task = draft->task;
    now.lines = draft->lines;
    now.current.lines = (*lines)[draft->head_id];
    const bool is_complete = !PlanRows(access_, resource_, &now) && !now.has_parts();
    if (!is_complete || draft->trouble->kind != WriteOutcome::Kind::kUnknown) continue;
    draft->trouble.reset();
    draft->has_written = true;
    draft->sequence = access_.sequence.Next();
  }
}

void DocumentWriter::WriteTurnover(Drafts& drafts) {
  std::vector<Row> added;
  std::vector<Row> changed;
  for (Draft& draft : drafts) {
    if (draft.task->is_answered || draft.trouble || !draft.turnover_row) continue;
    (draft.turnover_row->id.empty() ? added : changed).push_back({&draft, *draft.turnover_row});
  }
  std::vector<Draft*> adding;
  for (const Row& row : added) adding.push_back(row.draft);
  Send("PUT", kTurnover, std::move(changed));
  const auto outcomes = Send("POST", kTurnover, std::move(added));
  std::set<std::string> keys;
  for (std::size_t i = 0; i < adding.size(); ++i) {
    if (outcomes[i].kind == WriteOutcome::Kind::kUnknown) keys.insert(TextIn(adding[i]->turnover_row->data, "extId"));
  }
  if (keys.empty() || !access_.api.timer().Wait(access_.settings.search_after)) return;
  const auto rows = documents_.ReadTurnover(keys, Options());
  for (Draft* draft : adding) {
    const bool is_there = rows.ok() && rows->contains(TextIn(draft->turnover_row->data, "extId"));
    if (is_there && draft->trouble && draft->trouble->kind == WriteOutcome::Kind::kUnknown) draft->trouble.reset();
  }
}

void DocumentWriter::Unblock(Drafts& drafts) {
  std::vector<Row> rows;
  for (Draft& draft : drafts) {
    const bool is_settled = draft.is_blocked == draft.blocked_at_end || !(draft.settles_lock || draft.has_parts());
    if (draft.task->is_answered || draft.head_id.empty() || is_settled) continue;
    // A quote that could not be changed stays its user's; an incomplete invoice stays locked.
    const bool gives_up = draft.trouble && draft.trouble->kind == WriteOutcome::Kind::kRefused && !draft.is_new && resource_.name == "quotes";
    if (draft.trouble && !gives_up) continue;
    Json data = Json::Object();
    data.Set("blocked", Json::Bool(draft.blocked_at_end));
    rows.push_back({&draft, {draft.head_id, std::move(data)}});
  }
  Send("PUT", kHeads, std::move(rows));
}

void DocumentWriter::TakeBack(Drafts& drafts) {
  std::vector<Row> rows;
  for (Draft& draft : drafts) {
    const bool is_refused = draft.trouble && draft.trouble->kind == WriteOutcome::Kind::kRefused;
    if (!draft.task->is_answered && draft.is_new && is_refused) rows.push_back({&draft, {draft.head_id, {}}});
  }
  if (rows.empty()) return;
  std::vector<Draft*> taken;
  for (const Row& row : rows) taken.push_back(row.draft);
  const auto outcomes = Send("DELETE", kHeads, std::move(rows));
  for (std::size_t i = 0; i < taken.size(); ++i) {
    if (!outcomes[i].is_done()) taken[i]->trouble = outcomes[i];
  }
}

void DocumentWriter::Answer(Draft& draft) {
  if (draft.task->is_answered) return;
  if (!draft.head_id.empty() && draft.has_written) {
    if (draft.sequence == 0) draft.sequence = access_.sequence.Next();
    access_.seen.NoteWrite(std::string(resource_.name), draft.head_id, draft.sequence);
  }
  if (!draft.trouble) {
    const std::uint64_t sequence = draft.sequence == 0 ? access_.sequence.Next() : draft.sequence;
    Confirm(*draft.task, draft.head_id, sequence, !draft.is_new && draft.task->operation->verb() == v1::Operation::CREATE);
    return;
  }
  v1::Failure failure = FailureOf(*draft.trouble);
  const bool is_half_way = draft.has_written && draft.trouble->kind == WriteOutcome::Kind::kAgain;
  if (is_half_way) {
    failure.set_class_(v1::Failure::UNCERTAIN);
    failure.set_reason("INCOMPLETE");
    failure.set_text(absl::StrCat("the document is written in part and locked until it is complete: ", failure.text()));
  }
  draft.task->Fail(std::move(failure));
}

void DocumentWriter::Converge(Drafts& drafts) {
  for (Draft& draft : drafts) {
    if (draft.task->is_answered) continue;
    if (auto failure = PlanRows(access_, resource_, &draft)) draft.task->Fail(std::move(*failure));
  }
  MakeHeads(drafts);
  ChangeHeads(drafts);
  WriteLines(drafts);
  WriteTurnover(drafts);
  Unblock(drafts);
  TakeBack(drafts);
  for (Draft& draft : drafts) Answer(draft);
}

// ---------------------------------------------------------------------------------------------------- verbs

void DocumentWriter::Create(const std::vector<Task*>& tasks) {
  Drafts drafts(tasks.size());
  std::vector<Draft*> to_find;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    drafts[i].task = tasks[i];
    if (auto failure = ReadWishes(access_, resource_, true, &drafts[i])) {
      tasks[i]->Fail(std::move(*failure));
    } else if (tasks[i]->operation->search_first()) {
      to_find.push_back(&drafts[i]);
    }
  }
  if (!to_find.empty()) FindHeads(to_find);
  for (Draft* draft : to_find) {
    const bool is_found = !draft->task->is_answered && !draft->head_id.empty();
    if (is_found && !documents_.BelongsTo(resource_, draft->current.head)) draft->task->Fail(WrongResource());
  }
  Converge(drafts);
}

bool DocumentWriter::WritesParts(const Task& task) const {
  const auto names_part = [&](const sdk::FieldValues& fields) {
    return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return IsPart(resource_, field.field()); });
  };
  return names_part(task.operation->fields()) || names_part(task.operation->expected());
}

absl::StatusOr<std::map<std::string, Document>> DocumentWriter::ReadCurrent(const std::vector<Task*>& tasks, bool with_parts) {
  std::set<std::string> ids;
  for (const Task* task : tasks) ids.insert(task->operation->key());
  auto heads = FindByNumbers(access_, kHeads, "id", ids, Options());
  if (!heads.ok()) return heads.status();
  std::map<std::string, Document> out;
  if (!with_parts) {
    for (Json& head : *heads) {
      const std::string id = IdIn(head, "id");
      out[id].head = std::move(head);
    }
    return out;
  }
  auto documents = documents_.Complete(resource_, std::move(*heads), Options());
  if (!documents.ok()) return documents.status();
  for (Document& document : *documents) {
    const std::string id = IdIn(document.head, "id");
    out[id] = std::move(document);
  }
  return out;
}

bool DocumentWriter::AnswerGone(Task& task, const std::map<std::string, Document>& current) {
  const auto document = current.find(task.operation->key());
  if (document == current.end() || IsDeletedRow(document->second.head)) {
    task.Fail(Never("NOT_FOUND", "the document is not in SSM any more, or is deleted there"));
    return true;
  }
  if (documents_.BelongsTo(resource_, document->second.head)) return false;
  task.Fail(WrongResource());
  return true;
}

void DocumentWriter::Update(const std::vector<Task*>& tasks) {
  std::vector<Task*> whole;
  std::vector<Task*> heads;
  for (Task* task : tasks) {
    if (task->operation->expected().empty()) desk_.count_blind(1);
    (WritesParts(*task) ? whole : heads).push_back(task);
  }
  if (!whole.empty()) UpdateGroup(whole, true);
  if (!heads.empty()) UpdateGroup(heads, false);
}

void DocumentWriter::UpdateGroup(const std::vector<Task*>& tasks, bool with_parts) {
  const std::uint64_t read_seq = access_.sequence.Next();
  auto current = ReadCurrent(tasks, with_parts);
  if (!current.ok()) {
    for (Task* task : tasks) task->Fail(FailureOf(current.status()));
    return;
  }
  Drafts drafts;
  std::vector<Task*> moved;
  for (Task* task : tasks) {
    if (AnswerGone(*task, *current)) continue;
    const Document& document = current->at(task->operation->key());
    v1::Change change = documents_.Decode(resource_, document, read_seq);
    const bool holds_wish = Holds(change, task->operation->fields());
    if (!holds_wish && !Holds(change, task->operation->expected())) {
      moved.push_back(task);
      continue;
    }
    Draft draft;
    draft.task = task;
    draft.head_id = task->operation->key();
    draft.current = document;
    if (auto failure = ReadWishes(access_, resource_, false, &draft)) {
      task->Fail(std::move(*failure));
      continue;
    }
    drafts.push_back(std::move(draft));
  }
  Converge(drafts);
  if (moved.empty()) return;
  // The record as it is now goes back whole, or the engine would take missing lines for an edit.
  auto whole = with_parts ? std::move(current) : ReadCurrent(moved, true);
  for (Task* task : moved) {
    if (!whole.ok()) task->Fail(FailureOf(whole.status()));
    else if (!AnswerGone(*task, *whole)) MovedOn(*task, documents_.Decode(resource_, whole->at(task->operation->key()), read_seq));
  }
}

void DocumentWriter::Delete(const std::vector<Task*>& tasks) {
  const std::uint64_t read_seq = access_.sequence.Next();
  auto current = ReadCurrent(tasks, true);
  if (!current.ok()) {
    for (Task* task : tasks) task->Fail(FailureOf(current.status()));
    return;
  }
  Drafts drafts;
  for (Task* task : tasks) {
    const auto document = current->find(task->operation->key());
    if (document == current->end() || IsDeletedRow(document->second.head)) {
      Confirm(*task, task->operation->key(), access_.sequence.Next(), true);  // gone is what was asked for
      continue;
    }
    if (AnswerGone(*task, *current)) continue;
    v1::Change change = documents_.Decode(resource_, document->second, read_seq);
    if (!Holds(change, task->operation->expected())) {
      MovedOn(*task, std::move(change));
      continue;
    }
    Draft draft;
    draft.task = task;
    draft.head_id = task->operation->key();
    draft.current = document->second;
    drafts.push_back(std::move(draft));
  }
  // Figures first: a dashboard must not count what has no document.
  std::vector<Row> figures;
  for (Draft& draft : drafts) {
    if (draft.current.turnover && !IsDeletedRow(*draft.current.turnover)) figures.push_back({&draft, {IdIn(*draft.current.turnover, "id"), {}}});
  }
  Send("DELETE", kTurnover, std::move(figures));
  std::vector<Row> heads;
  for (Draft& draft : drafts) {
    if (!draft.trouble) heads.push_back({&draft, {draft.head_id, {}}});
  }
  Send("DELETE", kHeads, std::move(heads));
  for (Draft& draft : drafts) Answer(draft);
}

void DocumentWriter::Read(const std::vector<Task*>& tasks) {
  const std::uint64_t read_seq = access_.sequence.Next();
  const auto current = ReadCurrent(tasks, true);
  for (Task* task : tasks) {
    if (!current.ok()) {
      task->Fail(FailureOf(current.status()));
      continue;
    }
    auto* found = task->result.mutable_found();
    task->result.set_seq(read_seq);
    task->is_answered = true;
    const auto document = current->find(task->operation->key());
    if (document == current->end() || IsDeletedRow(document->second.head)) continue;
    v1::Change change = documents_.Decode(resource_, document->second, read_seq);
    if (!documents_.BelongsTo(resource_, document->second.head)) {
      change.clear_fields();
      change.set_kind(v1::Change::CHANGED_RESOURCE);
    }
    *found->add_changes() = std::move(change);
  }
}

void DocumentWriter::Find(const std::vector<Task*>& tasks) {
  for (Task* task : tasks) {
    const std::string& text = task->operation->find_value().text_value();
    if (!CanFind(text)) {
      task->Fail(Never("KEY_NOT_SEARCHABLE", "SSM cannot search for an empty text or one with a quote"));
      continue;
    }
    const std::uint64_t read_seq = access_.sequence.Next();
    auto heads = FindByTexts(access_, kHeads, task->operation->find_field(), {text}, Options());
    if (heads.ok()) std::erase_if(*heads, [&](const Json& head) { return IsDeletedRow(head) || !documents_.BelongsTo(resource_, head); });
    auto documents = heads.ok() ? documents_.Complete(resource_, std::move(*heads), Options()) : heads.status();
    if (!documents.ok()) {
      task->Fail(FailureOf(documents.status()));
      continue;
    }
    auto* found = task->result.mutable_found();
    for (const Document& document : *documents) *found->add_changes() = documents_.Decode(resource_, document, read_seq);
    task->result.set_seq(read_seq);
    task->is_answered = true;
  }
}

}  // namespace entente::ssm
