#pragma once

#include <cstdint>
#include <optional>

#include "engine/pipeline/turn.h"

// Writes to records that somebody has open, by the side's LockRule: tried again at an even pace, told after a while, given up where the pack
// says so.
namespace entente {

// The pack calls the failure a lock.
bool IsLocked(const Pack& pack, const OperationResult& result);

// One more such answer to the delivery of `side`. The wait before the next try in microseconds, told to a person where it has lasted too
// long; nothing: it is to be given up.
std::optional<std::int64_t> NoteLocked(Turn& turn, Link& link, Side side, const OperationResult& result);
// The answer was another one, or the write is owed no more.
void EndLocked(Turn& turn, Link& link, Side side);

}  // namespace entente
