#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 12. A lost reply after a create ends, at quiescence, in exactly one live record: no birth has two records on a side, but those users made.
namespace entente::simulation {

void CheckSingleRecords(const Scene& scene, Verdicts& verdicts) {
  for (Side side : kSides) {
    for (const auto& [resource, records] : scene.systems[side]->resources()) {
      std::map<std::uint64_t, std::vector<std::string>> by_birth;
      for (const auto& [key, record] : records) {
        if (!record.is_deleted && record.birth != 0) by_birth[record.birth].push_back(key);
      }
      for (const auto& [birth, keys] : by_birth) {
        if (keys.size() < 2 || scene.ledger.FindBirth(birth)->is_blurred) continue;
        bool is_shown = false;
        for (const WorkItem& item : scene.work) is_shown = is_shown || (item.state == WorkItem::State::kOpen && item.reason == "twin_found");
        if (is_shown) {
          ++verdicts.excused["twin_found"];
          continue;
        }
        verdicts.Break("duplicate", absl::StrCat(keys.size(), " live records of ", scene.pack.sides[side].name, ".", resource, " stand for one (", keys[0], ", ", keys[1], ")"));
      }
    }
  }
}

}  // namespace entente::simulation
