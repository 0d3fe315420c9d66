#include <algorithm>

#include "engine/core/stand_in.h"
#include "tests/certificate/simulation.h"

// What the two systems hold, what they make of a value, and how the engine sees it.
namespace entente::certificate::testing {
namespace {

Value ValueOf(int word) { return word == 0 ? Value() : Value(word); }
bool Contains(const std::vector<int>& words, int word) { return std::find(words.begin(), words.end(), word) != words.end(); }
bool IsOneWay(const FieldPolicy& policy) { return policy.flow == Flow::kToLeft || policy.flow == Flow::kToRight; }

}  // namespace

// A lens that holds some words as they are, and makes of every other what its abilities allow.
void Simulation::DrawLens(Field& field) {
  for (Side side : kSides) {
    const Ability& ability = KindOf(field).abilities[side];
    Lens& lens = field.lens[side];
    std::vector<int> held = {kDefaultOfLeft + static_cast<int>(Index(side)), kStandIn};
    for (int word = 1; word <= kTyped; ++word) {
      if (Chance(60)) held.push_back(word);
    }
    for (int word = 1; word < kWords; ++word) {
      lens.image[static_cast<std::size_t>(word)] = word;
      if (Contains(held, word)) continue;
      std::vector<int> ways = {word};
      if (ability.may_alter) {
        ways.push_back(0);
        ways.push_back(held[static_cast<std::size_t>(Random(static_cast<int>(held.size())))]);
      }
      if (ability.may_refuse) ways.push_back(kRefused);
      if (ability.may_drop) ways.push_back(kDropped);
      if (ability.may_wait) ways.push_back(kWaits);
      if (ability.may_stand_in) ways.push_back(kStandsIn);
      lens.image[static_cast<std::size_t>(word)] = ways[static_cast<std::size_t>(Random(static_cast<int>(ways.size())))];
    }
    std::vector<int> blanks = {0};
    if (ability.keeps_on_blank) blanks.push_back(1);
    if (ability.fills_blank) blanks.push_back(2);
    if (ability.may_stand_in) blanks.push_back(3);
    lens.of_blank = blanks[static_cast<std::size_t>(Random(static_cast<int>(blanks.size())))];
  }
}

// A word the side holds as it is, or nothing.
int Simulation::AnyHeld(const Field& field, Side side) {
  std::vector<int> held = {0};
  for (int word = 1; word < kWords; ++word) {
    const bool is_own_default = word == kDefaultOfLeft + static_cast<int>(Index(side));
    const bool is_word = word <= kTyped || (is_own_default && KindOf(field).abilities[side].fills_blank);
    if (is_word && field.lens[side].image[static_cast<std::size_t>(word)] == word) held.push_back(word);
  }
  return held[static_cast<std::size_t>(Random(static_cast<int>(held.size())))];
}

void Simulation::DrawField(Field& field) {
  const FieldPolicy& policy = KindOf(field).policy;
  DrawLens(field);
  for (Side side : kSides) field.now[side] = AnyHeld(field, side);
  const bool both_there = presence_[Side::kLeft] == Presence::kPresent && presence_[Side::kRight] == Presence::kPresent;
  field.renders_atomically = Chance(15);
  field.renders_later = !field.renders_atomically && IsOneWay(policy) && Chance(20);
  if (both_there && Chance(75)) {
    // Agreed as a write would leave it, or in ways the systems have of their own.
    Both<int> base{{AnyHeld(field, Side::kLeft), AnyHeld(field, Side::kRight)}};
    const int image = base[Side::kLeft] == 0 ? 0 : field.lens[Side::kRight].image[static_cast<std::size_t>(base[Side::kLeft])];
    if (image >= 0 && Chance(70)) base[Side::kRight] = image;
    field.base = base;
    for (Side side : kSides) {
      if (Chance(60)) field.now[side] = base[side];
    }
    if (IsOneWay(policy) && policy.on_foreign_edit == OnForeignEdit::kKeepAndFlag && Chance(30)) {
      field.drift = Chance(50) ? field.now[policy.flow == Flow::kToLeft ? Side::kLeft : Side::kRight] : kDefaultOfLeft;
    }
  }
  field.changed = {{ChangeInterval{0, 10}, ChangeInterval{0, 10}}};
  if (const int later = Random(3); later > 0) field.changed[later == 1 ? Side::kLeft : Side::kRight] = {20, 30};
  if (field.base && Chance(30)) field.after_pause = KindOf(field).resume_wins;
  field.is_held_back = (policy.approve_when || policy.at_most_every > absl::ZeroDuration()) && Chance(50);
}

// What the side would hold of a word, or why it would not.
int Simulation::On(const Field& field, Side side, int word) const {
  const Ability& ability = KindOf(field).abilities[side];
  const Lens& lens = field.lens[side];
  if (!ability.is_writable) return word;
  const int stand_in = ability.stand_in_is_nobody ? 0 : kStandIn;
  if (word == 0) return lens.of_blank == 1 ? field.now[side] : lens.of_blank == 2 ? kDefaultOfLeft + static_cast<int>(Index(side)) : lens.of_blank == 3 ? stand_in : 0;
  if (word == kMeaningless) return word;
  const int image = lens.image[static_cast<std::size_t>(word)];
  return image == kStandsIn ? stand_in : image;
}

FieldSituation Simulation::Look(const Field& field) const {
  const FieldKind& kind = KindOf(field);
  FieldSituation s;
  if (field.base) s.base = Both<Value>{{ValueOf((*field.base)[Side::kLeft]), ValueOf((*field.base)[Side::kRight])}};
  if (field.drift) s.drift = ValueOf(*field.drift);
  s.choice = field.choice;
  s.after_pause = field.after_pause;
  s.changed = field.changed;
  for (Side side : kSides) {
    s.now[side] = ValueOf(field.now[side]);
    s.writable[side] = kind.abilities[side].is_writable;
    const int image = FlowsTo(kind.policy, side) ? On(field, side, field.now[Other(side)]) : field.now[Other(side)];
    s.image[side] = image < 0 ? Value() : ValueOf(image);
    s.stand_ins[side] = FlowsTo(kind.policy, side) && StandsIn(field, side, field.now[Other(side)]) ? 1 : 0;
    if (image == kRefused) s.refused[side] = "value_does_not_fit";
    if (image == kDropped || image == kWaits) s.refused[side] = kTargetMissing;
  }
  UnsettleStandIns(kind.policy, Equality::kExact, field.stand_ins, s);
  return s;
}

bool Simulation::StandsIn(const Field& field, Side side, int word) const {
  return KindOf(field).abilities[side].is_writable && word > 0 && word != kMeaningless && field.lens[side].image[static_cast<std::size_t>(word)] == kStandsIn;
}

// Base once `sent` of the other side was written and `held` stands on the target.
void Simulation::Agree(Field& field, Side target, int held, int sent) const {
  field.base = Both<int>{};
  (*field.base)[target] = held;
  (*field.base)[Other(target)] = sent;
  field.stand_ins = {};
  field.stand_ins[target] = StandsIn(field, target, sent) ? 1 : 0;
}

}  // namespace entente::certificate::testing
