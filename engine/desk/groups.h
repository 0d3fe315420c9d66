#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/pipeline/store.h"

// Work items of one cause, together: what a person looks at where a thousand records wait for one answer.
namespace entente {

// Items of the same kind, reason, entity, field and side are one group.
struct WorkGroupKey {
  WorkItem::Kind kind = WorkItem::Kind::kWorkItem;
  std::string reason, entity, field;   // `field` empty: not about one
  int side = -1;
  friend auto operator<=>(const WorkGroupKey&, const WorkGroupKey&) = default;
};

struct WorkGroup {
  WorkGroupKey key;
  std::int64_t count = 0;
  std::int64_t oldest_micros = 0, newest_micros = 0;
  std::vector<WorkItemId> samples;     // the oldest, at most kGroupSamplesMax
  std::vector<std::string> choices;    // every item of the group accepts them
  std::string message_fr, message_en;  // of the oldest
};

struct WorkGroups {
  std::vector<WorkGroup> groups;       // those with most items first
  std::int64_t items = 0;              // in all groups, those not shown included
  std::int64_t groups_not_shown = 0;
};

// Which items are looked at; empty fields do not choose.
struct WorkFilter {
  std::optional<WorkItem::Kind> kind;
  std::string reason, entity, field;
  std::optional<WorkItem::State> state = WorkItem::State::kOpen;
};

inline constexpr std::size_t kGroupSamplesMax = 5;
inline constexpr std::size_t kGroupsMax = 500;

WorkGroupKey GroupOf(const WorkItem& item);
bool Matches(const WorkFilter& filter, const WorkItem& item);

// Goes through all items of the snapshot; memory is bounded by kGroupsMax. CANCELLED when `is_cancelled` answers true.
absl::StatusOr<WorkGroups> GroupWork(const StoreSnapshot& snapshot, const WorkFilter& filter, const std::function<bool()>& is_cancelled);

// Ids of the items the filter chooses, oldest first, at most `count_max`.
absl::StatusOr<std::vector<WorkItemId>> ItemsOf(const StoreSnapshot& snapshot, const WorkFilter& filter, std::size_t count_max);

}  // namespace entente
