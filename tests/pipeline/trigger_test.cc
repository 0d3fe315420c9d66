// R07, triggers: continuous, every N minutes / calendar, on demand, on state, on dependency, on refresh, on reconnect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/core/calendar.h"
#include "tests/support/pack_overlay.h"
#include "tests/support/ssm_world.h"

namespace entente::testing {
namespace {

// The pack with other triggers for products.
std::string Products(const std::string& triggers) { return "entities:\n  product:\n    triggers: [" + triggers + "]\n"; }

constexpr char kTwiceADay[] = "{kind: calendar, at: [\"06:00\", \"18:30\"], zone: Europe/Paris}";

std::string InParis(absl::Time at) { return FormatTimestamp(TimeZone::Named("Europe/Paris")->ToLocal({absl::ToUnixMicros(at)})).substr(11, 5); }

void GoTo(World& world, const std::string& clock) {
  for (int minute = 0; minute < 24 * 60 && InParis(world.now()) != clock; ++minute) world.RunFor(absl::Minutes(1));
  ASSERT_EQ(InParis(world.now()), clock);
}

class R07_Triggers : public ::testing::Test {
 protected:
  static void Load(SsmWorld& world) {
    world.SageArticle("A1", "Vis", "1.00");
    world.SageParty("ACME", "Acme", false);
    world.FirstLoad();
    ASSERT_NE(world.CrmByExtId("products", "A1"), "") << world.Story();
  }
  static void Rename(SsmWorld& world, const std::string& name) { world.sage().Edit("article", "A1", {{"AR_Design", name}}); }
  static std::string Name(SsmWorld& world) { return std::string(world.crm().Field("products", world.CrmByExtId("products", "A1"), "model").TextOrEmpty()); }
};

TEST_F(R07_Triggers, ContinuousPollsEverySoManyMinutes) {
  PackOverlay pack("entities:\n  product:\n    sage: {interval: ~}\n    triggers: [{kind: continuous, every: 15m}]\n");
  SsmWorld world({}, pack.path());
  Load(world);
  world.RunFor(absl::Minutes(15));
  Rename(world, "Clou");
  world.RunFor(absl::Minutes(14));
  EXPECT_EQ(Name(world), "Vis");
  world.RunFor(absl::Minutes(2));
  EXPECT_EQ(Name(world), "Clou") << world.Story();
}

TEST_F(R07_Triggers, ACalendarPollsAtItsHoursAndNotBefore) {
  PackOverlay pack(Products(kTwiceADay));
  SsmWorld world({}, pack.path());
  Load(world);
  GoTo(world, "18:00");
  Rename(world, "Clou");
  GoTo(world, "18:29");
  EXPECT_EQ(Name(world), "Vis") << world.Story();
  world.RunFor(absl::Minutes(3));
  EXPECT_EQ(Name(world), "Clou") << world.Story();

  Rename(world, "Rivet");
  GoTo(world, "05:59");
  EXPECT_EQ(Name(world), "Clou");
  world.RunFor(absl::Minutes(3));
  EXPECT_EQ(Name(world), "Rivet");
}

TEST_F(R07_Triggers, HoursThatPassedWhileTheEngineWasAwayAreMadeUpFor) {
  PackOverlay pack(Products(kTwiceADay));
  SsmWorld world({}, pack.path());
  Load(world);
  GoTo(world, "18:00");
  Rename(world, "Clou");
  world.Disconnect(Side::kLeft);
  GoTo(world, "20:00");
  world.Restart();
  world.ConnectBoth();
  world.RunFor(absl::Minutes(1));
  EXPECT_EQ(Name(world), "Clou") << world.Story();
}

TEST_F(R07_Triggers, OnDemandAloneWaitsUntilSomebodyAsks) {
  PackOverlay pack(Products("on_demand"));
  SsmWorld world({}, pack.path());
  Load(world);
  Rename(world, "Clou");
  world.RunFor(absl::Hours(6));
  EXPECT_EQ(Name(world), "Vis");
  ASSERT_TRUE(world.Ask(PollNow{{"article"}}).status.ok());
  world.RunFor(absl::Minutes(1));
  EXPECT_EQ(Name(world), "Clou") << world.Story();
}

TEST_F(R07_Triggers, OnRefreshReadsItWithAReconcile) {
  PackOverlay pack(Products("on_refresh"));
  SsmWorld world({}, pack.path());
  Load(world);
  Rename(world, "Clou");
  world.RunFor(absl::Hours(6));
  EXPECT_EQ(Name(world), "Vis");
  ASSERT_TRUE(world.Ask(StartRun{"reconcile", {"product"}}).status.ok());
  world.RunFor(absl::Minutes(1));
  EXPECT_EQ(Name(world), "Clou") << world.Story();
}

TEST_F(R07_Triggers, ARefreshIsMadeOnceADayByItself) {
  PackOverlay pack(Products("on_refresh"));
  SsmWorld world({}, pack.path());
  Load(world);
  Rename(world, "Clou");
  world.RunFor(absl::Hours(23));
  EXPECT_EQ(Name(world), "Vis");
  world.Restart();
  world.ConnectBoth();
  world.RunFor(absl::Hours(2));
  EXPECT_EQ(Name(world), "Clou") << world.Story();
  world.RunFor(absl::Hours(20));
  EXPECT_EQ(std::ranges::count_if(world.status().runs, [](const RunState& run) { return run.kind == "reconcile"; }), 1) << "once a day";
}

TEST_F(R07_Triggers, OnReconnectReadsItWhenASessionBegins) {
  PackOverlay pack(Products("on_reconnect"));
  SsmWorld world({}, pack.path());
  Load(world);
  Rename(world, "Clou");
  world.RunFor(absl::Hours(6));
  EXPECT_EQ(Name(world), "Vis");
  world.Disconnect(Side::kLeft);
  ASSERT_TRUE(world.Connect(Side::kLeft).ok());
  world.RunFor(absl::Minutes(1));
  EXPECT_EQ(Name(world), "Clou") << world.Story();
}

TEST_F(R07_Triggers, OnDependencyGoesOnWhenTheParentIsThere) {
  PackOverlay pack("entities:\n  contact:\n    triggers: [continuous, on_dependency]\n");
  SsmWorld world({}, pack.path());
  world.FirstLoad();
  world.SageContact("ACME", "Martin", "Anne");
  world.RunFor(absl::Hours(1));
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u) << "its account is missing";
  world.SageParty("ACME", "Acme", false);
  world.RunFor(absl::Hours(1));
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u) << world.Story();
}

TEST_F(R07_Triggers, OnStateARecordWaitsWithoutAWorkItem) {
  PackOverlay pack("entities:\n  invoice:\n    triggers: [continuous, {kind: on_state, when: sage.posted == true}]\n");
  SsmWorld world({}, pack.path());
  Load(world);
  world.sage().Create("invoice", {{"DO_Piece", "F1"}, {"DO_Type", 6}, {"posted", false}, {"DO_Tiers", Ref("party", "ACME")}, {"DO_TotalHTNet", Dec("100.00")}, {"DO_Date", Date{20'000}}, {"lines", List{}}}, "F1");
  world.Settle();
  EXPECT_EQ(world.CrmByExtId("invoices", "I:F1"), "");
  EXPECT_EQ(world.LinkOf(Side::kLeft, "invoice", "F1")->parked->reason, "awaiting_state");
  EXPECT_TRUE(world.Items("awaiting_state", false).empty());

  world.sage().Edit("invoice", "F1", {{"DO_Type", 7}, {"posted", true}});
  world.Settle();
  EXPECT_NE(world.CrmByExtId("invoices", "I:F1"), "") << world.Story();
}

TEST_F(R07_Triggers, OnStateOfWhatTheRecordRefersTo) {
  PackOverlay pack("entities:\n  contact:\n    triggers: [continuous, {kind: on_state, when: target.party.sage.CT_Sommeil == 0}]\n");
  SsmWorld world({}, pack.path());
  world.SageParty("ACME", "Acme", false, {{"CT_Sommeil", 1}});
  world.SageContact("ACME", "Martin", "Anne");
  world.FirstLoad();
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u) << world.Story();
  world.sage().Edit("party", "ACME", {{"CT_Sommeil", 0}});
  world.Settle();
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u) << world.Story();
}

}  // namespace
}  // namespace entente::testing
