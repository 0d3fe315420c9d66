#pragma once

#include "absl/status/status.h"
#include "engine/pipeline/turn.h"

// Write-once: from a moment the pack names, fields of a record never change (an invoice that was posted). What its side makes of them later is
// kept aside, told in a work item and not passed on; everything else of the record goes on. Once sealed a record stays sealed: a system
// that opens what was closed, changes it and closes it again has changed it.
namespace entente {

// A record as it was read: what is sealed of it stands as it was sealed, what was found instead goes into the seal.
// REQUIRES: the link has a seal.
void KeepSealed(const Turn& turn, const EntityRule& entity, Link& link, Side side, Fields& mapped);

// Seals the record where it is time; tells what was changed since, and ends that when it stands again as it was sealed or the pack allows the
// correction. An expression of the pack that failed is the status.
absl::Status JudgeSeal(Turn& turn, const EntityRule& entity, Link& link);

}  // namespace entente
