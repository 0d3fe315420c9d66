#include "tests/certificate/simulation.h"

#include <algorithm>

namespace entente::certificate::testing {
namespace {

constexpr int kPassesMax = 12;

int WordOf(const Value& value) { return value.IsBlank() ? 0 : static_cast<int>(*value.As<std::int64_t>()); }
bool IsOneWay(const FieldPolicy& policy) { return policy.flow == Flow::kToLeft || policy.flow == Flow::kToRight; }
bool Contains(const std::vector<int>& words, int word) { return std::find(words.begin(), words.end(), word) != words.end(); }

}  // namespace

Simulation::Simulation(const RuleSet& rules, std::uint64_t seed, int only) : rules_(rules), random_(seed) {
  presence_ = {{Presence::kPresent, Presence::kPresent}};
  life_.origin = Chance(50) ? Side::kLeft : Side::kRight;
  if (Chance(20)) presence_[Other(life_.origin)] = Presence::kNone;
  phase_ = Random(static_cast<int>(rules.lives.size()));
  for (std::size_t i = 0; i < rules.fields.size(); ++i) {
    if (only >= 0 && only != static_cast<int>(i)) continue;
    fields_.emplace_back();
    fields_.back().kinds = &rules.fields[i];
    DrawField(fields_.back());
  }
}

// ------------------------------------------------------------------------------------------------ the engine

// What the system makes of a word it is sent. On a two-way field what is not returned at once is an edit.
int Simulation::Rendered(Field& field, Side side, int word) {
  if (!field.renders_atomically && !(field.renders_later && IsOneWay(KindOf(field).policy))) return word;
  const auto [known, is_new] = field.rendering.insert({word, word});
  if (is_new && Chance(60)) known->second = Chance(50) ? field.now[side] : AnyHeld(field, side);
  return known->second;
}

bool Simulation::Write(Field& field, const FieldSituation& s, Side side, int word) {
  const FieldKind& kind = KindOf(field);
  const FieldPolicy& policy = kind.policy;
  const Side source = Other(side);
  if (!FlowsTo(policy, side) || !kind.abilities[side].is_writable) Fail("a side is written that may not be");
  if (word != field.now[source]) Fail("a value is written that the other side does not hold");
  const auto was_edited = [&](Side at) { return field.base && field.now[at] != (*field.base)[at]; };
  if (policy.flow == Flow::kBoth && !s.choice && was_edited(source) && !was_edited(side)) {
    if (policy.set_once_from == source) Fail("what may be set once is changed");
    if (word == 0 && (*field.base)[source] != 0 && field.now[side] != 0 && policy.blank[source] == BlankRule::kKeeps) Fail("a blank that is no edit travels");
  }
  if (field.base && field.is_held_back) {
    field.is_shown = true;
    return false;
  }
  const int image = On(field, side, word);
  if (image == kWaits) waits_ = true;
  if (image < 0) {
    field.is_shown = true;
    return false;
  }
  if (image == field.now[side]) Fail("what stands there is written again");
  const bool renders = field.renders_atomically || field.renders_later;
  const int found = Rendered(field, side, image);
  if (found != field.now[side]) {
    field.former[side].push_back(field.now[side]);
    if (Contains(field.former[side], found) && !renders) Fail("a value goes back and forth");
  }
  Agree(field, side, field.renders_atomically ? found : image, WordOf(s.now[source]));
  field.now[side] = found;
  field.choice.reset();
  if (Chance(50)) field.after_pause.reset();
  wrote_ = true;
  return true;
}

bool Simulation::FieldPass(Field& field) {
  const FieldPolicy& policy = KindOf(field).policy;
  field.is_shown = field.is_asked = false;
  if (policy.flow == Flow::kNone) return false;
  if (field.now[Side::kLeft] == kMeaningless || field.now[Side::kRight] == kMeaningless) {
    field.is_shown = true;
    return false;
  }
  const FieldSituation s = Look(field);
  const FieldVerdict verdict = rules_.decisions.merge(policy, Equality::kExact, s);
  const FieldStep step = StepOf(verdict, s, FieldProgress{.unheld = field.unheld});
  bool changed = false;
  if (verdict.conflict) {
    field.told[Side::kLeft].push_back(WordOf(verdict.conflict->left));
    field.told[Side::kRight].push_back(WordOf(verdict.conflict->right));
    const std::optional<Side> winner = verdict.conflict->winner;
    const auto was_edited = [&](Side side) { return field.base && field.now[side] != (*field.base)[side]; };
    const bool after_pause = policy.flow == Flow::kBoth && s.after_pause && was_edited(Other(*s.after_pause));
    if (after_pause && winner != s.after_pause) Fail("after a pause the wrong side wins");
    const bool both_edited = policy.flow == Flow::kBoth && s.base && !s.choice && !after_pause;
    if (policy.flow == Flow::kBoth && !after_pause && s.choice && winner != s.choice) Fail("another side wins than the person chose");
    if (policy.flow == Flow::kBoth && !s.base && !s.choice) {
      const bool by_side = policy.first_meeting == OnFirstMeeting::kLeft || policy.first_meeting == OnFirstMeeting::kRight;
      const Side first = policy.first_meeting == OnFirstMeeting::kLeft ? Side::kLeft : Side::kRight;
      const Side met = by_side ? first : policy.tie;
      if (policy.first_meeting == OnFirstMeeting::kAsk ? winner.has_value() : winner != met) Fail("the wrong side wins a first meeting");
    }
    if (IsOneWay(policy) && winner != (policy.flow == Flow::kToRight ? Side::kLeft : Side::kRight)) Fail("the owner loses");
    if (both_edited && policy.conflict == ConflictRule::kLeft && winner != Side::kLeft) Fail("the wrong side wins");
    if (both_edited && policy.conflict == ConflictRule::kRight && winner != Side::kRight) Fail("the wrong side wins");
    if (both_edited && policy.conflict == ConflictRule::kAsk && winner) Fail("a side wins where a person was to be asked");
    const bool left_later = s.changed[Side::kLeft].from_micros > s.changed[Side::kRight].to_micros;
    const bool right_later = s.changed[Side::kRight].from_micros > s.changed[Side::kLeft].to_micros;
    const Side newest = left_later ? Side::kLeft : right_later ? Side::kRight : policy.tie;
    if (both_edited && policy.conflict == ConflictRule::kNewest && winner != newest) Fail("the older value wins");
  }
  field.is_asked = verdict.action == FieldVerdict::Action::kAsk;
  if (field.is_asked || !step.refused.empty()) field.is_shown = true;
  if (step.forgets_unheld) field.unheld = {};
  if (step.unheld) field.unheld[verdict.target] = *step.unheld;
  if (step.reverts || step.is_not_held || step.drift) field.told[verdict.target].push_back(field.now[verdict.target]);
  if (step.settles) {
    const bool agree = (field.now[Side::kLeft] == 0 && field.now[Side::kRight] == 0) ||
                       std::any_of(kSides.begin(), kSides.end(), [&](Side side) { return FlowsTo(policy, side) && On(field, side, field.now[Other(side)]) == field.now[side]; });
    if (!agree && !step.is_not_held && !policy.create_only) Fail("different values are taken for agreed");
    changed = field.base != field.now;
    field.base = field.now;
    field.stand_ins = s.stand_ins;
    field.drift.reset();
    field.choice.reset();
    field.unheld = {};
  }
  if (step.drift) {
    changed = field.drift != WordOf(*step.drift);
    field.drift = WordOf(*step.drift);
  }
  if (step.ends_foreign_edit) field.drift.reset();
  for (Side side : kSides) {
    if (step.writes[side] && Write(field, s, side, WordOf(*step.writes[side]))) changed = true;
  }
  return changed;
}

bool Simulation::IsOrdered(Side gone, DeleteRule done) const {
  const LifeRule& rule = rules_.lives[static_cast<std::size_t>(phase_)][gone];
  const DeleteRule ordered = rule.on_delete_if_born_here && life_.origin == gone ? *rule.on_delete_if_born_here : rule.on_delete;
  const bool by_reference = ordered == DeleteRule::kMarkIfReferenced && done == (life_.referenced ? DeleteRule::kMark : DeleteRule::kPropagate);
  const bool takes = done == DeleteRule::kPropagate || done == DeleteRule::kMark;
  if (takes && (life_.never_delete || (rule.approve_delete && !life_.approved))) return false;
  return presence_[gone] == Presence::kDeleted && (ordered == done || by_reference);
}

bool Simulation::Make(Side side) {
  const LifeRule& rule = rules_.lives[static_cast<std::size_t>(phase_)][Other(side)];
  const bool may = rule.create == CreateRule::kAllowed || (rule.create == CreateRule::kApprove && life_.approved) || (rule.create == CreateRule::kOnDemand && life_.push_wanted);
  if (!may || presence_[side] != Presence::kNone) Fail("a record is made that no rule lets be made");
  for (Field& field : fields_) {
    const FieldKind& kind = KindOf(field);
    const Side born = Other(side);
    field.now[side] = 0;
    field.base.reset();
    field.stand_ins = {};
    if (!FlowsTo(kind.policy, side) || !kind.abilities[side].is_writable || !kind.abilities[born].exists || field.now[born] == kMeaningless) continue;
    const int image = On(field, side, field.now[born]);
    if (image == kWaits) waits_ = true;
    if (image < 0) continue;
    field.now[side] = Rendered(field, side, image);
    Agree(field, side, field.renders_atomically ? field.now[side] : image, field.now[born]);
  }
  if (waits_) return false;
  return NowThere(side);
}

bool Simulation::Restore(Side side) {
  if (!IsOrdered(side, DeleteRule::kRestore)) Fail("a record comes back that no rule restores");
  const Side source = Other(side);
  for (Field& field : fields_) {
    const FieldKind& kind = KindOf(field);
    const bool flows = FlowsTo(kind.policy, side) && kind.abilities[side].is_writable && kind.abilities[source].exists;
    const bool only_source_changed = field.base ? !kind.policy.create_only && field.now[source] != (*field.base)[source] && field.now[side] == (*field.base)[side]
                                                : field.now[side] == 0;
    const bool source_speaks = flows && only_source_changed && field.now[source] != kMeaningless;
    const int image = source_speaks ? On(field, side, field.now[source]) : -1;
    if (source_speaks && image == kWaits) waits_ = true;
    if (image < 0) continue;
    field.now[side] = Rendered(field, side, image);
    Agree(field, side, field.renders_atomically ? field.now[side] : image, field.now[source]);
  }
  return NowThere(side);
}

bool Simulation::NowThere(Side side) {
  presence_[side] = Presence::kPresent;
  // Making it is a pass of its own where a system then renders a value later.
  wrote_ = std::none_of(fields_.begin(), fields_.end(), [](const Field& field) { return field.renders_later; });
  return true;
}

bool Simulation::Take(Side side) {
  if (!IsOrdered(Other(side), DeleteRule::kPropagate) || presence_[side] != Presence::kPresent) Fail("a record is deleted and no rule orders it");
  presence_[side] = Presence::kDeleted;
  wrote_ = true;
  return true;
}

bool Simulation::Pass() {
  wrote_ = false;
  if (is_unlinked_ || waits_) return false;
  const Both<LifeRule>& rules = rules_.lives[static_cast<std::size_t>(phase_)];
  life_.never_delete = false;
  for (Side side : kSides) {
    life_.rules[side] = &rules[side];
    if (says_never_ && presence_[side] == Presence::kDeleted && rules[side].never_delete_when) life_.never_delete = true;
  }
  life_.presence = presence_;
  const LifeVerdict verdict = rules_.decisions.life(life_);
  const bool one_alone = (presence_[Side::kLeft] == Presence::kPresent) != (presence_[Side::kRight] == Presence::kPresent);
  switch (verdict.action) {
    case LifeVerdict::Action::kCreate: return Make(verdict.side);
    case LifeVerdict::Action::kDelete: return Take(verdict.side);
    case LifeVerdict::Action::kRestore: return Restore(verdict.side);
    case LifeVerdict::Action::kMark:
      if (!IsOrdered(Other(verdict.side), DeleteRule::kMark)) Fail("a record is marked and no rule orders it");
      return false;
    case LifeVerdict::Action::kUnlink:
      if (!IsOrdered(Other(verdict.side), DeleteRule::kUnlink)) Fail("a pair is forgotten and no rule says so");
      is_unlinked_ = true;
      return false;
    case LifeVerdict::Action::kMerge: {
      bool changed = false;
      for (Field& field : fields_) changed = FieldPass(field) || changed;
      return changed;
    }
    case LifeVerdict::Action::kNothing:
      if (one_alone) Fail("a record stands alone and nothing is done or shown");
      return false;
    default: return false;
  }
}

// ------------------------------------------------------------------------------------------------ people

void Simulation::UsersAct() {
  const int phase_before = phase_;
  if (rules_.lives.size() > 1 && Chance(25)) phase_ = 1 - phase_;
  for (Field& field : fields_) {
    // What was asked under the rules of one phase is not answered under another's.
    if (phase_ != phase_before) field.choice.reset();
    if (Chance(30)) field.after_pause = KindOf(field).resume_wins;
    for (Side side : kSides) {
      if (!Chance(50) || presence_[side] != Presence::kPresent) continue;
      const bool says_nothing = KindOf(field).abilities[side].may_not_read && FlowsTo(KindOf(field).policy, Other(side)) && Chance(15);
      field.now[side] = says_nothing ? kMeaningless : AnyHeld(field, side);
    }
  }
  if (Chance(20)) {
    const Side side = Chance(50) ? Side::kLeft : Side::kRight;
    if (presence_[side] == Presence::kPresent && presence_[Other(side)] == Presence::kPresent) presence_[side] = Presence::kDeleted;
  }
  life_.referenced = Chance(50);
  says_never_ = Chance(50);
  life_.first_load = Chance(50);
  life_.approved = Chance(30);
  life_.push_wanted = Chance(50);
}

// What people and other records do while the link is at rest.
bool Simulation::PeopleAct() {
  bool acted = false;
  for (Field& field : fields_) {
    if (field.is_asked && !field.choice && Chance(40)) {
      field.choice = Chance(50) ? Side::kLeft : Side::kRight;
      acted = true;
    }
    if (field.is_held_back && Chance(50)) {
      field.is_held_back = false;
      acted = true;
    }
    for (Side side : kSides) {
      for (int word = 1; word < kWords; ++word) {
        int& image = field.lens[side].image[static_cast<std::size_t>(word)];
        if (image > kDropped || !Chance(50)) continue;
        image = word;
        acted = true;
        waits_ = false;
      }
    }
    field.former = {};
  }
  rounds_ = 0;
  return acted;
}

void Simulation::BeginBurst() {
  rounds_ = 0;
  was_there_ = {{presence_[Side::kLeft] != Presence::kNone, presence_[Side::kRight] != Presence::kNone}};
  for (Field& field : fields_) {
    field.first = field.now;
    field.first_base = field.base;
    field.told = field.former = {};
    // Told when it was flagged.
    for (Side side : kSides) {
      if (field.drift) field.told[side].push_back(*field.drift);
    }
  }
}

void Simulation::Settle() {
  for (int pass = 0; pass < kPassesMax && !failure_; ++pass) {
    const bool changed = Pass();
    if (wrote_ && ++rounds_ > 3) Fail("a fourth pass writes");
    if (!changed) return;
  }
  Fail("it does not come to rest");
}

// ------------------------------------------------------------------------------------------------ what must hold

void Simulation::CheckRest() {
  if (presence_[Side::kLeft] != Presence::kPresent || presence_[Side::kRight] != Presence::kPresent || waits_) return;
  for (const Field& field : fields_) {
    const FieldPolicy& policy = KindOf(field).policy;
    const bool agree = (field.now[Side::kLeft] == 0 && field.now[Side::kRight] == 0) ||
                       std::any_of(kSides.begin(), kSides.end(), [&](Side side) { return FlowsTo(policy, side) && On(field, side, field.now[Other(side)]) == field.now[side]; });
    const bool drifts = field.drift && (field.now[Side::kLeft] == *field.drift || field.now[Side::kRight] == *field.drift);
    const bool is_excused = policy.flow == Flow::kNone || policy.create_only || field.is_shown || drifts || field.base == field.now;
    if (!agree && !is_excused) Fail("the sides differ at rest");
    for (Side side : kSides) {
      if (was_there_[side]) CheckNothingLost(field, side);
    }
  }
}

void Simulation::CheckNothingLost(const Field& field, Side side) {
  const int was = field.first[side];
  if (field.now[side] == was || Contains(field.told[side], was)) return;
  const auto was_edited = [&](Side at) { return field.first[at] != (*field.first_base)[at]; };
  if (field.first_base ? was_edited(side) : was != 0) return Fail("an edit is lost without a record");
  const bool refers = KindOf(field).abilities[Side::kLeft].refers() || KindOf(field).abilities[Side::kRight].refers();
  if (field.first_base && !was_edited(Other(side)) && !refers) Fail("a value changes that nobody edited");
}

std::optional<std::string> Simulation::Run() {
  constexpr int kBursts = 2;
  for (int burst = 0; burst < kBursts && !failure_; ++burst) {
    if (burst > 0 || Chance(50)) UsersAct();
    BeginBurst();
    Settle();
    for (int act = 0; act < 3 && !failure_ && PeopleAct(); ++act) Settle();
    if (!failure_) CheckRest();
  }
  return failure_;
}

}  // namespace entente::certificate::testing
