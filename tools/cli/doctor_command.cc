#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/cli/doctor.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

const char* NameOf(Finding::Kind kind) { return kind == Finding::Kind::kGood ? "ok" : kind == Finding::Kind::kWarning ? "warn" : "FAIL"; }

void Print(Output& out, const std::vector<Finding>& findings) {
  if (out.is_json()) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Finding& each : findings) {
      list.push_back({{"result", NameOf(each.kind)}, {"what", each.what}, {"reason", each.reason}, {"sentence", each.sentence}, {"remedy", each.remedy}});
    }
    return out.JsonText(list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  for (const Finding& each : findings) {
    const Colour colour = each.kind == Finding::Kind::kGood ? Colour::kGood : each.kind == Finding::Kind::kWarning ? Colour::kWarn : Colour::kBad;
    std::string head = NameOf(each.kind);
    head.resize(6, ' ');
    out.Line(absl::StrCat(out.Paint(colour, head), each.what, ": ", each.reason.empty() ? "" : absl::StrCat(each.reason, ": "), each.sentence));
    if (!each.remedy.empty()) out.Line(absl::StrCat("        → ", each.remedy));
  }
}

int Examine(Session& session, const std::string& config) {
  std::vector<Finding> findings;
  if (!config.empty()) findings = ExamineFiles(config);
  for (Finding& finding : ExamineEngine(session.connect)) findings.push_back(std::move(finding));
  Print(*session.out, findings);
  int code = kDone;
  for (const Finding& finding : findings) {
    if (finding.kind != Finding::Kind::kBad) continue;
    // The first cause names the exit code; anything else found wrong is 1.
    if (code == kDone) code = IsUnreached(finding.reason) ? kUnreachable : finding.what == "token" ? kNotAdmitted : kRefused;
  }
  return code;
}

}  // namespace

void AddDoctorCommand(CLI::App& app, Session& session) {
  const auto config = std::make_shared<std::string>();
  AddCommand(app, session, "doctor", "Check every prerequisite and connection; name each cause and its remedy", "entente doctor --config /etc/entente/entente.toml", [&session, config] { return Examine(session, *config); })
      ->add_option("--config", *config, "Configuration file of entented, to check its files as well");
}

}  // namespace entente::cli
