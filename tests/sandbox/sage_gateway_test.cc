#include <gmock/gmock.h>
#include <httplib.h>

#include "tests/sandbox/sage_fixture.h"

// The gateway contract (proto/entente/gateway/v1), over HTTP.
namespace entente::sandbox {
namespace {

class SageGatewayTest : public SageFixture {
 protected:
  GatewayAnswer CreateProspect(const std::string& code) {
    return Write("POST", "/parties", {{"party", {{"CT_Num", code}, {"CT_Intitule", "Société Générale d'Été"}}}});
  }
  GatewayAnswer EditCity(const std::string& city, int epoch = 1) {
    return Write("PATCH", "/parties/CLI", {{"fields", {{"CT_Ville", city}}}}, epoch);
  }
};

TEST_F(SageGatewayTest, InfoSaysProductCompanyAndEpoch) {
  const GatewayAnswer info = Call("GET", "/info");
  EXPECT_EQ(info.status, 200);
  EXPECT_EQ(info.body["product_version"], "11.02");
  EXPECT_EQ(info.body["edition"], "on_premise");
  EXPECT_EQ(info.body["company"]["guid"], "6f1c8a52-3d0e-4b7a-9c55-2a7e41d0b6f3");
  EXPECT_EQ(info.body["epoch"], 0);
}

TEST_F(SageGatewayTest, WrongTokenIsRefused) {
  httplib::Client client(sage_->gateway_url());
  EXPECT_EQ(client.Get("/gateway/v1/info")->status, 401);
  EXPECT_EQ(client.Get("/gateway/v1/info", {{"Authorization", "Bearer wrong"}})->status, 401);
}

TEST_F(SageGatewayTest, LowerEpochIsStaleEvenAfterARestart) {
  EXPECT_EQ(EditCity("A", 7).status, 200);
  EXPECT_EQ(EditCity("B", 6).code(), "STALE_EPOCH");
  SageOptions options = OptionsIn(directory_);
  options.resume = true;
  Restart(options, Company());
  EXPECT_EQ(Call("GET", "/info").body["epoch"], 7);
  EXPECT_EQ(EditCity("B", 6).status, 409);
  EXPECT_EQ(EditCity("C", 7).status, 200);
}

TEST_F(SageGatewayTest, WritesNeedEpochAndRequestId) {
  EXPECT_EQ(Call("PATCH", "/parties/CLI", {{"fields", {{"CT_Ville", "A"}}}}).status, 400);
  EXPECT_EQ(Call("PATCH", "/parties/CLI", {{"epoch", 1}, {"fields", {{"CT_Ville", "A"}}}}).status, 400);
}

TEST_F(SageGatewayTest, CreatedPartyIsAProspectWithSagesDefaults) {
  const GatewayAnswer created = CreateProspect("ssm00000042");
  EXPECT_EQ(created.status, 201);
  const Json& party = created.body["party"];
  EXPECT_EQ(party["CT_Num"], "SSM00000042");
  EXPECT_EQ(party["CT_Prospect"], 1);
  EXPECT_EQ(party["CG_NumPrinc"], "4110000");
  EXPECT_EQ(party["CT_NumPayeur"], "SSM00000042");
  EXPECT_EQ(party["N_CatTarif"], 1);
  EXPECT_EQ(party["CT_Encours"], "0");
  EXPECT_EQ(party["cbModification"], "2026-11-22 09:30:15");
  EXPECT_EQ(party["CT_SvDateCreate"], "1753-01-01");
  EXPECT_EQ(Cell("SELECT cbCreateur FROM F_COMPTET WHERE CT_Num = 'SSM00000042'"), "ERP1");
}

TEST_F(SageGatewayTest, ExistingCodeIsAnsweredWithTheParty) {
  CreateProspect("N1");
  const GatewayAnswer again = CreateProspect("n1");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.code(), "DUPLICATE_KEY");
  EXPECT_EQ(again.body["error"]["party"]["CT_Num"], "N1");
}

TEST_F(SageGatewayTest, ValuesThatDoNotFitAreRefusedWithTheirField) {
  const GatewayAnswer text = Write("PATCH", "/parties/CLI", {{"fields", {{"CT_Intitule", "Łódź"}}}});
  EXPECT_EQ(text.status, 422);
  EXPECT_EQ(text.code(), "VALUE_DOES_NOT_FIT");
  EXPECT_EQ(text.body["error"]["field"], "CT_Intitule");
  EXPECT_EQ(Write("PATCH", "/parties/CLI", {{"fields", {{"CT_Adresse", std::string(36, 'x')}}}}).body["error"]["field"], "CT_Adresse");
  EXPECT_EQ(Write("PATCH", "/parties/CLI", {{"fields", {{"CT_Prospect", 0}}}}).status, 422);
  EXPECT_EQ(Write("PATCH", "/parties/CLI", {{"fields", {{"NoSuchColumn", 0}}}}).body["error"]["field"], "NoSuchColumn");
  EXPECT_EQ(Write("PATCH", "/parties/CLI", {{"fields", {{"CT_Complement", "35 caractères accentués : é è à ç ù"}}}}).status, 200);
}

TEST_F(SageGatewayTest, MissingAccountIsRefused) {
  Sql("UPDATE P_TIERS SET T_Val01T_Compte = '4119999' WHERE cbIndice = 1");
  EXPECT_EQ(CreateProspect("N1").code(), "MISSING_ACCOUNT");
}

TEST_F(SageGatewayTest, ExpectedValuesMustHold) {
  EditCity("Nantes");
  const auto edit = [&](const Json& expected) {
    return Write("PATCH", "/parties/CLI", {{"expected", expected}, {"fields", {{"CT_Telephone", "02 40 00 00 00"}}}});
  };
  const GatewayAnswer moved_on = edit({{"CT_Ville", "Brest"}});
  EXPECT_EQ(moved_on.status, 412);
  EXPECT_EQ(moved_on.body["error"]["party"]["CT_Ville"], "Nantes");
  // Blank is one value, however it is stored; numbers compare by value.
  EXPECT_EQ(edit({{"CT_Ville", "Nantes "}, {"CT_Siret", nullptr}, {"CT_Encours", "0.00"}, {"CO_No", 0}}).status, 200);
}

TEST_F(SageGatewayTest, ContactsAreCreatedFoundEditedAndDeleted) {
  const Json contact = {{"contact", {{"CT_Nom", "Martin"}, {"CT_Prenom", "Zoé"}, {"CT_EMail", "z@example.org"}}}};
  const GatewayAnswer created = Write("POST", "/parties/PRO/contacts", contact);
  ASSERT_EQ(created.status, 201);
  const std::string number = created.body["contact"]["CT_No"].dump();

  const GatewayAnswer again = Write("POST", "/parties/PRO/contacts", contact);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.body["error"]["contact"]["CT_No"].dump(), number);
  EXPECT_EQ(Write("POST", "/parties/NOBODY/contacts", contact).code(), "UNKNOWN_PARTY");
  EXPECT_EQ(Call("GET", "/contacts?CT_Num=PRO&CT_Nom=martin&CT_Prenom=Zo%C3%A9").body["contacts"].size(), 1U);

  EXPECT_EQ(Write("PATCH", "/contacts/" + number, {{"fields", {{"CT_Fonction", "Achats"}}}}).body["contact"]["CT_Fonction"], "Achats");
  EXPECT_EQ(Write("PATCH", "/contacts/" + number, {{"fields", {{"CT_Num", "CLI"}}}}).status, 422);
  EXPECT_EQ(Write("PATCH", "/contacts/" + number, {{"expected", {{"CT_Fonction", "x"}}}, {"fields", {{"CT_Fonction", "y"}}}}).status, 412);
  EXPECT_EQ(Write("DELETE", "/contacts/" + number, Json::object()).status, 200);
  EXPECT_EQ(Write("DELETE", "/contacts/" + number, Json::object()).status, 404);
  EXPECT_EQ(Call("GET", "/contacts/" + number).status, 404);
}

TEST_F(SageGatewayTest, LockedRecordAnswers423WithSagesCode) {
  Act("lock", {{"what", "party"}, {"key", "CLI"}});
  const GatewayAnswer locked = EditCity("Nantes");
  EXPECT_EQ(locked.status, 423);
  EXPECT_EQ(locked.code(), "RECORD_LOCKED");
  EXPECT_EQ(locked.body["error"]["sage_code"], 80003);
  EXPECT_EQ(Call("GET", "/parties/CLI").status, 200);
  Act("unlock", {{"what", "party"}, {"key", "CLI"}});
  EXPECT_EQ(EditCity("Nantes").status, 200);
  Act("lock", {{"table", "F_COMPTET"}});
  EXPECT_EQ(EditCity("Brest").body["error"]["sage_code"], 80004);
}

TEST_F(SageGatewayTest, PricingWritesNothingAndReportsProblems) {
  Act("set-stock", {{"ref", "A"}, {"quantity", "3"}});
  const GatewayAnswer priced = Call("POST", "/documents:price",
                                    {{"document",
                                      {{"DO_Tiers", "CLI"},
                                       {"lines", {{{"AR_Ref", "A"}, {"DL_Qte", "5"}}, {{"AR_Ref", "NOPE"}, {"DL_Qte", "1"}}, {{"DL_Design", "Texte"}}}}}}});
  ASSERT_EQ(priced.status, 200);
  const Json& document = priced.body["document"];
  EXPECT_FALSE(document.contains("DO_Piece"));
  EXPECT_FALSE(document["lines"][0].contains("DL_No"));
  EXPECT_EQ(document["priced_at"], "2026-11-22T08:30:15Z");
  EXPECT_EQ(document["lines"][0]["available"], "3");
  EXPECT_EQ(document["lines"][2]["available"], nullptr);
  EXPECT_EQ(document["lines"][0]["DL_MontantHT"], "500");
  EXPECT_EQ(document["taxes"], Json::parse(R"([{"code":"C20","rate":"20","base":"500","amount":"100"}])"));
  ASSERT_EQ(document["problems"].size(), 2U);
  EXPECT_EQ(document["problems"][0]["code"], "STOCK_SHORT");
  EXPECT_EQ(document["problems"][1]["code"], "UNKNOWN_ARTICLE");
  EXPECT_EQ(document["problems"][1]["line"], 2);
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCENTETE"), 0);
}

TEST_F(SageGatewayTest, QuoteIsWrittenOnceForAReference) {
  const GatewayAnswer created = Write("POST", "/quotes", QuoteFor("SSM-1"));
  ASSERT_EQ(created.status, 201);
  EXPECT_EQ(created.body["document"]["DO_Piece"], "DE00001");
  EXPECT_EQ(created.body["document"]["DO_TotalHT"], "200");

  const GatewayAnswer again = Write("POST", "/quotes", QuoteFor("SSM-1"));
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.body["error"]["document"]["DO_Piece"], "DE00001");
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCENTETE"), 1);
  EXPECT_EQ(Call("GET", "/quotes/DE00001").body["document"]["lines"][0]["AR_Ref"], "A");
}

TEST_F(SageGatewayTest, QuoteIsFoundByReferenceAfterItBecameAnOrder) {
  Write("POST", "/quotes", QuoteFor("SSM-1"));
  Act("transform", {{"key", "DE00001"}});
  const Json found = Call("GET", "/quotes?DO_RefExterne=SSM-1").body["documents"];
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["DO_Piece"], "DE00001");
  EXPECT_EQ(found[0]["DO_Type"], 1);
  EXPECT_EQ(Write("POST", "/quotes", QuoteFor("SSM-1")).status, 409);
  EXPECT_EQ(Call("GET", "/quotes/DE00001").body["document"]["DO_Type"], 1);
  EXPECT_TRUE(Call("GET", "/quotes?DO_RefExterne=SSM-2").body["documents"].empty());
}

TEST_F(SageGatewayTest, RefusedQuoteLeavesNothingBehind) {
  Act("set-stock", {{"ref", "A"}, {"quantity", "3"}});
  Json quote = QuoteFor("SSM-1");
  quote["document"]["lines"].push_back({{"AR_Ref", "NOPE"}, {"DL_Qte", "1"}});
  const GatewayAnswer refused = Write("POST", "/quotes", quote);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.code(), "DOCUMENT_REFUSED");
  EXPECT_EQ(refused.body["error"]["problems"][0]["line"], 2);
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCENTETE"), 0);
  EXPECT_EQ(Cell("SELECT DC_Piece FROM F_DOCCURRENTPIECE WHERE DC_IdCol = 0 AND DC_Souche = 0"), "DE00001");
}

TEST_F(SageGatewayTest, PricesAreNeverTaken) {
  Json quote = QuoteFor("SSM-1");
  quote["document"]["lines"][0]["DL_PrixUnitaire"] = "1";
  EXPECT_EQ(Write("POST", "/quotes", quote).status, 422);
}

TEST_F(SageGatewayTest, DiscountsThatAreAskedForTakeTheirSlots) {
  Json quote = QuoteFor("SSM-1");
  Json& line = quote["document"]["lines"][0];
  line["DL_Remise02REM_Valeur"] = "10";
  line["discounts_more"] = {"5"};
  const Json made = Write("POST", "/quotes", quote).body["document"]["lines"][0];
  EXPECT_EQ(made["DL_Remise01REM_Valeur"], "10") << "no slot before it is used";
  EXPECT_EQ(made["DL_Remise02REM_Valeur"], "5");
  EXPECT_EQ(made["DL_MontantHT"], "171") << "200 less 10 %, less 5 %";

  line["DL_Remise01REM_Valeur"] = "1";
  line["DL_Remise03REM_Valeur"] = "1";
  const GatewayAnswer full = Write("POST", "/documents:price", quote);
  EXPECT_EQ(full.body["document"]["problems"][0]["code"], "DISCOUNT_SLOTS");
  EXPECT_EQ(full.body["document"]["problems"][0]["line"], 1);
  line.erase("discounts_more");
  line["DL_Remise01REM_Valeur"] = "101";
  EXPECT_EQ(Write("POST", "/documents:price", quote).body["document"]["problems"][0]["code"], "VALUE_DOES_NOT_FIT");
}

TEST_F(SageGatewayTest, LostAnswerHappensAfterTheEffect) {
  Act("set-faults", {{"lost_answers", 1}});
  EXPECT_EQ(Write("POST", "/quotes", QuoteFor("SSM-1")).status, 0);
  EXPECT_EQ(Call("GET", "/quotes?DO_RefExterne=SSM-1").body["documents"].size(), 1U);
  EXPECT_EQ(Write("POST", "/quotes", QuoteFor("SSM-2")).status, 201);
}

TEST_F(SageGatewayTest, FaultsAnswerAsTheContractSays) {
  Act("set-faults", {{"session_lost", 1}});
  EXPECT_EQ(EditCity("A").code(), "SESSION_LOST");
  EXPECT_NE(Act("get", {{"what", "party"}, {"key", "CLI"}})["CT_Ville"], "A");
  Act("set-faults", {{"session_lost_after", 1}});
  EXPECT_EQ(EditCity("B").status, 503);
  EXPECT_EQ(Act("get", {{"what", "party"}, {"key", "CLI"}})["CT_Ville"], "B");
  Act("set-faults", {{"licence_exhausted", 1}});
  EXPECT_EQ(EditCity("C").code(), "LICENCE_EXHAUSTED");
  Act("clear-faults");
  Act("set-faults", {{"unavailable", true}});
  EXPECT_EQ(Call("GET", "/info").code(), "SAGE_UNAVAILABLE");
  Act("clear-faults");
  Act("set-faults", {{"down", 1}});
  EXPECT_EQ(Call("GET", "/info").status, 0);
  Act("clear-faults");
  EXPECT_EQ(Call("GET", "/info").status, 200);
}

TEST_F(SageGatewayTest, EveryCallAndWriteIsCounted) {
  Call("GET", "/parties/CLI");
  EditCity("A");
  Act("lock", {{"what", "party"}, {"key", "CLI"}});
  EditCity("B");
  const Json counts = Act("counts");
  EXPECT_EQ(counts["calls"], 3);
  EXPECT_EQ(counts["writes"], 1);
  EXPECT_EQ(counts["writes_by_route"]["PATCH parties"], 1);
  EXPECT_EQ(counts["refusals_by_code"]["RECORD_LOCKED"], 1);
  Act("reset-counts");
  EXPECT_EQ(Act("counts")["calls"], 0);
}

TEST_F(SageGatewayTest, NonsenseIsAnswered) {
  EXPECT_EQ(Call("GET", "/nothing").status, 404);
  EXPECT_EQ(Call("GET", "/contacts/abc").status, 404);
  EXPECT_EQ(Write("POST", "/parties", {{"party", "text"}}).status, 400);
  EXPECT_EQ(Write("POST", "/quotes", {{"document", {{"DO_Tiers", "CLI"}, {"lines", {1, 2}}}}}).status, 400);
  EXPECT_EQ(Write("POST", "/quotes", {{"document", {{"DO_Tiers", "FOU"}, {"lines", {{{"AR_Ref", "A"}, {"DL_Qte", "1"}}}}}}}).status, 422);
}

}  // namespace
}  // namespace entente::sandbox
