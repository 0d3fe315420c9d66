#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/language/pack.h"
#include "tests/scenarios/quote_world.h"
#include "tests/support/pack_copy.h"

namespace entente::testing {
namespace {

using ::testing::HasSubstr;

Fields Invoice(const std::string& party, const std::string& net, List lines = {}, Fields more = {}) {
  Fields fields{{"DO_Type", 6}, {"DO_Tiers", Ref("party", party)}, {"DO_TotalHTNet", Dec(net)}, {"DO_TotalTTC", Dec(net)}, {"DO_Date", Date{20'000}}, {"lines", std::move(lines)}};
  for (const auto& [name, value] : more) fields[name] = value;
  return fields;
}

std::string Create(SsmWorld& world, const std::string& number, Fields fields) {
  fields["DO_Piece"] = number;
  return world.sage().Create("invoice", std::move(fields), number);
}

// Exact text of a number, whatever value type carries it.
std::string Text(const Value& value) {
  if (const auto* decimal = value.As<Decimal>()) return decimal->ToString();
  return value.ToDisplay();
}

TEST(SsmPack, SSM_31_TotalsAreTheSameToTheLastDigit) {
  QuoteWorld world;
  int number = 0;
  const bool holds = rc::check([&] {
    const auto amount = [](int scale_min, int scale_max) {
      return *Decimal::FromUnits(*rc::gen::inRange<std::int64_t>(-99'999'999'999, 99'999'999'999), *rc::gen::inRange(scale_min, scale_max + 1));
    };
    const Decimal net = amount(2, 4), line = amount(2, 4), price = amount(2, 4), gross = amount(2, 2), tax = amount(2, 2);
    const std::string key = "F" + std::to_string(++number);
    Create(world, key, Invoice("ACME", "0", {Map{{"AR_Ref", Ref("article", "A1")}, {"DL_Qte", Dec("1")}, {"DL_PrixUnitaire", price}, {"DL_MontantHT", line}}},
                               {{"DO_TotalHTNet", net}, {"DO_TotalTTC", gross}, {"taxes", List{Map{{"code", "20"}, {"rate", Dec("20")}, {"amount", tax}}}}}));
    RC_ASSERT(world.Settle());
    const std::string invoice = world.CrmByExtId("invoices", "I:" + key);
    RC_ASSERT(Text(world.crm().Field("invoices", invoice, "total")) == net.ToString());
    RC_ASSERT(Text(world.crm().Field("invoices", invoice, "turnover.total")) == net.ToString());
    RC_ASSERT(Text(LineOf(world, "invoices", invoice, 0, "total")) == line.ToString());
    RC_ASSERT(Text(LineOf(world, "invoices", invoice, 0, "price")) == price.ToString());
    RC_ASSERT(world.crm().Field("invoices", invoice, "currencyId") == Value("EUR"));
    // Tax and gross stand in the comment: the same digits, written the French way.
    const auto french = [](const Decimal& value) {
      std::string digits = value.Absolute().ToFixed(2);
      digits[digits.size() - 3] = ',';
      for (int at = static_cast<int>(digits.size()) - 6; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), "\u00a0");
      return (value.IsNegative() ? "-" : "") + digits;
    };
    const std::string report(world.crm().Field("invoices", invoice, "internalComment").TextOrEmpty());
    RC_ASSERT(report.find("Total TTC : " + french(gross)) != std::string::npos);
    RC_ASSERT(report.find(french(tax)) != std::string::npos);
  });
  EXPECT_TRUE(holds) << world.Story().substr(0, 2000);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_32_ThreeHundredLinesArriveInOrderAndAnUnknownArticleKeepsItsText) {
  QuoteWorld world;
  List lines;
  for (int i = 1; i <= 300; ++i) {
    const bool deleted = i == 150;
    lines.push_back(Map{{"AR_Ref", deleted ? Ref("article", "PARTI") : Ref("article", i % 2 ? "A1" : "A2")},
                        {"article", deleted ? "PARTI" : i % 2 ? "A1" : "A2"},
                        {"DL_Design", "ligne " + std::to_string(i)},
                        {"DL_Qte", Decimal::FromInt(i)},
                        {"DL_PrixUnitaire", Dec("1.25")},
                        {"DL_Remise01REM_Valeur", Dec("5")},
                        {"DL_Remise01REM_Type", 1},
                        {"DL_MontantHT", *Decimal::Multiply(Decimal::FromInt(i), *Decimal::Parse("1.1875"))}});
  }
  Create(world, "FA300", Invoice("ACME", "1000", lines));
  ASSERT_TRUE(world.Settle());
  const std::string invoice = world.CrmByExtId("invoices", "I:FA300");
  ASSERT_NE(invoice, "") << world.Story();
  const auto* got = world.crm().Field("invoices", invoice, "lines").As<List>();
  ASSERT_EQ(got->size(), 300u);
  const Value placeholder = Ref("products", world.CrmByExtId("products", "SAGE-TEXTE"));
  const Value article[2] = {Ref("products", world.CrmByExtId("products", "A2")), Ref("products", world.CrmByExtId("products", "A1"))};
  for (int i = 1; i <= 300; ++i) {
    const Map& line = *(*got)[static_cast<std::size_t>(i - 1)].As<Map>();
    EXPECT_EQ(FieldOf(line, "quantity"), Value(Decimal::FromInt(i)));
    EXPECT_EQ(FieldOf(line, "description"), Value("ligne " + std::to_string(i)));
    EXPECT_EQ(FieldOf(line, "productId"), i == 150 ? placeholder : article[i % 2]);
    EXPECT_EQ(FieldOf(line, "price"), Dec("1.25"));
    EXPECT_EQ(FieldOf(line, "discount1"), Dec("5"));
    EXPECT_EQ(FieldOf(line, "total"), Value(*Decimal::Multiply(Decimal::FromInt(i), *Decimal::Parse("1.1875"))));
  }
  const auto reported = world.Items("reference_unresolved");
  ASSERT_EQ(reported.size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(reported[0].details, "count"), Value(1));
  EXPECT_THAT(FieldOf(reported[0].details, "samples").ToDisplay(), HasSubstr("PARTI"));
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(world.Items("reference_unresolved").size(), 1u);
  // The article comes back: the line names it, the report is closed.
  world.SageArticle("PARTI", "Revenu", "1");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(LineOf(world, "invoices", invoice, 149, "productId"), Ref("products", world.CrmByExtId("products", "PARTI"))) << world.Story();
  EXPECT_TRUE(world.Items("reference_unresolved").empty());
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_33_TurnoverByRepresentativeAndMonthIsTheSameOnBothSides) {
  SsmWorld world;
  world.SageCollaborator("1", "Léa", "Martin", "lea@example.com");
  world.SageCollaborator("2", "Luc", "Petit", "luc@example.com");
  world.SageParty("ACME", "Acme", false);
  world.sage().Create("family", {{"FA_CodeFamille", "VIS"}, {"FA_Intitule", "Visserie"}}, "VIS");
  world.SageArticle("A1", "Vis", "10", {{"FA_CodeFamille", Ref("family", "VIS")}});
  std::map<std::pair<std::string, std::string>, Decimal> sage_sum;
  for (int i = 0; i < 24; ++i) {
    const bool credit = i % 6 == 5;
    const std::string rep = std::to_string(1 + i % 2);
    const Decimal net = *Decimal::FromUnits(10'007 + 313 * i, 2);
    const Date day{20'000 + i * 4};
    // Sage stores credit notes with either sign, depending on how they were made.
    const bool stored_negative = credit && i % 12 == 11;
    const Decimal stored = stored_negative ? net.Negated() : net;
    Create(world, "FA" + std::to_string(100 + i),
           Invoice("ACME", "0", {Map{{"AR_Ref", Ref("article", "A1")}, {"DL_Qte", Dec("1")}, {"DL_MontantHT", stored}}},
                   {{"DO_TotalHTNet", stored}, {"DO_Date", day}, {"CO_No", Ref("collaborator", rep)}, {"DO_Provenance", credit ? 1 : 0}}));
    Decimal& sum = sage_sum[{rep, Value(day).ToDisplay().substr(0, 7)}];
    sum = *Decimal::Add(sum, credit ? net.Negated() : net);
  }
  world.FirstLoad();

  std::map<std::pair<std::string, std::string>, Decimal> crm_sum;
  int credit_notes = 0;
  ASSERT_EQ(world.crm().CountLive("invoices"), 24u) << world.Story();
  for (const auto& [key, record] : world.crm().at("invoices").records) {
    const Map& turnover = *FieldOf(record.fields, "turnover").As<Map>();
    const Value total = FieldOf(turnover, "total");
    const bool is_credit = FieldOf(record.fields, "statusId") == Value("Avoir");
    credit_notes += is_credit;
    EXPECT_EQ(total.As<Decimal>()->IsNegative(), is_credit);
    EXPECT_EQ(FieldOf(record.fields, "total"), total);
    // Mandatory for dashboards: representative, customer, date, and the family through the product.
    EXPECT_FALSE(FieldOf(turnover, "salesRepId").IsBlank());
    EXPECT_EQ(FieldOf(turnover, "accountExtId"), Value("ACME"));
    const Value product_value = LineOf(world, "invoices", key, 0, "productId");
    const auto* product = product_value.As<Reference>();
    ASSERT_NE(product, nullptr);
    EXPECT_FALSE(world.crm().Field("products", product->key, "familyId").IsBlank()) << world.Story();
    Decimal& sum = crm_sum[{std::string(FieldOf(turnover, "salesRepExtId").TextOrEmpty()), FieldOf(turnover, "date").ToDisplay().substr(0, 7)}];
    sum = *Decimal::Add(sum, *total.As<Decimal>());
  }
  EXPECT_EQ(credit_notes, 4);
  EXPECT_EQ(crm_sum, sage_sum);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_34_OnlyVersion11IsAcceptedAtEveryConnection) {
  SsmWorld world;
  world.sage().version = "10";
  const absl::Status refused = world.Connect(Side::kLeft);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("VERSION_NOT_SUPPORTED"));
  EXPECT_THAT(world.status().sides[Side::kLeft].refused_reason, HasSubstr("VERSION_NOT_SUPPORTED"));
  EXPECT_FALSE(world.status().sides[Side::kLeft].connected);

  world.sage().version = "11.02";
  EXPECT_TRUE(world.Connect(Side::kLeft).ok());
  EXPECT_EQ(world.status().sides[Side::kLeft].refused_reason, "");
  for (const char* other : {"1", "110", "12.00", "7"}) {
    world.Disconnect(Side::kLeft);
    world.sage().version = other;
    EXPECT_FALSE(world.Connect(Side::kLeft).ok()) << other;
  }
}

TEST(SsmPack, SSM_34_APackThatNamesMoreVersionsAcceptsThem) {
  const PackCopy copy("pack.yaml", "session.version == '11' || session.version.startsWith('11.')",
                      "int(session.version.split('.')[0]) >= 7 && int(session.version.split('.')[0]) <= 12");
  SsmWorld world({}, copy.path());
  for (const char* version : {"7.10", "10", "11.02", "12.00"}) {
    world.sage().version = version;
    EXPECT_TRUE(world.Connect(Side::kLeft).ok()) << version;
    world.Disconnect(Side::kLeft);
  }
  world.sage().version = "6";
  EXPECT_FALSE(world.Connect(Side::kLeft).ok());
}

TEST(SsmPack, SSM_35_OnlyTheEditionOnPremiseIsAccepted) {
  SsmWorld world;
  world.sage().edition = "spc";
  const absl::Status refused = world.Connect(Side::kLeft);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("EDITION_NOT_SUPPORTED"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("on premise"));

  const PackCopy copy("pack.yaml", "session.edition == 'on_premise'", "session.edition in ['on_premise', 'spc']");
  SsmWorld other({}, copy.path());
  other.sage().edition = "spc";
  EXPECT_TRUE(other.Connect(Side::kLeft).ok());
}

TEST(SsmPack, SSM_36_OneCompanyAnInstance) {
  SsmWorld world;
  EXPECT_EQ(world.pack().limits.at("companies_max"), 1);
  ASSERT_TRUE(world.Connect(Side::kLeft).ok());
  world.Disconnect(Side::kLeft);
  world.sage().companies = 2;
  EXPECT_THAT(std::string(world.Connect(Side::kLeft).message()), HasSubstr("COMPANY_LIMIT_REACHED"));
  world.sage().companies = 1;
  world.sage().system_id = "company-2";
  EXPECT_THAT(std::string(world.Connect(Side::kLeft).message()), HasSubstr("COMPANY_CHANGED"));
}

TEST(SsmPack, SSM_36_InstancesInOneProcessShareNothing) {
  const PackCopy copy("pack.yaml", "companies_max: 1\n    gates:", "companies_max: 8\n    gates:");
  SsmWorld one({}, copy.path()), two(Settings{{"company_code", "C2"}}, copy.path());
  one.sage().companies = 8;
  two.sage().companies = 8;
  two.sage().system_id = "company-2";
  one.SageParty("ACME", "Acme de un", false);
  two.SageParty("ACME", "Acme de deux", false);
  one.FirstLoad();
  two.FirstLoad();
  EXPECT_EQ(one.crm().Field("accounts", one.CrmByExtId("accounts", "ACME"), "name"), Value("Acme de un"));
  EXPECT_EQ(two.crm().Field("accounts", two.CrmByExtId("accounts", "ACME"), "name"), Value("Acme de deux"));
  two.ResetCounts();
  one.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme nouveau"}});
  ASSERT_TRUE(one.Settle());
  ASSERT_TRUE(two.Settle());
  EXPECT_EQ(two.writes(), 0);
  EXPECT_EQ(two.crm().Field("accounts", two.CrmByExtId("accounts", "ACME"), "name"), Value("Acme de deux"));
  // One dies, the other goes on.
  one.Restart();
  two.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme vivant"}});
  ASSERT_TRUE(two.Settle());
  EXPECT_EQ(two.crm().Field("accounts", two.CrmByExtId("accounts", "ACME"), "name"), Value("Acme vivant"));
  ExpectSecondPassWritesNothing(two);
}

TEST(SsmPack, SSM_38_CustomFieldsAreOffAndSaidToBe) {
  SsmWorld world;
  const PackDescription description = DescribePack(world.pack());
  ASSERT_TRUE(description.flags.contains("custom_fields"));
  EXPECT_FALSE(description.flags.at("custom_fields"));
  EXPECT_THAT(ToJson(description), HasSubstr("\"custom_fields\": false"));
  world.SageParty("ACME", "Acme", false, {{"Z_perso", "valeur à nous"}});
  world.FirstLoad();
  const auto* account = world.crm().Find("accounts", world.CrmByExtId("accounts", "ACME"));
  ASSERT_NE(account, nullptr);
  for (const auto& [field, value] : account->fields) EXPECT_THAT(value.ToDisplay(), ::testing::Not(HasSubstr("valeur à nous"))) << field;
  ExpectSecondPassWritesNothing(world);
}

}  // namespace
}  // namespace entente::testing
