#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/core/rules.h"
#include "engine/pipeline/adoption.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/plan.h"
#include "engine/pipeline/store.h"
#include "engine/pipeline/tuning.h"
#include "engine/plan/overlay.h"
#include "engine/plan/written.h"

namespace entente {

struct UndoRequest {
  UndoScope scope;
  std::int64_t deletes_max = 0;   // deletes approved with it, beyond the budgets of the pack
  bool approves = false;          // values that the pack asks an approval for are brought back too
};

// Where a plan begins that is not made of the state as it is (what_if.h).
struct PlanStart {
  std::vector<std::pair<int, LinkId>> links; // decided anew, besides what waits, with the ranks of their entities
  Batch laid_over;                           // over the snapshot, first
  std::map<std::string, std::string> meta;   // in place of the state's
  std::optional<Adopting> adopting;          // what goes through the links; none: they are dirty
};

// What became of a link when nothing moved any more.
struct LinkOutcome {
  std::string entity;
  std::string parked;                        // reason; empty: it is not
  Both<Presence> presence{};
  Both<std::string> key;
  std::set<std::string> conflicts;           // fields
};

struct PlanRequest {
  // "pending": what waits to be decided. "reconcile": every link is decided anew, from what was last seen of both systems.
  std::string kind = "reconcile";
  // An undo is made instead (engine/plan/undo.h); `kind` and `pack` are not looked at.
  std::optional<UndoRequest> undo = {};
  // Empty: all.
  std::set<std::string> entities;
  // The pack to plan with; null: the one that runs.
  PackPtr pack;
  // The answer to a work item (kind "answer"): it alone is given to the machine, and nothing that waits besides is decided. Approvals,
  // holds and budgets hold as they would.
  std::optional<ResolveItem> answer = {};
  std::shared_ptr<const PlanStart> start = nullptr;
  // Filled with every link that was decided, where given.
  std::map<LinkId, LinkOutcome>* outcomes = nullptr;
};

// What the planner is told of the instance.
struct PlanGround {
  PackPtr pack;                                         // that runs
  Tuning tuning;
  std::shared_ptr<const StoreSnapshot> snapshot;
  Both<std::shared_ptr<const SessionInfo>> sessions;    // both connected
  absl::Time now;
  LinkForm form = {};                                   // of links that the plan changes; none: as they are
};

// Runs the production machine on the snapshot, in the calling thread, until nothing moves. Every write it would hand to a connector is
// answered as done and shown in the plan; reads are answered from what was last seen. Nothing is written and nobody is asked.
//
// SESSION_MISSING: a side is not connected. NOT_LISTED: a resource was never listed whole, so that nothing could be said of what is
// missing there. PLAN_ENDLESS: the rules do not come to rest. CANCELLED when `is_cancelled` answers true.
absl::StatusOr<Plan> MakePlan(const PlanGround& ground, const PlanRequest& request, const std::function<bool()>& is_cancelled);

}  // namespace entente
