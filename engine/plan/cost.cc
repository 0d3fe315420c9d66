#include "engine/plan/cost.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace entente {

Both<PlannedCost> CostOf(const std::vector<PlannedWrite>& writes, const Both<std::shared_ptr<const SessionInfo>>& sessions) {
  Both<std::map<std::pair<std::string, Verb>, std::int64_t>> counts;
  for (const PlannedWrite& write : writes) ++counts[write.side][{write.resource, write.verb}];
  Both<PlannedCost> costs;
  for (Side side : kSides) {
    const SessionInfo& session = *sessions[side];
    PlannedCost& cost = costs[side];
    for (const auto& [what, count] : counts[side]) {
      const auto resource = session.resources.find(what.first);
      const std::int64_t bulk = resource == session.resources.end() ? 1 : std::max(1, resource->second.bulk_max);
      cost.writes += count;
      cost.calls += (count + bulk - 1) / bulk;
    }
    if (session.calls_per_minute > 0) cost.seconds = (cost.calls * 60 + session.calls_per_minute - 1) / session.calls_per_minute;
  }
  return costs;
}

}  // namespace entente
