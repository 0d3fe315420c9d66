#include "connectors/ssm/document_feed.h"

#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "connectors/ssm/lookup.h"
#include "connectors/ssm/pages.h"

namespace entente::ssm {
namespace {

constexpr const char* kHeads = "/salesorders";
constexpr const char* kLines = "/salesordersLines";
constexpr const char* kTurnover = "/sales";
constexpr std::size_t kBatchDocuments = 200;

CallOptions Polling() { return {sdk::CallKind::kPoll, {}}; }
CallOptions Listing() { return {sdk::CallKind::kListing, {}}; }

std::string ExtIdOf(const Json& row) {
  const Json* member = row.Find("extId");
  return member == nullptr ? std::string() : member->text();
}

// Ids are numbers; of anything else the hash stands for it.
std::uint64_t NumberedId(const std::string& id) {
  std::uint64_t number = 0;
  return absl::SimpleAtoi(id, &number) ? number : std::hash<std::string>()(id);
}

std::string ContentOf(const Document& document) {
  std::string content = document.head.Dump();
  for (const Json& line : document.lines) content += line.Dump();
  if (document.turnover) content += document.turnover->Dump();
  return content;
}

}  // namespace

absl::StatusOr<DocumentFeed::Delta> DocumentFeed::Read(const Cursor& cursor) {
  Delta delta;
  const auto read = [&](const char* path, const std::function<void(Json)>& take) {
    return ReadDelta(access_, path, cursor, [&](std::vector<Json> rows, std::uint64_t) {
      for (Json& row : rows) take(std::move(row));
      return absl::OkStatus();
    }, &delta.tide);
  };
  // Heads first: the parts of a document are written after its head, so they are read after it, too.
  auto status = read(kHeads, [&](Json row) { delta.heads.insert_or_assign(IdIn(row, "id"), std::move(row)); });
  if (!status.ok()) return status;
  status = read(kLines, [&](Json row) {
    const std::string head = IdIn(row, "salesOrderId");
    const std::string id = IdIn(row, "id");
    delta.lines[head].insert_or_assign(id, row.Dump());
  });
  if (!status.ok()) return status;
  if (HasTurnover()) {
    status = read(kTurnover, [&](Json row) {
      const std::string key = ExtIdOf(row);
      const auto there = delta.turnover.find(key);
      const bool is_better = there == delta.turnover.end() || !IsDeletedRow(row) || IdIn(there->second, "id") == IdIn(row, "id");
      if (is_better) delta.turnover.insert_or_assign(key, std::move(row));
    });
  }
  if (!status.ok()) return status;
  return delta;
}

absl::Status DocumentFeed::AddMissingHeads(Delta* delta) {
  std::set<std::string> ids;
  for (const auto& [head, lines] : delta->lines) {
    if (head.empty() || delta->heads.contains(head)) continue;
    for (const auto& [id, content] : lines) {
      if (access_.seen.IsRepeat(lines_, id, content)) continue;
      ids.insert(head);
      delta->parts.emplace_back(lines_, id, content);
    }
  }
  auto rows = FindByNumbers(access_, kHeads, "id", ids, Polling());
  if (!rows.ok()) return rows.status();
  for (Json& row : *rows) delta->heads.insert_or_assign(IdIn(row, "id"), std::move(row));
  if (!HasTurnover()) return absl::OkStatus();

  std::set<std::string> known;
  for (const auto& [id, head] : delta->heads) known.insert(documents_.TurnoverKey(head));
  std::set<std::string> keys;
  for (const auto& [key, row] : delta->turnover) {
    if (known.contains(key) || !CanFind(documents_.HeadKey(key))) continue;
    std::string content = row.Dump();
    if (access_.seen.IsRepeat(turnover_, key, content)) continue;
    keys.insert(documents_.HeadKey(key));
    delta->parts.emplace_back(turnover_, key, std::move(content));
  }
  auto more = FindByTexts(access_, kHeads, "extId", keys, Polling());
  if (!more.ok()) return more.status();
  for (Json& row : *more) delta->heads.insert_or_assign(IdIn(row, "id"), std::move(row));
  return absl::OkStatus();
}

absl::Status DocumentFeed::AddMissingTurnover(const std::vector<Json>& born, Delta* delta) {
  std::set<std::string> keys;
  for (const Json& head : born) {
    const std::string key = documents_.TurnoverKey(head);
    if (!delta->turnover.contains(key) && CanFind(key)) keys.insert(key);
  }
  auto rows = documents_.ReadTurnover(keys, Polling());
  if (!rows.ok()) return rows.status();
  delta->turnover.merge(*rows);
  return absl::OkStatus();
}

Document DocumentFeed::Born(Json head, Delta& delta) const {
  Document document;
  for (const auto& [id, content] : delta.lines[IdIn(head, "id")]) {
    if (auto line = ParseJson(content)) document.lines.push_back(std::move(*line));
  }
  const auto row = delta.turnover.find(documents_.TurnoverKey(head));
  if (HasTurnover() && row != delta.turnover.end()) document.turnover = row->second;
  document.head = std::move(head);
  return document;
}

absl::Status DocumentFeed::Assemble(const Cursor& cursor, Delta& delta, const std::function<absl::Status(const Document&)>& take) {
  std::vector<Json> born;
  std::vector<Json> older;
  for (auto& [id, head] : delta.heads) {
    const bool is_bare = !documents_.BelongsTo(resource_, head) || IsDeletedRow(head);
    if (is_bare) {
      if (auto status = take({std::move(head), {}, {}}); !status.ok()) return status;
    } else {
      (DatesOf(head).created <= cursor.micros() ? older : born).push_back(std::move(head));
    }
  }
  if (HasTurnover()) {
    if (auto status = AddMissingTurnover(born, &delta); !status.ok()) return status;
  }
  for (Json& head : born) {
    if (auto status = take(Born(std::move(head), delta)); !status.ok()) return status;
  }
  const auto completed = documents_.Complete(resource_, std::move(older), Polling());
  if (!completed.ok()) return completed.status();
  for (const Document& document : *completed) {
    if (auto status = take(document); !status.ok()) return status;
  }
  return absl::OkStatus();
}

bool DocumentFeed::Report(const Document& document, std::uint64_t read_seq, v1::ReportChangesRequest* batch) {
  const std::string id = IdIn(document.head, "id");
  if (id.empty()) return false;
  if (documents_.BelongsTo(resource_, document.head)) {
    ours_.insert(NumberedId(id));
    *batch->add_changes() = documents_.Decode(resource_, document, read_seq);
    return true;
  }
  const bool has_left = ours_.erase(NumberedId(id)) > 0 || (!HasTurnover() && documents_.IsForeignInvoice(document.head));
  if (!has_left) return false;
  v1::Change change = access_.codec.Decode(resource_, document.head, read_seq);
  change.clear_fields();
  change.set_kind(v1::Change::CHANGED_RESOURCE);
  *batch->add_changes() = std::move(change);
  return true;
}

absl::Status DocumentFeed::Poll(const Cursor& cursor, sdk::ChangeSink& sink) {
  const std::uint64_t read_seq = access_.sequence.Next();
  for (const std::string& rows : {name_, lines_, turnover_}) access_.seen.BeginPoll(rows, read_seq);
  auto delta = Read(cursor);
  if (!delta.ok()) return delta.status();
  if (auto status = AddMissingHeads(&*delta); !status.ok()) return status;
  v1::ReportChangesRequest batch;
  const auto take = [&](const Document& document) -> absl::Status {
    const std::string id = IdIn(document.head, "id");
    const std::string content = ContentOf(document);
    if (access_.seen.IsRepeat(name_, id, content)) return absl::OkStatus();
    Report(document, read_seq, &batch);
    access_.seen.Remember(name_, id, content, read_seq);
    if (static_cast<std::size_t>(batch.changes_size()) < kBatchDocuments) return absl::OkStatus();
    if (cursor.micros() > 0) batch.set_cursor_after(cursor.text());
    return sink.Send(std::exchange(batch, {}));
  };
  if (auto status = Assemble(cursor, *delta, take); !status.ok()) {
    // What was taken counts as reported: it goes out, though the poll is not complete.
    if (!batch.changes().empty()) sink.Send(std::move(batch)).IgnoreError();
    return status;
  }
  const Cursor next = delta->tide.After(cursor, access_);
  for (const auto& [rows, key, content] : delta->parts) access_.seen.Remember(rows, key, content, read_seq);
  batch.set_cursor_after(next.text());
  batch.set_polled_at_micros(delta->tide.began.value_or(next.micros()));
  return sink.Send(std::move(batch));
}

absl::Status DocumentFeed::List(sdk::ChangeSink& sink) {
  Tide tide;
  for (const char* path : {kHeads, kLines, kTurnover}) {
    if (path == kTurnover && !HasTurnover()) continue;
    if (auto status = MeetLatest(access_, path, sdk::CallKind::kListing, &tide); !status.ok()) return status;
  }
  const Cursor cursor = tide.After(Cursor(), access_);
  TurnoverWindow turnover(access_, documents_, Listing());
  std::uint64_t read_seq = access_.sequence.Next();  // everything of this listing is read after this
  ListQuery query;
  query.kind = sdk::CallKind::kListing;
  query.path = kHeads;
  query.order = "id";
  query.page_size = access_.settings.page_size;
  const auto clock = ReadPages(access_.api, query, [&] {
    if (!HasTurnover()) read_seq = access_.sequence.Next();
  }, [&](std::vector<Json> heads) { return ListPage(std::move(heads), turnover, read_seq, sink); });
  if (!clock.ok()) return clock.status();
  v1::ReportChangesRequest end;
  end.set_cursor_after(cursor.text());
  return sink.Send(std::move(end));
}

absl::Status DocumentFeed::ListPage(std::vector<Json> heads, TurnoverWindow& turnover, std::uint64_t read_seq, sdk::ChangeSink& sink) {
  std::vector<Json> own;
  std::set<std::string> keys;
  v1::ReportChangesRequest batch;
  for (Json& head : heads) {
    if (documents_.BelongsTo(resource_, head)) {
      if (HasTurnover() && !IsDeletedRow(head) && CanFind(documents_.TurnoverKey(head))) keys.insert(documents_.TurnoverKey(head));
      own.push_back(std::move(head));
    } else {
      Report({std::move(head), {}, {}}, read_seq, &batch);
    }
  }
  auto rows = turnover.Take(keys);
  if (!rows.ok()) return rows.status();
  auto documents = documents_.CompleteRange(resource_, std::move(own), *rows, Listing());
  if (!documents.ok()) return documents.status();
  for (const Document& document : *documents) Report(document, read_seq, &batch);
  return sink.Send(std::move(batch));
}

}  // namespace entente::ssm
