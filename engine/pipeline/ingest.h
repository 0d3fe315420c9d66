#pragma once

#include <string>

#include "engine/pipeline/turn.h"

// feed → shadow and cursor. What a read could have seen is kept; what is stale is read again, never taken for an edit.
namespace entente {

void Ingest(Turn& turn, const FeedBatch& batch);

// One record as somebody saw it at `read`: a feed, an answer to a question, a receipt. Updates shadow and indexes and marks the link
// dirty when something changed. Returns the link, or 0 when the record is not ours.
LinkId Observe(Turn& turn, const EntityRule& entity, Side side, const FeedChange& change, Stamp read);

// Content read before our last effect, or while a write of ours is under way, may be older than what stands there now.
bool IsStale(const Link& link, Side side, Stamp read);
// It is read again.
void AskAgain(Turn& turn, Link& link, Side side);

// Whether the rules of the side keep the record up to date, asked with what the link knows of the other side: a filter may keep what is linked.
bool IsInScope(Turn& turn, const EntityRule& entity, const Link& link, Side side, const Fields& record);

// The part of a record a shadow keeps: fields some rule of the entity reads or writes.
Fields MappedFields(const EntityRule& entity, Side side, const Fields& fields);

// Its digest: the one the change came with where it is of the same fields.
Digest MappedDigest(const FeedChange& change, const Fields& mapped);

// The hashes under which the match rules of an entity index such a record.
std::vector<std::uint64_t> MatchHashes(const Pack& pack, const Tuning& tuning, const EntityRule& entity, Side side, const Fields& record);

// Puts the member's match keys into the index, and takes former ones out.
void IndexMatches(Turn& turn, const EntityRule& entity, Link& link, Side side);
void UnindexMatches(Turn& turn, Link& link, Side side);

}  // namespace entente
