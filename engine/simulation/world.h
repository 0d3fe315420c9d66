#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/simulation/checkers/checkers.h"
#include "engine/simulation/connector.h"
#include "engine/simulation/disk.h"
#include "engine/simulation/engine.h"
#include "engine/simulation/history.h"
#include "engine/simulation/ledger.h"
#include "engine/simulation/system.h"
#include "engine/simulation/timeline.h"
#include "engine/simulation/trace.h"

namespace entente::simulation {

struct RunOptions {
  // Other packs an integrator may change to; the first is the one that runs.
  std::vector<LoadedPack> packs;
  // The engine is killed at this edge, counted from 1 over all edges of the run; 0: at none.
  std::uint64_t dies_at_edge = 0;
  // Shown every scene that is judged, before it is.
  std::function<void(Scene&)> on_scene;
  bool keeps_trace = false;
  Lie lie = Lie::kNone;
  Side liar = Side::kLeft;
};

// What became of a run.
struct Outcome {
  std::vector<Violation> violations;
  std::uint64_t trace = 0;
  FaultCounts faults{};
  std::uint64_t events = 0, records = 0, edges = 0, turns = 0, writes = 0, commits = 0, calls = 0, bytes = 0;
  int rounds = 0;                       // passes until one wrote nothing
  std::uint64_t judged = 0;             // fields compared, value by value
  std::map<std::string, std::uint64_t> excused;   // fields that were not, by what shows why
  std::uint64_t gaps = 0;               // edits overwritten before any read could show them
  std::vector<std::string> lines;       // of the trace, where it was kept
  std::vector<int> applied;             // ids of the events that did something
  std::map<std::string, std::uint64_t> shown;     // reasons the engine's status named while it ran
};

// Runs a history: two systems with users, two connectors, one network, one engine with its disk, a clock, and whatever goes wrong, on one
// thread and one seed. The same history gives the same outcome.
Outcome Run(const Terrain& terrain, const History& history, const RunOptions& options = {});

}  // namespace entente::simulation
