#include <gtest/gtest.h>

#include <memory>

#include "engine/simulation/checkers/checkers.h"
#include "tests/simulation/packs.h"

// Each checker is shown a world with one thing wrong, and says so; and the same world without it, and says nothing.
namespace entente::simulation {
namespace {

// One company on both sides, in agreement.
class CheckersTest : public ::testing::Test {
 protected:
  CheckersTest() {
    const std::uint64_t birth = ledger_.Add(Birth{.entity = "company", .side = Side::kLeft});
    const std::uint64_t edit = Typed(birth, Side::kLeft, "city");
    left_.Create("company", birth, {{"code", "C1"}, {"city", ValueOf(Shape::kText, edit, 35)}}, {{"city", edit}}, 1);
    account_ = right_.Create("accounts", birth, {{"ext_id", "C1"}, {"town", ValueOf(Shape::kText, edit, 60)}}, {{"town", edit}}, 2);
    Link link;
    link.id = 1;
    link.entity = "company";
    link.members[Side::kLeft] = Member{.resource = "company", .key = "C1", .presence = Presence::kPresent};
    link.members[Side::kRight] = Member{.resource = "accounts", .key = account_, .presence = Presence::kPresent};
    scene_.links.push_back(link);
    scene_.records[{Side::kLeft, "company", "C1"}] = RecordEntry{.link = 1};
    scene_.records[{Side::kRight, "accounts", account_}] = RecordEntry{.link = 1};
    birth_ = birth;
  }

  std::uint64_t Typed(std::uint64_t birth, Side side, const std::string& native, std::uint64_t onto = 0) { return ledger_.Add(Edit{.birth = birth, .side = side, .native = native, .onto = onto, .is_read = true}); }

  WriteSeen& Wrote(Verb verb, Side side, DeliveryId id) {
    WriteSeen& write = ledger_.writes.emplace_back();
    write.side = side;
    write.id = id;
    write.verb = verb;
    write.resource = side == Side::kLeft ? "company" : "accounts";
    write.rule = "company.city";
    write.uid = write.birth = birth_;
    write.epoch = 1;
    write.had_effect = true;
    scene_.journal[1].push_back(JournalEntry{.link = 1, .seq = id, .kind = "decided", .rule = "company.city", .details = {{"delivery", static_cast<std::int64_t>(id)}}});
    return write;
  }

  std::string Broken() {
    Verdicts verdicts;
    Judge(scene_, verdicts);
    std::set<std::string> names;
    for (const Violation& violation : verdicts.violations) names.insert(violation.checker);
    std::string text;
    for (const std::string& name : names) text += text.empty() ? name : " " + name;
    return text;
  }

  Terrain terrain_{PackNamed("small")};
  Ledger ledger_;
  System left_{Side::kLeft, terrain_, PlainQuirks(), ledger_, 1};
  System right_{Side::kRight, terrain_, PlainQuirks(), ledger_, 2};
  std::string account_;
  std::uint64_t birth_ = 0;
  Scene scene_{.terrain = terrain_, .pack = terrain_.pack(), .ledger = ledger_, .systems = {{&left_, &right_}}, .links = {}, .records = {}, .work = {}, .journal = {}, .boot = {}, .status = {},
               .operations_open_max = {}, .is_overrun = {}, .damaged = {}};
};

TEST_F(CheckersTest, AWorldInAgreementBreaksNothing) { EXPECT_EQ(Broken(), ""); }

TEST_F(CheckersTest, QuiescenceSeesAPassTooMany) {
  scene_.rounds = 9;
  EXPECT_EQ(Broken(), "quiescence");
  scene_.is_at_rest = false;
  EXPECT_EQ(Broken(), "quiescence");
}

TEST_F(CheckersTest, ConvergenceSeesAFieldThatDiffersAndNobodyIsTold) {
  const std::uint64_t edit = Typed(birth_, Side::kRight, "town", 1);
  right_.Edit("accounts", account_, "town", ValueOf(Shape::kText, edit, 60), edit, 3);
  EXPECT_EQ(Broken(), "convergence");
  scene_.links.front().items["value_does_not_fit"] = 1;
  EXPECT_EQ(Broken(), "");
}

TEST_F(CheckersTest, ConvergenceSeesARecordThatIsGone) {
  right_.Delete("accounts", account_, 3);
  EXPECT_EQ(Broken(), "convergence");
}

TEST_F(CheckersTest, ALostEditIsSeenUnlessAConflictKeepsIt) {
  const std::uint64_t lost = Typed(birth_, Side::kRight, "town");
  EXPECT_EQ(Broken(), "lost_edit");
  scene_.work.push_back(WorkItem{.id = 1, .kind = WorkItem::Kind::kConflict, .link = 1, .details = {{"field", "city"}, {"right", ValueOf(Shape::kText, lost, 60)}}, .choices = {}, .resolution = {}});
  EXPECT_EQ(Broken(), "");
}

TEST_F(CheckersTest, AnEditTypedOverByItsUserIsNotLost) {
  Typed(birth_, Side::kLeft, "city");
  ledger_.FindEdit(1)->onto = 2;
  EXPECT_EQ(Broken(), "");
}

// Typed and emptied again before anything of it reached the other side: to both, the field is as empty as when they agreed on it. Had what was
// typed been carried over, the emptying is an edit like others.
TEST_F(CheckersTest, AnEmptyingThatTakesBackWhatWasNeverCarriedIsNotLost) {
  const std::uint64_t typed = ledger_.Add(Edit{.birth = birth_, .side = Side::kRight, .native = "mail", .is_onto_blank = true});
  const std::uint64_t more = ledger_.Add(Edit{.birth = birth_, .side = Side::kRight, .native = "mail", .onto = typed});
  ledger_.Add(Edit{.birth = birth_, .side = Side::kRight, .native = "mail", .onto = more, .is_blank = true, .is_read = true});
  const std::uint64_t other = Typed(birth_, Side::kLeft, "email");
  left_.Edit("company", "C1", "email", ValueOf(Shape::kMail, other, 69), other, 3);
  right_.Edit("accounts", account_, "mail", ValueOf(Shape::kMail, other, 69), other, 4);
  EXPECT_EQ(Broken(), "");

  ledger_.FindEdit(typed)->is_carried = true;
  EXPECT_EQ(Broken(), "lost_edit");
}

// What stood before is judged in its place: here an emptying of what both sides had.
TEST_F(CheckersTest, WhatStoodBeforeWhatWasTakenBackIsStillAnEdit) {
  const std::uint64_t stood = ledger_.Add(Edit{.birth = birth_, .side = Side::kRight, .native = "mail", .is_onto_blank = true, .is_read = true, .is_carried = true});
  const std::uint64_t emptied = ledger_.Add(Edit{.birth = birth_, .side = Side::kRight, .native = "mail", .onto = stood, .is_blank = true, .is_read = true});
  const std::uint64_t typed = ledger_.Add(Edit{.birth = birth_, .side = Side::kRight, .native = "mail", .onto = emptied, .is_onto_blank = true});
  ledger_.Add(Edit{.birth = birth_, .side = Side::kRight, .native = "mail", .onto = typed, .is_blank = true});
  const std::uint64_t other = Typed(birth_, Side::kLeft, "email");
  left_.Edit("company", "C1", "email", ValueOf(Shape::kMail, other, 69), other, 3);
  right_.Edit("accounts", account_, "mail", ValueOf(Shape::kMail, other, 69), other, 4);
  EXPECT_EQ(Broken(), "lost_edit");
}

// Emptied on both sides, read on both, and typed anew on one: the field they agreed on was typed over. What is typed before both were read meets
// an emptying nobody had agreed on.
TEST_F(CheckersTest, AnEmptyingBothSidesAgreedOnMayBeTypedOver) {
  const auto empty = [&](Side side, const char* native) {
    const std::uint64_t stood = ledger_.Add(Edit{.birth = birth_, .side = side, .native = native, .is_onto_blank = true, .is_read = true, .read_micros = 1, .is_carried = true});
    return ledger_.Add(Edit{.birth = birth_, .side = side, .native = native, .onto = stood, .is_blank = true, .is_read = true, .read_micros = 10});
  };
  empty(Side::kRight, "mail");
  const std::uint64_t here = empty(Side::kLeft, "email");
  const std::uint64_t after = ledger_.Add(Edit{.birth = birth_, .side = Side::kLeft, .native = "email", .at_micros = 11, .onto = here, .is_onto_blank = true, .is_read = true, .read_micros = 12});
  left_.Edit("company", "C1", "email", ValueOf(Shape::kMail, after, 69), after, 11);
  right_.Edit("accounts", account_, "mail", ValueOf(Shape::kMail, after, 69), after, 13);
  EXPECT_EQ(Broken(), "");

  ledger_.FindEdit(after)->at_micros = 9;
  EXPECT_EQ(Broken(), "lost_edit");
}

TEST_F(CheckersTest, ADeleteNobodyAskedForIsSeen) {
  Wrote(Verb::kDelete, Side::kRight, 7);
  EXPECT_EQ(Broken(), "delete_by_mistake");
  ledger_.FindBirth(birth_)->deleted_micros[Side::kLeft] = 1;
  EXPECT_EQ(Broken(), "");
}

TEST_F(CheckersTest, AResurrectionWithoutARuleIsSeen) {
  ledger_.FindBirth(birth_)->deleted_micros[Side::kRight] = 1;
  Wrote(Verb::kCreate, Side::kRight, 7).at_micros = 2;
  EXPECT_EQ(Broken(), "resurrection");
}

TEST_F(CheckersTest, AWriteWithoutRuleOrDecisionIsSeen) {
  Wrote(Verb::kUpdate, Side::kRight, 7).rule.clear();
  EXPECT_EQ(Broken(), "provenance");
  ledger_.writes.back().rule = "company.city";
  EXPECT_EQ(Broken(), "");
  scene_.journal.clear();
  EXPECT_EQ(Broken(), "provenance");
}

TEST_F(CheckersTest, ASecondPassThatWritesOrRemembersIsSeen) {
  scene_.writes_after_rest = 1;
  EXPECT_EQ(Broken(), "second_pass");
  scene_.writes_after_rest = 0;
  scene_.state_after_pass = 1;
  EXPECT_EQ(Broken(), "second_pass");
}

TEST_F(CheckersTest, WritesOfARecordOutOfOrderAreSeen) {
  Wrote(Verb::kUpdate, Side::kRight, 8);
  Wrote(Verb::kUpdate, Side::kRight, 7);
  EXPECT_EQ(Broken(), "order");
}

TEST_F(CheckersTest, AWriteThatMayNotBeIsRefusedAndSeen) {
  OperationOut write;
  write.verb = Verb::kUpdate;
  write.resource = "article";
  write.rule = "x";
  left_.Perform(write, 1, 1, 1, 5);
  EXPECT_NE(Broken().find("read_only"), std::string::npos);
}

TEST_F(CheckersTest, AChildBeforeItsParentIsSeen) {
  OperationOut write;
  write.verb = Verb::kCreate;
  write.resource = "person";
  write.rule = "x";
  write.fields = {{"company", Reference{"company", "NEVER"}}};
  left_.Perform(write, 1, 1, 1, 5);
  EXPECT_NE(Broken().find("parents_first"), std::string::npos);
}

TEST_F(CheckersTest, DeletesOverTheBudgetAreSeen) {
  ledger_.FindBirth(birth_)->deleted_micros[Side::kLeft] = 1;
  for (DeliveryId id = 1; id <= 6; ++id) Wrote(Verb::kDelete, Side::kRight, id);
  EXPECT_EQ(Broken(), "budgets");
}

TEST_F(CheckersTest, WhatAKilledEngineForgotIsSeen) {
  Boot boot;
  boot.outbox[{Side::kLeft, Lane::kContinuous, 7}] = OutboxEntry{.link = 1, .sent = true, .creates = {}};
  boot.cursors[{Side::kLeft, "company"}] = "1:17";
  Verdicts verdicts;
  CheckDurability(boot, Side::kLeft, {7}, {{"company", "1:17"}}, verdicts);
  EXPECT_TRUE(verdicts.violations.empty());
  CheckDurability(boot, Side::kLeft, {8}, {}, verdicts);
  CheckDurability(boot, Side::kLeft, {}, {{"company", "1:18"}}, verdicts);
  EXPECT_EQ(verdicts.violations.size(), 2u);
}

TEST_F(CheckersTest, TwoRecordsOfOneAreSeen) {
  right_.Create("accounts", birth_, {}, {}, 3);
  EXPECT_EQ(Broken(), "duplicate");
}

TEST_F(CheckersTest, AWriteOfAFormerEngineIsSeen) {
  Wrote(Verb::kUpdate, Side::kRight, 7).epoch = 2;
  Wrote(Verb::kUpdate, Side::kRight, 8).epoch = 1;
  EXPECT_EQ(Broken(), "fencing");
}

TEST_F(CheckersTest, LinksThatDangleAreSeen) {
  scene_.records[{Side::kRight, "accounts", "0"}] = RecordEntry{.link = 9};
  EXPECT_EQ(Broken(), "links");
  scene_.records.erase({Side::kRight, "accounts", "0"});
  Link twin = scene_.links.front();
  twin.id = 2;
  scene_.links.push_back(twin);
  EXPECT_EQ(Broken(), "links");
}

TEST_F(CheckersTest, OverrunsAndDamagedValuesAreSeen) {
  scene_.is_overrun[Side::kLeft] = true;
  EXPECT_EQ(Broken(), "bounds");
  scene_.is_overrun[Side::kLeft] = false;
  scene_.damaged = {"link 1"};
  EXPECT_EQ(Broken(), "stored_values");
}

// Somebody who was erased, among others.
class ErasureCheckerTest : public CheckersTest {
 protected:
  ErasureCheckerTest() {
    Link left;
    left.id = 1;
    left.entity = "company";
    left.erased = Erasure{.at_micros = 5};
    scene_.links.front() = left;
    scene_.records.clear();
    scene_.erased = {{.link = 1, .births = {birth_}, .records = {{Side::kLeft, "company", "C1"}, {Side::kRight, "accounts", account_}}, .asked_micros = 5}};
    Link other;
    other.id = 2;
    other.entity = "company";
    scene_.links.push_back(other);
  }
  Value City() const { return FieldOf(left_.Find("company", "C1")->fields, "city"); }
  Link& other() { return scene_.links.back(); }
};

TEST_F(ErasureCheckerTest, NothingIsLeft) { EXPECT_EQ(Broken(), ""); }

TEST_F(ErasureCheckerTest, AValueInAnotherLinkIsSeenWhereverItStands) {
  other().base["city"].held = {City(), Value()};
  EXPECT_EQ(Broken(), "erasure");
  other().base.clear();
  other().drift["city"] = City();
  EXPECT_EQ(Broken(), "erasure");
  other().drift.clear();
  other().choices["ambiguous_match"] = "link:C1";
  EXPECT_EQ(Broken(), "erasure");
  other().choices.clear();
  EXPECT_EQ(Broken(), "");
}

TEST_F(ErasureCheckerTest, AReferenceByItsKeyIsSeen) {
  other().members[Side::kLeft].shadow["parent"] = Reference{"company", "C1"};
  EXPECT_EQ(Broken(), "erasure");
  other().members[Side::kLeft].shadow["parent"] = Reference{"company", "erased:1"};
  EXPECT_EQ(Broken(), "");
}

TEST_F(ErasureCheckerTest, AnItemAHistoryAndAWaitAreLookedAt) {
  scene_.work.push_back(WorkItem{.id = 1, .kind = WorkItem::Kind::kConflict, .link = 2, .details = {{"left", City()}}, .choices = {}, .resolution = {}});
  EXPECT_EQ(Broken(), "erasure");
  scene_.work.clear();
  scene_.journal[2].push_back(JournalEntry{.link = 2, .seq = 1, .kind = "conflict", .rule = {}, .details = {{"wrote", Map{{"city", List{City(), Value()}}}}}});
  EXPECT_EQ(Broken(), "erasure");
  scene_.journal.clear();
  scene_.boot.waits = {"record:0:company:C1"};
  EXPECT_EQ(Broken(), "erasure");
}

TEST_F(ErasureCheckerTest, ARecordThatCameBackIsSeen) {
  scene_.records[{Side::kLeft, "company", "C1"}] = RecordEntry{.link = 2};
  EXPECT_EQ(Broken(), "erasure");
}

TEST_F(ErasureCheckerTest, TheLogIsLookedAt) {
  auto batch = std::make_shared<Batch>();
  Link before;
  before.id = 1;
  before.members[Side::kLeft].shadow["city"] = City();
  batch->links[1] = before;
  const std::vector<std::shared_ptr<const Batch>> log = {batch};
  scene_.log = &log;
  EXPECT_EQ(Broken(), "erasure");
  scene_.log = nullptr;
  EXPECT_EQ(Broken(), "");
}

TEST_F(ErasureCheckerTest, ARecordMadeAgainIsSeen) {
  WriteSeen& write = ledger_.writes.emplace_back();
  write.verb = Verb::kCreate;
  write.side = Side::kRight;
  write.id = 9;
  write.resource = "accounts";
  write.rule = "company.create";
  write.birth = birth_;
  write.link = 1;
  write.had_effect = true;
  write.at_micros = 6;
  EXPECT_EQ(Broken(), "erasure");
  write.at_micros = 4;
  EXPECT_EQ(Broken(), "");
}

TEST_F(ErasureCheckerTest, WhoWasAdmittedOrGivenAnotherCodeIsNotJudged) {
  scene_.records[{Side::kLeft, "company", "C1"}] = RecordEntry{.link = 2};
  scene_.links.front().erased->lifted = true;
  EXPECT_EQ(Broken(), "");
  scene_.links.front().erased->lifted = false;
  left_.Rekey("company", "C1", "C9", 7);
  EXPECT_EQ(Broken(), "");
}

TEST_F(ErasureCheckerTest, NobodyIsLeftToSaySo) {
  scene_.links.front().erased.reset();
  EXPECT_EQ(Broken(), "erasure");
}

}  // namespace
}  // namespace entente::simulation
