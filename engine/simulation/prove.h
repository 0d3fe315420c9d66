#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/language/pack.h"
#include "engine/simulation/history.h"
#include "engine/simulation/world.h"

namespace entente::simulation {

struct ProveRequest {
  std::uint64_t first = 1;
  std::uint64_t seeds = 200;                       // as long as `is_enough` lets it
  std::optional<SeedKind> kind;                    // none: odd seeds are core seeds, even ones engine seeds
  bool twice = false;                              // each seed is run again, and its trace compared
  std::vector<int> only;                           // ids of events; empty: all
  bool plain = false;                              // systems without quirks
  bool shrinks = true;
  // Each history is run once more for each of its edges (store writes and messages), and the engine dies there. `edges` counts the deaths.
  bool dies_everywhere = false;
  std::uint64_t dies_at = 0;                       // or at that edge alone: what a counterexample names; 0: at none
  std::function<bool()> is_enough;                 // asked between two runs; null: never
  std::function<void(std::uint64_t done)> progress;
};

// The first history that broke an invariant.
struct Counterexample {
  std::uint64_t seed = 0;
  Violation violation;
  std::vector<std::string> story;
  std::vector<int> only;                           // ids of the events that are left
  std::uint64_t edge = 0;                          // the engine was killed there; 0: nowhere
  bool is_plain = false;
  int shrink_runs = 0;
};

struct ProveReport {
  std::uint64_t core_seeds = 0, engine_seeds = 0, compared = 0;
  std::uint64_t events = 0, records = 0, writes = 0, turns = 0, edges = 0, judged = 0, gaps = 0;
  int rounds = 0;
  FaultCounts faults{};
  std::map<std::string, std::uint64_t> excused;
  std::size_t fields = 0, carriers = 0;            // of the pack, and those judged value by value
  std::uint64_t traces = 0;                        // all trace hashes, folded: the same with every compiler
  std::optional<Counterexample> found;
};

// Runs generated histories against a pack until one breaks an invariant, the seeds are done, or it is enough; what broke is shrunk and told.
ProveReport Prove(const LoadedPack& pack, const ProveRequest& request);

// Other packs an integrator may change to: the same with small differences. The first is the pack itself.
std::vector<LoadedPack> WithVariants(const LoadedPack& pack);

}  // namespace entente::simulation
