#pragma once

#include <string>

#include "engine/pipeline/turn.h"

// Numbers that are paid for: how many records of a side count, and whether one more may.
namespace entente {

// The link's record counts: as it stands, or as it will stand with what is owed. False where the entity has no capacity.
bool Counts(const Pack& pack, const EntityRule& entity, const Link& link);

// There is room for what the delivery would make of the record. If not: a work item, and the link waits for room.
bool HasRoom(Turn& turn, const EntityRule& entity, Link& link, Side target, const Delivery& delivery);

std::string WaitForRoom(const std::string& entity);

}  // namespace entente
