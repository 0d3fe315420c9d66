#include "engine/plan/reach.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/plan/link_probe.h"

namespace entente {
namespace {

constexpr int kTogether = 1000;
constexpr int kFetchesMax = 8;

// Which links to look at: numbers from one to the last, or these.
struct Range {
  LinkId last = 0;
  std::optional<std::vector<LinkId>> only;
  std::size_t pieces() const { return ((only ? only->size() : last) + kTogether - 1) / kTogether; }
};

std::int64_t Count(const std::map<std::string, std::string>& meta, const std::string& entity) {
  const auto found = meta.find("links." + entity);
  return found == meta.end() ? 0 : std::strtoll(found->second.c_str(), nullptr, 10);
}

// Where only few links are of the entities, they are found by their records; else all links are gone through.
absl::StatusOr<Range> RangeOf(const StoreSnapshot& snapshot, const Pack& before, const std::set<std::string>& entities) {
  absl::StatusOr<std::map<std::string, std::string>> meta = snapshot.Meta();
  if (!meta.ok()) return meta.status();
  absl::StatusOr<Boot> boot = snapshot.Load();
  if (!boot.ok()) return boot.status();
  Range range{.last = boot->last_link, .only = std::nullopt};
  std::int64_t wanted = 0, all = 0;
  for (const EntityRule& entity : before.entities) {
    all += Count(*meta, entity.name);
    if (entities.contains(entity.name)) wanted += Count(*meta, entity.name);
  }
  if (4 * wanted > all) return range;
  std::set<LinkId> links;
  for (const std::string& name : entities) {
    for (Side side : kSides) {
      const std::pair<Side, std::string> place{side, before.Entity(name)->sides[side].resource};
      if (place.second.empty()) continue;
      Wanted records;
      records.record_ranges.insert(place);
      absl::StatusOr<Fetched> found = snapshot.Get(records);
      if (!found.ok()) return found.status();
      for (const auto& [key, entry] : found->record_ranges.at(place)) {
        if (entry.link != 0) links.insert(entry.link);
      }
    }
  }
  range.only.emplace(links.begin(), links.end());
  return range;
}

absl::StatusOr<std::vector<Link>> Read(const StoreSnapshot& snapshot, const Range& range, std::size_t piece) {
  const std::size_t from = piece * kTogether;
  if (!range.only) {
    absl::StatusOr<std::vector<Link>> links = snapshot.Links(from, kTogether);
    if (links.ok()) std::erase_if(*links, [&](const Link& link) { return link.id > from + kTogether; });
    return links;
  }
  Wanted wanted;
  for (std::size_t i = from; i < std::min(range.only->size(), from + kTogether); ++i) wanted.links.insert(wanted.links.end(), (*range.only)[i]);
  absl::StatusOr<Fetched> found = snapshot.Get(wanted);
  if (!found.ok()) return found.status();
  std::vector<Link> links;
  for (auto& [id, link] : found->links) {
    if (link) links.push_back(*std::move(link));
  }
  return links;
}

// One thread's share.
class Worker {
 public:
  Worker(const PlanGround& ground, PackPtr after, const std::vector<RuleChange>& changes, const Adoption& adoption, const std::set<std::string>& entities)
      : ground_(ground), adoption_(adoption), before_(ground, ground.pack, {}), after_(ground, std::move(after), adoption.unread) {
    for (const std::string& name : entities) {
      if (after_.pack().Entity(name)) probes_.emplace(name, LinkProbe(before_, after_, name, changes, adoption));
      else gone_.insert(name);
    }
  }

  absl::Status Take(const std::vector<Link>& links) {
    std::vector<const Link*> open;
    for (const Link& link : links) {
      if (gone_.contains(link.entity)) ++found.left_to_itself[link.entity];
      if (probes_.contains(link.entity)) open.push_back(&link);
    }
    Memory memory(static_cast<std::size_t>(-1) / 8);
    for (int round = 0; !open.empty(); ++round) {
      Wanted wanted;
      std::vector<const Link*> again;
      for (const Link* link : open) {
        Probed probed;
        if (round >= kFetchesMax) {
          // References lead on and on: better decided than passed over.
          probes_.at(link->entity).ReachByAll(&probed);
        } else if (!probes_.at(link->entity).Look(*link, memory, &wanted, &probed)) {
          again.push_back(link);
          continue;
        }
        Note(*link, probed);
      }
      open = std::move(again);
      if (open.empty()) break;
      absl::StatusOr<Fetched> fetched = ground_.snapshot->Get(wanted);
      if (!fetched.ok()) return fetched.status();
      memory.Supply(*std::move(fetched));
    }
    return absl::OkStatus();
  }

  Reached found;

 private:
  void Note(const Link& link, const Probed& probed) {
    ++found.looked;
    ++found.looked_in[link.entity];
    if (!probed.changes.empty()) {
      found.links.emplace(std::pair(after_.pack().Entity(link.entity)->rank, link.id), probed.changes);
      ++found.reached_in[link.entity];
    }
    for (Side side : probed.enters) found.enters.insert({link.id, side});
    for (const auto& [match, put] : probed.index) found.index.matches[{match, link.id}] = put;
    if (adoption_.recount.contains(link.entity)) found.counted[link.entity] += probed.counts ? 1 : 0;
  }

  const PlanGround& ground_;
  const Adoption& adoption_;
  Judge before_, after_;
  std::map<std::string, LinkProbe> probes_;
  std::set<std::string> gone_;
};

void Join(Reached& all, Reached&& part) {
  all.links.merge(part.links);
  all.enters.merge(part.enters);
  all.index.Append(std::move(part.index));
  all.looked += part.looked;
  for (auto [into, from] : {std::pair(&all.counted, &part.counted), std::pair(&all.looked_in, &part.looked_in), std::pair(&all.reached_in, &part.reached_in),
                            std::pair(&all.left_to_itself, &part.left_to_itself)}) {
    for (const auto& [name, count] : *from) (*into)[name] += count;
  }
}

}  // namespace

absl::StatusOr<Reached> FindReached(const PlanGround& ground, PackPtr after, const std::vector<RuleChange>& changes, const Adoption& adoption,
                                    const std::function<bool()>& is_cancelled) {
  std::set<std::string> entities;
  for (const RuleChange& change : changes) {
    for (const RuleTouch& touch : change.touches) {
      if (ground.pack->Entity(touch.entity)) entities.insert(touch.entity);
    }
  }
  Reached all;
  if (entities.empty()) return all;
  absl::StatusOr<Range> range = RangeOf(*ground.snapshot, *ground.pack, entities);
  if (!range.ok()) return range.status();
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> is_over = false;
  std::mutex mutex;
  absl::Status trouble;
  const auto work = [&] {
    Worker worker(ground, after, changes, adoption, entities);
    absl::Status status;
    for (std::size_t piece = next++; piece < range->pieces() && status.ok() && !is_over; piece = next++) {
      absl::StatusOr<std::vector<Link>> links = Read(*ground.snapshot, *range, piece);
      status = links.ok() ? worker.Take(*links) : links.status();
      if (is_cancelled()) status = absl::CancelledError("CANCELLED: the caller gave up waiting.");
    }
    const std::lock_guard lock(mutex);
    if (!status.ok()) {
      is_over = true;
      trouble = status;
    }
    Join(all, std::move(worker.found));
  };
  const std::size_t threads = std::min<std::size_t>({4, std::max(1u, std::thread::hardware_concurrency()), std::max<std::size_t>(1, range->pieces())});
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  if (!trouble.ok()) return trouble;
  return all;
}

}  // namespace entente
