#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/pipeline/store.h"
#include "engine/runtime/clock.h"

namespace rocksdb {
class Env;
}

namespace entente::store {

struct RocksDbOptions {
  // Holds `db/` and `lock`; made when missing, mode 0700.
  std::string state_directory;
  // Block cache and memtables together.
  std::size_t memory_bytes = 96u << 20;
  // Older journal entries go when RocksDB compacts. The provenance of current values is in the link and stays.
  absl::Duration journal_keep = absl::Hours(24 * 90);
  const Clock* clock = &SystemClock();
  // Another file system for tests; null: the machine's. Not owned.
  rocksdb::Env* env = nullptr;
};

// The state of one instance in a directory, by RocksDB.
//
// A committed batch is one synced write: all of it or nothing. After an error (disk full) the same batch may be committed again;
// the store recovers by itself once the disk does. Holds the directory until destroyed; snapshots may outlive the store.
// Thread-safe: one thread commits, others read.
class RocksDbStore final : public Store {
 public:
  // Reasons: STATE_DIRECTORY_IN_USE, STATE_FORMAT_NEWER, STATE_FORMAT_UNKNOWN, STATE_DAMAGED, STATE_UNREACHABLE, DISK_FULL.
  static absl::StatusOr<std::unique_ptr<RocksDbStore>> Open(const RocksDbOptions& options);
  ~RocksDbStore() override;

  absl::StatusOr<Boot> Load() override;
  absl::StatusOr<Fetched> Get(const Wanted& wanted) override;
  absl::Status Commit(const Batch& batch) override;
  std::unique_ptr<StoreSnapshot> Snapshot() override;
  // Makes `directory`, which must not exist; hard links where the file system allows, so it is quick and small.
  absl::Status Backup(const std::string& directory) override;
  // Flushes and compacts every family to its last level, so that log and tables are written anew, and with them the list of tables, which
  // names their first and last keys. PURGE_HELD_UP also while RocksDB has not deleted what it has no use for any more.
  absl::Status Purge() override;
  // Former states that a restore left beside `db/` are whoever restored's to delete.
  absl::Status CheckPurge() override;

 private:
  class Impl;
  explicit RocksDbStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace entente::store
