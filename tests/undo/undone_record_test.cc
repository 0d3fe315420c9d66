#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/undo/undo_world.h"

namespace entente::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(UndoneRecord, OfACreateDeletesTheRecordAndDoesNotMakeItAgain) {
  UndoWorld world;
  const std::string paul = world.SageContact("PROS", "Petit", "Paul");
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  const Plan plan = world.UndoOf(run);
  ASSERT_EQ(plan.writes.size(), 1u);
  EXPECT_EQ(plan.writes.front().verb, Verb::kDelete);
  EXPECT_THAT(plan.writes.front().loses, HasSubstr("beyond the fields of the pack"));
  world.Undo(plan);
  world.Reconcile();
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u);
  EXPECT_NE(world.sage().Find("contact", paul), nullptr);
  EXPECT_FALSE(world.sage().Find("contact", paul)->deleted) << "the record it was made from stays";
  EXPECT_EQ(world.writes(), 0) << world.Story();
  // An edit of the record asks for no new one: the work item does.
  world.sage().Edit("contact", paul, {{"CT_EMail", "paul@example.com"}});
  world.Settle();
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u);
}

TEST(UndoneRecord, OfACreateLeavesTheRecordThatSomebodyTouched) {
  UndoWorld world;
  const std::string paul = world.SageContact("PROS", "Petit", "Paul");
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  world.crm().Edit("contacts", world.Partner(Side::kLeft, "contact", paul), {{"phone1", "0600000000"}});
  world.Settle();
  const Plan plan = world.UndoOf(run);
  EXPECT_THAT(plan.writes, IsEmpty());
  EXPECT_THAT(UndoWorld::Left(plan), ElementsAre("touched"));
}

TEST(UndoneRecord, OfACreateLeavesTheRecordThatAnotherRefersTo) {
  UndoWorld world;
  world.SageParty("NEW", "Nouveau", true);
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  world.CrmContact(world.Account("NEW"), "Roux", "Zoé");
  world.Settle();
  EXPECT_THAT(UndoWorld::Left(world.UndoOf(run)), Contains("referenced"));
}

TEST(UndoneRecord, DeletesChildrenBeforeTheirParents) {
  UndoWorld world;
  world.SageParty("NEW", "Nouveau", true);
  world.SageContact("NEW", "Petit", "Paul");
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  const Plan plan = world.UndoOf(run);
  ASSERT_EQ(plan.writes.size(), 2u);
  EXPECT_EQ(plan.writes[0].entity, "contact");
  EXPECT_EQ(plan.writes[1].entity, "party");
  EXPECT_THAT(plan.writes[1].needs, ElementsAre(1));
  world.Undo(plan);
  EXPECT_EQ(world.Account("NEW"), "");
}

TEST(UndoneRecord, OfACreateIsRefusedWhenSomebodyRefersToItMeanwhile) {
  UndoWorld world;
  world.SageParty("NEW", "Nouveau", true);
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  const Plan plan = world.UndoOf(run);
  ASSERT_EQ(plan.writes.size(), 1u);
  world.Pause();
  world.CrmContact(world.Account("NEW"), "Roux", "Zoé");
  world.Settle();
  const auto report = world.Apply(plan);
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->refused.size(), 1u);
  EXPECT_EQ(report->refused.front().reason, "referenced");
  EXPECT_NE(world.Account("NEW"), "");
  world.Resume();
}

TEST(UndoneRecord, OfACreateLooksAtTheRecordOnceMore) {
  UndoWorld world;
  const std::string paul = world.SageContact("PROS", "Petit", "Paul");
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  const Plan plan = world.UndoOf(run);
  world.Pause();
  // Nobody polled it yet.
  world.crm().Edit("contacts", world.Partner(Side::kLeft, "contact", paul), {{"phone1", "0600000000"}});
  const auto report = world.Apply(plan);
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->refused.size(), 1u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u);
  world.Resume();
  EXPECT_EQ(world.sage().Field("contact", paul, "CT_Telephone"), Value("0600000000"));
}

TEST(UndoneRecord, OfACreateSeesAnEditBeyondTheFieldsOfThePack) {
  UndoWorld world;
  const std::string paul = world.SageContact("PROS", "Petit", "Paul");
  const std::uint64_t run = world.Run();
  world.Advance(absl::Seconds(1));
  world.crm().Edit("contacts", world.Partner(Side::kLeft, "contact", paul), {{"hobby", "la voile"}});
  world.RunFor(absl::Minutes(10));
  const Plan plan = world.UndoOf(run);
  ASSERT_EQ(plan.writes.size(), 1u) << "no field of the pack shows it";
  world.Pause();
  const auto report = world.Apply(plan);
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->refused.size(), 1u);
  EXPECT_EQ(report->refused.front().reason, "edited_since");
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u);
  world.Resume();
}

TEST(UndoneRecord, OfWhatTheSystemCannotDeleteIsLeftAlone) {
  UndoWorld world;
  world.CrmAccount("Né ici", "Prospect");
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  EXPECT_THAT(UndoWorld::Left(world.UndoOf(run)), Contains("not_deletable")) << world.Story();
}

TEST(UndoneRecord, OverTheBudgetDeletesNothingUnlessTheNumberIsApproved) {
  UndoWorld world;
  for (int i = 0; i < 8; ++i) world.SageContact("PROS", "Nom" + std::string(1, static_cast<char>('A' + i)), "X");
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));
  const Plan plan = world.UndoOf(run);
  EXPECT_THAT(plan.writes, IsEmpty());
  EXPECT_EQ(UndoWorld::Left(plan).count("over_budget"), 8u);
  const Plan approved = world.UndoOf(UndoRequest{.scope = {.run = run}, .deletes_max = 8});
  EXPECT_EQ(approved.writes.size(), 8u);
  // What was deleted today counts when the plan is carried out, and so does the number that was approved.
  Plan forged = approved;
  forged.deletes_max = 7;
  world.Pause();
  EXPECT_THAT(std::string(world.Apply(forged).status().message()), HasSubstr("OVER_DELETE_BUDGET"));
  world.Undo(approved);
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u);
}

TEST(UndoneRecord, OfAsManyAsTheBudgetAllowsNeedsNobody) {
  UndoWorld world;
  for (int i = 0; i < 5; ++i) world.SageContact("PROS", "Nom" + std::string(1, static_cast<char>('A' + i)), "X");
  const std::uint64_t run = world.Run();
  world.RunFor(absl::Minutes(10));

  const Plan plan = world.UndoOf(run);
  EXPECT_EQ(plan.writes.size(), 5u);
  world.Undo(plan);

  EXPECT_EQ(world.crm().CountLive("contacts"), 1u) << world.Story();
}

TEST(UndoneRecord, OfADeleteBringsTheRecordBackAndSaysWhatIsLost) {
  UndoWorld world;
  const std::string there = world.Partner(Side::kLeft, "contact", world.contact);
  world.sage().Delete("contact", world.contact);
  const absl::Time since = world.now();
  world.Reconcile();
  world.RunFor(absl::Minutes(10));
  ASSERT_EQ(world.crm().CountLive("contacts"), 0u) << world.Story();
  const Plan plan = world.UndoSince(since);
  ASSERT_EQ(plan.writes.size(), 1u);
  EXPECT_EQ(plan.writes.front().verb, Verb::kCreate);
  EXPECT_EQ(FieldOf(plan.writes.front().writes, "lastName"), Value("Durand"));
  EXPECT_THAT(plan.writes.front().loses, HasSubstr("history"));
  world.Undo(plan);
  world.Reconcile();
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u) << "and is not deleted again\n" << world.Story();
  EXPECT_EQ(world.writes(), 0);
}

TEST(UndoneRecord, OfADeleteUndeletesWhereTheSystemCan) {
  UndoWorld world;
  world.crm().at("contacts").can_undelete = true;
  world.Disconnect(Side::kRight);
  ASSERT_TRUE(world.Connect(Side::kRight).ok());
  const std::string there = world.Partner(Side::kLeft, "contact", world.contact);
  world.sage().Delete("contact", world.contact);
  const absl::Time since = world.now();
  world.Reconcile();
  world.RunFor(absl::Minutes(10));
  const Plan plan = world.UndoSince(since);
  ASSERT_EQ(plan.writes.size(), 1u);
  EXPECT_EQ(plan.writes.front().verb, Verb::kUndelete);
  world.Undo(plan);
  EXPECT_FALSE(world.crm().Find("contacts", there)->deleted);
}

TEST(UndoneRecord, OfParentAndChildThatWereDeletedPointsTheChildAtItsNewParent) {
  UndoWorld world;
  world.sage().Delete("contact", world.contact);
  world.sage().Delete("party", "PROS");
  const absl::Time since = world.now();
  world.Reconcile();
  world.RunFor(absl::Minutes(10));
  ASSERT_EQ(world.crm().CountLive("contacts"), 0u) << world.Story();
  ASSERT_EQ(world.Account("PROS"), "") << world.Story();
  const Plan plan = world.UndoSince(since);
  ASSERT_EQ(plan.writes.size(), 2u);
  world.Undo(plan);
  ASSERT_NE(world.Account("PROS"), "");
  const auto contacts = world.crm().Where("contacts", "lastName", "Durand");
  ASSERT_EQ(contacts.size(), 1u);
  EXPECT_EQ(world.crm().Field("contacts", contacts.front(), "accountId"), Ref("accounts", world.Account("PROS")));
}

TEST(UndoneRecord, ListsAPushedDocumentAsNotUndoable) {
  UndoWorld world;
  const absl::Time since = world.now();
  const std::string quote = world.CrmQuote(world.Account("ACME"), {{{"productId", Ref("products", world.CrmByExtId("products", "A1"))}, {"quantity", Decimal::FromInt(2)}}});
  world.Settle();
  ASSERT_TRUE(world.Ask(PushQuote{quote, false, ""}).status.ok());
  world.Settle();
  ASSERT_EQ(world.sage().CountLive("quote"), 1u) << world.Story();
  const Plan plan = world.UndoSince(since);
  EXPECT_THAT(plan.writes, IsEmpty());
  EXPECT_THAT(UndoWorld::Left(plan), Contains("pushed_document"));
}

}  // namespace
}  // namespace entente::testing
