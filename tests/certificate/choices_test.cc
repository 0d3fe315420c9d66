#include "engine/certificate/choices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace entente::certificate {
namespace {

using ::testing::ElementsAre;

TEST(ChoicesTest, EverySequenceIsGoneThroughOnce) {
  std::vector<std::string> runs;
  Choices choices;
  do {
    std::string run = std::to_string(choices.Choose(2));
    run += std::to_string(choices.Choose(3));
    runs.push_back(run);
  } while (choices.Next());

  EXPECT_THAT(runs, ElementsAre("00", "01", "02", "10", "11", "12"));
}

TEST(ChoicesTest, WhatIsAskedMayHangOnWhatWasAnswered) {
  std::vector<std::string> runs;
  Choices choices;
  do {
    std::string run = choices.Flip() ? "yes" : "no";
    if (run == "yes") run += std::to_string(choices.Choose(2));
    runs.push_back(run);
  } while (choices.Next());

  EXPECT_THAT(runs, ElementsAre("no", "yes0", "yes1"));
}

TEST(ChoicesTest, TheSameRunCanBeMadeAgain) {
  Choices choices;
  choices.Choose(3);
  ASSERT_TRUE(choices.Next());
  const int first = choices.Choose(3);

  choices.Again();

  EXPECT_EQ(choices.Choose(3), first);
}

TEST(ChoicesTest, ARunThatAsksNothingIsTheOnlyOne) { EXPECT_FALSE(Choices().Next()); }

}  // namespace
}  // namespace entente::certificate
