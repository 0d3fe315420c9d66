#include "connectors/sage100/change_feed.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "connectors/sage100/change_batch.h"
#include "connectors/sage100/feed_cursor.h"
#include "connectors/sage100/touched.h"

namespace entente::sage100 {
namespace {

// Clocks are set back a little every day; a restored backup sets them back visibly.
constexpr std::int64_t kClockToleranceSeconds = 300;

std::string MarkName(const Watch& watch, std::size_t index) { return absl::StrCat(watch.table, "#", index); }

absl::Status CheckNotRestored(const FeedCursor& before, const FeedCursor& now) {
  if (before.company != now.company) return absl::OutOfRangeError("the cursor belongs to another company");
  if (now.server_seconds + kClockToleranceSeconds < before.server_seconds) {
    return absl::OutOfRangeError("the server's clock stands before the cursor: a backup was restored, or the clock was set back");
  }
  for (const auto& [name, mark] : now.tables) {
    const auto known = before.tables.find(name);
    if (known != before.tables.end() && mark.identity >= 0 && mark.identity < known->second.identity) {
      return absl::OutOfRangeError(absl::StrCat(name, " gives out row numbers again that were in use: a backup was restored"));
    }
  }
  return absl::OkStatus();
}

// Remembers a record the next poll will look at again, so that it is not reported twice.
void RememberSeen(const v1::Change& change, FeedCursor* cursor) {
  if (cursor->seen.size() < FeedCursor::kSeenMax) cursor->seen.emplace(HashOf(change.key()), HashOf(change.stamp()));
}

// Walks through all records of a resource, with their content.
absl::Status Walk(const Source& source, const Reading& reading, const TouchedAnchors& recent, FeedCursor* cursor, ChangeBatch& batch) {
  Position at;
  for (;;) {
    auto page = source.Next(reading, at, Detail::kContent);
    if (!page.ok()) return page.status();
    for (v1::Change& change : page->changes) {
      SetStamp(&change);
      if (recent.contains(source.AnchorOf(change.key()))) RememberSeen(change, cursor);
      if (absl::Status s = batch.Add(std::move(change)); !s.ok()) return s;
    }
    if (page->is_last) return absl::OkStatus();
    at = page->next;
  }
}

// Walks through all keys, which costs a fraction of their content.
absl::Status WalkKeys(const Source& source, const Reading& reading, ChangeBatch& batch) {
  Position at;
  for (;;) {
    auto page = source.Next(reading, at, Detail::kKeys);
    if (!page.ok()) return page.status();
    for (v1::Change& key : page->changes) {
      if (absl::Status s = batch.Add(std::move(key)); !s.ok()) return s;
    }
    if (page->is_last) return absl::OkStatus();
    at = page->next;
  }
}

FeedCursor Now(const Snapshot& snapshot, const Source& source) {
  FeedCursor cursor;
  cursor.company = snapshot.reading().schema.company_guid();
  cursor.parameters = snapshot.parameters().Fingerprint(source.resource().name);
  cursor.server_seconds = absl::ToUnixSeconds(snapshot.server_time());
  return cursor;
}

// Marks of every watched table as it stands, and the anchors the first poll will look at again.
absl::Status MarkTables(const Snapshot& snapshot, const Source& source, absl::Duration overlap, FeedCursor* cursor, TouchedAnchors* recent) {
  const Reading& reading = snapshot.reading();
  const absl::CivilSecond local = reading.time.ToLocal(snapshot.server_time());
  const std::vector<Watch> watches = source.Watches(reading.schema);
  for (std::size_t i = 0; i < watches.size(); ++i) {
    auto mark = MarkOf(reading, watches[i], overlap, local, recent);
    if (!mark.ok()) return mark.status();
    cursor->tables[MarkName(watches[i], i)] = *mark;
  }
  return absl::OkStatus();
}

// Reads the records on touched anchors, page by page, and adds those the cursor has not seen.
absl::Status AddRecords(const Source& source, const Reading& reading, const TouchedAnchors& touched, const std::string& recent_since,
                        const FeedCursor& before, FeedCursor* after, ChangeBatch& batch) {
  std::vector<std::string> page;
  const auto report = [&]() -> absl::Status {
    auto changes = source.At(reading, page);
    if (!changes.ok()) return changes.status();
    for (v1::Change& change : *changes) {
      SetStamp(&change);
      const auto known = before.seen.find(HashOf(change.key()));
      const auto touched_at = touched.find(source.AnchorOf(change.key()));
      const bool is_recent = touched_at == touched.end() || touched_at->second.empty() || touched_at->second >= recent_since;
      if (is_recent) RememberSeen(change, after);
      if (known != before.seen.end() && known->second == HashOf(change.stamp())) continue;
      if (absl::Status s = batch.Add(std::move(change)); !s.ok()) return s;
    }
    page.clear();
    return absl::OkStatus();
  };
  for (const auto& [anchor, modified] : touched) {
    page.push_back(anchor);
    if (page.size() < kAnchorsMax) continue;
    if (absl::Status s = report(); !s.ok()) return s;
  }
  return page.empty() ? absl::OkStatus() : report();
}

}  // namespace

ChangeFeed::ChangeFeed(Database& database, const std::vector<std::unique_ptr<Source>>& sources, absl::Duration overlap)
    : database_(database), sources_(sources), overlap_(overlap) {}

void ChangeFeed::Begin(std::shared_ptr<const Company> company, sdk::SequenceCounter* sequence) {
  company_ = std::move(company);
  sequence_ = sequence;
}

const Source* ChangeFeed::Find(const std::string& resource) const {
  const auto found = std::find_if(sources_.begin(), sources_.end(), [&](const auto& s) { return resource == s->resource().name; });
  return found == sources_.end() ? nullptr : found->get();
}

absl::Status ChangeFeed::Poll(const std::string& resource, const std::string& cursor, sdk::ChangeSink& sink) {
  const Source* source = Find(resource);
  if (source == nullptr || company_ == nullptr) return absl::NotFoundError(absl::StrCat("there is no resource ", resource, " in Sage 100"));
  const auto before = FeedCursor::Decode(cursor);
  if (!cursor.empty() && !before.has_value()) return absl::OutOfRangeError("the cursor was not written by this version of the connector");
  auto snapshot = Snapshot::Begin(database_, company_, *sequence_);
  if (!snapshot.ok()) return snapshot.status();
  const Reading& reading = (*snapshot)->reading();
  FeedCursor after = Now(**snapshot, *source);
  ChangeBatch batch(sink);

  if (!before.has_value() || before->parameters != after.parameters) {
    // New to us, or a label, currency or category its records show has changed: everything is reported.
    TouchedAnchors recent;
    if (absl::Status s = MarkTables(**snapshot, *source, overlap_, &after, &recent); !s.ok()) return s;
    if (before.has_value()) {
      if (absl::Status s = CheckNotRestored(*before, after); !s.ok()) return s;
    }
    if (absl::Status s = Walk(*source, reading, recent, &after, batch); !s.ok()) return s;
    return batch.Finish(after.Encode(), absl::ToUnixMicros((*snapshot)->server_time()));
  }

  TouchedAnchors touched;
  const absl::CivilSecond local = reading.time.ToLocal((*snapshot)->server_time());
  const std::vector<Watch> watches = source->Watches(reading.schema);
  std::string recent_since;
  for (std::size_t i = 0; i < watches.size(); ++i) {
    const auto known = before->tables.find(MarkName(watches[i], i));
    auto mark = AddTouched(reading, watches[i], known == before->tables.end() ? TableMark() : known->second, overlap_, local, &touched);
    if (!mark.ok()) return mark.status();
    const std::string look_back = LookBackFrom(reading.time, mark->modified, overlap_);
    recent_since = i == 0 ? look_back : std::min(recent_since, look_back);
    after.tables[MarkName(watches[i], i)] = *std::move(mark);
  }
  if (absl::Status s = CheckNotRestored(*before, after); !s.ok()) return s;
  if (absl::Status s = AddRecords(*source, reading, touched, recent_since, *before, &after, batch); !s.ok()) return s;
  // A quiet poll hands the old cursor back, so that nothing has to be stored for it.
  const bool is_quiet = batch.changes_added() == 0 && after.tables == before->tables && after.seen == before->seen;
  return batch.Finish(is_quiet ? cursor : after.Encode(), absl::ToUnixMicros((*snapshot)->server_time()));
}

absl::Status ChangeFeed::List(const std::string& resource, v1::FeedMode mode, sdk::ChangeSink& sink) {
  const Source* source = Find(resource);
  if (source == nullptr || company_ == nullptr) return absl::NotFoundError(absl::StrCat("there is no resource ", resource, " in Sage 100"));
  auto snapshot = Snapshot::Begin(database_, company_, *sequence_);
  if (!snapshot.ok()) return snapshot.status();
  const Reading& reading = (*snapshot)->reading();
  auto total = source->Count(reading);
  if (!total.ok()) return total.status();
  ChangeBatch batch(sink);
  batch.ExpectTotal(*total);
  const std::int64_t now_micros = absl::ToUnixMicros((*snapshot)->server_time());
  if (mode == v1::KEYS) {
    if (absl::Status s = WalkKeys(*source, reading, batch); !s.ok()) return s;
    return batch.Finish("", now_micros);  // keys tell nothing of changes, so they move no cursor
  }
  FeedCursor after = Now(**snapshot, *source);
  TouchedAnchors recent;
  if (absl::Status s = MarkTables(**snapshot, *source, overlap_, &after, &recent); !s.ok()) return s;
  if (absl::Status s = Walk(*source, reading, recent, &after, batch); !s.ok()) return s;
  return batch.Finish(after.Encode(), now_micros);
}

}  // namespace entente::sage100
