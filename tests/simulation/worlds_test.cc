#include <gtest/gtest.h>

#include <algorithm>

#include "engine/simulation/prove.h"
#include "engine/simulation/shrink.h"
#include "tests/simulation/packs.h"

// Worlds on a seed: what is found is printed with the command that repeats it.
namespace entente::simulation {
namespace {

std::string Told(const ProveReport& report) {
  if (!report.found) return "";
  std::string text = "seed " + std::to_string(report.found->seed) + ": " + report.found->violation.checker + "\n";
  for (const std::string& line : report.found->story) text += "  " + line + "\n";
  return text;
}

ProveReport Played(const std::string& pack, SeedKind kind, std::uint64_t first, std::uint64_t seeds, bool twice = false) {
  ProveRequest request;
  request.first = first;
  request.seeds = seeds;
  request.kind = kind;
  request.twice = twice;
  return Prove(PackNamed(pack), request);
}

TEST(WorldsTest, SmallWorldsOfTheSmallPackLoseNothing) {
  const ProveReport report = Played("small", SeedKind::kCore, 1, 120);
  EXPECT_FALSE(report.found) << Told(report);
  EXPECT_GT(report.judged, 2'000u);
}

TEST(WorldsTest, SmallWorldsOfTheSsmPackLoseNothing) {
  const ProveReport report = Played("ssm", SeedKind::kCore, 1, 30);
  EXPECT_FALSE(report.found) << Told(report);
}

TEST(WorldsTest, WorldsInWhichEverythingGoesWrongLoseNothing) {
  const ProveReport report = Played("small", SeedKind::kEngine, 1, 40);
  EXPECT_FALSE(report.found) << Told(report);
  EXPECT_GT(report.judged, 4'000u);
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    const Fault fault = static_cast<Fault>(i);
    EXPECT_GT(report.faults[i], 0u) << NameOf(fault);
  }
}

TEST(WorldsTest, WorldsOfTheSsmPackInWhichEverythingGoesWrongLoseNothing) {
  const ProveReport report = Played("ssm", SeedKind::kEngine, 1, 8);
  EXPECT_FALSE(report.found) << Told(report);
}

// Each is judged by what it left, in worlds in which everything goes wrong as well.
TEST(WorldsTest, PeopleAreErasedInBothKindsOfSeeds) {
  const Terrain terrain(PackNamed("small"));
  for (const SeedKind kind : {SeedKind::kCore, SeedKind::kEngine}) {
    std::size_t erased = 0, reported = 0;
    RunOptions options;
    options.on_scene = [&](Scene& scene) {
      erased += scene.erased.size();
      reported += static_cast<std::size_t>(scene.status.counters["changes.erased"]);
    };
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      const Outcome outcome = simulation::Run(terrain, Generate(terrain, seed, kind), options);
      EXPECT_TRUE(outcome.violations.empty()) << seed << " " << outcome.violations.front().sentence;
    }
    EXPECT_GT(erased, 3u);
    EXPECT_GT(reported, 0u);
  }
}

TEST(WorldsTest, ASeedGivesTheSameTraceTwice) {
  const ProveReport report = Played("small", SeedKind::kEngine, 1, 5, true);
  EXPECT_FALSE(report.found) << Told(report);
  EXPECT_EQ(report.compared, 5u);
}

TEST(WorldsTest, AnotherSeedGivesAnotherTrace) {
  const Terrain terrain(PackNamed("small"));
  EXPECT_NE(simulation::Run(terrain, Generate(terrain, 2)).trace, simulation::Run(terrain, Generate(terrain, 4)).trace);
}

// What a seed has to hold to be called one: deeds that did something, records, faults that took effect.
TEST(WorldsTest, ACoreSeedHoldsThirtyDeedsOverFiveLinks) {
  const Terrain terrain(PackNamed("small"));
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::size_t links = 0;
    RunOptions options;
    options.on_scene = [&](Scene& scene) { links = scene.links.size(); };
    const Outcome outcome = simulation::Run(terrain, Generate(terrain, seed, SeedKind::kCore), options);
    EXPECT_GE(outcome.events, 30u) << seed;
    EXPECT_GE(links, 5u) << seed;
  }
}

TEST(WorldsTest, AnEngineSeedHoldsManyDeedsRecordsAndFaults) {
  const Terrain terrain(PackNamed("small"));
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Outcome outcome = simulation::Run(terrain, Generate(terrain, seed, SeedKind::kEngine));
    EXPECT_GE(outcome.events, 200u) << seed;
    EXPECT_GE(outcome.records, 50u) << seed;
    std::uint64_t faults = 0, kinds = 0;
    for (const std::uint64_t count : outcome.faults) {
      faults += count;
      kinds += count > 0 ? 1 : 0;
    }
    EXPECT_GE(faults, 10u) << seed;
    EXPECT_GE(kinds, 5u) << seed;
  }
}

// Each store write and each message of a run is a place to die at.
TEST(WorldsTest, TheEngineMayDieAtAnyEdge) {
  const Terrain terrain(PackNamed("small"));
  const History history = Generate(terrain, 1, SeedKind::kCore);
  const std::uint64_t edges = simulation::Run(terrain, history).edges;
  for (std::uint64_t edge = 1; edge <= edges; edge += 11) {
    RunOptions options;
    options.dies_at_edge = edge;
    const Outcome outcome = simulation::Run(terrain, history, options);
    EXPECT_TRUE(outcome.violations.empty()) << "edge " << edge << " of " << edges << ": " << (outcome.violations.empty() ? "" : outcome.violations.front().sentence);
  }
}

// A rule that is wrong shows, as few events, in the words of the pack.
TEST(ShrinkTest, WhatBreaksIsToldInAFewEvents) {
  const Terrain terrain(PackNamed("small"));
  const History history = Generate(terrain, 2, SeedKind::kEngine);
  RunOptions options;
  // An engine that forgot what its links hold: the checkers see what it knows.
  options.on_scene = [](Scene& scene) {
    for (Link& link : scene.links) link.members[Side::kLeft].key = "nowhere";
  };
  const Outcome outcome = simulation::Run(terrain, history, options);
  ASSERT_FALSE(outcome.violations.empty());

  const Shrunk shrunk = Shrink(terrain, history, outcome.violations.front(), options, [] { return false; });

  EXPECT_LE(shrunk.history.events.size(), 8u);
  EXPECT_EQ(shrunk.violation.checker, outcome.violations.front().checker);
}

}  // namespace
}  // namespace entente::simulation
