#include "engine/pipeline/apply.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/guard.h"
#include "engine/pipeline/undo.h"
#include "engine/pipeline/adopt.h"

namespace entente {
namespace {

absl::Status Checked(const State& state, const Plan& plan, std::int64_t now) {
  if (!state.paused) {
    return absl::FailedPreconditionError("PLAN_NEEDS_PAUSE: a plan is applied while the engine is paused or observing. Pause it, look whether the plan still holds, and apply it then.");
  }
  if (state.applying) return absl::FailedPreconditionError("PLAN_ACTIVE: another plan is being applied. Wait until it ends.");
  if (plan.pack_hash != state.pack->hash) {
    return absl::FailedPreconditionError("PLAN_OF_OTHER_PACK: the plan was made with another version of the pack than the one that runs. Make a new plan.");
  }
  for (Side side : kSides) {
    const auto& session = state.sides[side].session;
    if (!session) return absl::FailedPreconditionError(absl::StrCat("SESSION_MISSING: the connector of ", state.pack->sides[side].name, " is not connected. Start it, then apply the plan again."));
    if (session->company_id != plan.company[side]) {
      return absl::FailedPreconditionError("PLAN_OF_OTHER_COMPANY: the plan was made against another company. Make a new plan.");
    }
  }
  return plan.kind == kUndoPlan ? MayDeleteAll(state, plan, now) : absl::OkStatus();
}

void Refuse(State& state, const PlannedWrite& write, std::string reason) {
  state.apply_report.refused.push_back({write.number, write.link, std::move(reason)});
}

bool IsTheWrite(const PlannedWrite& write, const Delivery& delivery, const std::map<std::string, std::string>& bindings) {
  if (write.verb != delivery.verb) return false;
  if (Bound(write.writes, bindings) != delivery.writes) return false;
  const std::string key = Bound(write.key, bindings);
  return key.empty() ? delivery.key.empty() : key == delivery.key;
}

bool StandsAsPlanned(const PlannedWrite& write, const Link& link, const std::map<std::string, std::string>& bindings) {
  const Fields before = Bound(write.before, bindings);
  return std::all_of(before.begin(), before.end(), [&](const auto& field) { return FieldOf(link.members[write.side].shadow, field.first) == field.second; });
}

}  // namespace

void StartApply(Turn& turn, const ApplyPlan& what, std::uint64_t request) {
  if (absl::Status status = Checked(turn.state(), *what.plan, turn.micros()); !status.ok()) {
    turn.effects().replies.push_back({request, status, {}});
    return;
  }
  const std::uint64_t id = turn.state().apply_report.id + 1;
  turn.OnHandled([plan = what.plan, withheld = what.withheld, id, now = turn.micros()](State& state) {
    Applying applying;
    if (plan->kind == kUndoPlan) {
      applying.undo = absl::StrCat(plan->made_micros);
      SpendDeletes(state, *plan, now);
    }
    for (const PlannedWrite& write : plan->writes) {
      if (withheld.contains(write.number)) continue;
      applying.owed[{write.link, write.side}].push_back(write);
      applying.links.insert(write.link);
    }
    applying.links.insert(plan->united.begin(), plan->united.end());
    applying.todo = applying.links;
    state.applying = std::move(applying);
    state.apply_report = {.id = id, .running = true, .planned = static_cast<std::int64_t>(plan->writes.size()), .made = 0, .refused = {}};
    for (const PlannedWrite& write : plan->writes) {
      if (const auto why = withheld.find(write.number); why != withheld.end()) Refuse(state, write, why->second);
    }
  });
  turn.Notice("info", absl::StrCat("plan is applied  id=", id, " writes=", what.plan->writes.size()));
  turn.effects().replies.push_back({request, absl::OkStatus(), {{"apply", static_cast<std::int64_t>(id)}}});
}

bool IsPlanned(const State& state, LinkId link, Side side, Verb verb) {
  if (state.planning) return true;
  if (!state.applying) return false;
  const auto owed = state.applying->owed.find({link, side});
  return owed != state.applying->owed.end() && !owed->second.empty() && owed->second.front().verb == verb;
}

bool Admits(Turn& turn, const Link& link, Side side, const Delivery& delivery) {
  const State& state = turn.state();
  if (!state.applying) return true;
  if (turn.HasPlannedEnded(link.id, side)) {
    turn.LeaveDirty(link.id);
    return false;
  }
  const std::pair<LinkId, Side> place{link.id, side};
  const auto owed = state.applying->owed.find(place);
  const PlannedWrite* next = owed == state.applying->owed.end() || owed->second.empty() ? nullptr : &owed->second.front();
  if (next != nullptr && IsTheWrite(*next, delivery, state.applying->bindings) && StandsAsPlanned(*next, link, state.applying->bindings)) {
    turn.OnHandled([place](State& s) {
      if (s.applying) s.applying->admitted.insert(place);
    });
    return true;
  }
  if (state.applying->admitted.contains(place) && !link.owed[side]) {
    // The write before it arrived in this very turn and is struck off when the turn ends.
    turn.LeaveDirty(link.id);
    return false;
  }
  const auto is_unmade = [&](int number) { return !state.applying->made.contains(number); };
  if (next != nullptr && std::any_of(next->needs.begin(), next->needs.end(), is_unmade)) {
    // What it needs arrived in this very turn, or is still owed: its key is bound when the turn ends.
    turn.LeaveDirty(link.id);
    return false;
  }
  // The world moved: nothing further of the plan is written there.
  RefusePlanned(turn, link.id, side, "moved");
  turn.LeaveUndecided(link.id);
  return false;
}

bool IsAdmitted(const State& state, LinkId link, Side side) { return !state.applying || state.applying->admitted.contains({link, side}); }

void RefusePlanned(Turn& turn, LinkId link, Side side, const std::string& reason) {
  turn.NotePlannedEnded(link, side);
  turn.OnHandled([place = std::pair(link, side), reason](State& s) {
    if (!s.applying) return;
    for (const PlannedWrite& write : s.applying->owed[place]) Refuse(s, write, reason);
    s.applying->owed.erase(place);
    s.applying->admitted.erase(place);
  });
}

void NoteApplied(Turn& turn, LinkId link, Side side, const std::string& key) {
  if (!turn.state().applying) return;
  turn.NotePlannedEnded(link, side);
  turn.OnHandled([place = std::pair(link, side), key](State& state) {
    if (!state.applying || state.applying->admitted.erase(place) == 0) return;
    auto& owed = state.applying->owed[place];
    state.applying->made.insert(owed.front().number);
    if (!owed.front().makes.empty()) state.applying->bindings[owed.front().makes] = key;
    owed.pop_front();
    if (owed.empty()) state.applying->owed.erase(place);
    ++state.apply_report.made;
  });
}

void NoteApplyRefused(Turn& turn, LinkId link, Side side, const std::string& code) {
  if (!turn.state().applying) return;
  if (turn.state().applying->admitted.contains({link, side})) RefusePlanned(turn, link, side, "refused:" + code);
}

void EndApply(Turn& turn) {
  const State& state = turn.state();
  if (!state.applying || !state.applying->admitted.empty() || !state.wakes.empty() || !turn.dirty().empty()) return;
  for (LinkId link : state.applying->todo) {
    if (state.applying->IsReady(link)) return;
  }
  // New rules were taken with the plan: keys are being computed, or a session opens anew, and links of it wait for that.
  if (HasToAdopt(state) || state.sides[Side::kLeft].is_outdated || state.sides[Side::kRight].is_outdated) return;
  for (const auto& [id, question] : state.questions) {
    if (question.purpose != "poll" && state.applying->links.contains(question.link)) return;
  }
  std::map<int, std::string> left;
  for (const auto& [place, writes] : state.applying->owed) turn.PrefetchLink(place.first);
  turn.Require();
  std::set<int> missing;
  for (const PlanRefusal& refusal : state.apply_report.refused) missing.insert(refusal.number);
  for (const auto& [place, writes] : state.applying->owed) {
    for (const PlannedWrite& write : writes) missing.insert(write.number);
  }
  for (const auto& [place, writes] : state.applying->owed) {
    const Link* link = turn.FindLink(place.first);
    for (const PlannedWrite& write : writes) {
      const auto needed = std::find_if(write.needs.begin(), write.needs.end(), [&](int number) { return missing.contains(number); });
      left[write.number] = needed != write.needs.end() ? absl::StrCat("depends_on:", *needed) : link && link->parked ? "held:" + link->parked->reason : "moved";
    }
  }
  turn.OnHandled([left](State& s) {
    for (const auto& [place, writes] : s.applying->owed) {
      for (const PlannedWrite& write : writes) Refuse(s, write, left.at(write.number));
    }
    std::sort(s.apply_report.refused.begin(), s.apply_report.refused.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    s.apply_report.running = false;
    s.applying.reset();
  });
  turn.Notice("info", absl::StrCat("plan ended  id=", state.apply_report.id, " made=", state.apply_report.made, " of=", state.apply_report.planned));
}

}  // namespace entente
