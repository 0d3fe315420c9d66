#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/connectors/sage100_company_file.h"
#include "tests/connectors/sage100_harness.h"

namespace entente::sage100::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Sage100Documents : public ::testing::Test {
 protected:
  void SetUp() override {
    company_.Run(R"(INSERT INTO "F_COMPTET" ("CT_Num", "CT_Intitule") VALUES ('C1', 'Client');
      INSERT INTO "F_DOCENTETE" ("DO_Type", "DO_Piece", "DO_Tiers", "DO_Date", "DO_RefExterne", "DO_TotalHT", "DO_TotalHTNet", "DO_TotalTTC",
        "DO_NetAPayer", "cbModification") VALUES (0, 'DE1', 'C1', '2026-07-01 00:00:00', 'SSM-1', '300', '300', '360', '360', '2026-07-01 12:00:00');
      INSERT INTO "F_DOCLIGNE" ("DL_No", "DO_Type", "DO_Piece", "DL_Ligne", "AR_Ref", "DL_Design", "DL_Qte", "DL_PrixUnitaire", "DL_MontantHT",
        "DL_MontantTTC", "DL_CodeTaxe1", "DL_Taxe1", "cbModification") VALUES
        (12, 0, 'DE1', 2000, NULL, 'Texte libre', '0', '0', '0', '0', NULL, '0', '2026-07-01 12:00:00'),
        (11, 0, 'DE1', 1000, 'BAG', 'Bague', '2.500000', '120.000000', '300.000000', '360.000000', 'C20', '20.000000', '2026-07-01 12:00:00'))");
    sage_.Open();
  }

  // What Sage does: a new head, and the lines move.
  void Transform(int type, const std::string& piece, int line) {
    company_.Run(absl::StrCat(R"(INSERT INTO "F_DOCENTETE" ("DO_Type", "DO_Piece", "DO_Tiers", "DO_Date", "DO_RefExterne", "DO_TotalHT",
        "DO_TotalHTNet", "DO_TotalTTC", "DO_NetAPayer", "cbModification") VALUES ()", type, ", '", piece,
                              R"(', 'C1', '2026-07-02 00:00:00', 'SSM-1', '300', '300', '360', '360', '2026-07-02 09:00:00');
      UPDATE "F_DOCLIGNE" SET "DO_Type" = )", type, R"(, "DO_Piece" = ')", piece,
                              R"(', "DL_PieceDE" = 'DE1', "DL_DateDE" = '2026-07-01 00:00:00', "cbModification" = '2026-07-02 09:00:00' WHERE "DL_No" = )",
                              line));
  }

  v1::Change Quote(const std::string& number) {
    const v1::OperationResult read = sage_.Do(sage_.Operation(v1::Operation::READ, "quote", number));
    return read.found().changes_size() == 1 ? read.found().changes(0) : v1::Change();
  }

  CompanyFile company_;
  Harness sage_{ConfigFor(company_.connection_string())};
};

TEST_F(Sage100Documents, AnOpenQuoteIsHeadAndLines) {
  const KeepingSink listed = sage_.List("quote");

  ASSERT_THAT(listed.keys(), ElementsAre("DE1"));
  const v1::Change quote = listed.changes().front();
  EXPECT_EQ(sage_.Text(quote, "outcome"), "open");
  EXPECT_EQ(sage_.Text(quote, "DO_Tiers"), "party:C1");
  EXPECT_EQ(sage_.Text(quote, "DO_Date"), "2026-07-01");
  EXPECT_EQ(sage_.Text(quote, "currency"), "EUR");
  EXPECT_EQ(sage_.Text(quote, "DO_Devise"), "null");
  const v1::Value lines = sage_.Value(quote, "lines");
  EXPECT_EQ(Entry(lines, 0, "AR_Ref"), "article:BAG");
  EXPECT_EQ(Entry(lines, 0, "DL_Qte"), "2.5");
  EXPECT_EQ(Entry(lines, 1, "AR_Ref"), "null");
  EXPECT_EQ(Entry(lines, 1, "DL_Design"), "Texte libre");
  EXPECT_EQ(Show(sage_.Value(quote, "taxes")), "[{amount=60, base=300, code=C20, rate=20}]");
}

TEST_F(Sage100Documents, AQuoteTurnedIntoAnOrderKeepsItsNumber) {
  const std::string cursor = sage_.Poll("quote", sage_.List("quote").cursor()).cursor();

  Transform(1, "BC7", 11);
  Transform(1, "BC8", 12);
  company_.Run(R"(DELETE FROM "F_DOCENTETE" WHERE "DO_Type" = 0)");

  const KeepingSink poll = sage_.Poll("quote", cursor);
  ASSERT_THAT(poll.keys(), ElementsAre("DE1"));
  const v1::Change quote = poll.changes().front();
  EXPECT_EQ(sage_.Text(quote, "outcome"), "transformed");
  EXPECT_EQ(Show(sage_.Value(quote, "successors")), "[{DO_Piece=BC7, DO_Type=1}, {DO_Piece=BC8, DO_Type=1}]");
  EXPECT_EQ(sage_.Text(quote, "DO_Tiers"), "party:C1");
  EXPECT_EQ(sage_.Text(quote, "DO_Date"), "2026-07-01");
  EXPECT_EQ(sage_.Text(quote, "DO_TotalHTNet"), "300");
  EXPECT_EQ(sage_.Value(quote, "lines").list_value().values_size(), 2);
  EXPECT_THAT(sage_.List("quote").keys(), ElementsAre("DE1"));
  EXPECT_THAT(sage_.List("quote", v1::KEYS).keys(), ElementsAre("DE1"));
}

TEST_F(Sage100Documents, APartlyOrderedQuoteIsTransformedAndStillThere) {
  Transform(1, "BC7", 11);
  const v1::Change quote = Quote("DE1");
  EXPECT_EQ(sage_.Text(quote, "outcome"), "transformed");
  EXPECT_EQ(sage_.Value(quote, "lines").list_value().values_size(), 2);
  EXPECT_THAT(sage_.List("quote").keys(), ElementsAre("DE1"));
}

TEST_F(Sage100Documents, AQuoteIsGoneOnlyWhenNoLineSurvives) {
  Transform(6, "FA1", 11);
  company_.Run(R"(DELETE FROM "F_DOCENTETE" WHERE "DO_Type" = 0; DELETE FROM "F_DOCLIGNE" WHERE "DO_Type" = 0)");
  EXPECT_EQ(sage_.Text(Quote("DE1"), "outcome"), "transformed");

  company_.Run(R"(DELETE FROM "F_DOCLIGNE")");
  EXPECT_EQ(Quote("DE1").key(), "");
  EXPECT_THAT(sage_.List("quote", v1::KEYS).keys(), IsEmpty());
}

TEST_F(Sage100Documents, ALostQuoteSaysSo) {
  company_.Run(R"(UPDATE "F_DOCENTETE" SET "DO_Statut" = 3)");
  EXPECT_EQ(sage_.Text(Quote("DE1"), "outcome"), "lost");
}

TEST_F(Sage100Documents, AQuoteIsFoundByItsExternalReferenceForLife) {
  v1::Operation find = sage_.Operation(v1::Operation::FIND, "quote", "");
  find.set_find_field("DO_RefExterne");
  find.mutable_find_value()->set_text_value("SSM-1");
  const v1::OperationResult open = sage_.Do(find);
  Transform(1, "BC7", 11);
  Transform(1, "BC7", 12);
  company_.Run(R"(DELETE FROM "F_DOCENTETE" WHERE "DO_Type" = 0)");
  const v1::OperationResult moved = sage_.Do(find);

  ASSERT_EQ(open.found().changes_size(), 1);
  ASSERT_EQ(moved.found().changes_size(), 1);
  EXPECT_EQ(moved.found().changes(0).key(), "DE1");
}

TEST_F(Sage100Documents, AnInvoiceKeepsItsNumberWhenItIsPosted) {
  Transform(6, "FA1", 11);
  company_.Run(R"(INSERT INTO "F_DOCREGL" ("DR_No", "DO_Type", "DO_Piece", "DR_Date", "DR_Montant", "DR_Pourcent", "DR_Equil") VALUES
      (2, 6, 'FA1', '2026-08-31 00:00:00', '0', '0', 1), (1, 6, 'FA1', '2026-07-31 00:00:00', '0', '30', 0))");
  const KeepingSink listed = sage_.List("invoice");
  const std::string cursor = sage_.Poll("invoice", listed.cursor()).cursor();
  company_.Run(R"(UPDATE "F_DOCENTETE" SET "DO_Type" = 7, "cbModification" = '2026-07-03 09:00:00' WHERE "DO_Type" = 6;
      UPDATE "F_DOCLIGNE" SET "DO_Type" = 7 WHERE "DO_Type" = 6; UPDATE "F_DOCREGL" SET "DO_Type" = 7)");
  const KeepingSink posted = sage_.Poll("invoice", cursor);

  ASSERT_THAT(listed.keys(), ElementsAre("FA1"));
  EXPECT_EQ(sage_.Text(listed.changes().front(), "posted"), "false");
  EXPECT_EQ(sage_.Text(listed.changes().front(), "origins"), "[DE1]");
  const v1::Value instalments = sage_.Value(listed.changes().front(), "instalments");
  EXPECT_EQ(Entry(instalments, 0, "DR_Montant"), "108");
  EXPECT_EQ(Entry(instalments, 1, "DR_Montant"), "252");
  EXPECT_EQ(Entry(instalments, 0, "DR_Date"), "2026-07-31");
  ASSERT_THAT(posted.keys(), ElementsAre("FA1"));
  EXPECT_EQ(sage_.Text(posted.changes().front(), "posted"), "true");
  EXPECT_EQ(sage_.Text(posted.changes().front(), "DO_Type"), "7");
  EXPECT_EQ(sage_.Value(posted.changes().front(), "lines").list_value().values_size(), 1);
}

class Sage100Articles : public ::testing::Test {
 protected:
  void SetUp() override {
    company_.Run(R"(INSERT INTO "F_COMPTET" ("CT_Num", "N_CatTarif") VALUES ('C1', 1), ('C2', 2);
      INSERT INTO "F_FAMILLE" ("FA_CodeFamille", "FA_Intitule", "FA_Type") VALUES ('OR', 'Orfèvrerie', 0), ('TOT', 'Total', 1);
      INSERT INTO "F_FAMCOMPTA" ("FA_CodeFamille", "FCP_Type", "FCP_Champ", "FCP_TypeFacture", "FCP_ComptaCPT_Taxe1") VALUES ('OR', 0, 1, 0, 'C20');
      INSERT INTO "F_ARTICLE" ("AR_Ref", "AR_Design", "AR_UniteVen", "AR_PrixVen", "AR_PrixAch", "FA_CodeFamille", "AR_SuiviStock", "AR_Type",
        "cbModification") VALUES ('BAG', 'Bague', 1, '100', '40', 'OR', 2, 0, '2026-07-01 12:00:00'),
        ('COL', 'Collier', 1, '200', '80', 'OR', 0, 1, '2026-07-01 12:00:00');
      INSERT INTO "F_ARTGAMME" ("AR_Ref", "AG_No", "EG_Enumere", "AG_Type") VALUES ('COL', 1, 'Or', 0), ('COL', 2, 'Argent', 0), ('COL', 9, '45 cm', 1);
      INSERT INTO "F_DEPOT" ("DE_No", "DE_Exclure") VALUES (1, 0), (2, 0), (3, 1);
      INSERT INTO "F_ARTSTOCK" ("AR_Ref", "DE_No", "AS_QteSto", "AS_QteRes", "AS_QtePrepa", "AS_QteCom", "cbModification") VALUES
        ('BAG', 1, '10.5', '1', '0', '4', '2026-07-01 12:00:00'), ('BAG', 2, '2', '0.25', '0', '0', '2026-07-01 12:00:00'),
        ('BAG', 3, '99', '0', '0', '0', '2026-07-01 12:00:00'))");
    sage_.Open();
  }

  // Price of an article in a category.
  std::string Price(const std::string& key) {
    const v1::OperationResult read = sage_.Do(sage_.Operation(v1::Operation::READ, "price", key));
    if (read.found().changes_size() != 1) return "missing";
    return sage_.Text(read.found().changes(0), "sale_price") + " -" + sage_.Text(read.found().changes(0), "discount") + "%";
  }

  CompanyFile company_;
  Harness sage_{ConfigFor(company_.connection_string())};
};

TEST_F(Sage100Articles, VariantsAreArticlesOfTheirOwn) {
  const KeepingSink listed = sage_.List("article");

  ASSERT_THAT(listed.keys(), ElementsAre("BAG", "COL#1#9", "COL#2#9"));
  const v1::Change ring = listed.changes()[0], necklace = listed.changes()[1];
  EXPECT_EQ(sage_.Text(ring, "AR_UniteVen"), "Pièce");
  EXPECT_EQ(sage_.Text(ring, "FA_CodeFamille"), "family:OR");
  EXPECT_EQ(sage_.Text(ring, "vat_rate"), "20");
  EXPECT_EQ(sage_.Text(ring, "stock_physical"), "12.5");
  EXPECT_EQ(sage_.Text(ring, "stock_reserved"), "1.25");
  EXPECT_EQ(sage_.Text(ring, "stock_ordered"), "4");
  EXPECT_EQ(sage_.Text(necklace, "variant_label1"), "Or");
  EXPECT_EQ(sage_.Text(necklace, "variant_label2"), "45 cm");
  EXPECT_EQ(sage_.Text(necklace, "AG_No2"), "9");
  EXPECT_EQ(sage_.Text(necklace, "stock_physical"), "null");
  EXPECT_THAT(sage_.List("family").keys(), ElementsAre("OR"));
}

TEST_F(Sage100Articles, AStockMovementTouchesItsArticle) {
  const std::string cursor = sage_.Poll("article", sage_.List("article").cursor()).cursor();
  company_.Run(R"(UPDATE "F_ARTSTOCK" SET "AS_QteSto" = '9.5', "cbModification" = '2026-07-05 08:00:00' WHERE "DE_No" = 1)");
  const KeepingSink poll = sage_.Poll("article", cursor);
  ASSERT_THAT(poll.keys(), ElementsAre("BAG"));
  EXPECT_EQ(sage_.Text(poll.changes().front(), "stock_physical"), "11.5");
}

TEST_F(Sage100Articles, PricesFollowTheCategory) {
  company_.Run(R"(INSERT INTO "F_ARTCLIENT" ("AR_Ref", "AC_Categorie", "CT_Num", "AC_PrixVen", "AC_PrixTTC", "AC_Remise") VALUES
      ('BAG', 2, '', '120', 1, '5'), ('BAG', 0, 'C1', '1', 0, '0');
      INSERT INTO "F_FAMTARIF" ("FA_CodeFamille", "FT_Categorie", "FT_Remise") VALUES ('OR', 1, '10'))");
  EXPECT_EQ(Price("BAG|1"), "100 -10%") << "the article's own price, the family's discount";
  EXPECT_EQ(Price("BAG|2"), "100 -5%") << "120 with 20 % of tax in it";
  EXPECT_EQ(Price("COL#1#9|1"), "200 -10%");
  EXPECT_EQ(Price("BAG|3"), "missing") << "no party uses it";
}

TEST_F(Sage100Articles, CoefficientsAndBreaksGiveThePriceOfOne) {
  company_.Run(R"(INSERT INTO "F_ARTCLIENT" ("AR_Ref", "AC_Categorie", "CT_Num", "AC_Coef", "AC_QteMont", "AC_Arrondi") VALUES
      ('BAG', 1, NULL, '2.333', 1, 1);
      INSERT INTO "F_TARIFQTE" ("AR_Ref", "TQ_RefCF", "TQ_BorneSup", "TQ_Remise01REM_Valeur") VALUES ('BAG', 'a01', '100', '20'), ('BAG', 'a01', '10', '3'))");
  EXPECT_EQ(Price("BAG|1"), "93.35 -3%") << "40 × 2.333 = 93.32, up to the next 0.05; the first break";
  EXPECT_EQ(Price("BAG|2"), "100 -0%");
}

TEST_F(Sage100Articles, CategoriesWithoutALabelAreNoCategories) {
  EXPECT_THAT(sage_.List("price_category").keys(), ElementsAre("1", "2"));
  EXPECT_THAT(sage_.List("price").keys(), UnorderedElementsAre("BAG|1", "BAG|2", "COL#1#9|1", "COL#1#9|2", "COL#2#9|1", "COL#2#9|2"));
}

}  // namespace
}  // namespace entente::sage100::testing
