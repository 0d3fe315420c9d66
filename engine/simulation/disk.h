#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/pipeline/store.h"
#include "engine/simulation/faults.h"
#include "engine/store/memory_store.h"

namespace entente::simulation {

// The engine's store: memory, that survives the engine, with every way a disk fails.
//
// With `encodes`, everything written goes through the bytes of the state directory (engine/store/codec.h) and back; what comes back
// different is told by `damaged`. Batches are whole or not at all, as a write-ahead log with checksums keeps them. One thread.
class Disk {
 public:
  explicit Disk(bool encodes, bool keeps_backups);

  absl::StatusOr<Boot> Load();
  absl::StatusOr<Fetched> Get(const Wanted& wanted, std::int64_t now);
  // An error: nothing of it is there.
  absl::Status Commit(const Batch& batch, std::int64_t now);
  // What is on it now; gone with the next commit.
  std::unique_ptr<StoreSnapshot> View() const { return store_->View(); }

  // ---- faults; each counts itself in `counts` when it takes effect
  std::int64_t read_fails_until = 0, write_fails_until = 0, full_until = 0;
  // A bit of the last link written turns over: reads of it answer DATA_LOSS until something whole stands there again. False: nothing was written.
  bool FlipBit();
  bool is_damaged() const { return !flipped_.empty(); }
  // Somebody puts the value back from a copy.
  void Repair() { flipped_.clear(); }

  // As store::RocksDbStore::Purge(): the log begins anew with what stands at its end.
  void Purge();
  // Batches the state was written by; empty where no backups are kept.
  const std::vector<std::shared_ptr<const Batch>>& log() const { return log_; }

  // ---- backups
  void Backup();
  bool has_backup() const { return backup_.has_value(); }
  // The state as it was, marked as restored.
  void Restore();
  // Nothing is left.
  void Wipe();

  FaultCounts counts{};
  std::uint64_t commits = 0, bytes = 0;
  // What did not come back from its bytes as it went in.
  std::vector<std::string> damaged;

 private:
  Batch ThroughBytes(const Batch& batch);

  bool encodes_, keeps_backups_;
  std::unique_ptr<store::MemoryStore> store_;
  std::vector<std::shared_ptr<const Batch>> log_;
  std::optional<std::size_t> backup_;
  std::vector<std::shared_ptr<const Batch>> backup_log_;
  std::set<LinkId> flipped_;
  LinkId last_written_ = 0;
};

}  // namespace entente::simulation
