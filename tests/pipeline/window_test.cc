// R30, lock and window policy: "If Sage is open: wait, retry every 2 min, notify after 30, only between 20:00 and 06:00".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/core/calendar.h"
#include "tests/scenarios/quote_world.h"
#include "tests/support/pack_overlay.h"

namespace entente::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kNights[] = "sides:\n  ssm:\n    window: {from: \"20:00\", to: \"06:00\", zone: Europe/Paris}\n";

// The clock on a wall in Paris.
std::string InParis(absl::Time at) { return FormatTimestamp(TimeZone::Named("Europe/Paris")->ToLocal({absl::ToUnixMicros(at)})).substr(11, 5); }

// Moves the clock to the next time it shows this in Paris.
void GoTo(World& world, const std::string& clock) {
  for (int minute = 0; minute < 24 * 60 && InParis(world.now()) != clock; ++minute) world.RunFor(absl::Minutes(1));
  ASSERT_EQ(InParis(world.now()), clock);
}

TEST(R30_Window, AWriteDecidedByDayWaitsForTheNight) {
  PackOverlay pack(kNights);
  SsmWorld world({}, pack.path());
  GoTo(world, "21:00");
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  const std::string account = world.CrmByExtId("accounts", "ACME");
  ASSERT_NE(account, "") << world.Story();

  GoTo(world, "10:00");
  world.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme SA"}});
  world.RunFor(absl::Hours(2));
  EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("Acme"));
  const Link waiting = *world.LinkOf(Side::kLeft, "party", "ACME");
  ASSERT_TRUE(waiting.parked.has_value()) << world.Story();
  EXPECT_EQ(waiting.parked->reason, "window_closed");
  EXPECT_EQ(waiting.owed[Side::kRight]->last_code, "WINDOW_CLOSED");
  EXPECT_THAT(waiting.owed[Side::kRight]->last_text, HasSubstr("from 20:00 to 06:00 (Europe/Paris)"));
  EXPECT_EQ(InParis(absl::FromUnixMicros(world.status().sides[Side::kRight].window_opens_micros)), "20:00");
  EXPECT_EQ(world.status().sides[Side::kLeft].window_opens_micros, 0);

  GoTo(world, "19:59");
  EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("Acme"));
  world.RunFor(absl::Minutes(2));
  EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("Acme SA")) << world.Story();
  EXPECT_FALSE(world.LinkOf(Side::kLeft, "party", "ACME")->parked.has_value()) << world.Story();
  EXPECT_EQ(world.status().sides[Side::kRight].window_opens_micros, 0);
}

TEST(R30_Window, TheNewestDecisionIsWhatGoesWhenItOpens) {
  PackOverlay pack(kNights);
  SsmWorld world({}, pack.path());
  GoTo(world, "21:00");
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  GoTo(world, "10:00");
  world.ResetCounts();
  for (const char* name : {"Un", "Deux", "Trois"}) {
    world.sage().Edit("party", "ACME", {{"CT_Intitule", name}});
    world.RunFor(absl::Minutes(10));
  }
  EXPECT_EQ(world.writes(), 0);
  EXPECT_EQ(world.LinkOf(Side::kLeft, "party", "ACME")->parked->reason, "window_closed");
  world.Restart();
  world.ConnectBoth();
  GoTo(world, "20:01");
  EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "ACME"), "name"), Value("Trois"));
  EXPECT_EQ(world.writes(), 1) << world.Story();
}

TEST(R30_Window, TheOtherSideIsWrittenAtAllHours) {
  PackOverlay pack(kNights);
  SsmWorld world({}, pack.path());
  GoTo(world, "21:00");
  world.SageParty("P1", "Piste", true);
  world.FirstLoad();
  GoTo(world, "10:00");
  world.crm().Edit("accounts", world.CrmByExtId("accounts", "P1"), {{"name", "Piste SA"}});
  world.RunFor(absl::Minutes(30));
  EXPECT_EQ(world.sage().Field("party", "P1", "CT_Intitule"), Value("Piste SA")) << world.Story();
  GoTo(world, "21:00");
}

TEST(R30_Window, AnEntityMayHaveHoursOfItsOwn) {
  PackOverlay pack("entities:\n  product:\n    ssm: {window: {from: \"12:00\", to: \"13:00\", zone: Europe/Paris, days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]}}\n");
  SsmWorld world({}, pack.path());
  world.FirstLoad();
  GoTo(world, "10:00");
  world.SageParty("ACME", "Acme", false);
  world.SageArticle("A1", "Vis", "1.00");
  world.RunFor(absl::Minutes(30));
  EXPECT_NE(world.CrmByExtId("accounts", "ACME"), "") << world.Story();
  EXPECT_EQ(world.CrmByExtId("products", "A1"), "");
  GoTo(world, "12:01");
  EXPECT_NE(world.CrmByExtId("products", "A1"), "") << world.Story();
}

std::string SageWindow(const std::string& on_demand) {
  return "sides:\n  sage:\n    window: {from: \"20:00\", to: \"06:00\", zone: Europe/Paris, on_demand: " + on_demand + "}\n";
}

// A quote sent by day; the number of documents in Sage before the window opens.
std::size_t QuotesSentByDay(const std::string& on_demand) {
  PackOverlay pack(SageWindow(on_demand));
  QuoteWorld world({}, pack.path());
  GoTo(world, "10:00");
  const std::string quote = world.CrmQuote(world.account, {Map{{"productId", Ref("products", world.CrmByExtId("products", "A1"))}, {"quantity", Dec("1")}}});
  world.Settle();
  EXPECT_TRUE(world.Ask(PushQuote{quote, false, "r1"}).status.ok());
  world.RunFor(absl::Minutes(30));
  const std::size_t sent = world.sage().CountLive("quote");
  GoTo(world, "20:30");
  EXPECT_EQ(world.sage().CountLive("quote"), 1u) << world.Story();
  return sent;
}

TEST(R30_Window, WhatSomebodyAsksForWaitsOrPassesAsThePackSays) {
  EXPECT_EQ(QuotesSentByDay("passes"), 1u);
  EXPECT_EQ(QuotesSentByDay("waits"), 0u);
}

TEST(R30_Window, APlanShowsWhatWouldBeWrittenThoughTheWindowIsClosed) {
  PackOverlay pack(kNights);
  SsmWorld world({}, pack.path());
  GoTo(world, "21:00");
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  GoTo(world, "10:00");
  world.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme SA"}});
  world.RunFor(absl::Minutes(10));
  const absl::StatusOr<Plan> plan = world.MakePlan();
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->writes.size(), 1u) << world.Story();
  GoTo(world, "21:00");
}

// ------------------------------------------------------------------------------------------------ locks

constexpr char kLock[] = "sides:\n  ssm:\n    lock: {retry_every: 2m, notify_after: 30m%s}\n";

std::string LockPack(const std::string& more = "") {
  std::string text = kLock;
  return text.replace(text.find("%s"), 2, more);
}

// Somebody has the account open.
void Lock(SsmWorld& world, int& tries) {
  world.crm().fail = [&tries](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || operation.resource != "accounts") return std::nullopt;
    ++tries;
    OperationResult locked;
    locked.kind = OperationResult::Kind::kFailure;
    locked.failure = FailureClass::kAgain;
    locked.code = "RECORD_LOCKED";
    return locked;
  };
}

TEST(R30_Lock, ALockedRecordIsTriedEveryTwoMinutesAndToldAfterThirty) {
  PackOverlay pack(LockPack());
  SsmWorld world({}, pack.path());
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  int tries = 0;
  Lock(world, tries);
  world.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme SA"}});
  world.Settle();
  ASSERT_GE(tries, 1) << world.Story();

  tries = 0;
  world.RunFor(absl::Minutes(20));
  EXPECT_EQ(tries, 10);
  EXPECT_TRUE(world.Items("record_locked").empty());
  world.RunFor(absl::Minutes(13));
  const auto items = world.Items("record_locked");
  ASSERT_EQ(items.size(), 1u) << world.Story();
  EXPECT_THAT(items[0].message_fr, HasSubstr("depuis longtemps"));
  EXPECT_THAT(items[0].message_fr, HasSubstr("dès qu'elle sera libérée")) << "the pack's words for this kind of lock";
  EXPECT_EQ(items[0].details.at("code"), Value("RECORD_LOCKED"));

  world.crm().fail = nullptr;
  world.RunFor(absl::Minutes(3));
  EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "ACME"), "name"), Value("Acme SA"));
  EXPECT_TRUE(world.Items("record_locked").empty()) << world.Story();
}

TEST(R30_Lock, AnEditWhileItWaitsDoesNotStartTheTimeAnew) {
  PackOverlay pack(LockPack());
  SsmWorld world({}, pack.path());
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  int tries = 0;
  Lock(world, tries);
  for (int i = 0; i < 7; ++i) {
    world.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme " + std::to_string(i)}});
    world.RunFor(absl::Minutes(5));
  }
  EXPECT_EQ(world.Items("record_locked").size(), 1u) << world.Story();
}

TEST(R30_Lock, IsToldOnce) {
  PackOverlay pack(LockPack());
  SsmWorld world({}, pack.path());
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  int tries = 0;
  Lock(world, tries);
  world.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme SA"}});
  world.RunFor(absl::Minutes(40));
  ASSERT_TRUE(world.Resolve("record_locked", "dismiss").status.ok()) << world.Story();
  world.RunFor(absl::Minutes(40));
  EXPECT_TRUE(world.Items("record_locked").empty()) << world.Story();
}

TEST(R30_Lock, IsGivenUpWhereThePackSaysSo) {
  PackOverlay pack(LockPack(", give_up_after: 1h"));
  SsmWorld world({}, pack.path());
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  int tries = 0;
  Lock(world, tries);
  world.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme SA"}});
  world.RunFor(absl::Minutes(55));
  EXPECT_TRUE(world.Items("dead_letter").empty());
  world.RunFor(absl::Minutes(10));
  ASSERT_EQ(world.Items("dead_letter").size(), 1u) << world.Story();
  EXPECT_EQ(world.Items("dead_letter")[0].details.at("code"), Value("RECORD_LOCKED"));
  EXPECT_TRUE(world.Items("record_locked").empty()) << "one item says it";
  const int given_up = tries;
  world.RunFor(absl::Hours(1));
  EXPECT_EQ(tries, given_up);
}

}  // namespace
}  // namespace entente::testing
