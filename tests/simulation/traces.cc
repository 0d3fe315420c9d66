#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "engine/simulation/prove.h"
#include "tests/simulation/packs.h"

// simulation_traces PACK core|engine FIRST SEEDS
//
// Prints "SEED TRACE" for each seed. The trace is a hash of all that happened in its world: the same on every machine and with every compiler.
int main(int argc, char** argv) {
  using namespace entente::simulation;
  if (argc != 5) {
    std::cerr << "simulation_traces PACK core|engine FIRST SEEDS\n";
    return 2;
  }
  const Terrain terrain(PackNamed(argv[1]));
  const SeedKind kind = std::string(argv[2]) == "core" ? SeedKind::kCore : SeedKind::kEngine;
  const std::uint64_t first = std::strtoull(argv[3], nullptr, 10), seeds = std::strtoull(argv[4], nullptr, 10);
  RunOptions options;
  options.packs = WithVariants(terrain.loaded());
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    std::cout << seed << " " << std::hex << Run(terrain, Generate(terrain, seed, kind), options).trace << std::dec << "\n";
  }
  return 0;
}
