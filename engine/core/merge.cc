#include "engine/core/merge.h"

#include <algorithm>

namespace entente {
namespace {

using Action = FieldVerdict::Action;

// Reads the situation as questions, so that the rules below stay sentences.
class Question {
 public:
  Question(const FieldPolicy& policy, Equality equality, const FieldSituation& situation)
      : policy_(policy), equality_(equality), s_(situation) {}

  bool Equal(const Value& a, const Value& b) const {
    return (a.IsBlank() && b.IsBlank()) || EqualModulo(equality_, a, b);
  }
  bool Edited(Side side) const { return s_.base && !Equal(s_.now[side], (*s_.base)[side]); }
  bool HoldsImage(Side side) const { return Equal(s_.image[side], s_.now[side]); }
  // One side already holds what the other's value would become there.
  bool Agree() const { return (Blank(Side::kLeft) && Blank(Side::kRight)) || Holds(Side::kLeft) || Holds(Side::kRight); }
  // A lens that writes nothing for a blank leaves what stands there: that is no agreement.
  bool Holds(Side side) const {
    const bool is_left_alone = Blank(Other(side)) && !Equal(s_.now[side], s_.now[Other(side)]);
    return s_.refused[side].empty() && HoldsImage(side) && !is_left_alone;
  }
  // Agree, and not because a side was just emptied that holds nothing either for a record that is missing there: that is an edit.
  bool AgreeAfterEdits() const {
    const auto holds = [this](Side side) { return Holds(side) && (s_.stand_ins[side] == 0 || !Edited(side)); };
    return (Blank(Side::kLeft) && Blank(Side::kRight)) || holds(Side::kLeft) || holds(Side::kRight);
  }
  bool Blank(Side side) const { return s_.now[side].IsBlank(); }
  // An emptied field that the policy does not take for an edit.
  bool BlankIsNoEdit(Side side) const {
    return s_.base && Blank(side) && !(*s_.base)[side].IsBlank() && policy_.blank[side] == BlankRule::kKeeps;
  }

  FieldVerdict Settle() const { return {.action = Action::kSettle}; }
  FieldVerdict WriteTo(Side target) const {
    if (!s_.writable[target]) return {.action = Action::kNothing};
    if (!s_.refused[target].empty()) return {.action = Action::kRefused, .target = target, .text = s_.refused[target]};
    // What would be written stands there: a lens leaves it where it is told nothing, or a missing record has a stand-in.
    if (HoldsImage(target)) return {.action = Action::kSettle, .target = target};
    return {.action = Action::kWrite, .target = target, .value = s_.now[Other(target)]};
  }
  FieldVerdict RevertOn(Side target) const {
    FieldVerdict verdict = WriteTo(target);
    verdict.reverted = verdict.action == Action::kWrite || verdict.action == Action::kSettle;
    return verdict;
  }
  FieldConflict Conflict(std::optional<Side> winner, std::string reason) const {
    FieldConflict conflict{.left = s_.now[Side::kLeft], .right = s_.now[Side::kRight], .winner = winner, .reason = std::move(reason)};
    if (s_.base) conflict.base = (*s_.base)[Other(winner.value_or(Side::kRight))];
    return conflict;
  }
  FieldVerdict WinnerIs(Side winner, std::string reason) const {
    FieldVerdict verdict = WriteTo(Other(winner));
    verdict.conflict = Conflict(winner, std::move(reason));
    return verdict;
  }
  FieldVerdict Ask(std::string reason) const {
    return {.action = Action::kAsk, .conflict = Conflict(std::nullopt, std::move(reason))};
  }

  const FieldPolicy& policy() const { return policy_; }
  const FieldSituation& situation() const { return s_; }

 private:
  const FieldPolicy& policy_;
  Equality equality_;
  const FieldSituation& s_;
};

FieldVerdict MergeOneWay(const Question& q, Side source) {
  const Side target = Other(source);
  const FieldSituation& s = q.situation();
  if (q.policy().create_only) return {.action = s.base ? Action::kNothing : Action::kSettle};
  if (!s.base) {
    if (s.refused[target].empty() && q.HoldsImage(target)) return q.Settle();
    FieldVerdict verdict = q.WriteTo(target);
    if (!q.Blank(target)) verdict.conflict = q.Conflict(source, "first_meeting");
    return verdict;
  }
  const bool source_edited = q.Edited(source);
  const bool target_edited = q.Edited(target);
  if (!source_edited && !target_edited) return {};
  // Emptied where nobody stands for a missing record: an edit all the same.
  const bool is_emptied = target_edited && s.stand_ins[target] > 0;
  if (s.refused[target].empty() && q.HoldsImage(target) && !is_emptied) return q.Settle();
  if (source_edited) {
    // Drift was told when it was flagged; the source ends it.
    const bool flagged = s.drift && q.Equal(*s.drift, s.now[target]);
    return target_edited && !flagged ? q.RevertOn(target) : q.WriteTo(target);
  }
  if (q.policy().on_foreign_edit == OnForeignEdit::kRevert) return q.RevertOn(target);
  if (s.drift && q.Equal(*s.drift, s.now[target])) return {};
  return {.action = Action::kFlag, .target = target, .value = s.now[target]};
}

std::optional<Side> Newest(const Both<ChangeInterval>& changed) {
  const ChangeInterval& left = changed[Side::kLeft];
  const ChangeInterval& right = changed[Side::kRight];
  if (left.from_micros > right.to_micros) return Side::kLeft;
  if (right.from_micros > left.to_micros) return Side::kRight;
  return std::nullopt;
}

FieldVerdict Union(const Question& q) {
  const auto* left = q.situation().now[Side::kLeft].As<List>();
  const auto* right = q.situation().now[Side::kRight].As<List>();
  if (!left || !right) return q.Ask("union_of_values_that_are_no_lists");
  List merged = *left;
  for (const Value& value : *right) {
    if (std::find(merged.begin(), merged.end(), value) == merged.end()) merged.push_back(value);
  }
  return {.action = Action::kWriteBoth, .value = Value(std::move(merged)), .conflict = q.Conflict(std::nullopt, "union")};
}

FieldVerdict SettleConflict(const Question& q) {
  const FieldPolicy& policy = q.policy();
  if (q.situation().choice) return q.WinnerIs(*q.situation().choice, "chosen");
  switch (policy.conflict) {
    case ConflictRule::kLeft: return q.WinnerIs(Side::kLeft, "both_edited");
    case ConflictRule::kRight: return q.WinnerIs(Side::kRight, "both_edited");
    case ConflictRule::kNewest: {
      const std::optional<Side> newest = Newest(q.situation().changed);
      return newest ? q.WinnerIs(*newest, "newest") : q.WinnerIs(policy.tie, "overlapping_change_times");
    }
    case ConflictRule::kAsk: return q.Ask("both_edited");
    case ConflictRule::kUnion: return Union(q);
  }
  return q.Ask("both_edited");
}

FieldVerdict MeetFirst(const Question& q) {
  if (q.Agree()) return q.Settle();
  const FieldPolicy& policy = q.policy();
  if (q.situation().choice) return q.WinnerIs(*q.situation().choice, "chosen");
  switch (policy.first_meeting) {
    case OnFirstMeeting::kLeft: return q.WinnerIs(Side::kLeft, "first_meeting");
    case OnFirstMeeting::kRight: return q.WinnerIs(Side::kRight, "first_meeting");
    case OnFirstMeeting::kAsk: return q.Ask("first_meeting");
    case OnFirstMeeting::kFillBlanks: break;
  }
  if (q.Blank(Side::kLeft)) return q.WriteTo(Side::kLeft);
  if (q.Blank(Side::kRight)) return q.WriteTo(Side::kRight);
  return q.WinnerIs(policy.tie, "first_meeting");
}

FieldVerdict MergeTwoWay(const Question& q) {
  if (!q.situation().base) return MeetFirst(q);
  Both<bool> edited{{q.Edited(Side::kLeft), q.Edited(Side::kRight)}};
  if (!edited[Side::kLeft] && !edited[Side::kRight]) return {};
  if (q.AgreeAfterEdits()) return q.Settle();
  // Edits that the policy does not take for edits are undone by the other side's value; a blank first, so that it never travels.
  for (Side side : kSides) {
    if (edited[side] && q.BlankIsNoEdit(side)) return q.RevertOn(side);
  }
  if (const auto once = q.policy().set_once_from; once && edited[*once]) return q.RevertOn(*once);
  if (const auto winner = q.situation().after_pause; winner && edited[Other(*winner)]) return q.WinnerIs(*winner, "after_pause");
  if (edited[Side::kLeft] && edited[Side::kRight]) return SettleConflict(q);
  return q.WriteTo(edited[Side::kLeft] ? Side::kRight : Side::kLeft);
}

}  // namespace

FieldVerdict MergeField(const FieldPolicy& policy, Equality equality, const FieldSituation& situation) {
  const Question q(policy, equality, situation);
  switch (policy.flow) {
    case Flow::kNone: return {};
    case Flow::kToRight: return MergeOneWay(q, Side::kLeft);
    case Flow::kToLeft: return MergeOneWay(q, Side::kRight);
    case Flow::kBoth: return MergeTwoWay(q);
  }
  return {};
}

}  // namespace entente
