#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/core/merge.h"
#include "tests/core/any_value.h"

namespace entente {
namespace {

using Action = FieldVerdict::Action;

// A small world of one field: what each side can hold of a value, so that images are true images.
struct Holding {
  Both<int> length{};   // longest text a side holds

  Value On(Side side, const Value& value) const {
    const auto* text = value.As<std::string>();
    return text ? Value(text->substr(0, static_cast<std::size_t>(length[side]))) : value;
  }
};

struct Case {
  FieldPolicy policy;
  FieldSituation situation;
  Holding holding;
};

Value AnyText() {
  static const std::vector<Value> kValues = {Value(), Value(""), Value("a"), Value("ab"), Value("abc"), Value("abcd"), Value("b")};
  return *rc::gen::elementOf(kValues);
}
template <typename T>
T AnyOf(std::vector<T> values) {
  return *rc::gen::elementOf(values);
}
Side AnySide() { return AnyOf<Side>({Side::kLeft, Side::kRight}); }

void SeeImages(Case& c) {
  for (Side side : kSides) c.situation.image[side] = c.holding.On(side, c.situation.now[Other(side)]);
}

// A situation as the pipeline would meet it: what a side holds, it can hold.
Case AnyCase() {
  Case c;
  c.policy.flow = AnyOf<Flow>({Flow::kNone, Flow::kToLeft, Flow::kToRight, Flow::kBoth, Flow::kBoth, Flow::kBoth});
  c.policy.create_only = *rc::gen::inRange(0, 10) == 0;
  if (*rc::gen::inRange(0, 5) == 0) c.policy.set_once_from = AnySide();
  c.policy.on_foreign_edit = AnyOf<OnForeignEdit>({OnForeignEdit::kRevert, OnForeignEdit::kKeepAndFlag});
  for (Side side : kSides) c.policy.blank[side] = AnyOf<BlankRule>({BlankRule::kClears, BlankRule::kKeeps});
  c.policy.conflict = AnyOf<ConflictRule>({ConflictRule::kLeft, ConflictRule::kRight, ConflictRule::kNewest, ConflictRule::kAsk});
  c.policy.tie = AnySide();
  c.policy.first_meeting = AnyOf<OnFirstMeeting>({OnFirstMeeting::kLeft, OnFirstMeeting::kRight, OnFirstMeeting::kFillBlanks, OnFirstMeeting::kAsk});
  for (Side side : kSides) {
    c.holding.length[side] = *rc::gen::inRange(1, 5);
    c.situation.now[side] = c.holding.On(side, AnyText());
    c.situation.writable[side] = true;
    const int from = *rc::gen::inRange(0, 10);
    c.situation.changed[side] = {from, from + *rc::gen::inRange(0, 5)};
  }
  if (*rc::gen::inRange(0, 4) != 0) {
    // A base is a value both sides hold as they can.
    const Value agreed = AnyText();
    Both<Value> base{};
    for (Side side : kSides) base[side] = c.holding.On(side, agreed);
    for (Side side : kSides) {
      if (*rc::gen::inRange(0, 3) == 0) c.situation.now[side] = base[side];
    }
    c.situation.base = base;
  }
  if (*rc::gen::inRange(0, 6) == 0) c.situation.choice = AnySide();
  SeeImages(c);
  return c;
}

Flow Swapped(Flow flow) { return flow == Flow::kToLeft ? Flow::kToRight : flow == Flow::kToRight ? Flow::kToLeft : flow; }
ConflictRule Swapped(ConflictRule rule) {
  return rule == ConflictRule::kLeft ? ConflictRule::kRight : rule == ConflictRule::kRight ? ConflictRule::kLeft : rule;
}
OnFirstMeeting Swapped(OnFirstMeeting rule) {
  return rule == OnFirstMeeting::kLeft ? OnFirstMeeting::kRight : rule == OnFirstMeeting::kRight ? OnFirstMeeting::kLeft : rule;
}
template <typename T>
Both<T> Swapped(const Both<T>& both) {
  return {{both[Side::kRight], both[Side::kLeft]}};
}
std::optional<Side> Swapped(const std::optional<Side>& side) { return side ? std::optional<Side>(Other(*side)) : std::nullopt; }

Case Swapped(const Case& c) {
  Case m = c;
  m.policy.flow = Swapped(c.policy.flow);
  m.policy.set_once_from = Swapped(c.policy.set_once_from);
  m.policy.blank = Swapped(c.policy.blank);
  m.policy.conflict = Swapped(c.policy.conflict);
  m.policy.tie = Other(c.policy.tie);
  m.policy.first_meeting = Swapped(c.policy.first_meeting);
  FieldSituation& s = m.situation;
  s.now = Swapped(c.situation.now);
  if (s.base) s.base = Swapped(*c.situation.base);
  s.image = Swapped(c.situation.image);
  s.refused = Swapped(c.situation.refused);
  s.writable = Swapped(c.situation.writable);
  s.changed = Swapped(c.situation.changed);
  s.choice = Swapped(c.situation.choice);
  m.holding.length = Swapped(c.holding.length);
  return m;
}

bool Targets(const FieldVerdict& verdict) {
  return verdict.action == Action::kWrite || verdict.action == Action::kFlag || verdict.action == Action::kRefused;
}

RC_GTEST_PROP(MergeLaws, SwappingTheSidesSwapsTheVerdict, ()) {
  Case c = AnyCase();
  for (Side side : kSides) {
    if (*rc::gen::inRange(0, 5) == 0) c.situation.refused[side] = "value_does_not_fit";
    c.situation.writable[side] = *rc::gen::inRange(0, 8) != 0;
  }
  const FieldVerdict verdict = MergeField(c.policy, Equality::kExact, c.situation);
  const Case m = Swapped(c);
  const FieldVerdict mirrored = MergeField(m.policy, Equality::kExact, m.situation);
  RC_ASSERT(verdict.action == mirrored.action);
  RC_ASSERT(verdict.reverted == mirrored.reverted);
  RC_ASSERT(verdict.value == mirrored.value);
  if (Targets(verdict)) RC_ASSERT(verdict.target == Other(mirrored.target));
  RC_ASSERT(verdict.conflict.has_value() == mirrored.conflict.has_value());
  if (verdict.conflict) {
    RC_ASSERT(verdict.conflict->winner == Swapped(mirrored.conflict->winner));
    RC_ASSERT(verdict.conflict->left == mirrored.conflict->right);
    RC_ASSERT(verdict.conflict->reason == mirrored.conflict->reason);
  }
}

RC_GTEST_PROP(MergeLaws, AgreementWritesNothing, ()) {
  Case c = AnyCase();
  const Value agreed = AnyText();
  for (Side side : kSides) c.situation.now[side] = c.holding.On(side, agreed);
  SeeImages(c);
  // Where neither side holds all, the images are cut twice; the shorter side still agrees with what it would get.
  const FieldVerdict verdict = MergeField(c.policy, Equality::kExact, c.situation);
  const bool one_way_from_the_shorter = c.policy.flow != Flow::kBoth && c.situation.now[Side::kLeft].TextOrEmpty() != c.situation.now[Side::kRight].TextOrEmpty();
  RC_PRE(!one_way_from_the_shorter);
  RC_ASSERT(verdict.action == Action::kNothing || verdict.action == Action::kSettle || verdict.action == Action::kFlag);
  RC_ASSERT(!verdict.conflict.has_value());
}

// What becomes of the field when the verdict is carried out.
void Carry(Case& c, const FieldVerdict& verdict) {
  FieldSituation& s = c.situation;
  switch (verdict.action) {
    case Action::kSettle: s.base = s.now; break;
    case Action::kWrite:
      s.now[verdict.target] = c.holding.On(verdict.target, verdict.value);
      s.base = s.now;
      s.choice.reset();
      break;
    case Action::kFlag: s.drift = verdict.value; break;
    case Action::kAsk: s.choice = Side::kLeft; break;
    default: break;
  }
  SeeImages(c);
}

bool Rests(const FieldVerdict& verdict) { return verdict.action == Action::kNothing; }

RC_GTEST_PROP(MergeLaws, AtMostTwoRoundsAndThenRest, ()) {
  Case c = AnyCase();
  FieldVerdict verdict = MergeField(c.policy, Equality::kExact, c.situation);
  // A person's answer is not a round of ours.
  if (verdict.action == Action::kAsk) {
    Carry(c, verdict);
    verdict = MergeField(c.policy, Equality::kExact, c.situation);
    RC_ASSERT(verdict.action != Action::kAsk);
  }
  for (int round = 0; round < 2 && !Rests(verdict); ++round) {
    Carry(c, verdict);
    verdict = MergeField(c.policy, Equality::kExact, c.situation);
  }
  RC_ASSERT(Rests(verdict));
}

RC_GTEST_PROP(MergeLaws, TheLoserOfTwoEditsIsAlwaysRecorded, ()) {
  const Case c = AnyCase();
  const FieldSituation& s = c.situation;
  const FieldVerdict verdict = MergeField(c.policy, Equality::kExact, s);
  if (verdict.action != Action::kWrite) return;
  const Value& lost = s.now[verdict.target];
  const bool was_edited = !s.base || !((*s.base)[verdict.target] == lost || ((*s.base)[verdict.target].IsBlank() && lost.IsBlank()));
  if (!was_edited || lost.IsBlank()) return;
  RC_ASSERT(verdict.conflict.has_value() || verdict.reverted);
  if (verdict.conflict) {
    RC_ASSERT((verdict.target == Side::kLeft ? verdict.conflict->left : verdict.conflict->right) == lost);
    RC_ASSERT(verdict.conflict->winner == Other(verdict.target));
  }
}

RC_GTEST_PROP(MergeLaws, ABlankThatKeepsNeverBlanksTheOtherSide, ()) {
  Case c = AnyCase();
  c.policy.flow = Flow::kBoth;
  c.situation.choice.reset();
  const Side blanked = AnySide();
  c.policy.blank[blanked] = BlankRule::kKeeps;
  c.situation.now[blanked] = Value();
  c.situation.base = Both<Value>{{Value("ab"), Value("ab")}};
  SeeImages(c);
  RC_PRE(!c.situation.now[Other(blanked)].IsBlank());
  const FieldVerdict verdict = MergeField(c.policy, Equality::kExact, c.situation);
  RC_ASSERT(!(verdict.action == Action::kWrite && verdict.value.IsBlank()));
}

RC_GTEST_PROP(MergeLaws, OneWayNeverWritesTheSource, ()) {
  Case c = AnyCase();
  c.policy.flow = AnyOf<Flow>({Flow::kToLeft, Flow::kToRight});
  const Side source = c.policy.flow == Flow::kToRight ? Side::kLeft : Side::kRight;
  const FieldVerdict verdict = MergeField(c.policy, Equality::kExact, c.situation);
  RC_ASSERT(verdict.action != Action::kWriteBoth);
  if (verdict.action == Action::kWrite) RC_ASSERT(verdict.target == Other(source));
}

RC_GTEST_PROP(MergeLaws, ASideThatCannotBeWrittenIsNotWritten, ()) {
  Case c = AnyCase();
  const Side closed = AnySide();
  c.situation.writable[closed] = false;
  const FieldVerdict verdict = MergeField(c.policy, Equality::kExact, c.situation);
  if (verdict.action == Action::kWrite) RC_ASSERT(verdict.target != closed);
}

RC_GTEST_PROP(MergeLaws, WhatIsRefusedIsNotAgreedUpon, ()) {
  Case c = AnyCase();
  c.situation.now = {{Value("ab"), Value()}};
  c.situation.base.reset();
  c.situation.image = {};
  c.situation.refused = {{"value_does_not_fit", "value_does_not_fit"}};
  const FieldVerdict verdict = MergeField(c.policy, Equality::kExact, c.situation);
  if (c.policy.flow == Flow::kToRight && !c.policy.create_only) RC_ASSERT(verdict.action == Action::kRefused);
  if (c.policy.flow == Flow::kBoth) RC_ASSERT(verdict.action != Action::kSettle);
}

// A lens that writes nothing for a blank leaves the value where it stands: the two sides do not hold the same.
RC_GTEST_PROP(MergeLaws, ABlankThatALensLeavesAloneIsNoAgreement, ()) {
  Case c = AnyCase();
  c.policy.flow = Flow::kBoth;
  c.policy.first_meeting = OnFirstMeeting::kFillBlanks;
  c.situation.choice.reset();
  c.situation.base.reset();
  const Side blank = AnySide();
  c.situation.now[blank] = Value();
  c.situation.now[Other(blank)] = Value("FR");
  c.situation.image[Other(blank)] = Value("FR");
  c.situation.image[blank] = Value("FR");
  const FieldVerdict verdict = MergeField(c.policy, Equality::kExact, c.situation);
  RC_ASSERT(verdict.action == Action::kWrite);
  RC_ASSERT(verdict.target == blank);
}

// What would be written stands there: nothing is sent, and the emptied side is agreed upon as it is.
RC_GTEST_PROP(MergeLaws, ABlankThatALensLeavesAloneIsNotSent, ()) {
  Case c = AnyCase();
  c.policy.flow = Flow::kBoth;
  c.policy.set_once_from.reset();
  c.policy.blank = {};
  const Side emptied = AnySide();
  c.situation.base = {{Value("FR"), Value("FR")}};
  c.situation.now = c.situation.image = *c.situation.base;
  c.situation.now[emptied] = Value();
  RC_ASSERT(MergeField(c.policy, Equality::kExact, c.situation).action == Action::kSettle);
}

// Both sides look alike, because one holds nothing for a record that is missing there: emptied, it was edited all the same.
FieldSituation EmptiedPlace(Side emptied) {
  FieldSituation s;
  s.writable = {{true, true}};
  s.base = {{Value("ada"), Value("ada")}};
  s.now[Other(emptied)] = Value("bob");
  s.stand_ins[emptied] = 1;
  return s;
}

RC_GTEST_PROP(MergeLaws, AnEmptiedPlaceOfAMissingRecordIsAnEditOfATwoWayField, ()) {
  const Side emptied = AnySide();
  const Side winner = AnySide();
  FieldPolicy policy{.flow = Flow::kBoth};
  policy.conflict = winner == Side::kLeft ? ConflictRule::kLeft : ConflictRule::kRight;

  const FieldVerdict verdict = MergeField(policy, Equality::kExact, EmptiedPlace(emptied));

  RC_ASSERT(verdict.conflict.has_value());
  RC_ASSERT(verdict.conflict->winner == winner);
  RC_ASSERT(verdict.action == (winner == emptied ? Action::kWrite : Action::kSettle));
}

RC_GTEST_PROP(MergeLaws, AnEmptiedPlaceOfAMissingRecordIsAForbiddenEditOfAOneWayField, ()) {
  const Side emptied = AnySide();
  FieldPolicy policy{.flow = emptied == Side::kLeft ? Flow::kToLeft : Flow::kToRight};
  FieldSituation s = EmptiedPlace(emptied);

  const FieldVerdict undone = MergeField(policy, Equality::kExact, s);
  policy.on_foreign_edit = OnForeignEdit::kKeepAndFlag;
  s.now[Other(emptied)] = Value("ada");
  const FieldVerdict kept = MergeField(policy, Equality::kExact, s);

  RC_ASSERT(undone.reverted && undone.action == Action::kSettle);
  RC_ASSERT(kept.action == Action::kFlag);
}

RC_GTEST_PROP(MergeLaws, ObservedOnlyDoesNothing, ()) {
  Case c = AnyCase();
  c.policy.flow = Flow::kNone;
  RC_ASSERT(Rests(MergeField(c.policy, Equality::kExact, c.situation)));
}

}  // namespace
}  // namespace entente
