#include "engine/store/memory_store.h"

#include <algorithm>
#include <utility>

#include "engine/runtime/error.h"
#include "engine/store/boot.h"

namespace entente::store {
namespace {

template <typename Key, typename Content>
void Set(std::map<Key, Content>* map, const Key& key, const std::optional<Content>& content) {
  if (content) {
    (*map)[key] = *content;
  } else {
    map->erase(key);
  }
}

template <typename Key>
void Mark(std::set<Key>* set, const Key& key, bool is_set) {
  if (is_set) {
    set->insert(key);
  } else {
    set->erase(key);
  }
}

template <typename Key, typename Content>
std::optional<Content> Find(const std::map<Key, Content>& map, const Key& key) {
  const auto it = map.find(key);
  return it == map.end() ? std::nullopt : std::optional<Content>(it->second);
}

// Second parts of the pairs whose first part is `first`.
template <typename First>
std::set<LinkId> Seconds(const std::set<std::pair<First, LinkId>>& set, const First& first) {
  std::set<LinkId> out;
  for (auto it = set.lower_bound({first, 0}); it != set.end() && it->first == first; ++it) out.insert(it->second);
  return out;
}

}  // namespace

struct MemoryStore::Content {
  std::map<LinkId, Link> links;
  std::map<RecordId, RecordEntry> records;
  std::map<RowId, LinkId> rows;
  std::set<std::pair<MatchId, LinkId>> matches;
  std::set<std::pair<std::string, LinkId>> parked;
  std::set<std::pair<LinkId, LinkId>> refers;
  std::set<DirtyId> dirty;
  std::map<OutboxId, OutboxEntry> outbox;
  std::map<std::pair<Side, std::string>, std::string> cursors;
  std::map<WorkItemId, WorkItem> work;
  std::map<std::pair<LinkId, std::uint64_t>, JournalEntry> journal;
  std::map<std::uint64_t, RunState> runs;
  std::map<std::uint64_t, PushState> pushes;
  std::map<std::string, std::string> meta;
  LinkId last_link = 0;
  WorkItemId last_work = 0;

  void Apply(const Batch& batch);
  Fetched Get(const Wanted& wanted) const;
  Boot Load() const;
};

void MemoryStore::Content::Apply(const Batch& batch) {
  for (const auto& [id, link] : batch.links) Set(&links, id, link);
  for (const auto& [id, entry] : batch.records) Set(&records, id, entry);
  for (const auto& [id, link] : batch.rows) Set(&rows, id, link);
  for (const auto& [id, is_set] : batch.matches) Mark(&matches, id, is_set);
  for (const auto& [id, is_set] : batch.parked) Mark(&parked, id, is_set);
  for (const auto& [id, is_set] : batch.refers) Mark(&refers, id, is_set);
  for (const auto& [id, is_set] : batch.dirty) Mark(&dirty, id, is_set);
  for (const auto& [id, entry] : batch.outbox) Set(&outbox, id, entry);
  for (const auto& [id, cursor] : batch.cursors) Set(&cursors, id, cursor);
  for (const auto& [id, item] : batch.work) Set(&work, id, item);
  for (const LinkId link : batch.forgotten) journal.erase(journal.lower_bound({link, 0}), journal.lower_bound({link + 1, 0}));
  for (const JournalEntry& entry : batch.journal) journal[{entry.link, entry.seq}] = entry;
  for (const auto& [id, run] : batch.runs) runs[id] = run;
  for (const auto& [id, push] : batch.pushes) pushes[id] = push;
  for (const auto& [name, value] : batch.meta) Set(&meta, name, value);
  if (!batch.links.empty()) last_link = std::max(last_link, batch.links.rbegin()->first);
  if (!batch.work.empty()) last_work = std::max(last_work, batch.work.rbegin()->first);
}

Fetched MemoryStore::Content::Get(const Wanted& wanted) const {
  Fetched out;
  for (const LinkId id : wanted.links) out.links[id] = Find(links, id);
  for (const RecordId& id : wanted.records) out.records[id] = Find(records, id);
  for (const RowId& id : wanted.rows) out.rows[id] = Find(rows, id);
  for (const WorkItemId id : wanted.work) out.work[id] = Find(work, id);
  for (const MatchId& id : wanted.matches) out.matches[id] = Seconds(matches, id);
  for (const std::string& wait : wanted.parked) out.parked[wait] = Seconds(parked, wait);
  for (const LinkId id : wanted.refers) out.refers[id] = Seconds(refers, id);
  out.left_out = wanted.left_out;
  for (const auto& range : wanted.record_ranges) {
    auto& entries = out.record_ranges[range];
    for (auto it = records.lower_bound({range.first, range.second, ""});
         it != records.end() && it->first.side == range.first && it->first.resource == range.second; ++it) {
      if (wanted.IsWanted(range, it->first.key)) entries.emplace_back(it->first.key, it->second);
    }
  }
  return out;
}

Boot MemoryStore::Content::Load() const {
  Boot boot;
  boot.meta = meta;
  boot.cursors = cursors;
  boot.outbox = outbox;
  for (const DirtyId& id : dirty) boot.dirty.insert(id);
  for (const auto& [wait, link] : parked) boot.waits.insert(wait);
  for (const auto& [id, item] : work) {
    if (IsOpenWork(item)) boot.open_work.emplace(id, item);
  }
  std::vector<RunState> all_runs;
  for (const auto& [id, run] : runs) all_runs.push_back(run);
  std::vector<PushState> all_pushes;
  for (const auto& [id, push] : pushes) all_pushes.push_back(push);
  KeepRecent(std::move(all_runs), std::move(all_pushes), &boot);
  boot.last_link = last_link;
  boot.last_work = last_work;
  return boot;
}

namespace {

class MemorySnapshot final : public StoreSnapshot {
 public:
  explicit MemorySnapshot(std::shared_ptr<const MemoryStore::Content> content) : shared_(std::move(content)), content_(*shared_) {}

  absl::StatusOr<Fetched> Get(const Wanted& wanted) const override { return content_.Get(wanted); }
  absl::StatusOr<std::vector<Link>> Links(LinkId after, int count_max) const override { return Some(content_.links, after, count_max); }
  absl::StatusOr<std::vector<WorkItem>> Work(WorkItemId after, int count_max) const override { return Some(content_.work, after, count_max); }

  absl::StatusOr<std::vector<JournalEntry>> Journal(LinkId link, std::uint64_t after_seq, int count_max) const override {
    std::vector<JournalEntry> out;
    for (auto it = content_.journal.upper_bound({link, after_seq}); it != content_.journal.end() && it->first.first == link; ++it) {
      if (static_cast<int>(out.size()) >= count_max) break;
      out.push_back(it->second);
    }
    return out;
  }

  absl::StatusOr<std::vector<RunState>> Runs() const override { return Some(content_.runs, 0, static_cast<int>(content_.runs.size())); }
  absl::StatusOr<std::vector<PushState>> Pushes() const override { return Some(content_.pushes, 0, static_cast<int>(content_.pushes.size())); }
  absl::StatusOr<std::map<std::string, std::string>> Meta() const override { return content_.meta; }
  absl::StatusOr<Boot> Load() const override { return content_.Load(); }

 private:
  template <typename Content>
  static std::vector<Content> Some(const std::map<std::uint64_t, Content>& all, std::uint64_t after, int count_max) {
    std::vector<Content> out;
    for (auto it = all.upper_bound(after); it != all.end() && static_cast<int>(out.size()) < count_max; ++it) out.push_back(it->second);
    return out;
  }

  const std::shared_ptr<const MemoryStore::Content> shared_;
  const MemoryStore::Content& content_;
};

}  // namespace

MemoryStore::MemoryStore() : content_(std::make_unique<Content>()) {}
MemoryStore::~MemoryStore() = default;

absl::StatusOr<Boot> MemoryStore::Load() {
  const std::lock_guard guard(mutex_);
  return content_->Load();
}

absl::StatusOr<Fetched> MemoryStore::Get(const Wanted& wanted) {
  const std::lock_guard guard(mutex_);
  return content_->Get(wanted);
}

absl::Status MemoryStore::Commit(const Batch& batch) {
  const std::lock_guard guard(mutex_);
  if (!failure_.ok()) return failure_;
  content_->Apply(batch);
  return absl::OkStatus();
}

std::unique_ptr<StoreSnapshot> MemoryStore::Snapshot() {
  const std::lock_guard guard(mutex_);
  return std::make_unique<MemorySnapshot>(std::make_shared<const Content>(*content_));
}

std::unique_ptr<MemoryStore> MemoryStore::Copy() {
  const std::lock_guard guard(mutex_);
  auto copy = std::make_unique<MemoryStore>();
  *copy->content_ = *content_;
  return copy;
}

std::unique_ptr<StoreSnapshot> MemoryStore::View() const { return std::make_unique<MemorySnapshot>(std::shared_ptr<const Content>(std::shared_ptr<const Content>(), content_.get())); }

absl::Status MemoryStore::Backup(const std::string&) {
  return MakeError(absl::StatusCode::kUnimplemented, "BACKUP_NOT_AVAILABLE", "A store in memory has nothing to back up.");
}

void MemoryStore::FailCommits(absl::Status status) {
  const std::lock_guard guard(mutex_);
  failure_ = std::move(status);
}

}  // namespace entente::store
