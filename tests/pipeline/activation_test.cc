#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/pipeline/adoption.h"
#include "tests/support/ssm_world.h"

namespace entente::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kCapitals[] = R"yaml(entities:
  party:
    fields:
      city:
        direction: sage -> ssm
        sage: {field: ~, lens: ~, formula: "upper(coalesce(sage.CT_Ville, ''))"}
)yaml";
constexpr char kNickname[] = "entities:\n  party:\n    fields:\n      nickname: {sage: CT_Statistique10, ssm: phone3}\n";

class ActivationTest : public ::testing::Test {
 protected:
  ActivationTest() {
    world_.SageParty("ACME", "Acme", false, {{"CT_Ville", "Vannes"}});
    world_.SageParty("PROS", "Prospère", true, {{"CT_Ville", "Lorient"}});
    world_.SageContact("PROS", "Durand", "Anne");
    world_.FirstLoad();
    world_.ResetCounts();
  }
  std::string City(const std::string& code) { return world_.crm().Field("accounts", world_.CrmByExtId("accounts", code), "city").ToDisplay(); }

  SsmWorld world_;
};

TEST_F(ActivationTest, TheNewRulesHoldForWhatWasThereBefore) {
  ASSERT_TRUE(world_.Activate(OverlaidRules(kCapitals)).ok());
  world_.Settle();

  EXPECT_EQ(City("ACME"), "VANNES");
  EXPECT_EQ(City("PROS"), "LORIENT");
  EXPECT_EQ(world_.writes(), 2);
  EXPECT_EQ(world_.status().pack, "try");
  EXPECT_EQ(world_.status().adopting, 0u);
}

TEST_F(ActivationTest, ThatChangesNoRecordWritesAndReadsNothing) {
  const std::uint64_t generation = world_.status().generation;
  ASSERT_TRUE(world_.Activate(OverlaidRules("entities:\n  party:\n    label: {fr: Comptes, en: Accounts of ours}\n")).ok());
  world_.Drain();

  EXPECT_EQ(world_.writes(), 0);
  EXPECT_EQ(world_.sage().counts().listings + world_.crm().counts().listings, 0);
  EXPECT_EQ(world_.status().generation, generation + 1);
}

TEST_F(ActivationTest, WhatIsReadAgainIsNoChange) {
  ASSERT_TRUE(world_.Activate(OverlaidRules("entities:\n  party:\n    label: {fr: Comptes, en: Accounts of ours}\n")).ok());
  world_.Drain();
  const auto before = world_.LinkOf(Side::kLeft, "party", "ACME");
  const std::int64_t changes = world_.status().counters["changes.content"];
  world_.Advance(absl::Hours(1));
  world_.Reconcile();

  EXPECT_EQ(world_.status().counters["changes.content"], changes);
  const auto after = world_.LinkOf(Side::kLeft, "party", "ACME");
  EXPECT_EQ(after->members[Side::kLeft].seen_micros, before->members[Side::kLeft].seen_micros);
}

TEST_F(ActivationTest, WithTrafficLosesNothing) {
  world_.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world_.crm().Edit("accounts", world_.CrmByExtId("accounts", "PROS"), {{"address1", "Quai 1"}});
  world_.Poll();
  world_.Step();
  ASSERT_TRUE(world_.Activate(OverlaidRules(kCapitals)).ok());
  world_.sage().Edit("party", "PROS", {{"CT_Ville", "Auray"}});
  world_.SageParty("NEUF", "Nouveau", false, {{"CT_Ville", "Rennes"}});
  world_.Settle();

  EXPECT_EQ(City("ACME"), "BREST");
  EXPECT_EQ(City("PROS"), "AURAY");
  EXPECT_EQ(City("NEUF"), "RENNES");
  EXPECT_EQ(world_.sage().Field("party", "PROS", "CT_Adresse"), Value("Quai 1"));
}

TEST_F(ActivationTest, WhatWasDecidedByTheFormerRulesAndNotSentIsDecidedAnew) {
  bool fails = true;
  world_.crm().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
    if (!fails || operation.kind != OperationKind::kWrite) return std::nullopt;
    OperationResult result;
    result.id = operation.id;
    result.kind = OperationResult::Kind::kFailure;
    result.failure = FailureClass::kAgain;
    result.code = "UNAVAILABLE";
    return result;
  };
  world_.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world_.Poll();
  world_.Drain();
  ASSERT_EQ(world_.status().outbox_right, 1u);
  fails = false;
  world_.ResetCounts();
  ASSERT_TRUE(world_.Activate(OverlaidRules(kCapitals)).ok());
  world_.Settle();

  EXPECT_EQ(City("ACME"), "BREST");
  for (const auto& [side, operation] : world_.performed()) EXPECT_NE(FieldOf(operation.fields, "city"), Value("Brest"));
}

TEST_F(ActivationTest, SurvivesAKillBeforeAnythingWasGoneThrough) {
  ASSERT_TRUE(world_.Activate(OverlaidRules(kCapitals)).ok());
  world_.Restart();
  EXPECT_GT(world_.status().adopting, 0u);
  world_.ConnectBoth();
  world_.Settle();

  EXPECT_EQ(City("ACME"), "VANNES");
  EXPECT_EQ(City("PROS"), "LORIENT");
}

TEST_F(ActivationTest, SurvivesAKillAmongItsWrites) {
  world_.KillAfterOperations(1);
  ASSERT_TRUE(world_.Activate(OverlaidRules(kCapitals)).ok());
  world_.Settle();
  ASSERT_TRUE(world_.killed());
  world_.Restart();
  world_.ConnectBoth();
  world_.Settle();
  world_.RunFor(absl::Minutes(5));

  EXPECT_EQ(City("ACME"), "VANNES");
  EXPECT_EQ(City("PROS"), "LORIENT");
}

TEST_F(ActivationTest, AFieldNobodyReadBeforeRestsUntilBothSidesWereRead) {
  world_.sage().Edit("party", "ACME", {{"CT_Statistique10", "A"}});
  world_.crm().Edit("accounts", world_.CrmByExtId("accounts", "PROS"), {{"phone3", "B"}});
  world_.Settle();
  world_.ResetCounts();
  ASSERT_TRUE(world_.Activate(OverlaidRules(kNickname)).ok());
  EXPECT_FALSE(world_.status().unread.empty());
  world_.Settle();

  EXPECT_THAT(world_.status().unread, IsEmpty());
  EXPECT_EQ(world_.sage().counts().listings, 1);
  EXPECT_EQ(world_.crm().Field("accounts", world_.CrmByExtId("accounts", "ACME"), "phone3"), Value("A"));
  EXPECT_EQ(world_.sage().Field("party", "PROS", "CT_Statistique10"), Value("B"));
}

TEST_F(ActivationTest, AFieldFilledOnBothSidesIsNotWrittenOverBlindly) {
  const std::string account = world_.CrmByExtId("accounts", "PROS");
  world_.sage().Edit("party", "PROS", {{"CT_Statistique10", "A"}});
  world_.crm().Edit("accounts", account, {{"phone3", "B"}});
  world_.Settle();
  ASSERT_TRUE(world_.Activate(OverlaidRules(kNickname)).ok());
  world_.Settle();

  // The first meeting of two values: the tie says Sage, and the loser is kept.
  EXPECT_EQ(world_.crm().Field("accounts", account, "phone3"), Value("A"));
  const auto conflicts = world_.Items("conflict", false);
  ASSERT_FALSE(conflicts.empty());
  EXPECT_EQ(FieldOf(conflicts.back().details, "right"), Value("B"));
}

TEST_F(ActivationTest, AKilledEngineStillKnowsWhatWasNotRead) {
  world_.sage().Edit("party", "ACME", {{"CT_Statistique10", "A"}});
  world_.Settle();
  ASSERT_TRUE(world_.Activate(OverlaidRules(kNickname)).ok());
  world_.Restart();
  EXPECT_FALSE(world_.status().unread.empty());
  world_.ConnectBoth();
  world_.Settle();

  EXPECT_THAT(world_.status().unread, IsEmpty());
  EXPECT_EQ(world_.crm().Field("accounts", world_.CrmByExtId("accounts", "ACME"), "phone3"), Value("A"));
}

TEST_F(ActivationTest, OfMatchRulesLinksWhatTheyNowSayIsOne) {
  const std::string born = world_.CrmAccount("Tout autre nom", "Client", {{"phone", "0102030405"}});
  world_.Settle();
  world_.SageParty("NEUF", "Nouveau", false, {{"CT_Telephone", "01 02 03 04 05"}});
  // Not yet seen: the rules change before both sides are read.
  ASSERT_TRUE(world_.Activate(OverlaidRules("entities:\n  party:\n    match:\n      phone: {sage: \"digits(coalesce(sage.CT_Telephone, ''))\", ssm: \"digits(coalesce(ssm.phone, ''))\"}\n")).ok());
  world_.Settle();

  EXPECT_EQ(world_.Partner(Side::kRight, "accounts", born), "NEUF");
}

TEST_F(ActivationTest, OfMatchRulesOverAFieldNobodyReadBeforeLinksByIt) {
  const std::string born = world_.CrmAccount("Tout autre nom", "Client", {{"phone3", "K1"}});
  world_.Settle();
  ASSERT_TRUE(world_.Activate(OverlaidRules(std::string(kNickname) + "    match:\n      nickname: {sage: \"coalesce(sage.CT_Statistique10, '')\", ssm: \"coalesce(ssm.phone3, '')\"}\n")).ok());
  world_.Settle();

  world_.SageParty("NEUF", "Nouveau", false, {{"CT_Statistique10", "K1"}});
  world_.Settle();

  EXPECT_EQ(world_.Partner(Side::kRight, "accounts", born), "NEUF") << world_.Story();
}

TEST_F(ActivationTest, OfAnEntityTheRulesNoMoreHaveLeavesItToItself) {
  ASSERT_TRUE(world_.Activate(OverlaidRules("entities:\n  price: ~\n")).ok());
  world_.Settle();
  EXPECT_EQ(world_.writes(), 0);
}

TEST_F(ActivationTest, OfAnEntityTheRulesNoMoreHaveForgetsWhatItOwes) {
  world_.SageArticle("A1", "Chaise", "10.00");
  world_.Settle();
  const std::string price = world_.sage().Create("price", {{"AR_Ref", Ref("article", "A1")}, {"AC_Categorie", Ref("price_category", "1")}, {"sale_price", Dec("1.40")}});
  world_.crm().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite) return std::nullopt;
    OperationResult result;
    result.kind = OperationResult::Kind::kFailure;
    result.failure = FailureClass::kAgain;
    result.code = "UNAVAILABLE";
    return result;
  };
  world_.Poll();
  world_.Drain();
  ASSERT_TRUE(world_.LinkOf(Side::kLeft, "price", price)->owed[Side::kRight]) << world_.Story();

  ASSERT_TRUE(world_.Activate(OverlaidRules("entities:\n  price: ~\n")).ok());
  world_.Drain();

  EXPECT_FALSE(world_.LinkOf(Side::kLeft, "price", price)->owed[Side::kRight]) << world_.Story();
  EXPECT_EQ(world_.status().outbox_right, 0u);
}

TEST_F(ActivationTest, DeletesThatFollowWaitInTheHold) {
  ASSERT_TRUE(world_.Activate(OverlaidRules("entities:\n  contact:\n    life: {ssm: {create: allowed, delete: block}}\n")).ok());
  world_.Settle();
  const auto contacts = world_.Links("contact");
  ASSERT_EQ(contacts.size(), 1u);
  world_.crm().Delete("contacts", contacts.front().members[Side::kRight].key);
  world_.Settle();
  ASSERT_EQ(world_.sage().counts().deletes, 0);

  ASSERT_TRUE(world_.Activate(OverlaidRules("entities:\n  contact:\n    life: {ssm: {create: allowed, delete: propagate}}\n")).ok());
  world_.Drain();
  EXPECT_EQ(world_.sage().counts().deletes, 0);
  EXPECT_EQ(world_.Items("held_delete").size(), 1u);
  world_.RunFor(absl::Minutes(1));
  EXPECT_EQ(world_.sage().counts().deletes, 1);
}

TEST_F(ActivationTest, ARefusedPackChangesNothing) {
  LoadedPack other = OverlaidRules(kCapitals);
  Pack changed = *other.pack;
  changed.sides[Side::kRight].gates.push_back({"never", changed.sides[Side::kLeft].gates.front().holds, "", "Never."});
  other.pack = std::make_shared<const Pack>(std::move(changed));
  const std::uint64_t generation = world_.status().generation;
  world_.crm().version = "0";
  world_.Disconnect(Side::kRight);
  ASSERT_TRUE(world_.Connect(Side::kRight).ok());

  EXPECT_THAT(std::string(world_.Activate(other).message()), HasSubstr("NEVER"));
  world_.Settle();
  EXPECT_EQ(world_.status().generation, generation);
  EXPECT_EQ(world_.status().pack, "ssm");
  EXPECT_EQ(City("ACME"), "Vannes");
}

TEST_F(ActivationTest, ComparedWithAPackThatRunsNoMoreIsRefused) {
  const PackPtr stale = std::make_shared<const Pack>(world_.pack());
  const LoadedPack after = OverlaidRules(kCapitals);
  const Reply reply = world_.Ask(ActivatePack{.pack = after.pack, .before = stale, .adoption = std::make_shared<const Adoption>()});
  EXPECT_THAT(std::string(reply.status.message()), HasSubstr("PACK_CHANGED"));
}

TEST(AdoptionMeta, ComesBackAsItWasWritten) {
  Adopting adopting;
  adopting.what.decide = {"party", "contact"};
  adopting.what.rescope = {"party"};
  adopting.what.reindex = {"contact"};
  adopting.what.recount = {"user"};
  adopting.refreshes = true;
  adopting.next = 7;
  adopting.end = 99;
  adopting.counted = {{"user", 3}};
  std::map<std::string, std::optional<std::string>> written;
  WriteAdoption(adopting, &written);
  std::map<std::string, std::string> meta;
  for (const auto& [name, value] : written) meta[name] = *value;

  const std::optional<Adopting> read = ReadAdoption(meta);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->what, adopting.what);
  EXPECT_EQ(read->refreshes, true);
  EXPECT_EQ(read->next, 7u);
  EXPECT_EQ(read->end, 99u);
  EXPECT_EQ(read->counted, adopting.counted);
  ForgetAdoption(&written);
  for (const auto& [name, value] : written) {
    if (!value) meta.erase(name);
  }
  EXPECT_FALSE(ReadAdoption(meta).has_value());
}

}  // namespace
}  // namespace entente::testing
