#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/turn.h"

// Work items and parking: what a person must see or do, and links that wait.
namespace entente {

// A record of our making that no read ever showed (absence.h).
inline constexpr char kNeverSeen[] = "never_seen";
inline constexpr char kPartnerLost[] = "partner_lost";

// Opens a work item about the link, at most one open per reason; says nothing new when it is open already.
WorkItemId OpenItem(Turn& turn, Link& link, std::string reason, int side, Fields details, std::vector<std::string> choices);

// Closes the link's open item of this reason, if any. `prefix` match when the reason ends in ':'.
void CloseItem(Turn& turn, Link& link, const std::string& reason, std::string resolution);

// One open item for a cause shared by many records (a value list label without partner, an approval for an entity): counts them.
WorkItemId OpenGroupItem(Turn& turn, const std::string& group, std::string reason, std::string entity, int side, Fields details,
                         std::vector<std::string> choices);
void CloseGroupItem(Turn& turn, WorkItemId id, std::string resolution);

// Records a conflict: open when a person is asked, closed when a rule settled it; the loser is kept either way.
WorkItemId RecordConflict(Turn& turn, Link& link, const std::string& field, const Value& base, const Value& left, const Value& right,
                          std::string winner, std::string reason, bool asks);

// The link is not decided further until `wait` is woken, or its records change.
void Park(Turn& turn, Link& link, std::string reason, std::string wait);
void Unpark(Turn& turn, Link& link);
// The link is decided anew when `wait` is woken, though it is not parked (a fallback stands in for a missing target).
void Subscribe(Turn& turn, const Link& link, const std::string& wait);

// A person's answer to an item.
void Resolve(Turn& turn, WorkItemId id, const std::string& choice, std::uint64_t request);

}  // namespace entente
