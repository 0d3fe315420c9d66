#include "engine/pipeline/trigger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/target.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

void AskPoll(Turn& turn, Side side, const std::string& resource) {
  turn.Ask({.side = side, .kind = OperationKind::kPoll, .purpose = "poll", .resource = resource});
}

void KeepCalendar(Turn& turn, Side side, const std::string& resource) {
  turn.PutMeta(absl::StrCat("calendar.", Index(side), ".", resource), absl::StrCat(turn.micros()));
  turn.OnHandled([side, resource, at = turn.micros()](State& state) { state.sides[side].last_calendar[resource] = at; });
}

}  // namespace

void PollByCalendar(Turn& turn) {
  if (turn.state().planning) return;
  for (const EntityRule& entity : turn.pack().entities) {
    if (!entity.triggers.calendar) continue;
    for (Side side : kSides) {
      const std::string& resource = entity.sides[side].resource;
      const SideState& state = turn.state().sides[side];
      const auto last = state.last_calendar.find(resource);
      // From the first time it is looked at.
      if (last == state.last_calendar.end()) {
        KeepCalendar(turn, side, resource);
        continue;
      }
      if (!state.session || !state.session->resources.contains(resource)) continue;
      if (entity.triggers.calendar->NextAfter({last->second}).micros > turn.micros()) continue;
      AskPoll(turn, side, resource);
      KeepCalendar(turn, side, resource);
    }
  }
}

std::int64_t NextCalendar(const State& state) {
  std::int64_t due = 0;
  if (state.planning || (state.paused && !state.observing)) return due;
  for (const EntityRule& entity : state.pack->entities) {
    if (!entity.triggers.calendar) continue;
    for (Side side : kSides) {
      const auto& session = state.sides[side].session;
      const auto last = state.sides[side].last_calendar.find(entity.sides[side].resource);
      if (!session || !session->resources.contains(entity.sides[side].resource) || last == state.sides[side].last_calendar.end()) continue;
      const std::int64_t at = entity.triggers.calendar->NextAfter({last->second}).micros;
      due = due == 0 ? at : std::min(due, at);
    }
  }
  return due;
}

void PollAtReconnect(Turn& turn, const SessionInfo& session) {
  for (const EntityRule& entity : turn.pack().entities) {
    // A feed with an interval is polled at once when its session begins.
    if (!entity.triggers.on_reconnect || entity.triggers.continuous) continue;
    const std::string& resource = entity.sides[session.side].resource;
    if (session.resources.contains(resource)) AskPoll(turn, session.side, resource);
  }
}

bool AwaitsState(Turn& turn, const EntityRule& entity, Link& link) {
  if (!entity.triggers.on_state) return false;
  const absl::StatusOr<Value> holds = EvaluateWithTargets(turn, entity, *entity.triggers.on_state, link);
  if (!holds.ok()) {
    FormulaFailed(turn, link, holds.status());
    return true;
  }
  const bool* is_time = holds->As<bool>();
  if (is_time != nullptr && *is_time) return false;
  Park(turn, link, "awaiting_state", "");
  return true;
}

}  // namespace entente
