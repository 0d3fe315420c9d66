#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/undo/undo_world.h"

namespace entente::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Undo, OfARunBringsBackWhatStoodBefore) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  const std::uint64_t run = world.Run();
  ASSERT_EQ(world.City("ACME"), Value("Brest"));

  const Plan plan = world.UndoOf(run);
  ASSERT_EQ(plan.writes.size(), 1u);
  const PlannedWrite& write = plan.writes.front();
  EXPECT_EQ(write.rule, "party.city");
  EXPECT_EQ(write.reason, "undo of run " + std::to_string(run));
  EXPECT_EQ(write.before, (Fields{{"city", "Brest"}}));
  EXPECT_EQ(write.writes, (Fields{{"city", "Vannes"}}));
  EXPECT_EQ(world.City("ACME"), Value("Brest")) << "a plan writes nothing";
  EXPECT_EQ(plan.cost[Side::kRight].writes, 1);

  world.Undo(plan);
  EXPECT_EQ(world.City("ACME"), Value("Vannes"));
}

TEST(Undo, IsNotWrittenOverAtTheNextPass) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Undo(world.UndoOf(world.Run()));
  world.Reconcile();
  world.RunFor(absl::Minutes(30));
  world.Restart();
  world.ConnectBoth();
  world.Reconcile();
  EXPECT_EQ(world.writes(), 0) << world.Story();
  EXPECT_EQ(world.City("ACME"), Value("Vannes"));
  const auto items = world.Items("undone");
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(FieldOf(items.front().details, "count"), Value(1));
  EXPECT_THAT(items.front().choices, ElementsAre("write_again"));
}

TEST(Undo, EndsForAFieldThatItsSourceEdits) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Undo(world.UndoOf(world.Run()));
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Lorient"}});
  world.Settle();
  EXPECT_EQ(world.City("ACME"), Value("Lorient"));
  EXPECT_THAT(world.Items("undone"), IsEmpty());
}

TEST(Undo, LetsOtherFieldsOfTheRecordFlow) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Undo(world.UndoOf(world.Run()));
  world.sage().Edit("party", "ACME", {{"CT_Telephone", "0297000000"}});
  world.Settle();
  EXPECT_EQ(world.crm().Field("accounts", world.Account("ACME"), "phone"), Value("0297000000"));
  EXPECT_EQ(world.City("ACME"), Value("Vannes"));
}

TEST(Undo, EndsForATwoWayFieldThatIsEditedOnTheOtherSide) {
  UndoWorld world;
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  world.Undo(world.UndoOf(world.Run()));
  ASSERT_EQ(world.City("PROS"), Value("Nantes"));
  world.crm().Edit("accounts", world.Account("PROS"), {{"city", "Lorient"}});
  world.Settle();
  EXPECT_EQ(world.sage().Field("party", "PROS", "CT_Ville"), Value("Lorient"));
  EXPECT_THAT(world.Items("undone"), IsEmpty());
}

TEST(Undo, AnEditNotYetDecidedIsNotSwallowed) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  const Plan plan = world.UndoOf(world.Run());
  world.Pause();
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Lorient"}});
  world.Settle();
  ASSERT_TRUE(world.Apply(plan).ok());
  ASSERT_EQ(world.City("ACME"), Value("Vannes"));
  world.Resume();
  EXPECT_EQ(world.City("ACME"), Value("Lorient"));
}

TEST(Undo, LeavesWhatAPersonEditedSince) {
  UndoWorld world;
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}, {"CT_Telephone", "0611111111"}});
  const std::uint64_t run = world.Run();
  world.crm().Edit("accounts", world.Account("PROS"), {{"city", "Lorient"}});
  world.Settle();

  const Plan plan = world.UndoOf(run);
  ASSERT_EQ(plan.writes.size(), 1u);
  EXPECT_EQ(plan.writes.front().writes, (Fields{{"phone", "0102030405"}}));
  ASSERT_EQ(plan.left.size(), 1u);
  EXPECT_EQ(plan.left.front().reason, "edited_since");
  EXPECT_EQ(plan.left.front().field, "city");
  EXPECT_EQ(plan.left.front().ours, Value("Brest"));
  EXPECT_EQ(plan.left.front().now, Value("Lorient"));
  world.Undo(plan);
  EXPECT_EQ(world.City("PROS"), Value("Lorient"));
}

TEST(Undo, LeavesWhatWasWrittenAfterTheRun) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  const std::uint64_t run = world.Run();
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Lorient"}});
  world.Settle();
  const Plan plan = world.UndoOf(run);
  EXPECT_THAT(plan.writes, IsEmpty());
  EXPECT_THAT(UndoWorld::Left(plan), ElementsAre("written_since"));
}

TEST(Undo, SinceAMomentGoesBackOverSeveralWritesAndStopsAtAnEdit) {
  UndoWorld world;
  const absl::Time since = world.now();
  world.Advance(absl::Minutes(1));
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  world.Settle();
  world.crm().Edit("accounts", world.Account("PROS"), {{"city", "Quimper"}});
  world.Settle();
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Lorient"}});
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Lorient"}});
  world.Settle();

  std::map<std::string, Value> back;
  for (const PlannedWrite& write : world.UndoSince(since).writes) {
    if (write.side == Side::kRight) back[write.key] = FieldOf(write.writes, "city");
  }
  EXPECT_EQ(back[world.Account("ACME")], Value("Vannes"));
  EXPECT_EQ(back[world.Account("PROS")], Value("Quimper")) << "a person's edit between two of our writes is what comes back";
}

TEST(Undo, SinceADeliveryBeginsWithIt) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Settle();
  const auto link = world.LinkOf(Side::kLeft, "party", "ACME");
  std::int64_t delivery = 0;
  for (const JournalEntry& entry : world.History(link->id)) {
    if (entry.kind == "receipt") delivery = *FieldOf(entry.details, "delivery").As<std::int64_t>();
  }
  EXPECT_EQ(world.UndoOf(UndoRequest{.scope = {.since_delivery = static_cast<DeliveryId>(delivery)}}).writes.size(), 1u);
  EXPECT_THAT(world.UndoOf(UndoRequest{.scope = {.since_delivery = static_cast<DeliveryId>(delivery) + 1}}).writes, IsEmpty());
}

TEST(Undo, ASecondTimeIsEmpty) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.SageContact("PROS", "Petit", "Paul");
  const absl::Time since = world.now() - absl::Seconds(1);
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  const Plan plan = world.UndoOf(run);
  ASSERT_EQ(plan.writes.size(), 2u);
  world.Undo(plan);
  EXPECT_THAT(world.UndoOf(run).writes, IsEmpty());
  EXPECT_THAT(world.UndoSince(since).writes, IsEmpty());
}

TEST(Undo, WrittenAgainWhenSomebodyChoosesSo) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.SageContact("PROS", "Petit", "Paul");
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  world.Undo(world.UndoOf(run));
  ASSERT_EQ(world.Items("undone").size(), 2u) << "one an entity";
  while (!world.Items("undone").empty()) ASSERT_TRUE(world.Resolve("undone", "write_again").status.ok());
  world.Settle();
  EXPECT_EQ(world.City("ACME"), Value("Brest"));
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u);
}

TEST(Undo, DismissedItStaysAsItIs) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Undo(world.UndoOf(world.Run()));
  ASSERT_TRUE(world.Resolve("undone", "dismiss").status.ok());
  world.Settle();
  world.Reconcile();
  EXPECT_EQ(world.City("ACME"), Value("Vannes"));
  EXPECT_THAT(world.Items("undone"), IsEmpty());
}

TEST(Undo, OfAReferenceIsHeldToo) {
  UndoWorld world;
  const std::string other = world.SageContact("ACME", "Moreau", "Luc");
  world.Settle();
  world.RunFor(absl::Minutes(10));
  world.sage().Edit("contact", other, {{"CT_Num", Ref("party", "PROS")}});
  const std::uint64_t run = world.Run();
  const std::string there = world.Partner(Side::kLeft, "contact", other);
  ASSERT_EQ(world.crm().Field("contacts", there, "accountId"), Ref("accounts", world.Account("PROS")));
  world.Undo(world.UndoOf(run));
  world.Reconcile();
  EXPECT_EQ(world.crm().Field("contacts", there, "accountId"), Ref("accounts", world.Account("ACME"))) << world.Story();
  EXPECT_EQ(world.writes(), 0);
}

TEST(Undo, LeavesAPersonsSpellingOfOurValue) {
  UndoWorld world;
  world.sage().Edit("party", "PROS", {{"CT_Telephone", "0611111111"}});
  const std::uint64_t run = world.Run();
  world.crm().Edit("accounts", world.Account("PROS"), {{"phone", "06 11 11 11 11"}});
  world.Settle();
  const Plan plan = world.UndoOf(run);
  EXPECT_THAT(plan.writes, IsEmpty());
  EXPECT_THAT(UndoWorld::Left(plan), ElementsAre("edited_since"));
}

TEST(Undo, LeavesOurValueThatAPersonTypedAgain) {
  UndoWorld world;
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  const std::uint64_t run = world.Run();
  world.crm().Edit("accounts", world.Account("PROS"), {{"city", "Lorient"}});
  world.Settle();
  world.crm().Edit("accounts", world.Account("PROS"), {{"city", "Brest"}});
  world.Settle();
  const Plan plan = world.UndoOf(run);
  EXPECT_THAT(plan.writes, IsEmpty());
  EXPECT_THAT(UndoWorld::Left(plan), ElementsAre("edited_since"));
}

TEST(Undo, OfWhatItsSystemSpellsInItsOwnWay) {
  UndoWorld world;
  // Its form shows only when the record is read again.
  world.crm().render = [](const std::string&, const std::string& field, const Value& value) { return field == "phone" ? Value("06 11 11 11 11") : value; };
  world.sage().Edit("party", "PROS", {{"CT_Telephone", "0611111111"}});
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  ASSERT_EQ(world.crm().Field("accounts", world.Account("PROS"), "phone"), Value("06 11 11 11 11"));
  const Plan plan = world.UndoOf(run);
  ASSERT_EQ(plan.writes.size(), 1u);
  EXPECT_EQ(plan.writes.front().writes, (Fields{{"phone", "0102030405"}}));
}

TEST(Undo, OfARunThatIsUnknownIsRefused) {
  UndoWorld world;
  PlanRequest request;
  request.undo = UndoRequest{.scope = {.run = 99}};
  EXPECT_THAT(std::string(world.MakePlan(request).status().message()), HasSubstr("RUN_UNKNOWN"));
}

TEST(Undo, OfARunThatGoesOnIsRefused) {
  UndoWorld world;
  world.Ask(StartRun{"reconcile", {}});
  PlanRequest request;
  request.undo = UndoRequest{.scope = {.run = world.status().runs.front().id}};
  EXPECT_THAT(std::string(world.MakePlan(request).status().message()), HasSubstr("RUN_GOES_ON"));
}

TEST(Undo, SaysWhereTheHistoryNoLongerReachesBack) {
  UndoWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  const std::uint64_t run = world.Run();
  world.Advance(absl::Hours(1));
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Lorient"}});
  world.Settle();
  ASSERT_THAT(UndoWorld::Left(world.UndoOf(run)), ElementsAre("written_since"));
  const LinkId link = world.LinkOf(Side::kLeft, "party", "ACME")->id;
  EXPECT_THAT(UndoWorld::Left(world.UndoOf(run, link)), ElementsAre("history_gone", "history_gone")) << "of either side's record";
}

}  // namespace
}  // namespace entente::testing
