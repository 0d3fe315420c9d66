#pragma once

#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/link.h"
#include "engine/core/value.h"
#include "engine/pipeline/store.h"

// Who refers to records, as every live record of their own side shows it.
namespace entente {

using Place = std::pair<Side, Reference>;

// The records as they will be once planned writes are made: called with each link and side that is there; may change the fields.
using Overlaid = std::function<void(const Link& link, Side side, Fields& record)>;

// Links whose record on the same side refers to one of `targets`, without the target itself. One pass over all links; none without targets.
// CANCELLED when `is_cancelled` answers true.
absl::StatusOr<std::map<Place, std::set<LinkId>>> FindReferrers(const StoreSnapshot& snapshot, const std::map<Place, LinkId>& targets, const Overlaid& overlaid,
                                                                const std::function<bool()>& is_cancelled);

// Calls `take` with every link, in order of their ids. CANCELLED when `is_cancelled` answers true.
absl::Status ForEachLink(const StoreSnapshot& snapshot, const std::function<bool()>& is_cancelled, const std::function<absl::Status(const Link&)>& take);

}  // namespace entente
