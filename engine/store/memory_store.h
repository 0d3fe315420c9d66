#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/pipeline/store.h"

namespace entente::store {

// A store that forgets when it is destroyed; the same promises as RocksDbStore otherwise. Serves tests and the simulation.
//
// `FailCommits(status)` makes every commit answer `status` and change nothing, until called with OK. Backup() answers
// UNIMPLEMENTED: there is no file. A snapshot is a full copy. Thread-safe.
class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  absl::StatusOr<Boot> Load() override;
  absl::StatusOr<Fetched> Get(const Wanted& wanted) override;
  absl::Status Commit(const Batch& batch) override;
  std::unique_ptr<StoreSnapshot> Snapshot() override;
  absl::Status Backup(const std::string& directory) override;
  // There are no files.
  absl::Status Purge() override { return absl::OkStatus(); }
  absl::Status CheckPurge() override { return absl::OkStatus(); }

  void FailCommits(absl::Status status);

  // Another store with the same content: a backup of this one, for tests.
  std::unique_ptr<MemoryStore> Copy();

  // What stands there now, without the copy a snapshot takes. REQUIRES: nothing is committed while it is looked at.
  std::unique_ptr<StoreSnapshot> View() const;

  struct Content;

 private:
  std::mutex mutex_;
  std::unique_ptr<Content> content_;
  absl::Status failure_;
};

}  // namespace entente::store
