#include "engine/pipeline/memory.h"

#include <algorithm>

namespace entente {
namespace {

template <typename M, typename K, typename V>
void Take(M& known, const std::map<K, std::optional<V>>& writes, std::uint64_t batch) {
  for (const auto& [key, value] : writes) {
    Memory::Known<V>& place = known[key];
    place.value = value;
    place.batch = batch;
  }
}

// A fetched value is taken only where nothing newer is known.
template <typename M, typename K, typename V>
void Fill(M& known, std::map<K, std::optional<V>>&& fetched) {
  for (auto& [key, value] : fetched) known.try_emplace(key, Memory::Known<V>{std::move(value), 0});
}

template <typename M, typename K, typename P>
void TakeSet(M& known, P& pending, const std::map<std::pair<K, LinkId>, bool>& writes, std::uint64_t batch) {
  for (const auto& [key, put] : writes) {
    pending[key] = {put, batch};
    auto it = known.find(key.first);
    if (it == known.end()) continue;
    if (put) it->second.insert(key.second);
    else it->second.erase(key.second);
  }
}

template <typename M, typename K, typename P>
void FillSet(M& known, const P& pending, std::map<K, std::set<LinkId>>&& fetched) {
  for (auto& [key, links] : fetched) {
    if (known.contains(key)) continue;
    for (auto it = pending.lower_bound({key, 0}); it != pending.end() && it->first.first == key; ++it) {
      if (it->second.first) links.insert(it->first.second);
      else links.erase(it->first.second);
    }
    known.emplace(key, std::move(links));
  }
}

template <typename M>
void Forget(M& known, std::uint64_t durable) {
  const auto is_durable = [durable](const auto& entry) { return entry.second.batch <= durable; };
  if constexpr (requires { absl::erase_if(known, is_durable); }) absl::erase_if(known, is_durable);
  else std::erase_if(known, is_durable);
}

// An answer is on its way for it, and will need it. Their number is bounded by the operations under way.
bool IsAwaited(const std::optional<Link>& link) {
  const auto is_sent = [](const Boxed<Delivery>& owed) { return owed && owed->state == Delivery::State::kSent; };
  return link && (is_sent(link->owed[Side::kLeft]) || is_sent(link->owed[Side::kRight]));
}

template <typename P>
void ForgetPending(P& pending, std::uint64_t durable) {
  std::erase_if(pending, [durable](const auto& entry) { return entry.second.second <= durable; });
}

}  // namespace

const std::vector<std::pair<std::string, RecordEntry>>* Memory::FindRange(const std::pair<Side, std::string>& id, const std::shared_ptr<const KeyHashes>& without) const {
  auto it = ranges_.find(id);
  return it == ranges_.end() || it->second.without != without ? nullptr : &it->second.entries;
}

void Memory::Apply(const Batch& writes) {
  Take(links_, writes.links, batch_);
  Take(records_, writes.records, batch_);
  Take(rows_, writes.rows, batch_);
  Take(work_, writes.work, batch_);
  TakeSet(matches_, pending_matches_, writes.matches, batch_);
  TakeSet(parked_, pending_parked_, writes.parked, batch_);
  TakeSet(refers_, pending_refers_, writes.refers, batch_);
}

void Memory::Supply(Fetched fetched) {
  Fill(links_, std::move(fetched.links));
  Fill(records_, std::move(fetched.records));
  Fill(rows_, std::move(fetched.rows));
  Fill(work_, std::move(fetched.work));
  FillSet(matches_, pending_matches_, std::move(fetched.matches));
  FillSet(parked_, pending_parked_, std::move(fetched.parked));
  FillSet(refers_, pending_refers_, std::move(fetched.refers));
  for (auto& [key, entries] : fetched.record_ranges) {
    std::map<std::string, RecordEntry> whole(entries.begin(), entries.end());
    for (const auto& [id, known] : records_) {
      if (id.side != key.first || id.resource != key.second) continue;
      if (known.value) whole[id.key] = *known.value;
      else whole.erase(id.key);
    }
    Range& range = ranges_[key];
    range.entries.assign(whole.begin(), whole.end());
    const auto without = fetched.left_out.find(key);
    range.without = without == fetched.left_out.end() ? nullptr : without->second;
  }
}

void Memory::Durable(std::uint64_t number, bool fetching) {
  announced_ = std::max(announced_, number);
  Trim(fetching);
}

void Memory::Trim(bool fetching) {
  if (fetching) return;
  if (durable_ != announced_) {
    durable_ = announced_;
    ForgetPending(pending_matches_, durable_);
    ForgetPending(pending_parked_, durable_);
    ForgetPending(pending_refers_, durable_);
  }
  if (links_.size() > links_max_) {
    absl::erase_if(links_, [this](const auto& entry) { return entry.second.batch <= durable_ && !IsAwaited(entry.second.value); });
  }
  const std::size_t small_max = 4 * links_max_;
  if (records_.size() > small_max) Forget(records_, durable_);
  if (rows_.size() > small_max) Forget(rows_, durable_);
  if (work_.size() > small_max) Forget(work_, durable_);
  // A set may go once nothing pending touches it; pending writes are laid over the next fetch in any case.
  if (matches_.size() > small_max) matches_.clear();
  if (parked_.size() > small_max) parked_.clear();
  if (refers_.size() > small_max) refers_.clear();
}

}  // namespace entente
