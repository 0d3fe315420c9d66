#include "engine/simulation/prove.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/simulation/shrink.h"
#include "engine/simulation/story.h"

namespace entente::simulation {
namespace {

void Sum(const Outcome& outcome, SeedKind kind, ProveReport& report) {
  ++(kind == SeedKind::kCore ? report.core_seeds : report.engine_seeds);
  report.events += outcome.events;
  report.records += outcome.records;
  report.writes += outcome.writes;
  report.turns += outcome.turns;
  report.edges += outcome.edges;
  report.judged += outcome.judged;
  report.gaps += outcome.gaps;
  report.rounds = std::max(report.rounds, outcome.rounds);
  for (std::size_t i = 0; i < kFaultCount; ++i) report.faults[i] += outcome.faults[i];
  for (const auto& [why, count] : outcome.excused) report.excused[why] += count;
  report.traces = report.traces * 0x100000001b3ull ^ outcome.trace;
}

}  // namespace

std::vector<LoadedPack> WithVariants(const LoadedPack& pack) {
  std::vector<LoadedPack> packs{pack};
  // Who wins where both sides were edited, said the other way round.
  for (Side side : kSides) {
    PackFiles files = pack.files;
    files.first = "variant/pack.yaml";
    files.texts[files.first] = absl::StrCat("name: variant\nversion: \"2\"\nextends: ", pack.pack->folder, "\ndefaults: {conflict: ", pack.pack->sides[side].name, "}\n");
    LoadOptions options;
    for (const auto& [name, parameter] : pack.pack->parameters) {
      const auto value = pack.pack->parameter_values.find(name);
      if (value != pack.pack->parameter_values.end() && value->second.As<std::string>()) options.parameters_needed[name] = *value->second.As<std::string>();
    }
    absl::StatusOr<LoadedPack> variant = LoadWholePack(files, options);
    if (variant.ok() && variant->pack->hash != pack.pack->hash) packs.push_back(*std::move(variant));
  }
  return packs;
}

ProveReport Prove(const LoadedPack& pack, const ProveRequest& request) {
  const Terrain terrain(pack);
  RunOptions options;
  options.packs = WithVariants(pack);
  options.dies_at_edge = request.dies_at;
  ProveReport report;
  report.fields = terrain.fields();
  report.carriers = terrain.carriers();
  const auto is_enough = [&] { return request.is_enough && request.is_enough(); };
  for (std::uint64_t i = 0, seed = request.first; i < request.seeds && !is_enough(); ++i, ++seed) {
    const SeedKind kind = request.kind.value_or(KindOf(seed));
    History history = Generate(terrain, seed, kind);
    if (request.plain) MakePlain(history);
    if (!request.only.empty()) std::erase_if(history.events, [&](const Happening& event) { return std::find(request.only.begin(), request.only.end(), event.id) == request.only.end(); });
    Outcome outcome = Run(terrain, history, options);
    Sum(outcome, kind, report);
    if (request.twice) {
      ++report.compared;
      if (Run(terrain, history, options).trace != outcome.trace) outcome.violations.push_back({"determinism", "the same seed gave another trace"});
    }
    if (request.dies_everywhere) {
      report.edges -= outcome.edges;
      for (std::uint64_t edge = 1; edge <= outcome.edges && outcome.violations.empty() && !is_enough(); ++edge) {
        RunOptions dies = options;
        dies.dies_at_edge = edge;
        Outcome killed = Run(terrain, history, dies);
        ++report.edges;
        if (killed.violations.empty()) continue;
        outcome.violations = std::move(killed.violations);
        options.dies_at_edge = edge;
      }
    }
    if (request.progress) request.progress(i + 1);
    if (outcome.violations.empty()) continue;
    Counterexample& found = report.found.emplace();
    found.seed = seed;
    found.violation = outcome.violations.front();
    Shrunk shrunk{history, found.violation};
    if (request.shrinks && found.violation.checker != "determinism") shrunk = Shrink(terrain, history, found.violation, options, is_enough);
    found.violation = shrunk.violation;
    found.is_plain = shrunk.is_plain || request.plain;
    found.shrink_runs = shrunk.runs;
    found.story = TellStory(terrain, shrunk.history, shrunk.violation);
    found.edge = options.dies_at_edge;
    if (found.edge != 0) found.story.insert(found.story.end() - 1, absl::StrCat("In between the engine is killed once, at store write or message number ", found.edge, ", and started again."));
    for (const Happening& event : shrunk.history.events) found.only.push_back(event.id);
    return report;
  }
  return report;
}

}  // namespace entente::simulation
