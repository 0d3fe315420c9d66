#include <set>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 5. Every write carries its rule, and the journal says that it was decided, and why.
namespace entente::simulation {

void CheckProvenance(const Scene& scene, Verdicts& verdicts) {
  std::set<std::uint64_t> decided;
  for (const auto& [link, entries] : scene.journal) {
    for (const JournalEntry& entry : entries) {
      const auto* delivery = FieldOf(entry.details, "delivery").As<std::int64_t>();
      if (entry.kind == "decided" && delivery != nullptr && !entry.rule.empty()) decided.insert(static_cast<std::uint64_t>(*delivery));
    }
  }
  // The history of an erased person went, with those of links that had become one with it.
  std::set<LinkId> forgotten;
  for (const Link& link : scene.links) {
    if (!link.erased) continue;
    forgotten.insert(link.id);
    forgotten.insert(link.erased->absorbed.begin(), link.erased->absorbed.end());
  }
  for (const WriteSeen& write : scene.ledger.writes) {
    const std::string what = absl::StrCat("write ", write.id, " to ", scene.pack.sides[write.side].name, ".", write.resource, " ", write.key);
    if (write.rule.empty()) verdicts.Break("provenance", absl::StrCat(what, " names no rule"));
    // A link that was absorbed takes its journal along; a state that was lost took it away.
    if (!decided.contains(write.id) && !scene.is_state_lost && !forgotten.contains(write.link)) verdicts.Break("provenance", absl::StrCat(what, " stands in no journal as decided"));
  }
}

}  // namespace entente::simulation
