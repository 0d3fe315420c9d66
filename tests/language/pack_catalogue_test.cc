#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/language/pack_loading.h"

// The pack asks of both systems what their connectors declare, and nothing else.
namespace entente {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "CT_Num! CT_Prospect:int CO_No:party!": name, type where it is not text, the target of a reference; ! is writable.
CatalogueResource Resource(const std::string& name, const std::string& text) {
  CatalogueResource resource{name, {}};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    CatalogueField field;
    field.writable = word.back() == '!';
    if (field.writable) word.pop_back();
    const std::size_t colon = word.find(':');
    field.name = word.substr(0, colon);
    const std::string type = colon == std::string::npos ? "text" : word.substr(colon + 1);
    const bool is_reference = type.size() > 1 && type[0] == '>';
    field.type = is_reference ? "reference" : type;
    if (is_reference) field.target = type.substr(1);
    resource.fields.push_back(field);
  }
  return resource;
}

std::vector<CatalogueResource> Sage() {
  return {
      Resource("collaborator", "CO_No:int CO_Nom CO_Prenom CO_EMail CO_Telephone CO_TelPortable CO_Pays CO_Fonction CO_Service CO_Vendeur:int CO_Sommeil:int"),
      Resource("party",
               "CT_Num! CT_Intitule! CT_Prospect:int CT_Sommeil:int! CT_Qualite! CT_Adresse! CT_Complement! CT_CodePostal! CT_Ville! CT_CodeRegion! "
               "CT_Pays! CT_Telephone! CT_Telecopie! CT_EMail! CT_Site! CT_Siret! CT_Ape! CT_Identifiant! CT_Encours:decimal CT_ControlEnc:int "
               "CT_NumPayeur CT_Commentaire! CT_Statistique01! CT_Statistique02! N_CatTarif:>price_category N_Devise CO_No:>collaborator!"),
      Resource("contact",
               "CT_No:int CT_Num:>party! CT_Nom! CT_Prenom! CT_Civilite:int! N_Service! N_Contact! CT_Fonction! CT_Telephone! CT_TelPortable! "
               "CT_Telecopie! CT_EMail! CT_LinkedIn! CT_Skype!"),
      Resource("family", "FA_CodeFamille FA_Intitule"),
      Resource("article",
               "AR_Ref AG_No1:int AG_No2:int AE_Ref AR_Design AR_Langue1 AR_CodeBarre variant_label1 variant_label2 AR_UniteVen AR_PrixVen:decimal "
               "AR_PrixTTC:int vat_rate:decimal AR_PrixAch:decimal AR_CoutStd:decimal AR_PUNet:decimal AR_Sommeil:int AE_Sommeil:int AR_Publie:int "
               "FA_CodeFamille:>family AR_SuiviStock:int AR_Nomencl:int AR_Type:int stock_physical:decimal stock_reserved:decimal "
               "stock_prepared:decimal stock_ordered:decimal"),
      Resource("price_category", "cbIndice:int CT_Intitule CT_PrixTTC:int currency"),
      Resource("price", "AR_Ref:>article AC_Categorie:>price_category sale_price:decimal discount:decimal"),
      Resource("quote",
               "DO_Piece DO_Type:int DO_Tiers:>party! DO_Ref! DO_RefExterne! DO_NoWeb! DO_Date:date! DO_Statut:int DO_MotifDevis CO_No:>collaborator! "
               "DO_Contact! DO_Souche:int! LI_No:int DO_Devise currency DO_Cours:decimal DO_Tarif:>price_category DO_TotalHT:decimal "
               "DO_TotalHTNet:decimal DO_TotalTTC:decimal DO_NetAPayer:decimal DO_MontantRegle:decimal DO_TxEscompte:decimal DO_ValFrais:decimal "
               "taxes:list lines:list! outcome successors:list priced_at:timestamp comment! comment_text!"),
      Resource("invoice",
               "DO_Piece DO_Type:int DO_Provenance:int posted:bool DO_Tiers:>party CT_NumPayeur DO_Ref DO_Date:date DO_Statut:int CO_No:>collaborator "
               "LI_No:int DO_Devise currency DO_Cours:decimal DO_Tarif:>price_category DO_TotalHT:decimal DO_TotalHTNet:decimal DO_TotalTTC:decimal "
               "DO_NetAPayer:decimal DO_MontantRegle:decimal DO_TxEscompte:decimal DO_ValFrais:decimal taxes:list instalments:list lines:list "
               "origins:list"),
  };
}

std::vector<CatalogueResource> Ssm() {
  const std::string head =
      "id:int reference! branchId! salesRepId:>users! statusId! accountId:>accounts! contactId:>contacts! rateId:>rates! accountAddressId:int! currencyId! "
      "total:decimal! discount1:decimal! discount2:decimal! discount3:decimal! discount4:decimal! comment! internalComment! closedDate:timestamp! "
      "blocked:bool! readOnly:bool! archived:bool! extId! lines:list! dateCreated:timestamp";
  return {
      Resource("users", "id:int name! lastName! email! nic! phone! idPrefix! branches:list! dbLanguage! uiLanguage! extId! isActive:bool!"),
      Resource("accounts",
               "id:int name! branchId! salesRepId1:>users! statusId! typeId! segmentId! rateId:>rates! extId! vatNumber! address1! address2! city! "
               "postcode! region! countryId! phone! fax! email! website! comment! readOnly:bool!"),
      Resource("contacts",
               "id:int firstName! lastName! accountId:>accounts! salesRepId:>users! branchId! typeId! phone1! phone2! fax! email! UseCompanyAddress:bool! "
               "comment! gender:int! linkedin! skype! extId!"),
      Resource("productFamilies", "id:int description!"),
      Resource("products",
               "id:int model! extId! description! price:decimal! cost:decimal! stock:decimal! notAvailable:bool! familyId:>productFamilies! readOnly:bool!"),
      Resource("rates", "id:int description! extID! currencyId! branchId!"),
      Resource("productRates", "id:int productId:>products! rateId:>rates! salePrice:decimal! costPrice:decimal! discount1:decimal!"),
      Resource("quotes", head),
      Resource("invoices", head + " turnover:map!"),
  };
}

std::string Told(const std::vector<Problem>& problems) {
  std::string all;
  for (const Problem& problem : problems) all += problem.ToString() + "\n";
  return all;
}

PackPtr Loaded() { return PackLoading().LoadSsm().value(); }

TEST(PackCatalogueTest, SsmAsksNothingTheConnectorsLack) {
  EXPECT_EQ(Told(CheckAgainstCatalogue(*Loaded(), Side::kLeft, Sage())), "");
  EXPECT_EQ(Told(CheckAgainstCatalogue(*Loaded(), Side::kRight, Ssm())), "");
}

TEST(PackCatalogueTest, SsmFormulasFitTheTypesOfBothSides) {
  const auto sage = Sage();
  const auto ssm = Ssm();
  EXPECT_EQ(Told(CheckAgainstCatalogue(*Loaded(), Side::kLeft, sage, &ssm)), "");
}

TEST(PackCatalogueTest, OptionsAskNothingMore) {
  PackLoading loading;
  loading.Set("send_cost", "true").Set("customers_foreign_edits", "mark_read_only").Set("products_foreign_edits", "mark_read_only");
  loading.Set("segment_source", "CT_Statistique01").Set("account_type_source", "CT_Qualite").Set("contact_type_source", "contact_type");
  loading.Set("status_dormant_prospect", "Prospect dormant").Set("status_dormant_customer", "Client dormant").Set("quote_series", "1");
  loading.Set("quote_comment", "text_line").Set("user_discounts", "ask_sage").Set("head_discount", "spread").Set("quote_date", "created");
  const absl::StatusOr<PackPtr> pack = loading.LoadSsm();
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_EQ(Told(CheckAgainstCatalogue(**pack, Side::kLeft, Sage())), "");
  EXPECT_EQ(Told(CheckAgainstCatalogue(**pack, Side::kRight, Ssm())), "");
}

TEST(PackCatalogueTest, LostColumnIsNamedWithTheRuleThatWantsIt) {
  std::vector<CatalogueResource> sage = Sage();
  std::erase_if(sage[2].fields, [](const CatalogueField& field) { return field.name == "CT_Skype"; });
  const std::vector<Problem> problems = CheckAgainstCatalogue(*Loaded(), Side::kLeft, sage);
  ASSERT_EQ(problems.size(), 1u) << Told(problems);
  EXPECT_THAT(problems[0].ToString(), HasSubstr("`contact` on sage has no field `CT_Skype`."));
  EXPECT_EQ(problems[0].at.file, "ssm/contacts.yaml");
  EXPECT_GT(problems[0].at.line, 0);
}

TEST(PackCatalogueTest, FieldThatCannotBeWrittenIsNamed) {
  std::vector<CatalogueResource> ssm = Ssm();
  for (CatalogueField& field : ssm[1].fields) {
    if (field.name == "city") field.writable = false;
  }
  const std::vector<Problem> problems = CheckAgainstCatalogue(*Loaded(), Side::kRight, ssm);
  ASSERT_EQ(problems.size(), 1u) << Told(problems);
  EXPECT_THAT(problems[0].ToString(), HasSubstr("`city` is written to `city` on ssm, which cannot be written."));
}

TEST(PackCatalogueTest, ReferenceToAnotherResourceIsNamed) {
  std::vector<CatalogueResource> ssm = Ssm();
  for (CatalogueField& field : ssm[2].fields) {
    if (field.name == "accountId") field.target = "users";
  }
  EXPECT_THAT(Told(CheckAgainstCatalogue(*Loaded(), Side::kRight, ssm)), HasSubstr("points to `users`"));
}

TEST(PackCatalogueTest, AFieldThatIsNotWhatItsLensReadsIsNamed) {
  std::vector<CatalogueResource> sage = Sage();
  for (CatalogueField& field : sage[2].fields) {
    if (field.name == "CT_Civilite") field.type = "text";
  }
  const std::vector<Problem> problems = CheckAgainstCatalogue(*Loaded(), Side::kLeft, sage);
  ASSERT_EQ(problems.size(), 1u) << Told(problems);
  EXPECT_THAT(problems[0].sentence, HasSubstr("`gender` reads `CT_Civilite` on sage as int, but it is text."));
  EXPECT_THAT(problems[0].remedy, HasSubstr("Choose a lens for text"));
}

TEST(PackCatalogueTest, SidesOfDifferentTypesAreNamed) {
  std::vector<CatalogueResource> ssm = Ssm();
  for (CatalogueField& field : ssm[1].fields) {
    if (field.name == "city") field.type = "bool";
  }
  const std::vector<CatalogueResource> sage = Sage();

  const std::string of_left = Told(CheckAgainstCatalogue(*Loaded(), Side::kLeft, sage, &ssm));

  EXPECT_THAT(of_left, HasSubstr("`party.city` is text on sage and bool on ssm."));
  EXPECT_THAT(Told(CheckAgainstCatalogue(*Loaded(), Side::kRight, ssm, &sage)), HasSubstr(of_left)) << "either side tells the same";
}

TEST(PackCatalogueTest, WhatAFormulaReadsIsNamedAtItsField) {
  std::vector<CatalogueResource> sage = Sage();
  std::erase_if(sage[4].fields, [](const CatalogueField& field) { return field.name == "AR_UniteVen"; });
  const std::vector<Problem> problems = CheckAgainstCatalogue(*Loaded(), Side::kLeft, sage);
  ASSERT_EQ(problems.size(), 1u) << Told(problems);
  const PackPtr pack = Loaded();
  EXPECT_EQ(problems[0].at.line, pack->Entity("product")->Field("details")->source.line);
}

TEST(PackCatalogueTest, AKeyThatIsNotThereIsNamed) {
  std::vector<CatalogueResource> ssm = Ssm();
  std::erase_if(ssm[3].fields, [](const CatalogueField& field) { return field.name == "id"; });
  EXPECT_THAT(Told(CheckAgainstCatalogue(*Loaded(), Side::kRight, ssm)), HasSubstr("`productFamilies` on ssm has no field `id`."));
}

TEST(PackCatalogueTest, ACatalogueIsReadAsConnectorsPrintIt) {
  const auto read = ReadCatalogue("catalogue 1\n1 party\n  1 CT_Num TEXT length=17 writable set_once required\n  2 CO_No REFERENCE(collaborator) writable\n2 family\n  1 FA_CodeFamille TEXT\n");

  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 2u);
  const CatalogueField& rep = (*read)[0].fields[1];
  EXPECT_EQ(rep.type, "reference");
  EXPECT_EQ(rep.target, "collaborator");
  EXPECT_TRUE(rep.writable);
  EXPECT_FALSE((*read)[1].fields[0].writable);
}

TEST(PackCatalogueTest, ATextThatIsNoCatalogueIsRefusedWithItsLine) {
  EXPECT_THAT(std::string(ReadCatalogue("1 party\n  CT_Num\n").status().message()), HasSubstr("line 2 is no field"));
  EXPECT_FALSE(ReadCatalogue("").ok());
}

// Overlays of ssm that can be read, and ask of the systems what they do not have. An overlay begins on line 4.
struct Unfit {
  const char* name;
  const char* overlay;
  int line;
  const char* sentence;
  const char* remedy;
};

void PrintTo(const Unfit& unfit, std::ostream* out) { *out << unfit.name; }

class UnfitPackTest : public ::testing::TestWithParam<Unfit> {};

TEST_P(UnfitPackTest, IsAnsweredWithPlaceAndRemedy) {
  PackLoading loading;
  const absl::StatusOr<PackPtr> pack = loading.Overlay(GetParam().overlay).LoadOverlay();
  const Both<std::vector<CatalogueResource>> catalogues{{Sage(), Ssm()}};

  // A pack that carries the catalogues is refused as it loads.
  std::vector<Problem> problems = loading.problems;
  for (Side side : kSides) {
    if (!pack.ok()) break;
    for (const Problem& problem : CheckAgainstCatalogue(**pack, side, catalogues[side], &catalogues[Other(side)])) problems.push_back(problem);
  }

  ASSERT_FALSE(problems.empty());
  for (const Problem& problem : problems) {
    EXPECT_EQ(problem.at.file, "try/pack.yaml");
    EXPECT_EQ(problem.at.line, GetParam().line);
    EXPECT_THAT(problem.sentence, HasSubstr(GetParam().sentence));
    EXPECT_THAT(problem.remedy, HasSubstr(GetParam().remedy));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Packs, UnfitPackTest,
    ::testing::Values(
        Unfit{"UnknownField", "entities:\n  contact:\n    fields:\n      city: {direction: sage -> ssm, sage: CT_Vile, ssm: linkedin}\n", 7, "`contact` on sage has no field `CT_Vile`.",
              "Correct the name"},
        Unfit{"MistypedField", "entities:\n  contact:\n    fields:\n      other: {direction: sage -> ssm, sage: CT_Telecopi, ssm: comment}\n", 7, "has no field `CT_Telecopi`.",
              "Did you mean CT_Telecopie?"},
        Unfit{"UnknownFieldInAFormula", "entities:\n  contact:\n    fields:\n      city: {direction: sage -> ssm, sage: {formula: upper(sage.CT_Vile)}, ssm: linkedin}\n", 7,
              "has no field `CT_Vile`.", "Correct the name"},
        Unfit{"UnknownKey", "entities:\n  contact:\n    ssm: {key: identity}\n", 6, "`contacts` on ssm has no field `identity`.", "Correct the name"},
        Unfit{"WritesWhatCannotBeWritten", "entities:\n  contact:\n    fields:\n      number: {direction: sage -> ssm, sage: CT_No, ssm: id}\n", 7,
              "`number` is written to `id` on ssm, which cannot be written.", "Change the direction, or name a writable field."},
        Unfit{"TypesThatDiffer", "entities:\n  contact:\n    fields:\n      civility: {direction: sage -> ssm, sage: CT_Civilite, ssm: comment}\n", 7,
              "`contact.civility` is int on sage and text on ssm.", "Add a lens that turns one into the other."},
        Unfit{"LensOfAnotherType", "entities:\n  contact:\n    fields:\n      spare: {direction: ssm -> sage, sage: CT_Skype, ssm: {field: UseCompanyAddress, lens: [trim]}}\n", 7,
              "`spare` reads `UseCompanyAddress` on ssm as text, but it is bool.", "Choose a lens for bool"},
        Unfit{"FormulaOfAnotherType", "entities:\n  contact:\n    fields:\n      civility: {direction: sage -> ssm, sage: {formula: \"sage.CT_Civilite + 'x'\"}, ssm: linkedin}\n", 7,
              "A formula of `contact` does not fit the fields of both sides", "Correct the formula"},
        Unfit{"ReferenceThatIsNone", "entities:\n  contact:\n    fields:\n      other: {direction: sage -> ssm, sage: CT_Skype, ssm: linkedin, target: party, on_missing: drop}\n", 7,
              "not a reference.", "Take out `target`, or name a reference field."}),
    [](const auto& unfit) { return std::string(unfit.param.name); });

TEST(PackCatalogueTest, MissingResourceIsNamedOnce) {
  std::vector<CatalogueResource> sage = Sage();
  sage.pop_back();
  const std::vector<Problem> problems = CheckAgainstCatalogue(*Loaded(), Side::kLeft, sage);
  ASSERT_EQ(problems.size(), 1u) << Told(problems);
  EXPECT_THAT(problems[0].sentence, HasSubstr("needs the resource `invoice`"));
}

TEST(PackCatalogueTest, R01_AFieldOfAnotherTypeThanThePackExpectsIsNamed) {
  PackLoading loading;
  // The pack's own catalogue says so when it loads; what a connector declares is checked in the same way.
  EXPECT_FALSE(loading.Overlay("entities:\n  contact:\n    fields:\n      fax: {sage: {type: text}}\n      gender: {sage: {type: text}}\n").LoadOverlay().ok());
  std::vector<std::string> told;
  for (const Problem& problem : loading.problems) told.push_back(problem.ToString() + " " + problem.remedy);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0], HasSubstr("try/pack.yaml:8"));
  EXPECT_THAT(told[0], HasSubstr("`gender` takes `CT_Civilite` on sage for text, but the catalogue says int."));
  EXPECT_THAT(told[0], HasSubstr("Correct `type`"));
}

}  // namespace
}  // namespace entente
