#include "engine/desk/groups.h"

#include <algorithm>
#include <map>

namespace entente {
namespace {

constexpr int kTogether = 1000;

// Until `take` answers false.
absl::Status EveryItem(const StoreSnapshot& snapshot, const std::function<bool(const WorkItem&)>& take) {
  for (WorkItemId after = 0;;) {
    const absl::StatusOr<std::vector<WorkItem>> items = snapshot.Work(after, kTogether);
    if (!items.ok()) return items.status();
    for (const WorkItem& item : *items) {
      if (!take(item)) return absl::OkStatus();
    }
    if (items->size() < kTogether) return absl::OkStatus();
    after = items->back().id;
  }
}

void Add(const WorkItem& item, WorkGroup& group) {
  if (group.count == 0) {
    group.key = GroupOf(item);
    group.oldest_micros = item.opened_micros;
    group.choices = item.choices;
    group.message_fr = item.message_fr;
    group.message_en = item.message_en;
  }
  ++group.count;
  group.newest_micros = std::max(group.newest_micros, item.opened_micros);
  if (group.samples.size() < kGroupSamplesMax) group.samples.push_back(item.id);
  // What one item does not offer, the group cannot be answered with.
  std::erase_if(group.choices, [&](const std::string& choice) { return std::find(item.choices.begin(), item.choices.end(), choice) == item.choices.end(); });
}

}  // namespace

WorkGroupKey GroupOf(const WorkItem& item) {
  return {item.kind, item.reason, item.entity, std::string(FieldOf(item.details, "field").TextOrEmpty()), item.side};
}

bool Matches(const WorkFilter& filter, const WorkItem& item) {
  if (filter.state && item.state != *filter.state) return false;
  if (filter.kind && item.kind != *filter.kind) return false;
  if (!filter.reason.empty() && item.reason != filter.reason) return false;
  if (!filter.entity.empty() && item.entity != filter.entity) return false;
  return filter.field.empty() || FieldOf(item.details, "field").TextOrEmpty() == filter.field;
}

absl::StatusOr<WorkGroups> GroupWork(const StoreSnapshot& snapshot, const WorkFilter& filter, const std::function<bool()>& is_cancelled) {
  WorkGroups out;
  std::map<WorkGroupKey, WorkGroup> groups;
  std::map<WorkGroupKey, bool> others;
  bool is_over = false;
  const absl::Status walked = EveryItem(snapshot, [&](const WorkItem& item) {
    if (!Matches(filter, item)) return true;
    ++out.items;
    const WorkGroupKey key = GroupOf(item);
    const auto known = groups.find(key);
    if (known == groups.end() && groups.size() >= kGroupsMax) {
      if (others.size() < kGroupsMax) others.emplace(key, true);
    } else {
      Add(item, groups[key]);
    }
    is_over = is_cancelled();
    return !is_over;
  });
  if (!walked.ok()) return walked;
  if (is_over) return absl::CancelledError("CANCELLED: the caller gave up waiting.");
  out.groups_not_shown = static_cast<std::int64_t>(others.size());
  for (auto& [key, group] : groups) out.groups.push_back(std::move(group));
  std::stable_sort(out.groups.begin(), out.groups.end(), [](const WorkGroup& a, const WorkGroup& b) { return a.count > b.count; });
  return out;
}

absl::StatusOr<std::vector<WorkItemId>> ItemsOf(const StoreSnapshot& snapshot, const WorkFilter& filter, std::size_t count_max) {
  std::vector<WorkItemId> ids;
  if (count_max == 0) return ids;
  const absl::Status walked = EveryItem(snapshot, [&](const WorkItem& item) {
    if (Matches(filter, item)) ids.push_back(item.id);
    return ids.size() < count_max;
  });
  if (!walked.ok()) return walked;
  return ids;
}

}  // namespace entente
