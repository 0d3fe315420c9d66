#include "engine/certificate/life_enumerate.h"

#include <algorithm>
#include <set>
#include <vector>

#include "engine/certificate/choices.h"

namespace entente::certificate {
namespace {

using Action = LifeVerdict::Action;

constexpr int kPassesMax = 6;

std::string_view WordOf(Presence presence) {
  switch (presence) {
    case Presence::kNone: return "never had one";
    case Presence::kPresent: return "has the record";
    case Presence::kDeleted: return "deleted it";
    case Presence::kOutOfScope: return "has it out of scope";
  }
  return "";
}

// What the situation's free parts may be. Only what a rule asks about is asked.
LifeSituation AnySituation(const Both<LifeRule>& rules, Choices& choices) {
  LifeSituation s;
  for (Side side : kSides) {
    s.rules[side] = &rules[side];
    s.presence[side] = static_cast<Presence>(choices.Choose(4));
  }
  s.origin = choices.Flip() ? Side::kRight : Side::kLeft;
  s.referenced = choices.Flip();
  // Asked of the side that deleted.
  const bool asks_never = std::any_of(kSides.begin(), kSides.end(), [&](Side side) { return s.presence[side] == Presence::kDeleted && rules[side].never_delete_when; });
  s.never_delete = asks_never && choices.Flip();
  s.first_load = choices.Flip();
  s.approved = choices.Flip();
  s.push_wanted = choices.Flip();
  return s;
}

// The delete a rule orders for a record born where it was.
DeleteRule Ordered(const LifeSituation& s, Side gone) {
  const LifeRule& rule = *s.rules[gone];
  return rule.on_delete_if_born_here && s.origin == gone ? *rule.on_delete_if_born_here : rule.on_delete;
}

class LifeRun {
 public:
  // `names` of the sides, for the trace; null: none is kept.
  LifeRun(const Both<LifeRule>& rules, const Decisions& decisions, Choices& choices, const Both<std::string>* names)
      : decisions_(decisions), names_(names), s_(AnySituation(rules, choices)) {}

  std::optional<Violation> Run() {
    TraceStart();
    for (int pass = 0; pass < kPassesMax; ++pass) {
      const Both<Presence> before = s_.presence;
      questions.push_back(s_);
      const LifeVerdict verdict = decisions_.life(s_);
      Carry(verdict);
      if (violation_) return violation_;
      if (s_.presence == before) return violation_;
      changed.push_back(questions.back());
      if (++rounds > kRoundsMax) return Break(law::kConverges, "records come and go without end");
      if (std::find(former_.begin(), former_.end(), s_.presence) != former_.end()) return Break(law::kNoPingPong, "what was made is taken away again");
      former_.push_back(before);
    }
    return Break(law::kConverges, "it does not come to rest");
  }

  int rounds = 0;
  std::vector<LifeSituation> questions, changed;

 private:
  std::optional<Violation> Break(std::string_view law, std::string sentence) {
    if (!violation_) violation_ = Violation{law, std::move(sentence), trace_};
    return violation_;
  }
  void Trace(const std::string& sentence) {
    if (names_ != nullptr) trace_.push_back(sentence);
  }
  const std::string& Name(Side side) const {
    static const Both<std::string> kNames{{"left", "right"}};
    return names_ != nullptr ? (*names_)[side] : kNames[side];
  }

  void TraceStart() {
    if (names_ == nullptr) return;
    std::string start;
    for (Side side : kSides) start += (start.empty() ? "" : ", ") + Name(side) + " " + std::string(WordOf(s_.presence[side]));
    start += "; born on " + Name(s_.origin);
    if (s_.referenced) start += "; others refer to it";
    if (s_.never_delete) start += "; the pack says: never a delete";
    Trace(start + (s_.approved ? "; a person approved." : "; nobody approved."));
  }

  void Carry(const LifeVerdict& verdict) {
    const Side side = verdict.side;
    switch (verdict.action) {
      case Action::kCreate: return Create(side);
      case Action::kDelete: return Delete(side);
      case Action::kRestore: return Restore(side);
      case Action::kMark: IsOrdered(side, DeleteRule::kMark); return;
      case Action::kMerge:
        if (!IsThere(Side::kLeft) || !IsThere(Side::kRight)) Break(law::kNothingIgnored, "fields are compared of a record that is not there");
        return;
      case Action::kUnlink: return CheckGone(Other(side), DeleteRule::kUnlink);
      case Action::kPark:
      case Action::kItem:
      case Action::kApprove:
        if (verdict.reason.empty()) Break(law::kNothingIgnored, "it is kept back, and no reason is shown");
        return;
      case Action::kWait:
      case Action::kIgnore: return CheckBorn(verdict);
      case Action::kNothing: return CheckNothing();
    }
  }

  bool IsThere(Side side) const { return s_.presence[side] == Presence::kPresent; }

  void Create(Side side) {
    Trace("It is made on " + Name(side) + ".");
    const CreateRule create = s_.rules[Other(side)]->create;
    const bool may = create == CreateRule::kAllowed || (create == CreateRule::kApprove && s_.approved) || (create == CreateRule::kOnDemand && s_.push_wanted);
    if (s_.presence[side] != Presence::kNone) {
      Break(law::kNoResurrection, "a record that " + Name(side) + " deleted is made again, and no rule restores it");
    } else if (!IsThere(Other(side)) || !may) {
      Break(law::kAllowedWrites, "a record is made on " + Name(side) + ", and no rule lets " + Name(Other(side)) + " make one");
    }
    s_.presence[side] = Presence::kPresent;
  }

  // A delete that no rule orders in so many words never happens.
  bool IsOrdered(Side survivor, DeleteRule done) {
    const Side gone = Other(survivor);
    const DeleteRule ordered = Ordered(s_, gone);
    const bool is_ordered = ordered == done || (ordered == DeleteRule::kMarkIfReferenced && (done == DeleteRule::kMark) == s_.referenced);
    const std::string what = done == DeleteRule::kMark ? "marked" : "deleted";
    if (s_.presence[gone] != Presence::kDeleted || !IsThere(survivor)) {
      Break(law::kNoDeleteByDefault, "the record of " + Name(survivor) + " is " + what + ", though " + Name(gone) + " deleted nothing");
    } else if (!is_ordered) {
      Break(law::kNoDeleteByDefault, "the record of " + Name(survivor) + " is " + what + ", and no rule orders it");
    } else if (s_.never_delete) {
      Break(law::kNoDeleteByDefault, "the record of " + Name(survivor) + " is " + what + ", though the pack says never");
    } else if (s_.rules[gone]->approve_delete && !s_.approved) {
      Break(law::kNoDeleteByDefault, "the record of " + Name(survivor) + " is " + what + ", and nobody approved");
    }
    return !violation_;
  }
  void Delete(Side side) {
    Trace("It is deleted on " + Name(side) + ".");
    if (IsOrdered(side, DeleteRule::kPropagate)) s_.presence[side] = Presence::kDeleted;
  }

  void Restore(Side side) {
    Trace("It is brought back on " + Name(side) + ".");
    CheckGone(side, DeleteRule::kRestore);
    s_.presence[side] = Presence::kPresent;
  }

  void CheckGone(Side gone, DeleteRule done) {
    if (s_.presence[gone] != Presence::kDeleted || Ordered(s_, gone) != done) {
      Break(done == DeleteRule::kRestore ? law::kNoResurrection : law::kNothingIgnored,
            "the deletion on " + Name(gone) + " is answered as no rule says");
    }
  }

  void CheckBorn(const LifeVerdict& verdict) {
    const Side here = IsThere(Side::kLeft) ? Side::kLeft : Side::kRight;
    const CreateRule create = s_.rules[here]->create;
    const bool is_ruled = verdict.action == Action::kIgnore ? create == CreateRule::kIgnore : create == CreateRule::kOnDemand && !s_.push_wanted;
    if (!is_ruled || s_.presence[Other(here)] != Presence::kNone) Break(law::kNothingIgnored, "a record of " + Name(here) + " is left alone, and no rule says so");
  }

  void CheckNothing() {
    const bool out = s_.presence[Side::kLeft] == Presence::kOutOfScope || s_.presence[Side::kRight] == Presence::kOutOfScope;
    if (!out && (IsThere(Side::kLeft) || IsThere(Side::kRight))) Break(law::kNothingIgnored, "a record stands on one side alone, and nothing is done or shown");
  }

  const Decisions& decisions_;
  const Both<std::string>* names_;
  LifeSituation s_;
  std::vector<Both<Presence>> former_;
  std::optional<Violation> violation_;
  std::vector<std::string> trace_;
};

int CodeOf(const LifeSituation& s) {
  int code = 0;
  for (int part : {static_cast<int>(s.presence[Side::kLeft]), static_cast<int>(s.presence[Side::kRight])}) code = code * 4 + part;
  for (bool bit : {s.origin == Side::kLeft, s.referenced, s.never_delete, s.first_load, s.approved, s.push_wanted}) code = code * 2 + bit;
  return code;
}

std::vector<LifeRule> OthersOf(const LifeRule& rule, const std::string& key) {
  std::vector<LifeRule> others;
  const auto add = [&](auto change) {
    LifeRule other = rule;
    change(other);
    others.push_back(std::move(other));
  };
  if (key == "reason") add([](LifeRule& r) { r.create_reason += "'"; });
  if (key == "approve_delete") add([](LifeRule& r) { r.approve_delete = !r.approve_delete; });
  if (key == "delete_if_born_here") {
    for (DeleteRule other : {DeleteRule::kPropagate, DeleteRule::kRestore, DeleteRule::kUnlink}) {
      if (other != rule.on_delete_if_born_here) add([other](LifeRule& r) { r.on_delete_if_born_here = other; });
    }
  }
  return others;
}

bool AnswersDiffer(const LifeVerdict& a, const LifeVerdict& b) { return a.action != b.action || a.side != b.side || a.reason != b.reason; }

bool MayMark(const LifeRule& rule, DeleteRule mark) { return rule.on_delete == mark || rule.on_delete_if_born_here == mark; }

}  // namespace

LifeResult EnumerateLife(const Both<LifeRule>& rules, const Decisions& decisions, const Both<std::string>& names) {
  LifeResult result;
  std::set<int> states, transitions;
  Choices choices;
  do {
    LifeRun run(rules, decisions, choices, nullptr);
    if (run.Run()) {
      // The same run once more, now with words.
      choices.Again();
      result.violation = LifeRun(rules, decisions, choices, &names).Run();
    }
    result.rounds = std::max(result.rounds, run.rounds);
    for (const LifeSituation& s : run.questions) states.insert(CodeOf(s));
    for (const LifeSituation& s : run.changed) transitions.insert(CodeOf(s));
  } while (!result.violation && choices.Next());
  result.states = static_cast<std::int64_t>(states.size());
  result.transitions = static_cast<std::int64_t>(transitions.size());
  return result;
}

bool DecidesSomething(const Both<LifeRule>& rules, Side side, const std::string& key, const Decisions& decisions) {
  const LifeRule& rule = rules[side];
  if (key == "mark") return MayMark(rule, DeleteRule::kMark) || MayMark(rule, DeleteRule::kMarkIfReferenced);
  if (key == "referenced_by") return MayMark(rule, DeleteRule::kMarkIfReferenced);
  if (key != "reason" && key != "approve_delete" && key != "delete_if_born_here") return true;
  for (const LifeRule& other : OthersOf(rule, key)) {
    Both<LifeRule> changed = rules;
    changed[side] = other;
    Choices choices;
    do {
      LifeSituation s = AnySituation(rules, choices);
      const LifeVerdict verdict = decisions.life(s);
      for (Side each : kSides) s.rules[each] = &changed[each];
      if (AnswersDiffer(verdict, decisions.life(s))) return true;
    } while (choices.Next());
  }
  return false;
}

}  // namespace entente::certificate
