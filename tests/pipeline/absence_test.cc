#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ssm_world.h"

// A record that is gone is a delete of a user only where somebody can have seen it.
namespace entente::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// A prospect of the CRM was made in Sage, whose feed tells of no deletes; no poll of Sage has shown it yet.
class AbsenceTest : public ::testing::Test {
 protected:
  AbsenceTest() {
    world_.FirstLoad();
    account_ = world_.CrmAccount("Né au CRM", "Prospect");
    world_.Poll(Side::kRight);
    world_.Drain();
    code_ = world_.Partner(Side::kRight, "accounts", account_);
  }
  bool IsAccountThere() {
    const SimSystem::Record* account = world_.crm().Find("accounts", account_);
    return account != nullptr && !account->deleted;
  }
  void SweepAndHold() {
    world_.Reconcile();
    world_.Advance(absl::Hours(1));
    world_.Settle();
  }

  SsmWorld world_;
  std::string account_, code_;
};

TEST_F(AbsenceTest, OfWhatWeMadeAndNobodyEverSawIsNoDelete) {
  ASSERT_NE(code_, "");
  world_.sage().Delete("party", code_);
  SweepAndHold();
  SweepAndHold();
  EXPECT_TRUE(IsAccountThere());
  EXPECT_THAT(world_.Items("never_seen"), SizeIs(1));
  EXPECT_EQ(world_.sage().CountLive("party"), 0u);
}

TEST_F(AbsenceTest, OfWhatWasNeverSeenIsMadeAgainWhereAPersonSaysSo) {
  world_.sage().Delete("party", code_);
  SweepAndHold();
  world_.Resolve("never_seen", "create");
  world_.Settle();
  EXPECT_TRUE(IsAccountThere());
  EXPECT_EQ(world_.sage().CountLive("party"), 1u);
  EXPECT_THAT(world_.Items("never_seen"), IsEmpty());
}

TEST_F(AbsenceTest, OfWhatWasNeverSeenIsADeleteWhereAPersonSaysSo) {
  world_.sage().Delete("party", code_);
  SweepAndHold();
  world_.Resolve("never_seen", "delete");
  SweepAndHold();
  EXPECT_FALSE(IsAccountThere());
}

TEST_F(AbsenceTest, OfWhatAListingHeldOnceIsADelete) {
  world_.Advance(absl::Minutes(1));
  world_.Reconcile();
  world_.sage().Delete("party", code_);
  SweepAndHold();
  EXPECT_FALSE(IsAccountThere());
  EXPECT_THAT(world_.Items("never_seen"), IsEmpty());
}

TEST_F(AbsenceTest, OfWhatAListingHeldOnceIsADeleteAfterARestartToo) {
  world_.Advance(absl::Minutes(1));
  world_.Reconcile();
  world_.Restart();
  world_.ConnectBoth();
  world_.sage().Delete("party", code_);
  SweepAndHold();
  EXPECT_FALSE(IsAccountThere());
}

TEST_F(AbsenceTest, OfWhatAUserEditedSinceIsADelete) {
  world_.sage().Edit("party", code_, {{"CT_Ville", "Lyon"}});
  world_.Settle();
  world_.sage().Delete("party", code_);
  SweepAndHold();
  EXPECT_FALSE(IsAccountThere());
}

TEST_F(AbsenceTest, ThatTheSystemItselfCallsADeleteIsOne) {
  world_.sage().at("party").feeds_deletes = true;
  world_.sage().Delete("party", code_);
  world_.Settle();
  SweepAndHold();
  EXPECT_FALSE(IsAccountThere());
  EXPECT_THAT(world_.Items("never_seen"), IsEmpty());
}

TEST_F(AbsenceTest, EndsTheQuestionWhenTheRecordIsSeenAfterAll) {
  world_.sage().hidden.insert(code_);
  world_.sage().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kRead || operation.key != code_) return std::nullopt;
    OperationResult gone;
    gone.id = operation.id;
    gone.kind = OperationResult::Kind::kFailure;
    gone.failure = FailureClass::kNever;
    gone.code = "NOT_FOUND";
    return gone;
  };
  world_.Reconcile();
  world_.Settle();
  EXPECT_THAT(world_.Items("never_seen"), SizeIs(1));
  world_.sage().hidden.clear();
  world_.sage().fail = nullptr;
  world_.Reconcile();
  EXPECT_THAT(world_.Items("never_seen"), IsEmpty());
  EXPECT_TRUE(IsAccountThere());
  EXPECT_EQ(world_.sage().CountLive("party"), 1u);
}

// ---- many at once

TEST(MassAbsence, IsAskedAboutOnce) {
  SsmWorld world;
  world.EndsInUnrest();
  for (int i = 0; i < 12; ++i) world.SageArticle("A" + std::to_string(i), "Chaise", "10.00");
  world.FirstLoad();
  for (int i = 0; i < 8; ++i) world.sage().Delete("article", "A" + std::to_string(i));
  world.Reconcile();
  ASSERT_THAT(world.Items("mass_delete"), SizeIs(1));
  EXPECT_EQ(world.crm().counts().deletes, 0);

  world.Resolve("mass_delete", "approve");
  world.Reconcile();
  world.Advance(absl::Hours(1));
  world.Settle();

  EXPECT_EQ(world.crm().counts().deletes, 8) << world.Story();
  EXPECT_THAT(world.Items("mass_delete"), IsEmpty());
}

TEST(MassAbsence, IsAskedAboutAgainTheNextTime) {
  SsmWorld world;
  world.EndsInUnrest();
  for (int i = 0; i < 20; ++i) world.SageArticle("A" + std::to_string(i), "Chaise", "10.00");
  world.FirstLoad();
  for (int i = 0; i < 8; ++i) world.sage().Delete("article", "A" + std::to_string(i));
  world.Reconcile();
  world.Resolve("mass_delete", "approve");
  world.Reconcile();
  for (int i = 8; i < 16; ++i) world.sage().Delete("article", "A" + std::to_string(i));
  world.Reconcile();
  world.Advance(absl::Hours(1));
  world.Settle();
  EXPECT_EQ(world.crm().counts().deletes, 8);
  EXPECT_THAT(world.Items("mass_delete"), SizeIs(1));
}

}  // namespace
}  // namespace entente::testing
