#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/rule_change.h"
#include "engine/pipeline/adoption.h"
#include "engine/pipeline/store.h"
#include "engine/plan/planner.h"

namespace entente {

// Links that changed rules can decide otherwise than the former ones.
struct Reached {
  // By the rank of their entity, then by link; with the changes that reach each, by number.
  std::map<std::pair<int, LinkId>, std::vector<int>> links;
  std::set<std::pair<LinkId, Side>> enters;              // records that come back into the scope
  Batch index;                                           // the match index of entities whose keys changed, as the new rules make it
  std::map<std::string, std::int64_t> counted;           // by entity whose capacity changed: records that take it
  std::int64_t looked = 0;                               // links that were looked at
  std::map<std::string, std::int64_t> looked_in, reached_in;   // the same and what was reached, by entity
  std::map<std::string, std::int64_t> left_to_itself;    // links of entities that the new rules have not
};

// Looks at links of the entities that the changes touch, and at no others, on as many threads as the machine has, four at most.
//
// A link at rest (on both sides, nothing owed, asked or waited for) is reached when one of the touched rules says something else of it
// than before: the verdict on a field, its phase, a check, whether it is in scope. One that is not at rest is reached by every change that
// touches its entity. CANCELLED when `is_cancelled` answers true.
absl::StatusOr<Reached> FindReached(const PlanGround& ground, PackPtr after, const std::vector<RuleChange>& changes, const Adoption& adoption,
                                    const std::function<bool()>& is_cancelled);

}  // namespace entente
