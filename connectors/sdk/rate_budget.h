#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "connectors/sdk/timer.h"

namespace entente::sdk {

// What a call is for; operations pass listings and polls.
enum class CallKind { kPoll, kListing, kOperation };

struct RateLimits {
  // 0: no such limit.
  int calls_per_minute = 0;
  int calls_per_second = 0;
  // Share of the minute that continuous polling may use.
  int poll_share_percent = 20;
  // Share of the minute that listings leave to operations.
  int reserve_percent = 10;
};

// Deals out the calls a system allows.
//
// In every sliding minute and second at most the configured number of calls is given out; the windows are kept a little
// longer than they are (1 %), because calls may arrive closer together than they left. While an operation waits, nothing else goes.
// Thread-safe. `timer` outlives the budget.
class RateBudget {
 public:
  RateBudget(RateLimits limits, Timer* timer);

  // Waits until a call may be made and counts it. CANCELLED when the connector stops or `may_start` turns false meanwhile.
  absl::Status Acquire(CallKind kind, const std::function<bool()>& may_start = {});

  // Nobody calls for `pause` (the system said so).
  void Pause(absl::Duration pause);

  // Engine's word on the share of polling; it arrives with the session.
  void SetPollShare(int percent);

  // The pack's word, where the configuration of the connector has none.
  void SetCallsPerMinute(int calls);

  std::uint64_t calls() const;

 private:
  // Time until a call of `kind` may go; zero when now. Called with the lock held.
  absl::Duration Delay(CallKind kind, absl::Time now);
  void Forget(absl::Time now);

  RateLimits limits_;
  Timer* timer_;
  mutable std::mutex mutex_;
  std::deque<absl::Time> minute_;
  std::deque<absl::Time> second_;
  std::deque<absl::Time> polls_;
  absl::Time paused_until_ = absl::InfinitePast();
  int operations_waiting_ = 0;
  std::uint64_t calls_ = 0;
};

}  // namespace entente::sdk
