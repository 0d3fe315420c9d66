#include "engine/rpc/pack_fit.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/language/pack.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

std::vector<CatalogueResource> CatalogueOf(const SessionInfo& session) {
  std::vector<CatalogueResource> resources;
  for (const auto& [name, info] : session.resources) {
    CatalogueResource& resource = resources.emplace_back();
    resource.name = name;
    for (const FieldInfo& field : info.fields) resource.fields.push_back({field.name, field.type, field.writable || field.set_once, field.target});
  }
  return resources;
}

}  // namespace

absl::Status CheckPackFits(const Pack& pack, const SessionInfo& session, const SessionInfo* other) {
  const std::vector<CatalogueResource> resources = CatalogueOf(session);
  const std::vector<CatalogueResource> others = other ? CatalogueOf(*other) : std::vector<CatalogueResource>();
  const std::vector<Problem> problems = CheckAgainstCatalogue(pack, session.side, resources, other ? &others : nullptr, MissingFields::kPassedOver);
  if (problems.empty()) return absl::OkStatus();
  const std::string more = problems.size() == 1 ? "" : absl::StrCat(" (and ", problems.size() - 1, " more)");
  return MakeError(absl::StatusCode::kFailedPrecondition, "PACK_DOES_NOT_FIT",
                   absl::StrCat("The pack asks for what ", pack.sides[session.side].name, " does not have, so nothing is synchronised with it: ", problems.front().ToString(), more, "."));
}

}  // namespace entente
