#include "engine/runtime/clock.h"

#include <algorithm>
#include <chrono>

#include "absl/time/clock.h"

namespace entente {
namespace {

class RealClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }

  void WaitUntil(std::unique_lock<std::mutex>& lock, std::condition_variable& wake, absl::Time at) const override {
    if (at == absl::InfiniteFuture()) {
      wake.wait(lock);
      return;
    }
    // A step of the wall clock lengthens no wait by more than an hour: callers look again.
    const absl::Duration left = std::min(at - Now(), absl::Hours(1));
    if (left > absl::ZeroDuration()) wake.wait_for(lock, absl::ToChronoNanoseconds(left));
  }
};

}  // namespace

const Clock& SystemClock() {
  static const RealClock clock;
  return clock;
}

}  // namespace entente
