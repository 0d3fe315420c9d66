#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/desk/consequences.h"
#include "engine/desk/groups.h"
#include "engine/desk/rule_draft.h"
#include "tests/support/pack_copy.h"
#include "tests/support/ssm_world.h"

// What a person sees of the work that waits, and what an answer would do.
namespace entente::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// Prospects are edited by both sides; of the city a person is asked.
class DeskWorld {
 public:
  explicit DeskWorld(int parties) : copy_("party.yaml", "      city:\n", "      city:\n        conflict: ask\n"), world_({}, copy_.path()) {
    for (int i = 0; i < parties; ++i) world().SageParty("P" + std::to_string(i), "Maison " + std::to_string(i), true, {{"CT_Ville", "Vannes"}});
    world().FirstLoad();
    world().EndsInUnrest();   // people have not answered yet
  }
  SsmWorld& world() { return world_; }
  std::string Account(int i) { return world_.Partner(Side::kLeft, "party", "P" + std::to_string(i)); }
  // Both users edit the city of one party; both edits are seen together.
  void Disagree(int i) {
    world().sage().Edit("party", "P" + std::to_string(i), {{"CT_Ville", "Lorient"}});
    world().crm().Edit("accounts", Account(i), {{"city", "Brest"}});
    world().Settle();
  }
  WorkItem Item() { return world().Items("conflict").at(0); }
  absl::StatusOr<std::vector<Consequence>> Consequences(const WorkItem& item) {
    return ConsequencesOf(item, [this](const PlanRequest& request) { return world_.MakePlan(request); });
  }
  absl::StatusOr<WorkGroups> Groups(const WorkFilter& filter = {}) {
    return GroupWork(*world_.store().Snapshot(), filter, [] { return false; });
  }

 private:
  PackCopy copy_;
  SsmWorld world_;
};

TEST(Desk, GathersItemsOfOneCauseAndNamesTheOldest) {
  DeskWorld desk(4);
  for (int i = 0; i < 3; ++i) desk.Disagree(i);
  desk.world().CrmAccount("Client du CRM", "Client");
  desk.world().Settle();
  const auto groups = desk.Groups();
  ASSERT_TRUE(groups.ok()) << groups.status();
  ASSERT_THAT(groups->groups, SizeIs(3)) << desk.world().Story();
  const WorkGroup& conflicts = groups->groups[0];
  EXPECT_EQ(conflicts.count, 3);
  EXPECT_EQ(conflicts.key.reason, "conflict");
  EXPECT_EQ(conflicts.key.entity, "party");
  EXPECT_EQ(conflicts.key.field, "city");
  EXPECT_THAT(conflicts.choices, UnorderedElementsAre("sage", "ssm"));
  ASSERT_THAT(conflicts.samples, SizeIs(3));
  EXPECT_LT(conflicts.samples[0], conflicts.samples[1]);
  EXPECT_THAT((std::vector{groups->groups[1].key.reason, groups->groups[2].key.reason}), UnorderedElementsAre("create_not_allowed_here", "collaborator_missing"));
  EXPECT_EQ(groups->items, 5);
}

TEST(Desk, AnItemOfAConflictHoldsBaseLeftAndRight) {
  DeskWorld desk(1);
  desk.Disagree(0);
  const WorkItem item = desk.Item();
  EXPECT_EQ(FieldOf(item.details, "base"), Value("Vannes"));
  EXPECT_EQ(FieldOf(item.details, "left"), Value("Lorient"));
  EXPECT_EQ(FieldOf(item.details, "right"), Value("Brest"));
}

TEST(Desk, TheConsequenceOfAChoiceIsWhatTheChoiceThenWrites) {
  for (const char* choice : {"sage", "ssm", "dismiss"}) {
    DeskWorld desk(2);
    desk.Disagree(0);
    // Somebody else's work waits too, and is none of the consequence.
    desk.world().Ask(SetPaused{.paused = true});
    desk.world().sage().Edit("party", "P1", {{"CT_Ville", "Rennes"}});
    desk.world().Settle();
    const WorkItem item = desk.Item();
    desk.world().ResetCounts();
    const auto consequences = desk.Consequences(item);
    ASSERT_TRUE(consequences.ok()) << consequences.status();
    EXPECT_EQ(desk.world().writes(), 0) << "asking writes nothing";
    const auto told = std::find_if(consequences->begin(), consequences->end(), [&](const Consequence& c) { return c.choice == choice; });
    ASSERT_NE(told, consequences->end());
    std::vector<std::string> foreseen;
    for (const PlannedWrite& write : told->writes) foreseen.push_back(write.resource + " " + write.key + " " + Value(Map(write.writes)).ToDisplay());
    EXPECT_EQ(told->writes_count, static_cast<std::int64_t>(told->writes.size()));

    ASSERT_TRUE(desk.world().Ask(ResolveItem{item.id, choice}).status.ok());
    desk.world().Ask(SetPaused{.paused = false});
    desk.world().Settle();
    std::vector<std::string> written;
    for (const auto& [side, operation] : desk.world().performed()) {
      if (operation.link == item.link) written.push_back(operation.resource + " " + operation.key + " " + Value(Map(operation.fields)).ToDisplay());
    }
    EXPECT_EQ(foreseen, written) << choice << "\n" << desk.world().Story();
    EXPECT_EQ(foreseen.empty(), std::string(choice) == "dismiss");
  }
}

TEST(Desk, TheConsequenceOfApprovingHeldDeletesIsTheDeletesAndOfRejectingThemNothing) {
  SsmWorld world;
  world.EndsInUnrest();
  for (int i = 0; i < 12; ++i) world.SageArticle("A" + std::to_string(i), "Chaise", "10.00");
  world.FirstLoad();
  // Two handfuls in a day, each below what a listing may bring, are more than the budget together.
  for (int i = 0; i < 8; ++i) {
    world.sage().Delete("article", "A" + std::to_string(i));
    if (i % 4 == 3) world.RunFor(absl::Minutes(30));
  }
  const auto items = world.Items("mass_delete");
  ASSERT_THAT(items, SizeIs(1)) << world.Story();
  world.ResetCounts();
  const auto consequences = ConsequencesOf(items.front(), [&](const PlanRequest& request) { return world.MakePlan(request); });
  ASSERT_TRUE(consequences.ok()) << consequences.status();
  EXPECT_EQ(world.writes(), 0);
  for (const Consequence& consequence : *consequences) {
    if (consequence.choice != "approve") {
      EXPECT_EQ(consequence.writes_count, 0) << consequence.choice << (consequence.writes.empty() ? "" : " " + consequence.writes[0].rule + " " + consequence.writes[0].key + " verb " + std::to_string(static_cast<int>(consequence.writes[0].verb)) + Value(Map(consequence.writes[0].writes)).ToDisplay());
      continue;
    }
    world.Ask(ResolveItem{items.front().id, "approve"});
    world.RunFor(absl::Minutes(30));
    EXPECT_GT(consequence.writes_count, 0);
    EXPECT_EQ(consequence.writes_count, world.writes()) << world.Story();
  }
}

TEST(Desk, ADismissedConflictLeavesBothSidesAsTheyAreAndIsNotAskedAgain) {
  DeskWorld desk(1);
  desk.Disagree(0);
  desk.world().ResetCounts();
  desk.world().Resolve("conflict", "dismiss");
  desk.world().RunFor(absl::Minutes(30));
  EXPECT_EQ(desk.world().writes(), 0);
  EXPECT_EQ(desk.world().sage().Field("party", "P0", "CT_Ville"), Value("Lorient"));
  EXPECT_EQ(desk.world().crm().Field("accounts", desk.Account(0), "city"), Value("Brest"));
  EXPECT_THAT(desk.world().Items("conflict"), IsEmpty());
  // The next edit is a conflict again.
  desk.world().crm().Edit("accounts", desk.Account(0), {{"city", "Quimper"}});
  desk.world().Settle();
  EXPECT_THAT(desk.world().Items("conflict"), SizeIs(1)) << desk.world().Story();
}

TEST(Desk, AClosedItemHasNoConsequences) {
  DeskWorld desk(1);
  desk.Disagree(0);
  WorkItem item = desk.Item();
  desk.world().Resolve("conflict", "sage");
  item.state = WorkItem::State::kResolved;
  EXPECT_THAT(std::string(desk.Consequences(item).status().message()), HasSubstr("ITEM_CLOSED"));
}

// The answer to a conflict, kept as a rule: the pack of the draft loads, and the same conflict is then settled by itself.
TEST(Desk, AnAnswerBecomesARuleThatSettlesTheSameConflictByItself) {
  DeskWorld desk(3);
  desk.Disagree(0);
  desk.Disagree(1);
  const WorkItem item = desk.Item();
  const auto draft = DraftRule(desk.world().pack(), item, desk.world().LinkOf(Side::kLeft, "party", "P0"), "ssm");
  ASSERT_TRUE(draft.ok()) << draft.status();
  EXPECT_EQ(draft->path, "entities.party.fields.city.phases.prospect.conflict");
  EXPECT_EQ(draft->value, "ssm");
  EXPECT_THAT(draft->replaces.file, HasSubstr("party.yaml"));
  EXPECT_GT(draft->replaces.line, 0);
  const auto settled = SettledBy(*draft, *desk.world().store().Snapshot());
  ASSERT_TRUE(settled.ok());
  EXPECT_EQ(*settled, 2);

  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("entente-draft-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "pack.yaml") << draft->pack;
  LoadOptions options;
  options.search_path = {std::string(ENTENTE_SOURCE_DIR) + "/rules"};
  options.parameters = {{"default_branch", "Siège"}, {"default_sales_rep", "admin"}, {"user_default_phone", "0100000000"}};
  const auto pack = LoadPack(folder.string(), options);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(pack.ok()) << pack.status() << draft->pack;
  const FieldRule* city = (*pack)->Entity("party")->Field("city");
  ASSERT_NE(city, nullptr);
  EXPECT_EQ(city->PolicyIn("prospect").conflict, ConflictRule::kRight);
  EXPECT_NE(city->PolicyIn("customer").conflict, ConflictRule::kRight);
}

TEST(Desk, WhatNoRuleCanSettleIsSaid) {
  SsmWorld world;
  world.EndsInUnrest();
  world.FirstLoad();
  world.CrmAccount("Client du CRM", "Client");
  world.Settle();
  const auto items = world.Items("create_not_allowed_here");
  ASSERT_THAT(items, SizeIs(1)) << world.Story();
  const auto draft = DraftRule(world.pack(), items.front(), std::nullopt, "dismiss");
  EXPECT_THAT(std::string(draft.status().message()), HasSubstr("RULE_NOT_POSSIBLE"));
  EXPECT_THAT(std::string(DraftRule(world.pack(), items.front(), std::nullopt, "delete everything").status().message()), HasSubstr("CHOICE_UNKNOWN"));
}

}  // namespace
}  // namespace entente::testing
