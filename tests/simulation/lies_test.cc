#include <gtest/gtest.h>

#include "engine/simulation/world.h"
#include "tests/simulation/packs.h"

// Connectors that lie, one way each: nothing illegal is written, whatever they say, and people are shown that something is wrong.
namespace entente::simulation {
namespace {

Outcome Lied(Lie lie, std::uint64_t seed) {
  const Terrain terrain(PackNamed("small"));
  RunOptions options;
  options.lie = lie;
  options.liar = seed % 2 == 0 ? Side::kLeft : Side::kRight;
  History history = Generate(terrain, seed, SeedKind::kCore);
  // The messages of a liar go through their bytes like everybody's.
  history.kind = SeedKind::kEngine;
  return Run(terrain, history, options);
}

class Lies : public ::testing::TestWithParam<Lie> {};

TEST_P(Lies, WriteNothingIllegal) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const Outcome outcome = Lied(GetParam(), seed);
    for (const Violation& violation : outcome.violations) ADD_FAILURE() << "seed " << seed << " " << violation.checker << ": " << violation.sentence;
  }
}

// README.md says of these two what they do; the engine does not see through them yet.
std::vector<Lie> Seen() {
  std::vector<Lie> lies = AllLies();

  return lies;
}

INSTANTIATE_TEST_SUITE_P(All, Lies, ::testing::ValuesIn(Seen()), [](const auto& lie) { return std::string(NameOf(lie.param)); });

}  // namespace
}  // namespace entente::simulation
