#include <set>

#include "gmock/gmock.h"
#include "tests/sandbox/ssm_client.h"

namespace entente::sandbox {
namespace {

using testing::ElementsAre;

class SsmRead : public SsmTest {
 protected:
  std::vector<std::int64_t> Ids(const std::string& resource, const std::map<std::string, std::string>& query) {
    std::vector<std::int64_t> out;
    const Reply reply = client_->Get("/" + resource, query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    for (const auto& row : reply.json) out.push_back(row.at("id").get<std::int64_t>());
    return out;
  }
  int CodeOf(const std::string& where) {
    const Reply reply = client_->Get("/accounts", {{"where", where}});
    return reply.status == 200 ? 0 : reply.json.at("code").get<int>();
  }
};

TEST_F(SsmRead, AListIsABareArrayOfFiftyFromPageZero) {
  for (int i = 0; i < 60; ++i) CreateAccount("N" + std::to_string(i));
  EXPECT_EQ(Ids("accounts", {}).size(), 50u);
  EXPECT_EQ(Ids("accounts", {{"page", "1"}}).size(), 10u);
  EXPECT_EQ(Ids("accounts", {{"page", "2"}}).size(), 0u);
}

TEST_F(SsmRead, TheCountHeaderSetsThePageUpToTheMaximum) {
  Act("set", {{"page-max", 20}});
  for (int i = 0; i < 30; ++i) CreateAccount("N" + std::to_string(i));
  EXPECT_EQ(client_->Get("/accounts", {}, {{"count", "10"}}).json.size(), 10u);
  EXPECT_EQ(client_->Get("/accounts", {}, {{"X-FM-Entity-Count", "12"}}).json.size(), 12u);
  EXPECT_EQ(client_->Get("/accounts", {}, {{"count", "100"}}).json.size(), 20u);
}

TEST_F(SsmRead, OrderIsOneFieldDescending) {
  const auto b = CreateAccount("B");
  const auto c = CreateAccount("C");
  const auto a = CreateAccount("A");
  EXPECT_THAT(Ids("accounts", {{"order", "name"}}), ElementsAre(c, b, a));
  EXPECT_THAT(Ids("accounts", {{"order", "id"}}), ElementsAre(a, c, b));
  EXPECT_EQ(client_->Get("/accounts", {{"order", "nothing"}}).json["code"], 901);
}

TEST_F(SsmRead, FiltersKnowTheLanguageOfTheReference) {
  const auto one = CreateAccount("Menuiserie Huet");
  auto body = Account("Garage Huet");
  body["vatNumber"] = "FR1";
  body["latitude"] = 48;
  const auto two = Create("accounts", body);
  const auto rep = std::to_string(client_->Get("/users").json[0]["id"].get<int>());

  EXPECT_THAT(Ids("accounts", {{"where", "name = 'menuiserie huet'"}}), ElementsAre(one));
  EXPECT_THAT(Ids("accounts", {{"where", "name LIKE '%Huet'"}}), ElementsAre(one, two));
  EXPECT_THAT(Ids("accounts", {{"where", "name NOT LIKE 'Garage%'"}}), ElementsAre(one));
  EXPECT_THAT(Ids("accounts", {{"where", "vatNumber <> 'FR2'"}}), ElementsAre(two)) << "null matches nothing";
  EXPECT_THAT(Ids("accounts", {{"where", "salesRepId1.id = " + rep + " AND name LIKE 'G%'"}}), ElementsAre(two));
  EXPECT_THAT(Ids("accounts", {{"where", "(name = 'x' OR vatNumber = 'FR1') and deleted = false"}}), ElementsAre(two));
  EXPECT_THAT(Ids("accounts", {{"where", "latitude >= 47.5"}}), ElementsAre(two));
  EXPECT_THAT(Ids("accounts", {{"where", "id = " + std::to_string(one) + " OR id = " + std::to_string(two)}}), ElementsAre(one, two));
  EXPECT_THAT(Ids("accounts", {{"where", "dateCreated > '2025-12-31' AND dateCreated <= '2026-01-01T08:00:00Z'"}}), ElementsAre(one, two));
}

TEST_F(SsmRead, AWhereThatIsNotUnderstoodIsAnswered901) {
  for (const char* where : {"name", "name = ", "name = Huet", "nothing = 'x'", "name = 'it''s'", "name = 'open", "(name = 'x'", "name = 'x')",
                            "statusId = 5", "statusId.name = 'x'", "latitude = '5'", "deleted = 1", "dateCreated > 2026", "dateCreated > 'soon'",
                            "name = 'x' name = 'y'", "id LIKE '5'", "name ! 'x'", "id = 5.5", "branchId.id = 'x'"}) {
    EXPECT_EQ(CodeOf(where), 901) << where;
  }
  EXPECT_EQ(CodeOf("name = 'x'"), 0);
}

TEST_F(SsmRead, OrCanBeSwitchedOff) {
  Act("set", {{"refuse-or", true}});
  EXPECT_EQ(CodeOf("name = 'a' OR name = 'b'"), 901);
}

TEST_F(SsmRead, ReferencesAreObjectsAndUsersHaveADescription) {
  const auto status = client_->Listed("accountStatuses", "Client");
  auto body = Account("Huet");
  body["statusId"] = status;
  const auto row = client_->Get("/accounts/" + std::to_string(Create("accounts", body)), {{"lang", "fr"}}).json;
  EXPECT_EQ(row["statusId"], (nlohmann::json{{"id", status}, {"value", "Client"}}));
  EXPECT_EQ(row["salesRepId1"]["description"], "Admin Estuaire");
  EXPECT_TRUE(row["rateId"].is_null());
  const auto users = client_->Get("/users").json;
  EXPECT_EQ(users[0]["branches"][0]["id"], client_->Listed("branches", "Siège"));
}

TEST_F(SsmRead, ACurrencyOnARateIsABareInteger) {
  const auto euro = client_->Listed("currencies", "Euro");
  const auto id = Create("rates", {{"descriptionFR", "Détaillants"}, {"currencyId", euro}, {"extID", "1"}});
  const auto row = client_->Record("rates", id);
  EXPECT_EQ(row["currencyId"], euro);
  EXPECT_EQ(row["extID"], "1");
  EXPECT_THAT(Ids("rates", {{"where", "extId = '1'"}}), ElementsAre(id));
}

TEST_F(SsmRead, KeysKeepTheirOddCase) {
  const auto account = CreateAccount("Huet");
  const auto rep = Account("x")["salesRepId1"];
  const auto contact = Create("contacts", {{"firstName", "Anne"}, {"lastName", "Roux"}, {"accountId", account}, {"salesRepId", rep}, {"usecompanyaddress", true}});
  EXPECT_EQ(client_->Record("contacts", contact)["UseCompanyAddress"], true);
  const auto head = Create("salesorders", {{"reference", "D1"}, {"branchId", Account("x")["branchId"]}, {"salesRepId", rep}, {"accountId", account}});
  const auto product = Create("products", {{"model", "Vis"}});
  const auto line = Create("salesordersLines", {{"salesOrderId", head}, {"productId", product}, {"quantity", 2}, {"price", 3}});
  const auto row = client_->Record("salesordersLines", line);
  EXPECT_EQ(row["salesorderId"]["id"], head);
  EXPECT_FALSE(row.contains("salesOrderId"));
  EXPECT_FALSE(row.contains("extId"));
  EXPECT_THAT(Ids("salesordersLines", {{"where", "salesOrderId.id = " + std::to_string(head)}}), ElementsAre(line));
}

TEST_F(SsmRead, IdsOfListsDifferPerTenant) {
  const auto here = client_->Listed("accountStatuses", "Client");
  SsmOptions other;
  other.seed = 2;
  Start(other);
  EXPECT_NE(client_->Listed("accountStatuses", "Client"), here);
}

TEST_F(SsmRead, TheSchemaSaysTypesLengthsAndCustomFields) {
  const auto properties = client_->Get("/accounts/schema").json["properties"];
  EXPECT_EQ(properties["address1"]["maxLength"], 180);
  EXPECT_EQ(properties["statusId"]["table"], "accountStatuses");
  EXPECT_EQ(properties["name"]["required"], true);
  EXPECT_EQ(properties["dateUpdated"]["readOnly"], true);
  EXPECT_TRUE(properties.contains("Z_secteur"));
  EXPECT_EQ(client_->Get("/extrafields/accounts").json.size(), 3u);
  EXPECT_FALSE(client_->Get("/contacts/schema").json["properties"].contains("branchId"));
}

TEST_F(SsmRead, TheListOfResourcesNamesWhatTheConnectorUses) {
  std::set<std::string> names;
  for (const auto& resource : client_->Get("/resources").json) names.insert(resource["name"].get<std::string>());
  for (const char* name : {"users", "accounts", "contacts", "products", "productFamilies", "productCategories", "rates", "productRates",
                           "accountAddresses", "salesorders", "salesordersLines", "sales", "accountStatuses", "accountTypes", "accountSegments",
                           "contactTypes", "salesorderStatuses", "orderTypes", "branches", "countries", "currencies"}) {
    EXPECT_TRUE(names.contains(name)) << name;
    EXPECT_EQ(client_->Get(std::string("/") + name).status, 200) << name;
    EXPECT_EQ(client_->Get(std::string("/") + name + "/schema").status, 200) << name;
  }
}

TEST_F(SsmRead, CustomListsShowLabelsOnRequest) {
  auto body = Account("Huet");
  body["Z_secteur"] = 2;
  body["Z_interets"] = {1, 3};
  const auto path = "/accounts/" + std::to_string(Create("accounts", body));
  EXPECT_EQ(client_->Get(path).json["Z_secteur"], 2);
  EXPECT_EQ(client_->Get(path, {}, {{"ExtraFieldDescription", "1"}}).json["Z_secteur"]["value"], "Industrie");
  EXPECT_EQ(client_->Get(path).json["Z_interets"], (nlohmann::json{1, 3}));
}

TEST_F(SsmRead, SearchCanLagBehindWrites) {
  Act("set", {{"search-lag-ms", 5000}});
  const auto id = CreateAccount("Tardif");
  EXPECT_EQ(Ids("accounts", {{"where", "name = 'Tardif'"}}).size(), 0u);
  EXPECT_EQ(client_->Record("accounts", id)["name"], "Tardif");
  Pass(5000);
  EXPECT_THAT(Ids("accounts", {{"where", "name = 'Tardif'"}}), ElementsAre(id));
}

TEST_F(SsmRead, AnUnknownIdIsA400) {
  EXPECT_EQ(client_->Get("/accounts/77").status, 400);
  EXPECT_EQ(client_->Get("/accounts/abc").status, 400);
}

}  // namespace
}  // namespace entente::sandbox
