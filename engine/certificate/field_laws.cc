#include <algorithm>

#include "engine/certificate/field_run.h"

// What a run is held to, apart from coming to rest.
namespace entente::certificate {
namespace {

std::optional<Side> LaterOf(const Both<ChangeInterval>& changed) {
  if (changed[Side::kLeft].from_micros > changed[Side::kRight].to_micros) return Side::kLeft;
  if (changed[Side::kRight].from_micros > changed[Side::kLeft].to_micros) return Side::kRight;
  return std::nullopt;
}

std::optional<Side> WinnerOfConflict(const FieldPolicy& policy, const FieldSituation& s) {
  switch (policy.conflict) {
    case ConflictRule::kLeft: return Side::kLeft;
    case ConflictRule::kRight: return Side::kRight;
    case ConflictRule::kNewest: return LaterOf(s.changed).value_or(policy.tie);
    default: return std::nullopt;
  }
}

std::optional<Side> WinnerOfMeeting(const FieldPolicy& policy) {
  switch (policy.first_meeting) {
    case OnFirstMeeting::kLeft: return Side::kLeft;
    case OnFirstMeeting::kRight: return Side::kRight;
    case OnFirstMeeting::kFillBlanks: return policy.tie;
    default: return std::nullopt;
  }
}

}  // namespace

// The record of a conflict names the side that the rules, or the person, chose.
void FieldRun::CheckWinner(const FieldSituation& s, const FieldVerdict& verdict) {
  if (!verdict.conflict) return;
  const FieldPolicy& policy = kind_.policy;
  std::optional<Side> ruled;
  if (policy.flow == Flow::kToRight) ruled = Side::kLeft;
  if (policy.flow == Flow::kToLeft) ruled = Side::kRight;
  const bool was_paused = state_.after_pause && Edited(state_, Other(*state_.after_pause));
  if (policy.flow == Flow::kBoth) ruled = was_paused ? state_.after_pause : s.choice ? s.choice : s.base ? WinnerOfConflict(policy, s) : WinnerOfMeeting(policy);
  if (verdict.conflict->winner == ruled) return;
  Break(law::kRuledWinner, "the conflict is won by " + (verdict.conflict->winner ? Name(*verdict.conflict->winner) : std::string("nobody")) + ", where the rules say " +
                               (ruled ? Name(*ruled) : std::string("that nobody wins")));
}

// "Agreed" is said only of sides that agree, or of a value that a side shows it cannot hold otherwise.
void FieldRun::CheckSettled(const FieldSituation& s, const FieldStep& step) {
  if (!step.settles || step.is_not_held || kind_.policy.create_only) return;
  const auto holds_image = [&](Side side) { return s.refused[side].empty() && Same(s.image[side], s.now[side]); };
  const bool both_blank = s.now[Side::kLeft].IsBlank() && s.now[Side::kRight].IsBlank();
  bool agree = both_blank;
  for (Side side : kSides) agree = agree || (FlowsTo(kind_.policy, side) && holds_image(side));
  if (!agree) Break(law::kAgrees, "two different values are taken for agreed");
}

bool FieldRun::AgreeNow() {
  const FieldSituation s = SituationOf(kind_, state_, start_.changed, world_);
  if (s.now[Side::kLeft].IsBlank() && s.now[Side::kRight].IsBlank()) return true;
  return std::any_of(kSides.begin(), kSides.end(), [&](Side side) {
    return FlowsTo(kind_.policy, side) && s.refused[side].empty() && Same(s.image[side], s.now[side]);
  });
}

void FieldRun::CheckRest() {
  if (violation_) return;
  const FieldPolicy& policy = kind_.policy;
  const bool is_shown = is_asked_ || is_refused_ || is_withheld_ || is_waiting_;
  const bool drifts = state_.drift && (Same(state_.now[Side::kLeft], *state_.drift) || Same(state_.now[Side::kRight], *state_.drift));
  const bool stays = state_.base && Same(state_.now[Side::kLeft], (*state_.base)[Side::kLeft]) && Same(state_.now[Side::kRight], (*state_.base)[Side::kRight]);
  if (policy.flow != Flow::kNone && !policy.create_only && !is_shown && !drifts && !stays && !AgreeNow()) {
    Break(law::kAgrees, "it comes to rest while the sides differ, and nobody is told: " + Holdings());
  }
  if (policy.flow == Flow::kNone && (wrote_ || rounds_most_ > 1)) Break(law::kAllowedWrites, "a field that is only observed is written");
  for (Side side : kSides) {
    const bool was_there = start_.kind != FieldStart::Kind::kBorn || side == start_.side;
    if (was_there) CheckNothingLost(side);
  }
}

// What a side held is there still, or the other side's edit replaced what nobody had touched, or a record names it.
void FieldRun::CheckNothingLost(Side side) {
  const Value& was = first_.now[side];
  if (violation_ || Same(state_.now[side], was)) return;
  const bool was_edited = first_.base ? Edited(first_, side) : !was.IsBlank();
  const bool is_told = std::any_of(told_[side].begin(), told_[side].end(), [&](const Value& value) { return Same(value, was); });
  if (is_told) return;
  if (was_edited) {
    Break(law::kNoEditLost, "the edit " + Shown(was) + " of " + Name(side) + " is gone, and no record names it");
  } else if (first_.base && !Edited(first_, Other(side)) && !kind_.abilities[side].refers()) {
    Break(law::kNoEditLost, Name(side) + " no longer holds " + Shown(was) + ", though nobody edited anything");
  }
}

}  // namespace entente::certificate
