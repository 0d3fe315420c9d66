#pragma once

#include <cstdint>
#include <set>

#include "engine/pipeline/turn.h"

// Who is who: a record alone on its side looks for its partner by the pack's match rules, in order.
namespace entente {

struct Correlation {
  enum class Kind {
    kAlone,    // no partner: it may be created
    kUnited,   // `link` now has both records; the other link is gone
    kWaits,    // parked: a listing, a parent, a verification, creates under way, a person
  };
  Kind kind = Kind::kAlone;
  LinkId link = 0;
};

// REQUIRES: the link's record is present on `here` only.
Correlation Correlate(Turn& turn, const EntityRule& entity, LinkId id, Side here);

// Hashes in the match index under which the link's record of `here` is known, or a partner of it on the other side would be. May miss what it
// reads (turn.Require()).
std::set<std::uint64_t> MatchKeysOf(Turn& turn, const EntityRule& entity, const Link& link, Side here);

// Makes one link of two: `kept` takes over the record of `absorbed` on `side`.
void Unite(Turn& turn, const EntityRule& entity, LinkId kept, LinkId absorbed, Side side, const std::string& evidence);

}  // namespace entente
