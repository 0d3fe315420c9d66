#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/pipeline/store.h"
#include "engine/store/database.h"

namespace entente::store {

// Typed reads of a database, as it is now or as a snapshot saw it. Included by .cc files of store/ only.
// Does not own `database`, nor `snapshot` (null: now). Thread-safe.
class Reader {
 public:
  Reader(Database& database, const rocksdb::Snapshot* snapshot) : database_(database), snapshot_(snapshot) {}

  absl::StatusOr<Fetched> Get(const Wanted& wanted) const;
  absl::StatusOr<std::vector<Link>> Links(LinkId after, int count_max) const;
  absl::StatusOr<std::vector<WorkItem>> Work(WorkItemId after, int count_max) const;
  absl::StatusOr<std::vector<JournalEntry>> Journal(LinkId link, std::uint64_t after_seq, int count_max) const;
  absl::StatusOr<std::vector<RunState>> Runs() const;
  absl::StatusOr<std::vector<PushState>> Pushes() const;
  // Without the store's own names.
  absl::StatusOr<std::map<std::string, std::string>> Meta() const;
  absl::StatusOr<Boot> Load() const;
  // One of the store's own numbers, 0 when it was never written.
  absl::StatusOr<std::uint64_t> OwnNumber(std::string_view name) const;

 private:
  // Calls `entry(key, value)` for every entry whose key begins with `prefix`, from `start` on, until it answers false.
  template <typename Entry>
  absl::Status Scan(Family family, const std::string& prefix, const std::string& start, Entry entry) const;
  // For each of `wanted`, the numbers that keys of the family end with behind its prefix. One iterator serves all: making one costs more than
  // looking with it.
  template <typename Id, typename Prefix>
  absl::Status LastNumbers(Family family, const std::set<Id>& wanted, Prefix prefix_of, std::map<Id, std::set<LinkId>>* out) const;
  rocksdb::ReadOptions Options() const;

  Database& database_;
  const rocksdb::Snapshot* snapshot_;
};

}  // namespace entente::store
