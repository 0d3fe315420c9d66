#pragma once

#include <cstdint>
#include <string_view>

#include "engine/pipeline/turn.h"

// Hours in which writes may start. What is due outside waits in the outbox until they open, and its link shows why.
namespace entente {

// Reason of the parked link, and the code of what it waits for.
inline constexpr std::string_view kWindowClosed = "window_closed";
inline constexpr std::string_view kWindowClosedCode = "WINDOW_CLOSED";

// When the delivery may leave: `now`, or the moment its hours open. A plan is made as if they were open.
std::int64_t MayStartAt(const State& state, const EntityRule& entity, Side side, const Delivery& delivery, std::int64_t now);
// When the first of the side's hours that are closed now open, of any entity; 0: none is closed.
std::int64_t NextOpening(const Pack& pack, Side side, std::int64_t now);
// The delivery waits until then.
void WaitForWindow(Turn& turn, const EntityRule& entity, Link& link, Side side, std::int64_t opens_micros);
// The link was decided anew and owes the same: it waits still, or need not wait any more (another pack, a plan).
void LookAtWindow(Turn& turn, const EntityRule& entity, Link& link, Side side);
// It leaves.
void EndWindow(Turn& turn, Link& link, Side side);

}  // namespace entente
