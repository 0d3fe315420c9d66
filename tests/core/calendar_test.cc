#include "engine/core/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/core/timezone.h"

namespace entente {
namespace {

TEST(CalendarTest, DaysAreReadAndWritten) {
  EXPECT_EQ(ParseDate("1970-01-01"), Date{0});
  EXPECT_EQ(FormatDate(*ParseDate("2024-02-29")), "2024-02-29");
  EXPECT_EQ(FormatDate(*ParseDate("1753-01-01")), "1753-01-01");
  for (const char* text : {"2023-02-29", "2024-13-01", "2024-1-1", "2024-01-01 ", "", "0000-01-01"}) EXPECT_FALSE(ParseDate(text)) << text;
}

TEST(CalendarTest, MomentsAreReadWithTheirOffset) {
  EXPECT_EQ(FormatTimestamp(*ParseTimestamp("2024-03-05T08:00:00+02:00")), "2024-03-05T06:00:00Z");
  EXPECT_EQ(FormatTimestamp(*ParseTimestamp("2024-03-05 08:00:00.250Z")), "2024-03-05T08:00:00.25Z");
  EXPECT_EQ(FormatTimestamp(*ParseTimestamp("1969-12-31T23:59:59.999999Z")), "1969-12-31T23:59:59.999999Z");
  for (const char* text : {"2024-03-05T08:00:00", "2024-03-05T24:00:00Z", "2024-03-05", "2024-03-05T08:00Z"}) EXPECT_FALSE(ParseTimestamp(text)) << text;
}

TEST(CalendarTest, DurationsAddTheirParts) {
  EXPECT_EQ(ParseDuration("1h30m"), Duration{5'400'000'000});
  EXPECT_EQ(ParseDuration("-1.5s"), Duration{-1'500'000});
  EXPECT_EQ(ParseDuration("2d"), Duration{2 * kMicrosPerDay});
  EXPECT_EQ(FormatDuration({300'000}), "0.3s");
  for (const char* text : {"", "1", "h", "1x", "1h-2m", "0.0000001s", "99999999999d"}) EXPECT_FALSE(ParseDuration(text)) << text;
}

TEST(TimeZoneTest, ParisFollowsTheEuropeanSummer) {
  const TimeZone paris = *TimeZone::Named("Europe/Paris");
  EXPECT_EQ(FormatTimestamp(paris.StartOf(*ParseDate("2024-01-15"))), "2024-01-14T23:00:00Z");
  EXPECT_EQ(FormatTimestamp(paris.StartOf(*ParseDate("2024-07-15"))), "2024-07-14T22:00:00Z");
  EXPECT_EQ(FormatTimestamp(paris.ToLocal(*ParseTimestamp("2024-03-31T00:59:59Z"))), "2024-03-31T01:59:59Z");
  EXPECT_EQ(FormatTimestamp(paris.ToLocal(*ParseTimestamp("2024-03-31T01:00:00Z"))), "2024-03-31T03:00:00Z");
  EXPECT_EQ(FormatTimestamp(paris.ToLocal(*ParseTimestamp("2024-10-27T01:00:00Z"))), "2024-10-27T02:00:00Z");
  EXPECT_EQ(FormatDate(paris.DayAt(*ParseTimestamp("2024-06-30T22:30:00Z"))), "2024-07-01");
}

TEST(TimeZoneTest, AmericaAndFixedOffsetsAreKnown) {
  const TimeZone toronto = *TimeZone::Named("America/Toronto");
  EXPECT_EQ(FormatTimestamp(toronto.ToLocal(*ParseTimestamp("2024-03-10T06:59:59Z"))), "2024-03-10T01:59:59Z");
  EXPECT_EQ(FormatTimestamp(toronto.ToLocal(*ParseTimestamp("2024-03-10T07:00:00Z"))), "2024-03-10T03:00:00Z");
  EXPECT_EQ(FormatTimestamp(TimeZone::Named("-04:30")->ToLocal({0})), "1969-12-31T19:30:00Z");
  EXPECT_EQ(FormatTimestamp(TimeZone::Named("04:30")->ToLocal({0})), "1970-01-01T04:30:00Z");
  for (const char* name : {"Mars/Olympus", "4:30", "+0430", "24:00", ""}) EXPECT_FALSE(TimeZone::Named(name)) << name;
}

TEST(TimeZoneTest, InTheSouthSummerSpansTheNewYear) {
  const TimeZone sydney = *TimeZone::Named("Australia/Sydney");
  EXPECT_EQ(FormatTimestamp(sydney.ToLocal(*ParseTimestamp("2024-01-01T00:00:00Z"))), "2024-01-01T11:00:00Z");
  EXPECT_EQ(FormatTimestamp(sydney.ToLocal(*ParseTimestamp("2024-04-06T15:59:59Z"))), "2024-04-07T02:59:59Z");
  EXPECT_EQ(FormatTimestamp(sydney.ToLocal(*ParseTimestamp("2024-04-06T16:00:00Z"))), "2024-04-07T02:00:00Z");
  EXPECT_EQ(FormatTimestamp(sydney.ToLocal(*ParseTimestamp("2024-10-05T15:59:59Z"))), "2024-10-06T01:59:59Z");
  EXPECT_EQ(FormatTimestamp(sydney.ToLocal(*ParseTimestamp("2024-10-05T16:00:00Z"))), "2024-10-06T03:00:00Z");
}

RC_GTEST_PROP(CalendarLaws, EveryDayRoundTrips, ()) {
  const Date date{*rc::gen::inRange<std::int32_t>(-700'000, 2'900'000)};
  RC_ASSERT(FromCivil(ToCivil(date)) == date);
  RC_ASSERT(ParseDate(FormatDate(date)) == date);
}

RC_GTEST_PROP(CalendarLaws, EveryMomentRoundTrips, ()) {
  const Timestamp moment{*rc::gen::inRange<std::int64_t>(-50'000'000'000'000'000, 200'000'000'000'000'000)};
  RC_ASSERT(ParseTimestamp(FormatTimestamp(moment)) == moment);
}

RC_GTEST_PROP(CalendarLaws, TheDayOfItsStartIsTheDay, ()) {
  const TimeZone zone = *TimeZone::Named(*rc::gen::elementOf(TimeZone::Names()));
  const Date date{*rc::gen::inRange<std::int32_t>(10'000, 40'000)};
  RC_ASSERT(zone.DayAt(zone.StartOf(date)) == date);
}

}  // namespace
}  // namespace entente
