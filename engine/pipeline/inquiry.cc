#include "engine/pipeline/inquiry.h"

#include <cstddef>
#include <utility>

#include "engine/pipeline/adopt.h"
#include "engine/pipeline/memory.h"
#include "engine/pipeline/shape.h"
#include "engine/pipeline/state.h"

namespace entente {

absl::Status Inquire(const InquiryGround& ground, const std::function<absl::Status(Turn& turn)>& ask) {
  // A chain of references is followed one fetch a link; no pack refers so deep.
  constexpr int kFetchesMax = 64;
  Memory memory(static_cast<std::size_t>(ground.tuning.cached_links_max));
  State state;
  state.pack = ground.pack;
  state.tuning = ground.tuning;
  state.unread = ground.unread;
  for (Side side : kSides) {
    if (!ground.sessions[side]) continue;
    state.sides[side].session = *ground.sessions[side];
    state.sides[side].shapes = ShapesNow(*ground.pack, *ground.sessions[side], ground.unread);
  }
  for (int fetches = 0; fetches <= kFetchesMax; ++fetches) {
    Turn turn(memory, state, ground.now);
    absl::Status answer = absl::InternalError("INQUIRY_BROKEN: something the state refers to is not in the store. Run: entente doctor");
    try {
      answer = ask(turn);
    } catch (const NotInMemory&) {
      // What it wants is noted.
    }
    Wanted wanted = turn.TakeWanted();
    if (wanted.empty()) return answer;
    absl::StatusOr<Fetched> fetched = ground.snapshot->Get(wanted);
    if (!fetched.ok()) return fetched.status();
    memory.Supply(*std::move(fetched));
  }
  return absl::InternalError("INQUIRY_ENDLESS: the records that lead to one another do not end. This is a bug; say how the records refer to each other.");
}

}  // namespace entente
