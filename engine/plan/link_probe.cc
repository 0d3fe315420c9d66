#include "engine/plan/link_probe.h"

#include <algorithm>

#include "engine/pipeline/adopt.h"
#include "engine/pipeline/capacity.h"
#include "engine/pipeline/decide.h"
#include "engine/pipeline/fields.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/target.h"

namespace entente {
namespace {

bool IsAtRest(const Link& link) {
  const bool waits = link.parked || link.owed[Side::kLeft] || link.owed[Side::kRight] || !link.items.empty() || !link.drift.empty() || link.document || link.seal;
  const bool verifies = link.members[Side::kLeft].verify || link.members[Side::kRight].verify;
  return link.linked() && !waits && !verifies && !link.base.empty();
}

// There is something that could be decided.
bool IsThere(const Link& link) {
  return link.parked || std::any_of(kSides.begin(), kSides.end(), [&](Side side) {
           const Presence presence = link.members[side].presence;
           return presence == Presence::kPresent || presence == Presence::kOutOfScope || link.owed[side].has_value();
         });
}

bool HasNoEffect(const std::optional<FieldVerdict>& verdict) {
  return !verdict || ((verdict->action == FieldVerdict::Action::kNothing || verdict->action == FieldVerdict::Action::kSettle) && !verdict->conflict);
}

const Check* CheckNamed(const EntityRule& entity, const std::string& name) {
  const auto found = std::find_if(entity.checks.begin(), entity.checks.end(), [&](const Check& check) { return check.name == name; });
  return found == entity.checks.end() ? nullptr : &*found;
}

// A check that is not there, or cannot be evaluated with a truth, is passed. Nothing: it fails to evaluate.
std::optional<bool> Passes(Turn& turn, const EntityRule& entity, const Check* check, const Link& link) {
  if (!check || !check->holds) return true;
  const absl::StatusOr<Value> holds = EvaluateWithTargets(turn, entity, *check->holds, link);
  if (!holds.ok()) return std::nullopt;
  return !holds->As<bool>() || *holds->As<bool>();
}

}  // namespace

Judge::Judge(const PlanGround& ground, PackPtr pack, const NativeFields& unread) : now_(ground.now) {
  state_.pack = std::move(pack);
  state_.tuning = ground.tuning;
  state_.unread = unread;
  for (Side side : kSides) {
    if (!ground.sessions[side]) continue;
    state_.sides[side].session = *ground.sessions[side];
    state_.sides[side].shapes = ShapesNow(*state_.pack, *ground.sessions[side], unread);
  }
}

LinkProbe::LinkProbe(Judge& before, Judge& after, const std::string& entity, const std::vector<RuleChange>& changes, const Adoption& adoption)
    : before_(before),
      after_(after),
      was_(*before.pack().Entity(entity)),
      is_(*after.pack().Entity(entity)),
      rescopes_(adoption.rescope.contains(entity)),
      reindexes_(adoption.reindex.contains(entity)),
      recounts_(adoption.recount.contains(entity)) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (const RuleTouch& touch : changes[i].touches) {
      if (touch.entity == entity) touches_.push_back({static_cast<int>(i), touch});
    }
  }
}

bool LinkProbe::JudgesOtherwise(Turn& before, Turn& after, const std::string& name, const Link& link) {
  const FieldRule* was = was_.Field(name);
  const FieldRule* is = is_.Field(name);
  std::optional<FieldVerdict> old_verdict, new_verdict;
  if (was) {
    const LinkScope scope(before_.pack(), link);
    absl::StatusOr<std::optional<FieldVerdict>> verdict = JudgeField(before, was_, *was, link, scope.scope());
    if (!verdict.ok()) return true;
    old_verdict = *std::move(verdict);
  }
  if (is) {
    const LinkScope scope(after_.pack(), link);
    absl::StatusOr<std::optional<FieldVerdict>> verdict = JudgeField(after, is_, *is, link, scope.scope());
    if (!verdict.ok()) return true;
    new_verdict = *std::move(verdict);
  }
  if (HasNoEffect(old_verdict) && HasNoEffect(new_verdict)) return false;
  const bool both_refused = old_verdict && new_verdict && old_verdict->action == FieldVerdict::Action::kRefused && new_verdict->action == FieldVerdict::Action::kRefused;
  return !both_refused || old_verdict->text != new_verdict->text || old_verdict->target != new_verdict->target;
}

bool LinkProbe::Says(Turn& before, Turn& after, const RuleTouch& touch, const Link& link) {
  switch (touch.kind) {
    case RuleKind::kField: return JudgesOtherwise(before, after, touch.name, link);
    case RuleKind::kPhase: {
      const absl::StatusOr<std::string> was = PhaseOf(before_.pack(), was_, link), is = PhaseOf(after_.pack(), is_, link);
      return !was.ok() || !is.ok() || *was != *is;
    }
    case RuleKind::kCheck: {
      const std::optional<bool> was = Passes(before, was_, CheckNamed(was_, touch.name), link), is = Passes(after, is_, CheckNamed(is_, touch.name), link);
      return !was || !is || !*was || !*is;
    }
    // How records are born, die, are found and counted does not matter to a pair that stands.
    case RuleKind::kRecords:
    case RuleKind::kLife:
    case RuleKind::kMatch:
    case RuleKind::kCapacity:
    case RuleKind::kEnsured:
    case RuleKind::kTrigger:
    case RuleKind::kEntity: return false;
    default: return true;
  }
}

void LinkProbe::ReachByAll(Probed* out) const {
  std::set<int> reached;
  for (const Touched& touched : touches_) reached.insert(touched.change);
  out->changes.assign(reached.begin(), reached.end());
}

bool LinkProbe::Look(const Link& link, Memory& memory, Wanted* wanted, Probed* out) {
  *out = {};
  std::set<int> reached;
  Turn before = before_.Begin(memory);
  Turn after = after_.Begin(memory);
  const auto reach_by = [&](RuleKind kind) {
    for (const Touched& touched : touches_) {
      if (touched.touch.kind == kind) reached.insert(touched.change);
    }
  };
  if (rescopes_) {
    for (Side side : kSides) {
      const Member& member = link.members[side];
      if (member.presence != Presence::kPresent && member.presence != Presence::kOutOfScope) continue;
      const bool was = IsInScope(before, was_, link, side, member.shadow), is = IsInScope(after, is_, link, side, member.shadow);
      if (was == is || is == (member.presence == Presence::kPresent)) continue;
      reach_by(RuleKind::kRecords);
      if (is) out->enters.push_back(side);
    }
  }
  if (!IsAtRest(link)) {
    if (IsThere(link)) {
      for (const Touched& touched : touches_) reached.insert(touched.change);
    }
  } else {
    for (const Touched& touched : touches_) {
      if (!reached.contains(touched.change) && Says(before, after, touched.touch, link)) reached.insert(touched.change);
    }
  }
  if (before.has_missed() || after.has_missed()) {
    for (Turn* turn : {&before, &after}) {
      const Wanted missing = turn->TakeWanted();
      wanted->links.insert(missing.links.begin(), missing.links.end());
      wanted->records.insert(missing.records.begin(), missing.records.end());
      wanted->matches.insert(missing.matches.begin(), missing.matches.end());
    }
    return false;
  }
  if (reindexes_) {
    for (Side side : kSides) {
      const Member& member = link.members[side];
      if (member.presence != Presence::kPresent && member.presence != Presence::kOutOfScope) continue;
      for (std::uint64_t hash : member.match_hashes) out->index.push_back({{side, hash}, false});
      for (std::uint64_t hash : MatchHashes(after_.pack(), after_.tuning(), is_, side, member.shadow)) out->index.push_back({{side, hash}, true});
    }
  }
  if (recounts_) out->counts = Counts(after_.pack(), is_, link);
  out->changes.assign(reached.begin(), reached.end());
  return true;
}

}  // namespace entente
