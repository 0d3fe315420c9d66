#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/certificate/field_enumerate.h"
#include "tests/certificate/kinds.h"

// What is proved of one field, and what a broken law looks like.
namespace entente::certificate {
namespace {

using ::testing::HasSubstr;
using testing::AnyText;
using testing::Computed;
using testing::Kind;
using testing::Whole;

const Both<std::string> kNames{{"sage", "ssm"}};

FieldResult Enumerated(const FieldKind& kind) { return EnumerateField(kind, {}, kNames); }

std::string Told(const FieldResult& result) {
  if (!result.violation) return "";
  std::string text = std::string(result.violation->law) + ": " + result.violation->sentence;
  for (const std::string& step : result.violation->trace) text += "\n  " + step;
  return text;
}

// Every policy a pack can write, over every way a text column can be.
TEST(FieldTest, EveryPolicyOverEveryKindOfTextIsSound) {
  int kinds = 0;
  for (int bits = 0; bits < 4 * 3 * 5 * 4 * 2; ++bits) {
    int rest = bits;
    const auto next = [&rest](int count) {
      const int chosen = rest % count;
      rest /= count;
      return chosen;
    };
    FieldKind kind = Kind(Flow::kBoth);
    const int blank = next(4);
    kind.policy.blank = {{static_cast<BlankRule>(blank & 1), static_cast<BlankRule>(blank >> 1)}};
    if (const int once = next(3)) kind.policy.set_once_from = once == 1 ? Side::kLeft : Side::kRight;
    kind.policy.conflict = static_cast<ConflictRule>(next(5));
    kind.policy.first_meeting = static_cast<OnFirstMeeting>(next(4));
    if (next(2) == 1) kind.abilities = {{Whole(), AnyText()}};
    if (kind.policy.conflict == ConflictRule::kUnion) kind.abilities = {{Whole(), Whole()}};
    kind.creates = kind.restores = {{true, true}};
    const FieldResult result = EnumerateField(kind, {}, kNames, false);
    EXPECT_EQ(Told(result), "") << kind.Key();
    ++kinds;
  }
  for (Flow flow : {Flow::kToLeft, Flow::kToRight, Flow::kNone}) {
    for (int bits = 0; bits < 4; ++bits) {
      FieldKind kind = Kind(flow);
      kind.policy.create_only = (bits & 1) != 0;
      kind.policy.on_foreign_edit = (bits & 2) != 0 ? OnForeignEdit::kKeepAndFlag : OnForeignEdit::kRevert;
      kind.creates = kind.restores = {{true, true}};
      EXPECT_EQ(Told(EnumerateField(kind, {}, kNames, false)), "") << kind.Key();
      ++kinds;
    }
  }
  EXPECT_EQ(kinds, 492);
}

TEST(FieldTest, ReferencesAreSoundWhateverIsMissing) {
  for (Flow flow : {Flow::kToLeft, Flow::kToRight, Flow::kBoth}) {
    for (int bits = 0; bits < 16; ++bits) {
      FieldKind kind = Kind(flow, Whole(), Whole());
      for (Side side : kSides) {
        Ability& ability = kind.abilities[side];
        const int way = bits >> (2 * Index(side)) & 3;
        ability.may_wait = way == 0;
        ability.may_drop = way == 1;
        ability.may_stand_in = way >= 2;
        const bool travels = flow == Flow::kBoth || FlowsTo(kind.policy, Other(side));
        ability.stand_in_is_nobody = ability.may_stand_in && travels;
      }
      kind.creates = {{true, true}};
      EXPECT_EQ(Told(EnumerateField(kind, {}, kNames, false)), "") << kind.Key();
    }
  }
}

TEST(FieldTest, SidesThatKeepOrFillBlanksAreSound) {
  for (Flow flow : {Flow::kToLeft, Flow::kToRight, Flow::kBoth}) {
    for (int bits = 0; bits < 64; ++bits) {
      FieldKind kind = Kind(flow);
      for (Side side : kSides) {
        const int own = bits >> (3 * Index(side)) & 7;
        kind.abilities[side].keeps_on_blank = (own & 1) != 0;
        kind.abilities[side].fills_blank = (own & 2) != 0;
        kind.abilities[side].may_not_read = (own & 4) != 0;
      }
      kind.policy.blank[Side::kRight] = BlankRule::kKeeps;
      EXPECT_EQ(Told(EnumerateField(kind, {}, kNames, false)), "") << kind.Key();
    }
  }
}

TEST(FieldTest, AtMostThreePassesWrite) {
  FieldKind kind = Kind(Flow::kToRight);
  EXPECT_EQ(Enumerated(kind).rounds, 3) << "a system that renders a value in its own way is met three times";
  kind = Kind(Flow::kBoth);
  EXPECT_LE(Enumerated(kind).rounds, 2);
}

TEST(FieldTest, StatesAndTransitionsAreCountedOnce) {
  const FieldResult first = Enumerated(Kind(Flow::kToRight, Whole(), Whole()));
  const FieldResult second = Enumerated(Kind(Flow::kToRight, Whole(), Whole()));

  EXPECT_EQ(first.states, second.states);
  EXPECT_GT(first.states, 20);
  EXPECT_GT(first.transitions, 0);
  EXPECT_LT(first.transitions, first.states);
  EXPECT_LT(first.states, Enumerated(Kind(Flow::kToRight)).states);
}

TEST(FieldTest, ATwoWayFieldThatCannotBeWrittenOnOneSideNeverAgrees) {
  const FieldResult result = Enumerated(Kind(Flow::kBoth, Computed(), AnyText()));

  ASSERT_TRUE(result.violation);
  EXPECT_EQ(result.violation->law, law::kAgrees);
  EXPECT_THAT(result.violation->sentence, HasSubstr("it comes to rest while the sides differ, and nobody is told"));
  EXPECT_THAT(result.violation->trace.front(), HasSubstr("sage holds"));
}

TEST(FieldTest, AnEntryThatChangesNothingIsFound) {
  const FieldKind one_way = Kind(Flow::kToRight);
  for (const char* key : {"conflict", "blank", "blank.ssm", "tie", "set_once_from"}) EXPECT_FALSE(DecidesSomething(one_way, key, {}, kNames)) << key;
  for (const char* key : {"direction", "foreign_edit", "create_only"}) EXPECT_TRUE(DecidesSomething(one_way, key, {}, kNames)) << key;

  FieldKind two_way = Kind(Flow::kBoth);
  EXPECT_FALSE(DecidesSomething(two_way, "foreign_edit", {}, kNames));
  for (const char* key : {"conflict", "blank", "blank.sage", "first_meeting", "tie"}) EXPECT_TRUE(DecidesSomething(two_way, key, {}, kNames)) << key;
  two_way.policy.first_meeting = OnFirstMeeting::kLeft;
  EXPECT_FALSE(DecidesSomething(two_way, "tie", {}, kNames)) << "neither newest nor filled blanks ask for it";
}

}  // namespace
}  // namespace entente::certificate
