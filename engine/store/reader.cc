#include "engine/store/reader.h"

#include <charconv>
#include <utility>

#include "engine/store/boot.h"
#include "engine/store/codec.h"
#include "engine/store/keys.h"

namespace entente::store {
namespace {


std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// Fewer keys are looked for one by one: an iterator costs as much as a few of them.
constexpr std::size_t kWalkedMin = 32;
// Entries that are passed over on the way to the next key, before it is sought.
constexpr int kPassedMax = 4;

// Reads keys that lie close together, as those of a listing and of links that were made one after the other do: an entry that is next costs a
// tenth of one that is looked for. Ends where they turn out to lie far apart; `next` is then the first that was not read.
template <typename Found>
absl::Status WalkAlong(Database& database, const rocksdb::ReadOptions& options, Family family, const std::vector<std::string>& keys, std::size_t* next, Found found) {
  const std::unique_ptr<rocksdb::Iterator> it(database.db().NewIterator(options, database.family(family)));
  it->Seek(keys.front());
  std::size_t sought = 0;
  for (; *next < keys.size() && it->Valid(); ++*next) {
    const rocksdb::Slice key(keys[*next]);
    for (int passed = 0; passed < kPassedMax && it->Valid() && it->key().compare(key) < 0; ++passed) it->Next();
    if (it->Valid() && it->key().compare(key) < 0) {
      if (++sought * 4 > *next + kWalkedMin) return absl::OkStatus();
      it->Seek(key);
    }
    if (!it->Valid() || it->key() != key) continue;
    if (absl::Status taken = found(*next, View(it->value())); !taken.ok()) return taken;
  }
  // Behind the last entry there is nothing.
  *next = keys.size();
  return FromRocksDb(it->status(), "read the state");
}

// Reads many keys of one family; `found(i, bytes)` is called for those that exist, in order. REQUIRES: `keys` ascend.
template <typename Found>
absl::Status GetMany(Database& database, const rocksdb::ReadOptions& options, Family family, const std::vector<std::string>& keys, Found found) {
  std::size_t walked = 0;
  if (keys.size() >= kWalkedMin) {
    if (absl::Status status = WalkAlong(database, options, family, keys, &walked, found); !status.ok()) return status;
  }
  const std::size_t count = keys.size() - walked;
  if (count == 0) return absl::OkStatus();
  const std::vector<rocksdb::Slice> slices(keys.begin() + static_cast<std::ptrdiff_t>(walked), keys.end());
  std::vector<rocksdb::PinnableSlice> values(count);
  std::vector<rocksdb::Status> statuses(count);
  constexpr bool kIsSorted = true;
  database.db().MultiGet(options, database.family(family), count, slices.data(), values.data(), statuses.data(), kIsSorted);
  for (std::size_t i = 0; i < count; ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return FromRocksDb(statuses[i], "read the state");
    if (absl::Status taken = found(walked + i, View(values[i])); !taken.ok()) return taken;
  }
  return absl::OkStatus();
}

// Fetches each id of `ids` into `out`, absent ones as nullopt.
template <typename Id, typename Content, typename Key, typename Decode>
absl::Status GetEach(Database& database, const rocksdb::ReadOptions& options, Family family, const std::set<Id>& ids, Key key, Decode decode,
                     std::map<Id, std::optional<Content>>* out) {
  std::vector<std::string> keys;
  std::vector<std::optional<Content>*> places;
  keys.reserve(ids.size());
  places.reserve(ids.size());
  // Ids order as their keys do.
  for (const Id& id : ids) {
    keys.push_back(key(id));
    places.push_back(&out->try_emplace(out->end(), id)->second);
  }
  auto at = ids.begin();
  std::size_t position = 0;
  return GetMany(database, options, family, keys, [&](std::size_t i, std::string_view bytes) {
    for (; position < i; ++position) ++at;
    absl::StatusOr<Content> content = decode(*at, bytes);
    if (!content.ok()) return content.status();
    *places[i] = *std::move(content);
    return absl::OkStatus();
  });
}

absl::StatusOr<LinkId> DecodeNumber(std::string_view bytes) {
  const std::optional<LinkId> number = ReadNumber(bytes);
  if (!number) return FromRocksDb(rocksdb::Status::Corruption("row entry"), "read the state");
  return *number;
}

}  // namespace

rocksdb::ReadOptions Reader::Options() const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  // What is walked is walked whole, whatever filters of prefixes a family has.
  options.total_order_seek = true;
  return options;
}

template <typename Entry>
absl::Status Reader::Scan(Family family, const std::string& prefix, const std::string& start, Entry entry) const {
  const std::unique_ptr<rocksdb::Iterator> it(database_.db().NewIterator(Options(), database_.family(family)));
  for (it->Seek(start); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    absl::StatusOr<bool> more = entry(View(it->key()), View(it->value()));
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
  }
  return FromRocksDb(it->status(), "read the state");
}

template <typename Id, typename Prefix>
absl::Status Reader::LastNumbers(Family family, const std::set<Id>& wanted, Prefix prefix_of, std::map<Id, std::set<LinkId>>* out) const {
  if (wanted.empty()) return absl::OkStatus();
  rocksdb::ReadOptions options = Options();
  // Of keys with a filter over what is asked for only those are looked at that have it.
  if (family == Family::kMatch) {
    options.total_order_seek = false;
    options.prefix_same_as_start = true;
  }
  const std::unique_ptr<rocksdb::Iterator> it(database_.db().NewIterator(options, database_.family(family)));
  for (const Id& id : wanted) {
    std::set<LinkId>& numbers = (*out)[id];
    const std::string prefix = prefix_of(id);
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
      const std::string_view key = View(it->key());
      if (const std::optional<LinkId> link = ReadLastNumber(key); link && key.size() == prefix.size() + 8) numbers.insert(*link);
    }
    if (!it->status().ok()) return FromRocksDb(it->status(), "read the state");
  }
  return absl::OkStatus();
}

absl::StatusOr<Fetched> Reader::Get(const Wanted& wanted) const {
  Fetched out;
  absl::Status status = GetEach(database_, Options(), Family::kLink, wanted.links, LinkKey, DecodeLink, &out.links);
  if (status.ok()) {
    status = GetEach(database_, Options(), Family::kRecord, wanted.records, RecordKey,
                     [](const RecordId&, std::string_view bytes) { return DecodeRecord(bytes); }, &out.records);
  }
  if (status.ok()) {
    status = GetEach(database_, Options(), Family::kRecord, wanted.rows, RowKey,
                     [](const RowId&, std::string_view bytes) { return DecodeNumber(bytes); }, &out.rows);
  }
  if (status.ok()) status = GetEach(database_, Options(), Family::kWork, wanted.work, WorkKey, DecodeWork, &out.work);
  if (status.ok()) status = LastNumbers(Family::kMatch, wanted.matches, MatchPrefix, &out.matches);
  if (status.ok()) status = LastNumbers(Family::kParked, wanted.parked, ParkedPrefix, &out.parked);
  if (status.ok()) status = LastNumbers(Family::kRefers, wanted.refers, NumberKey, &out.refers);
  out.left_out = wanted.left_out;
  for (auto it = wanted.record_ranges.begin(); status.ok() && it != wanted.record_ranges.end(); ++it) {
    auto& range = out.record_ranges[*it];
    const std::string prefix = RecordPrefix(it->first, it->second);
    status = Scan(Family::kRecord, prefix, prefix, [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
      std::optional<std::string> name = ReadRecordKey(key, prefix);
      if (!name) return FromRocksDb(rocksdb::Status::Corruption("record key"), "read the state");
      if (!wanted.IsWanted(*it, *name)) return true;
      absl::StatusOr<RecordEntry> entry = DecodeRecord(value);
      if (!entry.ok()) return entry.status();
      range.emplace_back(*std::move(name), *entry);
      return true;
    });
  }
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<std::vector<Link>> Reader::Links(LinkId after, int count_max) const {
  std::vector<Link> out;
  absl::Status status = Scan(Family::kLink, "", LinkKey(after + 1), [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    if (static_cast<int>(out.size()) >= count_max) return false;
    absl::StatusOr<Link> link = DecodeLink(ReadNumber(key).value_or(0), value);
    if (!link.ok()) return link.status();
    out.push_back(*std::move(link));
    return true;
  });
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<std::vector<WorkItem>> Reader::Work(WorkItemId after, int count_max) const {
  std::vector<WorkItem> out;
  absl::Status status = Scan(Family::kWork, "", WorkKey(after + 1), [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    if (static_cast<int>(out.size()) >= count_max) return false;
    absl::StatusOr<WorkItem> item = DecodeWork(ReadNumber(key).value_or(0), value);
    if (!item.ok()) return item.status();
    out.push_back(*std::move(item));
    return true;
  });
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<std::vector<JournalEntry>> Reader::Journal(LinkId link, std::uint64_t after_seq, int count_max) const {
  std::vector<JournalEntry> out;
  absl::Status status =
      Scan(Family::kJournal, NumberKey(link), JournalKey(link, after_seq + 1), [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
        if (static_cast<int>(out.size()) >= count_max) return false;
        absl::StatusOr<JournalEntry> entry = DecodeJournal(link, ReadLastNumber(key).value_or(0), value);
        if (!entry.ok()) return entry.status();
        out.push_back(*std::move(entry));
        return true;
      });
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<std::vector<RunState>> Reader::Runs() const {
  std::vector<RunState> out;
  absl::Status status = Scan(Family::kTimeline, "r", "r", [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    absl::StatusOr<RunState> run = DecodeRun(ReadLastNumber(key).value_or(0), value);
    if (!run.ok()) return run.status();
    out.push_back(*std::move(run));
    return true;
  });
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<std::vector<PushState>> Reader::Pushes() const {
  std::vector<PushState> out;
  absl::Status status = Scan(Family::kTimeline, "p", "p", [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    absl::StatusOr<PushState> push = DecodePush(ReadLastNumber(key).value_or(0), value);
    if (!push.ok()) return push.status();
    out.push_back(*std::move(push));
    return true;
  });
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<std::map<std::string, std::string>> Reader::Meta() const {
  std::map<std::string, std::string> out;
  absl::Status status = Scan(Family::kMeta, "", "", [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    if (key.substr(0, kOwnMeta.size()) != kOwnMeta) out.emplace(key, value);
    return true;
  });
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<std::uint64_t> Reader::OwnNumber(std::string_view name) const {
  std::string text;
  const rocksdb::Status got = database_.db().Get(Options(), database_.family(Family::kMeta), rocksdb::Slice(name.data(), name.size()), &text);
  if (got.IsNotFound()) return 0;
  if (!got.ok()) return FromRocksDb(got, "read the state");
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

absl::StatusOr<Boot> Reader::Load() const {
  Boot boot;
  absl::Status status = Scan(Family::kCursor, "", "", [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    if (!key.empty()) boot.cursors.emplace(std::pair(static_cast<Side>(key[0]), std::string(key.substr(1))), value);
    return true;
  });
  if (!status.ok()) return status;
  status = Scan(Family::kOutbox, "", "", [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    const std::optional<OutboxId> id = ReadOutbox(key);
    absl::StatusOr<OutboxEntry> entry = DecodeOutbox(value);
    if (!entry.ok()) return entry.status();
    if (id) boot.outbox.emplace(*id, *entry);
    return true;
  });
  if (!status.ok()) return status;
  status = Scan(Family::kDirty, "", "", [&](std::string_view key, std::string_view) -> absl::StatusOr<bool> {
    if (const std::optional<DirtyId> id = ReadDirty(key)) boot.dirty.insert(*id);
    return true;
  });
  if (!status.ok()) return status;
  status = Scan(Family::kParked, "", "", [&](std::string_view key, std::string_view) -> absl::StatusOr<bool> {
    if (std::optional<std::string> wait = ReadParkedWait(key)) boot.waits.insert(*std::move(wait));
    return true;
  });
  if (!status.ok()) return status;
  status = Scan(Family::kWork, "", "", [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    absl::StatusOr<WorkItem> item = DecodeWork(ReadNumber(key).value_or(0), value);
    if (!item.ok()) return item.status();
    if (IsOpenWork(*item)) boot.open_work.emplace(item->id, *std::move(item));
    return true;
  });
  if (!status.ok()) return status;

  absl::StatusOr<std::map<std::string, std::string>> meta = Meta();
  absl::StatusOr<std::vector<RunState>> runs = Runs();
  absl::StatusOr<std::vector<PushState>> pushes = Pushes();
  absl::StatusOr<std::uint64_t> last_link = OwnNumber(kLastLinkKey);
  absl::StatusOr<std::uint64_t> last_work = OwnNumber(kLastWorkKey);
  for (const absl::Status& read : {meta.status(), runs.status(), pushes.status(), last_link.status(), last_work.status()}) {
    if (!read.ok()) return read;
  }
  boot.meta = *std::move(meta);
  boot.last_link = *last_link;
  boot.last_work = *last_work;
  KeepRecent(*std::move(runs), *std::move(pushes), &boot);
  return boot;
}

}  // namespace entente::store
