#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/turn.h"

// What of a document its owner's users own, what the other side computes, and what the users may ask of it.
//
// A proposed item (a discount the salesperson typed) is computed by the other side, and sent only where the user asks for another value than
// the one answered last, or for the one that was granted on asking. A line is told apart by what it refers to, counted from the top.
namespace entente {

// Canonical value of a field of the entity on a side of the link; null where the side has no such field.
absl::StatusOr<Value> CanonicalOf(Turn& turn, const EntityRule& entity, const Link& link, Side side, const std::string& name);

// What the user owns of the document, as one digest: our own write-back of prices and number re-opens nothing.
Digest UserDigest(Turn& turn, const EntityRule& entity, const Link& link);
// The same with the state the user gave it: a change of it overtakes what we were about to write.
std::string OwnerDigest(Turn& turn, const EntityRule& entity, const Link& link);

// Lines as the user has them, with the columns that the other side computed.
Value MergedLines(const EntityRule& entity, const FieldRule& field, const Value& user, const Value& priced);

// Takes what nobody asks for out of what is to be priced or sent.
void LeaveOutUnproposed(Turn& turn, const EntityRule& entity, const Link& link, Delivery& delivery);
// Remembers what is asked for, and by the answer (read like a record of the other side) what was granted.
void NoteAsked(Turn& turn, const EntityRule& entity, Link& link);
void NoteAnswered(Turn& turn, const EntityRule& entity, Link& link, const Link& priced);

}  // namespace entente
