#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/pipeline/erasing.h"
#include "tests/support/erasing.h"
#include "tests/support/ssm_world.h"

// The right to be forgotten: nothing of a person is left in what is kept, nothing comes back, and whoever refers to it goes on.
namespace entente::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class EraseTest : public ::testing::Test {
 protected:
  EraseTest() {
    world_.SageParty("ACME", "Acme", true);
    world_.SageParty("BOLT", "Bolt", true);
    contact_ = world_.SageContact("ACME", "Quibbledorf", "Zephyrine", {{"CT_EMail", "zephyrine@quibbledorf.example"}, {"CT_Telephone", "0147200301"}});
    other_ = world_.SageContact("BOLT", "Martin", "Anne", {{"CT_EMail", "anne@bolt.example"}});
    world_.FirstLoad();
  }
  LinkId ContactLink() { return world_.LinkOf(Side::kLeft, "contact", contact_)->id; }
  LinkId PartyLink(const std::string& code) { return world_.LinkOf(Side::kLeft, "party", code)->id; }
  std::string CrmContactOf(const std::string& contact) { return world_.Partner(Side::kLeft, "contact", contact); }
  Link LinkNumbered(LinkId id) {
    for (Link& link : world_.Links()) {
      if (link.id == id) return link;
    }
    return {};
  }

  const std::vector<std::string> values_ = {"Quibbledorf", "QUIBBLEDORF", "Zephyrine", "zephyrine@quibbledorf", "0147200301", "147200301"};
  SsmWorld world_;
  std::string contact_, other_;
};

TEST_F(EraseTest, NothingOfThePersonIsLeftInWhatIsKept) {
  world_.crm().Edit("contacts", CrmContactOf(contact_), {{"email", "new.zephyrine@quibbledorf.example"}});
  world_.Settle();
  const LinkId link = ContactLink();
  ASSERT_THAT(PlacesOf(world_, values_), Not(IsEmpty()));

  ASSERT_TRUE(EraseLinkOf(world_, link, "request 7").ok());
  world_.Settle();

  EXPECT_THAT(PlacesOf(world_, values_), IsEmpty());
  const Link left = LinkNumbered(link);
  ASSERT_TRUE(left.erased);
  EXPECT_EQ(left.erased->request_id, "request 7");
  EXPECT_GT(left.erased->at_micros, 0);
  EXPECT_GT(left.erased->clean_micros, 0);
  EXPECT_TRUE(left.erased->held[Side::kLeft] && left.erased->held[Side::kRight]);
  EXPECT_EQ(left.members[Side::kLeft], Member{});
  EXPECT_EQ(left.members[Side::kRight], Member{});
}

TEST_F(EraseTest, TheSystemsKeepTheirsAndNothingIsWrittenToThem) {
  world_.ResetCounts();
  ASSERT_TRUE(EraseLinkOf(world_, ContactLink()).ok());
  world_.Reconcile();
  EXPECT_EQ(world_.writes(), 0);
  EXPECT_THAT(world_.sage().Where("contact", "CT_Nom", "Quibbledorf"), SizeIs(1));
}

TEST_F(EraseTest, AReportedRecordOfThePersonIsCountedToldOnceAndNotTaken) {
  const LinkId link = ContactLink();
  const std::string account = CrmContactOf(contact_);
  ASSERT_TRUE(EraseLinkOf(world_, link).ok());
  world_.sage().Edit("contact", contact_, {{"CT_Prenom", "Zephyrine-Anne"}});
  world_.crm().Edit("contacts", account, {{"firstName", "Zephyrine-Anne"}});
  world_.Settle();
  world_.Reconcile();

  EXPECT_THAT(PlacesOf(world_, values_), IsEmpty());
  EXPECT_FALSE(world_.LinkOf(Side::kLeft, "contact", contact_));
  EXPECT_FALSE(world_.LinkOf(Side::kRight, "contacts", account));
  EXPECT_GE(world_.status().counters["changes.erased"], 2);
  const std::vector<WorkItem> told = world_.Items("erased_reported");
  ASSERT_THAT(told, SizeIs(2));
  for (const WorkItem& item : told) EXPECT_EQ(item.link, link);
  EXPECT_EQ(world_.crm().CountLive("contacts"), 2u);
}

TEST_F(EraseTest, AnItemEndsWhenTheSystemDeletesTheRecord) {
  const std::string account = CrmContactOf(contact_);
  ASSERT_TRUE(EraseLinkOf(world_, ContactLink()).ok());
  world_.crm().Edit("contacts", account, {{"firstName", "Z"}});
  world_.Settle();
  ASSERT_THAT(world_.Items("erased_reported"), SizeIs(1));

  world_.crm().Delete("contacts", account);
  world_.Settle();

  EXPECT_THAT(world_.Items("erased_reported"), IsEmpty());
}

TEST_F(EraseTest, AnotherRecordOfThePersonIsKnownByItsEmail) {
  ASSERT_TRUE(EraseLinkOf(world_, ContactLink()).ok());
  world_.sage().Delete("contact", contact_);
  world_.SageContact("ACME", "Quibbledorf", "Zephyrine", {{"CT_EMail", "zephyrine@quibbledorf.example"}});
  world_.Reconcile();

  EXPECT_THAT(PlacesOf(world_, values_), IsEmpty());
  EXPECT_EQ(world_.crm().CountLive("contacts"), 2u);
}

TEST_F(EraseTest, WhoWasGivenTheCodeOfSomebodyErasedIsAdmitted) {
  const LinkId erased = PartyLink("BOLT");
  const std::string account = world_.CrmByExtId("accounts", "BOLT");
  ASSERT_TRUE(EraseLinkOf(world_, erased).ok());
  world_.sage().Delete("party", "BOLT");
  world_.crm().Delete("accounts", account);
  world_.Settle();
  world_.SageParty("BOLT", "Boulonnerie du Nord", true);
  world_.Reconcile();
  ASSERT_FALSE(world_.LinkOf(Side::kLeft, "party", "BOLT"));
  ASSERT_THAT(world_.Items("erased_reported"), SizeIs(1));

  ASSERT_TRUE(world_.Resolve("erased_reported", "admit").status.ok());
  world_.Settle();

  const auto admitted = world_.LinkOf(Side::kLeft, "party", "BOLT");
  ASSERT_TRUE(admitted);
  EXPECT_NE(admitted->id, erased);
  EXPECT_TRUE(LinkNumbered(erased).erased->lifted);
  EXPECT_THAT(world_.Items("erased_reported"), IsEmpty());
}

// Let in on one side alone, its partner would be made a second time.
TEST_F(EraseTest, AdmittedOnOneSideThePersonComesBackOnBothAndIsNotDoubled) {
  const std::string partner = CrmContactOf(contact_);
  ASSERT_TRUE(EraseLinkOf(world_, ContactLink()).ok());
  world_.crm().Edit("contacts", partner, {{"firstName", "Zephyrine-Anne"}});
  world_.Settle();
  ASSERT_THAT(world_.Items("erased_reported"), SizeIs(1));

  ASSERT_TRUE(world_.Resolve("erased_reported", "admit").status.ok());
  world_.Settle();
  world_.Reconcile();

  EXPECT_EQ(CrmContactOf(contact_), partner);
  EXPECT_EQ(world_.sage().CountLive("contact"), 2u);
  EXPECT_EQ(world_.crm().CountLive("contacts"), 2u);
  EXPECT_THAT(world_.Items("erased_reported"), IsEmpty());
}

TEST_F(EraseTest, ALivingRecordThatTakesTheCodeIsFollowedAndNotDeleted) {
  ASSERT_TRUE(EraseLinkOf(world_, PartyLink("BOLT")).ok());
  world_.sage().Delete("party", "BOLT");
  const LinkId living = PartyLink("ACME");
  const std::string account = world_.CrmByExtId("accounts", "ACME");
  world_.sage().Rekey("party", "ACME", "BOLT");
  world_.Settle();
  world_.Reconcile();

  EXPECT_EQ(LinkNumbered(living).members[Side::kLeft].key, "BOLT");
  EXPECT_NE(world_.crm().Find("accounts", account), nullptr);
  EXPECT_FALSE(world_.crm().Find("accounts", account)->deleted);
}

TEST_F(EraseTest, WhoRefersToThePersonGoesOnAndNamesWhatIsLeft) {
  const LinkId party = PartyLink("ACME");
  const LinkId contact = ContactLink();
  world_.ResetCounts();

  ASSERT_TRUE(EraseLinkOf(world_, party).ok());
  world_.Settle();
  world_.Reconcile();

  EXPECT_EQ(world_.writes(), 0);
  EXPECT_THAT(PlacesOf(world_, {"ACME"}), IsEmpty());
  const Link child = LinkNumbered(contact);
  EXPECT_TRUE(child.linked());
  EXPECT_FALSE(child.parked) << child.parked->reason;
  const auto* reference = FieldOf(child.members[Side::kLeft].shadow, "CT_Num").As<Reference>();
  ASSERT_NE(reference, nullptr);
  EXPECT_EQ(reference->key, ErasedKey(party));

  world_.sage().Edit("contact", contact_, {{"CT_EMail", "z@quibbledorf.example"}});
  world_.Settle();
  EXPECT_EQ(world_.crm().Field("contacts", CrmContactOf(contact_), "email"), Value("z@quibbledorf.example"));
  EXPECT_THAT(PlacesOf(world_, {"ACME"}), IsEmpty());
}

TEST_F(EraseTest, ANewRecordUnderAnErasedOneWaitsForItsParent) {
  ASSERT_TRUE(EraseLinkOf(world_, PartyLink("ACME")).ok());
  const std::string late = world_.SageContact("ACME", "Tardif", "Luc", {{"CT_EMail", "luc@acme.example"}});
  world_.Settle();

  const auto link = world_.LinkOf(Side::kLeft, "contact", late);
  ASSERT_TRUE(link);
  EXPECT_FALSE(link->Has(Side::kRight));
  ASSERT_TRUE(link->parked);
  EXPECT_THAT(PlacesOf(world_, {"ACME"}), IsEmpty());
}

TEST_F(EraseTest, WhileAWriteIsUnderWayNothingIsErased) {
  world_.crm().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite) return std::nullopt;
    OperationResult lost;
    lost.id = operation.id;
    lost.kind = OperationResult::Kind::kFailure;
    lost.failure = FailureClass::kUncertain;
    lost.code = "CONNECTION_LOST";
    return lost;
  };
  world_.sage().Edit("contact", contact_, {{"CT_EMail", "late@quibbledorf.example"}});
  world_.Poll(Side::kLeft);
  world_.Drain();
  const LinkId link = ContactLink();

  const absl::Status refused = EraseLinkOf(world_, link);

  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("ERASE_BUSY"));
  EXPECT_FALSE(LinkNumbered(link).erased);
  world_.crm().fail = nullptr;
  world_.Settle();
  EXPECT_TRUE(EraseLinkOf(world_, link).ok());
  EXPECT_THAT(PlacesOf(world_, values_), IsEmpty());
}

TEST_F(EraseTest, AnErasureThatAKillCutShortIsSeenThroughByTheNextEngine) {
  const LinkId link = ContactLink();
  world_.crm().Edit("contacts", CrmContactOf(contact_), {{"lastName", "Quibbledorf-Un"}});
  world_.sage().Edit("contact", contact_, {{"CT_Nom", "Quibbledorf-Deux"}});
  world_.Settle();
  const auto snapshot = world_.store().Snapshot();
  const auto plan = PlanErase(*snapshot, LinkNumbered(link), "");
  ASSERT_TRUE(world_.Ask(plan->what).status.ok());
  world_.Restart();
  world_.ConnectBoth();

  for (int i = 0; i < 50 && TakeEraseStep(world_); ++i) world_.Restart();
  world_.ConnectBoth();
  world_.Settle();

  EXPECT_THAT(PlacesOf(world_, values_), IsEmpty());
  EXPECT_GT(LinkNumbered(link).erased->clean_micros, 0);
  world_.Reconcile();
  EXPECT_THAT(PlacesOf(world_, values_), IsEmpty());
}

TEST_F(EraseTest, WhatWasPreparedOnAnOlderHistoryIsRefused) {
  const LinkId link = ContactLink();
  const auto snapshot = world_.store().Snapshot();
  auto plan = PlanErase(*snapshot, LinkNumbered(link), "");
  world_.sage().Edit("contact", contact_, {{"CT_EMail", "z@quibbledorf.example"}});
  world_.Settle();

  const Reply reply = world_.Ask(plan->what);

  EXPECT_THAT(std::string(reply.status.message()), ::testing::HasSubstr("ERASE_MOVED"));
  EXPECT_TRUE(LinkNumbered(link).linked());
}

TEST_F(EraseTest, OnlyAskedNothingIsDone) {
  const LinkId link = ContactLink();
  auto plan = PlanErase(*world_.store().Snapshot(), LinkNumbered(link), "");
  plan->what.validate_only = true;

  EXPECT_TRUE(world_.Ask(plan->what).status.ok());
  EXPECT_TRUE(LinkNumbered(link).linked());
}

TEST_F(EraseTest, WhoRefersIsCountedByEntity) {
  const auto plan = PlanErase(*world_.store().Snapshot(), LinkNumbered(PartyLink("ACME")), "");
  EXPECT_EQ(plan->referring, (std::map<std::string, std::int64_t>{{"contact", 1}}));
}

TEST_F(EraseTest, ThePersonStaysForgottenOverARestart) {
  ASSERT_TRUE(EraseLinkOf(world_, ContactLink()).ok());
  world_.Restart();
  world_.ConnectBoth();
  world_.Reconcile();

  EXPECT_THAT(PlacesOf(world_, values_), IsEmpty());
  EXPECT_EQ(world_.crm().CountLive("contacts"), 2u);
}

TEST_F(EraseTest, AnErasedQuoteIsNotPushed) {
  const Reply refused = world_.Ask(PushQuote{"link:" + std::to_string(ContactLink())});
  EXPECT_FALSE(refused.status.ok());
  ASSERT_TRUE(EraseLinkOf(world_, ContactLink()).ok());
  EXPECT_FALSE(world_.Ask(PushQuote{"link:" + std::to_string(LinkNumbered(1).id)}).status.ok());
}

TEST_F(EraseTest, BackupsAreRememberedInOrder) {
  world_.Ask(NoteBackup{.directory = "/var/backups/one"});
  world_.Advance(absl::Hours(1));
  const Reply second = world_.Ask(NoteBackup{.directory = "/var/backups/two"});
  world_.Advance(absl::Hours(1));
  world_.Ask(NoteBackup{.directory = "/var/backups/two", .is_failed = true, .at_micros = *FieldOf(second.answer, "noted").As<std::int64_t>()});

  const std::vector<KnownBackup> known = ReadBackups(*world_.store().Snapshot()->Meta());

  ASSERT_THAT(known, SizeIs(1));
  EXPECT_EQ(known.front().directory, "/var/backups/one");
}

TEST(BatchTest, AForgottenHistoryTakesAlongWhatWasWrittenOfItBefore) {
  Batch earlier;
  earlier.journal = {JournalEntry{.link = 1, .seq = 1}, JournalEntry{.link = 2, .seq = 1}};
  Batch later;
  later.forgotten = {1};
  later.journal = {JournalEntry{.link = 1, .seq = 2}};
  earlier.Append(std::move(later));

  ASSERT_THAT(earlier.journal, SizeIs(2));
  EXPECT_EQ(earlier.journal[0].link, 2u);
  EXPECT_EQ(earlier.journal[1].seq, 2u);
  EXPECT_FALSE(earlier.empty());
}

}  // namespace
}  // namespace entente::testing
