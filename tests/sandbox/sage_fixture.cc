#include "tests/sandbox/sage_fixture.h"

#include <httplib.h>
#include <stdlib.h>

#include <filesystem>

namespace entente::sandbox {

std::string GatewayAnswer::code() const {
  return body.is_object() && body.contains("error") ? body["error"]["code"].get<std::string>() : "";
}

SageOptions SageFixture::OptionsIn(const std::string& directory) {
  SageOptions options;
  options.directory = directory;
  return options;
}

Company SageFixture::TinyCompany() {
  Company company = GenerateCompany(1, CompanySize::kEmpty);
  const auto party = [&](const char* code, const char* name, int type, int prospect) {
    Party p;
    p.CT_Num = code;
    p.CT_Intitule = name;
    p.CT_Type = type;
    p.CT_Prospect = prospect;
    p.CG_NumPrinc = type == 0 ? "4110000" : "4010000";
    p.CT_NumPayeur = code;
    p.cbCreation = "2025-01-02 08:00:00";
    company.parties.push_back(p);
  };
  party("CLI", "Client un", 0, 0);
  party("CEN", "Centrale d'achat", 0, 0);
  party("PRO", "Prospect un", 0, 1);
  party("FOU", "Fournisseur un", 1, 0);
  company.families.push_back({"FAM", 0, "Famille", "2025-01-02 08:00:00"});
  company.family_taxes.push_back({"FAM", 1, 0, "7070000", "C20"});
  Article article;
  article.AR_Ref = "A";
  article.AR_Design = "Article un";
  article.FA_CodeFamille = "FAM";
  article.AR_PrixVen = Decimal::FromInt(100);
  article.AR_PrixAch = Decimal::FromInt(60);
  article.AR_SuiviStock = 2;
  article.cbCreation = "2025-01-02 08:00:00";
  company.articles.push_back(article);
  return company;
}

void SageFixture::SetUp() {
  std::string pattern = testing::TempDir() + "sageXXXXXX";
  directory_ = mkdtemp(pattern.data());
  Restart(OptionsIn(directory_), TinyCompany());
  Act("clock", {{"at", "2026-11-22T08:30:15Z"}});
}

void SageFixture::TearDown() {
  sage_.reset();
  std::filesystem::remove_all(directory_);
}

void SageFixture::Restart(const SageOptions& options, const Company& company) {
  sage_.reset();
  auto sage = SageSandbox::Start(options, company);
  ASSERT_TRUE(sage.ok()) << sage.status().message();
  sage_ = *std::move(sage);
}

SageFixture::Json SageFixture::Act(const std::string& action, const Json& arguments) {
  const auto answer = sage_->Act(action, arguments);
  EXPECT_TRUE(answer.ok()) << action << " " << arguments << ": " << answer.status().message();
  return answer.ok() ? *answer : Json();
}

std::string SageFixture::Refusal(const std::string& action, const Json& arguments) {
  const auto answer = sage_->Act(action, arguments);
  if (answer.ok()) return "";
  const std::string message(answer.status().message());
  return message.substr(0, message.find(':'));
}

SageFixture::Json SageFixture::Insert(const std::string& table, const Json& fields) {
  return Act("insert-row", {{"table", table}, {"fields", fields}});
}

SageFixture::Json SageFixture::Sql(const std::string& sql) { return Act("sql", {{"sql", sql}}); }

SageFixture::Json SageFixture::Cell(const std::string& sql) {
  const Json rows = Sql(sql);
  return rows.empty() ? Json() : *rows[0].begin();
}

GatewayAnswer SageFixture::Call(const std::string& method, const std::string& path, const Json& body) {
  httplib::Client client(sage_->gateway_url());
  httplib::Request request;
  request.method = method;
  request.path = "/gateway/v1" + path;
  request.headers = {{"Authorization", "Bearer " + sage_->token()}, {"Content-Type", "application/json"}};
  if (!body.is_null()) request.body = body.dump();
  const auto result = client.send(request);
  if (!result) return {};
  return {result->status, Json::parse(result->body, nullptr, false)};
}

GatewayAnswer SageFixture::Write(const std::string& method, const std::string& path, Json body, int epoch) {
  body["epoch"] = epoch;
  body["request_id"] = "test";
  return Call(method, path, body);
}

SageFixture::Json SageFixture::QuoteFor(const std::string& reference, const std::string& quantity) {
  return {{"document",
           {{"DO_Tiers", "CLI"}, {"DO_RefExterne", reference}, {"lines", {{{"AR_Ref", "A"}, {"DL_Qte", quantity}}}}}}};
}

}  // namespace entente::sandbox
