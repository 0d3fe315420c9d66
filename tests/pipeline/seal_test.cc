// R20, write-once: "From posted on, any change of amount raises immutable_changed; correct by credit note".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pack_overlay.h"
#include "tests/support/ssm_world.h"

namespace entente::testing {
namespace {

using ::testing::HasSubstr;

class R20_Seal : public ::testing::Test {
 protected:
  // One customer, one invoice over 100.00 that is posted or not.
  void Load(SsmWorld& world, bool posted) {
    world.SageParty("ACME", "Acme", false);
    world.sage().Create("invoice",
                        {{"DO_Piece", "F1"}, {"DO_Type", posted ? 7 : 6}, {"posted", posted}, {"DO_Tiers", Ref("party", "ACME")}, {"DO_TotalHTNet", Dec("100.00")},
                         {"DO_TotalTTC", Dec("120.00")}, {"DO_NetAPayer", Dec("120.00")}, {"DO_MontantRegle", Dec("0")}, {"DO_Date", Date{20'000}}, {"lines", List{}}},
                        "F1");
    world.FirstLoad();
    invoice_ = world.CrmByExtId("invoices", "I:F1");
    ASSERT_NE(invoice_, "") << world.Story();
  }
  std::string Total(SsmWorld& world) const { return world.crm().Field("invoices", invoice_, "total").ToDisplay(); }
  std::string Comment(SsmWorld& world) const { return std::string(world.crm().Field("invoices", invoice_, "internalComment").TextOrEmpty()); }
  static void Change(SsmWorld& world, const std::string& net) {
    world.sage().Edit("invoice", "F1", {{"DO_TotalHTNet", Dec(net)}});
    world.Settle();
  }

  std::string invoice_;
};

TEST_F(R20_Seal, AChangeOfAPostedAmountIsToldAndNotPassedOn) {
  SsmWorld world;
  Load(world, true);
  Change(world, "90.00");

  EXPECT_EQ(Total(world), "100") << world.Story();
  const auto items = world.Items("immutable_changed");
  ASSERT_EQ(items.size(), 1u) << world.Story();
  EXPECT_THAT(items[0].message_fr, HasSubstr("inaltérable"));
  EXPECT_THAT(items[0].message_fr, HasSubstr("avoir"));
  EXPECT_THAT(items[0].message_en, HasSubstr("credit note"));
  EXPECT_THAT(items[0].details.at("fields").ToDisplay(), HasSubstr("net"));
  const Map& values = *items[0].details.at("values").As<Map>();
  EXPECT_EQ(values.at("net").ToDisplay(), (Value(List{Dec("100.00"), Dec("90.00")}).ToDisplay()));
}

TEST_F(R20_Seal, BeforeItIsPostedAnInvoiceChangesLikeAnyOther) {
  SsmWorld world;
  Load(world, false);
  Change(world, "90.00");
  EXPECT_EQ(Total(world), "90");

  // Sealed with what it then says.
  world.sage().Edit("invoice", "F1", {{"DO_Type", 7}, {"posted", true}, {"DO_TotalHTNet", Dec("80.00")}});
  world.Settle();
  EXPECT_EQ(Total(world), "80");
  EXPECT_TRUE(world.Items("immutable_changed").empty());
  Change(world, "70.00");
  EXPECT_EQ(Total(world), "80");
  EXPECT_EQ(world.Items("immutable_changed").size(), 1u);
}

TEST_F(R20_Seal, TheOtherFieldsStillFlowAndCarryNoneOfTheChangedFigures) {
  SsmWorld world;
  Load(world, true);
  world.sage().Edit("invoice", "F1", {{"DO_TotalHTNet", Dec("90.00")}, {"DO_MontantRegle", Dec("50.00")}});
  world.Settle();

  EXPECT_THAT(Comment(world), HasSubstr("Reste à payer : 70,00"));
  EXPECT_THAT(Comment(world), HasSubstr("Total HT : 100,00"));
}

TEST_F(R20_Seal, TakingTheChangeBackEndsTheWorkItem) {
  SsmWorld world;
  Load(world, true);
  Change(world, "90.00");
  ASSERT_EQ(world.Items("immutable_changed").size(), 1u);
  Change(world, "100.00");

  EXPECT_TRUE(world.Items("immutable_changed").empty()) << world.Story();
  EXPECT_EQ(world.Items("immutable_changed", false)[0].resolution, "as it was sealed");
  EXPECT_EQ(Total(world), "100");
}

TEST_F(R20_Seal, AnEditOnTheOtherSideIsRevertedToWhatWasSealed) {
  SsmWorld world;
  Load(world, true);
  Change(world, "90.00");
  world.crm().at("invoices").lock_field.clear();
  world.crm().Edit("invoices", invoice_, {{"total", Dec("55.00")}});
  world.Settle();

  EXPECT_EQ(Total(world), "100") << world.Story();
}

TEST_F(R20_Seal, OnceSealedARecordStaysSealed) {
  SsmWorld world;
  Load(world, true);
  // Opened again, changed, posted again.
  world.sage().Edit("invoice", "F1", {{"DO_Type", 6}, {"posted", false}, {"DO_TotalHTNet", Dec("90.00")}});
  world.Settle();

  EXPECT_EQ(Total(world), "100");
  EXPECT_EQ(world.Items("immutable_changed").size(), 1u);
}

TEST_F(R20_Seal, SurvivesARestartAndAReconcile) {
  SsmWorld world;
  Load(world, true);
  Change(world, "90.00");
  world.Restart();
  world.ConnectBoth();
  world.Reconcile();

  EXPECT_EQ(Total(world), "100") << world.Story();
  EXPECT_EQ(world.Items("immutable_changed").size(), 1u);
}

TEST_F(R20_Seal, AChangeBeforeTheOtherSideHasTheRecordIsNotPassedOnEither) {
  SsmWorld world;
  world.crm().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || operation.resource != "invoices") return std::nullopt;
    OperationResult later;
    later.kind = OperationResult::Kind::kFailure;
    later.failure = FailureClass::kAgain;
    later.code = "UNAVAILABLE";
    return later;
  };
  world.SageParty("ACME", "Acme", false);
  world.sage().Create("invoice", {{"DO_Piece", "F1"}, {"DO_Type", 7}, {"posted", true}, {"DO_Tiers", Ref("party", "ACME")}, {"DO_TotalHTNet", Dec("100.00")}, {"DO_Date", Date{20'000}}, {"lines", List{}}}, "F1");
  world.FirstLoad();
  Change(world, "90.00");
  world.crm().fail = nullptr;
  world.RunFor(absl::Minutes(30));

  invoice_ = world.CrmByExtId("invoices", "I:F1");
  ASSERT_NE(invoice_, "") << world.Story();
  EXPECT_EQ(Total(world), "100");
  EXPECT_EQ(world.Items("immutable_changed").size(), 1u);
}

TEST_F(R20_Seal, ADismissedItemComesBackOnlyWithAnotherChange) {
  SsmWorld world;
  Load(world, true);
  Change(world, "90.00");
  ASSERT_TRUE(world.Resolve("immutable_changed", "dismiss").status.ok());
  world.Settle();
  world.Reconcile();
  EXPECT_TRUE(world.Items("immutable_changed").empty()) << world.Story();

  Change(world, "80.00");
  EXPECT_EQ(world.Items("immutable_changed").size(), 1u);
  EXPECT_EQ(Total(world), "100");
}

TEST_F(R20_Seal, WhatAPersonAcceptsFlowsAndIsSealedAnew) {
  SsmWorld world;
  Load(world, true);
  Change(world, "90.00");
  ASSERT_TRUE(world.Resolve("immutable_changed", "accept").status.ok());
  world.Settle();
  EXPECT_EQ(Total(world), "90") << world.Story();

  Change(world, "80.00");
  EXPECT_EQ(Total(world), "90");
  EXPECT_EQ(world.Items("immutable_changed").size(), 1u);
}

TEST_F(R20_Seal, TheCorrectionThePackAllowsNeedsNobody) {
  PackOverlay pack("entities:\n  invoice:\n    seal:\n      correction: {when: \"sage.DO_TotalHTNet == decimal('0')\", by_approval: false}\n");
  SsmWorld world({}, pack.path());
  Load(world, true);
  Change(world, "90.00");
  EXPECT_EQ(Total(world), "100");
  EXPECT_THAT(world.Items("immutable_changed")[0].choices, ::testing::ElementsAre("dismiss"));

  Change(world, "0");
  EXPECT_EQ(Dec(Total(world)), Dec("0")) << world.Story();
  EXPECT_TRUE(world.Items("immutable_changed").empty());
}

TEST_F(R20_Seal, AllButWhatIsAllowedIsSealedWhereNoFieldIsNamed) {
  PackOverlay pack("entities:\n  invoice:\n    seal: {fields: ~, allow: [report, sales_rep, turnover_rep, turnover_rep_code]}\n");
  SsmWorld world({}, pack.path());
  Load(world, true);
  world.sage().Edit("invoice", "F1", {{"DO_Date", Date{20'001}}});
  world.Settle();
  EXPECT_THAT(world.Items("immutable_changed")[0].details.at("fields").ToDisplay(), HasSubstr("date"));
}

TEST_F(R20_Seal, AWriteIntoTheSealedRecordDoesNotBringTheChangeAlong) {
  PackOverlay pack("entities:\n  party:\n    seal: {when: sage.CT_Sommeil == 1, side: sage, fields: [price_list]}\n");
  SsmWorld world({}, pack.path());
  world.sage().Create("price_category", {{"cbIndice", 2}, {"CT_Intitule", "Gros"}}, "2");
  world.SageParty("P1", "Piste", true, {{"CT_Sommeil", 1}, {"N_CatTarif", Ref("price_category", "1")}});
  world.FirstLoad();
  const std::string account = world.CrmByExtId("accounts", "P1");
  const Value rate = world.crm().Field("accounts", account, "rateId");
  ASSERT_FALSE(rate.IsNull()) << world.Story();
  world.sage().Edit("party", "P1", {{"N_CatTarif", Ref("price_category", "2")}});
  world.crm().Edit("accounts", account, {{"name", "Piste SA"}});
  world.Settle();

  EXPECT_EQ(world.sage().Field("party", "P1", "CT_Intitule"), Value("Piste SA")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "rateId"), rate);
  EXPECT_EQ(world.Items("immutable_changed").size(), 1u);
}

TEST_F(R20_Seal, AColumnASessionHasNotIsNoChange) {
  SsmWorld world;
  Load(world, true);
  world.Disconnect(Side::kLeft);
  world.sage().at("invoice").lacks = {"DO_TotalHTNet"};
  world.sage().Edit("invoice", "F1", {{"DO_TotalHTNet", Value()}, {"DO_MontantRegle", Dec("10.00")}});
  ASSERT_TRUE(world.Connect(Side::kLeft).ok());
  world.Settle();

  EXPECT_TRUE(world.Items("immutable_changed").empty()) << world.Story();
  EXPECT_EQ(Total(world), "100");
}

}  // namespace
}  // namespace entente::testing
