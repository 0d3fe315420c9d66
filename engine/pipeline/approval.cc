#include "engine/pipeline/approval.h"

#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

constexpr char kReason[] = "approve_creates";

std::int64_t CountOf(const WorkItem& item) {
  const auto* count = FieldOf(item.details, "count").As<std::int64_t>();
  return count ? *count : 0;
}

}  // namespace

void AskApproval(Turn& turn, const EntityRule& entity, Link& link, Side side) {
  const std::string group = std::string(kReason) + ":" + entity.name;
  if (!link.items.contains(kReason)) {
    const WorkItemId id = OpenGroupItem(turn, group, kReason, entity.name, static_cast<int>(Index(side)), {}, {"approve", "reject"});
    link.items[kReason] = id;
    WorkItem& item = turn.EditWork(id);
    item.details["count"] = CountOf(item) + 1;
    if (entity.capacity) {
      item.details["used"] = turn.CapacityUsed(entity);
      if (entity.capacity->max) item.details["max"] = *entity.capacity->max;
    }
    turn.Count("awaiting_approval." + entity.name);
  }
  Park(turn, link, kReason, WaitForApproval(group));
}

void TakeApproval(Turn& turn, Link& link) {
  auto it = link.items.find(kReason);
  if (it == link.items.end()) return;
  const WorkItem* item = turn.FindWork(it->second);
  if (item && item->state == WorkItem::State::kOpen) return;
  link.choices[kReason] = item ? item->resolution : "reject";
  link.items.erase(it);
}

void LeaveApproval(Turn& turn, Link& link) {
  auto it = link.items.find(kReason);
  if (it == link.items.end()) return;
  WorkItem& item = turn.EditWork(it->second);
  link.items.erase(it);
  if (item.state != WorkItem::State::kOpen) return;
  item.details["count"] = CountOf(item) - 1;
  if (CountOf(item) > 0) return;
  item.state = WorkItem::State::kResolved;
  item.resolution = "nothing is left to approve";
  item.closed_micros = turn.micros();
}

}  // namespace entente
