#include <CLI/CLI.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/language/pack.h"
#include "engine/runtime/error.h"
#include "tools/cli/plan_file.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

constexpr std::size_t kBytesMax = 2u << 20;
constexpr std::size_t kTextMax = 60;

struct Offer {
  std::string directory;
  std::vector<std::string> search_path;
  std::vector<std::string> parameters;
  std::string file;
  bool shows_all = false;
  bool validate_only = false;
};

// The files as they lie on this machine; what is wrong with them the engine says. Packs they extend and that are not here are the engine's own.
absl::Status ReadPack(const Offer& offer, v1::PackContent* out) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::canonical(offer.directory, error);
  LoadOptions options;
  options.search_path = offer.search_path;
  const absl::StatusOr<PackFiles> files = error ? absl::NotFoundError("") : GatherPackFiles(path.string(), options, kBytesMax);
  if (!files.ok() && files.status().code() == absl::StatusCode::kResourceExhausted) return MakeError(files.status().code(), "PACK_TOO_LARGE", SentenceOf(files.status()));
  if (!files.ok()) {
    return MakeError(absl::StatusCode::kNotFound, "PACK_MISSING", absl::StrCat("There is no readable pack at ", offer.directory, ". Name the folder of a pack, or its first file."));
  }
  out->set_first(files->first);
  for (const auto& [name, text] : files->texts) (*out->mutable_files())[name] = text;
  return absl::OkStatus();
}

std::string Cut(const std::string& text) { return text.size() <= kTextMax ? text : text.substr(0, kTextMax) + "…"; }

std::string Places(const v1::RuleEffect& rule) {
  const auto place = [](const v1::RulePlace& at) { return absl::StrCat(at.file(), ":", at.line()); };
  if (!rule.has_before()) return rule.has_after() ? place(rule.after()) : "";
  if (!rule.has_after() || place(rule.before()) == place(rule.after())) return place(rule.before());
  return absl::StrCat(place(rule.before()), " -> ", place(rule.after()));
}

std::string Word(const std::string& verb) {
  if (verb == "spared") return "no longer written";
  if (verb == "leaves_scope") return "out of scope";
  if (verb == "enters_scope") return "back in scope";
  return verb == "delete" ? "delete (held)" : verb;
}

// What a rule does, in a few words.
std::string Outcome(const v1::RuleEffect& rule) {
  std::vector<std::string> parts;
  for (const v1::WriteCount& count : rule.writes()) parts.push_back(absl::StrCat(count.side(), ": ", count.count(), " ", Word(count.verb())));
  const auto reasons = [&](const google::protobuf::Map<std::string, std::int64_t>& counts, const char* what) {
    for (const auto& [reason, count] : std::map<std::string, std::int64_t>(counts.begin(), counts.end())) parts.push_back(absl::StrCat(count, " ", what, " ", reason));
  };
  reasons(rule.parked(), "would wait for");
  reasons(rule.freed(), "no longer wait for");
  if (rule.conflicts() > 0) parts.push_back(absl::StrCat(rule.conflicts(), " conflicts"));
  return parts.empty() ? "nothing" : absl::StrJoin(parts, ", ");
}

std::string Changes(const v1::WriteSample& sample) {
  std::vector<std::string> changes;
  const auto text = [](const google::protobuf::Map<std::string, v1::Value>& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second.text();
  };
  for (const auto& [name, after] : std::map<std::string, v1::Value>(sample.after().begin(), sample.after().end())) {
    if (sample.former().contains(name) && text(sample.former(), name) == after.text()) continue;
    changes.push_back(absl::StrCat(name, ": ", Cut(text(sample.before(), name)), " -> ", Cut(after.text())));
  }
  for (const auto& [name, former] : std::map<std::string, v1::Value>(sample.former().begin(), sample.former().end())) {
    if (!sample.after().contains(name)) changes.push_back(absl::StrCat(name, ": no longer -> ", Cut(former.text())));
  }
  return absl::StrJoin(changes, "; ");
}

void ShowSamples(Output& out, const v1::RuleEffect& rule) {
  for (const v1::RuleDetail& detail : rule.details()) {
    out.Line(absl::StrCat("  ", detail.path().empty() ? "all of it" : detail.path(), ": ", detail.before().empty() ? "(nothing)" : Cut(detail.before()), " -> ", detail.after().empty() ? "(nothing)" : Cut(detail.after())));
  }
  for (const v1::WriteSample& sample : rule.samples()) {
    out.Line(absl::StrCat("    ", sample.side(), " ", Word(sample.verb()), " ", sample.resource(), " ", sample.key(), "  ", Changes(sample)));
  }
}

bool IsSilent(const v1::RuleEffect& rule) { return rule.writes().empty() && rule.parked().empty() && rule.freed().empty() && rule.conflicts() == 0; }

void ShowReport(Output& out, const v1::WhatIfReport& report, bool shows_all) {
  out.Line(absl::StrCat("pack ", report.pack(), " ", report.pack_version(), "  hash ", report.pack_hash()));
  out.Line("");
  if (report.rules().empty()) {
    out.Line("No rule differs.");
  } else {
    Table rules({"RULE", "CHANGE", "WHERE", "RECORDS", "WHAT WOULD FOLLOW"});
    for (const v1::RuleEffect& rule : report.rules()) rules.Add({rule.name(), rule.change(), Places(rule), absl::StrCat(rule.reached()), Outcome(rule)});
    if (!IsSilent(report.others())) rules.Add({"(what follows for others)", "", "", "", Outcome(report.others())});
    rules.Print(out);
  }
  for (const v1::RuleEffect& rule : report.rules()) {
    if (!shows_all && IsSilent(rule)) continue;
    out.Line("");
    out.Line(absl::StrCat(rule.name(), "  ", Outcome(rule)));
    ShowSamples(out, rule);
  }
  out.Line("");
  for (const v1::PlanCost& cost : report.costs()) {
    if (cost.writes() == 0) continue;
    out.Line(absl::StrCat(cost.side(), ": ", cost.writes(), " writes in ", cost.calls(), " calls", cost.seconds() > 0 ? absl::StrCat(", ", cost.seconds(), " s at its rate") : ""));
  }
  for (const std::string& field : report.unread()) out.Line(absl::StrCat("not known yet: ", field, " was never read; its rules rest until every record was read with it"));
  if (!report.relist().empty()) out.Line(absl::StrCat("to be listed whole again: ", absl::StrJoin(report.relist(), ", ")));
  for (const auto& [entity, count] : std::map<std::string, std::int64_t>(report.left_to_itself().begin(), report.left_to_itself().end())) {
    out.Line(absl::StrCat("left to themselves: ", count, " links of ", entity, ", which the pack has not"));
  }
  out.Line(absl::StrCat(report.looked(), " of ", report.links(), " links looked at, ", report.reached(), " decided anew, in ", report.millis(), " ms. Nothing was written."));
}

int WhatIf(Session& session, const Offer& offer) {
  Output& out = *session.out;
  v1::WhatIfPackRequest request;
  if (absl::Status read = ReadPack(offer, request.mutable_pack()); !read.ok()) return out.Refuse(read);
  for (const std::string& parameter : offer.parameters) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string::npos || equals == 0) return out.Refuse(MakeError(absl::StatusCode::kInvalidArgument, "PARAMETER_INVALID", absl::StrCat("\"", parameter, "\" is no parameter. Write NAME=VALUE.")));
    (*request.mutable_parameters())[parameter.substr(0, equals)] = parameter.substr(equals + 1);
  }
  if (!offer.file.empty() && !offer.parameters.empty()) {
    return out.Refuse(MakeError(absl::StatusCode::kInvalidArgument, "PARAMETERS_NOT_PLANNED", "A plan cannot change parameters: they are set in the engine's configuration. Leave out --parameter, or --out."));
  }
  absl::StatusOr<Client*> engine = session.Engine();
  if (!engine.ok()) return out.Refuse(engine.status());
  std::optional<PlanFileWriter> file;
  if (!offer.file.empty()) {
    absl::StatusOr<PlanFileWriter> opened = PlanFileWriter::Open(offer.file);
    if (!opened.ok()) return out.Refuse(opened.status());
    file = *std::move(opened);
  }
  v1::WhatIfReport report;
  const absl::Status asked = (*engine)->WhatIfPack(request, [&](const v1::WhatIfPart& part) {
    if (part.has_report()) report = part.report();
    if (part.has_plan() && file) file->Add(part.plan());
    return true;
  });
  if (!asked.ok()) return out.Refuse(asked);
  if (file) {
    if (absl::Status closed = file->Close(); !closed.ok()) return out.Refuse(closed);
  }
  if (out.is_json()) {
    out.Json(report);
    return kDone;
  }
  ShowReport(out, report, offer.shows_all);
  if (file) out.Line(absl::StrCat("The plan is in ", offer.file, ". Activate the pack with exactly these writes, while the engine is paused: entente apply ", offer.file));
  return kDone;
}

int Activate(Session& session, const Offer& offer) {
  v1::ActivatePackRequest request;
  if (absl::Status read = ReadPack(offer, request.mutable_pack()); !read.ok()) return session.out->Refuse(read);
  request.set_validate_only(offer.validate_only);
  v1::ActivePack active;
  return session.Ask(request, &active, [&] {
    Output& out = *session.out;
    if (offer.validate_only) {
      out.Line("The pack could be activated now. Nothing was changed. See what it would do with: entente pack what-if");
      return;
    }
    out.Line(absl::StrCat("The rules are those of ", active.pack(), " ", active.pack_version(), " from now on, hash ", active.pack_hash(), "."));
    if (active.adopting() > 0) out.Line(absl::StrCat(active.adopting(), " links are gone through in the background; follow with: entente status"));
    for (const std::string& field : active.unread()) out.Line(absl::StrCat(field, " rests until every record was read with it."));
    out.Line("They hold over a restart too. Put the files into the folder that the configuration names, so that both say the same.");
  });
}

int ShowActive(Session& session) {
  v1::ActivePack active;
  return session.Ask(v1::GetActivePackRequest(), &active, [&] {
    Output& out = *session.out;
    out.Line(absl::StrCat("pack ", active.pack(), " ", active.pack_version(), "  hash ", active.pack_hash()));
    out.Line(absl::StrCat("since ", Moment(active.since_micros()), " (UTC), ", active.origin() == "activation" ? "activated while the engine ran" : "from the configuration"));
    if (active.adopting() > 0) out.Line(absl::StrCat(active.adopting(), " links still to be gone through by it"));
    for (const std::string& field : active.unread()) out.Line(absl::StrCat("rests until it was read: ", field));
  });
}

}  // namespace

void AddPackChangeCommands(CLI::App& pack, Session& session) {
  const auto offer = std::make_shared<Offer>();
  const auto add_offer = [offer](CLI::App* command) {
    command->add_option("directory", offer->directory, "Folder of the pack, or its first file; packs it extends that are not here are the engine's own")->required();
    command->add_option("--search-path", offer->search_path, "A further folder in which packs that this one extends are looked for");
  };
  CLI::App* what_if = AddCommand(pack, session, "what-if", "What the engine would do by these rules, rule by rule; nothing is written", "entente pack what-if rules/ssm --out change.plan",
                                 [&session, offer] { return WhatIf(session, *offer); });
  add_offer(what_if);
  what_if->add_option("--parameter", offer->parameters, "NAME=VALUE, in place of the configuration's");
  what_if->add_option("--out", offer->file, "Save the plan in this file: entente apply activates the pack and makes exactly its writes");
  what_if->add_flag("--all", offer->shows_all, "Show what differs in rules that change nothing, too");

  CLI::App* activate = AddCommand(pack, session, "activate", "Take these rules now, without stopping the engine", "entente pack activate rules/ssm --validate-only",
                                  [&session, offer] { return Activate(session, *offer); });
  add_offer(activate);
  activate->add_flag("--validate-only", offer->validate_only, "Only say whether it could be done now");

  AddCommand(pack, session, "active", "Which rules hold, since when, and how far the records are", "entente pack active", [&session] { return ShowActive(session); });
}

}  // namespace entente::cli
