// Keys the schema has and this release cannot do are refused where they stand, never passed over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/language/pack_loading.h"

namespace entente {
namespace {

using ::testing::HasSubstr;

std::string ProblemOf(const std::string& overlay) {
  PackLoading loading;
  loading.Overlay(overlay);
  EXPECT_FALSE(loading.LoadOverlay().ok()) << overlay;
  return loading.problems.empty() ? "" : loading.problems[0].ToString() + " " + loading.problems[0].remedy;
}

TEST(PackObeyedTest, AFlagThatIsOnIsRefused) {
  EXPECT_THAT(ProblemOf("flags: {images: true}\n"), HasSubstr("The flag `images` is on, and this release cannot do it yet."));
  EXPECT_TRUE(PackLoading().Overlay("flags: {images: false, drones: false}\n").LoadOverlay().ok());
}

TEST(PackObeyedTest, ALimitNothingKeepsIsRefused) {
  EXPECT_THAT(ProblemOf("limits: {ssm_calls_a_minute: 50}\n"), HasSubstr("ssm_calls_per_minute"));
  EXPECT_THAT(ProblemOf("limits: {ssm_poll_share_percent: 101}\n"), HasSubstr("from 1 to 100"));
  EXPECT_THAT(ProblemOf("limits: {ssm_operation_max: 5}\n"), HasSubstr("ssm_operations_max"));
  // Of a side that says nothing itself.
  const auto pack = PackLoading().Overlay("limits: {companies_max: 3}\nsides: {sage: {companies_max: ~}}\n").LoadOverlay();
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_EQ((*pack)->sides[Side::kLeft].companies_max, 3);
  EXPECT_EQ((*pack)->sides[Side::kRight].companies_max, 1);
}

TEST(PackObeyedTest, WhatNoFieldCanHoldIsRefused) {
  for (const char* formula : {"{1: 'a'}", "{true: 'a'}", "[{1: 'a'}]", "{'a': {1: 'b'}}", "duration('1h')"}) {
    EXPECT_THAT(ProblemOf(std::string("entities:\n  party:\n    fields:\n      branch:\n        sage: {formula: \"") + formula + "\"}\n"),
                HasSubstr("no field of a system can hold"))
        << formula;
  }
  EXPECT_TRUE(PackLoading().Overlay("entities:\n  party:\n    fields:\n      branch:\n        sage: {formula: \"{'a': 1}\"}\n").LoadOverlay().ok());
}

TEST(PackObeyedTest, TheWordsForErrorsAreThoseOfTheLastPack) {
  PackLoading loading;
  loading.Overlay("errors:\n  REFUSED: {reaction: wait, message: {fr: Attendez., en: Wait.}}\n");
  const auto pack = loading.LoadOverlay();
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_EQ((*pack)->errors.at("REFUSED").reaction, ErrorRule::Reaction::kWait);
  EXPECT_EQ((*pack)->errors.at("REFUSED").message_en, "Wait.");
  EXPECT_EQ((*pack)->errors.at("RECORD_LOCKED").reaction, ErrorRule::Reaction::kLock) << "the others are those of base";
}

TEST(PackObeyedTest, WhatIsSensitiveIsKnownByItsNativeNames) {
  const auto pack = PackLoading().LoadSsm();
  ASSERT_TRUE(pack.ok());
  const EntityRule& contact = *(*pack)->Entity("contact");
  EXPECT_TRUE(contact.sensitive_fields[Side::kLeft].contains("CT_Telephone"));
  EXPECT_TRUE(contact.sensitive_fields[Side::kRight].contains("phone1"));
  EXPECT_FALSE(contact.sensitive_fields[Side::kRight].contains("typeId"));
}

}  // namespace
}  // namespace entente
