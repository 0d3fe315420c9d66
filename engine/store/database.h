#pragma once

#include <rocksdb/db.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/runtime/clock.h"

// RocksDB as this room uses it. Included by .cc files of store/ only.
namespace entente::store {

// The column families, in the order of keys.h. New ones are added at the end.
enum class Family { kLink, kRecord, kMatch, kRefers, kDirty, kOutbox, kParked, kCursor, kWork, kJournal, kTimeline, kMeta };
inline constexpr std::array<const char*, 12> kFamilyNames = {"link",   "record", "match", "refers",  "dirty",    "outbox",
                                                             "parked", "cursor", "work",  "journal", "timeline", "meta"};

class Database;

// Brings a state of format `from` to `from + 1`. Runs at open, before anybody reads.
struct Migration {
  int from = 0;
  std::function<absl::Status(Database&)> run;
};

// An open RocksDB with its families. Closed when destroyed. Thread-safe as RocksDB is.
class Database {
 public:
  struct Options {
    std::string directory;
    // Block cache and memtables together.
    std::size_t memory_bytes = 0;
    absl::Duration journal_keep = absl::InfiniteDuration();
    const Clock* clock = nullptr;
    rocksdb::Env* env = nullptr;
    std::vector<Migration> migrations;
  };

  // FAILED_PRECONDITION, reason STATE_FORMAT_NEWER, when a newer engine wrote the state: nothing of it is changed.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const Options& options);
  ~Database();

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const { return handles_[static_cast<std::size_t>(family)]; }

 private:
  Database() = default;
  absl::Status OpenFiles(const Options& options);
  absl::Status CheckFormat(const Options& options);

  std::unique_ptr<rocksdb::CompactionFilter> journal_expiry_;
  std::unique_ptr<rocksdb::CompactionFilter> work_expiry_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

// RESOURCE_EXHAUSTED DISK_FULL, DATA_LOSS STATE_DAMAGED or UNAVAILABLE STATE_UNREACHABLE, with what was being done.
absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view doing);

}  // namespace entente::store
