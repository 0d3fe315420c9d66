#pragma once

#include <chrono>
#include <mutex>

#include "engine/runtime/clock.h"

namespace entente {

// A clock that stands still until a test moves it. Waiters notice a move within a millisecond of real time.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'800'000'000)) : now_(now) {}

  absl::Time Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }
  void WaitUntil(std::unique_lock<std::mutex>& lock, std::condition_variable& wake, absl::Time at) const override {
    if (Now() < at) wake.wait_for(lock, std::chrono::milliseconds(1));
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

}  // namespace entente
