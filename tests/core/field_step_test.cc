#include "engine/core/field_step.h"

#include <gtest/gtest.h>

#include "engine/core/stand_in.h"

// What follows from a verdict, and what a stand-in leaves owed.
namespace entente {
namespace {

using Action = FieldVerdict::Action;

FieldSituation Holding(const char* left, const char* right) {
  FieldSituation s;
  s.now = {{Value(left), Value(right)}};
  s.writable = {{true, true}};
  return s;
}

FieldVerdict Reverts() { return {.action = Action::kWrite, .target = Side::kRight, .value = "owner", .reverted = true}; }

TEST(FieldStepTest, AForbiddenEditIsUndoneAndTold) {
  const FieldStep step = StepOf(Reverts(), Holding("owner", "typed"), {});

  EXPECT_TRUE(step.reverts);
  EXPECT_EQ(step.writes[Side::kRight], Value("owner"));
  EXPECT_EQ(step.unheld->times, 1);
}

TEST(FieldStepTest, WhatIsOnItsWayIsNotToldAgain) {
  FieldProgress progress;
  progress.is_owed[Side::kRight] = true;

  const FieldStep step = StepOf(Reverts(), Holding("owner", "typed"), progress);

  EXPECT_FALSE(step.reverts);
  EXPECT_FALSE(step.unheld.has_value());
  EXPECT_EQ(step.writes[Side::kRight], Value("owner"));
}

TEST(FieldStepTest, TheSameValueSentAndTheSameOtherFoundIsAcceptedInTheEnd) {
  const FieldSituation s = Holding("owner", "OWNER");
  FieldProgress progress;
  int writes = 0;
  FieldStep step = StepOf(Reverts(), s, progress);
  while (!step.settles) {
    ++writes;
    progress.unheld[Side::kRight] = *step.unheld;
    step = StepOf(Reverts(), s, progress);
  }

  EXPECT_EQ(writes, kRenderingsBeforeAccepted);
  EXPECT_TRUE(step.is_not_held);
  EXPECT_FALSE(step.writes[Side::kRight].has_value());
}

TEST(FieldStepTest, ThreeDifferentEditsAreNoRendering) {
  FieldProgress progress;
  for (const char* typed : {"one", "two", "three", "four"}) {
    const FieldStep step = StepOf(Reverts(), Holding("owner", typed), progress);
    progress.unheld[Side::kRight] = *step.unheld;

    EXPECT_TRUE(step.reverts) << typed;
  }
}

TEST(FieldStepTest, AnEditUndoneByNothingIsToldToo) {
  FieldVerdict verdict{.action = Action::kSettle};
  verdict.reverted = true;

  const FieldStep step = StepOf(verdict, Holding("owner", ""), {});

  EXPECT_TRUE(step.settles);
  EXPECT_TRUE(step.reverts);
  EXPECT_FALSE(step.unheld.has_value());
}

TEST(FieldStepTest, AMissingTargetIsWrittenAllTheSame) {
  const FieldVerdict verdict{.action = Action::kRefused, .target = Side::kRight, .text = std::string(kTargetMissing)};

  const FieldStep step = StepOf(verdict, Holding("a record", ""), {});

  EXPECT_EQ(step.writes[Side::kRight], Value("a record"));
  EXPECT_EQ(step.refused, "");
}

TEST(FieldStepTest, AUnionIsWrittenOnlyWhereItDoesNotStandYet) {
  FieldSituation s;
  s.now = {{Value(List{Value("a"), Value("b")}), Value(List{Value("b")})}};
  const FieldVerdict verdict{.action = Action::kWriteBoth, .value = s.now[Side::kLeft]};

  const FieldStep step = StepOf(verdict, s, {});

  EXPECT_FALSE(step.writes[Side::kLeft].has_value());
  EXPECT_EQ(step.writes[Side::kRight], s.now[Side::kLeft]);
}

// ------------------------------------------------------------------------------------------------ stand-ins

FieldPolicy BothWays() {
  FieldPolicy policy;
  policy.flow = Flow::kBoth;
  return policy;
}

FieldSituation Agreed(const char* left, const char* right, const char* image_on_right) {
  FieldSituation s = Holding(left, right);
  s.base = s.now;
  s.image = {{s.now[Side::kRight], Value(image_on_right)}};
  return s;
}

constexpr Both<std::int32_t> kOneOnTheRight{{0, 1}};

TEST(StandInTest, IsOwedTheRecordItStoodForOnceThatIsThere) {
  FieldSituation s = Agreed("ada", "", "ada");

  UnsettleStandIns(BothWays(), Equality::kExact, kOneOnTheRight, s);

  EXPECT_TRUE((*s.base)[Side::kLeft].IsBlank()) << "the left side counts as edited";
}

TEST(StandInTest, IsNothingThatWasEditedDuringAPause) {
  FieldSituation s = Agreed("ada", "", "ada");
  s.after_pause = Side::kRight;

  UnsettleStandIns(BothWays(), Equality::kExact, kOneOnTheRight, s);

  const FieldVerdict verdict = MergeField(BothWays(), Equality::kExact, s);
  EXPECT_EQ(verdict.target, Side::kRight) << "the empty place would be written over the record it stands for";
  EXPECT_EQ(verdict.value, Value("ada"));
  EXPECT_FALSE(verdict.conflict.has_value());
}

TEST(StandInTest, IsLeftAsLongAsTheRecordIsMissing) {
  FieldSituation s = Agreed("ada", "nobody", "nobody else");
  s.stand_ins[Side::kRight] = 1;

  UnsettleStandIns(BothWays(), Equality::kExact, kOneOnTheRight, s);

  EXPECT_EQ((*s.base)[Side::kLeft], Value("ada"));
}

TEST(StandInTest, AnotherRecordOfTheSystemsOwnChoiceIsNoStandIn) {
  FieldSituation s = Agreed("ada", "bob", "ada");

  UnsettleStandIns(BothWays(), Equality::kExact, {}, s);

  EXPECT_EQ((*s.base)[Side::kLeft], Value("ada")) << "it would be sent again for ever";
}

TEST(StandInTest, AnEditOfOneSideStaysThatSidesAlone) {
  FieldSituation s = Agreed("ada", "ada", "ada");
  s.now[Side::kRight] = Value("bob");
  s.image[Side::kLeft] = Value("bob");

  UnsettleStandIns(BothWays(), Equality::kExact, kOneOnTheRight, s);

  EXPECT_EQ((*s.base)[Side::kLeft], Value("ada"));
  EXPECT_EQ((*s.base)[Side::kRight], Value("ada"));
}

TEST(StandInTest, NothingIsOwedWhereNothingFlows) {
  FieldSituation s = Agreed("ada", "", "ada");
  FieldPolicy policy;
  policy.flow = Flow::kToLeft;

  UnsettleStandIns(policy, Equality::kExact, kOneOnTheRight, s);

  EXPECT_EQ((*s.base)[Side::kLeft], Value("ada"));
}

}  // namespace
}  // namespace entente
