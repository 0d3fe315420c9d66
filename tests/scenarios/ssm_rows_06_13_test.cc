#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/rows.h"

// Customers and prospects.
namespace entente::testing {
namespace {

TEST(SsmPack, SSM_06_CustomersComeFromSage) {
  SsmWorld world;
  world.FirstLoad();

  world.SageParty("CARAT", "Carat S.A.", false, {{"CT_Ville", "Lyon"}, {"CT_Telephone", "04 72 00 00 01"}});
  ASSERT_TRUE(world.Settle());
  const std::string account = world.CrmByExtId("accounts", "CARAT");
  ASSERT_FALSE(account.empty()) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("Carat S.A."));
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Lyon"));
  EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value("Client"));

  world.sage().Edit("party", "CARAT", {{"CT_Ville", "Villeurbanne"}, {"CT_Telephone", Value()}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Villeurbanne"));
  EXPECT_TRUE(world.crm().Field("accounts", account, "phone").IsBlank());
  EXPECT_EQ(world.crm().CountLive("accounts"), 1u);
  EXPECT_EQ(world.sage().counts().writes(), 0);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_07_ACustomerBornInTheCrmIsParkedAndShown) {
  SsmWorld world;
  world.FirstLoad();

  const std::string account = world.CrmAccount("Menuiserie du Lac", "Client", {{"postcode", "74000"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().counts().writes(), 0);
  ASSERT_EQ(ParkedLinks(world, "create_not_allowed_here").size(), 1u) << world.Story();
  ASSERT_EQ(world.Items("create_not_allowed_here").size(), 1u);
  EXPECT_EQ(world.status().open_items["create_not_allowed_here"], 1u);
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(world.Items("create_not_allowed_here", false).size(), 1u) << "shown once, not at every pass";

  // Typed into Sage, it is the same customer: no second record, nothing left to show.
  world.SageParty("LAC", "Menuiserie du Lac", false, {{"CT_CodePostal", "74000"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.Partner(Side::kLeft, "party", "LAC"), account) << world.Story();
  EXPECT_EQ(world.crm().CountLive("accounts"), 1u);
  EXPECT_EQ(world.crm().Field("accounts", account, "extId"), Value("LAC"));
  EXPECT_TRUE(world.Items("create_not_allowed_here").empty());
  EXPECT_EQ(world.sage().counts().writes(), 0);
  ExpectSecondPassWritesNothing(world);
}

// A customer on both sides.
std::string Customer(SsmWorld& world) {
  world.SageParty("CARAT", "Carat S.A.", false, {{"CT_Ville", "Lyon"}});
  world.FirstLoad();
  world.Settle();
  world.ResetCounts();
  return world.CrmByExtId("accounts", "CARAT");
}

TEST(SsmPack, SSM_08_AnEditOfACustomerInTheCrmIsReverted) {
  SsmWorld world;
  const std::string account = Customer(world);
  world.crm().Edit("accounts", account, {{"city", "Grenoble"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Lyon")) << world.Story();
  EXPECT_EQ(world.sage().counts().writes(), 0);
  const auto link = world.LinkOf(Side::kRight, "accounts", account);
  const auto told = Told(world, link->id, "reverted");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(FieldOf(told.front().details, "foreign"), Value("Grenoble")) << "what was typed is kept in the history";
  ExpectSecondPassWritesNothing(world);

  // However often the same is typed, and however long the CRM cannot be written to.
  for (int again = 0; again < 4; ++again) {
    world.crm().Edit("accounts", account, {{"city", "Grenoble"}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Lyon")) << world.Story();
  }
  world.crm().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite) return std::nullopt;
    return OperationResult{.kind = OperationResult::Kind::kFailure, .failure = FailureClass::kAgain, .code = "THROTTLED"};
  };
  world.crm().Edit("accounts", account, {{"city", "Grenoble"}});
  world.RunFor(absl::Hours(1));
  world.crm().fail = nullptr;
  world.RunFor(absl::Hours(1));
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Lyon")) << world.Story();
  EXPECT_TRUE(world.Items("value_not_held", false).empty()) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_08_AnEditOfACustomerInTheCrmIsKeptAndFlagged) {
  SsmWorld world(Parameters{{"customers_foreign_edits", "keep_and_flag"}});
  const std::string account = Customer(world);
  world.crm().Edit("accounts", account, {{"city", "Grenoble"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Grenoble"));
  EXPECT_EQ(world.sage().Field("party", "CARAT", "CT_Ville"), Value("Lyon"));
  EXPECT_EQ(world.writes(), 0);
  ASSERT_EQ(world.Items("drift").size(), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(world.Items("drift", false).size(), 1u) << "recorded once";

  // The next change of the source ends the drift.
  world.sage().Edit("party", "CARAT", {{"CT_Ville", "Bron"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Bron")) << world.Story();
  EXPECT_TRUE(world.Items("drift").empty()) << world.Story();
  EXPECT_EQ(world.sage().counts().writes(), 0);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_08_ACustomerIsReadOnlyInTheCrm) {
  SsmWorld world(Parameters{{"customers_foreign_edits", "mark_read_only"}});
  const std::string account = Customer(world);
  EXPECT_EQ(world.crm().Field("accounts", account, "readOnly"), Value(true));
  EXPECT_FALSE(world.crm().Edit("accounts", account, {{"city", "Grenoble"}})) << "the CRM refuses";
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Lyon"));
  // An administrator who unlocks it and edits it changes nothing either.
  world.crm().at("accounts").lock_field.clear();
  world.crm().Edit("accounts", account, {{"city", "Grenoble"}, {"readOnly", false}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Lyon")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "readOnly"), Value(true));
  EXPECT_EQ(world.sage().counts().writes(), 0);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_09_FieldsOutsideTheCatalogueAreCountedAndIgnored) {
  SsmWorld world;
  world.FirstLoad();
  const auto items = world.status().open_items;
  world.sage().extra_fields = 3;
  world.SageParty("CARAT", "Carat S.A.", false, {{"Z_Fidelite", "or"}});
  world.Reconcile();
  const std::string account = world.CrmByExtId("accounts", "CARAT");
  ASSERT_FALSE(account.empty()) << world.Story();
  const RunState run = world.status().runs.front();
  EXPECT_EQ(run.kind, "reconcile");
  EXPECT_EQ(run.state, "done");
  EXPECT_EQ(run.counts.at("ignored_fields"), 3);
  EXPECT_EQ(world.status().open_items, items) << "never an error";
  EXPECT_FALSE(world.LinkOf(Side::kLeft, "party", "CARAT")->members[Side::kLeft].shadow.contains("Z_Fidelite"));
  ExpectSecondPassWritesNothing(world);
}

// A prospect on both sides.
std::string Prospect(SsmWorld& world) {
  world.SageParty("PROS1", "Prospect Un", true, {{"CT_Ville", "Lyon"}, {"CT_Telephone", "0400000001"}, {"CT_Identifiant", "FR111"}});
  world.FirstLoad();
  world.Settle();
  world.ResetCounts();
  return world.CrmByExtId("accounts", "PROS1");
}

TEST(SsmPack, SSM_10_EditsOfAProspectOnBothSidesMeetFieldByField) {
  SsmWorld world;
  const std::string account = Prospect(world);
  world.sage().Edit("party", "PROS1", {{"CT_Telephone", "0499999999"}});
  world.crm().Edit("accounts", account, {{"city", "Grenoble"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "phone"), Value("0499999999")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Grenoble"));
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Telephone"), Value("0499999999"));
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Ville"), Value("Grenoble"));
  EXPECT_EQ(world.sage().counts().updates, 1);
  EXPECT_EQ(world.crm().counts().updates, 1);
  EXPECT_TRUE(world.Items("conflict", false).empty()) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_10_AProspectIsBornOnEitherSide) {
  SsmWorld world;
  world.FirstLoad();
  world.SageParty("PROS1", "Prospect Un", true);
  const std::string born = world.CrmAccount("Prospect Deux", "Prospect chaud", {{"city", "Annecy"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_FALSE(world.CrmByExtId("accounts", "PROS1").empty()) << world.Story();
  const std::string code = world.Partner(Side::kRight, "accounts", born);
  ASSERT_FALSE(code.empty()) << world.Story();
  EXPECT_EQ(code, "SSM" + std::string(8 - born.size(), '0') + born);
  EXPECT_EQ(world.sage().Field("party", code, "CT_Intitule"), Value("Prospect Deux"));
  EXPECT_EQ(world.sage().Field("party", code, "CT_Ville"), Value("Annecy"));
  EXPECT_EQ(world.crm().Field("accounts", born, "extId"), Value(code));
  EXPECT_EQ(world.crm().Field("accounts", born, "statusId"), Value("Prospect chaud")) << "a finer step of the tenant stays";
  EXPECT_EQ(world.sage().CountLive("party"), 2u);
  EXPECT_EQ(world.crm().CountLive("accounts"), 2u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_11_SageWinsWhereBothSidesEditedAndTheLoserIsKept) {
  SsmWorld world;
  const std::string account = Prospect(world);
  world.sage().Edit("party", "PROS1", {{"CT_Ville", "Bron"}});
  world.crm().Edit("accounts", account, {{"city", "Grenoble"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Ville"), Value("Bron")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Bron")) << world.Story();
  EXPECT_EQ(world.sage().counts().writes(), 0);
  const auto link = world.LinkOf(Side::kLeft, "party", "PROS1");
  const auto told = Told(world, link->id, "conflict");
  ASSERT_EQ(told.size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(told[0].details, "winner"), Value("sage"));
  EXPECT_EQ(FieldOf(told[0].details, "base"), Value("Lyon"));
  EXPECT_EQ(FieldOf(told[0].details, "left"), Value("Bron"));
  EXPECT_EQ(FieldOf(told[0].details, "right"), Value("Grenoble"));
  const auto conflicts = world.Items("conflict", false);
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_EQ(conflicts[0].state, WorkItem::State::kResolved);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_11_TheVatNumberIsAskedAndThePersonDecides) {
  SsmWorld world;
  const std::string account = Prospect(world);
  world.sage().Edit("party", "PROS1", {{"CT_Identifiant", "FR222"}});
  world.crm().Edit("accounts", account, {{"vatNumber", "FR333"}, {"city", "Grenoble"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Identifiant"), Value("FR222")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "vatNumber"), Value("FR333"));
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Ville"), Value("Grenoble")) << "the other fields do not wait for the answer";
  ASSERT_EQ(world.Items("conflict").size(), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);

  ASSERT_TRUE(world.Resolve("conflict", "ssm").status.ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Identifiant"), Value("FR333")) << world.Story();
  EXPECT_TRUE(world.Items("conflict").empty()) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_11_ThePhoneEditedLastWins) {
  SsmWorld world;
  const std::string account = Prospect(world);
  // The phone is where the salesperson usually knows first: the later of two edits wins.
  world.crm().reachable = false;
  world.sage().Edit("party", "PROS1", {{"CT_Telephone", "0411111111"}, {"CT_Ville", "Bron"}});
  ASSERT_TRUE(world.Settle());
  world.Advance(absl::Hours(1));
  world.crm().Edit("accounts", account, {{"phone", "0422222222"}, {"city", "Grenoble"}});
  world.crm().reachable = true;
  world.Advance(absl::Minutes(30));
  ASSERT_TRUE(world.Settle());
  const auto link = world.LinkOf(Side::kLeft, "party", "PROS1");
  const auto told = Told(world, link->id, "conflict");
  ASSERT_EQ(told.size(), 2u) << world.Story();
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Telephone"), Value("0422222222")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "phone"), Value("0422222222"));
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Bron")) << "elsewhere Sage wins, whoever was later";
  const JournalEntry& phone = told[0].rule == "party.phone" ? told[0] : told[1];
  EXPECT_EQ(FieldOf(phone.details, "winner"), Value("ssm"));
  EXPECT_EQ(FieldOf(phone.details, "why"), Value("newest"));
  EXPECT_EQ(FieldOf(phone.details, "left"), Value("0411111111")) << "the loser is kept";
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_12_ConversionKeepsTheRecord) {
  SsmWorld world(Parameters{{"customers_foreign_edits", "mark_read_only"}});
  world.SageParty("PROS1", "Prospect Un", true, {{"CT_Ville", "Lyon"}});
  const std::string person = world.SageContact("PROS1", "Durand", "Anne", {{"CT_EMail", "anne@example.com"}});
  world.FirstLoad();
  const std::string account = world.CrmByExtId("accounts", "PROS1");
  ASSERT_FALSE(account.empty());
  const std::string contact = world.Partner(Side::kLeft, "contact", person);
  ASSERT_FALSE(contact.empty()) << world.Story();
  EXPECT_NE(world.crm().Field("accounts", account, "readOnly"), Value(true)) << "prospects are never locked";
  const LinkId before = world.LinkOf(Side::kLeft, "party", "PROS1")->id;
  world.ResetCounts();

  // Converted in Sage: another code on the same row; Sage moves the contacts along.
  world.sage().Rekey("party", "PROS1", "CLI042");
  world.sage().Edit("party", "CLI042", {{"CT_Prospect", 0}});
  world.sage().Edit("contact", person, {{"CT_Num", Ref("party", "CLI042")}});
  ASSERT_TRUE(world.Settle());

  const auto link = world.LinkOf(Side::kLeft, "party", "CLI042");
  ASSERT_TRUE(link) << world.Story();
  EXPECT_EQ(link->id, before) << "one link for life";
  EXPECT_EQ(link->phase, "customer");
  EXPECT_EQ(link->members[Side::kRight].key, account) << "the same account";
  EXPECT_THAT(link->members[Side::kLeft].former_keys, ::testing::ElementsAre("PROS1"));
  EXPECT_EQ(world.LinkOf(Side::kLeft, "party", "PROS1")->id, before) << "the old code is an alias";
  EXPECT_EQ(world.Links("party").size(), 1u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("accounts"), 1u);
  EXPECT_EQ(world.crm().counts().creates + world.crm().counts().deletes, 0);
  EXPECT_EQ(world.crm().Field("accounts", account, "extId"), Value("CLI042")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value("Client"));
  EXPECT_EQ(world.crm().Field("accounts", account, "readOnly"), Value(true));
  EXPECT_EQ(world.crm().Field("contacts", contact, "accountId"), Ref("accounts", account)) << "contacts stay attached";
  EXPECT_EQ(world.sage().Field("contact", person, "CT_Num"), Ref("party", "CLI042"));
  EXPECT_EQ(world.sage().counts().writes(), 0);
  ExpectSecondPassWritesNothing(world);

  // The rules of customers apply from now on.
  world.crm().at("accounts").lock_field.clear();
  world.crm().Edit("accounts", account, {{"city", "Grenoble"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Lyon")) << world.Story();
  EXPECT_EQ(world.sage().counts().writes(), 0);
}

TEST(SsmPack, SSM_12_ConversionIntoANewRowOfSageKeepsTheRecordToo) {
  SsmWorld world;
  world.SageParty("PROS1", "Prospect Un", true, {{"CT_Identifiant", "FR12345678901"}});
  world.FirstLoad();
  const std::string account = world.CrmByExtId("accounts", "PROS1");
  ASSERT_FALSE(account.empty());
  // Typed again as a customer, the prospect deleted: nothing but the VAT number says that it is the same.
  world.SageParty("CLI042", "Prospect Un", false, {{"CT_Identifiant", "FR 123 456 789 01"}});
  world.sage().Delete("party", "PROS1");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.Partner(Side::kLeft, "party", "CLI042"), account) << world.Story();
  EXPECT_EQ(world.crm().CountLive("accounts"), 1u) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "extId"), Value("CLI042"));
  EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value("Client"));
  world.Advance(absl::Minutes(30));
  ASSERT_TRUE(world.Settle());
  EXPECT_NE(world.crm().Find("accounts", account), nullptr) << world.Story();
  EXPECT_EQ(world.LinkOf(Side::kLeft, "party", "PROS1")->id, world.LinkOf(Side::kLeft, "party", "CLI042")->id);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_13_AConversionInTheCrmIsReverted) {
  SsmWorld world;
  const std::string account = Prospect(world);
  world.crm().Edit("accounts", account, {{"statusId", "Client"}, {"city", "Grenoble"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value("Prospect")) << world.Story();
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Prospect"), Value(1));
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Ville"), Value("Grenoble")) << "the other edit of the prospect is not lost";
  EXPECT_EQ(world.LinkOf(Side::kRight, "accounts", account)->phase, "prospect");
  const auto items = world.Items("convert_in_sage");
  ASSERT_EQ(items.size(), 1u) << world.Story();
  EXPECT_THAT(items[0].message_en, ::testing::HasSubstr("Convert the prospect in Sage"));
  EXPECT_THAT(items[0].message_fr, ::testing::HasSubstr("Convertissez le prospect dans Sage"));
  ExpectSecondPassWritesNothing(world);

  // Converted where it belongs, there is nothing left to do.
  world.sage().Edit("party", "PROS1", {{"CT_Prospect", 0}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value("Client"));
  EXPECT_TRUE(world.Items("convert_in_sage").empty()) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

}  // namespace
}  // namespace entente::testing
