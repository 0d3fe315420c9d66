#include "connectors/sdk/rate_budget.h"

#include <algorithm>

namespace entente::sdk {
namespace {

constexpr absl::Duration kMinute = absl::Milliseconds(60600);
constexpr absl::Duration kSecond = absl::Milliseconds(1010);
// Waits are cut to this, so that a pause or an ended lease is noticed soon.
constexpr absl::Duration kLook = absl::Milliseconds(200);
constexpr absl::Duration kYield = absl::Milliseconds(20);

absl::Duration UntilRoom(const std::deque<absl::Time>& window, int limit, absl::Duration length, absl::Time now) {
  if (limit <= 0 || window.size() < static_cast<std::size_t>(limit)) return absl::ZeroDuration();
  return window[window.size() - static_cast<std::size_t>(limit)] + length - now;
}

void DropOlder(std::deque<absl::Time>& window, absl::Time limit) {
  while (!window.empty() && window.front() <= limit) window.pop_front();
}

}  // namespace

RateBudget::RateBudget(RateLimits limits, Timer* timer) : limits_(limits), timer_(timer) {}

void RateBudget::Forget(absl::Time now) {
  DropOlder(minute_, now - kMinute);
  DropOlder(polls_, now - kMinute);
  DropOlder(second_, now - kSecond);
}

absl::Duration RateBudget::Delay(CallKind kind, absl::Time now) {
  absl::Duration delay = std::max(absl::ZeroDuration(), paused_until_ - now);
  delay = std::max(delay, UntilRoom(second_, limits_.calls_per_second, kSecond, now));
  const int minute = limits_.calls_per_minute > 0 ? limits_.calls_per_minute : limits_.calls_per_second * 60;
  if (kind == CallKind::kOperation) return std::max(delay, UntilRoom(minute_, limits_.calls_per_minute, kMinute, now));
  if (operations_waiting_ > 0) delay = std::max(delay, kYield);
  if (minute <= 0) return delay;
  const int room = std::max(1, minute - minute * limits_.reserve_percent / 100);
  delay = std::max(delay, UntilRoom(minute_, room, kMinute, now));
  if (kind == CallKind::kPoll) {
    delay = std::max(delay, UntilRoom(polls_, std::max(1, minute * limits_.poll_share_percent / 100), kMinute, now));
  }
  return delay;
}

absl::Status RateBudget::Acquire(CallKind kind, const std::function<bool()>& may_start) {
  std::unique_lock lock(mutex_);
  const bool is_operation = kind == CallKind::kOperation;
  if (is_operation) ++operations_waiting_;
  absl::Status status = absl::OkStatus();
  while (true) {
    const absl::Time now = timer_->Now();
    Forget(now);
    if (timer_->stopped() || (may_start && !may_start())) {
      status = absl::CancelledError("no call was made: the connector is stopping or its lease ended");
      break;
    }
    const absl::Duration delay = Delay(kind, now);
    if (delay <= absl::ZeroDuration()) {
      ++calls_;
      minute_.push_back(now);
      second_.push_back(now);
      if (kind == CallKind::kPoll) polls_.push_back(now);
      break;
    }
    lock.unlock();
    timer_->Wait(std::min(delay, kLook));
    lock.lock();
  }
  if (is_operation) --operations_waiting_;
  return status;
}

void RateBudget::Pause(absl::Duration pause) {
  const std::lock_guard lock(mutex_);
  paused_until_ = std::max(paused_until_, timer_->Now() + pause);
}

void RateBudget::SetPollShare(int percent) {
  const std::lock_guard lock(mutex_);
  limits_.poll_share_percent = std::clamp(percent, 1, 100);
}

void RateBudget::SetCallsPerMinute(int calls) {
  const std::lock_guard lock(mutex_);
  limits_.calls_per_minute = std::max(calls, 1);
}

std::uint64_t RateBudget::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

}  // namespace entente::sdk
