#include "engine/pipeline/turn.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/pipeline/capacity.h"

namespace entente {
namespace {

constexpr std::array kDecidedLanes = {Lane::kOnDemand, Lane::kContinuous, Lane::kBulk};

template <typename V>
const V* Pointer(const std::optional<V>& value) {
  return value ? &*value : nullptr;
}

template <typename Writes, typename K>
std::set<LinkId> WithOwnWrites(const std::set<LinkId>& known, const Writes& writes, const K& key) {
  std::set<LinkId> links = known;
  for (auto it = writes.lower_bound({key, 0}); it != writes.end() && it->first.first == key; ++it) {
    if (it->second) links.insert(it->first.second);
    else links.erase(it->first.second);
  }
  return links;
}

}  // namespace

const Link* Turn::FindLink(LinkId id) {
  if (auto it = writes_.links.find(id); it != writes_.links.end()) return Pointer(it->second);
  if (const auto* known = memory_.FindLink(id)) return Pointer(known->value);
  wanted_.links.insert(id);
  return nullptr;
}

const RecordEntry* Turn::FindRecord(const RecordId& id) {
  if (auto it = writes_.records.find(id); it != writes_.records.end()) return Pointer(it->second);
  if (const auto* known = memory_.FindRecord(id)) return Pointer(known->value);
  wanted_.records.insert(id);
  return nullptr;
}

std::optional<LinkId> Turn::FindRow(const RowId& id) {
  if (auto it = writes_.rows.find(id); it != writes_.rows.end()) return it->second;
  if (const auto* known = memory_.FindRow(id)) return known->value;
  wanted_.rows.insert(id);
  return std::nullopt;
}

const WorkItem* Turn::FindWork(WorkItemId id) {
  if (auto it = writes_.work.find(id); it != writes_.work.end()) return Pointer(it->second);
  if (const auto* known = memory_.FindWork(id)) return Pointer(known->value);
  wanted_.work.insert(id);
  return nullptr;
}

const WorkItem& Turn::GetWork(WorkItemId id) {
  const WorkItem* item = FindWork(id);
  if (!item) throw NotInMemory();
  return *item;
}

std::set<LinkId> Turn::Matches(const MatchId& id) {
  if (const auto* known = memory_.FindMatches(id)) return WithOwnWrites(*known, writes_.matches, id);
  wanted_.matches.insert(id);
  return {};
}

std::set<LinkId> Turn::Parked(const std::string& wait) {
  if (const auto* known = memory_.FindParked(wait)) return WithOwnWrites(*known, writes_.parked, wait);
  wanted_.parked.insert(wait);
  return {};
}

std::set<LinkId> Turn::Refers(LinkId target) {
  if (const auto* known = memory_.FindRefers(target)) return WithOwnWrites(*known, writes_.refers, target);
  wanted_.refers.insert(target);
  return {};
}

const std::vector<std::pair<std::string, RecordEntry>>& Turn::Range(Side side, const std::string& resource, const std::shared_ptr<const KeyHashes>& without) {
  const std::pair<Side, std::string> id{side, resource};
  if (const auto* known = memory_.FindRange(id, without)) {
    OnHandled([&memory = memory_, id](State&) { memory.ForgetRange(id); });
    return *known;
  }
  static const std::vector<std::pair<std::string, RecordEntry>> kNothing;
  wanted_.record_ranges.insert(id);
  wanted_.left_out[id] = without;
  return kNothing;
}

void Turn::PrefetchLink(LinkId id) {
  if (!writes_.links.contains(id) && memory_.FindLink(id) == nullptr) wanted_.links.insert(wanted_.links.end(), id);
}

void Turn::PrefetchRecord(const RecordId& id) {
  // Mostly they come in order.
  if (!writes_.records.contains(id) && memory_.FindRecord(id) == nullptr) wanted_.records.insert(wanted_.records.end(), id);
}

void Turn::PrefetchRow(const RowId& id) {
  if (!writes_.rows.contains(id) && memory_.FindRow(id) == nullptr) wanted_.rows.insert(id);
}

void Turn::PrefetchParked(const std::string& wait) {
  if (memory_.FindParked(wait) == nullptr) wanted_.parked.insert(wait);
}

void Turn::PrefetchMatches(const MatchId& id) {
  if (memory_.FindMatches(id) == nullptr) wanted_.matches.insert(id);
}

void Turn::Require() {
  if (!wanted_.empty()) throw NotInMemory();
}

void Turn::SetWantedAside() {
  if (wanted_.empty()) return;
  aside_.links.merge(wanted_.links);
  aside_.records.merge(wanted_.records);
  aside_.rows.merge(wanted_.rows);
  aside_.matches.merge(wanted_.matches);
  aside_.parked.merge(wanted_.parked);
  aside_.refers.merge(wanted_.refers);
  aside_.work.merge(wanted_.work);
  aside_.record_ranges.merge(wanted_.record_ranges);
  aside_.left_out.merge(wanted_.left_out);
  wanted_ = {};
}

Link& Turn::Edit(LinkId id) {
  auto it = writes_.links.find(id);
  if (it == writes_.links.end()) {
    const Link* link = FindLink(id);
    if (!link) throw NotInMemory();
    it = writes_.links.emplace(id, *link).first;
  }
  return *it->second;
}

Link& Turn::NewLink(std::string entity, Side origin) {
  const LinkId id = state_.last_link + ++links_given_;
  Link link;
  link.id = id;
  link.entity = std::move(entity);
  link.origin = origin;
  link.created_micros = micros();
  return *(writes_.links[id] = std::move(link));
}

void Turn::Erase(LinkId id) {
  writes_.links[id] = std::nullopt;
  dirty_.erase(id);
}

const Link* Turn::AtHand(LinkId id) const {
  if (auto it = writes_.links.find(id); it != writes_.links.end()) return Pointer(it->second);
  const auto* known = memory_.FindLink(id);
  return known ? Pointer(known->value) : nullptr;
}

bool Turn::IsOnDemand(LinkId id) const {
  const Link* link = AtHand(id);
  if (link == nullptr || !link->document) return false;
  const DocumentProgress& document = *link->document;
  // Between the receipt and the number's way back there is no step any more, and nothing agreed yet.
  const bool is_sent = document.sent_digest != Digest{} && link->base.empty();
  return document.push != 0 || document.push_wanted || document.price_wanted || !document.step.empty() || is_sent;
}

int Turn::RankOf(LinkId id) const {
  const Link* link = AtHand(id);
  const EntityRule* entity = link ? pack().Entity(link->entity) : nullptr;
  return entity ? entity->rank : 0;
}

void Turn::LeaveDirty(LinkId id) {
  if (state_.applying && state_.applying->links.contains(id)) {
    OnHandled([id](State& state) {
      if (state.applying) state.applying->todo.insert(id);
    });
  }
  LeaveUndecided(id);
}

bool Turn::IsLeftDirty(LinkId id) const {
  const int rank = RankOf(id);
  return std::any_of(kDecidedLanes.begin(), kDecidedLanes.end(), [&](Lane lane) {
    const auto left = writes_.dirty.find({lane, rank, id});
    return left != writes_.dirty.end() && left->second;
  });
}

void Turn::LeaveUndecided(LinkId id) {
  const Lane lane = state_.FirstLoadRunning() ? Lane::kBulk : Lane::kContinuous;
  writes_.dirty[{IsOnDemand(id) ? Lane::kOnDemand : lane, RankOf(id), id}] = true;
}

std::optional<WorkItemId> Turn::FindGroup(const std::string& group) const {
  if (auto it = groups_.find(group); it != groups_.end()) return it->second;
  auto it = state_.work_by_group.find(group);
  return it == state_.work_by_group.end() ? std::nullopt : std::optional<WorkItemId>(it->second);
}

std::int64_t Turn::CapacityBefore(const EntityRule& entity) const {
  auto it = state_.capacity_used.find(entity.name);
  return it == state_.capacity_used.end() ? 0 : it->second;
}

std::int64_t Turn::CapacityChanges(const EntityRule& entity) const {
  std::int64_t change = 0;
  const bool is_counted_anew = state_.adopting && state_.adopting->what.recount.contains(entity.name);
  for (const auto& [id, after] : writes_.links) {
    if (is_counted_anew && state_.adopting->IsAhead(id)) continue;
    const auto* before = memory_.FindLink(id);
    if (before && before->value && before->value->entity == entity.name) change -= Counts(pack(), entity, *before->value);
    if (after && after->entity == entity.name) change += Counts(pack(), entity, *after);
  }
  return change;
}

WorkItem& Turn::NewWork(WorkItem item) {
  item.id = state_.last_work + ++work_given_;
  if (!item.group.empty()) groups_[item.group] = item.id;
  item.opened_micros = micros();
  return *(writes_.work[item.id] = std::move(item));
}

WorkItem& Turn::EditWork(WorkItemId id) {
  auto it = writes_.work.find(id);
  if (it == writes_.work.end()) {
    const WorkItem* item = FindWork(id);
    if (!item) throw NotInMemory();
    it = writes_.work.emplace(id, *item).first;
  }
  return *it->second;
}

void Turn::ForgetJournal(LinkId id) {
  std::erase_if(writes_.journal, [id](const JournalEntry& entry) { return entry.link == id; });
  writes_.forgotten.insert(id);
}

void Turn::Tell(Link& link, std::string kind, std::string rule, int side, Fields details) {
  writes_.journal.push_back({.link = link.id,
                             .seq = ++link.journal_seq,
                             .at_micros = micros(),
                             .kind = std::move(kind),
                             .side = side,
                             .rule = std::move(rule),
                             .pack_version = pack().version,
                             .details = std::move(details)});
}

DeliveryId Turn::NextDelivery() { return state_.last_delivery + ++deliveries_given_; }

std::uint64_t Turn::NextRun() { return state_.last_run + ++runs_given_; }

std::uint64_t Turn::NextPush() { return state_.last_push + ++pushes_given_; }

RunState* Turn::EditRun(std::uint64_t id) {
  if (auto it = writes_.runs.find(id); it != writes_.runs.end()) return &it->second;
  auto it = state_.runs.find(id);
  if (it == state_.runs.end()) return nullptr;
  return &(writes_.runs[id] = it->second);
}

PushState* Turn::EditPush(std::uint64_t id) {
  if (auto it = writes_.pushes.find(id); it != writes_.pushes.end()) return &it->second;
  auto it = state_.pushes.find(id);
  if (it == state_.pushes.end()) return nullptr;
  return &(writes_.pushes[id] = it->second);
}

void Turn::Count(const std::string& name, std::int64_t by) { counts_[name] += by; }

DeliveryId Turn::Ask(Question question) {
  const DeliveryId id = NextDelivery();
  OnHandled([id, question = std::move(question)](State& state) { state.questions[id] = question; });
  return id;
}

void Turn::LeaveOutUnchanged(const std::map<std::string, std::string>& meta, const std::map<std::pair<Side, std::string>, std::string>& cursors) {
  const auto stands = [](const auto& known, const auto& write) {
    const auto it = known.find(write.first);
    return it == known.end() ? !write.second : write.second == it->second;
  };
  std::erase_if(writes_.meta, [&](const auto& write) { return stands(meta, write); });
  std::erase_if(writes_.cursors, [&](const auto& write) { return stands(cursors, write); });
}

void Turn::Finish(Effects& out) {
  state_.last_link += links_given_;
  state_.last_work += work_given_;
  state_.last_delivery += deliveries_given_;
  state_.last_run += runs_given_;
  state_.last_push += pushes_given_;
  for (const auto& [name, by] : counts_) state_.counters[name] += by;
  if (const RunState* run = state_.ActiveRun(); run != nullptr && !counts_.empty()) {
    // No reason to write by themselves: they go with whatever is written next.
    const auto written = writes_.runs.find(run->id);
    RunState& counted = written == writes_.runs.end() ? state_.runs.at(run->id) : written->second;
    for (const auto& [name, by] : counts_) counted.counts[name] += by;
    state_.counted_run = run->id;
  }
  for (const EntityRule& entity : pack().entities) {
    const std::int64_t change = entity.capacity ? CapacityChanges(entity) : 0;
    if (change < 0) wakes_.push_back(WaitForRoom(entity.name));
    if (change != 0) state_.capacity_used[entity.name] += change;
  }
  // Looked at and left as it was.
  std::erase_if(writes_.links, [this](const auto& link) {
    const auto* known = memory_.FindLink(link.first);
    return known != nullptr && known->value == link.second;
  });
  memory_.Apply(writes_);
  // Who began to wait in this very turn hears of what ends in it, and of what ends later.
  const auto note_waits = [this] {
    for (const auto& [waiting, put] : writes_.parked) {
      if (put) state_.waits.insert(WaitHash(waiting.first));
    }
  };
  note_waits();
  for (const auto& [id, entry] : writes_.outbox) state_.SetOutbox(id, entry);
  for (const auto& [id, put] : writes_.dirty) {
    if (put) state_.dirty.insert(id);
    else state_.dirty.erase(id);
  }
  for (const auto& [id, item] : writes_.work) state_.SetWork(id, item);
  for (const auto& [id, run] : writes_.runs) state_.runs[id] = run;
  for (const auto& [id, push] : writes_.pushes) state_.SetPush(push);
  for (const auto& change : changes_) change(state_);
  note_waits();
  for (std::string& wait : wakes_) state_.QueueWake(std::move(wait));
  out.batch.Append(std::move(writes_));
  for (auto& item : effects_.operations) out.operations.push_back(std::move(item));
  for (auto& item : effects_.acknowledgements) out.acknowledgements.push_back(std::move(item));
  for (auto& item : effects_.replies) out.replies.push_back(std::move(item));
  for (auto& item : effects_.notices) out.notices.push_back(std::move(item));
  if (effects_.pack) out.pack = effects_.pack;
  for (auto& item : effects_.outdated) out.outdated.push_back(item);
}

}  // namespace entente
