// Every row of the requirements of the rules language that this version fulfils has an example that runs: of a pack (`shows: [R02]`), or a
// test named here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "tests/examples/test_pack.h"

namespace entente {
namespace {

constexpr const char* kRows[] = {"R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R19", "R20",
                                 "R21", "R22", "R23", "R24", "R25", "R28", "R29", "R30", "R31", "R32", "R33", "R34", "R37", "R38", "R39"};

// Rows that no pack can say yet. Whoever makes one sayable adds an example with `shows: [ROW]`, and takes the row out here.
const std::set<std::string> kNotYet = {};

// What is not seen in what two systems hold is shown by a test: its file and its name.
struct ShownByTest {
  const char *row, *file, *test;
};
constexpr ShownByTest kShownByTests[] = {
    {"R01", "tests/examples/house_test.cc", "TEST(HouseExamplesTest, TheDeclaredCataloguesAreThoseOfTheConnectors)"},
    {"R11", "tests/pipeline/pack_rows_test.cc", "TEST(R11_Keys, ARecordWithoutARequiredKeyIsShownAndNotSent)"},
    {"R13", "tests/language/wildcards_test.cc", "TEST_F(Wildcards, StandForEveryFieldThatBothSidesHaveWithTheSameType)"},
    {"R20", "tests/pipeline/seal_test.cc", "TEST_F(R20_Seal, AChangeOfAPostedAmountIsToldAndNotPassedOn)"},
    {"R29", "tests/pipeline/pack_rows_test.cc", "TEST_F(R29_CompanyScope, AfterAPauseSageWinsOnSharedFieldsAndTheLoserIsKept)"},
    {"R30", "tests/pipeline/window_test.cc", "TEST(R30_Window, AWriteDecidedByDayWaitsForTheNight)"},
    {"R31", "tests/pipeline/pack_rows_test.cc", "TEST(R31_Budgets, SoManyOperationsAreUnderWayAtATime)"},
    {"R37", "tests/examples/examples_test.cc", "TEST(ExamplesTest, AnOverlayRunsItsOwnAndThoseItExtends)"},
    {"R39", "tests/rpc/views_test.cc", "TEST(MaskedTest, WhatIsShownOfARecordHidesAPersonsDataAndAConflictShowsItsValues)"},
};

// Rows that examples of the house show, those that hold.
std::set<std::string> Shown() {
  std::set<std::string> rows;
  for (const auto& entry : std::filesystem::directory_iterator(HouseRules())) {
    // `base` is no pack to run.
    if (!entry.is_directory() || entry.path().filename() == "base") continue;
    const auto reports = RunExamples(entry.path().string());
    EXPECT_TRUE(reports.ok()) << reports.status();
    if (!reports.ok()) continue;
    for (const ExampleReport& report : *reports) {
      if (report.holds()) rows.insert(report.shows.begin(), report.shows.end());
    }
  }
  return rows;
}

TEST(LanguageRowsTest, EachHasAnExampleThatRuns) {
  std::set<std::string> shown = Shown();
  for (const ShownByTest& one : kShownByTests) {
    const std::string text = ReadText(std::string(ENTENTE_SOURCE_DIR) + "/" + one.file);
    EXPECT_NE(text.find(one.test), std::string::npos) << one.row << ": " << one.file << " has no " << one.test;
    shown.insert(one.row);
  }
  for (const char* row : kRows) EXPECT_NE(shown.contains(row), kNotYet.contains(row)) << row << (kNotYet.contains(row) ? " is shown now: take it out of kNotYet" : " has no example that holds");
  const std::set<std::string> known(std::begin(kRows), std::end(kRows));
  for (const std::string& row : shown) EXPECT_TRUE(known.contains(row)) << row << " is shown, and no row has that number";
}

}  // namespace
}  // namespace entente
