#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/scenarios/rows.h"

// The matrix, directions as data, and users.
namespace entente::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::string ReadText(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> FeedsOf(SsmWorld& world, Side side) {
  SessionInfo session = world.system(side).Describe(99);
  // A connector that offers more than the pack asks for.
  session.resources["warehouse"] = ResourceInfo{.name = "warehouse", .fields = {}};
  std::vector<std::string> feeds;
  for (const auto& feed : world.machine().OpenSession(session).feeds) feeds.push_back(feed.resource);
  return feeds;
}

TEST(SsmPack, SSM_01_TheMatrixHasSevenRowsAndTheEngineFeedsThemAlone) {
  SsmWorld world;
  PackDescription description = DescribePack(world.pack());
  std::vector<std::string> rows;
  for (const auto& row : description.matrix) rows.push_back(row.name);
  EXPECT_THAT(rows, UnorderedElementsAre("users", "customers", "prospects", "contacts", "products", "quotes", "invoices"));
  // The golden holds what the rows say; hash and parameters have tests of their own.
  description.hash.clear();
  description.parameters.clear();
  EXPECT_EQ(ToJson(description) + "\n", ReadText(std::string(ENTENTE_SOURCE_DIR) + "/tests/scenarios/ssm_matrix.golden.json"))
      << "the matrix changed: if that is meant, put what stands on the left into the golden file";

  EXPECT_THAT(FeedsOf(world, Side::kLeft),
              UnorderedElementsAre("collaborator", "party", "contact", "article", "quote", "invoice", "family", "price_category", "price"));
  EXPECT_THAT(FeedsOf(world, Side::kRight),
              UnorderedElementsAre("users", "accounts", "contacts", "products", "quotes", "invoices", "productFamilies", "rates", "productRates"));
}

// The rules of the house in a folder of the test, with one text replaced.
std::string EditedPack(const std::string& name, const std::string& file, const std::string& text, const std::string& by) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(::testing::TempDir()) / ("entente_" + name + "_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()));
  fs::remove_all(folder);
  fs::copy(fs::path(ENTENTE_SOURCE_DIR) / "rules", folder, fs::copy_options::recursive);
  const fs::path path = folder / "ssm" / file;
  std::string content = ReadText(path);
  const std::size_t at = content.find(text);
  EXPECT_NE(at, std::string::npos);
  if (at != std::string::npos) content.replace(at, text.size(), by);
  std::ofstream(path) << content;
  return (folder / "ssm").string();
}

std::string DirectionOf(const Pack& pack, const std::string& row_name) {
  for (const auto& row : DescribePack(pack).matrix) {
    if (row.name == row_name) return row.direction;
  }
  return "";
}

TEST(SsmPack, SSM_02_DirectionsAreDataOfThePack) {
  const std::string flipped = EditedPack("ssm_02", "party.yaml", "        when: \"true\"\n        direction: sage -> ssm\n        foreign_edit: ${customers_foreign_edits}\n",
                                         "        when: \"true\"\n        direction: both\n");
  for (const bool is_flipped : {false, true}) {
    SsmWorld world({}, is_flipped ? flipped : "");
    EXPECT_EQ(DirectionOf(world.pack(), "customers"), is_flipped ? "both" : "sage -> ssm");
    world.SageParty("CARAT", "Carat S.A.", false, {{"CT_Ville", "Lyon"}});
    world.FirstLoad();
    const std::string account = world.CrmByExtId("accounts", "CARAT");
    world.crm().Edit("accounts", account, {{"city", "Grenoble"}});
    ASSERT_TRUE(world.Settle());
    const Value city(is_flipped ? "Grenoble" : "Lyon");
    EXPECT_EQ(world.crm().Field("accounts", account, "city"), city) << world.Story();
    EXPECT_EQ(world.sage().Field("party", "CARAT", "CT_Ville"), city) << world.Story();
    ExpectSecondPassWritesNothing(world);
  }
  std::filesystem::remove_all(std::filesystem::path(flipped).parent_path());
}

// ------------------------------------------------------------------------------------------------ users

// A collaborator who is a user of the CRM; the user's key.
std::string KnownSeller(SsmWorld& world) {
  world.SageCollaborator("7", "Anne", "Durand", "anne@example.com");
  world.FirstLoad();
  EXPECT_TRUE(world.Settle());
  world.ResetCounts();
  return world.Partner(Side::kLeft, "collaborator", "7");
}

TEST(SsmPack, SSM_03_UsersGoFromSageToTheCrmOnly) {
  SsmWorld world;
  const std::string user = KnownSeller(world);
  ASSERT_FALSE(user.empty()) << world.Story();
  world.sage().Edit("collaborator", "7", {{"CO_Nom", "Martin"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("users", user, "lastName"), Value("Martin")) << world.Story();

  world.crm().Edit("users", user, {{"lastName", "Petit"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().counts().writes(), 0);
  EXPECT_EQ(world.sage().Field("collaborator", "7", "CO_Nom"), Value("Martin"));
  EXPECT_EQ(world.crm().Field("users", user, "lastName"), Value("Petit"));
  const auto drift = world.Items("drift");
  ASSERT_EQ(drift.size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(drift[0].details, "field"), Value("last_name"));
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(world.Items("drift", false).size(), 1u) << "recorded once";
}

TEST(SsmPack, SSM_03_ACollaboratorWhoLeavesIsDeactivatedAfterApproval) {
  SsmWorld world;
  const std::string user = KnownSeller(world);
  world.sage().Delete("collaborator", "7");
  world.RunFor(absl::Minutes(15));
  EXPECT_EQ(world.writes(), 0) << world.Story();
  ASSERT_EQ(world.Items("approve_delete").size(), 1u) << world.Story();
  ASSERT_TRUE(world.Resolve("approve_delete", "approve").status.ok());
  ASSERT_TRUE(world.Settle());
  ASSERT_NE(world.crm().Find("users", user), nullptr) << "nobody is deleted";
  EXPECT_EQ(world.crm().Field("users", user, "isActive"), Value(false)) << world.Story();
  EXPECT_TRUE(world.Items("approve_delete").empty());
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_03_WhoCameBackLeavesAgainOnlyAfterAnotherApproval) {
  SsmWorld world;
  const std::string user = KnownSeller(world);
  const Fields seller = world.sage().Find("collaborator", "7")->fields;
  world.sage().Delete("collaborator", "7");
  world.RunFor(absl::Minutes(15));
  ASSERT_TRUE(world.Resolve("approve_delete", "approve").status.ok());
  ASSERT_TRUE(world.Settle());
  world.sage().Create("collaborator", seller, "7");
  ASSERT_TRUE(world.Settle());
  ASSERT_EQ(world.crm().Field("users", user, "isActive"), Value(true)) << world.Story();

  world.sage().Delete("collaborator", "7");
  world.RunFor(absl::Minutes(15));
  EXPECT_EQ(world.Items("approve_delete").size(), 1u) << world.Story();
  EXPECT_EQ(world.crm().Field("users", user, "isActive"), Value(true)) << world.Story();
}

TEST(SsmPack, SSM_03_AnApprovalHoldsUntilItIsCarriedOut) {
  SsmWorld world;
  const std::string user = KnownSeller(world);
  world.sage().Delete("collaborator", "7");
  world.RunFor(absl::Minutes(15));
  int failures = 2;
  world.crm().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || failures-- <= 0) return std::nullopt;
    OperationResult away;
    away.kind = OperationResult::Kind::kFailure;
    away.failure = FailureClass::kAgain;
    away.code = "UNAVAILABLE";
    return away;
  };
  ASSERT_TRUE(world.Resolve("approve_delete", "approve").status.ok());
  world.crm().Edit("users", user, {{"lastName", "Autre"}});
  ASSERT_TRUE(world.Settle());

  EXPECT_EQ(world.crm().Field("users", user, "isActive"), Value(false)) << world.Story();
  EXPECT_TRUE(world.Items("approve_delete").empty()) << "nobody is asked twice";
}

TEST(SsmPack, SSM_04_TheFirstSetOfUsersIsCreatedAfterOneApproval) {
  SsmWorld world;
  for (int i = 1; i <= 12; ++i) {
    const std::string number = std::to_string(i);
    world.SageCollaborator(number, "Prénom " + number, "Nom " + number, "user" + number + "@example.com");
  }
  world.FirstLoad(false);
  EXPECT_EQ(world.crm().CountLive("users"), 1u) << "without the approval none";
  ASSERT_EQ(world.Items("approve_creates").size(), 1u) << world.Story();
  const WorkItem item = world.Items("approve_creates").front();
  EXPECT_EQ(item.entity, "user");
  EXPECT_EQ(FieldOf(item.details, "count"), Value(12)) << "the licences it takes";
  EXPECT_THAT(item.message_en, HasSubstr("licence"));
  EXPECT_TRUE(world.Items("awaiting_invite", false).empty());
  ExpectSecondPassWritesNothing(world);

  ASSERT_TRUE(world.Resolve("approve_creates", "approve").status.ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().CountLive("users"), 13u) << world.Story();
  const std::string user = world.Partner(Side::kLeft, "collaborator", "3");
  EXPECT_EQ(world.crm().Field("users", user, "email"), Value("user3@example.com"));
  EXPECT_EQ(world.crm().Field("users", user, "nic"), Value("user3"));
  EXPECT_EQ(world.crm().Field("users", user, "extId"), Value("3"));
  const auto decided = Told(world, world.LinkOf(Side::kLeft, "collaborator", "3")->id, "decided");
  ASSERT_FALSE(decided.empty());
  EXPECT_EQ(FieldOf(decided.front().details, "reason"), Value("first_load")) << "marked as first load";
  EXPECT_TRUE(world.Items("approve_creates").empty());

  world.ResetCounts();
  world.FirstLoad();
  EXPECT_EQ(world.crm().counts().creates, 0) << "a second first load";
  EXPECT_EQ(world.crm().CountLive("users"), 13u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_04_UsersThatExistAreLinkedFirst) {
  SsmWorld world;
  world.SageCollaborator("1", "Anne", "Durand", "anne@example.com");
  world.SageCollaborator("2", "Luc", "Petit", "luc@example.com");
  const std::string anne = world.crm().Create("users", {{"name", "Anne"}, {"lastName", "Durand"}, {"email", "Anne@Example.com"}, {"nic", "ad"}});
  world.FirstLoad(false);
  EXPECT_EQ(world.Partner(Side::kLeft, "collaborator", "1"), anne) << world.Story();
  EXPECT_EQ(world.crm().Field("users", anne, "nic"), Value("ad")) << "a login does not change";
  ASSERT_EQ(world.Items("approve_creates").size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(world.Items("approve_creates").front().details, "count"), Value(1));
  ASSERT_TRUE(world.Resolve("approve_creates", "reject").status.ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().CountLive("users"), 2u);
  EXPECT_EQ(world.Items("awaiting_invite").size(), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_05_ALaterCollaboratorIsInvitedByHand) {
  SsmWorld world;
  KnownSeller(world);
  const std::size_t users = world.crm().CountLive("users");
  world.SageCollaborator("13", "Zoé", "Noël", "zoe@example.com");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().counts().creates, 0) << world.Story();
  ASSERT_EQ(world.Items("awaiting_invite").size(), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(world.Items("awaiting_invite", false).size(), 1u);

  const std::string zoe = world.crm().Create("users", {{"name", "Zoé"}, {"lastName", "Noël"}, {"email", "ZOE@example.com"}, {"nic", "zn"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.Partner(Side::kLeft, "collaborator", "13"), zoe) << world.Story();
  EXPECT_EQ(world.crm().Field("users", zoe, "extId"), Value("13"));
  EXPECT_TRUE(world.Items("awaiting_invite").empty()) << world.Story();
  EXPECT_EQ(world.crm().CountLive("users"), users + 1);
  EXPECT_EQ(world.crm().counts().creates, 0);
  EXPECT_EQ(world.sage().counts().writes(), 0);
  ExpectSecondPassWritesNothing(world);
}

// ------------------------------------------------------------------------------------------------ e-mail and licences

TEST(SsmPack, C_SSM_08_TwoCollaboratorsWithOneEmailAreAWorkItem) {
  SsmWorld world;
  world.SageCollaborator("1", "Anne", "Durand", "vente@example.com");
  world.SageCollaborator("2", "Luc", "Petit", "Vente@Example.com");
  world.SageCollaborator("3", "Eva", "Roy", "");
  const std::string user = world.crm().Create("users", {{"name", "Vente"}, {"lastName", "Vente"}, {"email", "VENTE@example.com"}, {"nic", "vente"}});
  world.FirstLoad();
  EXPECT_EQ(world.Partner(Side::kRight, "users", user), "") << "no automatic link";
  EXPECT_EQ(world.crm().CountLive("users"), 2u) << "and nobody made";
  EXPECT_FALSE(world.Items("ambiguous_match").empty()) << world.Story();
  EXPECT_EQ(world.Items("email_missing").size(), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);

  // Corrected in Sage, the first is the user; the second is a newcomer.
  world.sage().Edit("collaborator", "2", {{"CO_EMail", "luc@example.com"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.Partner(Side::kLeft, "collaborator", "1"), user) << world.Story();
  EXPECT_TRUE(world.Items("ambiguous_match").empty()) << world.Story();
  EXPECT_EQ(world.Items("awaiting_invite").size(), 1u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("users"), 2u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, C_SSM_08_OneEmailForTwoMakesNoUserEither) {
  SsmWorld world;
  world.SageCollaborator("1", "Anne", "Durand", "vente@example.com");
  world.SageCollaborator("2", "Luc", "Petit", "Vente@Example.com");
  world.FirstLoad();
  EXPECT_EQ(world.crm().CountLive("users"), 1u) << world.Story();
  EXPECT_EQ(world.Items("doubled_match_key").size(), 2u) << world.Story();
  ExpectSecondPassWritesNothing(world);
  // One more of that name arrives when one of them is a user.
  world.sage().Edit("collaborator", "2", {{"CO_EMail", "luc@example.com"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(world.Items("doubled_match_key").empty()) << world.Story();
  EXPECT_EQ(world.Items("awaiting_invite").size(), 2u) << world.Story();
  world.crm().Create("users", {{"name", "Anne"}, {"lastName", "Durand"}, {"email", "vente@example.com"}, {"nic", "ad"}});
  ASSERT_TRUE(world.Settle());
  world.SageCollaborator("3", "Eva", "Roy", "vente@example.com");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.Items("doubled_match_key").size(), 1u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("users"), 2u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, C_SSM_08_NoUserBeyondTheLicences) {
  SsmWorld world(Parameters{{"licences_max", "5"}});
  for (int i = 1; i <= 5; ++i) {
    const std::string number = std::to_string(i);
    world.SageCollaborator(number, "Prénom " + number, "Nom " + number, "user" + number + "@example.com");
  }
  int calls = 0;
  world.crm().fail = [&calls](const OperationOut& operation) -> std::optional<OperationResult> {
    calls += operation.kind == OperationKind::kWrite && operation.verb == Verb::kCreate && operation.resource == "users";
    return std::nullopt;
  };
  world.FirstLoad(false);
  ASSERT_EQ(world.Items("approve_creates").size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(world.Items("approve_creates").front().details, "count"), Value(5));
  EXPECT_EQ(FieldOf(world.Items("approve_creates").front().details, "max"), Value(5));
  EXPECT_EQ(FieldOf(world.Items("approve_creates").front().details, "used"), Value(1)) << "the admin user takes one";
  world.Resolve("approve_creates", "approve");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().CountLive("users"), 5u) << world.Story();
  EXPECT_EQ(calls, 4) << "the sixth is refused before the call";
  const auto items = world.Items("licences_used_up");
  ASSERT_EQ(items.size(), 1u) << world.Story();
  EXPECT_EQ(FieldOf(items[0].details, "used"), Value(5));
  EXPECT_EQ(FieldOf(items[0].details, "max"), Value(5));
  EXPECT_THAT(items[0].message_en, HasSubstr("Free a licence"));
  ExpectSecondPassWritesNothing(world);

  // An engine that starts anew still knows.
  world.Restart();
  world.ConnectBoth();
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(calls, 4) << world.Story();

  // A licence is freed: whoever waited comes in.
  world.crm().Edit("users", world.Partner(Side::kLeft, "collaborator", "1"), {{"isActive", false}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(calls, 5) << world.Story();
  EXPECT_EQ(world.crm().CountLive("users"), 6u);
  EXPECT_TRUE(world.Items("licences_used_up").empty()) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, C_SSM_08_WakingAUserTakesALicenceToo) {
  SsmWorld world(Parameters{{"licences_max", "2"}});
  const std::string user = KnownSeller(world);
  world.sage().Edit("collaborator", "7", {{"CO_Sommeil", 1}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.writes(), 0) << "nobody is locked out unasked";
  ASSERT_TRUE(world.Resolve("approve_change", "approve").status.ok()) << world.Story();
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("users", user, "isActive"), Value(false)) << world.Story();
  // Somebody else takes the licence.
  world.crm().Create("users", {{"name", "Luc"}, {"lastName", "Petit"}, {"email", "luc@example.com"}, {"nic", "lp"}});
  ASSERT_TRUE(world.Settle());
  world.sage().Edit("collaborator", "7", {{"CO_Sommeil", 0}});
  world.ResetCounts();
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.writes(), 0) << world.Story();
  EXPECT_EQ(world.Items("licences_used_up").size(), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

// ------------------------------------------------------------------------------------------------ intervals

// A contact typed right after a poll of contacts, the first after `interval` from the connection.
struct Typed {
  std::string contact;
  absl::Time polled;
};

Typed TypeAfterPoll(SsmWorld& world, absl::Duration interval) {
  const absl::Time connected = world.now();
  world.SageParty("PROS1", "Prospect Un", true);
  world.FirstLoad();
  world.RunFor(connected + interval - world.now());
  Typed typed;
  typed.polled = world.now();
  typed.contact = world.SageContact("PROS1", "Durand", "Anne");
  return typed;
}

TEST(SsmPack, C_SSM_02_ContactsAreReadEveryFifteenMinutes) {
  SsmWorld world;
  const Typed typed = TypeAfterPoll(world, absl::Minutes(15));
  world.RunFor(absl::Minutes(15) - absl::Seconds(1));
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u) << "at 14:59";
  world.RunFor(absl::Seconds(1));
  EXPECT_EQ(world.now() - typed.polled, absl::Minutes(15));
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, C_SSM_02_TheIntervalIsAParameter) {
  SsmWorld world(Parameters{{"contacts_interval", "2m"}});
  TypeAfterPoll(world, absl::Minutes(2));
  world.RunFor(absl::Minutes(2) - absl::Seconds(1));
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u) << "at 1:59";
  world.RunFor(absl::Seconds(1));
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

}  // namespace
}  // namespace entente::testing
