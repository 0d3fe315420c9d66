#include <CLI/CLI.hpp>

#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/language/pack.h"
#include "engine/runtime/error.h"
#include "tools/cli/json_text.h"
#include "tools/cli/pack_check.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

void ShowLimits(Output& out, const PackDescription& pack) {
  Table table({"LIMIT OR FLAG", "VALUE"});
  for (const auto& [name, value] : pack.limits) table.Add({name, absl::StrCat(value)});
  for (const auto& [name, is_on] : pack.flags) table.Add({name, is_on ? "on" : "off"});
  table.Print(out);
}

void ShowDescription(Output& out, const PackDescription& pack) {
  out.Line(absl::StrCat("pack ", pack.name, " ", pack.version, "  hash ", pack.hash));
  out.Line("");
  Table matrix({"ROW", "ENTITY", "PHASE", "DIRECTION", "OWNER", "TRIGGER", "DELETE"});
  for (const auto& row : pack.matrix) matrix.Add({row.name, row.entity, row.phase, row.direction, row.owner, row.trigger, row.delete_policy});
  matrix.Print(out);
  if (!pack.auxiliaries.empty()) {
    out.Line("");
    Table auxiliaries({"TRAVELS ALONG", "DIRECTION"});
    for (const auto& entity : pack.auxiliaries) auxiliaries.Add({entity.entity, entity.direction});
    auxiliaries.Print(out);
  }
  out.Line("");
  Table parameters({"PARAMETER", "TYPE", "VALUE", "MEANING"});
  for (const auto& parameter : pack.parameters) parameters.Add({parameter.name, parameter.type, parameter.secret ? "(secret)" : parameter.value, parameter.label_en});
  parameters.Print(out);
  out.Line("");
  ShowLimits(out, pack);
}

int DescribeRunning(Session& session, bool only_limits) {
  v1::PackDescription described;
  Output& out = *session.out;
  absl::StatusOr<Client*> engine = session.Engine();
  if (!engine.ok()) return out.Refuse(engine.status());
  if (absl::Status status = (*engine)->Call(v1::DescribePackRequest(), &described); !status.ok()) return out.Refuse(status);
  if (out.is_json() && !only_limits) {
    out.JsonText(described.json());
    return kDone;
  }
  const absl::StatusOr<std::string> shown = only_limits ? LimitsIn(described.json()) : described.json();
  if (!shown.ok()) return out.Refuse(shown.status());
  out.JsonText(*shown);
  return kDone;
}

int Describe(Session& session, const std::string& directory, bool only_limits, const PackGiven& given) {
  if (directory == "running") return DescribeRunning(session, only_limits);
  Output& out = *session.out;
  absl::StatusOr<LoadOptions> options = OptionsFrom(given);
  if (!options.ok()) return out.Refuse(options.status());
  const absl::StatusOr<PackPtr> pack = LoadPack(directory, *options);
  if (!pack.ok()) return out.Refuse(RefusedPack(pack.status()));
  const PackDescription description = DescribePack(**pack);
  if (out.is_json()) {
    const std::string json = ToJson(description);
    const absl::StatusOr<std::string> shown = only_limits ? LimitsIn(json) : json;
    if (!shown.ok()) return out.Refuse(shown.status());
    out.JsonText(*shown);
  } else if (only_limits) {
    ShowLimits(out, description);
  } else {
    ShowDescription(out, description);
  }
  return kDone;
}

}  // namespace

void AddPackCommands(CLI::App& app, Session& session) {
  CLI::App* pack = app.add_subcommand("pack", "Checks and describes rules without an engine; and changes those of one that runs");
  pack->require_subcommand(1);
  const auto directory = std::make_shared<std::string>();
  const auto given = std::make_shared<PackGiven>();
  const auto add_given = [given](CLI::App* command) {
    command->add_option("--parameter", given->parameters, "NAME=VALUE, as the configuration would set it");
    command->add_option("--search-path", given->search_path, "A further folder in which packs that this one extends are looked for");
  };
  const auto only_limits = std::make_shared<bool>(false);
  const auto to_check = std::make_shared<PackCheck>();

  CLI::App* check = AddCommand(*pack, session, "check", "Say everything that is wrong with a pack, with file and line, what is proved of it, and whether its examples hold", "entente pack check rules/ssm", [&session, to_check, directory, given] {
    to_check->directory = *directory;
    to_check->given = *given;
    return CheckPack(session, *to_check);
  });
  check->add_option("directory", *directory, "Folder of the pack")->required();
  check->add_option("--catalogue", to_check->catalogues, "SIDE=FILE: what a system has, as its connector prints it with --catalogue");
  check->add_flag("--fields", to_check->is_long, "The certificate field by field");
  add_given(check);

  CLI::App* describe = AddCommand(*pack, session, "describe", "The direction matrix, parameters, limits and flags of a pack", "entente pack describe running --limits",
                                  [&session, directory, only_limits, given] { return Describe(session, *directory, *only_limits, *given); });
  describe->add_option("directory", *directory, "Folder of the pack, or `running` for the one the engine uses")->required();
  describe->add_flag("--limits", *only_limits, "Only limits and flags");
  add_given(describe);

  AddPackChangeCommands(*pack, session);
}

}  // namespace entente::cli
