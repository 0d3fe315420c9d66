#pragma once

#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/ssm_world.h"

namespace entente {

inline void PrintTo(const Value& value, std::ostream* out) { *out << value.TypeName() << " " << value.ToDisplay(); }

}  // namespace entente

// What the tests of requirement rows share. Each row is one test named with its id, and ends with a pass that finds nothing to do.
namespace entente::testing {

using Parameters = std::map<std::string, std::string>;

inline void ExpectSecondPassWritesNothing(World& world) {
  world.ResetCounts();
  world.Reconcile();
  EXPECT_EQ(world.writes(), 0) << world.Story();
  EXPECT_TRUE(world.status().quiet) << world.Story();
}

// Entries of a link's history of one kind.
inline std::vector<JournalEntry> Told(World& world, LinkId link, const std::string& kind) {
  std::vector<JournalEntry> entries;
  for (JournalEntry& entry : world.History(link)) {
    if (entry.kind == kind) entries.push_back(std::move(entry));
  }
  return entries;
}

// Links parked with a reason.
inline std::vector<Link> ParkedLinks(World& world, const std::string& reason) {
  std::vector<Link> links;
  for (Link& link : world.Links()) {
    if (link.parked && link.parked->reason == reason) links.push_back(std::move(link));
  }
  return links;
}

}  // namespace entente::testing
