#include "engine/certificate/field_state.h"

#include <algorithm>
#include <vector>

#include "engine/core/stand_in.h"

namespace entente::certificate {
namespace {

using Kind = FieldStart::Kind;

Value OneOf(Choices& choices, const std::vector<Value>& values) { return values[static_cast<std::size_t>(choices.Choose(static_cast<int>(values.size())))]; }

void AddNew(std::vector<Value>& values, const Value& value) {
  if (std::none_of(values.begin(), values.end(), [&](const Value& known) { return Same(known, value); })) values.push_back(value);
}

// Each side as it agreed: the same value, one the other holds in its own way, or nothing.
Both<Value> AnyBase(FieldWorld& world, Choices& choices) {
  const Value agreed = world.Named(Name::kAgreed);
  const Value other = world.Named(Name::kAgreedInRightsForm);
  switch (choices.Choose(5)) {
    case 0: return {{agreed, agreed}};
    case 1: return {{agreed, other}};
    case 2: return {{Value(), other}};
    case 3: return {{agreed, Value()}};
    default: return {};
  }
}

// What stands on a side now: as agreed, emptied, something new, or what the other side holds.
void ChooseNow(const FieldKind& kind, FieldWorld& world, Choices& choices, Side side, FieldState& state) {
  const Ability& ability = kind.abilities[side];
  std::vector<Value> values;
  if (state.base) values.push_back((*state.base)[side]);
  AddNew(values, Value());
  AddNew(values, world.Named(side == Side::kLeft ? Name::kLeft : Name::kRight));
  if (state.base) AddNew(values, (*state.base)[Other(side)]);
  if (side == Side::kRight && !state.is_unread[Side::kLeft]) AddNew(values, state.now[Side::kLeft]);
  if (ability.fills_blank) AddNew(values, world.Default(side));
  // Where nothing travels from here, what means nothing reads as nothing.
  const Value word = world.Named(side == Side::kLeft ? Name::kLeftUnknownWord : Name::kRightUnknownWord);
  if (ability.may_not_read && FlowsTo(kind.policy, Other(side))) values.push_back(word);
  state.now[side] = OneOf(choices, values);
  state.is_unread[side] = state.now[side] == word;
}

void ChooseNow(const FieldKind& kind, FieldWorld& world, Choices& choices, FieldState& state) {
  for (Side side : kSides) {
    if (state.base) world.NoteHeld(side, (*state.base)[side]);
  }
  for (Side side : kSides) ChooseNow(kind, world, choices, side, state);
  for (Side side : kSides) {
    if (!state.is_unread[side]) world.NoteHeld(side, state.now[side]);
  }
}

void ChooseDrift(const FieldKind& kind, FieldWorld& world, Choices& choices, FieldState& state) {
  const FieldPolicy& policy = kind.policy;
  const bool one_way = policy.flow == Flow::kToLeft || policy.flow == Flow::kToRight;
  if (!one_way || policy.on_foreign_edit != OnForeignEdit::kKeepAndFlag) return;
  const Side target = policy.flow == Flow::kToLeft ? Side::kLeft : Side::kRight;
  switch (choices.Choose(3)) {
    case 1: state.drift = state.now[target]; break;
    case 2: state.drift = world.Named(Name::kFlaggedBefore); break;
    default: break;
  }
}

// A person may have chosen before, of other values: the write that follows was kept back, and the sides were edited since.
void ChooseChoice(const FieldKind& kind, Choices& choices, FieldState& state) {
  const FieldPolicy& policy = kind.policy;
  const bool asks = state.base ? policy.conflict == ConflictRule::kAsk : policy.first_meeting == OnFirstMeeting::kAsk;
  if (policy.flow != Flow::kBoth || !asks) return;
  const int chosen = choices.Choose(3);
  if (chosen > 0) state.choice = chosen == 1 ? Side::kLeft : Side::kRight;
}

void ChooseChanged(const FieldKind& kind, Choices& choices, FieldStart& start) {
  start.changed = {{ChangeInterval{0, 10}, ChangeInterval{0, 10}}};
  if (kind.policy.flow != Flow::kBoth || kind.policy.conflict != ConflictRule::kNewest) return;
  const int later = choices.Choose(3);
  if (later > 0) start.changed[later == 1 ? Side::kLeft : Side::kRight] = {20, 30};
}

std::vector<std::pair<Kind, Side>> KindsOf(const FieldKind& kind) {
  std::vector<std::pair<Kind, Side>> kinds = {{Kind::kAgreed, Side::kLeft}, {Kind::kMet, Side::kLeft}};
  for (Side side : kSides) {
    if (kind.creates[side]) kinds.emplace_back(Kind::kBorn, side);
    if (kind.restores[side]) kinds.emplace_back(Kind::kRestored, side);
  }
  return kinds;
}

}  // namespace

FieldStart AnyStart(const FieldKind& kind, FieldWorld& world, Choices& choices) {
  const auto kinds = KindsOf(kind);
  FieldStart start;
  std::tie(start.kind, start.side) = kinds[static_cast<std::size_t>(choices.Choose(static_cast<int>(kinds.size())))];
  FieldState& state = start.state;
  if (start.kind == Kind::kBorn) {
    ChooseNow(kind, world, choices, start.side, state);
    if (!state.is_unread[start.side]) world.NoteHeld(start.side, state.now[start.side]);
  } else {
    const bool agreed = start.kind == Kind::kAgreed || (start.kind == Kind::kRestored && choices.Flip());
    if (agreed) state.base = AnyBase(world, choices);
    for (Side side : kSides) {
      if (agreed && kind.abilities[side].may_stand_in && choices.Flip()) state.stand_ins[side] = 1;
    }
    ChooseNow(kind, world, choices, state);
    if (state.base) ChooseDrift(kind, world, choices, state);
    ChooseChoice(kind, choices, state);
    if (state.base && kind.resume_wins && choices.Flip()) state.after_pause = kind.resume_wins;
  }
  ChooseChanged(kind, choices, start);
  return start;
}

FieldSituation SituationOf(const FieldKind& kind, const FieldState& state, const Both<ChangeInterval>& changed, FieldWorld& world) {
  FieldSituation s;
  s.now = state.now;
  s.base = state.base;
  s.drift = state.drift;
  s.choice = state.choice;
  s.after_pause = state.after_pause;
  s.changed = changed;
  for (Side side : kSides) {
    s.writable[side] = kind.abilities[side].is_writable;
    s.image[side] = state.now[Other(side)];
    // Nobody asks what would become of a value where nothing flows.
    if (!FlowsTo(kind.policy, side)) continue;
    const FieldWorld::Image image = world.On(side, state.now[Other(side)], state.now[side], state.base ? (*state.base)[side] : Value());
    s.image[side] = image.value;
    s.stand_ins[side] = image.is_stand_in ? 1 : 0;
    if (image.kind == FieldWorld::Image::Kind::kRefused) s.refused[side] = "value_does_not_fit";
    if (image.kind == FieldWorld::Image::Kind::kDropped || image.kind == FieldWorld::Image::Kind::kWaits) s.refused[side] = kTargetMissing;
  }
  UnsettleStandIns(kind.policy, Equality::kExact, state.stand_ins, s);
  return s;
}

}  // namespace entente::certificate
