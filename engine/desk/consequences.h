#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/pipeline/plan.h"
#include "engine/pipeline/store.h"
#include "engine/plan/planner.h"

// What would follow from each answer to a work item.
namespace entente {

struct Consequence {
  std::string choice;
  std::vector<PlannedWrite> writes;   // in order, at most kConsequenceWritesMax
  std::int64_t writes_count = 0;      // all of them
  std::vector<PlannedHold> held;      // links of the item that wait on, and why
};

inline constexpr std::size_t kConsequenceWritesMax = 50;

using PlanMaker = std::function<absl::StatusOr<Plan>(const PlanRequest&)>;

// One for each choice of the item, `dismiss` last: the machine is given the answer on a snapshot and runs until nothing moves. Of what
// waits besides, nothing is decided. FAILED_PRECONDITION ITEM_CLOSED, SESSION_MISSING, NOT_LISTED.
absl::StatusOr<std::vector<Consequence>> ConsequencesOf(const WorkItem& item, const PlanMaker& make_plan);

}  // namespace entente
