#include "engine/pipeline/gates.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_cat.h"

namespace entente {
namespace {

absl::Status Refused(const std::string& code, const std::string& text) { return absl::FailedPreconditionError(absl::StrCat(code, ": ", text)); }

// "2" also means "2.1".
bool IsVersion(const std::string& version, const std::string& wanted) {
  return wanted.empty() || version == wanted || version.starts_with(wanted + ".");
}

}  // namespace

absl::Status PassesGates(const Pack& pack, const SessionInfo& session, const std::string* company) {
  const SideRule& side = pack.sides[session.side];
  if (session.system != side.system) {
    return Refused("SYSTEM_UNKNOWN", absl::StrCat("this side of the pack is ", side.system, ", the connector serves ", session.system, ". Start the right connector."));
  }
  if (session.companies > side.companies_max) {
    return Refused("COMPANY_LIMIT_REACHED", absl::StrCat("the pack allows ", side.companies_max, " company, the connector is configured for ", session.companies,
                                                         ". Run one instance a company."));
  }
  if (company != nullptr && *company != session.company_id) {
    return Refused("COMPANY_CHANGED", "the state of this instance belongs to another company. Point the connector at the former company, or start with an empty state directory.");
  }
  if (!IsVersion(session.catalogue_version, side.catalogue_version)) {
    return Refused("CATALOGUE_NOT_SUPPORTED", absl::StrCat("the pack was written for version ", side.catalogue_version, " of the field catalogue of ", side.name, ", the connector has ",
                                                           session.catalogue_version.empty() ? "none" : session.catalogue_version, ". Use the connector the pack names, or a pack for this one."));
  }
  const Fields facts{{"version", session.version}, {"edition", session.edition}, {"product", session.product}, {"system", session.system},
                     {"companies", std::int64_t{session.companies}}, {"catalogue", session.catalogue_version}};
  Scope scope;
  scope.facts = &facts;
  scope.parameters = &pack.parameter_values;
  for (const SideRule::Gate& gate : side.gates) {
    const absl::StatusOr<Value> holds = gate.holds->Evaluate(scope);
    if (holds.ok() && holds->As<bool>() && *holds->As<bool>()) continue;
    std::string code = gate.reason;
    std::transform(code.begin(), code.end(), code.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return Refused(code, absl::StrCat(gate.message_en.empty() ? "A gate of the pack refuses this system. See the pack's gates." : gate.message_en, " This is ", session.product, " ",
                                      session.version, " (", session.edition, ")."));
  }
  return absl::OkStatus();
}

}  // namespace entente
