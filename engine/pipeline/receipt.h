#pragma once

#include "engine/pipeline/turn.h"

// Writes that arrived: what was agreed on, where it stands, and what the system made of it.
namespace entente {

// The owed write of the side had its effect. A record that another pair has is not taken: the write is refused for good (RECORD_TAKEN).
// REQUIRES: something is owed.
void TakeReceipt(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result, Stamp done);

// The owed delete found nothing to delete any more: as good as done.
void TakeGone(Turn& turn, const EntityRule& entity, Link& link, Side side, Stamp done);

bool HasContent(const std::optional<FeedChange>& change);

}  // namespace entente
