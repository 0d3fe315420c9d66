#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/plan/still_world.h"

// On a world that stands still a plan is what apply does, byte for byte: over generated companies, work of their users and both kinds of plan.
namespace entente::testing {
namespace {

constexpr int kShards = 8;
constexpr int kCases = 100'000;          // all shards together
constexpr int kCasesPerCompany = 10;

class PlanEqualsApply : public ::testing::TestWithParam<int> {};

// False when the case failed.
bool PlanAndApply(StillWorld& world, const PlanRequest& request, std::int64_t* writes) {
  const auto plan = world.MakePlan(request);
  EXPECT_TRUE(plan.ok()) << plan.status();
  if (!plan.ok()) return false;
  EXPECT_EQ(world.writes(), 0) << "planning writes nothing";
  world.ResetCounts();
  const auto report = world.Apply(*plan);
  EXPECT_TRUE(report.ok()) << report.status();
  if (!report.ok()) return false;
  EXPECT_FALSE(report->running);
  for (const PlanRefusal& refusal : report->refused) ADD_FAILURE() << "write " << refusal.number << " of link " << refusal.link << " refused: " << refusal.reason;
  EXPECT_EQ(report->made, report->planned);
  EXPECT_EQ(Made(world), Planned(world, *plan));
  *writes += static_cast<std::int64_t>(plan->writes.size());
  world.ResetCounts();
  return !::testing::Test::HasFailure();
}

TEST_P(PlanEqualsApply, OnGeneratedCompanies) {
  const char* chosen = std::getenv("ENTENTE_SEED");
  const std::uint64_t first = chosen ? std::strtoull(chosen, nullptr, 10) : 1'000'000u * static_cast<std::uint64_t>(GetParam());
  const int companies = chosen ? 1 : kCases / kShards / kCasesPerCompany;
  std::int64_t cases = 0, writes = 0, empty = 0;
  for (int company = 0; company < companies; ++company) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(company);
    StillWorld world(seed);
    world.EndsInUnrest();   // it is never let go; that a pass then writes nothing is the other tests' matter
    world.Observe();
    for (int i = 0; i < kCasesPerCompany; ++i) {
      if (i > 0) world.Work();
      PlanRequest request;
      request.kind = i > 0 && world.Below(2) == 0 ? "reconcile" : "pending";
      const std::int64_t before = writes;
      if (!PlanAndApply(world, request, &writes)) {
        FAIL() << "seed " << seed << ", case " << i << " (" << request.kind << "). Again: ENTENTE_SEED=" << seed << "\n" << world.story() << world.Story();
      }
      ++cases;
      empty += writes == before;
    }
  }
  std::cout << "cases " << cases << ", writes planned and made " << writes << ", plans without a write " << empty << "\n";
  EXPECT_GT(writes, cases / 2);
}

INSTANTIATE_TEST_SUITE_P(Shards, PlanEqualsApply, ::testing::Range(0, kShards));

}  // namespace
}  // namespace entente::testing
