#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/turn.h"

// Records that are not there: gone, moved, or never seen.
//
// A create that was acknowledged and that no read ever showed is not known to have happened: that it is absent is no user's delete, and asks a
// person (never_seen). It is seen once its content was read apart from its receipt, or once a whole listing that began later held it.
namespace entente {

enum class Word {
  kAbsent,     // not found when asked, or missing from a listing
  kDeleted,    // the system itself says that it was deleted
};

// `group` names the listing that brought it, if any.
void ObserveGone(Turn& turn, const EntityRule& entity, Side side, const std::string& key, Stamp read, const std::string& group, Word word);

// A receipt says that we made it; `found`: a read showed it, where a former try had made it.
void NoteMade(Turn& turn, Link& link, Side side, bool found);
// Its content was read.
void NoteSeen(Turn& turn, Link& link, Side side);
// A whole listing ended, and of what it should have shown only `missing` was not there.
void NoteWholeListing(Turn& turn, Side side, const std::string& resource, std::int64_t began_micros, const std::vector<std::string>& missing);

}  // namespace entente
