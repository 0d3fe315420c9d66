#include <chrono>
#include <set>

#include "gmock/gmock.h"
#include "tests/sandbox/ssm_client.h"

namespace entente::sandbox {
namespace {

class SsmPreload : public SsmTest {};

TEST_F(SsmPreload, TheTenantStartsWithPartOfTheCompany) {
  Start({}, CompanySize::kDemo);
  const auto counts = Act("counts", {});
  EXPECT_EQ(counts["live_records"]["accounts"], 300);
  EXPECT_EQ(counts["live_records"]["contacts"], 500);
  EXPECT_GE(counts["live_records"]["users"], 8);
  EXPECT_LE(counts["live_records"]["users"], 14);
  EXPECT_EQ(counts["api_writes_total"], 0);
  EXPECT_EQ(counts["live_records"]["products"], 0) << "the placeholder product too is made by the engine";
}

TEST_F(SsmPreload, TheListsHaveTheFrenchLabels) {
  for (const char* label : {"Prospect", "Client", "Prospect chaud", "Autre"}) EXPECT_NE(client_->Listed("accountStatuses", label), 0) << label;
  for (const char* label : {"Brouillon – En attente", "Brouillon – Validé", "En attente de synchronisation", "Synchronisé", "Confirmé", "Accepté",
                            "Perdu", "Archivé", "Commandé", "Facture", "Avoir"}) {
    EXPECT_NE(client_->Listed("salesorderStatuses", label), 0) << label;
  }
  for (const auto& row : client_->Get("/salesorderStatuses").json) {
    EXPECT_EQ(row["won"], row["descriptionFR"] == "Commandé");
    EXPECT_EQ(row["lost"], row["descriptionFR"] == "Perdu");
  }
  const auto company = GenerateCompany(1, CompanySize::kEmpty);
  for (const Label& department : company.parameters.departments) EXPECT_NE(client_->Listed("contactTypes", department.Intitule), 0);
  const auto france = client_->Record("countries", client_->Listed("countries", "France"));
  EXPECT_EQ(france["isoCode2"], "FR");
}

TEST_F(SsmPreload, SomeTextIsOutsideTheCodePageOfSage) {
  Start({}, CompanySize::kDemo);
  EXPECT_GT(Act("list", {{"resource", "accounts"}, {"where", "comment LIKE '%🙂%'"}}).size(), 10u);
  EXPECT_GT(Act("list", {{"resource", "contacts"}, {"where", "lastName LIKE '%ł%' OR lastName LIKE '%ș%' OR lastName LIKE '%ț%'"}}).size(), 5u);
}

// The first load of the demo makes about a thousand bulk calls: each has to be a matter of milliseconds. The bound is loose on purpose.
TEST_F(SsmPreload, AFirstLoadOfManyRowsIsFast) {
  const auto account = CreateAccount("Huet");
  const auto head = Act("create", {{"resource", "salesorders"}, {"fields", {{"reference", "D1"}}}})["id"];
  const auto product = Create("products", {{"model", "Vis"}});
  nlohmann::json items = nlohmann::json::array();
  for (int i = 0; i < 200; ++i) {
    items.push_back({{"guid", std::to_string(i)}, {"data", {{"salesOrderId", head}, {"productId", product}, {"quantity", 1}, {"price", 2}}}});
  }
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client_->Post("/salesordersLines/bulk", items).status, 200);
  for (int page = 0; page < 20; ++page) {
    const Reply reply = client_->Get("/salesordersLines", {{"where", "dateCreated > '2025-01-01'"}, {"page", std::to_string(page)}}, {{"count", "500"}});
    EXPECT_EQ(reply.json.size(), 500u);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  EXPECT_GT(account, 0);
}

}  // namespace
}  // namespace entente::sandbox
