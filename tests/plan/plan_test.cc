#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/plan/planner.h"
#include "tests/support/ssm_world.h"

namespace entente::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A company that an engine looked at and did not touch.
class ObservedWorld : public SsmWorld {
 public:
  ObservedWorld() {
    SageParty("ACME", "Acme", false);
    SageParty("PROS", "Prospère", true);
    SageContact("PROS", "Durand", "Anne");
    SageArticle("A1", "Chaise", "10.00");
  }
  void Observe() {
    ConnectBoth();
    EXPECT_TRUE(Ask(SetPaused{.paused = true, .observing = true}).status.ok());
    EXPECT_TRUE(Ask(StartRun{"first_load", {}}).status.ok());
    Settle();
  }
};

int NumberOf(const Plan& plan, const std::string& entity, Verb verb) {
  for (const PlannedWrite& write : plan.writes) {
    if (write.entity == entity && write.verb == verb) return write.number;
  }
  return 0;
}

// Every refusal with the write it is about, for a failing test.
std::string Refusals(const Plan& plan, const ApplyReport& report) {
  std::string out;
  for (const PlanRefusal& refusal : report.refused) {
    const PlannedWrite& write = plan.writes[static_cast<std::size_t>(refusal.number) - 1];
    out += std::to_string(refusal.number) + " " + refusal.reason + " link " + std::to_string(write.link) + " " + write.rule + " key " + write.key + "\n";
    for (const auto& [name, value] : write.writes) out += "    " + name + "=" + value.ToDisplay() + " before " + FieldOf(write.before, name).ToDisplay() + "\n";
  }
  return out;
}

// What was done is what the plan shows, value by value, with its placeholders bound to the keys given since.
void ExpectMadeAsPlanned(ObservedWorld& world, const Plan& plan) {
  std::map<std::string, std::string> bindings;
  for (const PlannedWrite& write : plan.writes) {
    if (write.makes.empty()) continue;
    for (const Link& link : world.Links()) {
      if (link.id == write.link) bindings[write.makes] = link.members[write.side].key;
    }
  }
  std::multimap<std::pair<LinkId, Side>, const OperationOut*> made;
  for (const auto& [side, operation] : world.performed()) made.emplace(std::pair(operation.link, side), &operation);
  ASSERT_EQ(world.performed().size(), plan.writes.size());
  for (const PlannedWrite& write : plan.writes) {
    auto it = made.find({write.link, write.side});
    ASSERT_NE(it, made.end()) << write.number;
    EXPECT_EQ(it->second->verb, write.verb);
    EXPECT_EQ(it->second->fields, Bound(write.writes, bindings)) << write.rule;
    made.erase(it);
  }
}

TEST(Plan, ObservingReadsBothSystemsAndWritesNothing) {
  ObservedWorld world;
  world.Observe();
  EXPECT_EQ(world.writes(), 0);
  EXPECT_EQ(world.Links("party").size(), 2u);
}

TEST(Plan, ShowsEveryWriteParentsFirstAndWritesNothing) {
  ObservedWorld world;
  world.Observe();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(world.writes(), 0);
  const int party = NumberOf(*plan, "party", Verb::kCreate);
  const int contact = NumberOf(*plan, "contact", Verb::kCreate);
  ASSERT_NE(party, 0);
  ASSERT_NE(contact, 0);
  EXPECT_LT(party, contact);
  // The contact's account is a record that the plan itself makes.
  const PlannedWrite& write = plan->writes[static_cast<std::size_t>(contact) - 1];
  ASSERT_EQ(write.needs.size(), 1u);
  EXPECT_EQ(plan->writes[static_cast<std::size_t>(write.needs.front()) - 1].entity, "party");
  EXPECT_GT(plan->cost[Side::kRight].calls, 0);
}

TEST(Plan, OnAWorldThatStandsStillIsWhatApplyDoes) {
  ObservedWorld world;
  world.Observe();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  world.ResetCounts();
  const auto report = world.Apply(*plan);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_FALSE(report->running);
  EXPECT_EQ(report->made, report->planned) << Refusals(*plan, *report) << world.Story();
  EXPECT_THAT(report->refused, IsEmpty());
  ExpectMadeAsPlanned(world, *plan);
  // Nothing is left for the engine to do when it goes on.
  world.ResetCounts();
  world.Ask(SetPaused{.paused = false});
  world.Settle();
  EXPECT_EQ(world.writes(), 0) << world.Story();
}

TEST(Plan, ObservingForWeeksSeesWhatIsDeletedInSage) {
  ObservedWorld world;
  world.Observe();
  world.sage().Delete("party", "PROS");
  world.Settle();
  world.Advance(absl::Minutes(16));   // the next sweep
  world.Settle();
  const auto link = world.LinkOf(Side::kLeft, "party", "PROS");
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(link->members[Side::kLeft].presence, Presence::kDeleted) << world.Story();
  EXPECT_EQ(world.writes(), 0);
}

TEST(Plan, KnowsTheKeyOfARecordThatItCreatesAndWhatTheSystemFillsIn) {
  ObservedWorld world;
  const std::string account = world.CrmAccount("Atelier", "Prospect");
  const std::string contact = world.CrmContact(account, "Durand", "Luc");
  world.Observe();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  const auto write_to = [&](const std::string& resource, const std::string& key) -> const PlannedWrite* {
    for (const PlannedWrite& write : plan->writes) {
      if (write.side == Side::kRight && write.resource == resource && write.key == key) return &write;
    }
    return nullptr;
  };
  const PlannedWrite* to_account = write_to("accounts", account);
  ASSERT_NE(to_account, nullptr);
  EXPECT_EQ(FieldOf(to_account->writes, "extId"), Value("SSM" + std::string(8 - account.size(), '0') + account));
  EXPECT_TRUE(FieldOf(to_account->writes, "statusId").IsNull()) << "a record born in the CRM is a prospect in Sage too";
  // Sage numbers contacts itself: the write back is planned with the name of the number to come.
  const PlannedWrite* to_contact = write_to("contacts", contact);
  ASSERT_NE(to_contact, nullptr);
  ASSERT_EQ(to_contact->needs.size(), 1u);
  EXPECT_EQ(FieldOf(to_contact->writes, "extId"), Value(plan->writes[static_cast<std::size_t>(to_contact->needs.front()) - 1].makes));
}

TEST(Plan, OfRecordsThatStandOnBothSidesUnitesTheSameLinks) {
  ObservedWorld world;
  world.CrmAccount("Acme", "Client", {{"extId", "ACME"}, {"city", "Vannes"}});
  world.Observe();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->united.size(), 1u);
  world.ResetCounts();
  const auto report = world.Apply(*plan);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->made, report->planned) << Refusals(*plan, *report) << world.Story();
  ExpectMadeAsPlanned(world, *plan);
}

TEST(Plan, OfAConvergedWorldIsEmpty) {
  ObservedWorld world;
  world.FirstLoad();
  const auto plan = world.MakePlan();
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(plan->writes, IsEmpty());
  EXPECT_GT(plan->links, 0);
}

TEST(Apply, RefusesTheRecordThatMovedAndMakesTheRest) {
  ObservedWorld world;
  world.Observe();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Settle();
  const auto report = world.Apply(*plan);
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->refused.size(), 1u) << world.Story();
  EXPECT_EQ(report->refused.front().reason, "moved");
  EXPECT_EQ(report->made, report->planned - 1);
  EXPECT_EQ(world.CrmByExtId("accounts", "ACME"), "");
  EXPECT_NE(world.CrmByExtId("accounts", "PROS"), "");
}

// A record that is made anew as it was, and then takes what the other side changed since: two writes, the second one decided as the first arrives.
TEST(Apply, WritesARecordAgainThatItMadeAnew) {
  ObservedWorld world;
  world.Observe();
  ASSERT_TRUE(world.Apply(*world.MakePlan({.kind = "pending"})).ok());
  const std::string account = world.CrmByExtId("accounts", "ACME");
  world.crm().Edit("accounts", account, {{"city", "Lyon"}});
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Settle();
  world.crm().Delete("accounts", account);
  world.Settle();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  world.ResetCounts();

  const auto report = world.Apply(*plan);

  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->refused, IsEmpty()) << Refusals(*plan, *report);
  ExpectMadeAsPlanned(world, *plan);
  ASSERT_EQ(plan->writes.size(), 2u);
  EXPECT_EQ(plan->writes[0].writes.at("city"), Value("Lyon"));
  EXPECT_EQ(plan->writes[1].writes, (Fields{{"city", Value("Brest")}}));
}

// A user types the very value while the write of the plan backs off.
TEST(Apply, EndsThoughOneOfItsWritesIsNeededNoMore) {
  ObservedWorld world;
  world.Observe();
  ASSERT_TRUE(world.Apply(*world.MakePlan({.kind = "pending"})).ok());
  const std::string account = world.CrmByExtId("accounts", "PROS");
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  world.Settle();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->writes.size(), 1u);
  bool is_away = true;
  world.crm().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || !is_away) return std::nullopt;
    is_away = false;
    world.crm().Edit("accounts", account, {{"city", "Brest"}});
    world.Poll(Side::kRight, "accounts");
    OperationResult away;
    away.kind = OperationResult::Kind::kFailure;
    away.failure = FailureClass::kAgain;
    away.code = "UNAVAILABLE";
    return away;
  };
  world.ResetCounts();

  const auto report = world.Apply(*plan);

  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_FALSE(world.status().apply.running) << world.Story();
  EXPECT_EQ(world.crm().counts().updates, 0);
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Brest"));
}

TEST(Apply, WhatItRefusedIsDecidedOnceTheEngineGoesOn) {
  ObservedWorld world;
  world.Observe();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Settle();
  ASSERT_TRUE(world.Apply(*plan).ok());
  ASSERT_EQ(world.CrmByExtId("accounts", "ACME"), "");
  EXPECT_TRUE(world.Ask(SetPaused{.paused = false}).status.ok());
  world.Settle();
  ASSERT_NE(world.CrmByExtId("accounts", "ACME"), "") << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "ACME"), "city"), Value("Brest"));
}

TEST(Apply, ARefusedRecordRefusesItsDependants) {
  ObservedWorld world;
  world.Observe();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  world.Settle();
  const auto report = world.Apply(*plan);
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->refused.size(), 2u) << world.Story();
  EXPECT_EQ(report->refused[0].reason, "moved");
  EXPECT_EQ(report->refused[1].reason, "depends_on:" + std::to_string(report->refused[0].number));
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u);
}

TEST(Apply, ARecordTheSystemRefusesIsNamedWithItsCode) {
  ObservedWorld world;
  world.Observe();
  const auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  world.crm().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.resource != "products" || operation.verb != Verb::kCreate || FieldOf(operation.fields, "extId") != Value("A1")) return std::nullopt;
    OperationResult result;
    result.id = operation.id;
    result.kind = OperationResult::Kind::kFailure;
    result.failure = FailureClass::kNever;
    result.code = "VALUE_REFUSED";
    return result;
  };
  const auto report = world.Apply(*plan);
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_FALSE(report->refused.empty());
  EXPECT_EQ(report->refused.front().reason, "refused:VALUE_REFUSED");
}

TEST(Apply, IsRefusedWhileTheEngineRunsOrWithAnotherPack) {
  ObservedWorld world;
  world.Observe();
  auto plan = world.MakePlan({.kind = "pending"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  plan->pack_hash = "other";
  EXPECT_THAT(std::string(world.Apply(*plan).status().message()), HasSubstr("PLAN_OF_OTHER_PACK"));
  world.Ask(SetPaused{.paused = false});
  EXPECT_THAT(std::string(world.Apply(*plan).status().message()), HasSubstr("PLAN_NEEDS_PAUSE"));
}

TEST(Plan, BeforeEverythingWasListedIsRefused) {
  ObservedWorld world;
  world.ConnectBoth();
  EXPECT_THAT(std::string(world.MakePlan().status().message()), HasSubstr("NOT_LISTED"));
}

}  // namespace
}  // namespace entente::testing
