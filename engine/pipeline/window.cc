#include "engine/pipeline/window.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

std::string Clock(int minutes) { return absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60); }

}  // namespace

std::int64_t MayStartAt(const State& state, const EntityRule& entity, Side side, const Delivery& delivery, std::int64_t now) {
  const auto& window = entity.sides[side].window;
  if (!window || state.planning) return now;
  // A plan that is applied was asked for like a push.
  const bool is_asked_for = delivery.lane == Lane::kOnDemand || state.applying.has_value();
  if (is_asked_for && window->on_demand_passes) return now;
  return window->hours.OpensAt({now}).micros;
}

std::int64_t NextOpening(const Pack& pack, Side side, std::int64_t now) {
  std::int64_t next = 0;
  for (const EntityRule& entity : pack.entities) {
    if (!entity.sides[side].window) continue;
    const std::int64_t opens = entity.sides[side].window->hours.OpensAt({now}).micros;
    if (opens > now) next = next == 0 ? opens : std::min(next, opens);
  }
  return next;
}

void WaitForWindow(Turn& turn, const EntityRule& entity, Link& link, Side side, std::int64_t opens_micros) {
  const Window& hours = entity.sides[side].window->hours;
  Delivery& delivery = *link.owed[side];
  delivery.state = Delivery::State::kBackingOff;
  delivery.last_code = kWindowClosedCode;
  delivery.last_text = absl::StrCat("the pack lets ", entity.name, " be written to ", turn.pack().sides[side].name, " from ", Clock(hours.from_minutes), " to ",
                                    Clock(hours.to_minutes), " (", hours.zone, ")");
  Postpone(turn, link, side, opens_micros, false);
  Park(turn, link, std::string(kWindowClosed), "");
}

void LookAtWindow(Turn& turn, const EntityRule& entity, Link& link, Side side) {
  const auto& owed = link.owed[side];
  if (!owed || owed->last_code != kWindowClosedCode) return;
  if (const std::int64_t opens = MayStartAt(turn.state(), entity, side, *owed, turn.micros()); opens > turn.micros()) return WaitForWindow(turn, entity, link, side, opens);
  EndWindow(turn, link, side);
  Postpone(turn, link, side, 0, false);
}

void EndWindow(Turn& turn, Link& link, Side side) {
  Delivery& delivery = *link.owed[side];
  if (delivery.last_code == kWindowClosedCode) {
    delivery.last_code.clear();
    delivery.last_text.clear();
  }
  if (link.parked && link.parked->reason == kWindowClosed) Unpark(turn, link);
}

}  // namespace entente
