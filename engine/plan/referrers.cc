#include "engine/plan/referrers.h"

#include "engine/pipeline/references.h"

namespace entente {

absl::Status ForEachLink(const StoreSnapshot& snapshot, const std::function<bool()>& is_cancelled, const std::function<absl::Status(const Link&)>& take) {
  constexpr int kTogether = 1000;
  for (LinkId after = 0;;) {
    if (is_cancelled()) return absl::CancelledError("CANCELLED: the caller gave up waiting for the plan.");
    const absl::StatusOr<std::vector<Link>> links = snapshot.Links(after, kTogether);
    if (!links.ok()) return links.status();
    for (const Link& link : *links) {
      if (absl::Status taken = take(link); !taken.ok()) return taken;
    }
    if (static_cast<int>(links->size()) < kTogether) return absl::OkStatus();
    after = links->back().id;
  }
}

absl::StatusOr<std::map<Place, std::set<LinkId>>> FindReferrers(const StoreSnapshot& snapshot, const std::map<Place, LinkId>& targets, const Overlaid& overlaid,
                                                                const std::function<bool()>& is_cancelled) {
  std::map<Place, std::set<LinkId>> found;
  if (targets.empty()) return found;
  const absl::Status walked = ForEachLink(snapshot, is_cancelled, [&](const Link& link) {
    for (Side side : kSides) {
      if (!link.Has(side)) continue;
      Fields record = link.members[side].shadow;
      if (overlaid) overlaid(link, side, record);
      for (const Reference& reference : ReferencesOf(record)) {
        const auto target = targets.find({side, reference});
        if (target != targets.end() && target->second != link.id) found[target->first].insert(link.id);
      }
    }
    return absl::OkStatus();
  });
  if (!walked.ok()) return walked;
  return found;
}

}  // namespace entente
