#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "connectors/sdk/values.h"
#include "tests/connectors/sage100_company_file.h"
#include "tests/connectors/sage100_harness.h"
#include "tests/connectors/sage100_scripted_gateway.h"

namespace entente::sage100::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kInfo[] =
    R"({"gateway":"test","gateway_version":"1","product":"Sage 100","product_version":"11.02","edition":"on_premise",)"
    R"("company":{"guid":"4F1C2A00-0000-4000-8000-000000000001","name":"Bijou"},"epoch":1})";

std::string Error(const std::string& code, const json& more = json::object()) {
  json error = {{"code", code}, {"sage_code", 0}, {"text", "said by Sage"}, {"field", ""}, {"line", 0}, {"problems", json::array()}};
  error.update(more);
  return json{{"error", error}}.dump();
}

class Sage100Writing : public ::testing::Test {
 protected:
  void SetUp() override {
    company_.Run(R"(INSERT INTO "F_COMPTET" ("CT_Num", "CT_Intitule", "CT_Prospect", "CT_NumPayeur", "CT_Ville", "cbModification") VALUES
        ('P1', 'Prospect', 1, 'P1', 'Lyon', '2026-07-01 12:00:00'))");
    Sage100Config config = ConfigFor(company_.connection_string());
    config.gateway_url = gateway_.url();
    sage_ = std::make_unique<Harness>(config);
    sage_->Open();
  }

  v1::OperationResult Do(v1::Operation::Verb verb, const std::string& resource, const std::string& key,
                         std::vector<std::pair<std::string, v1::Value>> fields) {
    return sage_->Do(sage_->Operation(verb, resource, key, std::move(fields)));
  }

  json LastBody() const { return json::parse(gateway_.calls().back().body); }

  CompanyFile company_;
  std::function<GatewayReply(const GatewayCall&)> answer_;
  ScriptedGateway gateway_{[this](const GatewayCall& call) {
    return call.target == "/gateway/v1/info" ? GatewayReply{.body = kInfo} : answer_(call);
  }};
  std::unique_ptr<Harness> sage_;
};

TEST_F(Sage100Writing, AProspectIsCreatedAndReadBackAsSageHoldsIt) {
  answer_ = [](const GatewayCall&) {
    return GatewayReply{.status = 201,
                        .body = R"({"party":{"cbMarq":9,"cbModification":"2026-07-02 08:00:00","CT_Num":"SSM00000001","CT_Intitule":"ÉTOILE",)"
                                R"("CT_Prospect":1,"CT_Ville":"","CT_Encours":"0.000000","N_CatTarif":1,"CO_No":0}})"};
  };

  const v1::OperationResult result =
      Do(v1::Operation::CREATE, "party", "SSM00000001",
         {{"CT_Num", sdk::Text("SSM00000001")}, {"CT_Intitule", sdk::Text("Étoile")}, {"CO_No", sdk::Ref("collaborator", "7")}});

  ASSERT_TRUE(result.has_receipt()) << result.DebugString();
  EXPECT_EQ(result.receipt().observation(), v1::Receipt::ATOMIC);
  EXPECT_FALSE(result.receipt().existed());
  EXPECT_EQ(result.receipt().change().key(), "SSM00000001");
  EXPECT_EQ(result.receipt().change().row().number(), 9);
  EXPECT_EQ(sage_->Text(result.receipt().change(), "CT_Intitule"), "ÉTOILE");
  EXPECT_EQ(sage_->Text(result.receipt().change(), "CT_Encours"), "0");
  EXPECT_EQ(sage_->Text(result.receipt().change(), "CO_No"), "null");
  EXPECT_GT(result.seq(), 0u);
  EXPECT_EQ(gateway_.calls().back().authorization, "Bearer token");
  EXPECT_EQ(LastBody()["party"]["CO_No"], 7);
  EXPECT_EQ(LastBody()["epoch"], 1);
}

TEST_F(Sage100Writing, ARepeatedCreateEndsInTheRecordThatIsThere) {
  answer_ = [](const GatewayCall&) {
    return GatewayReply{.status = 409, .body = Error("DUPLICATE_KEY", {{"party", {{"CT_Num", "P1"}}}})};
  };
  const v1::OperationResult result = Do(v1::Operation::CREATE, "party", "P1", {{"CT_Num", sdk::Text("P1")}, {"CT_Intitule", sdk::Text("x")}});
  ASSERT_TRUE(result.has_receipt()) << result.DebugString();
  EXPECT_TRUE(result.receipt().existed());
  EXPECT_EQ(sage_->Text(result.receipt().change(), "CT_Intitule"), "Prospect");
}

TEST_F(Sage100Writing, ACodeThatBelongsToASupplierIsRefused) {
  company_.Run(R"(INSERT INTO "F_COMPTET" ("CT_Num", "CT_Type") VALUES ('F1', 1))");
  answer_ = [](const GatewayCall&) {
    return GatewayReply{.status = 409, .body = Error("DUPLICATE_KEY", {{"party", {{"CT_Num", "F1"}, {"CT_Type", 1}}}})};
  };
  const v1::OperationResult result = Do(v1::Operation::CREATE, "party", "F1", {{"CT_Num", sdk::Text("F1")}, {"CT_Intitule", sdk::Text("x")}});
  EXPECT_EQ(result.failure().class_(), v1::Failure::NEVER);
  EXPECT_EQ(result.failure().reason(), "DUPLICATE_KEY");
}

TEST_F(Sage100Writing, AfterALostAnswerTheRecordIsSearchedFor) {
  answer_ = [this](const GatewayCall&) {
    company_.Run(R"(INSERT INTO "F_CONTACTT" ("CT_No", "CT_Num", "CT_Nom", "CT_Prenom") VALUES (31, 'P1', 'Petit', 'Zoé'))");
    return GatewayReply{.hang_up = true};
  };
  const v1::OperationResult result = Do(v1::Operation::CREATE, "contact", "",
                                        {{"CT_Num", sdk::Ref("party", "P1")}, {"CT_Nom", sdk::Text("Petit")}, {"CT_Prenom", sdk::Text("Zoé")}});
  ASSERT_TRUE(result.has_receipt()) << result.DebugString();
  EXPECT_TRUE(result.receipt().existed());
  EXPECT_EQ(result.receipt().change().key(), "31");
  EXPECT_EQ(gateway_.calls().back().target, "/gateway/v1/parties/P1/contacts");
}

TEST_F(Sage100Writing, ALostAnswerWithoutARecordIsUncertain) {
  answer_ = [](const GatewayCall&) { return GatewayReply{.status = 503, .body = Error("SESSION_LOST")}; };
  const v1::OperationResult result = Do(v1::Operation::CREATE, "party", "P9", {{"CT_Num", sdk::Text("P9")}, {"CT_Intitule", sdk::Text("x")}});
  EXPECT_EQ(result.failure().class_(), v1::Failure::UNCERTAIN);
}

TEST_F(Sage100Writing, WhatSageCannotHoldIsNotSent) {
  answer_ = [](const GatewayCall&) { return GatewayReply{.status = 500}; };
  const v1::OperationResult characters = Do(v1::Operation::UPDATE, "party", "P1", {{"CT_Ville", sdk::Text("Łódź")}});
  const v1::OperationResult length = Do(v1::Operation::UPDATE, "party", "P1", {{"CT_CodePostal", sdk::Text("1234567890")}});
  const v1::OperationResult read_only = Do(v1::Operation::UPDATE, "party", "P1", {{"CT_Prospect", sdk::IntValue(0)}});

  EXPECT_EQ(characters.failure().class_(), v1::Failure::NEVER);
  EXPECT_EQ(characters.failure().reason(), "VALUE_DOES_NOT_FIT");
  EXPECT_EQ(characters.failure().problems(0).field(), "CT_Ville");
  EXPECT_EQ(length.failure().problems(0).field(), "CT_CodePostal");
  EXPECT_EQ(read_only.failure().reason(), "FIELD_NOT_WRITABLE");
  EXPECT_EQ(gateway_.calls().size(), 1u) << "nothing but the first info";
}

TEST_F(Sage100Writing, AnUpdateCarriesWhatItDependsOn) {
  answer_ = [](const GatewayCall&) {
    return GatewayReply{.status = 412, .body = Error("REVISION_MISMATCH", {{"party", {{"CT_Num", "P1"}, {"CT_Ville", "Nice"}}}})};
  };
  v1::Operation update = sage_->Operation(v1::Operation::UPDATE, "party", "P1", {{"CT_Ville", sdk::Text("Paris")}});
  *update.add_expected() = sage_->Operation(v1::Operation::UPDATE, "party", "P1", {{"CT_Ville", sdk::Text("Lyon")}}).fields(0);

  const v1::OperationResult result = sage_->Do(update);

  EXPECT_EQ(result.failure().class_(), v1::Failure::MOVED_ON);
  EXPECT_EQ(sage_->Text(result.failure().current(), "CT_Ville"), "Nice");
  EXPECT_EQ(sage_->Text(result.failure().current(), "CT_NumPayeur"), "P1") << "from the database: the answer does not carry it";
  EXPECT_EQ(gateway_.calls().back().method, "PATCH");
  EXPECT_EQ(LastBody()["expected"]["CT_Ville"], "Lyon");
  EXPECT_EQ(LastBody()["fields"]["CT_Ville"], "Paris");
}

TEST_F(Sage100Writing, LabelsTravelAsTheirPositions) {
  company_.Run(R"(INSERT INTO "F_CONTACTT" ("CT_No", "CT_Num", "CT_Nom") VALUES (31, 'P1', 'Petit'))");
  answer_ = [](const GatewayCall&) { return GatewayReply{.body = R"({"contact":{"CT_No":31,"N_Service":2}})"}; };
  const v1::OperationResult known = Do(v1::Operation::UPDATE, "contact", "31", {{"N_Service", sdk::Text("ACHATS")}});
  const v1::OperationResult unknown = Do(v1::Operation::UPDATE, "contact", "31", {{"N_Service", sdk::Text("Plage")}});

  EXPECT_EQ(LastBody()["fields"]["N_Service"], 2);
  EXPECT_EQ(sage_->Text(known.receipt().change(), "N_Service"), "Achats");
  EXPECT_EQ(unknown.failure().reason(), "LABEL_UNKNOWN");
}

TEST_F(Sage100Writing, LocksAreTriedAgainAndAStaleEpochEndsTheWrites) {
  int calls = 0;
  answer_ = [&](const GatewayCall&) {
    return ++calls == 1 ? GatewayReply{.status = 423, .body = Error("RECORD_LOCKED", {{"sage_code", 80003}})}
                        : GatewayReply{.status = 409, .body = Error("STALE_EPOCH")};
  };
  const auto write = [&] { return Do(v1::Operation::UPDATE, "party", "P1", {{"CT_Ville", sdk::Text("Paris")}}); };
  EXPECT_EQ(write().failure().reason(), "RECORD_LOCKED");
  EXPECT_EQ(write().failure().reason(), "STALE_EPOCH");
  const v1::OperationResult third = write();
  EXPECT_EQ(third.failure().class_(), v1::Failure::AGAIN);
  EXPECT_EQ(calls, 2) << "the third one was not sent";
  EXPECT_EQ(sage_->connector().Statistics().trouble_code(), "STALE_EPOCH");
}

TEST_F(Sage100Writing, ADeleteOfWhatIsGoneIsDone) {
  answer_ = [](const GatewayCall&) { return GatewayReply{.status = 404, .body = Error("NOT_FOUND")}; };
  const v1::OperationResult result = Do(v1::Operation::DELETE, "contact", "31", {});
  ASSERT_TRUE(result.has_receipt());
  EXPECT_TRUE(result.receipt().existed());
  EXPECT_EQ(result.receipt().change().kind(), v1::Change::DELETED);
}

constexpr char kPriced[] =
    R"({"document":{"DO_Tiers":"P1","DO_TotalHT":"90.000000","DO_TotalHTNet":"90.00","DO_TotalTTC":"108.00","DO_NetAPayer":"108","DO_Tarif":1,)"
    R"("taxes":[{"code":"C20","rate":"20","base":"90","amount":"18"}],"priced_at":"2026-11-22T08:30:00Z",)"
    R"("problems":[{"severity":"warning","code":"STOCK_SHORT","text":"3 en stock","field":"DL_Qte","line":1}],)"
    R"("lines":[{"AR_Ref":"COL","AG_No1":1,"AG_No2":9,"DL_Qte":"5","DL_PrixUnitaire":"20","DL_Remise01REM_Valeur":"10","DL_Remise01REM_Type":1,)"
    R"("DL_MontantHT":"90","DL_MontantTTC":"108","available":"3"},{"DL_Design":"Merci"}]}})";

std::vector<std::pair<std::string, v1::Value>> QuoteFields() {
  return {{"DO_Tiers", sdk::Ref("party", "P1")},
          {"DO_Date", sdk::DateValue(20000)},
          {"DO_RefExterne", sdk::Text("SSM-1")},
          {"lines", sdk::ListOf({sdk::MapOf({{"AR_Ref", sdk::Ref("article", "COL#1#9")}, {"DL_Qte", sdk::DecimalValue("5")}}),
                                 sdk::MapOf({{"DL_Design", sdk::Text("Merci")}})})}};
}

TEST_F(Sage100Writing, ADocumentIsPricedBySage) {
  answer_ = [](const GatewayCall&) { return GatewayReply{.body = kPriced}; };

  const v1::OperationResult result = Do(v1::Operation::PRICE, "quote", "", QuoteFields());

  ASSERT_TRUE(result.has_receipt()) << result.DebugString();
  const auto& priced = result.receipt().priced();
  EXPECT_EQ(Show(sage_->Value(priced, "quote", "DO_TotalHTNet")), "90");
  EXPECT_EQ(Show(sage_->Value(priced, "quote", "priced_at")), "1795336200000000");
  EXPECT_EQ(Show(sage_->Value(priced, "quote", "taxes")), "[{amount=18, base=90, code=C20, rate=20}]");
  const v1::Value lines = sage_->Value(priced, "quote", "lines");
  EXPECT_EQ(Entry(lines, 0, "AR_Ref"), "article:COL#1#9");
  EXPECT_EQ(Entry(lines, 0, "available"), "3");
  EXPECT_EQ(Entry(lines, 1, "available"), "null");
  ASSERT_EQ(result.receipt().problems_size(), 1);
  EXPECT_EQ(result.receipt().problems(0).line(), 1u);
  const json sent = LastBody()["document"];
  EXPECT_EQ(sent["lines"][0], (json{{"AR_Ref", "COL"}, {"AG_No1", 1}, {"AG_No2", 9}, {"DL_Qte", "5"}}));
  EXPECT_EQ(sent["DO_Date"], "2024-10-04");
  EXPECT_EQ(gateway_.calls().back().target, "/gateway/v1/documents:price");
}

TEST_F(Sage100Writing, AQuoteCarriesItsContactItsCommentAndTheDiscountsThatAreAskedFor) {
  answer_ = [](const GatewayCall&) { return GatewayReply{.body = kPriced}; };
  auto fields = QuoteFields();
  fields.emplace_back("DO_Contact", sdk::Text("Anne Durand"));
  fields.emplace_back("DO_Souche", sdk::IntValue(1));
  fields.emplace_back("comment", sdk::Text("Livrer avant"));
  fields.emplace_back("comment_text", sdk::Text("Livrer avant\nNoël"));
  fields[3].second = sdk::ListOf({sdk::MapOf({{"AR_Ref", sdk::Ref("article", "COL#1#9")}, {"DL_Qte", sdk::DecimalValue("5")}, {"DL_Remise02REM_Valeur", sdk::DecimalValue("7.5")},
                                              {"discounts_more", sdk::ListOf({sdk::DecimalValue("5"), sdk::IntValue(2)})}}),
                                  sdk::MapOf({{"DL_Design", sdk::Text("Merci")}, {"discounts_more", sdk::ListOf({sdk::DecimalValue("5")})}})});
  ASSERT_TRUE(Do(v1::Operation::PRICE, "quote", "", fields).has_receipt());
  const json sent = LastBody()["document"];
  EXPECT_EQ(sent["DO_Contact"], "Anne Durand");
  EXPECT_EQ(sent["DO_Souche"], 1);
  EXPECT_EQ(sent["lines"][0]["DL_Remise02REM_Valeur"], "7.5");
  EXPECT_EQ(sent["lines"][0]["discounts_more"], (json{"5", "2"}));
  EXPECT_EQ(sent["lines"][1], (json{{"DL_Design", "Merci"}})) << "a line of text has no discount";
  EXPECT_EQ(sent["lines"][2], (json{{"DL_Design", "Livrer avant"}, {"DT_Text", "Livrer avant\nNoël"}}));
  EXPECT_FALSE(sent.contains("comment"));
}

TEST_F(Sage100Writing, ARefusedQuoteSaysWhichLine) {
  answer_ = [](const GatewayCall&) {
    return GatewayReply{.status = 422,
                        .body = Error("DOCUMENT_REFUSED", {{"problems", {{{"severity", "error"}, {"code", "UNKNOWN_ARTICLE"}, {"text", "?"},
                                                                          {"field", "AR_Ref"}, {"line", 1}}}}})};
  };
  const v1::OperationResult result = Do(v1::Operation::CREATE, "quote", "", QuoteFields());
  EXPECT_EQ(result.failure().class_(), v1::Failure::NEVER);
  ASSERT_EQ(result.failure().problems_size(), 1);
  EXPECT_EQ(result.failure().problems(0).code(), "UNKNOWN_ARTICLE");
}

TEST_F(Sage100Writing, AQuoteWhoseAnswerWasLostIsFoundByItsReference) {
  answer_ = [this](const GatewayCall&) {
    company_.Run(R"(INSERT INTO "F_DOCENTETE" ("DO_Type", "DO_Piece", "DO_Tiers", "DO_RefExterne") VALUES (0, 'DE00042', 'P1', 'SSM-1'))");
    return GatewayReply{.hang_up = true};
  };
  const v1::OperationResult result = Do(v1::Operation::CREATE, "quote", "", QuoteFields());
  ASSERT_TRUE(result.has_receipt()) << result.DebugString();
  EXPECT_TRUE(result.receipt().existed());
  EXPECT_EQ(result.receipt().change().key(), "DE00042");
}

TEST_F(Sage100Writing, AFloatingPointNumberIsRefused) {
  answer_ = [](const GatewayCall&) { return GatewayReply{.body = R"({"document":{"DO_TotalHT":90.1,"lines":[]}})"}; };
  const v1::OperationResult result = Do(v1::Operation::PRICE, "quote", "", QuoteFields());
  EXPECT_EQ(result.failure().class_(), v1::Failure::AGAIN);
  EXPECT_THAT(result.failure().text(), HasSubstr("floating point"));
}

TEST_F(Sage100Writing, NothingStartsAfterTheLeaseEnded) {
  std::vector<v1::OperationResult> results;
  sage_->connector().Perform({sage_->Operation(v1::Operation::UPDATE, "party", "P1", {{"CT_Ville", sdk::Text("Paris")}})}, [] { return false; },
                             [&](v1::OperationResult result) { results.push_back(std::move(result)); });
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].failure().reason(), "LEASE_ENDED");
}

TEST(Sage100GatewayDown, ReadingGoesOnAndWritesWait) {
  CompanyFile company;
  company.Run(R"(INSERT INTO "F_COMPTET" ("CT_Num", "CT_Intitule") VALUES ('P1', 'Prospect'))");
  Harness sage(ConfigFor(company.connection_string()));
  sage.Open();
  const v1::OperationResult result = sage.Do(sage.Operation(v1::Operation::UPDATE, "party", "P1", {{"CT_Ville", sdk::Text("Paris")}}));

  EXPECT_EQ(sage.List("party").keys().size(), 1u);
  EXPECT_EQ(result.failure().class_(), v1::Failure::AGAIN);
  EXPECT_EQ(result.failure().reason(), "GATEWAY_UNREACHABLE");
  EXPECT_EQ(sage.connector().Statistics().trouble_code(), "GATEWAY_UNREACHABLE");
  ASSERT_EQ(sage.opened().advice_size(), 1);
  EXPECT_THAT(sage.opened().advice(0), HasSubstr("gateway.url"));
}

}  // namespace
}  // namespace entente::sage100::testing
