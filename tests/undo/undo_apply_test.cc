#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/undo/undo_world.h"

namespace entente::testing {
namespace {

TEST(UndoApply, RefusesTheFieldThatMovedSinceThePlanAndTakesBackTheRest) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  const Plan plan = world.UndoOf(world.Run());
  ASSERT_EQ(plan.writes.size(), 2u);
  world.Pause();
  world.crm().Edit("accounts", world.Account("PROS"), {{"city", "Lorient"}});
  world.Settle();
  const auto report = world.Apply(plan);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->made, 1);
  ASSERT_EQ(report->refused.size(), 1u);
  EXPECT_EQ(report->refused.front().reason, "edited_since");
  world.Resume();
  EXPECT_EQ(world.City("ACME"), Value("Vannes"));
  EXPECT_EQ(world.City("PROS"), Value("Lorient"));
  EXPECT_EQ(world.sage().Field("party", "PROS", "CT_Ville"), Value("Lorient"));
}

TEST(UndoApply, ALostAnswerIsLookedForAndHeldAllTheSame) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  const Plan plan = world.UndoOf(world.Run());
  int lost = 0;
  world.crm().fail = [&lost](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || lost++ > 0) return std::nullopt;
    return OperationResult{.kind = OperationResult::Kind::kFailure, .failure = FailureClass::kUncertain};
  };
  world.Undo(plan);
  EXPECT_EQ(world.City("ACME"), Value("Vannes"));
  EXPECT_EQ(world.Items("undone").size(), 1u);
}

TEST(UndoApply, AnEngineThatDiesLeavesNothingWrittenOver) {
  for (const bool goes_on : {false, true}) {
    for (const int operations : {0, 1, 2, 3}) {
      UndoWorld world;
      world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
      world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
      const std::uint64_t run = world.Run();
      const Plan plan = world.UndoOf(run);
      world.Pause();
      world.KillAfterOperations(operations);
      (void)world.Apply(plan);
      world.Restart();
      world.ConnectBoth();
      // What arrived is found out and stays, whether the engine goes on or only looks.
      if (goes_on) world.Resume();
      world.Advance(absl::Minutes(5));
      world.Settle();
      const int arrived = std::min(operations, 2);
      EXPECT_EQ((world.City("ACME") == Value("Vannes")) + (world.City("PROS") == Value("Nantes")), arrived) << operations << "\n" << world.Story();
      const Plan rest = world.UndoOf(run);
      EXPECT_EQ(rest.writes.size(), static_cast<std::size_t>(2 - arrived)) << operations;
      world.Undo(rest);
      world.Reconcile();
      EXPECT_EQ(world.City("ACME"), Value("Vannes")) << operations << "\n" << world.Story();
      EXPECT_EQ(world.City("PROS"), Value("Nantes")) << operations << "\n" << world.Story();
    }
  }
}

}  // namespace
}  // namespace entente::testing
