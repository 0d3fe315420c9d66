#include "engine/pipeline/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/pipeline/project.h"

// What the machine derives from its outbox and its open work stays true with every change of them.
namespace entente {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr OutboxId kPlace{Side::kRight, Lane::kContinuous, 7};

OutboxEntry Create(bool sent, std::int64_t not_before) { return {.link = 1, .sent = sent, .not_before_micros = not_before, .creates = "accounts"}; }

TEST(StateTest, CountsTheCreatesOfAResourceThatAreUnderWayOrReadyToGo) {
  State state;
  const SideState& side = state.sides[Side::kRight];
  const auto counts = [&] { return std::pair(state.sides[Side::kRight].creates_in_flight["accounts"], state.sides[Side::kRight].creates_owed["accounts"]); };

  state.SetOutbox(kPlace, Create(false, 0));
  EXPECT_EQ(counts(), std::pair(0, 1)) << "ready";
  state.SetOutbox(kPlace, Create(true, 0));
  EXPECT_EQ(counts(), std::pair(1, 1)) << "under way";
  state.SetOutbox(kPlace, Create(true, 5));
  EXPECT_EQ(counts(), std::pair(1, 1)) << "uncertain";
  state.SetOutbox(kPlace, Create(false, 5));
  EXPECT_EQ(counts(), std::pair(0, 0)) << "backing off";
  state.SetOutbox(kPlace, std::nullopt);
  EXPECT_EQ(counts(), std::pair(0, 0)) << "gone";
  EXPECT_EQ(side.creates_in_flight.size(), 1u);
}

TEST(StateTest, KnowsWhatWaitsForATimeAndNothingElse) {
  State state;
  state.SetOutbox(kPlace, OutboxEntry{.link = 1, .not_before_micros = 5});
  EXPECT_THAT(state.outbox_due, ElementsAre(Pair(5, kPlace)));

  state.SetOutbox(kPlace, OutboxEntry{.link = 1, .not_before_micros = 9});
  EXPECT_THAT(state.outbox_due, ElementsAre(Pair(9, kPlace)));

  state.SetOutbox(kPlace, OutboxEntry{.link = 1});
  EXPECT_THAT(state.outbox_due, IsEmpty());
  EXPECT_EQ(state.outbox.count(kPlace), 1u);

  state.SetOutbox(kPlace, std::nullopt);
  EXPECT_THAT(state.outbox, IsEmpty());
}

TEST(StateTest, WakesWhoWaitsForCreatesWhenTheLastEnds) {
  State state;
  const std::string wait = WaitForCreates(Side::kRight, "accounts");
  state.waits.insert(WaitHash(wait));
  const OutboxId other{Side::kRight, Lane::kContinuous, 8};
  state.SetOutbox(kPlace, Create(true, 0));
  state.SetOutbox(other, Create(true, 0));

  state.SetOutbox(kPlace, std::nullopt);
  EXPECT_THAT(state.wakes, IsEmpty());
  state.SetOutbox(other, std::nullopt);
  EXPECT_THAT(state.wakes, ElementsAre(wait));
}

TEST(StateTest, QueuesAWakeOnceAndOnlyWhereSomebodyMayWait) {
  State state;
  state.waits.insert(WaitHash("w"));

  state.QueueWake("w");
  state.QueueWake("w");
  state.QueueWake("nobody");

  EXPECT_THAT(state.wakes, ElementsAre("w"));
}

WorkItem Item(const std::string& reason, const std::string& group = "") {
  WorkItem item;
  item.reason = reason;
  item.group = group;
  return item;
}

TEST(StateTest, KnowsOpenWorkByReasonAndGroup) {
  State state;
  state.SetWork(1, Item("mass_delete", "mass_delete:party"));
  state.SetWork(2, Item("ambiguous_match"));
  state.SetWork(3, Item("ambiguous_match"));

  EXPECT_THAT(state.work_by_group, ElementsAre(Pair("mass_delete:party", 1)));
  EXPECT_EQ(state.open_counts["mass_delete"], 1u);
  EXPECT_EQ(state.open_counts["ambiguous_match"], 2u);
  EXPECT_EQ(state.open_work.size(), 3u);
}

TEST(StateTest, ForgetsWorkThatIsDone) {
  State state;
  state.SetWork(1, Item("mass_delete", "mass_delete:party"));
  state.SetWork(2, Item("ambiguous_match"));
  WorkItem done = Item("mass_delete", "mass_delete:party");
  done.state = WorkItem::State::kResolved;

  state.SetWork(1, done);
  state.SetWork(2, std::nullopt);

  EXPECT_THAT(state.work_by_group, IsEmpty());
  EXPECT_EQ(state.open_counts["mass_delete"], 0u);
  EXPECT_EQ(state.open_counts["ambiguous_match"], 0u);
  EXPECT_THAT(state.open_work, IsEmpty());
}

TEST(StateTest, AnItemThatLeavesItsGroupToAnotherTakesItNotAlong) {
  State state;
  state.SetWork(1, Item("mass_delete", "mass_delete:party"));
  state.SetWork(2, Item("mass_delete", "mass_delete:party"));

  state.SetWork(1, std::nullopt);

  EXPECT_THAT(state.work_by_group, ElementsAre(Pair("mass_delete:party", 2)));
}

TEST(StateTest, AReportIsNobodysWork) {
  State state;
  WorkItem report = Item("first_meeting");
  report.kind = WorkItem::Kind::kReport;

  state.SetWork(1, report);

  EXPECT_THAT(state.open_work, IsEmpty());
  EXPECT_EQ(state.open_counts["first_meeting"], 0u);
}

TEST(StateTest, AHeldDeleteIsDueUntilItIsDecided) {
  State state;
  WorkItem held = Item("held_delete");
  held.kind = WorkItem::Kind::kHeldDelete;
  held.due_micros = 5;
  state.SetWork(1, held);
  EXPECT_THAT(state.holds_due, ElementsAre(Pair(5, 1)));

  state.SetWork(1, std::nullopt);
  EXPECT_THAT(state.holds_due, IsEmpty());
}

TEST(StateTest, APlannedWriteWaitsForTheCreatesOfOtherLinksItNeeds) {
  Applying applying;
  applying.owed[{1, Side::kLeft}] = {PlannedWrite{.number = 1, .link = 1}};
  applying.owed[{1, Side::kRight}] = {PlannedWrite{.number = 2, .link = 1, .needs = {1}}};
  applying.owed[{2, Side::kRight}] = {PlannedWrite{.number = 3, .link = 2, .needs = {1}}};
  applying.owed[{3, Side::kRight}] = {};

  EXPECT_TRUE(applying.IsReady(1)) << "its own create goes first by itself";
  EXPECT_FALSE(applying.IsReady(2)) << "the other link's is not made";
  EXPECT_TRUE(applying.IsReady(3)) << "owes nothing";
  EXPECT_TRUE(applying.IsReady(4)) << "is not of the plan";
  applying.made.insert(1);
  EXPECT_TRUE(applying.IsReady(2));
}

TEST(StateTest, TheActiveRunIsTheLastThatRuns) {
  State state;
  EXPECT_EQ(state.ActiveRun(), nullptr);
  state.runs[1] = RunState{.id = 1, .kind = "first_load", .state = "running"};
  state.runs[2] = RunState{.id = 2, .kind = "reconcile", .state = "done"};

  ASSERT_NE(state.ActiveRun(), nullptr);
  EXPECT_EQ(state.ActiveRun()->id, 1u);
  EXPECT_TRUE(state.FirstLoadRunning());
  state.runs[1].state = "failed";
  EXPECT_EQ(state.ActiveRun(), nullptr);
  EXPECT_FALSE(state.FirstLoadRunning());
}

TEST(StateTest, AResourceIsListedWhenAListingOfItWasTaken) {
  State state;
  state.sides[Side::kLeft].listed = {{"party", true}, {"contact", false}};

  EXPECT_TRUE(state.Listed(Side::kLeft, "party"));
  EXPECT_FALSE(state.Listed(Side::kLeft, "contact"));
  EXPECT_FALSE(state.Listed(Side::kLeft, "article"));
  EXPECT_FALSE(state.Listed(Side::kRight, "party"));
}

PushState Pushed(std::uint64_t id, const std::string& state, std::int64_t started_micros = 0) { return {.id = id, .state = state, .started_micros = started_micros}; }

TEST(StateTest, KeepsPushesThatAreOpenAndTheLastHundredThatEnded) {
  State state;
  state.SetPush(Pushed(1, "sending"));
  for (std::uint64_t id = 2; id <= 300; ++id) state.SetPush(Pushed(id, id % 2 == 0 ? "done" : "refused"));
  EXPECT_EQ(state.pushes.size(), kPushesKept + 1);
  EXPECT_TRUE(state.pushes.contains(1)) << "somebody waits for it";
  EXPECT_TRUE(state.pushes.contains(300));
  EXPECT_FALSE(state.pushes.contains(200));
  state.SetPush(Pushed(1, "done"));
  EXPECT_EQ(state.pushes.size(), kPushesKept);
  EXPECT_FALSE(state.pushes.contains(1));
}

TEST(StateTest, APushIsAwaitedUntilItEndsButNotForHours) {
  constexpr std::int64_t kSecond = 1'000'000;
  State state;
  EXPECT_FALSE(state.IsAwaited(kSecond));
  state.SetPush(Pushed(1, "waiting", 10 * kSecond));
  state.SetPush(Pushed(2, "waiting", 50 * kSecond));
  EXPECT_TRUE(state.IsAwaited(60 * kSecond));
  EXPECT_TRUE(state.IsAwaited(100 * kSecond)) << "the later one";
  EXPECT_FALSE(state.IsAwaited(110 * kSecond)) << "it waits for something else than the engine";
  state.SetPush(Pushed(3, "sending", 109 * kSecond));
  EXPECT_TRUE(state.IsAwaited(110 * kSecond));
  state.SetPush(Pushed(3, "done", 109 * kSecond));
  EXPECT_FALSE(state.IsAwaited(110 * kSecond));
}

}  // namespace
}  // namespace entente
