#include "connectors/ssm/record_writer.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "connectors/sdk/values.h"
#include "connectors/ssm/lookup.h"
#include "connectors/ssm/pages.h"

namespace entente::ssm {
namespace {

std::string TextIn(const Json& row, const std::string& name) {
  const Json* member = row.Find(name);
  return member == nullptr ? std::string() : member->text();
}

std::string ReferenceIn(const ResourceSpec& resource, const v1::Operation& operation, std::string_view name) {
  for (const FieldSpec& field : resource.fields) {
    if (field.name != name) continue;
    const v1::Value* value = sdk::FindValue(operation.fields(), field.number);
    return value == nullptr ? std::string() : value->reference_value().key();
  }
  return {};
}

// What a create is recognised by: the value of its find field; for prices the pair they are keyed by.
std::string SearchText(const ResourceSpec& resource, const v1::Operation& operation) {
  if (resource.name == "productRates") {
    const std::string product = ReferenceIn(resource, operation, "productId");
    const std::string rate = ReferenceIn(resource, operation, "rateId");
    return product.empty() || rate.empty() ? std::string() : absl::StrCat(product, "|", rate);
  }
  return operation.find_field().empty() ? std::string() : operation.find_value().text_value();
}

v1::Failure NoId() {
  return Never("NO_ID", "SSM gives this row no id, so the API cannot change it: change or delete it in SSM");
}

std::set<std::string> Pairs(const std::set<std::string>& keys) {
  std::set<std::string> out;
  for (const auto& key : keys) {
    const std::vector<std::string> parts = absl::StrSplit(key, '|');
    if (parts.size() == 2) out.insert(absl::StrCat("(productId.id = ", parts[0], " AND rateId.id = ", parts[1], ")"));
  }
  return out;
}

}  // namespace

std::string SearchName(const Access& access, const ResourceSpec& resource, const std::string& field) {
  const bool is_description = std::any_of(resource.fields.begin(), resource.fields.end(), [&](const FieldSpec& spec) {
    return spec.kind == FieldKind::kDescription && spec.name == field;
  });
  if (!is_description) return field;
  const std::vector<std::string> names = access.tenant.DescriptionNames(resource.path);
  for (const auto& name : names) {
    if (SameName(name, "description" + access.settings.language)) return name;
  }
  return names.front();
}

absl::StatusOr<RecordWriter::Rows> RecordWriter::ReadByKeys(const std::vector<Task*>& tasks) {
  std::set<std::string> keys;
  for (const Task* task : tasks) keys.insert(task->operation->key());
  const CallOptions options{sdk::CallKind::kOperation, desk_.may_start};
  const std::string path(resource_.path);
  auto rows = resource_.name == "productRates" ? FindByConditions(access_, path, Pairs(keys), options)
                                               : FindByNumbers(access_, path, "id", keys, options);
  if (!rows.ok()) return rows.status();
  Rows out;
  for (Json& row : *rows) {
    const std::string key = KeyOf(resource_, row);
    const auto there = out.find(key);
    if (there == out.end()) {
      out.emplace(key, std::move(row));
    } else if (IsDeletedRow(there->second)) {
      there->second = std::move(row);
    }
  }
  return out;
}

void RecordWriter::Settle(Task& task, const WriteOutcome& outcome, const std::string& key, bool existed) {
  if (!outcome.is_done()) {
    task.Fail(FailureOf(outcome));
    return;
  }
  access_.seen.NoteWrite(NameOf(), key, outcome.sequence);
  desk_.count_writes(1);
  Confirm(task, key, outcome.sequence, existed);
}

// ---------------------------------------------------------------------------------------------------- create

std::vector<Task*> RecordWriter::AnswerExisting(const std::vector<Task*>& tasks) {
  std::map<std::string, std::map<std::string, std::vector<Task*>>> wanted;  // field to text to tasks
  std::vector<Task*> rest;
  for (Task* task : tasks) {
    const std::string text = SearchText(resource_, *task->operation);
    if (!CanFind(text)) {
      // Without a way to search, a create that must not be doubled is not made.
      if (text.empty()) rest.push_back(task);
      else task->Fail(Never("KEY_NOT_SEARCHABLE", "the key holds a quote, which SSM cannot search for: correct the key in its source"));
      continue;
    }
    wanted[task->operation->find_field()][text].push_back(task);
  }
  const CallOptions options{sdk::CallKind::kOperation, desk_.may_start};
  for (auto& [field, by_text] : wanted) {
    std::set<std::string> texts;
    for (const auto& [text, found] : by_text) texts.insert(text);
    const std::uint64_t read_seq = access_.sequence.Next();
    const bool is_pair = resource_.name == "productRates";
    const std::string name = is_pair ? "" : SearchName(access_, resource_, field);
    auto rows = is_pair ? FindByConditions(access_, std::string(resource_.path), Pairs(texts), options)
                        : FindByTexts(access_, std::string(resource_.path), name, texts, options);
    for (auto& [text, waiting] : by_text) {
      const Json* hit = nullptr;
      if (!rows.ok()) {
        for (Task* task : waiting) task->Fail(FailureOf(rows.status()));
        continue;
      }
      for (const Json& row : *rows) {
        const std::string there = is_pair ? KeyOf(resource_, row) : TextIn(row, name);
        // Mail addresses differ by case only when people type them.
        const bool is_match = !IsDeletedRow(row) && (field == "email" ? SameName(there, text) : there == text);
        if (is_match && (hit == nullptr || IdIn(row, "id").size() < IdIn(*hit, "id").size() || IdIn(row, "id") < IdIn(*hit, "id"))) hit = &row;
      }
      for (Task* task : waiting) {
        if (hit != nullptr) {
          ConfirmRead(*task, access_.codec.Decode(resource_, *hit, read_seq), access_.sequence.Next(), true);
        } else {
          rest.push_back(task);
        }
      }
    }
  }
  return rest;
}

void RecordWriter::Create(std::vector<Task*> tasks) {
  std::vector<Task*> to_search;
  std::vector<Task*> to_send;
  for (Task* task : tasks) (task->operation->search_first() ? to_search : to_send).push_back(task);
  for (Task* task : AnswerExisting(to_search)) to_send.push_back(task);

  std::vector<WriteItem> items;
  std::vector<Task*> sent;
  for (Task* task : to_send) {
    WriteItem item;
    if (auto failure = access_.codec.Encode(resource_, task->operation->fields(), true, &item.data)) {
      task->Fail(std::move(*failure));
      continue;
    }
    items.push_back(std::move(item));
    sent.push_back(task);
  }
  const std::vector<WriteOutcome> outcomes = WriteRows(access_, "POST", std::string(resource_.path), items, desk_.may_start);
  std::vector<Task*> lost;
  WriteOutcome last_lost;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (outcomes[i].kind == WriteOutcome::Kind::kUnknown) {
      lost.push_back(sent[i]);
      last_lost = outcomes[i];
      continue;
    }
    const std::string pair = resource_.name == "productRates" ? SearchText(resource_, *sent[i]->operation) : "";
    if (!pair.empty()) access_.price_ids.Note(pair, outcomes[i].id);
    Settle(*sent[i], outcomes[i], pair.empty() ? outcomes[i].id : pair, false);
  }
  if (!lost.empty()) AfterLostAnswer(lost, last_lost);
}

void RecordWriter::AfterLostAnswer(const std::vector<Task*>& lost, const WriteOutcome& outcome) {
  std::vector<Task*> left = lost;
  if (access_.api.timer().Wait(access_.settings.search_after)) {
    left = AnswerExisting(lost);
    for (Task* task : lost) {
      // A search that failed says nothing of the create before it.
      if (task->is_answered && task->result.has_failure()) left.push_back(task);
    }
  }
  for (Task* task : left) task->Fail(FailureOf(outcome));
}

// ---------------------------------------------------------------------------------------------------- update, delete

std::string RecordWriter::IdFor(const Task& task, const Rows& rows) const {
  if (resource_.name != "productRates") return task.operation->key();
  const auto row = rows.find(task.operation->key());
  const std::string id = row == rows.end() ? std::string() : IdIn(row->second, "id");
  return id.empty() ? access_.price_ids.Find(task.operation->key()) : id;
}

void RecordWriter::Update(std::vector<Task*> tasks) {
  std::vector<Task*> to_read;
  for (Task* task : tasks) {
    const bool is_blind = task->operation->expected().empty();
    if (is_blind) desk_.count_blind(1);
    if (!is_blind || resource_.name == "productRates") to_read.push_back(task);
  }
  Rows rows;
  const std::uint64_t read_seq = access_.sequence.Next();
  if (!to_read.empty()) {
    auto read = ReadByKeys(to_read);
    if (!read.ok()) {
      for (Task* task : tasks) task->Fail(FailureOf(read.status()));
      return;
    }
    rows = std::move(*read);
    for (Task* task : to_read) {
      const auto row = rows.find(task->operation->key());
      if (row == rows.end() || IsDeletedRow(row->second)) {
        task->Fail(Never("NOT_FOUND", "the record is not in SSM any more, or is deleted there"));
        continue;
      }
      v1::Change current = access_.codec.Decode(resource_, row->second, read_seq);
      if (Holds(current, task->operation->fields())) {
        ConfirmRead(*task, std::move(current), access_.sequence.Next(), false);
      } else if (!Holds(current, task->operation->expected())) {
        MovedOn(*task, std::move(current));
      }
    }
  }
  std::vector<WriteItem> items;
  std::vector<Task*> sent;
  for (Task* task : tasks) {
    if (task->is_answered) continue;
    WriteItem item;
    item.id = IdFor(*task, rows);
    if (item.id.empty()) {
      task->Fail(NoId());
    } else if (auto failure = access_.codec.Encode(resource_, task->operation->fields(), false, &item.data)) {
      task->Fail(std::move(*failure));
    } else {
      items.push_back(std::move(item));
      sent.push_back(task);
    }
  }
  const auto outcomes = WriteRows(access_, "PUT", std::string(resource_.path), items, desk_.may_start);
  for (std::size_t i = 0; i < sent.size(); ++i) Settle(*sent[i], outcomes[i], sent[i]->operation->key(), false);
}

void RecordWriter::Delete(std::vector<Task*> tasks) {
  const std::uint64_t read_seq = access_.sequence.Next();
  auto rows = ReadByKeys(tasks);
  if (!rows.ok()) {
    for (Task* task : tasks) task->Fail(FailureOf(rows.status()));
    return;
  }
  std::vector<WriteItem> items;
  std::vector<Task*> sent;
  for (Task* task : tasks) {
    const auto row = rows->find(task->operation->key());
    if (row == rows->end() || IsDeletedRow(row->second)) {
      Confirm(*task, task->operation->key(), access_.sequence.Next(), true);  // gone is what was asked for
      continue;
    }
    v1::Change current = access_.codec.Decode(resource_, row->second, read_seq);
    if (!Holds(current, task->operation->expected())) {
      MovedOn(*task, std::move(current));
      continue;
    }
    WriteItem item;
    item.id = IdFor(*task, *rows);
    if (item.id.empty()) {
      task->Fail(NoId());
      continue;
    }
    items.push_back(std::move(item));
    sent.push_back(task);
  }
  const auto outcomes = WriteRows(access_, "DELETE", std::string(resource_.path), items, desk_.may_start);
  for (std::size_t i = 0; i < sent.size(); ++i) Settle(*sent[i], outcomes[i], sent[i]->operation->key(), false);
}

// ---------------------------------------------------------------------------------------------------- read, find

void RecordWriter::Read(std::vector<Task*> tasks) {
  const std::uint64_t read_seq = access_.sequence.Next();
  auto rows = ReadByKeys(tasks);
  for (Task* task : tasks) {
    if (!rows.ok()) {
      task->Fail(FailureOf(rows.status()));
      continue;
    }
    task->result.mutable_found();
    task->result.set_seq(read_seq);
    task->is_answered = true;
    const auto row = rows->find(task->operation->key());
    if (row == rows->end() || IsDeletedRow(row->second)) continue;
    *task->result.mutable_found()->add_changes() = access_.codec.Decode(resource_, row->second, read_seq);
  }
}

void RecordWriter::Find(std::vector<Task*> tasks) {
  std::map<std::string, std::set<std::string>> wanted;
  for (Task* task : tasks) {
    const std::string& text = task->operation->find_value().text_value();
    if (CanFind(text)) wanted[task->operation->find_field()].insert(text);
    else task->Fail(Never("KEY_NOT_SEARCHABLE", "SSM cannot search for an empty text or one with a quote"));
  }
  const CallOptions options{sdk::CallKind::kOperation, desk_.may_start};
  for (const auto& [field, texts] : wanted) {
    const std::uint64_t read_seq = access_.sequence.Next();
    const std::string name = SearchName(access_, resource_, field);
    const auto rows = FindByTexts(access_, std::string(resource_.path), name, texts, options);
    for (Task* task : tasks) {
      if (task->is_answered || task->operation->find_field() != field) continue;
      if (!rows.ok()) {
        task->Fail(FailureOf(rows.status()));
        continue;
      }
      auto* found = task->result.mutable_found();
      for (const Json& row : *rows) {
        if (IsDeletedRow(row) || !SameName(TextIn(row, name), task->operation->find_value().text_value())) continue;
        *found->add_changes() = access_.codec.Decode(resource_, row, read_seq);
      }
      task->result.set_seq(read_seq);
      task->is_answered = true;
    }
  }
}

}  // namespace entente::ssm
