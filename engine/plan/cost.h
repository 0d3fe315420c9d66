#pragma once

#include <memory>
#include <vector>

#include "engine/pipeline/event.h"
#include "engine/pipeline/plan.h"

namespace entente {

// What the writes take, with the bulks and the rate each session declares. REQUIRES: both sessions.
Both<PlannedCost> CostOf(const std::vector<PlannedWrite>& writes, const Both<std::shared_ptr<const SessionInfo>>& sessions);

}  // namespace entente
