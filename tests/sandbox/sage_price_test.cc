#include "tests/sandbox/sage_fixture.h"

// Three worked examples for each price rule, computed by hand; the arithmetic stands beside each.
namespace entente::sandbox {
namespace {

class SagePriceTest : public SageFixture {
 protected:
  // The priced line of `quantity` of an article for CLI.
  Json Line(const std::string& quantity, const std::string& article = "A", const Json& extra = Json::object()) {
    Json line = {{"AR_Ref", article}, {"DL_Qte", quantity}};
    line.update(extra);
    const Json document = Act("price", {{"document", {{"DO_Tiers", "CLI"}, {"DO_Date", "2026-11-22"}, {"lines", {line}}}}});
    return document["lines"][0];
  }
  static std::string Text(const Json& line, const char* field) { return line[field].get<std::string>(); }
  void ExpectLine(const Json& line, const std::string& price, const std::string& amount, const std::string& with_tax) {
    EXPECT_EQ(Text(line, "DL_PrixUnitaire"), price);
    EXPECT_EQ(Text(line, "DL_MontantHT"), amount);
    EXPECT_EQ(Text(line, "DL_MontantTTC"), with_tax);
  }
  void EditClient(const std::string& code, const Json& fields) { Act("edit", {{"what", "party"}, {"key", code}, {"fields", fields}}); }
  void ClientRule(const std::string& client, Json fields) {
    fields["AR_Ref"] = fields.value("AR_Ref", "A");
    fields["CT_Num"] = client;
    Insert("F_ARTCLIENT", fields);
  }
  void CategoryRule(int category, Json fields) {
    fields["AR_Ref"] = fields.value("AR_Ref", "A");
    fields["AC_Categorie"] = category;
    Insert("F_ARTCLIENT", fields);
  }
  void Break(const std::string& owner, const std::string& bound, const std::string& percent, const std::string& net = "0") {
    Insert("F_TARIFQTE", {{"AR_Ref", "A"}, {"TQ_RefCF", owner}, {"TQ_BorneSup", bound}, {"TQ_Remise01REM_Valeur", percent},
                          {"TQ_Remise01REM_Type", 1}, {"TQ_PrixNet", net}});
  }
  void Article(const std::string& reference, Json fields) {
    fields.update({{"AR_Ref", reference}, {"AR_Design", reference}, {"FA_CodeFamille", "FAM"}});
    Act("create", {{"what", "article"}, {"fields", fields}});
  }
};

// --- Rule 1: the purchasing group's price list, category and discount rate replace the client's.

TEST_F(SagePriceTest, Rule1_CategoryPriceOfTheGroupReplacesTheClientsOwnPrice) {
  EditClient("CLI", {{"CT_NumCentrale", "CEN"}});
  EditClient("CEN", {{"N_CatTarif", 2}});
  ClientRule("CLI", {{"AC_PrixVen", "90"}});
  CategoryRule(2, {{"AC_PrixVen", "80"}});
  // 3 × 80.00 = 240.00; × 1.20 = 288.00
  ExpectLine(Line("3"), "80", "240", "288");
}

TEST_F(SagePriceTest, Rule1_PriceAgreedWithTheGroupCounts) {
  EditClient("CLI", {{"CT_NumCentrale", "CEN"}});
  ClientRule("CEN", {{"AC_PrixVen", "77.5"}});
  // 2 × 77.50 = 155.00; × 1.20 = 186.00
  ExpectLine(Line("2"), "77.5", "155", "186");
}

TEST_F(SagePriceTest, Rule1_DiscountRateOfTheGroupReplacesTheClients) {
  EditClient("CLI", {{"CT_NumCentrale", "CEN"}, {"CT_Taux01", "10"}});
  EditClient("CEN", {{"CT_Taux01", "5"}});
  // 4 × 100.00 = 400.00; − 5 % = 380.00; × 1.20 = 456.00
  ExpectLine(Line("4"), "100", "380", "456");
}

// --- Rule 2: client row, else category row, else the article; a coefficient on the purchase price where the price is 0.

TEST_F(SagePriceTest, Rule2_ClientPriceBeatsCategoryPrice) {
  ClientRule("CLI", {{"AC_PrixVen", "85"}});
  CategoryRule(1, {{"AC_PrixVen", "90"}});
  // 2 × 85.00 = 170.00; × 1.20 = 204.00
  ExpectLine(Line("2"), "85", "170", "204");
}

TEST_F(SagePriceTest, Rule2_CategoryPriceBeatsTheArticles) {
  ClientRule("CLI", {{"AC_PrixVen", "0"}});
  CategoryRule(1, {{"AC_PrixVen", "90"}});
  CategoryRule(2, {{"AC_PrixVen", "70"}});
  // A client row without price does not hide the category's: 3 × 90.00 = 270.00; × 1.20 = 324.00
  ExpectLine(Line("3"), "90", "270", "324");
}

TEST_F(SagePriceTest, Rule2_CoefficientOnThePurchasePriceIsRoundedByTheRule) {
  Act("edit", {{"what", "article"}, {"key", "A"}, {"fields", {{"AR_PrixAch", "61.37"}}}});
  CategoryRule(1, {{"AC_Coef", "1.6"}, {"AC_Arrondi", 2}});
  // 61.37 × 1.6 = 98.192, to the nearest 0.05 = 98.20; 2 × 98.20 = 196.40; × 1.20 = 235.68
  ExpectLine(Line("2"), "98.2", "196.4", "235.68");
}

// --- Rule 3: the variant's price of the same owner.

TEST_F(SagePriceTest, Rule3_VariantPriceOfTheCategoryReplacesThePrice) {
  Article("V", {{"AR_PrixVen", "100"}, {"AR_Gamme1", 1}});
  Insert("F_ARTGAMME", {{"AR_Ref", "V"}, {"AG_No", 901}, {"EG_Enumere", "L"}});
  Insert("F_TARIFGAM", {{"AR_Ref", "V"}, {"TG_RefCF", "a01"}, {"AG_No1", 901}, {"TG_Prix", "112.35"}});
  // 2 × 112.35 = 224.70; × 1.20 = 269.64
  ExpectLine(Line("2", "V", {{"AG_No1", 901}}), "112.35", "224.7", "269.64");
}

TEST_F(SagePriceTest, Rule3_VariantPriceFollowsTheOwnerOfThePrice) {
  Article("V", {{"AR_PrixVen", "100"}, {"AR_Gamme1", 1}});
  Insert("F_ARTGAMME", {{"AR_Ref", "V"}, {"AG_No", 901}, {"EG_Enumere", "L"}});
  Insert("F_TARIFGAM", {{"AR_Ref", "V"}, {"TG_RefCF", "a01"}, {"AG_No1", 901}, {"TG_Prix", "112.35"}});
  Insert("F_TARIFGAM", {{"AR_Ref", "V"}, {"TG_RefCF", "CLI"}, {"AG_No1", 901}, {"TG_Prix", "88"}});
  ClientRule("CLI", {{"AR_Ref", "V"}, {"AC_PrixVen", "95"}});
  // The price comes from the client's row, so the client's variant price: 5 × 88.00 = 440.00; × 1.20 = 528.00
  ExpectLine(Line("5", "V", {{"AG_No1", 901}}), "88", "440", "528");
}

TEST_F(SagePriceTest, Rule3_VariantWithoutPriceKeepsTheArticles) {
  Article("V", {{"AR_PrixVen", "64.9"}, {"AR_Gamme1", 1}});
  Insert("F_ARTGAMME", {{"AR_Ref", "V"}, {"AG_No", 901}, {"EG_Enumere", "L"}});
  Insert("F_ARTGAMME", {{"AR_Ref", "V"}, {"AG_No", 902}, {"EG_Enumere", "XL"}});
  Insert("F_TARIFGAM", {{"AR_Ref", "V"}, {"TG_RefCF", "a01"}, {"AG_No1", 902}, {"TG_Prix", "70"}});
  // 3 × 64.90 = 194.70; × 1.20 = 233.64
  ExpectLine(Line("3", "V", {{"AG_No1", 901}}), "64.9", "194.7", "233.64");
}

// --- Rule 4: which side of the tax a price is entered on.

TEST_F(SagePriceTest, Rule4_RulePriceWithTaxIsTurnedIntoOneWithout) {
  CategoryRule(1, {{"AC_PrixVen", "99.9"}, {"AC_PrixTTC", 1}});
  // 99.90 ÷ 1.20 = 83.2500; 3 × 83.25 = 249.75; with tax 3 × 99.90 = 299.70
  ExpectLine(Line("3"), "83.25", "249.75", "299.7");
}

TEST_F(SagePriceTest, Rule4_ArticlePriceWithTaxKeepsFourDigits) {
  Article("T", {{"AR_PrixVen", "9.99"}, {"AR_PrixTTC", 1}});
  // 9.99 ÷ 1.20 = 8.3250; 3 × 8.325 = 24.975 → 24.98; with tax 3 × 9.99 = 29.97, not 24.98 × 1.20 = 29.98
  ExpectLine(Line("3", "T"), "8.325", "24.98", "29.97");
}

TEST_F(SagePriceTest, Rule4_TaxIsTheOneOfTheLine) {
  Article("R", {{"AR_PrixVen", "10"}, {"AR_PrixTTC", 1}});
  Insert("F_ARTCOMPTA", {{"AR_Ref", "R"}, {"ACP_Champ", 1}, {"ACP_ComptaCPT_Taxe1", "C55"}});
  // 10.00 ÷ 1.055 = 9.478673… → 9.4787; 7 × 9.4787 = 66.3509 → 66.35; with tax 70.00
  ExpectLine(Line("7", "R"), "9.4787", "66.35", "70");
}

// --- Rule 5: the discount of the rule, flat or by breaks.

TEST_F(SagePriceTest, Rule5_FlatDiscountOfTheRule) {
  CategoryRule(1, {{"AC_Remise", "12.5"}});
  // 8 × 100.00 = 800.00; − 12.5 % = 700.00; × 1.20 = 840.00
  ExpectLine(Line("8"), "100", "700", "840");
}

TEST_F(SagePriceTest, Rule5_BreakByQuantityIncludesItsUpperBound) {
  CategoryRule(1, {{"AC_QteMont", 1}, {"EG_Champ", 3}});
  Break("a01", "10", "0");
  Break("a01", "50", "5");
  Break("a01", "100", "10");
  // 50 is still in the second break: 5 000.00 − 5 % = 4 750.00; 51 is in the third: 5 100.00 − 10 % = 4 590.00; beyond the last the last
  // one counts: 20 000.00 − 10 % = 18 000.00
  ExpectLine(Line("50"), "100", "4750", "5700");
  ExpectLine(Line("51"), "100", "4590", "5508");
  ExpectLine(Line("200"), "100", "18000", "21600");
}

TEST_F(SagePriceTest, Rule5_BreakByAmountAndNetPrice) {
  CategoryRule(1, {{"AC_QteMont", 2}, {"EG_Champ", 4}});
  Break("a01", "1000", "2");
  Break("a01", "5000", "4");
  // 20 × 100.00 = 2 000.00 is in the second break: − 4 % = 1 920.00; × 1.20 = 2 304.00
  ExpectLine(Line("20"), "100", "1920", "2304");

  EditClient("CLI", {{"CT_Taux01", "10"}});
  ClientRule("CLI", {{"AC_QteMont", 3}, {"EG_Champ", 5}});
  Break("CLI", "10", "0", "95");
  Break("CLI", "100", "0", "88.5");
  // A net price leaves no room for the client's 10 %: 11 × 88.50 = 973.50; × 1.20 = 1 168.20
  ExpectLine(Line("11"), "88.5", "973.5", "1168.2");
}

// --- Rule 6: "hors remise" ends the search for discounts.

TEST_F(SagePriceTest, Rule6_HorsRemiseKeepsItsOwnDiscountOnly) {
  EditClient("CLI", {{"CT_Taux01", "10"}});
  Insert("F_FAMCLIENT", {{"FA_CodeFamille", "FAM"}, {"CT_Num", "CLI"}, {"FC_Remise", "10"}});
  CategoryRule(1, {{"AC_Remise", "5"}, {"AC_TypeRem", 1}});
  // 1 × 100.00 − 5 % = 95.00; × 1.20 = 114.00
  ExpectLine(Line("1"), "100", "95", "114");
}

TEST_F(SagePriceTest, Rule6_HorsRemiseWithoutDiscountIsTheBarePrice) {
  EditClient("CLI", {{"CT_Taux01", "10"}});
  ClientRule("CLI", {{"AC_PrixVen", "90"}, {"AC_TypeRem", 1}});
  // 6 × 90.00 = 540.00; × 1.20 = 648.00
  ExpectLine(Line("6"), "90", "540", "648");
}

TEST_F(SagePriceTest, Rule6_OrdinaryRuleLetsTheOthersIn) {
  EditClient("CLI", {{"CT_Taux01", "10"}});
  Insert("F_FAMCLIENT", {{"FA_CodeFamille", "FAM"}, {"CT_Num", "CLI"}, {"FC_Remise", "10"}});
  CategoryRule(1, {{"AC_Remise", "5"}});
  // 100.00 × 0.95 × 0.90 × 0.90 = 76.95; × 1.20 = 92.34
  ExpectLine(Line("1"), "100", "76.95", "92.34");
}

// --- Rule 7: the family's discount, of the client first, else of the category.

TEST_F(SagePriceTest, Rule7_ClientOnFamilyBeatsCategoryOnFamily) {
  Insert("F_FAMCLIENT", {{"FA_CodeFamille", "FAM"}, {"CT_Num", "CLI"}, {"FC_Remise", "7"}});
  Insert("F_FAMTARIF", {{"FA_CodeFamille", "FAM"}, {"FT_Categorie", 1}, {"FT_Remise", "8"}});
  // 3 × 100.00 − 7 % = 279.00; × 1.20 = 334.80
  ExpectLine(Line("3"), "100", "279", "334.8");
}

TEST_F(SagePriceTest, Rule7_CategoryOnFamily) {
  Insert("F_FAMTARIF", {{"FA_CodeFamille", "FAM"}, {"FT_Categorie", 1}, {"FT_Remise", "8"}});
  Insert("F_FAMTARIF", {{"FA_CodeFamille", "FAM"}, {"FT_Categorie", 2}, {"FT_Remise", "30"}});
  // 3 × 100.00 − 8 % = 276.00; × 1.20 = 331.20
  ExpectLine(Line("3"), "100", "276", "331.2");
}

TEST_F(SagePriceTest, Rule7_BreaksOfTheFamily) {
  Insert("F_FAMTARIF", {{"FA_CodeFamille", "FAM"}, {"FT_Categorie", 1}, {"FT_QteMont", 1}});
  for (const auto& [bound, percent] : {std::pair("10", "3"), std::pair("100", "6.25")}) {
    Insert("F_FAMTARIFQTE", {{"FA_CodeFamille", "FAM"}, {"FQ_RefCF", "a01"}, {"FQ_BorneSup", bound}, {"FQ_Remise01REM_Valeur", percent},
                             {"FQ_Remise01REM_Type", 1}});
  }
  // 25 × 100.00 = 2 500.00; − 6.25 % = 2 343.75; × 1.20 = 2 812.50
  ExpectLine(Line("25"), "100", "2343.75", "2812.5");
}

// --- Rule 8: the client's own discount.

TEST_F(SagePriceTest, Rule8_ClientDiscount) {
  EditClient("CLI", {{"CT_Taux01", "3.5"}});
  // 100.00 − 3.5 % = 96.50; × 1.20 = 115.80
  ExpectLine(Line("1"), "100", "96.5", "115.8");
}

TEST_F(SagePriceTest, Rule8_LineAmountIsRoundedOnceAtTheEnd) {
  EditClient("CLI", {{"CT_Taux01", "3.5"}});
  CategoryRule(1, {{"AC_PrixVen", "19.99"}});
  // 19.99 × 0.965 = 19.29035; × 7 = 135.03245 → 135.03; × 1.20 = 162.036 → 162.04
  ExpectLine(Line("7"), "19.99", "135.03", "162.04");
}

TEST_F(SagePriceTest, Rule8_PercentageWithManyDigits) {
  EditClient("CLI", {{"CT_Taux01", "33.333"}});
  CategoryRule(1, {{"AC_PrixVen", "10"}});
  // 10 × 0.66667 = 6.6667; × 3 = 20.0001 → 20.00; × 1.20 = 24.00
  ExpectLine(Line("3"), "10", "20", "24");
}

// --- Rule 9: the policy between item, family and client. Item 10 %, family 5 %, client 3 % on 200.00.

class SagePolicyTest : public SagePriceTest {
 protected:
  void SetUp() override {
    SagePriceTest::SetUp();
    EditClient("CLI", {{"CT_Taux01", "3"}});
    CategoryRule(1, {{"AC_PrixVen", "200"}, {"AC_Remise", "10"}});
    Insert("F_FAMCLIENT", {{"FA_CodeFamille", "FAM"}, {"CT_Num", "CLI"}, {"FC_Remise", "5"}});
  }
  void Policy(const std::string& policy) { Act("discount-policy", {{"policy", policy}}); }
};

TEST_F(SagePolicyTest, Rule9_OneSourceOnly) {
  Policy("client_only");
  ExpectLine(Line("1"), "200", "194", "232.8");  // 200 × 0.97 = 194.00; × 1.20 = 232.80
  Policy("item_only");
  ExpectLine(Line("1"), "200", "180", "216");  // 200 × 0.90 = 180.00; × 1.20 = 216.00
  Policy("family_only");
  ExpectLine(Line("1"), "200", "190", "228");  // 200 × 0.95 = 190.00; × 1.20 = 228.00
}

TEST_F(SagePolicyTest, Rule9_SumAndCascade) {
  Policy("sum");
  const Json sum = Line("1");
  ExpectLine(sum, "200", "164", "196.8");  // 10 + 5 + 3 = 18 %: 200 × 0.82 = 164.00; × 1.20 = 196.80
  EXPECT_EQ(Text(sum, "DL_Remise01REM_Valeur"), "18");
  Policy("cascade");
  const Json cascade = Line("1");
  ExpectLine(cascade, "200", "165.87", "199.04");  // 200 × 0.90 × 0.95 × 0.97 = 165.87; × 1.20 = 199.044
  EXPECT_EQ(Text(cascade, "DL_Remise01REM_Valeur"), "10");
  EXPECT_EQ(Text(cascade, "DL_Remise02REM_Valeur"), "5");
  EXPECT_EQ(Text(cascade, "DL_Remise03REM_Valeur"), "3");
}

TEST_F(SagePolicyTest, Rule9_BestIsTheLargestSingleDiscount) {
  Policy("best");
  ExpectLine(Line("1"), "200", "180", "216");  // 10 % is the largest: 180.00; × 1.20 = 216.00
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Taux01", "11"}}}});
  ExpectLine(Line("1"), "200", "178", "213.6");  // now the client's 11 %: 178.00; × 1.20 = 213.60
}

// --- Totals, tax and stock (sections 8 and 9).

class SageTotalsTest : public SagePriceTest {
 protected:
  Json Document(const Json& lines) {
    return Act("price", {{"document", {{"DO_Tiers", "CLI"}, {"DO_Date", "2026-11-22"}, {"lines", lines}}}});
  }
};

TEST_F(SageTotalsTest, TaxIsComputedOnTheSummedBase) {
  CategoryRule(1, {{"AC_PrixVen", "1.01"}});
  const Json one = {{"AR_Ref", "A"}, {"DL_Qte", "1"}};
  const Json document = Document({one, one, one});
  // Lines: 1.01 × 1.20 = 1.212 → 1.21 each, 3.63 together. Head: 3.03 × 20 % = 0.606 → 0.61; 3.64.
  EXPECT_EQ(Text(document["lines"][0], "DL_MontantTTC"), "1.21");
  EXPECT_EQ(Text(document, "DO_TotalHT"), "3.03");
  EXPECT_EQ(Text(document["taxes"][0], "amount"), "0.61");
  EXPECT_EQ(Text(document, "DO_TotalTTC"), "3.64");
}

TEST_F(SageTotalsTest, FeeAndCashDiscountEnterTheNetAndTheTaxBase) {
  EditClient("CLI", {{"CT_Taux02", "2"}});
  Article("PORT", {{"AR_PrixVen", "15"}, {"AR_SuiviStock", 0}});
  Sql("UPDATE P_EXPEDITION SET E_ValFrais = '15.000000', AR_Ref = 'PORT', E_ValFranco = '2000.000000' WHERE cbIndice = 1");
  const Json document = Document({{{"AR_Ref", "A"}, {"DL_Qte", "10"}}});
  // 10 × 100.00 = 1 000.00; + fee 15.00 − 2 % of 1 000.00 = 995.00; 20 % of (980.00 + 15.00) = 199.00; 1 194.00
  EXPECT_EQ(Text(document, "DO_TotalHT"), "1000");
  EXPECT_EQ(Text(document, "DO_TotalHTNet"), "995");
  EXPECT_EQ(Text(document["taxes"][0], "base"), "995");
  EXPECT_EQ(Text(document["taxes"][0], "amount"), "199");
  EXPECT_EQ(Text(document, "DO_TotalTTC"), "1194");
  EXPECT_EQ(Text(document, "DO_NetAPayer"), "1194");
  // 20 × 100.00 = 2 000.00 reaches the threshold: no fee; 2 000.00 − 40.00 = 1 960.00
  EXPECT_EQ(Text(Document({{{"AR_Ref", "A"}, {"DL_Qte", "20"}}}), "DO_TotalHTNet"), "1960");
}

TEST_F(SageTotalsTest, FormerTaxCountsBeforeItsDate) {
  Insert("F_ARTCOMPTA", {{"AR_Ref", "A"}, {"ACP_Champ", 1}, {"ACP_ComptaCPT_Taxe1", "C20"}, {"ACP_ComptaCPT_TaxeAnc1", "C10"},
                         {"ACP_ComptaCPT_Date1", "2026-12-01"}});
  // 22 November is before 1 December: 100.00 × 1.10 = 110.00
  ExpectLine(Line("1"), "100", "100", "110");
}

TEST_F(SageTotalsTest, AvailableIsPhysicalLessReservedLessPrepared) {
  Act("set-stock", {{"ref", "A"}, {"quantity", "12"}, {"reserved", "4"}, {"prepared", "1.5"}, {"ordered", "100"}});
  Act("set-stock", {{"ref", "A"}, {"quantity", "50"}, {"warehouse", 3}});  // excluded from totals
  const Json document = Document({{{"AR_Ref", "A"}, {"DL_Qte", "7"}}});
  EXPECT_EQ(Text(document["lines"][0], "available"), "6.5");
  ASSERT_EQ(document["problems"].size(), 1U);
  EXPECT_EQ(document["problems"][0]["code"], "STOCK_SHORT");
  EXPECT_EQ(document["problems"][0]["severity"], "warning");
  EXPECT_EQ(document["problems"][0]["line"], 1);
}

TEST_F(SageTotalsTest, FuturePriceCountsFromItsDay) {
  Act("edit", {{"what", "article"}, {"key", "A"}, {"fields", {{"AR_PrixVenNouv", "105"}, {"AR_DateApplication", "2026-11-22"}}}});
  EXPECT_EQ(Text(Line("1"), "DL_PrixUnitaire"), "105");
  Act("edit", {{"what", "article"}, {"key", "A"}, {"fields", {{"AR_DateApplication", "2026-11-23"}}}});
  EXPECT_EQ(Text(Line("1"), "DL_PrixUnitaire"), "100");
}

TEST_F(SageTotalsTest, WeightLinesMultiplyByNetWeight) {
  Article("W", {{"AR_PrixVen", "4.2"}, {"AR_FactPoids", 1}, {"AR_PoidsNet", "2.5"}});
  // 3 × 2.5 kg = 7.5 kg; × 4.20 = 31.50; × 1.20 = 37.80
  ExpectLine(Line("3", "W"), "4.2", "31.5", "37.8");
}

TEST_F(SageTotalsTest, TypedDiscountsOfEveryKindCascade) {
  const Json line = Line("10", "A", {{"DL_PrixUnitaire", "50"},
                                     {"DL_Remise01REM_Valeur", "10"}, {"DL_Remise01REM_Type", 1},
                                     {"DL_Remise02REM_Valeur", "2.5"}, {"DL_Remise02REM_Type", 0},
                                     {"DL_Remise03REM_Valeur", "1"}, {"DL_Remise03REM_Type", 2}});
  // 50.00 − 10 % = 45.00; − 2.50 = 42.50; one of ten is free: 9 × 42.50 = 382.50; × 1.20 = 459.00
  ExpectLine(line, "50", "382.5", "459");
}

}  // namespace
}  // namespace entente::sandbox
