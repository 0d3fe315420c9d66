#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/ssm_world.h"

// New codes on known rows: followed once the former one leads nowhere, and never believed against a record that stands.
namespace entente::testing {
namespace {

using ::testing::SizeIs;

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() {
    world_.SageParty("ACME", "Acme", true);
    world_.SageParty("BOLT", "Bolt", true);
    world_.FirstLoad();
  }
  std::string Account(const std::string& code) { return world_.CrmByExtId("accounts", code); }
  std::int64_t RowOf(const std::string& code) { return world_.sage().Find("party", code)->row; }
  void SetRow(const std::string& code, std::int64_t row) { world_.sage().at("party").records.at(code).row = row; }
  // An account of the CRM, made in Sage, whose connection was lost before it answered.
  std::string MadeWithItsAnswerLost() {
    world_.sage().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
      if (operation.kind != OperationKind::kWrite || operation.verb != Verb::kCreate) return std::nullopt;
      OperationResult lost;
      lost.id = operation.id;
      lost.kind = OperationResult::Kind::kFailure;
      lost.failure = FailureClass::kUncertain;
      lost.code = "CONNECTION_LOST";
      return lost;
    };
    const std::string account = world_.CrmAccount("Né au CRM", "Prospect");
    world_.Poll(Side::kRight);
    world_.Drain();
    world_.sage().fail = nullptr;
    return account;
  }
  std::string MadeCode() {
    for (const auto& [key, record] : world_.sage().at("party").records) {
      if (key != "ACME" && key != "BOLT") return key;
    }
    return "";
  }

  SsmWorld world_;
};

TEST_F(IdentityTest, ANewCodeIsFollowed) {
  const std::string account = Account("ACME");
  world_.sage().Rekey("party", "ACME", "ACME2");
  world_.Settle();
  EXPECT_EQ(Account("ACME2"), account);
  EXPECT_EQ(world_.LinkOf(Side::kLeft, "party", "ACME2")->members[Side::kLeft].former_keys, std::vector<std::string>{"ACME"});
}

TEST_F(IdentityTest, ANewCodeIsFollowedByAnEngineThatDiedOverIt) {
  const std::string account = Account("ACME");
  world_.sage().Rekey("party", "ACME", "ACME2");
  // It asked for the former code, and never heard the answer.
  world_.KillAfterOperations(1);
  world_.Settle();
  ASSERT_TRUE(world_.killed());
  world_.KillAfterOperations(-1);
  world_.Restart();
  world_.ConnectBoth();
  world_.Settle();
  EXPECT_EQ(Account("ACME2"), account);
  EXPECT_EQ(world_.crm().CountLive("accounts"), 2u);
}

TEST_F(IdentityTest, ACodeThatIsTakenBackIsFollowedBack) {
  const std::string account = Account("ACME");
  world_.sage().Rekey("party", "ACME", "ACME2");
  world_.Settle();
  world_.sage().Rekey("party", "ACME2", "ACME");
  world_.Settle();
  EXPECT_EQ(Account("ACME"), account);
}

TEST_F(IdentityTest, ARowNumberThatTwoRecordsShareJoinsThemNot) {
  const std::string first = Account("ACME");
  world_.SageParty("CARAT", "Carat", true);
  SetRow("CARAT", RowOf("ACME"));
  world_.Settle();
  world_.Reconcile();
  world_.Reconcile();
  world_.Advance(absl::Hours(1));
  world_.Settle();
  EXPECT_EQ(Account("ACME"), first);
  EXPECT_EQ(world_.crm().CountLive("accounts"), 3u) << world_.Story();
  EXPECT_NE(Account("CARAT"), "");
  EXPECT_NE(Account("CARAT"), first);
  EXPECT_THAT(world_.Items("row_of_another"), SizeIs(1));
}

TEST_F(IdentityTest, ARecordWeMadeThatItsUserRecodesBeforeItsAnswerComesIsMadeOnce) {
  const std::string account = MadeWithItsAnswerLost();
  ASSERT_EQ(world_.sage().CountLive("party"), 3u);
  // The feed shows it, then its user gives it another code; only after that is it searched for.
  world_.Poll(Side::kLeft);
  world_.Drain();
  world_.sage().Rekey("party", MadeCode(), "NEUF");
  world_.Settle();
  world_.Advance(absl::Hours(1));
  world_.Settle();
  EXPECT_EQ(world_.sage().CountLive("party"), 3u) << world_.Story();
  EXPECT_EQ(world_.Partner(Side::kRight, "accounts", account), "NEUF");
}

TEST_F(IdentityTest, ARecordWeMadeThatItsUserDeletesBeforeItsAnswerComesIsNotMadeAgain) {
  world_.sage().at("party").feeds_deletes = true;
  const std::string account = MadeWithItsAnswerLost();
  world_.Poll(Side::kLeft);
  world_.Drain();
  world_.sage().Delete("party", MadeCode());
  world_.Settle();
  world_.Advance(absl::Hours(1));
  world_.Settle();
  EXPECT_EQ(world_.sage().CountLive("party"), 2u) << world_.Story();
  EXPECT_EQ(world_.crm().CountLive("accounts"), 2u);
}

}  // namespace
}  // namespace entente::testing
