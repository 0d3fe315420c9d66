#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ssm_world.h"

// The engine is killed at every edge of a small day of work: after each operation it handed over, before it heard the answer.
namespace entente::testing {
namespace {

Map Line(SsmWorld& world, const std::string& article, int quantity) {
  return {{"productId", Ref("products", world.CrmByExtId("products", article))}, {"quantity", Decimal::FromInt(quantity)}, {"description", "texte"}};
}

// A day of work that an operator sees through whatever happens to the engine.
class Day {
 public:
  explicit Day(int kill_after) {
    world.SageCollaborator("7", "Léa", "Martin", "lea@example.com");
    world.SageParty("ACME", "Acme", false, {{"CO_No", Ref("collaborator", "7")}});
    world.SageParty("PROS", "Prospect", true, {{"CT_Telephone", "0102030405"}});
    world.SageContact("ACME", "Durand", "Anne");
    world.SageArticle("A1", "Vis", "10");
    world.sage().Create("invoice", {{"DO_Piece", "FA1"}, {"DO_Type", 6}, {"DO_Tiers", Ref("party", "ACME")}, {"DO_TotalHTNet", Dec("100")},
                                    {"DO_TotalTTC", Dec("120")}, {"DO_Date", Date{20'000}},
                                    {"lines", List{Map{{"AR_Ref", Ref("article", "A1")}, {"DL_Qte", Dec("10")}, {"DL_MontantHT", Dec("100")}}, Map{{"DL_Design", "Port"}}}}},
                        "FA1");
    if (kill_after > 0) world.KillAfterOperations(kill_after);
    Morning();
    Afternoon();
    world.KillAfterOperations(-1);
  }

  SsmWorld world;
  int kills = 0;

 private:
  // Until nothing moves: starts the engine again when it died, answers what it asks.
  void SeeThrough() {
    for (int i = 0; i < 50; ++i) {
      const bool rests = world.Settle();
      if (world.killed()) {
        ++kills;
        world.Restart();
        world.ConnectBoth();
        continue;
      }
      ASSERT_TRUE(rests) << world.Story();
      if (world.Items("approve_creates").empty()) return;
      world.Resolve("approve_creates", "approve");
    }
    FAIL() << "no end: " << world.Story();
  }
  void Morning() {
    world.ConnectBoth();
    if (!world.killed()) world.Ask(StartRun{"first_load", {}});
    SeeThrough();
    // An operator whose request was lost with the engine asks again.
    if (world.CrmByExtId("accounts", "ACME").empty()) {
      world.Ask(StartRun{"first_load", {}});
      SeeThrough();
    }
  }
  void Afternoon() {
    world.sage().Edit("party", "PROS", {{"CT_Telephone", "0999999999"}});
    world.crm().Edit("accounts", world.CrmByExtId("accounts", "PROS"), {{"city", "Nantes"}});
    const std::string born = world.CrmAccount("Né au CRM", "Prospect");
    world.CrmContact(born, "Petit", "Luc");
    quote = world.CrmQuote(world.CrmByExtId("accounts", "ACME"), {Line(world, "A1", 2)}, {{"statusId", "En attente de synchronisation"}});
    SeeThrough();
    // Without the help of a full listing.
    EXPECT_EQ(world.sage().Field("party", "PROS", "CT_Ville"), Value("Nantes")) << world.Story();
    EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "PROS"), "phone"), Value("0999999999")) << world.Story();
    EXPECT_EQ(world.Partner(Side::kRight, "quotes", quote).empty(), false) << world.Story();
    world.sage().Delete("contact", world.Partner(Side::kRight, "contacts", world.crm().Where("contacts", "lastName", Value("Durand")).front()));
    world.Ask(StartRun{"reconcile", {}});
    SeeThrough();
    // The hold, and the sweep that asks again for what was missing when the engine died.
    for (int minute = 0; minute < 3; ++minute) {
      world.Advance(absl::Minutes(1));
      SeeThrough();
    }
  }

 public:
  std::string quote;
};

// What must stand at the end of every such day, whatever died in between.
void ExpectWholeDay(Day& day) {
  SsmWorld& world = day.world;
  for (const auto& [resource, count] : std::map<std::string, std::size_t>{
           {"accounts", 3}, {"contacts", 1}, {"products", 2}, {"quotes", 1}, {"invoices", 1}, {"users", 2}, {"rates", 1}}) {
    EXPECT_EQ(world.crm().CountLive(resource), count) << resource << "\n" << world.Story();
  }
  for (const auto& [resource, count] : std::map<std::string, std::size_t>{{"party", 3}, {"contact", 1}, {"quote", 1}}) {
    EXPECT_EQ(world.sage().CountLive(resource), count) << resource << "\n" << world.Story();
  }
  const std::string prospect = world.CrmByExtId("accounts", "PROS");
  EXPECT_EQ(world.crm().Field("accounts", prospect, "phone"), Value("0999999999"));
  EXPECT_EQ(world.sage().Field("party", "PROS", "CT_Ville"), Value("Nantes"));
  EXPECT_EQ(world.crm().Field("accounts", prospect, "city"), Value("Nantes"));
  EXPECT_EQ(world.sage().Where("quote", "DO_RefExterne", Value("SSM-C1-" + day.quote)).size(), 1u);
  EXPECT_EQ(world.crm().Field("quotes", day.quote, "statusId"), Value("Synchronisé")) << world.Story();
  for (const char* reason : {"twin_found", "dead_letter", "ambiguous_match", "formula_failed", "moved_on"}) {
    EXPECT_TRUE(world.Items(reason, false).empty()) << reason << "\n" << world.Story();
  }
  world.ResetCounts();
  world.Reconcile();
  EXPECT_EQ(world.writes(), 0) << world.Story();
  EXPECT_TRUE(world.status().quiet);
}

class Recovery : public ::testing::TestWithParam<int> {};

constexpr int kParts = 4;

TEST_P(Recovery, AKillAtAnyOperationLosesNothingAndDoublesNothing) {
  int edge = 1 + GetParam();
  for (;; edge += kParts) {
    SCOPED_TRACE(edge);
    Day day(edge);
    ExpectWholeDay(day);
    if (HasFailure()) return;
    if (day.kills == 0) break;   // the day had fewer operations
  }
  EXPECT_GT(edge, 20) << "the day is too short to show anything";
}

INSTANTIATE_TEST_SUITE_P(Parts, Recovery, ::testing::Range(0, kParts));

// A record found alone while a create of ours is under way there may be that create: it waits. The answer was lost with the engine, and a
// search brings it.
TEST(RecoveryDay, WhoWaitsForACreateGoesOnWhenASearchEndsIt) {
  SsmWorld world;
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  world.SageContact("ACME", "Durand", "Anne");
  world.KillAfterOperations(1);
  world.Settle();
  ASSERT_TRUE(world.killed());
  world.CrmContact(world.CrmByExtId("accounts", "ACME"), "Petit", "Luc");
  world.Restart();
  world.ConnectBoth();
  world.Poll();
  world.Drain();

  world.Settle();
  world.Advance(absl::Minutes(1));
  world.Settle();

  EXPECT_EQ(world.sage().Where("contact", "CT_Nom", Value("Petit")).size(), 1u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u) << world.Story();
}

// The rows of a document are written one by one, its lock is taken off last. Killed in between, a connector leaves a document that reads as it
// should and that nobody may edit: only the same operation again ends that.
TEST(RecoveryDay, ADocumentWhoseAnswerWasLostIsWrittenAgainUntilItsConnectorSaysItIsWhole) {
  SsmWorld world;
  world.SageParty("ACME", "Acme", false);
  world.SageArticle("A1", "Vis", "10");
  world.FirstLoad();
  std::vector<OperationOut> writes;
  world.crm().fail = [&](const OperationOut& operation) {
    if (operation.kind == OperationKind::kWrite && operation.resource == "invoices") writes.push_back(operation);
    return std::nullopt;
  };
  const auto killed_at_the_next_write_and_started_again = [&] {
    writes.clear();
    world.KillAfterOperations(1);
    world.Settle();
    ASSERT_TRUE(world.killed());
    ASSERT_EQ(writes.size(), 1u) << world.Story();
    world.Restart();
    world.ConnectBoth();
    world.Settle();
    world.Advance(absl::Minutes(1));
    world.Settle();
  };
  const Map line{{"AR_Ref", Ref("article", "A1")}, {"DL_Qte", Dec("10")}, {"DL_MontantHT", Dec("100")}};

  world.sage().Create("invoice", {{"DO_Piece", "FA1"}, {"DO_Type", 6}, {"DO_Tiers", Ref("party", "ACME")}, {"DO_TotalHTNet", Dec("100")}, {"DO_Date", Date{20'000}}, {"lines", List{line}}}, "FA1");
  killed_at_the_next_write_and_started_again();
  EXPECT_EQ(writes.size(), 2u) << world.Story();
  EXPECT_TRUE(writes.back().search_first);
  EXPECT_EQ(world.crm().CountLive("invoices"), 1u) << world.Story();

  world.sage().Edit("invoice", "FA1", {{"DO_TotalHTNet", Dec("200")}, {"lines", List{line, line}}});
  killed_at_the_next_write_and_started_again();
  EXPECT_EQ(writes.size(), 2u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("invoices"), 1u) << world.Story();
  EXPECT_TRUE(world.status().quiet);
}

TEST(RecoveryDay, WithoutAnyKillIsTheSameDay) {
  Day day(0);
  ExpectWholeDay(day);
}

}  // namespace
}  // namespace entente::testing
