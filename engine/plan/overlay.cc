#include "engine/plan/overlay.h"

#include <utility>

namespace entente {
namespace {

template <typename K, typename V>
void Lay(std::map<K, std::optional<V>>& found, const std::map<K, std::optional<V>>& above) {
  for (auto& [key, value] : found) {
    if (auto it = above.find(key); it != above.end()) value = it->second;
  }
}

template <typename K>
void LaySets(std::map<K, std::set<LinkId>>& found, const std::map<std::pair<K, LinkId>, bool>& above) {
  for (auto& [key, links] : found) {
    for (auto it = above.lower_bound({key, 0}); it != above.end() && it->first.first == key; ++it) {
      if (it->second) links.insert(it->first.second);
      else links.erase(it->first.second);
    }
  }
}

void LayRanges(Fetched& found, const Batch& above) {
  for (auto& [place, entries] : found.record_ranges) {
    std::map<std::string, RecordEntry> whole(entries.begin(), entries.end());
    for (auto it = above.records.lower_bound({place.first, place.second, ""});
         it != above.records.end() && it->first.side == place.first && it->first.resource == place.second; ++it) {
      if (it->second) whole[it->first.key] = *it->second;
      else whole.erase(it->first.key);
    }
    entries.assign(whole.begin(), whole.end());
  }
}

}  // namespace

absl::StatusOr<Fetched> Overlay::Get(const Wanted& wanted) const {
  absl::StatusOr<Fetched> found = below_.Get(wanted);
  if (!found.ok()) return found;
  if (form_.encode == nullptr) Lay(found->links, above_.links);
  else if (absl::Status laid = LayEncoded(found->links); !laid.ok()) return laid;
  Lay(found->records, above_.records);
  Lay(found->rows, above_.rows);
  Lay(found->work, above_.work);
  LaySets(found->matches, above_.matches);
  LaySets(found->parked, above_.parked);
  LaySets(found->refers, above_.refers);
  LayRanges(*found, above_);
  return found;
}

absl::Status Overlay::LayEncoded(std::map<LinkId, std::optional<Link>>& found) const {
  for (auto& [id, value] : found) {
    const auto it = encoded_.find(id);
    if (it == encoded_.end()) continue;
    value.reset();
    if (!it->second) continue;
    absl::StatusOr<Link> link = form_.decode(id, *it->second);
    if (!link.ok()) return link.status();
    value = *std::move(link);
  }
  return absl::OkStatus();
}

void Overlay::Commit(Batch batch) {
  batch.journal.clear();
  if (form_.encode != nullptr) {
    for (const auto& [id, link] : batch.links) encoded_[id] = link ? std::optional<std::string>(form_.encode(*link)) : std::nullopt;
    batch.links.clear();
  }
  above_.Append(std::move(batch));
}

}  // namespace entente
