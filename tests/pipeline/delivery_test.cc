#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ssm_world.h"

// What leaves, and what becomes of it when the answer is a refusal, late, or lost.
namespace entente::testing {
namespace {

using ::testing::SizeIs;

OperationResult Failure(FailureClass failure, const std::string& code) {
  OperationResult result;
  result.kind = OperationResult::Kind::kFailure;
  result.failure = failure;
  result.code = code;
  return result;
}

// Linked prospects PROS1, PROS2 … of both sides.
class DeliveryTest : public ::testing::Test {
 protected:
  explicit DeliveryTest(int prospects = 2) {
    world.FirstLoad();
    for (int i = 1; i <= prospects; ++i) world.SageParty(Code(i), "Prospect " + std::to_string(i), true, {{"CT_Telephone", "0102030405"}});
    world.Settle();
  }
  static std::string Code(int number) { return "PROS" + std::to_string(number); }
  std::string Account(int number) { return world.CrmByExtId("accounts", Code(number)); }
  std::string InSage(int number, const std::string& field) { return world.sage().Field("party", Code(number), field).ToDisplay(); }
  std::string InCrm(int number, const std::string& field) { return world.crm().Field("accounts", Account(number), field).ToDisplay(); }

  // The next `times` operations of the kind fail so.
  void Fail(SimSystem& system, OperationKind kind, int times, FailureClass failure, const std::string& code) {
    system.fail = [kind, times, failure, code](const OperationOut& operation) mutable -> std::optional<OperationResult> {
      if (operation.kind != kind || times <= 0) return std::nullopt;
      --times;
      return Failure(failure, code);
    };
  }

  // Users of the CRM move both accounts to Nantes while what Sage sends them is under way.
  void EditBothWhileWritesAreUnderWay() {
    for (int i : {1, 2}) world.sage().Edit("party", Code(i), {{"CT_Telephone", "0999999999"}});
    world.on_send = [this](Side side, std::size_t) {
      if (side != Side::kRight || is_edited) return;
      is_edited = true;
      for (int i : {1, 2}) world.crm().Edit("accounts", Account(i), {{"city", "Nantes"}});
      world.Poll(Side::kRight, "accounts");
    };
  }

  SsmWorld world;
  bool is_edited = false;
  int searches = 0;
  int tries = 0;
};

// One turn is one batch: what is decided is on disk with what was read, and leaves after one sync.
TEST_F(DeliveryTest, WhatAnEditOwesLeavesWithTheTurnThatReadIt) {
  world.ResetCounts();
  world.sage().Edit("party", Code(1), {{"CT_Telephone", "0999999999"}});
  world.Poll(Side::kLeft, "party");

  world.Step();

  EXPECT_THAT(world.performed(), SizeIs(1));
}

TEST_F(DeliveryTest, EditsMadeWhileAWriteIsUnderWayAreNotLostWhenTheWriteIsRefused) {
  EditBothWhileWritesAreUnderWay();
  Fail(world.crm(), OperationKind::kWrite, 2, FailureClass::kNever, "REFUSED");

  world.Settle();

  EXPECT_TRUE(is_edited);
  for (int i : {1, 2}) EXPECT_EQ(InSage(i, "CT_Ville"), "Nantes") << world.Story();
}

TEST_F(DeliveryTest, AReadWhoseSessionEndedIsAskedAgainOfTheNext) {
  EditBothWhileWritesAreUnderWay();
  Fail(world.crm(), OperationKind::kWrite, 2, FailureClass::kNever, "REFUSED");
  world.Poll(Side::kLeft);
  while (world.crm().counts().reads < 2) ASSERT_TRUE(world.Step()) << world.Story();

  world.Disconnect(Side::kRight);
  ASSERT_TRUE(world.Connect(Side::kRight).ok());
  world.Settle();

  EXPECT_GT(world.crm().counts().reads, 2);
  for (int i : {1, 2}) EXPECT_EQ(InSage(i, "CT_Ville"), "Nantes") << world.Story();
}

TEST_F(DeliveryTest, AReadOfOneSideIsNotAskedTwiceWhenTheOthersSessionEnds) {
  EditBothWhileWritesAreUnderWay();
  Fail(world.crm(), OperationKind::kWrite, 2, FailureClass::kNever, "REFUSED");
  world.Poll(Side::kLeft);
  while (world.crm().counts().reads < 2) ASSERT_TRUE(world.Step()) << world.Story();

  world.Disconnect(Side::kLeft);
  ASSERT_TRUE(world.Connect(Side::kLeft).ok());
  world.Settle();

  EXPECT_EQ(world.crm().counts().reads, 2);
  for (int i : {1, 2}) EXPECT_EQ(InSage(i, "CT_Ville"), "Nantes") << world.Story();
}

TEST_F(DeliveryTest, AReadThatFailsIsAskedAgainWhenItsTimeHasCome) {
  EditBothWhileWritesAreUnderWay();
  int writes = 2, reads = 2;
  world.crm().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind == OperationKind::kWrite && writes-- > 0) return Failure(FailureClass::kNever, "REFUSED");
    if (operation.kind == OperationKind::kRead && reads-- > 0) return Failure(FailureClass::kAgain, "UNAVAILABLE");
    return std::nullopt;
  };

  world.Settle();

  for (int i : {1, 2}) EXPECT_EQ(InSage(i, "CT_Ville"), "Nantes") << world.Story();
}

TEST_F(DeliveryTest, AWriteThatBacksOffGoesWhenItsTimeHasCome) {
  world.ResetCounts();
  Fail(world.crm(), OperationKind::kWrite, 1, FailureClass::kAgain, "UNAVAILABLE");
  world.sage().Edit("party", Code(1), {{"CT_Telephone", "0999999999"}});

  world.Settle();

  EXPECT_EQ(InCrm(1, "phone"), "0999999999") << world.Story();
  EXPECT_EQ(world.crm().counts().reads + world.crm().counts().finds, 0) << "a refusal leaves no doubt to look into";
  EXPECT_EQ(world.status().counters["failed.ssm.UNAVAILABLE"], 1) << world.Story();
}

TEST_F(DeliveryTest, NothingIsHandedToASideWhoseSessionEnded) {
  world.Disconnect(Side::kRight);
  world.ResetCounts();
  world.sage().Edit("party", Code(1), {{"CT_Telephone", "0999999999"}});

  world.Settle();
  EXPECT_EQ(world.crm().counts().writes(), 0);

  ASSERT_TRUE(world.Connect(Side::kRight).ok());
  world.Settle();
  EXPECT_EQ(world.crm().counts().updates, 1);
  EXPECT_EQ(InCrm(1, "phone"), "0999999999") << world.Story();
}

TEST_F(DeliveryTest, NothingIsCreatedWhereTheSystemCannotUntilItCan) {
  world.crm().at("accounts").can_create = false;
  world.Disconnect(Side::kRight);
  ASSERT_TRUE(world.Connect(Side::kRight).ok());
  world.ResetCounts();
  world.SageParty("PROS3", "Prospect 3", true);

  world.Settle();
  const auto waits = world.LinkOf(Side::kLeft, "party", "PROS3");
  ASSERT_TRUE(waits && waits->parked) << world.Story();
  EXPECT_EQ(waits->parked->reason, "capability_missing");
  EXPECT_TRUE(world.performed().empty());

  world.crm().at("accounts").can_create = true;
  world.Disconnect(Side::kRight);
  ASSERT_TRUE(world.Connect(Side::kRight).ok());
  world.Settle();
  EXPECT_FALSE(Account(3).empty()) << world.Story();
}

TEST_F(DeliveryTest, WhatSomebodyTypedWithTheSameCodeAndNobodyReadYetIsNotMadeAgain) {
  const std::string typed = world.crm().Create("accounts", {{"name", "Prospect 3"}, {"extId", "PROS3"}, {"statusId", "Prospect"}});
  world.SageParty("PROS3", "Prospect 3", true);

  world.Poll(Side::kLeft);
  world.Drain();

  EXPECT_EQ(Account(3), typed) << world.Story();
  world.Settle();
  EXPECT_EQ(world.Partner(Side::kLeft, "party", "PROS3"), typed) << world.Story();
}

TEST_F(DeliveryTest, ACreateSaysWhatItIsFor) {
  SsmWorld fresh;
  fresh.SageCollaborator("7", "Ada", "Lovelace", "ada@example.com");
  fresh.FirstLoad();
  world.SageParty("PROS3", "Prospect 3", true);
  world.Settle();

  const auto reason_of = [](const World& of, const std::string& resource) {
    for (const auto& [side, operation] : of.performed()) {
      if (operation.verb == Verb::kCreate && operation.resource == resource) return operation.reason;
    }
    return std::string();
  };
  EXPECT_EQ(reason_of(fresh, "users"), "first_load") << "approved with all others";
  EXPECT_EQ(reason_of(world, "accounts"), "new_record");
}

TEST_F(DeliveryTest, WhatIsDecidedWhileSomethingIsUnderWayLeavesBeforeThatIsAnswered) {
  world.ResetCounts();
  for (const auto& [code, phone] : std::vector<std::pair<int, const char*>>{{1, "0911111111"}, {2, "0922222222"}, {1, "0933333333"}}) {
    world.sage().Edit("party", Code(code), {{"CT_Telephone", phone}});
    world.Poll(Side::kLeft, "party");
  }

  // The three batches stand before any answer.
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.Step());

  EXPECT_THAT(world.performed(), SizeIs(2)) << world.Story();
}

TEST_F(DeliveryTest, ANewerDecisionTakesThePlaceOfOneThatBacksOff) {
  Fail(world.crm(), OperationKind::kWrite, 1, FailureClass::kAgain, "UNAVAILABLE");
  world.sage().Edit("party", Code(1), {{"CT_Telephone", "0911111111"}});
  world.Poll(Side::kLeft);
  world.Drain();
  EXPECT_EQ(world.status().outbox_right, 1u) << world.Story();

  world.sage().Edit("party", Code(1), {{"CT_Telephone", "0922222222"}});
  world.Poll(Side::kLeft);
  world.Drain();

  EXPECT_EQ(InCrm(1, "phone"), "0922222222") << world.Story();
  EXPECT_EQ(world.status().outbox_right, 0u) << "nothing waits for the time of the former one";
}

TEST_F(DeliveryTest, ADeadLetterIsGoneWhenAPersonHasItTriedAgain) {
  Fail(world.crm(), OperationKind::kWrite, 1, FailureClass::kNever, "REFUSED");
  world.SageParty("PROS3", "Prospect 3", true);
  world.Settle();
  ASSERT_THAT(world.Items("dead_letter"), SizeIs(1)) << world.Story();
  EXPECT_TRUE(Account(3).empty()) << "nobody asked for another try";

  ASSERT_TRUE(world.Ask(RetryDeadLetter{world.Items("dead_letter").front().id}).status.ok());
  EXPECT_THAT(world.Items("dead_letter"), SizeIs(0)) << world.Story();
  world.Settle();

  EXPECT_FALSE(Account(3).empty()) << world.Story();
  EXPECT_EQ(world.Items("dead_letter", false).size(), 1u);
}

TEST_F(DeliveryTest, ADeadLetterThatIsDiscardedIsGoneAndTheRecordLookedAtAnew) {
  Fail(world.crm(), OperationKind::kWrite, 1, FailureClass::kNever, "REFUSED");
  world.sage().Edit("party", Code(1), {{"CT_Telephone", "0999999999"}});
  world.Settle();
  ASSERT_THAT(world.Items("dead_letter"), SizeIs(1)) << world.Story();

  ASSERT_TRUE(world.Ask(DiscardDeadLetter{world.Items("dead_letter").front().id}).status.ok());

  EXPECT_THAT(world.Items("dead_letter"), SizeIs(0)) << world.Story();
}

TEST_F(DeliveryTest, WhatMovesOnAgainAndAgainBacksOffAndIsTold) {
  world.crm().fail = [this](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || tries++ > 20) return std::nullopt;
    return Failure(FailureClass::kMovedOn, "REVISION_MISMATCH");
  };
  world.sage().Edit("party", Code(1), {{"CT_Telephone", "0999999999"}});

  world.Poll(Side::kLeft);
  world.Drain();

  EXPECT_EQ(tries, world.tuning.moved_on_max + 1) << world.Story();
  EXPECT_THAT(world.Items("moved_on"), SizeIs(1)) << world.Story();
  for (int i = 0; i < 60 && tries <= 21; ++i) world.Advance(absl::Minutes(10));
  EXPECT_EQ(InCrm(1, "phone"), "0999999999") << world.Story();
  EXPECT_THAT(world.Items("moved_on"), SizeIs(0)) << world.Story();
}

// The create arrives, its answers are lost, and searches do not show it yet.
TEST_F(DeliveryTest, ALostAnswerIsSearchedForAsOftenAfterARepeatAsBefore) {
  int lost = 2;
  world.crm().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind == OperationKind::kWrite && operation.verb == Verb::kCreate && lost-- > 0) return Failure(FailureClass::kUncertain, "NO_ANSWER");
    if (operation.kind != OperationKind::kFind || lost < 0) return std::nullopt;
    ++searches;
    OperationResult nothing;
    nothing.kind = OperationResult::Kind::kFound;
    nothing.failure = FailureClass::kAgain;   // so that it stands in place of the answer
    return nothing;
  };
  world.SageParty("PROS3", "Prospect 3", true);

  // Without polls, which would show the record.
  world.Poll(Side::kLeft);
  for (int i = 0; i < 60 && lost >= 0; ++i) world.Advance(absl::Seconds(1));

  EXPECT_EQ(searches, 2 * world.tuning.searches_before_repeat);
  world.Settle();
  EXPECT_EQ(world.crm().Where("accounts", "extId", Value("PROS3")).size(), 1u) << world.Story();
}

void Handle(World& world, const Event& event) {
  while (!world.machine().Handle(event, world.now())) world.machine().Supply(*world.store().Get(world.machine().wanted()));
  world.Advance(absl::ZeroDuration());
}

// Hands a batch to the machine as a connector of Sage would.
void Feed(World& world, FeedChange change) {
  FeedBatch batch;
  batch.side = Side::kLeft;
  batch.resource = "party";
  batch.mode = FeedMode::kLive;
  batch.session = world.status().sides[Side::kLeft].session->number;
  change.read_seq = 1'000'000;
  batch.changes.push_back(std::move(change));
  Handle(world, std::move(batch));
}

TEST_F(DeliveryTest, AConnectorIsHandedNoMoreThanItTakes) {
  constexpr int kProspects = 6;
  world.EndsInUnrest();
  for (int i = 3; i <= kProspects; ++i) world.SageParty(Code(i), "Prospect " + std::to_string(i), true);
  world.Settle();
  SessionInfo session = world.crm().Describe(0);
  const Machine::Opening opening = world.machine().OpenSession(session);
  session.number = opening.number;
  session.generation = opening.generation;
  Handle(world, SessionOpened{session});
  Handle(world, OperationsReady{Side::kRight, session.number, 2});
  world.ResetCounts();

  for (int i = 1; i <= kProspects; i += 2) {
    for (int one : {i, i + 1}) world.sage().Edit("party", Code(one), {{"CT_Telephone", "0999999999"}});
    world.Poll(Side::kLeft, "party");
  }
  // The three batches stand before any answer.
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.Step());
  EXPECT_THAT(world.performed(), SizeIs(2)) << world.Story();

  world.Drain();
  for (int i = 1; i <= kProspects; ++i) EXPECT_EQ(InCrm(i, "phone"), "0999999999") << world.Story();
}

// Sage answers the write itself with its own spelling: that is how it holds what it was sent, and nobody's edit.
TEST_F(DeliveryTest, WhatAWriteComesBackAsIsNoEditOfTheSystem) {
  world.sage().render = [](const std::string&, const std::string& field, const Value& value) { return field == "CT_Ville" ? Value("SAINT-MALO CEDEX") : value; };
  world.ResetCounts();
  world.crm().Edit("accounts", Account(1), {{"city", "Saint-Malo"}});

  world.Settle();

  EXPECT_EQ(InSage(1, "CT_Ville"), "SAINT-MALO CEDEX") << world.Story();
  EXPECT_EQ(InCrm(1, "city"), "Saint-Malo") << world.Story();
  EXPECT_EQ(world.writes(), 1) << world.Story();
}

TEST_F(DeliveryTest, ANewKeyToldWithTheFormerOneIsTheSameRecordWithoutARowToo) {
  world.sage().Rekey("party", Code(1), "NEUF");
  FeedChange change;
  change.kind = ChangeKind::kContent;
  change.key = "NEUF";
  change.former_key = Code(1);
  change.fields = world.sage().Find("party", "NEUF")->fields;

  Feed(world, std::move(change));
  world.Settle();

  EXPECT_EQ(world.crm().CountLive("accounts"), 2u) << world.Story();
  EXPECT_EQ(world.status().counters["rekeyed"], 1) << world.Story();
}

TEST_F(DeliveryTest, AFormerKeyThatNobodyKnowsIsNoTrace) {
  FeedChange change;
  change.kind = ChangeKind::kContent;
  change.key = world.SageParty("NEUF", "Neuf", true);
  change.former_key = "NOBODY";
  change.fields = world.sage().Find("party", "NEUF")->fields;

  Feed(world, std::move(change));
  world.Settle();

  EXPECT_EQ(world.crm().CountLive("accounts"), 3u) << world.Story();
}

// Told of a code the record has no more, it is nobody's matter.
TEST_F(DeliveryTest, AChangeOfResourceIsToldOfTheRecordThatBearsTheKeyAlone) {
  world.sage().Rekey("party", Code(1), "NEUF");
  world.Settle();
  FeedChange change;
  change.kind = ChangeKind::kChangedResource;
  change.key = Code(1);
  Feed(world, change);
  EXPECT_THAT(world.Items("changed_resource"), SizeIs(0)) << world.Story();
  change.key = "NOBODY";
  Feed(world, change);
  EXPECT_THAT(world.Items("changed_resource"), SizeIs(0)) << world.Story();

  change.key = "NEUF";
  Feed(world, change);
  EXPECT_THAT(world.Items("changed_resource"), SizeIs(1)) << world.Story();
}

TEST_F(DeliveryTest, AReceiptThatNamesNoRowLeavesTheKnownOne) {
  world.sage().fail = [this](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite) return std::nullopt;
    world.sage().Edit("party", operation.key, operation.fields);
    OperationResult receipt;
    receipt.observation = Observation::kAtomic;
    receipt.change = FeedChange{};
    receipt.change->kind = ChangeKind::kContent;
    receipt.change->key = operation.key;
    receipt.change->fields = world.sage().Find("party", operation.key)->fields;
    return receipt;
  };
  world.crm().Edit("accounts", Account(1), {{"city", "Nantes"}});
  world.Poll();
  world.Drain();
  ASSERT_EQ(InSage(1, "CT_Ville"), "Nantes") << world.Story();

  const auto link = world.LinkOf(Side::kLeft, "party", Code(1));
  ASSERT_TRUE(link);
  EXPECT_TRUE(link->members[Side::kLeft].row);
  world.sage().Rekey("party", Code(1), "NEUF");
  world.Settle();
  EXPECT_EQ(world.crm().CountLive("accounts"), 2u) << world.Story();
}

TEST_F(DeliveryTest, WhatIsReadDeletedAndRefusedIsCounted) {
  Fail(world.crm(), OperationKind::kWrite, 1, FailureClass::kNever, "REFUSED");
  world.sage().Edit("party", Code(1), {{"CT_Telephone", "0999999999"}});
  world.crm().Delete("accounts", Account(2));

  world.Settle();

  auto counters = world.status().counters;
  EXPECT_EQ(counters["failed.ssm.REFUSED"], 1) << world.Story();
  EXPECT_EQ(counters["changes.deleted"], 1) << world.Story();
  EXPECT_GE(counters["read.sage.party"], 3) << world.Story();
  EXPECT_THAT(world.Items("dead_letter"), SizeIs(1));
}

// Five products a day may be deleted, or a hundredth. They are gone from Sage, a reconcile finds it, and the hold of five seconds ends.
void DeleteInSage(World& world, int first, int last) {
  for (int i = first; i < last; ++i) world.sage().Delete("article", "A" + std::to_string(i));
  world.Ask(StartRun{"reconcile", {}});
  world.Drain();
  world.Advance(absl::Seconds(5));
}

// A hundredth of what there is, where that is more than five.
TEST(DeleteBudget, GrowsWithTheRecords) {
  constexpr int kArticles = 700;
  SsmWorld world;
  world.EndsInUnrest();
  for (int i = 0; i < kArticles; ++i) world.SageArticle("A" + std::to_string(i), "Chaise", "10.00");
  world.FirstLoad();

  DeleteInSage(world, 0, 7);

  EXPECT_EQ(world.crm().counts().deletes, 7) << world.Items("mass_delete").size();
}

TEST(DeleteBudget, IsWholeAgainWhenADayHasPassedAndNotBefore) {
  for (const auto& [later, deletes] : std::vector<std::pair<absl::Duration, int>>{{absl::Hours(24) - absl::Microseconds(1), 5}, {absl::Hours(24), 6}}) {
    SsmWorld world;
    world.EndsInUnrest();
    for (int i = 0; i < 6; ++i) world.SageArticle("A" + std::to_string(i), "Chaise", "10.00");
    world.FirstLoad();
    DeleteInSage(world, 0, 5);
    ASSERT_EQ(world.crm().counts().deletes, 5) << world.Story();

    world.Advance(later - absl::Seconds(5));
    DeleteInSage(world, 5, 6);

    EXPECT_EQ(world.crm().counts().deletes, deletes) << world.Story();
  }
}

}  // namespace
}  // namespace entente::testing
