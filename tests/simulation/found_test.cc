#include <gtest/gtest.h>

#include <utility>

#include "engine/simulation/prove.h"
#include "tests/simulation/packs.h"
#include "tests/support/ssm_world.h"

// What the simulation found in the engine, each as small as it is now known: see TRACK_RECORD.md.
namespace entente {
namespace {

using testing::SsmWorld;

class FoundTest : public ::testing::Test {
 protected:
  FoundTest() {
    world_.SageParty("ACME", "Acme", true, {{"CT_Ville", "Lyon"}});
    world_.FirstLoad();
    account_ = world_.CrmByExtId("accounts", "ACME");
  }
  void OpenAnew() {
    world_.Disconnect(Side::kLeft);
    ASSERT_TRUE(world_.Connect(Side::kLeft).ok());
    world_.Settle();
  }
  // The write has its effect, and nobody hears of it.
  static std::optional<OperationResult> LoseAnswer(const OperationOut& operation) {
    if (operation.kind != OperationKind::kWrite) return std::nullopt;
    OperationResult lost;
    lost.id = operation.id;
    lost.kind = OperationResult::Kind::kFailure;
    lost.failure = FailureClass::kUncertain;
    lost.code = "CONNECTION_LOST";
    return lost;
  }
  // What the CRM's users did goes to Sage, whose answer is lost; then Sage's feed shows what was written.
  void WriteToSageUnheard() {
    world_.sage().fail = &LoseAnswer;
    world_.Poll(Side::kRight);
    world_.Drain();
    world_.sage().fail = nullptr;
    world_.Poll(Side::kLeft);
    world_.Drain();
  }
  Value CityInSage() { return world_.sage().Field("party", "ACME", "CT_Ville"); }

  SsmWorld world_;
  std::string account_;
};

TEST_F(FoundTest, AnEditMadeWhileTheOtherSideHadNoColumnArrivesWhenTheColumnIsBack) {
  world_.sage().at("party").lacks.insert("CT_Ville");
  OpenAnew();
  world_.crm().Edit("accounts", account_, {{"city", "Paris"}});
  world_.Settle();
  ASSERT_EQ(CityInSage(), Value("Lyon"));

  world_.sage().at("party").lacks.clear();
  OpenAnew();

  EXPECT_EQ(CityInSage(), Value("Paris"));
}

TEST_F(FoundTest, AColumnThatIsGoneIsNoBlankAfterARestartEither) {
  world_.crm().at("accounts").lacks.insert("city");
  world_.Disconnect(Side::kRight);
  ASSERT_TRUE(world_.Connect(Side::kRight).ok());
  world_.Settle();
  world_.Restart();
  ASSERT_TRUE(world_.Connect(Side::kLeft).ok());
  world_.sage().Edit("party", "ACME", {{"CT_Telephone", "0472000000"}});
  world_.Settle();
  ASSERT_TRUE(world_.Connect(Side::kRight).ok());
  world_.Settle();

  world_.crm().at("accounts").lacks.clear();
  world_.Disconnect(Side::kRight);
  ASSERT_TRUE(world_.Connect(Side::kRight).ok());
  world_.Settle();

  EXPECT_EQ(CityInSage(), Value("Lyon"));
  EXPECT_EQ(world_.crm().Field("accounts", account_, "city"), Value("Lyon"));
}

TEST_F(FoundTest, ANewCodeToldWhileAWriteIsUnderWayIsNoDeletion) {
  bool is_told = false;
  world_.on_send = [&](Side side, std::size_t) {
    if (side != Side::kLeft || std::exchange(is_told, true)) return;
    world_.sage().Rekey("party", "ACME", "ACME2");
    world_.Poll(Side::kLeft, "party");
  };
  world_.crm().Edit("accounts", account_, {{"city", "Paris"}});
  world_.Settle();
  world_.Advance(absl::Hours(1));
  world_.Settle();

  EXPECT_TRUE(is_told);
  EXPECT_NE(world_.crm().Find("accounts", account_), nullptr);
  EXPECT_FALSE(world_.crm().Find("accounts", account_)->deleted);
  EXPECT_EQ(world_.sage().Field("party", "ACME2", "CT_Ville"), Value("Paris"));
}

TEST_F(FoundTest, AnEditTakenBackBeforeALostAnswerIsFoundIsNotUndone) {
  world_.crm().fail = &LoseAnswer;
  world_.sage().Edit("party", "ACME", {{"CT_Ville", "Paris"}});
  world_.Poll(Side::kLeft);
  world_.Drain();
  world_.crm().fail = nullptr;
  ASSERT_EQ(world_.crm().Field("accounts", account_, "city"), Value("Paris"));
  // Back to what both sides held, before the engine could learn that its write had arrived.
  world_.sage().Edit("party", "ACME", {{"CT_Ville", "Lyon"}});
  world_.Poll(Side::kLeft);
  world_.Drain();
  world_.Advance(absl::Hours(1));
  world_.Settle();

  EXPECT_EQ(CityInSage(), Value("Lyon"));
  EXPECT_EQ(world_.crm().Field("accounts", account_, "city"), Value("Lyon"));
}

TEST_F(FoundTest, WhatAReadShowedOfALostWriteAndAUserThenEmptiedStaysEmpty) {
  world_.crm().Edit("accounts", account_, {{"phone", "0472000000"}});
  WriteToSageUnheard();
  ASSERT_EQ(world_.sage().Field("party", "ACME", "CT_Telephone"), Value("0472000000"));
  world_.sage().Edit("party", "ACME", {{"CT_Telephone", ""}});
  world_.Advance(absl::Hours(1));
  world_.Settle();

  EXPECT_TRUE(world_.sage().Field("party", "ACME", "CT_Telephone").IsBlank());
  EXPECT_TRUE(world_.crm().Field("accounts", account_, "phone").IsBlank());
}

TEST_F(FoundTest, WhatAReadShowedOfALostCreateAndAUserThenRenamedIsNotMadeTwice) {
  const std::string person = world_.CrmContact(account_, "Petit", "Luc");
  WriteToSageUnheard();
  const std::vector<std::string> made = world_.sage().Where("contact", "CT_Nom", Value("Petit"));
  ASSERT_EQ(made.size(), 1u);
  world_.sage().Edit("contact", made.front(), {{"CT_Nom", "Grand"}});
  world_.Advance(absl::Hours(1));
  world_.Settle();

  EXPECT_EQ(world_.sage().CountLive("contact"), 1u) << world_.Story();
  EXPECT_EQ(world_.crm().CountLive("contacts"), 1u);
  EXPECT_EQ(world_.crm().Field("contacts", person, "lastName"), Value("Grand"));
}

TEST(FoundSeedsTest, AnEngineWhoseHandsAreFullDoesNotTurnInCircles) {
  const simulation::Terrain terrain(simulation::PackNamed("small"));
  // Its connector takes one operation at a time, and a run asks for many listings.
  EXPECT_LT(simulation::Run(terrain, simulation::Generate(terrain, 1, simulation::SeedKind::kEngine)).turns, 10'000u);
}

class FoundSeeds : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(FoundSeeds, StayFound) {
  simulation::ProveRequest request;
  request.first = GetParam();
  request.seeds = 1;
  request.kind = simulation::SeedKind::kEngine;
  request.shrinks = false;
  const simulation::ProveReport report = simulation::Prove(simulation::PackNamed("small"), request);
  EXPECT_FALSE(report.found) << report.found->violation.checker << ": " << report.found->violation.sentence;
}

INSTANTIATE_TEST_SUITE_P(Small, FoundSeeds, ::testing::Values(11, 16, 28, 29, 52, 88, 91, 109, 177, 216, 278, 943, 1647, 2220, 2443));

// Of the documents: a state put back by a write without a rule, a quote that was refused and asked for again.
class FoundCoreSeeds : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(FoundCoreSeeds, StayFound) {
  simulation::ProveRequest request;
  request.first = GetParam();
  request.seeds = 1;
  request.kind = simulation::SeedKind::kCore;
  request.shrinks = false;
  const simulation::ProveReport report = simulation::Prove(simulation::PackNamed("small"), request);
  EXPECT_FALSE(report.found) << report.found->violation.checker << ": " << report.found->violation.sentence;
}

INSTANTIATE_TEST_SUITE_P(Small, FoundCoreSeeds, ::testing::Values(3, 12, 33));

}  // namespace
}  // namespace entente
