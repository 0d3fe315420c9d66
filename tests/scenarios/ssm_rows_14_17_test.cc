#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/rows.h"

// Contacts: who creates, edits, moves and deletes them.
namespace entente::testing {
namespace {

// One account on both sides.
struct Account {
  std::string code = "PROS1";
  std::string id;
};

Account KnownAccount(SsmWorld& world) {
  Account account;
  world.SageParty(account.code, "Prospect Un", true);
  world.FirstLoad();
  world.Settle();
  account.id = world.CrmByExtId("accounts", account.code);
  EXPECT_FALSE(account.id.empty()) << world.Story();
  world.ResetCounts();
  return account;
}

// A contact born in Sage, on both sides; its key in either.
struct Person {
  std::string sage, crm;
};

Person KnownPerson(SsmWorld& world, const Account& account) {
  Person person;
  person.sage = world.SageContact(account.code, "Durand", "Anne", {{"CT_Telephone", "0400000001"}, {"CT_EMail", "anne@example.com"}});
  EXPECT_TRUE(world.Settle());
  person.crm = world.Partner(Side::kLeft, "contact", person.sage);
  EXPECT_FALSE(person.crm.empty()) << world.Story();
  world.ResetCounts();
  return person;
}

TEST(SsmPack, SSM_14_ContactsAreBornOnEitherSideOnce) {
  SsmWorld world;
  const Account account = KnownAccount(world);
  const std::string in_sage = world.SageContact(account.code, "Durand", "Anne", {{"CT_EMail", "anne@example.com"}});
  const std::string in_crm = world.CrmContact(account.id, "Petit", "Luc", {{"email", "luc@example.com"}});
  ASSERT_TRUE(world.Settle());

  const std::string anne = world.Partner(Side::kLeft, "contact", in_sage);
  const std::string luc = world.Partner(Side::kRight, "contacts", in_crm);
  ASSERT_FALSE(anne.empty()) << world.Story();
  ASSERT_FALSE(luc.empty()) << world.Story();
  EXPECT_EQ(world.crm().Field("contacts", anne, "lastName"), Value("Durand"));
  EXPECT_EQ(world.crm().Field("contacts", anne, "accountId"), Ref("accounts", account.id));
  EXPECT_EQ(world.crm().Field("contacts", anne, "salesRepId"), Ref("users", "1")) << "the required rep is the default one";
  EXPECT_EQ(world.sage().Field("contact", luc, "CT_Nom"), Value("Petit"));
  EXPECT_EQ(world.sage().Field("contact", luc, "CT_Num"), Ref("party", account.code));
  EXPECT_EQ(world.sage().Field("contact", luc, "CT_EMail"), Value("luc@example.com"));
  EXPECT_EQ(world.crm().Field("contacts", in_crm, "extId"), Value(luc)) << "Sage's number comes back";
  EXPECT_EQ(world.sage().CountLive("contact"), 2u);
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u);
  ExpectSecondPassWritesNothing(world);

  // Everything is told again to an engine that starts anew on its own state.
  world.Restart();
  world.ConnectBoth();
  world.Reconcile();
  EXPECT_EQ(world.sage().CountLive("contact"), 2u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_14_ALostAnswerToACreateMakesNoTwin) {
  SsmWorld world;
  const Account account = KnownAccount(world);
  int lost = 0;
  const auto lose_first_create = [&lost](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.verb != Verb::kCreate || lost++ > 0) return std::nullopt;
    OperationResult result;
    result.failure = FailureClass::kUncertain;
    return result;
  };
  world.sage().fail = lose_first_create;
  world.CrmContact(account.id, "Petit", "Luc");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("contact"), 1u) << world.Story();
  lost = 0;
  world.sage().fail = nullptr;
  world.crm().fail = lose_first_create;
  world.SageContact(account.code, "Durand", "Anne");
  ASSERT_TRUE(world.Settle());
  world.crm().fail = nullptr;
  EXPECT_EQ(world.sage().CountLive("contact"), 2u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_16_AContactDeletedInSageIsDeletedInTheCrm) {
  SsmWorld world;
  const Account account = KnownAccount(world);
  const Person person = KnownPerson(world, account);
  world.sage().Delete("contact", person.sage);
  // Sage's feed does not show it: a sweep over the keys finds that one is missing, a read confirms it, the hold ends.
  world.RunFor(absl::Minutes(12));
  EXPECT_EQ(world.crm().Find("contacts", person.crm), nullptr) << world.Story();
  EXPECT_EQ(world.crm().counts().deletes, 1);
  EXPECT_EQ(world.sage().counts().writes(), 0);
  const auto link = world.LinkOf(Side::kLeft, "contact", person.sage);
  ASSERT_TRUE(link) << "the tombstone";
  EXPECT_EQ(link->members[Side::kLeft].presence, Presence::kDeleted);
  EXPECT_EQ(link->members[Side::kRight].presence, Presence::kDeleted);
  EXPECT_EQ(Told(world, link->id, "gone").size(), 1u);
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(world.sage().CountLive("contact"), 0u) << "nothing rises from the dead";
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u);
}

TEST(SsmPack, SSM_16_AReconcileFindsTheDeletionToo) {
  SsmWorld world;
  const Account account = KnownAccount(world);
  const Person person = KnownPerson(world, account);
  world.sage().Delete("contact", person.sage);
  world.Reconcile();
  EXPECT_NE(world.crm().Find("contacts", person.crm), nullptr) << "deletions wait in the hold";
  world.RunFor(absl::Minutes(1));
  EXPECT_EQ(world.crm().Find("contacts", person.crm), nullptr) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_16_ARecordThatAListingOnlyHidesIsNotDeleted) {
  SsmWorld world;
  const Account account = KnownAccount(world);
  const Person person = KnownPerson(world, account);
  world.sage().hidden = {person.sage};
  world.Reconcile();
  world.RunFor(absl::Minutes(25));
  EXPECT_NE(world.crm().Find("contacts", person.crm), nullptr) << world.Story();
  EXPECT_EQ(world.writes(), 0);
  world.sage().hidden.clear();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_17_AContactDeletedInTheCrmIsRestored) {
  SsmWorld world;
  const Account account = KnownAccount(world);
  const Person person = KnownPerson(world, account);
  const LinkId link = world.LinkOf(Side::kLeft, "contact", person.sage)->id;
  world.crm().Delete("contacts", person.crm);
  ASSERT_TRUE(world.Settle());
  EXPECT_NE(world.sage().Find("contact", person.sage), nullptr);
  EXPECT_EQ(world.sage().counts().writes(), 0);
  const std::string again = world.Partner(Side::kLeft, "contact", person.sage);
  ASSERT_FALSE(again.empty()) << world.Story();
  EXPECT_NE(again, person.crm) << "created anew under the same link";
  EXPECT_EQ(world.LinkOf(Side::kRight, "contacts", again)->id, link);
  EXPECT_EQ(world.crm().Field("contacts", again, "lastName"), Value("Durand"));
  EXPECT_EQ(world.crm().Field("contacts", again, "phone1"), Value("0400000001"));
  EXPECT_EQ(world.crm().CountLive("contacts"), 1u);
  EXPECT_EQ(world.Items("restored_as_new").size(), 1u) << world.Story();
  EXPECT_EQ(Told(world, link, "gone").size(), 1u) << "the event is in the history";
  ExpectSecondPassWritesNothing(world);
}

// Sage reports no deletes: that it lacks the record as well would show at its next listing of keys only.
TEST(SsmPack, SSM_17_WhatIsGoneInSageTooIsNotBroughtBack) {
  SsmWorld world;
  const Account account = KnownAccount(world);
  const Person person = KnownPerson(world, account);
  world.sage().Delete("contact", person.sage);
  world.crm().Delete("contacts", person.crm);
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u) << world.Story();
  EXPECT_EQ(world.writes(), 0) << world.Story();
  EXPECT_TRUE(world.Items("restored_as_new").empty());
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_17_ACrmThatCanUndeleteGetsTheSameRecordBack) {
  SsmWorld world;
  world.crm().at("contacts").can_undelete = true;
  const Account account = KnownAccount(world);
  const Person person = KnownPerson(world, account);
  world.crm().Delete("contacts", person.crm);
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.Partner(Side::kLeft, "contact", person.sage), person.crm) << world.Story();
  EXPECT_NE(world.crm().Find("contacts", person.crm), nullptr);
  EXPECT_EQ(world.crm().counts().creates, 0);
  EXPECT_EQ(world.crm().counts().undeletes, 1);
  EXPECT_EQ(world.sage().counts().writes(), 0);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_17_ADeletionInTheCrmMayOnlyUnlink) {
  SsmWorld world(Parameters{{"contact_delete_in_crm", "unlink"}});
  const Account account = KnownAccount(world);
  const Person person = KnownPerson(world, account);
  world.crm().Delete("contacts", person.crm);
  ASSERT_TRUE(world.Settle());
  EXPECT_NE(world.sage().Find("contact", person.sage), nullptr);
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u);
  EXPECT_EQ(world.writes(), 0);
  ASSERT_EQ(ParkedLinks(world, "unlinked").size(), 1u) << world.Story();
  const auto link = world.LinkOf(Side::kLeft, "contact", person.sage);
  EXPECT_EQ(Told(world, link->id, "gone").size(), 1u);
  // Its survivor lives on in Sage alone.
  world.sage().Edit("contact", person.sage, {{"CT_Telephone", "0499999999"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.writes(), 0) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, C_SSM_03_AContactWaitsForItsAccount) {
  SsmWorld world;
  world.FirstLoad();
  world.ResetCounts();
  // Sage tells of the contact before its account.
  const std::string in_sage = world.SageContact("PROS1", "Durand", "Anne");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().CountLive("contacts"), 0u);
  ASSERT_EQ(ParkedLinks(world, "parent_missing").size(), 1u) << world.Story();
  // In the CRM below a customer that only Sage may create.
  const std::string account = world.CrmAccount("Menuiserie du Lac", "Client", {{"postcode", "74000"}});
  const std::string in_crm = world.CrmContact(account, "Petit", "Luc");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("contact"), 1u);
  EXPECT_EQ(ParkedLinks(world, "parent_missing").size(), 2u) << world.Story();
  EXPECT_EQ(world.writes(), 0);

  world.SageParty("PROS1", "Prospect Un", true);
  world.SageParty("LAC", "Menuiserie du Lac", false, {{"CT_CodePostal", "74000"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_FALSE(world.Partner(Side::kLeft, "contact", in_sage).empty()) << world.Story();
  const std::string luc = world.Partner(Side::kRight, "contacts", in_crm);
  ASSERT_FALSE(luc.empty()) << world.Story();
  EXPECT_EQ(world.sage().Field("contact", luc, "CT_Num"), Ref("party", "LAC"));
  EXPECT_TRUE(ParkedLinks(world, "parent_missing").empty()) << world.Story();
  EXPECT_EQ(world.sage().CountLive("contact"), 2u);
  EXPECT_EQ(world.crm().CountLive("contacts"), 2u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, C_SSM_04_TheAccountOfAContactIsSetOnceFromTheCrm) {
  SsmWorld world;
  const Account account = KnownAccount(world);
  world.SageParty("PROS2", "Prospect Deux", true);
  ASSERT_TRUE(world.Settle());
  const std::string second = world.CrmByExtId("accounts", "PROS2");
  const Person person = KnownPerson(world, account);

  world.crm().Edit("contacts", person.crm, {{"accountId", Ref("accounts", second)}, {"phone1", "0499999999"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("contacts", person.crm, "accountId"), Ref("accounts", account.id)) << world.Story();
  EXPECT_EQ(world.sage().Field("contact", person.sage, "CT_Num"), Ref("party", account.code));
  EXPECT_EQ(world.sage().Field("contact", person.sage, "CT_Telephone"), Value("0499999999")) << "the other edit is not lost";
  const auto items = world.Items("account_is_set_once");
  ASSERT_EQ(items.size(), 1u) << world.Story();
  EXPECT_THAT(items[0].message_en, ::testing::HasSubstr("Create a new contact"));
  EXPECT_THAT(items[0].message_fr, ::testing::HasSubstr("Créez un nouveau contact"));
  ExpectSecondPassWritesNothing(world);

  world.sage().Edit("contact", person.sage, {{"CT_Num", Ref("party", "PROS2")}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().Field("contacts", person.crm, "accountId"), Ref("accounts", second)) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

}  // namespace
}  // namespace entente::testing
