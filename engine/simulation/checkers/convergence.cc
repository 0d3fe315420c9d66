#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 2. Two-way fields are equal modulo what each side can hold, one-way targets hold what the source holds, except drift that a policy keeps
// and shows. Equal is: the value of the same edit. A field that differs must be shown to somebody.
namespace entente::simulation {
namespace {

// The edit whose value stands in a field; 0: none, or nobody's.
std::uint64_t Standing(const Record& record, const std::string& native) {
  const auto edit = record.standing.find(native);
  return edit == record.standing.end() ? 0 : edit->second;
}

bool IsBlank(const Record& record, const std::string& native) { return FieldOf(record.fields, native).IsBlank(); }

}  // namespace

void CheckConvergence(const Scene& scene, Verdicts& verdicts) {
  for (const Link& link : scene.links) {
    const Ground* ground = scene.terrain.Find(link.entity);
    const EntityRule* entity = scene.pack.Entity(link.entity);
    if (ground == nullptr || entity == nullptr || ground->is_document() || !link.linked()) continue;
    const Record* left = scene.systems[Side::kLeft]->Find(link.members[Side::kLeft].resource, link.members[Side::kLeft].key);
    const Record* right = scene.systems[Side::kRight]->Find(link.members[Side::kRight].resource, link.members[Side::kRight].key);
    const std::string shown = ShownReason(scene, link);
    if (left == nullptr || right == nullptr) {
      // Where listings show deleted records, absence never means deletion: what a restored database has not at all is noticed when it is
      // written next.
      const Record* survivor = left != nullptr ? left : right;
      const Birth* born = survivor == nullptr ? nullptr : scene.ledger.FindBirth(survivor->birth);
      if (born != nullptr && born->is_blurred) ++verdicts.excused["database_restored"];
      else if (shown.empty()) verdicts.Break("convergence", absl::StrCat(PlaceOf(scene, link), " is held for linked, and a record is gone"));
      else ++verdicts.excused[shown];
      continue;
    }
    for (const Carrier& carrier : ground->carriers) {
      const FieldRule* field = entity->Field(carrier.field->name);
      if (field == nullptr) continue;
      const FieldPolicy& policy = field->PolicyIn(link.phase);
      if (policy.flow == Flow::kNone || policy.create_only) continue;
      ++verdicts.judged;
      const std::uint64_t here = Standing(*left, carrier.native[Side::kLeft]), there = Standing(*right, carrier.native[Side::kRight]);
      const bool is_blank = IsBlank(*left, carrier.native[Side::kLeft]) && IsBlank(*right, carrier.native[Side::kRight]);
      if (here == there || is_blank) continue;
      if (!shown.empty()) {
        ++verdicts.excused[shown];
        continue;
      }
      verdicts.Break("convergence", absl::StrCat(PlaceOf(scene, link), " differs in ", link.entity, ".", field->name, " (edits ", here, " and ", there, "), and nothing says so"));
    }
  }
}

}  // namespace entente::simulation
