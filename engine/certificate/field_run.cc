#include "engine/certificate/field_run.h"

#include <algorithm>

namespace entente::certificate {
namespace {

constexpr int kPassesMax = 10;

bool Contains(const std::vector<Value>& values, const Value& wanted) {
  return std::any_of(values.begin(), values.end(), [&](const Value& value) { return Same(value, wanted); });
}

bool IsOneWay(const FieldPolicy& policy) { return policy.flow == Flow::kToLeft || policy.flow == Flow::kToRight; }

}  // namespace

FieldRun::FieldRun(const FieldKind& kind, const Decisions& decisions, Choices& choices, const Both<std::string>* names)
    : kind_(kind), decisions_(decisions), choices_(choices), names_(names), world_(kind, choices) {}

bool FieldRun::Edited(const FieldState& state, Side side) const { return state.base && !Same(state.now[side], (*state.base)[side]); }

// ------------------------------------------------------------------------------------------------ the beginning

bool FieldRun::Begin() {
  start_ = AnyStart(kind_, world_, choices_);
  state_ = first_ = start_.state;
  if (const auto& drift = state_.drift) {
    // Told when it was flagged.
    for (Side side : kSides) Tell(side, *drift);
  }
  Trace(start_.kind == FieldStart::Kind::kMet ? "Two records meet for the first time: " + Holdings() + "."
        : start_.kind == FieldStart::Kind::kBorn ? "A record is born on " + Name(start_.side) + ": " + Holdings() + "."
                                                 : "Both sides had agreed; now " + Holdings() + ".");
  if (start_.kind == FieldStart::Kind::kBorn) return CreateOther(start_.side);
  if (start_.kind == FieldStart::Kind::kRestored) Restore(start_.side);
  return true;
}

// The record is made on the other side with what flows there. False: it waits for its parent.
bool FieldRun::CreateOther(Side born) {
  const Side made = Other(born);
  const Ability& ability = kind_.abilities[made];
  rounds_ = rounds_most_ = 1;
  Value& there = state_.now[made];
  if (FlowsTo(kind_.policy, made) && ability.is_writable && kind_.abilities[born].exists) {
    if (state_.is_unread[born]) return true;
    const FieldWorld::Image image = world_.On(made, state_.now[born], Value(), Value());
    if (image.kind == FieldWorld::Image::Kind::kWaits) return false;
    if (image.kind == FieldWorld::Image::Kind::kHeld) {
      there = Rendered(made, image.value);
      state_.base = BaseAfterWrite(made, IsAtomic() ? there : image.value, state_.now[born]);
      state_.stand_ins[made] = image.is_stand_in ? 1 : 0;
    }
  } else if (choices_.Flip()) {
    there = world_.Named(Name::kGivenBySystem);
  }
  world_.NoteHeld(made, there);
  Trace("It is made on " + Name(made) + ": " + Holdings() + ".");
  return true;
}

// The deleted record comes back as it was, but for what the other side alone changed since.
void FieldRun::Restore(Side deleted) {
  const Side source = Other(deleted);
  rounds_ = rounds_most_ = 1;
  Trace("The record of " + Name(deleted) + " was deleted and is made anew.");
  const bool flows = FlowsTo(kind_.policy, deleted) && kind_.abilities[deleted].is_writable && kind_.abilities[source].exists;
  const bool only_source_changed = state_.base ? !kind_.policy.create_only && Edited(state_, source) && !Edited(state_, deleted) : state_.now[deleted].IsBlank();
  if (!flows || !only_source_changed || state_.is_unread[source]) return;
  const FieldWorld::Image image = world_.On(deleted, state_.now[source], state_.now[deleted], state_.base ? (*state_.base)[deleted] : Value());
  is_waiting_ = image.kind == FieldWorld::Image::Kind::kWaits;
  if (image.kind != FieldWorld::Image::Kind::kHeld) return;
  state_.now[deleted] = Rendered(deleted, image.value);
  state_.base = BaseAfterWrite(deleted, IsAtomic() ? state_.now[deleted] : image.value, state_.now[source]);
  state_.stand_ins = {};
  state_.stand_ins[deleted] = image.is_stand_in ? 1 : 0;
  world_.NoteHeld(deleted, state_.now[deleted]);
}

// ------------------------------------------------------------------------------------------------ passes

std::optional<Violation> FieldRun::Run() {
  if (!Begin()) return violation_;
  do {
    if (auto broken = Settle()) return broken;
  } while (SomethingHappens());
  CheckRest();
  return violation_;
}

void FieldRun::BeginRounds() {
  rounds_ = 0;
  former_ = {};
}

std::optional<Violation> FieldRun::Settle() {
  for (int pass = 0; pass < kPassesMax && !is_waiting_; ++pass) {
    const bool goes_on = Pass();
    if (violation_) return violation_;
    if (wrote_) rounds_most_ = std::max(rounds_most_, ++rounds_);
    if (rounds_ > kRoundsMax) {
      Break(law::kConverges, "after " + std::to_string(kRoundsMax) + " passes that wrote, another one writes");
      return violation_;
    }
    if (!goes_on) return std::nullopt;
  }
  if (!is_waiting_) Break(law::kConverges, "it does not come to rest: every pass decides something again");
  return violation_;
}

// One pass over the field. False: it is at rest.
bool FieldRun::Pass() {
  changed_ = wrote_ = is_asked_ = is_refused_ = is_withheld_ = false;
  if (state_.is_left_alone()) {
    is_refused_ = true;
    return false;
  }
  const FieldSituation s = SituationOf(kind_, state_, start_.changed, world_);
  const FieldVerdict verdict = decisions_.merge(kind_.policy, Equality::kExact, s);
  CheckWinner(s, verdict);
  const FieldStep step = StepOf(verdict, s, FieldProgress{.unheld = state_.unheld});
  CheckSettled(s, step);
  if (verdict.conflict) {
    Tell(Side::kLeft, verdict.conflict->left);
    Tell(Side::kRight, verdict.conflict->right);
    Trace("A conflict is recorded: " + verdict.conflict->reason +
          (verdict.conflict->winner ? ", " + Name(*verdict.conflict->winner) + " wins." : ", a person is asked or both are kept."));
  }
  Apply(verdict, s, step);
  if (asked != nullptr) asked->push_back({s, changed_});
  return changed_ && !violation_;
}

void FieldRun::Apply(const FieldVerdict& verdict, const FieldSituation& s, const FieldStep& step) {
  const Side target = verdict.target;
  is_asked_ = verdict.action == FieldVerdict::Action::kAsk;
  is_refused_ = !step.refused.empty();
  if (step.forgets_unheld) state_.unheld = {};
  if (step.unheld) state_.unheld[target] = *step.unheld;
  if (step.reverts || step.is_not_held) Tell(target, s.now[target]);
  if (step.settles) {
    changed_ = !state_.base || !Same((*state_.base)[Side::kLeft], state_.now[Side::kLeft]) || !Same((*state_.base)[Side::kRight], state_.now[Side::kRight]);
    state_.base = state_.now;
    state_.stand_ins = s.stand_ins;
    state_.drift.reset();
    state_.choice.reset();
    state_.unheld = {};
    Trace(step.is_not_held ? "What " + Name(target) + " holds is taken for its way to write it, and shown." : "Both sides agree.");
  }
  if (step.drift) {
    changed_ = !state_.drift || !(*state_.drift == *step.drift);
    state_.drift = *step.drift;
    Tell(target, *step.drift);
    Trace("The edit stays on " + Name(target) + " and is shown.");
  }
  if (step.ends_foreign_edit) state_.drift.reset();
  for (Side side : kSides) {
    if (step.writes[side] && !violation_) Write(verdict, s, side, *step.writes[side]);
  }
}

bool FieldRun::MayWrite(const FieldVerdict& verdict, const FieldSituation& s, Side side, const Value& value) {
  const FieldPolicy& policy = kind_.policy;
  const Side source = Other(side);
  const bool is_union = verdict.action == FieldVerdict::Action::kWriteBoth && policy.conflict == ConflictRule::kUnion;
  if (!FlowsTo(policy, side)) Break(law::kAllowedWrites, "a value is written to " + Name(side) + ", where no rule lets it flow");
  if (!kind_.abilities[side].is_writable) Break(law::kAllowedWrites, "a value is written to " + Name(side) + ", which cannot be written");
  if (!is_union && !Same(value, s.now[source])) Break(law::kAllowedWrites, Name(side) + " is sent a value that " + Name(source) + " does not hold");
  if (policy.flow == Flow::kBoth && state_.base && !s.choice && !Edited(state_, side) && Edited(state_, source)) {
    if (policy.set_once_from == source) Break(law::kAllowedWrites, "a change of " + Name(source) + " travels, though it may set the value once only");
    const bool blanked = value.IsBlank() && !(*state_.base)[source].IsBlank() && !s.now[side].IsBlank();
    if (blanked && policy.blank[source] == BlankRule::kKeeps) Break(law::kAllowedWrites, "a blank of " + Name(source) + " empties " + Name(side) + ", though a blank there is no edit");
  }
  if (violation_) return false;
  const bool may_be_withheld = policy.approve_when || policy.at_most_every > absl::ZeroDuration();
  if (!may_be_withheld || !state_.base || is_released_) return true;
  if (!is_held_back_) is_held_back_ = choices_.Flip();
  is_withheld_ = *is_held_back_;
  if (is_withheld_) Trace("The change waits for an approval, or for its time.");
  return !is_withheld_;
}

void FieldRun::Write(const FieldVerdict& verdict, const FieldSituation& s, Side side, const Value& value) {
  if (!MayWrite(verdict, s, side, value)) return;
  const FieldWorld::Image image = world_.On(side, value, state_.now[side], state_.base ? (*state_.base)[side] : Value());
  if (image.kind == FieldWorld::Image::Kind::kWaits) is_waiting_ = true;
  if (image.kind != FieldWorld::Image::Kind::kHeld) {
    is_refused_ = true;
    return;
  }
  if (Same(image.value, state_.now[side])) return Break(law::kNoNeedlessWrite, Name(side) + " is sent what it holds already");
  const Value found = Rendered(side, image.value);
  if (!Same(found, state_.now[side])) {
    former_[side].push_back(state_.now[side]);
    if (Contains(former_[side], found)) Break(law::kNoPingPong, Name(side) + " gets back " + Shown(found) + ", which it held before");
  }
  state_.now[side] = found;
  state_.choice.reset();
  // What is seen once more after a write may count as seen after the pause.
  if (state_.after_pause && choices_.Flip()) state_.after_pause.reset();
  state_.base = BaseAfterWrite(side, IsAtomic() ? found : image.value, s.now[Other(side)]);
  state_.stand_ins = {};
  state_.stand_ins[side] = image.is_stand_in ? 1 : 0;
  world_.NoteHeld(side, found);
  changed_ = wrote_ = true;
  Trace(Shown(value) + " is written to " + Name(side) + ", which then holds " + Shown(found) + ".");
}

// Asked once, when something is first written.
FieldRun::Rendering FieldRun::HowRendered() {
  if (rendering_) return *rendering_;
  rendering_ = kind_.policy.conflict == ConflictRule::kUnion ? Rendering::kNone : static_cast<Rendering>(choices_.Choose(IsOneWay(kind_.policy) ? 3 : 2));
  // Making the record is a pass of its own then.
  const bool was_made = start_.kind == FieldStart::Kind::kBorn || start_.kind == FieldStart::Kind::kRestored;
  if (*rendering_ == Rendering::kLater && was_made) rounds_ = std::max(0, rounds_ - 1);
  return *rendering_;
}

// What the system makes of a value it is sent: usually that value.
Value FieldRun::Rendered(Side side, const Value& sent) {
  if (HowRendered() == Rendering::kNone) return sent;
  for (const auto& [before, after] : rendered_) {
    if (Same(before, sent)) return after;
  }
  const Value rendering = choices_.Flip() ? world_.Named(Name::kRenderedBySystem) : state_.now[side];
  rendered_.emplace_back(sent, rendering);
  return rendering;
}

// At rest: what may happen next. False: nothing.
bool FieldRun::SomethingHappens() {
  if (violation_) return false;
  if (is_asked_ && !state_.choice) {
    const int answer = choices_.Choose(3);
    if (answer > 0) {
      state_.choice = answer == 1 ? Side::kLeft : Side::kRight;
      Trace("A person chooses " + Name(*state_.choice) + ".");
      BeginRounds();
      return true;
    }
  }
  if (is_withheld_ && choices_.Flip()) {
    is_released_ = true;
    Trace("It may be written now.");
    BeginRounds();
    return true;
  }
  if (world_.HasMissing() && choices_.Flip()) {
    world_.TargetsAppear();
    is_waiting_ = false;
    Trace("The record it refers to appears.");
    BeginRounds();
    return true;
  }
  return false;
}

// ------------------------------------------------------------------------------------------------ trace

void FieldRun::Break(std::string_view law, std::string sentence) {
  if (!violation_) violation_ = Violation{law, std::move(sentence), trace_};
}

void FieldRun::Trace(const std::string& sentence) {
  if (names_ != nullptr) trace_.push_back(sentence);
}

const std::string& FieldRun::Name(Side side) const {
  static const Both<std::string> kNames{{"left", "right"}};
  return names_ != nullptr ? (*names_)[side] : kNames[side];
}

std::string FieldRun::Shown(const Value& value) const { return names_ == nullptr ? "" : NameOf(value); }

std::string FieldRun::Holdings() const {
  if (names_ == nullptr) return "";
  std::string text;
  for (Side side : kSides) {
    text += (text.empty() ? "" : ", ") + Name(side) + " holds " + Shown(state_.now[side]);
    if (state_.base) text += " (agreed " + Shown((*state_.base)[side]) + ")";
  }
  return text;
}

}  // namespace entente::certificate
