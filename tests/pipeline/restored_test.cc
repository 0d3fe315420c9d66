#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ssm_world.h"

// The state was put back from a backup, and both systems have moved on.
namespace entente::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class RestoredTest : public ::testing::Test {
 protected:
  RestoredTest() {
    world_.SageParty("ACME", "Acme", false);
    world_.SageArticle("A1", "Vis", "10");
    world_.FirstLoad();
  }
  void KeepBackup() { backup_ = world_.store().Copy(); }
  void RunOnBackup() {
    world_.RestartOn(*backup_);
    world_.ConnectBoth();
    world_.Settle();
    world_.Reconcile();
    world_.Advance(absl::Hours(1));
    world_.Settle();
  }
  std::string Quote() {
    const std::string product = world_.CrmByExtId("products", "A1");
    return world_.CrmQuote(world_.CrmByExtId("accounts", "ACME"), {{{"productId", Ref("products", product)}, {"quantity", Decimal::FromInt(2)}}},
                           {{"statusId", "En attente de synchronisation"}});
  }
  std::string Text(const std::string& quote, const std::string& field) { return std::string(world_.crm().Field("quotes", quote, field).TextOrEmpty()); }

  SsmWorld world_;
  std::unique_ptr<store::MemoryStore> backup_;
};

TEST_F(RestoredTest, AQuoteSentSinceTheBackupFindsItsDocumentAgain) {
  KeepBackup();
  const std::string quote = Quote();
  ASSERT_TRUE(world_.Settle());
  ASSERT_EQ(Text(quote, "statusId"), "Synchronisé") << world_.Story();
  const std::string number = Text(quote, "extId"), report = Text(quote, "internalComment");
  RunOnBackup();
  EXPECT_EQ(Text(quote, "statusId"), "Synchronisé") << world_.Story();
  EXPECT_EQ(Text(quote, "extId"), number);
  EXPECT_EQ(Text(quote, "internalComment"), report);
  EXPECT_EQ(world_.sage().CountLive("quote"), 1u);
}

TEST_F(RestoredTest, AQuoteReadBeforeTheBackupAndSentSinceFindsItsDocumentAgain) {
  const std::string quote = Quote();
  world_.crm().Edit("quotes", quote, {{"statusId", "Brouillon – En attente"}});
  ASSERT_TRUE(world_.Settle());
  KeepBackup();
  world_.crm().Edit("quotes", quote, {{"statusId", "En attente de synchronisation"}});
  ASSERT_TRUE(world_.Settle());
  ASSERT_EQ(Text(quote, "statusId"), "Synchronisé") << world_.Story();
  const std::string number = Text(quote, "extId");
  RunOnBackup();
  EXPECT_EQ(Text(quote, "statusId"), "Synchronisé") << world_.Story();
  EXPECT_EQ(Text(quote, "extId"), number);
  EXPECT_EQ(world_.sage().CountLive("quote"), 1u);
}

TEST_F(RestoredTest, AStateTypedOnAQuoteThatWasNeverSentIsStillTakenBack) {
  KeepBackup();
  const std::string quote = world_.CrmQuote(world_.CrmByExtId("accounts", "ACME"),
                                            {{{"productId", Ref("products", world_.CrmByExtId("products", "A1"))}, {"quantity", Decimal::FromInt(2)}}});
  ASSERT_TRUE(world_.Settle());
  RunOnBackup();
  world_.crm().Edit("quotes", quote, {{"statusId", "Synchronisé"}});
  ASSERT_TRUE(world_.Settle());
  EXPECT_EQ(Text(quote, "statusId"), "Brouillon – Validé") << world_.Story();
  EXPECT_EQ(world_.sage().CountLive("quote"), 0u);
}

class DeletedSinceTest : public RestoredTest {
 protected:
  // Born in Sage after the backup, brought to the CRM, and deleted in Sage while no engine runs.
  DeletedSinceTest() {
    KeepBackup();
    code_ = world_.SageParty("PROS", "Prospect", true);
    world_.Settle();
    account_ = world_.CrmByExtId("accounts", "PROS");
    world_.sage().Delete("party", code_);
    RunOnBackup();
  }
  std::string code_, account_;
};

TEST_F(DeletedSinceTest, WhatSageHasDeletedIsNotMadeAgainButAskedAbout) {
  EXPECT_EQ(world_.sage().CountLive("party"), 1u) << world_.Story();
  EXPECT_THAT(world_.Items("partner_lost"), SizeIs(1));
  EXPECT_EQ(world_.crm().Where("accounts", "extId", Value("PROS")), std::vector<std::string>{account_}) << "nor is it deleted";
}

TEST_F(DeletedSinceTest, ItIsMadeAgainWhereAPersonSaysSo) {
  EXPECT_TRUE(world_.Resolve("partner_lost", "create").status.ok());
  world_.Settle();
  EXPECT_EQ(world_.sage().CountLive("party"), 2u) << world_.Story();
  EXPECT_THAT(world_.Items("partner_lost"), IsEmpty());
}

TEST_F(DeletedSinceTest, TheQuestionEndsWhenTheRecordIsDeletedAsWell) {
  world_.crm().Delete("accounts", account_);
  world_.Settle();
  EXPECT_THAT(world_.Items("partner_lost"), IsEmpty()) << world_.Story();
  EXPECT_EQ(world_.sage().CountLive("party"), 1u);
}

TEST_F(RestoredTest, WhatIsBornInTheCrmAfterwardsIsCreatedAsEver) {
  KeepBackup();
  RunOnBackup();
  world_.CrmAccount("Né au CRM", "Prospect");
  world_.Settle();
  EXPECT_EQ(world_.sage().CountLive("party"), 2u) << world_.Story();
  EXPECT_THAT(world_.Items("partner_lost"), IsEmpty());
}

}  // namespace
}  // namespace entente::testing
