#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 14. Links are symmetric, of their declared arity (one a side), never dangling: what a link says of its records, the index says of the link.
namespace entente::simulation {

void CheckLinks(const Scene& scene, Verdicts& verdicts) {
  std::map<LinkId, const Link*> by_id;
  std::map<RecordId, LinkId> holders;
  for (const Link& link : scene.links) {
    by_id[link.id] = &link;
    for (Side side : kSides) {
      const Member& member = link.members[side];
      if (member.presence == Presence::kNone || member.key.empty()) continue;
      const bool is_there = member.presence != Presence::kDeleted;
      const RecordId id{side, member.resource, member.key};
      const auto entry = scene.records.find(id);
      if (is_there) {
        const auto [holder, is_first] = holders.try_emplace(id, link.id);
        if (!is_first) verdicts.Break("links", absl::StrCat(PlaceOf(scene, link), " and link ", holder->second, " hold the same record"));
        if (entry == scene.records.end() || entry->second.link != link.id) verdicts.Break("links", absl::StrCat(PlaceOf(scene, link), " holds a record that the index gives to ", entry == scene.records.end() ? 0 : entry->second.link));
      }
    }
  }
  for (const auto& [id, entry] : scene.records) {
    if (entry.link != 0 && !by_id.contains(entry.link)) verdicts.Break("links", absl::StrCat("the index gives ", id.resource, " ", id.key, " to link ", entry.link, ", which is not there"));
  }
}

}  // namespace entente::simulation
