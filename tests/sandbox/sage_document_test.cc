#include "tests/sandbox/sage_fixture.h"

// Documents in Sage: numbers, transformation, posting, credit notes, stock.
namespace entente::sandbox {
namespace {

class SageDocumentTest : public SageFixture {
 protected:
  Json Lines(const std::string& quantity) { return {{{"AR_Ref", "A"}, {"DL_Qte", quantity}}, {{"DL_Design", "Un texte"}}}; }
  std::string Create(const std::string& what, const std::string& quantity = "10") {
    return Act("create", {{"what", what}, {"fields", {{"DO_Tiers", "CLI"}, {"lines", Lines(quantity)}}}})["DO_Piece"].get<std::string>();
  }
  Json Stock(const std::string& column) { return Cell("SELECT " + column + " FROM F_ARTSTOCK WHERE AR_Ref = 'A' AND DE_No = 1"); }
};

TEST_F(SageDocumentTest, NumbersComeFromTheCounterAndSkipUsedOnes) {
  EXPECT_EQ(Create("quote"), "DE00001");
  Sql("INSERT INTO F_DOCENTETE (DO_Domaine, DO_Type, DO_Piece, DO_Tiers) VALUES (0, 0, 'DE00002', 'CLI')");
  EXPECT_EQ(Create("quote"), "DE00003");
  EXPECT_EQ(Cell("SELECT DC_Piece FROM F_DOCCURRENTPIECE WHERE DC_IdCol = 0 AND DC_Souche = 0"), "DE00004");
}

TEST_F(SageDocumentTest, SeriesAreNumberedFromZero) {
  const Json quote = Act("create", {{"what", "quote"}, {"fields", {{"DO_Tiers", "CLI"}, {"DO_Souche", 1}, {"lines", Lines("1")}}}});
  EXPECT_EQ(quote["DO_Souche"], 1);
  EXPECT_EQ(quote["DO_Piece"], "DE10001");
  EXPECT_EQ(Cell("SELECT S_Intitule FROM P_SOUCHEVENTE WHERE cbIndice = 2"), "Ventes agence");
  EXPECT_EQ(Refusal("create", {{"what", "quote"}, {"fields", {{"DO_Tiers", "CLI"}, {"DO_Souche", 7}, {"lines", Lines("1")}}}}),
            "VALUE_DOES_NOT_FIT");
}

TEST_F(SageDocumentTest, WholeQuoteBecomesAnOrderWithTheSameLines) {
  const std::string quote = Create("quote");
  const Json before = Sql("SELECT cbMarq, DL_No, DL_Ligne FROM F_DOCLIGNE ORDER BY DL_Ligne");

  const Json order = Act("transform", {{"key", quote}});

  EXPECT_EQ(order["DO_Type"], 1);
  EXPECT_EQ(order["DO_Piece"], "BC00001");
  EXPECT_EQ(Sql("SELECT cbMarq, DL_No, DL_Ligne FROM F_DOCLIGNE WHERE DO_Type = 1 ORDER BY DL_Ligne"), before);
  EXPECT_EQ(Cell("SELECT DL_PieceDE || ' ' || DL_QteDE FROM F_DOCLIGNE WHERE AR_Ref = 'A'"), "DE00001 10.000000");
  EXPECT_EQ(Refusal("get", {{"what", "quote"}, {"key", quote}}), "NOT_FOUND");
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCREGL WHERE DO_Type = 1"), 1);
  EXPECT_EQ(Stock("AS_QteRes"), "10.000000");
}

TEST_F(SageDocumentTest, PartOfAQuoteBecomesAnOrderAndTheRestStays) {
  const std::string quote = Create("quote");
  const Json line = Cell("SELECT DL_No FROM F_DOCLIGNE WHERE AR_Ref = 'A'");

  const Json order = Act("transform", {{"key", quote}, {"lines", {{{"DL_No", line}, {"DL_Qte", "4"}}}}});

  EXPECT_EQ(order["lines"].size(), 1U);
  EXPECT_NE(order["lines"][0]["DL_No"], line);
  EXPECT_EQ(order["DO_TotalHT"], "400");
  const Json rest = Act("get", {{"what", "quote"}, {"key", quote}});
  EXPECT_EQ(rest["lines"][0]["DL_No"], line);
  EXPECT_EQ(rest["lines"][0]["DL_Qte"], "6");
  EXPECT_EQ(rest["DO_TotalHT"], "600");
  EXPECT_EQ(rest["DO_TotalTTC"], "720");
}

TEST_F(SageDocumentTest, OrderBecomesAnInvoiceAndTakesTheStockItReserved) {
  Act("set-stock", {{"ref", "A"}, {"quantity", "30"}});
  Create("quote");
  Act("transform", {{"key", "DE00001"}});

  const Json invoice = Act("transform", {{"key", "BC00001"}, {"from", "order"}, {"to", "invoice"}});

  EXPECT_EQ(invoice["DO_Type"], 6);
  EXPECT_EQ(Cell("SELECT DL_PieceDE || DL_PieceBC FROM F_DOCLIGNE WHERE AR_Ref = 'A'"), "DE00001BC00001");
  EXPECT_EQ(Stock("AS_QteRes"), "0.000000");
  EXPECT_EQ(Stock("AS_QteSto"), "20.000000");
}

TEST_F(SageDocumentTest, PostedInvoiceKeepsItsNumberAndCannotBeChanged) {
  const std::string number = Create("invoice");
  const Json posted = Act("post", {{"key", number}});

  EXPECT_EQ(posted["DO_Type"], 7);
  EXPECT_EQ(posted["DO_Piece"], number);
  EXPECT_EQ(Cell("SELECT DISTINCT DO_Type FROM F_DOCLIGNE"), 7);
  EXPECT_EQ(Refusal("edit", {{"what", "invoice"}, {"key", number}, {"fields", {{"DO_Ref", "x"}}}}), "IMMUTABLE");
  EXPECT_EQ(Refusal("delete", {{"what", "invoice"}, {"key", number}}), "IMMUTABLE");
  EXPECT_EQ(Cell("SELECT LENGTH(cbHash) FROM F_DOCENTETE"), 32);
  EXPECT_EQ(Create("invoice").compare(number) > 0, true);
}

TEST_F(SageDocumentTest, PostedInvoiceIsPaidAndArchived) {
  const std::string number = Create("invoice");
  Act("post", {{"key", number}});
  Act("pay", {{"key", number}, {"amount", "200"}});
  EXPECT_EQ(Cell("SELECT DO_MontantRegle FROM F_DOCENTETE"), "200.000000");
  EXPECT_EQ(Cell("SELECT DR_Regle FROM F_DOCREGL"), 0);
  Act("pay", {{"key", number}, {"amount", "1000"}});
  EXPECT_EQ(Cell("SELECT DR_Regle FROM F_DOCREGL"), 1);
  EXPECT_EQ(Act("archive", {{"key", number}})["DO_Type"], 8);
  EXPECT_EQ(Act("get", {{"what", "invoice"}, {"key", number}})["DO_Piece"], number);
}

TEST_F(SageDocumentTest, LinesOutliveTheirArticle) {
  const std::string number = Create("invoice");
  Act("delete", {{"what", "article"}, {"key", "A"}});
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_ARTSTOCK"), 0);
  const Json invoice = Act("get", {{"what", "invoice"}, {"key", number}});
  EXPECT_EQ(invoice["lines"][0]["AR_Ref"], "A");
  EXPECT_EQ(invoice["lines"][0]["available"], nullptr);
}

TEST_F(SageDocumentTest, CreditNoteRepeatsTheInvoiceWithNegativeQuantities) {
  const std::string number = Create("invoice");
  Act("post", {{"key", number}});

  const Json credit = Act("credit", {{"key", number}});

  EXPECT_EQ(credit["DO_Provenance"], 2);
  EXPECT_EQ(credit["DO_Type"], 6);
  EXPECT_EQ(credit["lines"][0]["DL_Qte"], "-10");
  EXPECT_EQ(credit["DO_TotalHTNet"], "-1000");
  EXPECT_EQ(credit["DO_TotalTTC"], "-1200");
  EXPECT_EQ(Cell("SELECT DO_PieceOrig FROM F_DOCENTETE WHERE DO_Provenance = 2"), number);
}

TEST_F(SageDocumentTest, UnpostedInvoiceIsDeletedWithItsStockEffect) {
  const std::string number = Create("invoice");
  EXPECT_EQ(Stock("AS_QteSto"), "-10.000000");
  Act("delete", {{"what", "invoice"}, {"key", number}});
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCLIGNE"), 0);
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCREGL"), 0);
  EXPECT_EQ(Stock("AS_QteSto"), "0.000000");
}

TEST_F(SageDocumentTest, StockMayBeForbiddenToGoNegative) {
  Sql("UPDATE P_PREFERENCES SET PR_StockNeg = 0");
  EXPECT_EQ(Refusal("create", {{"what", "invoice"}, {"fields", {{"DO_Tiers", "CLI"}, {"lines", Lines("1")}}}}), "DOCUMENT_REFUSED");
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCENTETE"), 0);
  Create("quote");
}

TEST_F(SageDocumentTest, QuoteStatusIsSetWithItsReason) {
  Create("quote");
  Act("set-quote-status", {{"key", "DE00001"}, {"status", "lost"}, {"reason", 2}});
  EXPECT_EQ(Cell("SELECT DO_Statut || '/' || DO_MotifDevis FROM F_DOCENTETE"), "3/2");
  Act("delete", {{"what", "quote"}, {"key", "DE00001"}});
  EXPECT_EQ(Refusal("get", {{"what", "quote"}, {"key", "DE00001"}}), "NOT_FOUND");
}

TEST_F(SageDocumentTest, LongTextHasARowOfItsOwn) {
  const Json line = {{"AR_Ref", "A"}, {"DL_Qte", "1"}, {"DT_Text", std::string(500, 'x')}};
  Act("create", {{"what", "quote"}, {"fields", {{"DO_Tiers", "CLI"}, {"lines", {line}}}}});
  EXPECT_EQ(Cell("SELECT LENGTH(DT_Text) FROM F_DOCLIGNETEXT JOIN F_DOCLIGNE USING (DT_No)"), 500);
}

}  // namespace
}  // namespace entente::sandbox
