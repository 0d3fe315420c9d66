#include "engine/certificate/field_enumerate.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "engine/certificate/field_run.h"

namespace entente::certificate {
namespace {

// Questions put to Merge, each once.
class Questions {
 public:
  void Note(const FieldRun::Asked& asked) {
    bool& changes = seen_[HashOf(asked.situation)];
    changes = changes || asked.changes;
  }
  std::int64_t states() const { return static_cast<std::int64_t>(seen_.size()); }
  std::int64_t transitions() const {
    return std::count_if(seen_.begin(), seen_.end(), [](const auto& entry) { return entry.second; });
  }

 private:
  // FNV-1a: the counts are part of the certificate, so they must not depend on the machine.
  static void MixText(std::string_view text, std::uint64_t& hash) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    hash = (hash ^ 0xFF) * 1099511628211u;
  }
  static void MixNumber(std::uint64_t number, std::uint64_t& hash) {
    for (int byte = 0; byte < 8; ++byte, number >>= 8) hash = (hash ^ (number & 0xFF)) * 1099511628211u;
  }
  static void Mix(const Value& value, std::uint64_t& hash) {
    if (const auto* list = value.As<List>()) {
      for (const Value& item : *list) Mix(item, hash);
      MixText("list", hash);
    } else if (const auto* name = value.As<std::int64_t>()) {
      MixNumber(static_cast<std::uint64_t>(*name), hash);
    } else {
      MixText("nothing", hash);
    }
  }
  static std::uint64_t HashOf(const FieldSituation& s) {
    std::uint64_t hash = 14695981039346656037u;
    for (Side side : kSides) {
      Mix(s.now[side], hash);
      if (s.base) Mix((*s.base)[side], hash);
      if (!s.base) MixText("no base", hash);
      Mix(s.image[side], hash);
      MixText(s.refused[side], hash);
      MixNumber(static_cast<std::uint64_t>(s.changed[side].from_micros), hash);
      MixNumber(static_cast<std::uint64_t>(s.stand_ins[side]), hash);
    }
    Mix(s.drift.value_or(Value()), hash);
    for (const std::optional<Side>& chosen : {s.choice, s.after_pause}) MixText(chosen ? (*chosen == Side::kLeft ? "left" : "right") : "", hash);
    return hash;
  }

  std::unordered_map<std::uint64_t, bool> seen_;
};

// Other choices for one entry of a policy.
std::vector<FieldPolicy> OthersOf(const FieldPolicy& policy, const std::string& key, const Both<std::string>& names) {
  std::vector<FieldPolicy> others;
  const auto add = [&](auto change) {
    FieldPolicy other = policy;
    change(other);
    others.push_back(std::move(other));
  };
  const auto toggle_blank = [&](Side side) {
    add([side](FieldPolicy& p) { p.blank[side] = p.blank[side] == BlankRule::kKeeps ? BlankRule::kClears : BlankRule::kKeeps; });
  };
  if (key == "create_only") add([](FieldPolicy& p) { p.create_only = !p.create_only; });
  if (key == "set_once_from") add([](FieldPolicy& p) { p.set_once_from.reset(); });
  if (key == "foreign_edit") {
    add([](FieldPolicy& p) { p.on_foreign_edit = p.on_foreign_edit == OnForeignEdit::kRevert ? OnForeignEdit::kKeepAndFlag : OnForeignEdit::kRevert; });
  }
  if (key == "tie") add([](FieldPolicy& p) { p.tie = Other(p.tie); });
  for (Side side : kSides) {
    if (key == "blank" || key == "blank." + names[side]) toggle_blank(side);
  }
  for (ConflictRule rule : {ConflictRule::kLeft, ConflictRule::kRight, ConflictRule::kAsk}) {
    if (key == "conflict" && rule != policy.conflict) add([rule](FieldPolicy& p) { p.conflict = rule; });
  }
  for (OnFirstMeeting rule : {OnFirstMeeting::kLeft, OnFirstMeeting::kRight, OnFirstMeeting::kFillBlanks, OnFirstMeeting::kAsk}) {
    if (key == "first_meeting" && rule != policy.first_meeting) add([rule](FieldPolicy& p) { p.first_meeting = rule; });
  }
  return others;
}

bool AnswersDiffer(const FieldVerdict& a, const FieldVerdict& b) {
  return a.action != b.action || a.target != b.target || a.reverted != b.reverted || !(a.value == b.value) || a.text != b.text ||
         a.conflict.has_value() != b.conflict.has_value() || (a.conflict && a.conflict->winner != b.conflict->winner);
}

// The first question of every run from an agreement or a meeting, with its answer; ends when `looks` answers true.
template <typename Looks>
bool AnyQuestion(const FieldKind& kind, const Looks& looks) {
  Choices choices;
  do {
    FieldWorld world(kind, choices);
    const FieldStart start = AnyStart(kind, world, choices);
    const bool both_there = start.kind == FieldStart::Kind::kAgreed || start.kind == FieldStart::Kind::kMet;
    if (both_there && !start.state.is_left_alone() && looks(SituationOf(kind, start.state, start.changed, world))) return true;
  } while (choices.Next());
  return false;
}

bool RevertsSomewhere(const FieldKind& kind, const Decisions& decisions) {
  return AnyQuestion(kind, [&](const FieldSituation& s) { return decisions.merge(kind.policy, Equality::kExact, s).reverted; });
}

}  // namespace

FieldResult EnumerateField(const FieldKind& kind, const Decisions& decisions, const Both<std::string>& names, bool counts_states) {
  FieldResult result;
  Questions questions;
  std::vector<FieldRun::Asked> asked;
  Choices choices;
  do {
    FieldRun run(kind, decisions, choices, nullptr);
    if (counts_states) run.asked = &asked;
    const bool is_broken = run.Run().has_value();
    ++result.runs;
    result.rounds = std::max(result.rounds, run.rounds());
    for (const FieldRun::Asked& question : asked) questions.Note(question);
    asked.clear();
    if (!is_broken) continue;
    // The same run once more, now with words.
    choices.Again();
    result.violation = FieldRun(kind, decisions, choices, &names).Run();
    break;
  } while (choices.Next());
  result.states = questions.states();
  result.transitions = questions.transitions();
  return result;
}

bool DecidesSomething(const FieldKind& kind, const std::string& key, const Decisions& decisions, const Both<std::string>& names) {
  // A direction is what all the rest hangs on; an approval is asked for wherever something is written.
  if (key == "direction") return true;
  if (key == "approve_when" || key == "at_most_every") return kind.policy.flow != Flow::kNone && !kind.policy.create_only;
  if (key == "on_revert_item") return RevertsSomewhere(kind, decisions);
  const std::vector<FieldPolicy> others = OthersOf(kind.policy, key, names);
  return AnyQuestion(kind, [&](const FieldSituation& s) {
    const FieldVerdict verdict = decisions.merge(kind.policy, Equality::kExact, s);
    return std::any_of(others.begin(), others.end(), [&](const FieldPolicy& other) { return AnswersDiffer(verdict, decisions.merge(other, Equality::kExact, s)); });
  });
}

}  // namespace entente::certificate
