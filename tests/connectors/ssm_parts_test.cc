#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "connectors/ssm/codec.h"
#include "connectors/ssm/cursor.h"
#include "connectors/ssm/folding.h"
#include "connectors/ssm/instant.h"
#include "connectors/ssm/json.h"
#include "connectors/ssm/pages.h"
#include "connectors/ssm/seen.h"
#include "connectors/sdk/values.h"
#include "connectors/ssm/specs.h"
#include "connectors/ssm/task.h"

namespace entente::ssm {
namespace {

TEST(SsmJson, NumbersKeepTheirText) {
  const auto json = ParseJson(R"({"a":0.1,"b":12345678901234567890123.45,"c":1.50e2,"d":-7})");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->Find("a")->text(), "0.1");
  EXPECT_EQ(json->Find("b")->text(), "12345678901234567890123.45");
  EXPECT_EQ(json->Find("c")->text(), "1.50e2");
  EXPECT_EQ(json->Dump(), R"({"a":0.1,"b":12345678901234567890123.45,"c":1.50e2,"d":-7})");
}

TEST(SsmJson, NamesAreFoundWithoutCase) {
  const auto json = ParseJson(R"({"salesorderId":{"id":5,"value":""},"Message":"ok"})");
  EXPECT_EQ(IdIn(*json, "salesOrderId"), "5");
  EXPECT_EQ(json->Find("message")->text(), "ok");
}

TEST(SsmJson, BrokenOrTooDeepTextIsNone) {
  EXPECT_FALSE(ParseJson("{\"a\":").has_value());
  EXPECT_FALSE(ParseJson(std::string(100, '[') + std::string(100, ']')).has_value());
}

RC_GTEST_PROP(SsmJson, StringsSurvive, ()) {
  const auto text = *rc::gen::string<std::string>();
  std::string ascii;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x80) ascii.push_back(c);
  }
  RC_ASSERT(ParseJson(Json::String(ascii).Dump())->text() == ascii);
}

TEST(SsmInstant, FractionDigitsMayBeMissing) {
  EXPECT_EQ(ParseInstant("2024-05-01T10:00:00Z")->micros, 1714557600000000);
  EXPECT_EQ(ParseInstant("2024-05-01T10:00:00.5Z")->micros, 1714557600500000);
  EXPECT_EQ(ParseInstant("2024-05-01T10:00:00.123Z")->width_micros, 1000);
  EXPECT_EQ(ParseInstant("2024-05-01 10:00:00")->width_micros, 1000000);
  EXPECT_EQ(FormatInstant(1714557600500000), "2024-05-01T10:00:00.500Z");
  EXPECT_FALSE(ParseInstant("2024-02-30T10:00:00Z").has_value());
  EXPECT_FALSE(ParseInstant("yesterday").has_value());
}

TEST(SsmReferences, ObjectsBareIdsAndNothing) {
  EXPECT_EQ(IdIn(*ParseJson(R"({"r":{"id":7,"value":"x"}})"), "r"), "7");
  EXPECT_EQ(IdIn(*ParseJson(R"({"r":7})"), "r"), "7");
  EXPECT_EQ(IdIn(*ParseJson(R"({"r":"7"})"), "r"), "7");
  EXPECT_EQ(IdIn(*ParseJson(R"({"r":null})"), "r"), "");
  EXPECT_EQ(IdIn(*ParseJson(R"({"r":{"id":0}})"), "r"), "");
}

TEST(SsmKeys, APriceIsKeyedByItsPair) {
  EXPECT_EQ(KeyOf(*FindResource("productRates"), *ParseJson(R"({"id":9,"productId":{"id":3},"rateId":4})")), "3|4");
  EXPECT_EQ(KeyOf(*FindResource("accounts"), *ParseJson(R"({"id":9})")), "9");
}

TEST(SsmWhere, TextThatCannotBeQuotedIsNeverSent) {
  EXPECT_EQ(EqualsText("extId", "C'1"), std::nullopt);
  EXPECT_EQ(EqualsText("extId", "C1"), "extId = 'C1'");
}

TEST(SsmLabels, CaseAndAccentsAreFolded) {
  EXPECT_EQ(FoldedLabel(" Société À Responsabilité "), FoldedLabel("societe a responsabilite"));
  EXPECT_NE(FoldedLabel("Client"), FoldedLabel("Clients"));
}

TEST(SsmHolds, NumbersAndDaysAreComparedByWorth) {
  EXPECT_TRUE(HoldsValue(sdk::DecimalValue("0"), sdk::IntValue(0)));
  EXPECT_FALSE(HoldsValue(sdk::DecimalValue("0.5"), sdk::IntValue(0)));
  EXPECT_TRUE(HoldsValue(sdk::TimestampValue(86400000000), sdk::DateValue(1)));
  EXPECT_TRUE(HoldsValue(sdk::NullValue(), sdk::Text("")));
  EXPECT_FALSE(HoldsValue(sdk::Text("a"), sdk::NullValue()));
}

TEST(SsmHolds, OfALineOnlyWhatIsWantedCounts) {
  const v1::Value there = sdk::ListOf({sdk::MapOf({{"lineId", sdk::IntValue(7)}, {"price", sdk::DecimalValue("2.5")}, {"order", sdk::IntValue(1)}})});
  EXPECT_TRUE(HoldsValue(there, sdk::ListOf({sdk::MapOf({{"price", sdk::DecimalValue("2.5")}, {"lineId", sdk::IntValue(9)}})})));
  EXPECT_FALSE(HoldsValue(there, sdk::ListOf({sdk::MapOf({{"price", sdk::DecimalValue("2.6")}})})));
  EXPECT_FALSE(HoldsValue(there, sdk::ListOf({})));
}

constexpr std::int64_t kHour = 3600LL * 1000000;

TEST(SsmCursor, NeverPassesWhatMayStillBecomeVisible) {
  const Cursor start = *Cursor::Parse("2024-05-01T00:00:00.000Z");
  const std::int64_t began = start.micros() + kHour;

  const Cursor busy = start.After(began + 1000, began, absl::Minutes(20), absl::Minutes(5));
  EXPECT_EQ(busy.micros(), began - kHour / 12);

  const Cursor quiet = start.After(start.micros() + kHour / 2, began, absl::Seconds(1), absl::Minutes(5));
  EXPECT_EQ(quiet.micros(), start.micros() + kHour / 2 - 1000000);
}

TEST(SsmCursor, WithoutAServerClockTheLengthOfTheReadIsTakenOff) {
  const Cursor start = *Cursor::Parse("2024-05-01T00:00:00.000Z");
  const Cursor next = start.After(start.micros() + kHour, std::nullopt, absl::Minutes(10), absl::Minutes(5));
  EXPECT_EQ(next.micros(), start.micros() + kHour - kHour / 4);
}

TEST(SsmCursor, NeverGoesBackAndReadsItsOwnText) {
  const Cursor start = *Cursor::Parse("2024-05-01T00:00:00.000Z");
  EXPECT_EQ(start.After(start.micros(), start.micros(), absl::ZeroDuration(), absl::Minutes(5)).text(), start.text());
  EXPECT_FALSE(Cursor::Parse("not ours").has_value());
}

TEST(SsmSeen, TheSameContentIsReportedOnceUntilItIsWritten) {
  Seen seen;
  seen.BeginPoll("r", 1);
  seen.Remember("r", "k", "content", 2);
  EXPECT_TRUE(seen.IsRepeat("r", "k", "content"));
  EXPECT_FALSE(seen.IsRepeat("r", "k", "other"));

  seen.NoteWrite("r", "k", 5);
  EXPECT_FALSE(seen.IsRepeat("r", "k", "content"));
  seen.Remember("r", "k", "content", 4);  // read before the write ended: to be reported once more
  EXPECT_FALSE(seen.IsRepeat("r", "k", "content"));
  seen.Remember("r", "k", "content", 6);
  EXPECT_TRUE(seen.IsRepeat("r", "k", "content"));
}

TEST(SsmSeen, WhatTwoPollsDidNotSeeIsForgotten) {
  Seen seen;
  seen.Remember("r", "k", "content", 2);
  seen.BeginPoll("r", 3);
  seen.BeginPoll("r", 4);
  EXPECT_FALSE(seen.IsRepeat("r", "k", "content"));
}

}  // namespace
}  // namespace entente::ssm
