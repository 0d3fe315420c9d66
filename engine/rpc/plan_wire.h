#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/digest.h"
#include "engine/core/rules.h"
#include "engine/pipeline/plan.h"

namespace google::protobuf {
template <typename Element>
class RepeatedPtrField;
}
namespace entente::sync::v1 {
class ApplyReport;
class PlanCost;
class PlanHold;
class PlannedWrite;
class PlanPart;
}  // namespace entente::sync::v1

// Plans as the messages of sync/v1: shown to people, and exact for applying.
namespace entente {

// Gives the parts in order until `take` answers false.
void WritePlan(const Pack& pack, const Plan& plan, const std::function<bool(const sync::v1::PlanPart&)>& take);

// Takes the parts as they come.
class PlanReader {
 public:
  explicit PlanReader(const Pack& pack) : pack_(pack) {}
  // INVALID_ARGUMENT PLAN_DAMAGED.
  absl::Status Take(const sync::v1::PlanPart& part);
  // The whole plan. INVALID_ARGUMENT PLAN_DAMAGED: parts are missing or differ from those that were made.
  absl::StatusOr<Plan> Finish();

 private:
  const Pack& pack_;
  Plan plan_;
  std::string digests_;
  bool has_head_ = false, has_end_ = false;
};

// Calls and time a plan takes, a side each.
void ShowCosts(const Pack& pack, const Plan& plan, google::protobuf::RepeatedPtrField<sync::v1::PlanCost>* out);
// Placeholders as people read them.
Value Readable(const Value& value);

void Show(const ApplyReport& report, sync::v1::ApplyReport* out);
// One write as people read it; what a plan needs to be applied (`exact`) is in it too.
void Show(const Pack& pack, const PlannedWrite& write, sync::v1::PlannedWrite* out);
// Held links, counted by entity and reason: `add` gives the message of the next count.
void Show(const std::vector<PlannedHold>& held, const std::function<sync::v1::PlanHold*()>& add);

}  // namespace entente
