#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/pipeline/event.h"
#include "engine/pipeline/store.h"
#include "engine/runtime/clock.h"

namespace entente {

// Makes the batch of one turn or more durable on a thread of its own, then lets the effects leave. One at a time, in order.
//
// A batch that cannot be written is written again until it can: after 1 s, then 2, 4, at most 10. Nothing leaves meanwhile, and
// `trouble` hears the error and, once it is over, OK. Does not own `store` or `clock`; both outlive it.
class Committer {
 public:
  // Called in order on the committer's thread: `leave` with the effects, then `durable` with the number of batches durable so far.
  using Leave = std::function<void(Effects effects)>;
  using Durable = std::function<void(std::uint64_t batches)>;
  using Trouble = std::function<void(const absl::Status& status)>;

  Committer(Store& store, const Clock& clock, Leave leave, Durable durable, Trouble trouble);
  // Finishes the commit under way; gives up one that fails.
  ~Committer();

  // REQUIRES: IsIdle().
  void Commit(Effects effects);
  // True: Commit() may be called.
  bool IsIdle();

 private:
  void Run();
  // False when the committer is to stop.
  bool Write(std::unique_lock<std::mutex>& lock, const Batch& batch);

  Store& store_;
  const Clock& clock_;
  Leave leave_;
  Durable durable_;
  Trouble trouble_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<Effects> waiting_;
  bool is_busy_ = false;
  bool is_stopping_ = false;
  std::uint64_t batches_ = 0;
  std::thread thread_;
};

}  // namespace entente
