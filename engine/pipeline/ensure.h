#pragma once

#include "engine/pipeline/turn.h"

namespace entente {

// Records the pack wants on one side though the other has none (`ensure`), such as the product of lines without an article.
//
// Each is a link like others, found by the match rules of its entity, and made once when a complete listing of its side did not
// show it. It is never parked and never created on the other side; deleted by a user, it is made again.

// A complete listing of the entity on this side was ingested: starts what is missing there.
void EnsureRecords(Turn& turn, const EntityRule& entity, Side side);

// The record of the pack that a link stands for; null: an ordinary link.
const EnsuredRecord* FindEnsured(const EntityRule& entity, const Link& link);

// Decides a link that stands for such a record while the record is not there. False: it is, or the link is an ordinary one.
bool DecideEnsured(Turn& turn, const EntityRule& entity, Link& link);

}  // namespace entente
