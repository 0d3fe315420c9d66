#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "engine/simulation/world.h"
#include "tests/simulation/packs.h"

// Connectors that lie, one way each: nothing illegal is written, whatever they say, and status names what tells people of it.
namespace entente::simulation {
namespace {

constexpr std::uint64_t kSeeds = 3;

Outcome Lied(Lie lie, std::uint64_t seed) {
  static const Terrain terrain(PackNamed("small"));
  RunOptions options;
  options.lie = lie;
  options.liar = seed % 2 == 0 ? Side::kLeft : Side::kRight;
  History history = Generate(terrain, seed, SeedKind::kCore);
  // The messages of a liar go through their bytes like everybody's.
  history.kind = SeedKind::kEngine;
  return Run(terrain, history, options);
}

// What tells of a lie, by status: the reason of a work item or of a refused session, or the name of a counter. Any of them will do.
struct Told {
  Lie lie;
  std::vector<std::string> by;
  // In an honest world it does not occur.
  bool is_only_a_lie = true;
};

const std::vector<Told>& Table() {
  static const std::vector<Told> table = {
      {Lie::kEmptyListing, {"listed_incompletely", "mass_delete"}},
      {Lie::kHalfListing, {"listed_incompletely", "mass_delete"}},
      {Lie::kListingOfAnother, {"listing_without_end"}},
      {Lie::kListingNeverEnds, {"listing_without_end"}},
      {Lie::kListingEndsTwice, {"listing_not_asked_for"}},
      {Lie::kListingUnasked, {"listing_not_asked_for"}},
      {Lie::kDuplicateKeys, {"key_twice"}},
      {Lie::kCursorCycles, {"cursor_came_back"}},
      {Lie::kBatchOfUnknownResource, {"RESOURCE_UNKNOWN"}},
      {Lie::kBatchOfStaleSession, {"batches.of_ended_session"}},
      {Lie::kReadSeqGoesBack, {"changes.stale"}, false},
      {Lie::kDeletesUnknown, {"changes.deleted_unknown"}},
      {Lie::kKeyEmpty, {"key_missing"}},
      {Lie::kKeyChangesCase, {"key_changes_case"}},
      {Lie::kRowReused, {"row_of_another"}},
      {Lie::kRowsSwapped, {"row_of_another"}},
      {Lie::kRecordOfAnotherCompany, {"record_of_another_database"}},
      {Lie::kRekeyOntoAnother, {"former_key_lives"}},
      {Lie::kDatesTomorrow, {"change_time_impossible"}},
      {Lie::kDatesBeforeTime, {"change_time_impossible"}},
      {Lie::kWrongType, {"value_of_wrong_type"}},
      {Lie::kHugeText, {"value_too_long"}},
      {Lie::kUnknownField, {"ignored_fields"}},
      {Lie::kBadUtf8, {"MESSAGE_MALFORMED"}},
      {Lie::kNulls, {"record_empty"}},
      {Lie::kAckWithoutEffect, {"never_seen"}, false},
      {Lie::kEffectWithoutAck, {"answer_overdue"}},
      {Lie::kReceiptOfAnother, {"answer_of_another", "dead_letter"}},
      {Lie::kReceiptTwice, {"answers.not_awaited"}},
      {Lie::kReceiptUnasked, {"RESOURCE_UNKNOWN"}},
      {Lie::kResultNeverComes, {"answer_overdue"}},
      {Lie::kFoundAnother, {"answer_of_another"}},
      {Lie::kReadSaysGone, {"gone_and_there"}},
      {Lie::kReadyWithoutEnd, {"ready_without_bound"}},
      {Lie::kMovedOnForEver, {"moved_on"}},
      {Lie::kNoResources, {"resource_missing"}},
      {Lie::kAnotherCompany, {"COMPANY_CHANGED"}},
      {Lie::kAnotherSystem, {"SYSTEM_UNKNOWN"}},
      {Lie::kReadOnlyCatalogue, {"column_read_only"}},
  };
  return table;
}

class Lies : public ::testing::TestWithParam<Lie> {};

TEST_P(Lies, WriteNothingIllegalAndAreNamedByStatus) {
  std::set<std::string> shown;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Outcome outcome = Lied(GetParam(), seed);
    for (const auto& [reason, count] : outcome.shown) shown.insert(reason);
    for (const Violation& violation : outcome.violations) ADD_FAILURE() << "seed " << seed << " " << violation.checker << ": " << violation.sentence;
  }
  const auto told = std::find_if(Table().begin(), Table().end(), [](const Told& entry) { return entry.lie == GetParam(); });
  if (told == Table().end()) return;   // README.md says why nothing tells of it
  std::string all;
  for (const std::string& reason : shown) all += reason + " ";
  EXPECT_TRUE(std::any_of(told->by.begin(), told->by.end(), [&](const std::string& reason) { return shown.contains(reason); })) << "status named: " << all;
}

INSTANTIATE_TEST_SUITE_P(All, Lies, ::testing::ValuesIn(AllLies()), [](const auto& lie) { return std::string(NameOf(lie.param)); });

TEST(LiesTest, AnHonestConnectorIsCalledALiarByNothing) {
  for (std::uint64_t seed = 1; seed <= 2 * kSeeds; ++seed) {
    const Outcome outcome = Lied(Lie::kNone, seed);
    for (const Told& told : Table()) {
      for (const std::string& reason : told.by) {
        if (told.is_only_a_lie) EXPECT_FALSE(outcome.shown.contains(reason)) << "seed " << seed << " " << reason;
      }
    }
  }
}

}  // namespace
}  // namespace entente::simulation
