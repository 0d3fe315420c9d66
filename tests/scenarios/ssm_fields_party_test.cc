#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/rows.h"

// The field map of customers and prospects, where it says more than "this field is that one".
namespace entente::testing {
namespace {

using ::testing::HasSubstr;

// A party on both sides; its account.
std::string Known(SsmWorld& world, bool is_prospect, Fields more = {}) {
  world.SageParty("PARTY", "Martin SARL", is_prospect, std::move(more));
  world.FirstLoad();
  world.Settle();
  world.ResetCounts();
  return world.CrmByExtId("accounts", "PARTY");
}

TEST(SsmFields, ALinkedAccountWhoseStatusLeavesTheKnownOnesGetsItsStatusBack) {
  for (const bool is_prospect : {true, false}) {
    SCOPED_TRACE(is_prospect);
    SsmWorld world;
    const std::string account = Known(world, is_prospect, {{"CT_Ville", "Lyon"}});
    world.crm().Edit("accounts", account, {{"statusId", "Fournisseur"}, {"city", "Grenoble"}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value(is_prospect ? "Prospect" : "Client")) << world.Story();
    EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value(is_prospect ? "Grenoble" : "Lyon"));
    EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Ville"), Value(is_prospect ? "Grenoble" : "Lyon"));
    EXPECT_EQ(world.Items("convert_in_sage").size(), is_prospect ? 1u : 0u) << "nobody converts a customer";
  }
}

TEST(SsmFields, AnAccountBornWithAnotherStatusIsNotOurs) {
  SsmWorld world;
  world.FirstLoad();
  const std::string account = world.CrmAccount("Fournitures", "Fournisseur");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("party"), 0u) << world.Story();
  EXPECT_EQ(world.LinkOf(Side::kRight, "accounts", account)->members[Side::kRight].presence, Presence::kOutOfScope);
  // Until somebody says that it is a prospect.
  world.crm().Edit("accounts", account, {{"statusId", "Prospect"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("party"), 1u) << world.Story();
}

TEST(SsmFields, APartyWithoutANameShowsItsCodeWhichIsNobodysName) {
  SsmWorld world;
  const std::string account = Known(world, true, {{"CT_Intitule", Value()}});
  EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("PARTY")) << world.Story();
  EXPECT_TRUE(world.sage().Field("party", "PARTY", "CT_Intitule").IsBlank());
  world.sage().Edit("party", "PARTY", {{"CT_Ville", "Lyon"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(world.sage().Field("party", "PARTY", "CT_Intitule").IsBlank()) << world.Story();

  world.crm().Edit("accounts", account, {{"name", "Dupont SA"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Intitule"), Value("Dupont SA")) << world.Story();
  world.crm().Edit("accounts", account, {{"name", Value()}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("Dupont SA")) << "emptied in the CRM, Sage's comes back";

  // Emptied in Sage, and then given another code.
  world.sage().Edit("party", "PARTY", {{"CT_Intitule", Value()}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("PARTY")) << world.Story();
  world.sage().Rekey("party", "PARTY", "OTHER");
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(world.sage().Field("party", "OTHER", "CT_Intitule").IsBlank()) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "extId"), Value("OTHER"));
}

TEST(SsmFields, ANameOfSpacesIsNoName) {
  for (const bool is_prospect : {true, false}) {
    SCOPED_TRACE(is_prospect);
    SsmWorld world;
    const std::string account = Known(world, is_prospect, {{"CT_Intitule", "   "}});
    ASSERT_FALSE(account.empty()) << world.Story();
    EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("PARTY")) << world.Story();
    world.sage().Edit("party", "PARTY", {{"CT_Intitule", "Martin SARL"}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("Martin SARL"));
    world.sage().Edit("party", "PARTY", {{"CT_Intitule", "\u00a0"}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.crm().Field("accounts", account, "name"), Value("PARTY")) << world.Story();
    ExpectSecondPassWritesNothing(world);
  }
}

TEST(SsmFields, AProspectBornWithoutANameWaitsForOne) {
  SsmWorld world;
  world.FirstLoad();
  const std::string account = world.CrmAccount("  ", "Prospect", {{"city", "Lyon"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("party"), 0u) << world.Story();
  EXPECT_EQ(world.Items("name_missing").size(), 1u) << world.Story();
  world.crm().Edit("accounts", account, {{"name", "Martin SARL"}});
  ASSERT_TRUE(world.Settle());
  ASSERT_EQ(world.sage().CountLive("party"), 1u) << world.Story();
  EXPECT_EQ(world.sage().Field("party", world.Partner(Side::kRight, "accounts", account), "CT_Intitule"), Value("Martin SARL"));
  EXPECT_TRUE(world.Items("name_missing").empty());
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmFields, AnUnknownCountryIsLeftOutAndToldAndNeverTheDefaultOne) {
  SsmWorld world;
  const std::string account = Known(world, true, {{"CT_Pays", "Syldavie"}, {"CT_Ville", "Klow"}});
  EXPECT_TRUE(world.crm().Field("accounts", account, "countryId").IsNull()) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Klow")) << "the rest travels";
  ASSERT_EQ(world.Items("country_unknown").size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(world.Items("country_unknown")[0].details, "field"), Value("country"));
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Pays"), Value("Syldavie"));

  world.sage().Edit("party", "PARTY", {{"CT_Pays", "Belgique"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "countryId"), Value("BE")) << world.Story();
  EXPECT_TRUE(world.Items("country_unknown").empty());
  // Unknown again, what stands in the CRM stays.
  world.sage().Edit("party", "PARTY", {{"CT_Pays", "Syldavie"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "countryId"), Value("BE")) << world.Story();
  EXPECT_EQ(world.Items("country_unknown").size(), 1u);
}

TEST(SsmFields, CountriesAreReadAndWrittenAsTheCompanySpellsThem) {
  SsmWorld world;
  world.SageParty("OLD", "Ancien", true, {{"CT_Pays", "Grande Bretagne"}});
  world.FirstLoad();
  ASSERT_EQ(world.Items("country_unknown").size(), 1u) << world.Story();
  // The company's own table of countries, as the connector of the next session reads it.
  FieldInfo column;
  column.labels = {"Grande Bretagne", "ALLEMAGNE", "Pays sans code"};
  column.label_codes = {"GB", "DE", ""};
  world.sage().at("party").columns["CT_Pays"] = column;
  world.Disconnect(Side::kLeft);
  ASSERT_TRUE(world.Connect(Side::kLeft).ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "OLD"), "countryId"), Value("GB")) << world.Story();
  EXPECT_TRUE(world.Items("country_unknown").empty());

  const std::string born = world.CrmAccount("Neu", "Prospect", {{"countryId", "DE"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", world.Partner(Side::kRight, "accounts", born), "CT_Pays"), Value("ALLEMAGNE")) << world.Story();
}

TEST(SsmFields, NoCountryInTheCrmIsNoEditAndAnUnchangedCountryKeepsItsSpelling) {
  SsmWorld world;
  const std::string account = Known(world, true, {{"CT_Pays", "FRANCE"}});
  EXPECT_EQ(world.crm().Field("accounts", account, "countryId"), Value("FR"));
  world.crm().Edit("accounts", account, {{"countryId", Value()}, {"city", "Lyon"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Pays"), Value("FRANCE")) << world.Story();
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Ville"), Value("Lyon"));
  EXPECT_EQ(world.crm().Field("accounts", account, "countryId"), Value("FR")) << "Sage's comes back";
}

TEST(SsmFields, TheLengthsOfTheCompanysColumnsCount) {
  SsmWorld world;
  world.sage().at("party").columns["CT_Intitule"].length_max = 35;
  world.sage().at("party").columns["CT_Telephone"].length_max = 10;
  world.FirstLoad();
  const std::string name = "Menuiserie générale du bassin annécien et fils";
  const std::string born = world.CrmAccount(name, "Prospect", {{"phone", "04 50 00 00 01"}});
  ASSERT_TRUE(world.Settle());
  const std::string code = world.Partner(Side::kRight, "accounts", born);
  EXPECT_EQ(world.sage().Field("party", code, "CT_Intitule"), Value("Menuiserie générale du bassin")) << world.Story();
  EXPECT_EQ(world.sage().Field("party", code, "CT_Telephone"), Value("0450000001"));
  EXPECT_EQ(world.crm().Field("accounts", born, "name"), Value(name)) << "a cut name does not come back";
  EXPECT_EQ(world.crm().Field("accounts", born, "phone"), Value("04 50 00 00 01"));
}

TEST(SsmFields, AValueThatDoesNotFitIsLeftOutAndNamedUntilItDoes) {
  SsmWorld world;
  const std::string account = Known(world, true);
  world.crm().Edit("accounts", account, {{"phone", "0450000001 ou 0450000002 ou 0450000003"}, {"postcode", "74000 CEDEX 09"}, {"city", "Annecy"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Ville"), Value("Annecy")) << world.Story();
  EXPECT_TRUE(world.sage().Field("party", "PARTY", "CT_Telephone").IsNull());
  ASSERT_EQ(world.Items("value_does_not_fit").size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(world.Items("value_does_not_fit")[0].details, "field"), Value("phone, postcode"));

  world.crm().Edit("accounts", account, {{"phone", "0450000001"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(FieldOf(world.Items("value_does_not_fit").at(0).details, "field"), Value("postcode")) << world.Story();
  world.crm().Edit("accounts", account, {{"postcode", "74000"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(world.Items("value_does_not_fit").empty()) << world.Story();
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_CodePostal"), Value("74000"));
}

TEST(SsmFields, ARepresentativeWhomSageDoesNotKnowStaysInTheCrmAndIsTold) {
  SsmWorld world;
  world.SageCollaborator("7", "Anne", "Durand", "anne@example.com");
  const std::string account = Known(world, true, {{"CO_No", Ref("collaborator", "7")}});
  const std::string anne = world.Partner(Side::kLeft, "collaborator", "7");
  ASSERT_EQ(world.crm().Field("accounts", account, "salesRepId1"), Ref("users", anne)) << world.Story();
  const std::string luc = world.crm().Create("users", {{"name", "Luc"}, {"lastName", "Petit"}, {"email", "luc@example.com"}, {"nic", "luc"}});
  world.crm().Edit("accounts", account, {{"salesRepId1", Ref("users", luc)}, {"city", "Lyon"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CO_No"), Ref("collaborator", "7")) << world.Story();
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Ville"), Value("Lyon"));
  EXPECT_EQ(world.crm().Field("accounts", account, "salesRepId1"), Ref("users", luc));
  ASSERT_EQ(world.Items("rep_not_in_sage").size(), 1u) << world.Story();

  world.SageCollaborator("8", "Luc", "Petit", "luc@example.com");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CO_No"), Ref("collaborator", "8")) << world.Story();
  EXPECT_TRUE(world.Items("rep_not_in_sage").empty());
}

TEST(SsmFields, NoRepresentativeInSageIsTheDefaultOneInTheCrmAndNeverComesBack) {
  SsmWorld world;
  const std::string account = Known(world, true);
  EXPECT_EQ(world.crm().Field("accounts", account, "salesRepId1"), Ref("users", "1")) << world.Story();
  world.crm().Edit("accounts", account, {{"city", "Lyon"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(world.sage().Field("party", "PARTY", "CO_No").IsNull()) << world.Story();
}

TEST(SsmFields, AUserWhoLeftIsGivenNoAccount) {
  SsmWorld world;
  world.SageCollaborator("7", "Anne", "Durand", "anne@example.com");
  const std::string old = Known(world, true, {{"CO_No", Ref("collaborator", "7")}});
  const std::string anne = world.Partner(Side::kLeft, "collaborator", "7");
  world.crm().Edit("users", anne, {{"isActive", false}});
  ASSERT_TRUE(world.Settle());
  world.SageParty("NEW", "Nouveau", true, {{"CO_No", Ref("collaborator", "7")}});
  ASSERT_TRUE(world.Settle());
  const std::string fresh = world.CrmByExtId("accounts", "NEW");
  EXPECT_EQ(world.crm().Field("accounts", fresh, "salesRepId1"), Ref("users", "1")) << world.Story();
  EXPECT_EQ(world.sage().Field("party", "NEW", "CO_No"), Ref("collaborator", "7")) << "the stand-in is nobody";
  EXPECT_EQ(world.crm().Field("accounts", old, "salesRepId1"), Ref("users", anne)) << "what she had is not taken from her";

  world.crm().Edit("users", anne, {{"isActive", true}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", fresh, "salesRepId1"), Ref("users", anne)) << world.Story();
}

TEST(SsmFields, SleepIsAStateAndNeverADeletion) {
  SsmWorld world(Parameters{{"status_dormant_prospect", "Prospect dormant"}, {"status_dormant_customer", "Client inactif"}});
  world.SageParty("CLI", "Client", false);
  const std::string prospect = Known(world, true);
  const std::string customer = world.CrmByExtId("accounts", "CLI");
  for (const auto& [code, account, awake, asleep] : {std::tuple("PARTY", prospect, "Prospect", "Prospect dormant"), std::tuple("CLI", customer, "Client", "Client inactif")}) {
    world.sage().Edit("party", code, {{"CT_Sommeil", 1}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value(asleep)) << world.Story();
    EXPECT_THAT(std::string(world.crm().Field("accounts", account, "comment").TextOrEmpty()), HasSubstr("En sommeil"));
    world.sage().Edit("party", code, {{"CT_Sommeil", 0}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value(awake)) << world.Story();
  }
  // A prospect may be put to sleep in the CRM; a customer may not.
  world.crm().Edit("accounts", prospect, {{"statusId", "Prospect dormant"}});
  world.crm().Edit("accounts", customer, {{"statusId", "Client inactif"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Sommeil"), Value(1)) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", prospect, "statusId"), Value("Prospect dormant"));
  EXPECT_EQ(world.sage().Field("party", "CLI", "CT_Sommeil"), Value(0));
  EXPECT_EQ(world.crm().Field("accounts", customer, "statusId"), Value("Client")) << world.Story();
  EXPECT_TRUE(world.Items("convert_in_sage").empty());
  // Converted while it sleeps, it sleeps as a customer.
  world.sage().Edit("party", "PARTY", {{"CT_Prospect", 0}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", prospect, "statusId"), Value("Client inactif")) << world.Story();
}

TEST(SsmFields, WithoutALabelForSleepOnlyTheBlockTellsOfIt) {
  SsmWorld world;
  const std::string account = Known(world, true);
  world.sage().Edit("party", "PARTY", {{"CT_Sommeil", 1}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value("Prospect")) << world.Story();
  EXPECT_THAT(std::string(world.crm().Field("accounts", account, "comment").TextOrEmpty()), HasSubstr("En sommeil"));
}

TEST(SsmFields, ThePriceListIsSagesOfProspectsToo) {
  SsmWorld world;
  world.sage().Create("price_category", {{"cbIndice", 2}, {"CT_Intitule", "Gros"}}, "2");
  const std::string account = Known(world, true, {{"N_CatTarif", Ref("price_category", "2")}});
  const Value gross = Ref("rates", world.Partner(Side::kLeft, "price_category", "2"));
  const Value usual = Ref("rates", world.Partner(Side::kLeft, "price_category", "1"));
  EXPECT_EQ(world.crm().Field("accounts", account, "rateId"), gross) << world.Story();
  world.crm().Edit("accounts", account, {{"rateId", usual}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "rateId"), gross) << "an edit of the CRM is undone";
  // 0 in Sage is the default category; one born in the CRM takes what Sage gives it.
  world.SageParty("ZERO", "Sans tarif", true);
  const std::string born = world.CrmAccount("Né au CRM", "Prospect", {{"rateId", gross}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "ZERO"), "rateId"), usual) << world.Story();
  EXPECT_TRUE(world.sage().Field("party", world.Partner(Side::kRight, "accounts", born), "N_CatTarif").IsNull());
  EXPECT_EQ(world.crm().Field("accounts", born, "rateId"), usual) << world.Story();
}

TEST(SsmFields, TheFirstLineOfAProspectsNoteIsSagesCommentAndACustomersNoteIsTheCrmsOwn) {
  SsmWorld world;
  world.SageParty("CLI", "Client", false, {{"CT_Commentaire", "À livrer le matin"}});
  const std::string prospect = Known(world, true, {{"CT_Commentaire", "Rappeler lundi"}});
  const std::string customer = world.CrmByExtId("accounts", "CLI");
  EXPECT_THAT(std::string(world.crm().Field("accounts", prospect, "comment").TextOrEmpty()), ::testing::StartsWith("Rappeler lundi"));
  EXPECT_THAT(std::string(world.crm().Field("accounts", customer, "comment").TextOrEmpty()), HasSubstr("Commentaire : À livrer le matin")) << "in the block";

  const std::string before(world.crm().Field("accounts", prospect, "comment").TextOrEmpty());
  world.crm().Edit("accounts", prospect, {{"comment", "Rappeler mardi\nNote à moi" + before.substr(std::string("Rappeler lundi").size())}});
  world.crm().Edit("accounts", customer, {{"comment", "Mes notes\n" + std::string(world.crm().Field("accounts", customer, "comment").TextOrEmpty())}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Commentaire"), Value("Rappeler mardi")) << world.Story();
  EXPECT_EQ(world.sage().Field("party", "CLI", "CT_Commentaire"), Value("À livrer le matin"));
  world.sage().Edit("party", "PARTY", {{"CT_Commentaire", "Rappeler jeudi"}, {"CT_Siret", "12345678900011"}});
  ASSERT_TRUE(world.Settle());
  const std::string after(world.crm().Field("accounts", prospect, "comment").TextOrEmpty());
  EXPECT_THAT(after, ::testing::StartsWith("Rappeler jeudi\nNote à moi")) << world.Story();
  EXPECT_THAT(after, HasSubstr("SIRET : 12345678900011"));
}

TEST(SsmFields, SegmentAndTypeComeFromTheStatisticsChosen) {
  SsmWorld world(Parameters{{"segment_source", "CT_Statistique03"}, {"account_type_source", "CT_Qualite"}});
  const std::string account = Known(world, false, {{"CT_Statistique03", "Grands comptes"}, {"CT_Qualite", "SARL"}});
  EXPECT_EQ(world.crm().Field("accounts", account, "segmentId"), Value("Grands comptes")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "typeId"), Value("SARL"));
}

TEST(SsmFields, ALabelTheCrmHasNotIsOneWorkItemForAllRecords) {
  SsmWorld world(Parameters{{"segment_source", "CT_Statistique01"}});
  FieldInfo list;
  list.labels = {"Grands comptes", "PME"};
  world.crm().at("accounts").columns["segmentId"] = list;
  for (int i = 1; i <= 3; ++i) world.SageParty("C" + std::to_string(i), "Client " + std::to_string(i), false, {{"CT_Statistique01", "Artisans"}, {"CT_Ville", "Lyon"}});
  world.SageParty("P", "Pme", false, {{"CT_Statistique01", "pme"}});
  world.FirstLoad();
  EXPECT_EQ(world.crm().CountLive("accounts"), 4u) << world.Story();
  for (int i = 1; i <= 3; ++i) {
    const std::string account = world.CrmByExtId("accounts", "C" + std::to_string(i));
    EXPECT_TRUE(world.crm().Field("accounts", account, "segmentId").IsNull()) << world.Story();
    EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value("Lyon"));
  }
  EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "P"), "segmentId"), Value("PME")) << "as the list spells it";
  ASSERT_EQ(world.Items("label_without_partner").size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(world.Items("label_without_partner")[0].details, "label"), Value("Artisans"));
  EXPECT_TRUE(world.Items("dead_letter", false).empty());

  // The list is completed: the next session shows it, and everything that waited goes on.
  list.labels.push_back("Artisans");
  world.crm().at("accounts").columns["segmentId"] = list;
  world.Disconnect(Side::kRight);
  ASSERT_TRUE(world.Connect(Side::kRight).ok());
  ASSERT_TRUE(world.Settle());
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "C" + std::to_string(i)), "segmentId"), Value("Artisans")) << world.Story();
  EXPECT_TRUE(world.Items("label_without_partner").empty());
}

TEST(SsmFields, ALabelCompletedInTheListIsTriedWhenAPersonSaysSo) {
  SsmWorld world(Parameters{{"segment_source", "CT_Statistique01"}});
  world.crm().at("accounts").columns["segmentId"].labels = {"PME"};
  const std::string account = Known(world, false, {{"CT_Statistique01", "Artisans"}});
  ASSERT_EQ(world.Items("label_without_partner").size(), 1u) << world.Story();
  ASSERT_TRUE(world.Resolve("label_without_partner", "retry").status.ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "segmentId"), Value("Artisans")) << world.Story();
}

TEST(SsmFields, WithoutTheBranchNothingIsCreatedAndOneItemSaysSo) {
  SsmWorld world;
  FieldInfo branches;
  branches.labels = {"Agence Lyon"};
  branches.required_on_create = true;
  world.crm().at("accounts").columns["branchId"] = branches;
  for (int i = 1; i <= 3; ++i) world.SageParty("C" + std::to_string(i), "Client " + std::to_string(i), false);
  world.FirstLoad();
  EXPECT_EQ(world.crm().CountLive("accounts"), 0u) << world.Story();
  EXPECT_EQ(world.Items("label_without_partner").size(), 1u) << world.Story();
  EXPECT_TRUE(world.Items("dead_letter", false).empty());
  branches.labels = {"SIEGE"};
  world.crm().at("accounts").columns["branchId"] = branches;
  world.Disconnect(Side::kRight);
  ASSERT_TRUE(world.Connect(Side::kRight).ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().CountLive("accounts"), 3u) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "C1"), "branchId"), Value("SIEGE"));
}

TEST(SsmFields, ALockGoesWithThePolicyThatSetIt) {
  SsmWorld world;
  const std::string account = Known(world, false);
  EXPECT_EQ(world.crm().Field("accounts", account, "readOnly"), Value(false)) << world.Story();
  // An account somebody locked while the policy leaves accounts open.
  world.crm().Edit("accounts", account, {{"readOnly", true}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("accounts", account, "readOnly"), Value(false)) << world.Story();
}

}  // namespace
}  // namespace entente::testing
