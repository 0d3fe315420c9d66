#include "engine/pipeline/state.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/pipeline/project.h"

namespace entente {

namespace {

// A salesperson looks at the screen for so long; what waits for stock or for a session is not hurried all day.
constexpr std::int64_t kPatienceMicros = 60'000'000;

void CountCreate(SideState& side, const OutboxEntry& entry, int by) {
  if (entry.creates.empty()) return;
  if (entry.sent) side.creates_in_flight[entry.creates] += by;
  if (entry.sent || entry.not_before_micros == 0) side.creates_owed[entry.creates] += by;
}

void CountBulk(SideState& side, const OutboxId& id, const OutboxEntry& entry, int by) {
  if (id.lane == Lane::kBulk && !entry.sent && entry.not_before_micros == 0) side.bulk_waiting += by;
}

}  // namespace

std::uint64_t WaitHash(const std::string& wait) { return HashOf(wait); }

void State::QueueWake(std::string wait) {
  if (!waits.contains(WaitHash(wait)) || !wakes_queued.insert(wait).second) return;
  wakes.push_back(std::move(wait));
}

void State::SetOutbox(const OutboxId& id, const std::optional<OutboxEntry>& entry) {
  std::string ended;
  if (auto it = outbox.find(id); it != outbox.end()) {
    if (it->second.sent) ended = it->second.creates;
    CountCreate(sides[id.side], it->second, -1);
    CountBulk(sides[id.side], id, it->second, -1);
    if (it->second.not_before_micros != 0) outbox_due.erase({it->second.not_before_micros, id});
    sides[id.side].uncertain_creates.erase(id);
    outbox.erase(it);
  }
  if (entry) {
    CountCreate(sides[id.side], *entry, 1);
    CountBulk(sides[id.side], id, *entry, 1);
    if (entry->not_before_micros != 0) outbox_due.insert({entry->not_before_micros, id});
    if (entry->sent && entry->not_before_micros != 0 && !entry->creates.empty()) sides[id.side].uncertain_creates.insert(id);
    outbox[id] = *entry;
  }
  // However the last create under way ended, by its answer or by a search.
  if (!ended.empty() && sides[id.side].creates_in_flight[ended] == 0) QueueWake(WaitForCreates(id.side, ended));
}

void State::SetWork(WorkItemId id, const std::optional<WorkItem>& item) {
  if (auto it = open_work.find(id); it != open_work.end()) {
    const WorkItem& before = it->second;
    --open_counts[before.reason];
    if (auto group = work_by_group.find(before.group); group != work_by_group.end() && group->second == id) work_by_group.erase(group);
    if (before.kind == WorkItem::Kind::kHeldDelete) holds_due.erase({before.due_micros, id});
    open_work.erase(it);
  }
  if (!item || item->state != WorkItem::State::kOpen || item->kind == WorkItem::Kind::kReport) return;
  ++open_counts[item->reason];
  if (!item->group.empty()) work_by_group[item->group] = id;
  if (item->kind == WorkItem::Kind::kHeldDelete) holds_due.insert({item->due_micros, id});
  open_work[id] = *item;
}

void State::SetPush(const PushState& push) {
  pushes[push.id] = push;
  if (IsFinished(push)) open_pushes.erase(push.id);
  else open_pushes.insert(push.id);
  for (auto it = pushes.begin(); pushes.size() > kPushesKept + open_pushes.size() && it != pushes.end();) {
    it = open_pushes.contains(it->first) ? std::next(it) : pushes.erase(it);
  }
}

bool State::IsAwaited(std::int64_t now_micros) const {
  return std::any_of(open_pushes.rbegin(), open_pushes.rend(), [&](std::uint64_t id) { return pushes.at(id).started_micros + kPatienceMicros > now_micros; });
}

bool Applying::IsReady(LinkId link) const {
  // What another record of the link needs of its own create is not waited for: deciding the link makes that one first.
  const auto is_own = [&](int number) {
    return std::any_of(kSides.begin(), kSides.end(), [&](Side side) {
      const auto writes = owed.find({link, side});
      return writes != owed.end() && std::any_of(writes->second.begin(), writes->second.end(), [&](const PlannedWrite& write) { return write.number == number; });
    });
  };
  for (Side side : kSides) {
    const auto writes = owed.find({link, side});
    if (writes == owed.end() || writes->second.empty()) continue;
    for (int number : writes->second.front().needs) {
      if (!made.contains(number) && !is_own(number)) return false;
    }
  }
  return true;
}

const RunState* State::ActiveRun() const {
  for (auto it = runs.rbegin(); it != runs.rend(); ++it) {
    if (it->second.state == "running") return &it->second;
  }
  return nullptr;
}

bool State::FirstLoadRunning() const {
  const RunState* run = ActiveRun();
  return run != nullptr && run->kind == "first_load";
}

bool State::Listed(Side side, const std::string& resource) const {
  auto it = sides[side].listed.find(resource);
  return it != sides[side].listed.end() && it->second;
}

}  // namespace entente
