#pragma once

#include <optional>
#include <string>

#include "engine/pipeline/turn.h"

// Documents that travel on demand: a quote is born in the CRM, priced by Sage, pushed when somebody asks, and led by Sage from then on.
//
//   draft (pending) --price--> validated --push wanted--> waiting --create in Sage--> sent ... mirrored like any one-way record
//        ^------ user edits a user-owned field ------|
//
// The state stands in a field of the owning system, so that its users see and move it; what the engine knows besides is in
// Link::document.
namespace entente {

// True when the document is before its push and this function has decided all there is; false: decide it like any record.
bool DecideDocument(Turn& turn, const EntityRule& entity, Link& link);

// The label of the state a sent document is in, by the other side's record.
std::optional<std::string> StateOfSent(Turn& turn, const EntityRule& entity, const Link& link);

// Somebody asked for a price or a push.
void Push(Turn& turn, const PushQuote& push, std::uint64_t request);

// The answer to a pricing question, or to the fresh read before a push.
void TakePriced(Turn& turn, LinkId link, const OperationResult& result);
void TakeFreshRead(Turn& turn, LinkId link, const OperationResult& result, Stamp read);

// The document was made on the other side, or refused.
void NotePushed(Turn& turn, const EntityRule& entity, Link& link, const OperationResult& result);
// A write of ours reached the owner's record: nothing waits any more, and what the other side filled in is no edit of the user's.
// `before` is what ContentOf() said before the write.
struct OwnerContent {
  bool is_as_sent = false, is_as_priced = false;
};
OwnerContent ContentOf(Turn& turn, const EntityRule& entity, const Link& link);
void NoteOwnerWritten(Turn& turn, const EntityRule& entity, Link& link, const OwnerContent& before);

void NotePushRefused(Turn& turn, const EntityRule& entity, Link& link, const OperationResult& result);

// The owner's record is gone: whoever waits for a price or a push of it is answered, unless the document is on its way already.
void NoteOwnerGone(Turn& turn, const EntityRule& entity, Link& link);

}  // namespace entente
