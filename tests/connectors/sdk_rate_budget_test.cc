#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "connectors/sdk/backoff.h"
#include "connectors/sdk/rate_budget.h"

namespace entente::sdk {
namespace {

// The most calls in any window of that length.
std::size_t Peak(const std::vector<absl::Time>& calls, absl::Duration window) {
  std::size_t peak = 0;
  for (std::size_t last = 0, first = 0; last < calls.size(); ++last) {
    while (calls[last] - calls[first] >= window) ++first;
    peak = std::max(peak, last - first + 1);
  }
  return peak;
}

std::vector<absl::Time> CallFor(RateBudget& budget, Timer& timer, CallKind kind, absl::Duration length) {
  std::vector<absl::Time> calls;
  const absl::Time end = timer.Now() + length;
  while (budget.Acquire(kind).ok() && timer.Now() < end) calls.push_back(timer.Now());
  return calls;
}

TEST(RateBudget, C_SSM_13_NoWindowEverHoldsMoreThanTheBudgetAndAlmostAllOfItIsUsed) {
  const auto timer = MakeManualTimer();
  RateBudget budget({.calls_per_minute = 50}, timer.get());

  const auto calls = CallFor(budget, *timer, CallKind::kOperation, absl::Minutes(20));

  EXPECT_EQ(Peak(calls, absl::Minutes(1)), 50U);
  EXPECT_GE(calls.size(), 20U * 50U * 95U / 100U);
}

TEST(RateBudget, SecondsAreLimitedToo) {
  const auto timer = MakeManualTimer();
  RateBudget budget({.calls_per_second = 13}, timer.get());

  const auto calls = CallFor(budget, *timer, CallKind::kOperation, absl::Minutes(1));

  EXPECT_EQ(Peak(calls, absl::Seconds(1)), 13U);
  EXPECT_GE(calls.size(), 60U * 13U * 95U / 100U);
}

TEST(RateBudget, PollingKeepsToItsShare) {
  const auto timer = MakeManualTimer();
  RateBudget budget({.calls_per_minute = 50, .poll_share_percent = 20}, timer.get());

  const auto calls = CallFor(budget, *timer, CallKind::kPoll, absl::Minutes(10));

  EXPECT_EQ(Peak(calls, absl::Minutes(1)), 10U);
}

TEST(RateBudget, ListingsLeaveRoomForOperations) {
  const auto timer = MakeManualTimer();
  RateBudget budget({.calls_per_minute = 50, .reserve_percent = 10}, timer.get());
  for (int i = 0; i < 45; ++i) ASSERT_TRUE(budget.Acquire(CallKind::kListing).ok());

  const absl::Time before = timer->Now();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(budget.Acquire(CallKind::kOperation).ok());

  EXPECT_EQ(timer->Now(), before);
}

TEST(RateBudget, APauseHoldsEverybody) {
  const auto timer = MakeManualTimer();
  RateBudget budget({}, timer.get());
  budget.Pause(absl::Seconds(30));

  const absl::Time before = timer->Now();
  ASSERT_TRUE(budget.Acquire(CallKind::kOperation).ok());

  EXPECT_GE(timer->Now() - before, absl::Seconds(30));
}

TEST(RateBudget, NoCallIsMadeWhenTheLeaseEndedOrTheConnectorStops) {
  const auto timer = MakeManualTimer();
  RateBudget budget({.calls_per_minute = 1}, timer.get());

  EXPECT_EQ(budget.Acquire(CallKind::kOperation, [] { return false; }).code(), absl::StatusCode::kCancelled);
  timer->Stop();
  EXPECT_EQ(budget.Acquire(CallKind::kOperation).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(budget.calls(), 0U);
}

TEST(Backoff, GrowsToItsLimitAndBeginsAnew) {
  Backoff backoff(absl::Seconds(1), absl::Seconds(8), 1);
  for (const int full : {1, 2, 4, 8, 8}) {
    const absl::Duration wait = backoff.Next();
    EXPECT_LE(wait, absl::Seconds(full));
    EXPECT_GE(wait, absl::Seconds(full) / 2);
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Seconds(1));
}

}  // namespace
}  // namespace entente::sdk
