#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "engine/language/example.h"
#include "engine/runtime/error.h"
#include "engine/simulation/prove.h"
#include "tools/cli/pack_check.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

using simulation::Fault;
using simulation::ProveReport;
using simulation::SeedKind;

struct Given {
  std::string directory;
  PackGiven pack;
  std::uint64_t seeds = 0, first = 1;
  std::optional<std::uint64_t> seed;
  double minutes = 0;
  std::uint64_t crash_point = 0;
  std::string kind;
  std::vector<int> only;
  bool twice = false, dies_everywhere = false, plain = false, whole = false;
};

// The pack, with the values its own examples give to parameters that have no default.
absl::StatusOr<LoadedPack> Load(const Given& given) {
  absl::StatusOr<LoadOptions> options = OptionsFrom(given.pack);
  if (!options.ok()) return options.status();
  absl::StatusOr<LoadedPack> pack = LoadWholePack(given.directory, *options);
  if (!pack.ok()) return RefusedPack(pack.status());
  if (pack->examples->examples.empty()) return pack;
  options->parameters_needed = pack->examples->examples.front().parameters;
  return LoadWholePack(given.directory, *options);
}

std::string Command(const Given& given, const simulation::Counterexample& found, bool is_whole) {
  std::string command = absl::StrCat("entente prove ", given.directory, " --seed ", found.seed);
  if (!given.kind.empty()) absl::StrAppend(&command, " --kind ", given.kind);
  if (found.edge != 0) absl::StrAppend(&command, " --crash-point ", found.edge);
  if (is_whole) return command;
  if (found.is_plain) absl::StrAppend(&command, " --plain");
  return absl::StrCat(command, " --only ", absl::StrJoin(found.only, ","));
}

nlohmann::ordered_json FaultsOf(const ProveReport& report) {
  nlohmann::ordered_json faults = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < simulation::kFaultCount; ++i) faults[std::string(NameOf(static_cast<Fault>(i)))] = report.faults[i];
  return faults;
}

void ShowJson(Output& out, const Given& given, const LoadedPack& pack, const ProveReport& report) {
  nlohmann::ordered_json all;
  all["pack"] = pack.pack->name;
  all["pack_hash"] = pack.pack->hash;
  all["holds"] = !report.found.has_value();
  all["core_seeds"] = report.core_seeds;
  all["engine_seeds"] = report.engine_seeds;
  all["run_twice"] = report.compared;
  all["traces"] = absl::StrCat(absl::Hex(report.traces, absl::kZeroPad16));
  all["events"] = report.events;
  all["records"] = report.records;
  all["writes"] = report.writes;
  all["turns"] = report.turns;
  all["crash_points"] = report.edges;
  all["rounds_max"] = report.rounds;
  all["fields"] = {{"of_the_pack", report.fields}, {"judged_by_value", report.carriers}, {"compared", report.judged}, {"overwritten_unread", report.gaps}};
  all["shown_to_people"] = report.excused;
  all["faults"] = FaultsOf(report);
  if (report.found) {
    all["violation"] = {{"invariant", report.found->violation.checker}, {"sentence", report.found->violation.sentence}, {"seed", report.found->seed}, {"events", report.found->only},
                        {"story", report.found->story}, {"again", Command(given, *report.found, true)}, {"again_short", Command(given, *report.found, false)}};
  }
  out.JsonText(all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void Show(Output& out, const Given& given, const ProveReport& report) {
  std::uint64_t faults = 0, kinds = 0;
  for (const std::uint64_t count : report.faults) {
    faults += count;
    kinds += count > 0 ? 1 : 0;
  }
  out.Line(absl::StrCat(report.core_seeds + report.engine_seeds, " histories: ", report.events, " events over ", report.records, " records, ", faults, " faults of ", kinds, " kinds, ", report.writes, " writes."));
  out.Line(absl::StrCat(report.judged, " fields compared by value (", report.carriers, " of the pack's ", report.fields, " fields can be), at most ", report.rounds, " passes until one wrote nothing."));
  if (report.compared > 0) out.Line(absl::StrCat(report.compared, " histories were run twice. Traces: ", absl::Hex(report.traces, absl::kZeroPad16)));
  if (!report.found) {
    out.Line(absl::StrCat(out.Paint(Colour::kGood, "holds"), "  Nothing was lost, made twice or deleted by mistake."));
    return;
  }
  out.Line(absl::StrCat(out.Paint(Colour::kBad, "BROKEN"), "  ", report.found->violation.checker, ", by seed ", report.found->seed, ". What leads to it, in ", report.found->only.size(), " events:"));
  for (const std::string& line : report.found->story) out.Line(absl::StrCat("  ", line));
  out.Line(absl::StrCat("Again, whole:  ", Command(given, *report.found, true)));
  out.Line(absl::StrCat("Again, short:  ", Command(given, *report.found, false)));
}

int Prove(Session& session, const Given& given) {
  Output& out = *session.out;
  const absl::StatusOr<LoadedPack> pack = Load(given);
  if (!pack.ok()) return out.Refuse(pack.status());
  simulation::ProveRequest request;
  request.first = given.seed.value_or(given.first);
  request.seeds = given.seed ? 1 : given.seeds > 0 ? given.seeds : given.minutes > 0 ? UINT64_MAX : 200;
  if (given.kind == "core") request.kind = SeedKind::kCore;
  if (given.kind == "engine") request.kind = SeedKind::kEngine;
  request.only = given.only;
  request.twice = given.twice;
  request.dies_everywhere = given.dies_everywhere;
  request.dies_at = given.crash_point;
  request.plain = given.plain;
  request.shrinks = !given.whole;
  const absl::Time until = given.minutes > 0 ? absl::Now() + absl::Minutes(given.minutes) : absl::InfiniteFuture();
  request.is_enough = [until] { return absl::Now() >= until; };
  std::uint64_t tenth = 0;
  request.progress = [&](std::uint64_t done) {
    if (out.is_json() || given.seed) return;
    if (out.is_terminal()) {
      out.out() << "\r" << done << " histories" << std::flush;
    } else if (request.seeds != UINT64_MAX && done * 10 / request.seeds > tenth) {
      tenth = done * 10 / request.seeds;
      out.Line(absl::StrCat(done, " of ", request.seeds, " histories"));
    }
  };
  const ProveReport report = simulation::Prove(*pack, request);
  if (out.is_terminal() && !out.is_json() && !given.seed) out.out() << "\r";
  if (out.is_json()) ShowJson(out, given, *pack, report);
  else Show(out, given, report);
  return report.found ? kRefused : kDone;
}

}  // namespace

void AddProveCommand(CLI::App& app, Session& session) {
  const auto given = std::make_shared<Given>();
  CLI::App* prove = AddCommand(app, session, "prove", "Run generated histories, with everything that goes wrong, against a pack; needs no running engine", "entente prove rules/ssm --seeds 20", [&session, given] { return Prove(session, *given); });
  prove->add_option("directory", given->directory, "Folder of the pack, or its first file")->required();
  prove->add_option("--seeds", given->seeds, "So many histories; 200 where nothing else bounds them");
  prove->add_option("--minutes", given->minutes, "Stop after this time");
  prove->add_option("--first", given->first, "The first seed; the others follow it");
  prove->add_option("--seed", given->seed, "This history alone: what a violation names");
  prove->add_option("--only", given->only, "Of the history, these events alone: what a shrunk violation names")->delimiter(',');
  prove->add_flag("--plain", given->plain, "Systems without quirks");
  prove->add_option("--kind", given->kind, "core: small and fast; engine: long, with faults. Default: odd seeds are core, even ones engine")->check(CLI::IsMember({"core", "engine"}));
  prove->add_flag("--twice", given->twice, "Run each history again and compare the traces");
  prove->add_flag("--crash-points", given->dies_everywhere, "Run each history once more for every store write and message, and kill the engine there");
  prove->add_option("--crash-point", given->crash_point, "Kill the engine at this one of them: what a violation names")->excludes("--crash-points");
  prove->add_flag("--whole", given->whole, "Do not shrink what breaks");
  prove->add_option("--parameter", given->pack.parameters, "NAME=VALUE, as the configuration would set it");
  prove->add_option("--search-path", given->pack.search_path, "A further folder in which packs that this one extends are looked for");
}

}  // namespace entente::cli
