#include <filesystem>

#include "gmock/gmock.h"
#include "tests/sandbox/ssm_client.h"

namespace entente::sandbox {
namespace {

class SsmUser : public SsmTest {};

TEST_F(SsmUser, ARecordMadeByAUserHasTheUsualValues) {
  const auto made = Act("create", {{"resource", "accounts"}, {"fields", {{"name", "Huet"}, {"statusId", "Prospect"}, {"countryId", "France"}}}});
  EXPECT_EQ(made["statusId"]["value"], "Prospect");
  EXPECT_EQ(made["branchId"]["value"], "Siège");
  EXPECT_TRUE(made["dateUpdated"].is_null());
}

TEST_F(SsmUser, AnInvitedUserNeedsANameAndAnAddress) {
  const auto user = Act("create", {{"args", {"users"}}, {"name", "Anne"}, {"lastName", "Roux"}, {"email", "anne.roux@x.example"}});
  EXPECT_EQ(user["nic"], "anne.roux");
  EXPECT_EQ(user["isActive"], true);
}

TEST_F(SsmUser, AnEditSetsDateUpdatedAndWhoDidIt) {
  const auto id = CreateAccount("Huet");
  Pass(5000);
  const auto edited = Act("edit", {{"args", {"accounts", std::to_string(id)}}, {"city", "Brest"}});
  EXPECT_EQ(edited["city"], "Brest");
  EXPECT_EQ(edited["dateUpdated"], "2026-01-01T08:00:05Z");
  EXPECT_EQ(edited["salesRepIdUpdated"]["description"], "Admin Estuaire");
}

TEST_F(SsmUser, WhoReadAndWroteARecordIsKeptInOrder) {
  const auto id = CreateAccount("Huet");
  const auto other = CreateAccount("Le Goff");
  const std::string path = "/accounts/" + std::to_string(id);
  const auto before = Act("accesses", {{"args", {"accounts", std::to_string(id)}}})["last"];
  client_->Get(path);
  Act("edit", {{"args", {"accounts", std::to_string(id)}}, {"city", "Brest"}});
  client_->Get("/accounts", {{"where", "id = " + std::to_string(other)}});
  client_->Put(path, {{"city", "Lyon"}});

  const auto answer = Act("accesses", {{"args", {"accounts", std::to_string(id)}}, {"after", before}});
  std::string told;
  for (const auto& access : answer["accesses"]) {
    told += access["by"].get<std::string>() + " " + access["verb"].get<std::string>() + "; ";
  }

  EXPECT_EQ(told, "api read; user update; api update; ");
}

TEST_F(SsmUser, ALockedRecordRefusesUsersButNotTheApi) {
  auto body = Account("Huet");
  body["readOnly"] = true;
  const auto id = Create("accounts", body);
  EXPECT_EQ(sandbox_->Act("edit", {{"resource", "accounts"}, {"id", id}, {"fields", {{"city", "Brest"}}}}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(sandbox_->Act("delete", {{"resource", "accounts"}, {"id", id}}).status().code(), absl::StatusCode::kFailedPrecondition);
  const std::string path = "/accounts/" + std::to_string(id);
  EXPECT_EQ(client_->Put(path, {{"city", "Brest"}}).status, 200);
  Act("set", {{"api-respects-locks", true}});
  EXPECT_EQ(client_->Put(path, {{"city", "Lyon"}}).status, 400);
}

TEST_F(SsmUser, ABlockedQuoteRefusesUsers) {
  const auto quote = Act("create", {{"resource", "salesorders"}, {"fields", {{"reference", "D1"}}}});
  EXPECT_EQ(quote["statusId"]["value"], "Brouillon – En attente");
  const auto id = quote["id"];
  client_->Put("/salesorders/" + std::to_string(id.get<std::int64_t>()), {{"blocked", true}});
  EXPECT_FALSE(sandbox_->Act("edit", {{"resource", "salesorders"}, {"id", id}, {"fields", {{"comment", "x"}}}}).ok());
}

TEST_F(SsmUser, RecordsAreFoundByForeignKeyAndReferencesToo) {
  auto body = Account("Huet");
  body["extId"] = "CL1";
  const auto id = Create("accounts", body);
  EXPECT_EQ(Act("get", {{"args", {"accounts", "@CL1"}}})["id"], id);
  const auto contact = Act("create", {{"args", {"contacts"}}, {"firstName", "Anne"}, {"lastName", "Roux"}, {"accountId", "@CL1"}});
  EXPECT_EQ(contact["accountId"]["id"], id);
  EXPECT_EQ(Act("list", {{"args", {"contacts"}}, {"where", "lastName = 'Roux'"}}).size(), 1u);
}

TEST_F(SsmUser, ATellingMistakeIsAnswered) {
  EXPECT_EQ(sandbox_->Act("dance", {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(sandbox_->Act("get", {{"resource", "accounts"}, {"id", 5}}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(sandbox_->Act("set", {{"nothing", 1}}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(sandbox_->Act("set", {{"page-max", "many"}}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SsmUser, ADumpBringsEverythingBack) {
  const std::string file = testing::TempDir() + "/ssm_dump_" + std::to_string(::getpid()) + ".json";
  Start({}, CompanySize::kSmall);
  const auto before = Act("list", {{"resource", "contacts"}});
  Act("dump", {{"file", file}});
  SsmOptions options;
  options.resume_file = file;
  Start(options, CompanySize::kEmpty);
  EXPECT_EQ(Act("list", {{"resource", "contacts"}}), before);
  EXPECT_GT(CreateAccount("Nouveau"), 0);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace entente::sandbox
