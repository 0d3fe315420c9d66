#pragma once

#include <cstdint>

#include "engine/pipeline/turn.h"

// The right to be forgotten, as far as the machine goes: a person's values leave the state; what is left bars them from coming back (bar.h).
//
//   EraseLink      one turn: link, index, match keys, what it owes, waits and parks, its items and its history go; a link without values
//                  stays, so that whatever refers to it dangles nowhere
//   EraseRemains   what else named it, found by looking through a snapshot (erase_sweep.h), some at a time, until nothing is found
//   EndErasure     what it was called is forgotten too; and once more when the store has rewritten its files
//
// Each is durable before it is answered; what is under way survives a kill as meta (erasing.h).
namespace entente {

// Refused, with nothing changed: LINK_UNKNOWN, PLAN_ACTIVE, ERASE_ACTIVE, ERASE_BUSY, and ERASE_MOVED where the history went on meanwhile. The answer of one
// that was erased before says `was_erased`.
void Erase(Turn& turn, const EraseLink& what, std::uint64_t request);
void TakeRemains(Turn& turn, const EraseRemains& what, std::uint64_t request);
void TakeEnd(Turn& turn, const EndErasure& what, std::uint64_t request);
void TakeBackup(Turn& turn, const NoteBackup& what, std::uint64_t request);

}  // namespace entente
