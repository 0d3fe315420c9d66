#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/rows.h"

// The field map of contacts, where it says more than "this field is that one".
namespace entente::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// One account on both sides, of the representative 7.
class ContactWorld : public SsmWorld {
 public:
  explicit ContactWorld(Parameters parameters = {}) : SsmWorld(std::move(parameters)) {
    SageCollaborator("7", "Léa", "Martin", "lea@example.com");
    SageParty("PROS", "Prospect", true, {{"CO_No", Ref("collaborator", "7")}});
    FirstLoad();
    account = CrmByExtId("accounts", "PROS");
    lea = Partner(Side::kLeft, "collaborator", "7");
  }
  // A contact born in Sage; its key in the CRM.
  std::string Born(const std::string& last, const std::string& first, Fields more = {}) {
    sage_key = SageContact("PROS", last, first, std::move(more));
    EXPECT_TRUE(Settle());
    return Partner(Side::kLeft, "contact", sage_key);
  }
  Value InSage(const std::string& field) { return sage().Field("contact", sage_key, field); }
  Value InCrm(const std::string& key, const std::string& field) { return crm().Field("contacts", key, field); }

  std::string account, lea, sage_key;
};

TEST(SsmFields, AContactBornInSageHasItsAccountsRepresentative) {
  ContactWorld world;
  const std::string anne = world.Born("Durand", "Anne");
  EXPECT_EQ(world.InCrm(anne, "salesRepId"), Ref("users", world.lea)) << world.Story();
  EXPECT_EQ(world.InCrm(anne, "UseCompanyAddress"), Value(true));
  EXPECT_EQ(world.InCrm(anne, "branchId"), Value("Siège"));
  // Afterwards it is the CRM's own, whatever becomes of the account's.
  world.SageCollaborator("8", "Luc", "Petit", "luc@example.com");
  world.crm().Create("users", {{"name", "Luc"}, {"lastName", "Petit"}, {"email", "luc@example.com"}, {"nic", "luc"}});
  world.sage().Edit("party", "PROS", {{"CO_No", Ref("collaborator", "8")}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InCrm(anne, "salesRepId"), Ref("users", world.lea)) << world.Story();
  world.crm().Edit("contacts", anne, {{"salesRepId", Ref("users", "1")}, {"UseCompanyAddress", false}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InCrm(anne, "salesRepId"), Ref("users", "1")) << world.Story();
}

TEST(SsmFields, AnAccountWithoutARepresentativeGivesItsContactsTheDefaultOne) {
  SsmWorld world;
  world.SageParty("PROS", "Prospect", true);
  world.SageContact("PROS", "Durand", "Anne");
  world.FirstLoad();
  const std::string anne = world.crm().Where("contacts", "lastName", Value("Durand")).at(0);
  EXPECT_EQ(world.crm().Field("contacts", anne, "salesRepId"), Ref("users", "1")) << world.Story();
}

TEST(SsmFields, ATenantWithoutABranchOnContactsGetsNone) {
  SsmWorld world;
  world.crm().at("contacts").lacks = {"branchId"};
  world.SageParty("PROS", "Prospect", true);
  world.SageContact("PROS", "Durand", "Anne");
  world.FirstLoad();
  const std::string anne = world.crm().Where("contacts", "lastName", Value("Durand")).at(0);
  EXPECT_TRUE(world.crm().Field("contacts", anne, "branchId").IsNull()) << world.Story();
  EXPECT_TRUE(world.Items("column_missing", false).empty()) << "that is foreseen";
}

TEST(SsmFields, AColumnThatIsGonePausesItsFieldAndIsTold) {
  ContactWorld world;
  const std::string anne = world.Born("Durand", "Anne", {{"CT_Skype", "anne.d"}, {"CT_Telephone", "0400000001"}});
  ASSERT_EQ(world.InCrm(anne, "skype"), Value("anne.d"));
  world.Disconnect(Side::kLeft);
  world.sage().at("contact").lacks = {"CT_Skype"};
  for (auto& [key, record] : world.sage().at("contact").records) record.fields.erase("CT_Skype");
  ASSERT_TRUE(world.Connect(Side::kLeft).ok());
  world.sage().Edit("contact", world.sage_key, {{"CT_Telephone", "0499999999"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InCrm(anne, "phone1"), Value("0499999999")) << world.Story();
  EXPECT_EQ(world.InCrm(anne, "skype"), Value("anne.d")) << "a lost column is not a blank";
  ASSERT_EQ(world.Items("column_missing").size(), 1u) << world.Story();
  EXPECT_THAT(FieldOf(world.Items("column_missing")[0].details, "columns").ToDisplay(), HasSubstr("contact.CT_Skype"));
}

TEST(SsmFields, NoGenderInTheCrmIsNeitherFilledNorWritten) {
  ContactWorld world;
  // Sage answers nothing of the record it made, and shows its own 0 at the next poll.
  world.sage().at("contact").returns_record = false;
  const auto defaults = world.sage().defaults;
  world.sage().defaults = [defaults](const std::string& resource, const std::string& key, Fields& fields) {
    defaults(resource, key, fields);
    if (resource == "contact" && !fields.contains("CT_Civilite")) fields["CT_Civilite"] = 0;
  };
  const std::string luc = world.CrmContact(world.account, "Petit", "Luc");
  ASSERT_TRUE(world.Settle());
  world.ResetCounts();
  const std::string born = world.Partner(Side::kRight, "contacts", luc);
  EXPECT_EQ(world.sage().Field("contact", born, "CT_Civilite"), Value(0));
  EXPECT_TRUE(world.InCrm(luc, "gender").IsNull()) << world.Story();
  // Sage says more: that is an edit.
  world.sage().Edit("contact", born, {{"CT_Civilite", 2}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InCrm(luc, "gender"), Value(1)) << world.Story();
  EXPECT_EQ(world.sage().Field("contact", born, "CT_Civilite"), Value(2)) << "Mademoiselle stays";
  world.crm().Edit("contacts", luc, {{"gender", Value()}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InCrm(luc, "gender"), Value(1)) << "emptied in the CRM, Sage's comes back";
}

TEST(SsmFields, MatchedContactsWithoutAGenderKeepNone) {
  SsmWorld world;
  world.SageParty("PROS", "Prospect", true, {{"CT_CodePostal", "74000"}});
  world.SageContact("PROS", "Petit", "Luc");
  world.SageContact("PROS", "Durand", "Anne", {{"CT_Civilite", 1}});
  const std::string account = world.CrmAccount("Prospect", "Prospect", {{"postcode", "74000"}});
  const std::string luc = world.CrmContact(account, "Petit", "Luc");
  const std::string anne = world.CrmContact(account, "Durand", "Anne");
  world.FirstLoad();
  EXPECT_FALSE(world.Partner(Side::kRight, "contacts", luc).empty()) << world.Story();
  EXPECT_TRUE(world.crm().Field("contacts", luc, "gender").IsNull()) << "0 says nothing";
  EXPECT_EQ(world.crm().Field("contacts", anne, "gender"), Value(1)) << "a blank is filled";
}

TEST(SsmFields, CivilityZeroRulesContactsBornInSage) {
  {
    ContactWorld world;
    EXPECT_EQ(world.InCrm(world.Born("Petit", "Luc", {{"CT_Civilite", 0}}), "gender"), Value(0)) << world.Story();
  }
  ContactWorld world(Parameters{{"civility_zero", "unknown"}});
  EXPECT_TRUE(world.InCrm(world.Born("Petit", "Luc", {{"CT_Civilite", 0}}), "gender").IsNull()) << world.Story();
}

TEST(SsmFields, ABlankNameShowsAMarkThatNeverReachesSage) {
  ContactWorld world;
  const std::string key = world.Born("Accueil", "");
  EXPECT_EQ(world.InCrm(key, "firstName"), Value("-")) << world.Story();
  world.crm().Edit("contacts", key, {{"phone1", "0400000001"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(world.InSage("CT_Prenom").IsBlank()) << world.Story();
  const std::string born = world.CrmContact(world.account, "Standard", "-");
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(world.sage().Field("contact", world.Partner(Side::kRight, "contacts", born), "CT_Prenom").IsBlank()) << world.Story();
}

TEST(SsmFields, TwoContactsWhoseNamesSageCutsToOneAreAWorkItem) {
  ContactWorld world;
  const std::string name(35, 'a');
  const std::string first = world.CrmContact(world.account, name + " un", "Luc");
  ASSERT_TRUE(world.Settle());
  ASSERT_FALSE(world.Partner(Side::kRight, "contacts", first).empty()) << world.Story();
  world.ResetCounts();
  const std::string second = world.CrmContact(world.account, name + " deux", "Luc", {{"phone1", "0400000002"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().counts().writes(), 0) << world.Story();
  EXPECT_EQ(world.sage().CountLive("contact"), 1u);
  EXPECT_TRUE(world.Partner(Side::kRight, "contacts", second).empty()) << world.Story();
  EXPECT_EQ(world.Partner(Side::kRight, "contacts", first), world.sage().Where("contact", "CT_Prenom", Value("Luc")).at(0)) << "the first keeps its own";
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u);
  EXPECT_EQ(world.Items("doubled_match_key").size(), 1u) << world.Story();
}

TEST(SsmFields, TheJobTitleIsOneLineOfTheComment) {
  ContactWorld world;
  const std::string key = world.Born("Durand", "Anne", {{"CT_Fonction", "Directrice"}});
  EXPECT_THAT(std::string(world.InCrm(key, "comment").TextOrEmpty()), HasSubstr("Fonction : Directrice")) << world.Story();
  world.crm().Edit("contacts", key, {{"comment", "Fonction : Gérante\nAime le thé"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InSage("CT_Fonction"), Value("Gérante")) << world.Story();
  world.sage().Edit("contact", world.sage_key, {{"CT_Fonction", "Présidente"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InCrm(key, "comment"), Value("Fonction : Présidente\nAime le thé")) << "the rest is the salesperson's";
  world.crm().Edit("contacts", key, {{"comment", "Aime le thé"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InSage("CT_Fonction"), Value("Présidente")) << "a line taken out is no edit";
  EXPECT_EQ(world.InCrm(key, "comment"), Value("Fonction : Présidente\nAime le thé")) << world.Story();
}

TEST(SsmFields, TheTypeOfAContactIsAServiceOrAContactType) {
  for (const auto& [source, field, other] : {std::tuple("service", "N_Service", "N_Contact"), std::tuple("contact_type", "N_Contact", "N_Service")}) {
    SCOPED_TRACE(source);
    ContactWorld world(Parameters{{"contact_type_source", source}});
    const std::string key = world.Born("Durand", "Anne", {{field, "Comptabilité"}, {other, "Autre"}});
    EXPECT_EQ(world.InCrm(key, "typeId"), Value("Comptabilité")) << world.Story();
    world.crm().Edit("contacts", key, {{"typeId", "Direction"}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.InSage(field), Value("Direction")) << world.Story();
    EXPECT_EQ(world.InSage(other), Value("Autre"));
    world.crm().Edit("contacts", key, {{"typeId", Value()}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.InCrm(key, "typeId"), Value("Direction")) << world.Story();
  }
}

TEST(SsmFields, ATypeThatOneListHasNotIsLeftOutAndTheContactTravels) {
  ContactWorld world;
  world.crm().at("contacts").columns["typeId"].labels = {"Achats", "COMPTABILITE"};
  world.sage().at("contact").columns["N_Service"].labels = {"Comptabilité", "Logistique"};
  for (Side side : kSides) {
    world.Disconnect(side);
    ASSERT_TRUE(world.Connect(side).ok());
  }
  const std::string key = world.Born("Durand", "Anne", {{"N_Service", "Logistique"}, {"CT_Telephone", "0400000001"}});
  ASSERT_FALSE(key.empty()) << world.Story();
  EXPECT_TRUE(world.InCrm(key, "typeId").IsNull());
  EXPECT_EQ(world.InCrm(key, "phone1"), Value("0400000001"));
  EXPECT_EQ(world.Items("label_without_partner").size(), 1u) << world.Story();
  // Accents and case are the list's own.
  world.sage().Edit("contact", world.sage_key, {{"N_Service", "Comptabilité"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InCrm(key, "typeId"), Value("COMPTABILITE")) << world.Story();
  const std::string born = world.CrmContact(world.account, "Petit", "Luc", {{"typeId", "COMPTABILITE"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().Field("contact", world.Partner(Side::kRight, "contacts", born), "N_Service"), Value("Comptabilité")) << world.Story();
}

TEST(SsmFields, ALinkTooLongForSageIsNotCut) {
  ContactWorld world;
  const std::string key = world.Born("Durand", "Anne");
  const std::string link = "https://www.example.com/in/anne-durand-de-la-tour-du-pin";
  world.crm().Edit("contacts", key, {{"linkedin", link}, {"skype", "anne.d"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(world.InSage("CT_LinkedIn").IsNull()) << world.Story();
  EXPECT_EQ(world.InSage("CT_Skype"), Value("anne.d"));
  EXPECT_EQ(world.InCrm(key, "linkedin"), Value(link));
  EXPECT_EQ(world.Items("value_does_not_fit").size(), 1u) << world.Story();
}

TEST(SsmFields, TheOnlyBranchOfTheCrmNeedNotBeNamed) {
  for (const bool is_sole : {true, false}) {
    SCOPED_TRACE(is_sole);
    SsmWorld world(Parameters{{"default_branch", ""}});
    FieldInfo branches;
    branches.labels = {"Siège"};
    if (!is_sole) branches.labels.push_back("Agence Lyon");
    branches.required_on_create = true;
    for (const auto& [resource, field] : {std::pair("accounts", "branchId"), std::pair("users", "branches"), std::pair("rates", "branchId")}) {
      world.crm().at(resource).columns[field] = branches;
      world.crm().at(resource).columns[field].type = std::string(field) == "branches" ? "list" : "text";
    }
    world.SageCollaborator("7", "Léa", "Martin", "lea@example.com");
    world.SageParty("C1", "Client un", false);
    world.SageParty("C2", "Client deux", false);
    world.FirstLoad();
    if (is_sole) {
      EXPECT_EQ(world.crm().Field("accounts", world.CrmByExtId("accounts", "C1"), "branchId"), Value("Siège")) << world.Story();
      EXPECT_EQ(world.crm().Field("users", world.Partner(Side::kLeft, "collaborator", "7"), "branches"), Value(List{"Siège"})) << world.Story();
    } else {
      EXPECT_EQ(world.crm().CountLive("accounts"), 0u) << world.Story();
      // One question a list, not one a record.
      EXPECT_EQ(world.Items("label_not_chosen").size(), 3u) << world.Story();
      EXPECT_TRUE(world.Items("dead_letter", false).empty());
    }
  }
}

}  // namespace
}  // namespace entente::testing
