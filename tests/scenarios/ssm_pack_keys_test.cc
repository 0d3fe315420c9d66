#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/quote_world.h"
#include "tests/support/pack_copy.h"

// Keys of the pack, each seen to be obeyed.
namespace entente::testing {
namespace {

using ::testing::HasSubstr;

TEST(SsmPackKeys, ARefusalIsToldInTheWordsOfThePack) {
  SsmWorld world;
  world.SageParty("PROS", "Prospect", true);
  world.crm().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.resource != "accounts" || operation.verb != Verb::kCreate) return std::nullopt;
    return Failure(FailureClass::kNever, "REFUSED", "no");
  };
  world.FirstLoad();
  ASSERT_EQ(world.Items("dead_letter").size(), 1u) << world.Story();
  EXPECT_THAT(world.Items("dead_letter")[0].message_fr, HasSubstr("Le système a refusé l'écriture"));
  EXPECT_THAT(world.Items("dead_letter")[0].message_en, HasSubstr("The system refused the write"));
}

TEST(SsmPackKeys, ThePackSaysWhetherACodeIsWorthAnotherTry) {
  const PackCopy copy("../base/errors.yaml", "    reaction: never", "    reaction: again");
  SsmWorld world({}, copy.path());
  world.SageParty("PROS", "Prospect", true);
  int calls = 0;
  world.crm().fail = [&calls](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.resource != "accounts" || operation.verb != Verb::kCreate || ++calls > 1) return std::nullopt;
    return Failure(FailureClass::kNever, "REFUSED", "not yet");
  };
  world.FirstLoad();
  world.RunFor(absl::Minutes(5));
  EXPECT_TRUE(world.Items("dead_letter", false).empty()) << world.Story();
  EXPECT_FALSE(world.CrmByExtId("accounts", "PROS").empty()) << world.Story();
}

TEST(SsmPackKeys, StockIsWrittenAtItsOwnPaceAndGoesAlongWithTheRest) {
  SsmWorld world;
  world.SageArticle("A1", "Vis", "10", {{"AR_SuiviStock", 1}, {"stock_physical", Dec("5")}});
  world.FirstLoad();
  const std::string product = world.CrmByExtId("products", "A1");
  const auto stock = [&] { return world.crm().Field("products", product, "stock"); };
  const auto moves_to = [&](const char* quantity) {
    world.sage().Edit("article", "A1", {{"stock_physical", Dec(quantity)}});
    ASSERT_TRUE(world.Settle());
  };
  const Value first = stock();
  ASSERT_FALSE(first.IsNull()) << world.Story();
  world.ResetCounts();
  moves_to("4");
  moves_to("3");
  EXPECT_EQ(stock(), first) << world.Story();
  EXPECT_EQ(world.crm().counts().writes(), 0);
  EXPECT_TRUE(world.status().quiet) << "nothing to wait for";
  // A restart forgets nothing.
  world.Restart();
  world.ConnectBoth();
  world.RunFor(absl::Minutes(70));
  EXPECT_EQ(world.crm().counts().updates, 1) << "one write for all moves: " << world.Story();
  EXPECT_EQ(stock().ToDisplay(), "3") << world.Story();
  // A new price takes the stock along.
  world.ResetCounts();
  moves_to("2");
  EXPECT_EQ(stock().ToDisplay(), "3");
  world.sage().Edit("article", "A1", {{"AR_PrixVen", Dec("12")}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(stock().ToDisplay(), "2") << world.Story();
  EXPECT_EQ(world.crm().counts().updates, 1);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPackKeys, ARecordTheFeedNeverBroughtIsFoundByTheSweep) {
  SsmWorld world;
  world.SageParty("C1", "Client un", false);
  world.FirstLoad();
  world.RunFor(absl::Minutes(15));
  // It is there, and no change of it is ever reported.
  world.SageParty("C2", "Client deux", false);
  world.sage().at("party").records.at("C2").change = 0;
  world.RunFor(absl::Minutes(35));
  EXPECT_FALSE(world.CrmByExtId("accounts", "C2").empty()) << world.Story();
  // What is none of ours is read once, not at every sweep.
  world.ResetCounts();
  world.RunFor(absl::Minutes(60));
  EXPECT_EQ(world.sage().counts().reads, 0) << world.Story();
}

TEST(SsmPackKeys, AComputedValueThatNoFieldHoldsIsLeftOutAndTold) {
  const PackCopy copy("party.yaml", "        sage: {formula: \"param.customers_foreign_edits == 'mark_read_only' && link.phase == 'customer' ? true : null\"}",
                      "        sage: {formula: \"dyn({1: 'a'})\"}");
  SsmWorld world({}, copy.path());
  world.SageParty("C1", "Client un", false);
  world.FirstLoad();
  const std::string account = world.CrmByExtId("accounts", "C1");
  ASSERT_FALSE(account.empty()) << world.Story();
  EXPECT_TRUE(world.crm().Field("accounts", account, "readOnly").IsNull());
  ASSERT_EQ(world.Items("value_held_by_no_field").size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(world.Items("value_held_by_no_field")[0].details, "field"), Value("locked"));
  ExpectSecondPassWritesNothing(world);
}

}  // namespace
}  // namespace entente::testing
