#include "gmock/gmock.h"
#include "tests/sandbox/ssm_client.h"

namespace entente::sandbox {
namespace {

using testing::HasSubstr;

class SsmWrite : public SsmTest {
 protected:
  std::string Path(const char* resource, std::int64_t id) { return std::string("/") + resource + "/" + std::to_string(id); }
};

TEST_F(SsmWrite, ACreateAnswersMessageAndIdAndNoRecord) {
  const Reply reply = client_->Post("/accounts", Account("Huet"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.json.contains("Message"));
  EXPECT_EQ(reply.json.size(), 2u);
}

TEST_F(SsmWrite, DatesFollowTheLifeOfARecord) {
  const auto id = CreateAccount("Huet");
  auto row = client_->Record("accounts", id);
  EXPECT_EQ(row["dateCreated"], "2026-01-01T08:00:00Z");
  EXPECT_TRUE(row["dateUpdated"].is_null());

  Pass(1120);
  EXPECT_EQ(client_->Put(Path("accounts", id), {{"city", "Brest"}}).status, 200);
  row = client_->Record("accounts", id);
  EXPECT_EQ(row["dateUpdated"], "2026-01-01T08:00:01.12Z");
  EXPECT_EQ(row["name"], "Huet") << "a PUT is partial";

  Pass(1000);
  EXPECT_EQ(client_->Delete(Path("accounts", id)).status, 200);
  row = client_->Record("accounts", id);
  EXPECT_EQ(row["dateDeleted"], "2026-01-01T08:00:02.12Z");
  EXPECT_EQ(row["dateUpdated"], "2026-01-01T08:00:01.12Z") << "a delete leaves dateUpdated alone";
  EXPECT_EQ(row["deleted"], true);
  EXPECT_EQ(client_->Get("/accounts").json.size(), 1u) << "deleted rows are in the lists";
}

TEST_F(SsmWrite, ADeletedRecordTakesNoWriteAndDoesNotComeBack) {
  const auto id = CreateAccount("Huet");
  client_->Delete(Path("accounts", id));
  EXPECT_EQ(client_->Put(Path("accounts", id), {{"city", "Brest"}}).status, 400);
  EXPECT_EQ(client_->Put(Path("accounts", id), {{"deleted", false}}).status, 400);
  EXPECT_EQ(client_->Delete(Path("accounts", id)).status, 400);
}

TEST_F(SsmWrite, WhatIsMissingOrUnknownIsA400) {
  EXPECT_EQ(client_->Post("/accounts", {{"name", "Huet"}}).status, 400) << "branchId is required";
  auto body = Account("Huet");
  body["statusId"] = 999999;
  EXPECT_THAT(client_->Post("/accounts", body).body, HasSubstr("statusId"));
  body["statusId"] = {{"id", client_->Listed("accountStatuses", "Client")}};
  EXPECT_EQ(client_->Post("/accounts", body).status, 400) << "a reference is written as a bare integer";
  body = Account("Huet");
  body["nothing"] = 1;
  EXPECT_EQ(client_->Post("/accounts", body).status, 400);
  body = Account(std::string(201, 'x'));
  EXPECT_EQ(client_->Post("/accounts", body).status, 400);
  EXPECT_EQ(client_->Send("POST", "/accounts", "{not json").status, 400);
  EXPECT_EQ(client_->Put("/accounts/77", {{"city", "Brest"}}).status, 400);
  EXPECT_EQ(client_->Post("/accountStatuses", {{"descriptionFR", "x"}}).status, 400);
}

TEST_F(SsmWrite, LengthsCountCharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "é";
  EXPECT_EQ(client_->Post("/accounts", Account(name)).status, 200);
}

TEST_F(SsmWrite, ADuplicateForeignKeyIsAccepted) {
  auto body = Account("Huet");
  body["extId"] = "CL1";
  EXPECT_NE(Create("accounts", body), Create("accounts", body));
  EXPECT_EQ(client_->Get("/accounts", {{"where", "extId = 'CL1'"}}).json.size(), 2u);
}

TEST_F(SsmWrite, DecimalsStayExact) {
  const Reply created = client_->Send("POST", "/products", R"({"model":"Vis","price":0.100000000000000006,"stock":12.250})");
  ASSERT_EQ(created.status, 200) << created.body;
  const Reply read = client_->Get(Path("products", created.json["id"].get<std::int64_t>()));
  EXPECT_THAT(read.body, HasSubstr("\"price\":0.100000000000000006"));
  EXPECT_THAT(read.body, HasSubstr("\"stock\":12.25,"));
}

TEST_F(SsmWrite, AnExponentIsTheSameNumber) {
  const Reply created = client_->Send("POST", "/products", R"({"model":"Vis","price":1.25e2,"cost":5E-3})");
  ASSERT_EQ(created.status, 200) << created.body;
  const auto row = client_->Record("products", created.json["id"].get<std::int64_t>());
  EXPECT_EQ(row["price"], 125);
  EXPECT_EQ(row["cost"], "0.005");
}

TEST_F(SsmWrite, ATenantMayTakeIntegersOnly) {
  SsmOptions options;
  options.integer_quantities = true;
  Start(options);
  EXPECT_EQ(client_->Get("/products/schema").json["properties"]["stock"]["type"], "integer");
  EXPECT_EQ(client_->Send("POST", "/products", R"({"model":"Vis","stock":12.5})").status, 400);
  EXPECT_EQ(client_->Send("POST", "/products", R"({"model":"Vis","stock":12})").status, 200);
}

TEST_F(SsmWrite, WhatClearsAFieldCanBeSwitched) {
  auto body = Account("Huet");
  body["city"] = "Brest";
  const auto id = Create("accounts", body);
  Act("set", {{"clear-by-null", false}, {"clear-by-empty", false}});
  client_->Put(Path("accounts", id), {{"city", nullptr}});
  client_->Put(Path("accounts", id), {{"city", ""}});
  EXPECT_EQ(client_->Record("accounts", id)["city"], "Brest");
  Act("set", {{"clear-by-empty", true}});
  client_->Put(Path("accounts", id), {{"city", ""}});
  EXPECT_EQ(client_->Record("accounts", id)["city"], "");
  Act("set", {{"clear-by-null", true}});
  client_->Put(Path("accounts", id), {{"city", nullptr}});
  EXPECT_TRUE(client_->Record("accounts", id)["city"].is_null());
}

TEST_F(SsmWrite, ABulkAnswersItemByItem) {
  nlohmann::json items = nlohmann::json::array();
  items.push_back({{"guid", "a"}, {"data", Account("A")}});
  items.push_back({{"guid", "b"}, {"data", {{"name", "without a branch"}}}});
  items.push_back({{"guid", "c"}, {"data", Account("C")}});
  const Reply created = client_->Post("/accounts/bulk", items);
  ASSERT_EQ(created.status, 200);
  ASSERT_EQ(created.json.size(), 3u);
  EXPECT_EQ(created.json[0]["code"], 1);
  EXPECT_NE(created.json[1]["code"], 1);
  EXPECT_EQ(created.json[1]["guid"], "b");
  EXPECT_EQ(created.json[2]["code"], 1) << "one bad item does not stop the others";

  const auto a = created.json[0]["id"].get<std::int64_t>();
  const Reply changed = client_->Put("/accounts/bulk", {{{"guid", "a"}, {"id", a}, {"data", {{"city", "Brest"}}}}});
  EXPECT_EQ(changed.json[0]["code"], 1);
  EXPECT_EQ(client_->Record("accounts", a)["city"], "Brest");
  const Reply deleted = client_->Send("DELETE", "/accounts/bulk", nlohmann::json{{{"guid", "a"}, {"id", a}}, {{"guid", "x"}, {"id", 5}}}.dump());
  EXPECT_EQ(deleted.json[0]["code"], 1);
  EXPECT_NE(deleted.json[1]["code"], 1);
  EXPECT_EQ(client_->Record("accounts", a)["deleted"], true);
}

TEST_F(SsmWrite, ABulkHasItsLargestSize) {
  const auto items = [](int count, const nlohmann::json& data) {
    nlohmann::json out = nlohmann::json::array();
    for (int i = 0; i < count; ++i) out.push_back({{"guid", std::to_string(i)}, {"data", data}});
    return out;
  };
  EXPECT_EQ(client_->Post("/products/bulk", items(100, {{"model", "Vis"}})).status, 200);
  EXPECT_EQ(client_->Post("/products/bulk", items(101, {{"model", "Vis"}})).status, 400);
  EXPECT_EQ(client_->Post("/accounts/bulk", items(200, Account("A"))).status, 200);
  EXPECT_EQ(client_->Post("/accounts/bulk", items(201, Account("A"))).status, 400);
}

TEST_F(SsmWrite, SalesMarkDeletionsWithOneAndZero) {
  const auto account = CreateAccount("Huet");
  const auto rep = Account("x")["salesRepId1"];
  const nlohmann::json sale = {{"extId", "FA1"}, {"accountId", account}, {"accountExtId", "CL1"}, {"date", "2026-01-05 00:00:00"},
                               {"total", -12}, {"salesRepExtId", "3"}, {"salesRepId", rep}};
  const auto id = Create("sales", sale);
  EXPECT_EQ(client_->Record("sales", id)["date"], "2026-01-05T00:00:00Z");
  EXPECT_EQ(client_->Record("sales", id)["deleted"], 0);
  client_->Put(Path("sales", id), {{"deleted", 1}});
  EXPECT_EQ(client_->Record("sales", id)["deleted"], 1);
  EXPECT_FALSE(client_->Record("sales", id)["dateDeleted"].is_null());
  client_->Put(Path("sales", id), {{"deleted", 0}});
  EXPECT_EQ(client_->Record("sales", id)["deleted"], 0);
}

TEST_F(SsmWrite, DocumentsAreNumberedByTheServer) {
  const auto account = Account("x");
  const nlohmann::json head = {{"reference", "D"}, {"branchId", account["branchId"]}, {"salesRepId", account["salesRepId1"]}};
  const auto first = client_->Record("salesorders", Create("salesorders", head));
  const auto second = client_->Record("salesorders", Create("salesorders", head));
  EXPECT_EQ(second["number"].get<int>(), first["number"].get<int>() + 1);
  EXPECT_EQ(first["year"], 2026);
}

TEST_F(SsmWrite, UsersNeedTheirFieldsANickOfTheirOwnAndALicence) {
  const nlohmann::json user = {{"name", "Anne"}, {"lastName", "Roux"}, {"email", "anne@x.example"}, {"nic", "anne"}, {"phone", "0612345678"},
                               {"idPrefix", client_->Listed("countries", "France")}, {"branches", {client_->Listed("branches", "Siège")}},
                               {"dbLanguage", "FR"}, {"uiLanguage", "EN"}};
  const auto id = Create("users", user);
  EXPECT_EQ(client_->Record("users", id)["isActive"], true);
  EXPECT_EQ(client_->Post("/users", user).status, 400) << "nic is taken";
  Act("set", {{"user-licences", 2}, {"refuse-french", true}});
  auto second = user;
  second["nic"] = "anne2";
  EXPECT_EQ(client_->Post("/users", second).status, 400) << "FR is refused";
  second["dbLanguage"] = "EN";
  EXPECT_EQ(client_->Post("/users", second).status, 400) << "no licence is left";
  second["isActive"] = false;
  EXPECT_EQ(client_->Post("/users", second).status, 200);
}

}  // namespace
}  // namespace entente::sandbox
