#pragma once

#include <condition_variable>
#include <mutex>

#include "absl/time/time.h"

namespace entente {

// The time of day, and the way to wait for it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
  // Waits until `wake` is notified or Now() reaches `at`, whichever is first; may return early. InfiniteFuture waits for the
  // notice alone. REQUIRES: `lock` is held; it is held again on return.
  virtual void WaitUntil(std::unique_lock<std::mutex>& lock, std::condition_variable& wake, absl::Time at) const = 0;
};

// The clock of the machine; a process has one.
const Clock& SystemClock();

}  // namespace entente
