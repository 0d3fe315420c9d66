#include "engine/core/schedule.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/core/calendar.h"

namespace entente {
namespace {

Timestamp At(const std::string& text) { return *ParseTimestamp(text); }

Window HoursOf(const std::string& from, const std::string& to, Weekdays days = {}, const std::string& zone = "Europe/Paris") {
  return {*ParseClock(from), *ParseClock(to), std::move(days), zone, *TimeZone::Named(zone)};
}

std::string Opens(const Window& window, const std::string& now) { return FormatTimestamp(window.OpensAt(At(now))); }

TEST(WindowTest, OfANightIsOpenPastMidnight) {
  const Window night = HoursOf("20:00", "06:00");
  EXPECT_EQ(Opens(night, "2026-01-15T18:59:59Z"), "2026-01-15T19:00:00Z");
  EXPECT_EQ(Opens(night, "2026-01-15T19:00:00Z"), "2026-01-15T19:00:00Z");
  EXPECT_EQ(Opens(night, "2026-01-16T04:59:59Z"), "2026-01-16T04:59:59Z");
  EXPECT_EQ(Opens(night, "2026-01-16T05:00:00Z"), "2026-01-16T19:00:00Z");
}

TEST(WindowTest, FollowsTheClockOnTheWallThroughTheYear) {
  const Window night = HoursOf("20:00", "06:00");
  EXPECT_EQ(Opens(night, "2026-07-15T12:00:00Z"), "2026-07-15T18:00:00Z");
  // The night in which clocks are put forward is an hour shorter, the other one an hour longer.
  EXPECT_EQ(Opens(night, "2026-03-29T03:59:59Z"), "2026-03-29T03:59:59Z");
  EXPECT_EQ(Opens(night, "2026-03-29T04:00:00Z"), "2026-03-29T18:00:00Z");
  EXPECT_EQ(Opens(night, "2026-10-25T04:59:59Z"), "2026-10-25T04:59:59Z");
  EXPECT_EQ(Opens(night, "2026-10-25T05:00:00Z"), "2026-10-25T19:00:00Z");
}

TEST(WindowTest, ANightBelongsToTheDayOnWhichItBegins) {
  // Friday to Saturday morning; 2026-01-16 is a Friday.
  const Window friday = HoursOf("20:00", "06:00", {5}, "UTC");
  EXPECT_EQ(Opens(friday, "2026-01-17T03:00:00Z"), "2026-01-17T03:00:00Z");
  EXPECT_EQ(Opens(friday, "2026-01-17T06:00:00Z"), "2026-01-23T20:00:00Z");
  EXPECT_EQ(Opens(friday, "2026-01-16T03:00:00Z"), "2026-01-16T20:00:00Z");
}

TEST(WindowTest, OfEqualHoursIsTheWholeDay) {
  const Window sunday = HoursOf("00:00", "00:00", {0}, "UTC");
  EXPECT_EQ(Opens(sunday, "2026-01-18T23:59:59Z"), "2026-01-18T23:59:59Z");
  EXPECT_EQ(Opens(sunday, "2026-01-19T00:00:00Z"), "2026-01-25T00:00:00Z");
  EXPECT_EQ(Opens(HoursOf("08:00", "24:00", {}, "UTC"), "2026-01-19T23:59:59Z"), "2026-01-19T23:59:59Z");
}

TEST(CalendarTest, GivesTheNextOfItsHours) {
  const Calendar calendar{{6 * 60, 18 * 60 + 30}, {1, 2, 3, 4, 5}, "Europe/Paris", *TimeZone::Named("Europe/Paris")};
  const auto next = [&](const std::string& moment) { return FormatTimestamp(calendar.NextAfter(At(moment))); };
  EXPECT_EQ(next("2026-01-16T05:00:00Z"), "2026-01-16T17:30:00Z");
  EXPECT_EQ(next("2026-01-16T04:59:59Z"), "2026-01-16T05:00:00Z");
  EXPECT_EQ(next("2026-01-16T17:30:00Z"), "2026-01-19T05:00:00Z") << "Friday evening: Monday morning";
}

TEST(ClockTest, IsHoursAndMinutes) {
  EXPECT_EQ(ParseClock("00:00"), 0);
  EXPECT_EQ(ParseClock("06:30"), 390);
  EXPECT_EQ(ParseClock("24:00"), 1440);
  for (const char* text : {"", "6:30", "24:01", "12:60", "20h00", "1200", "20:0x"}) EXPECT_EQ(ParseClock(text), std::nullopt) << text;
  EXPECT_EQ(WeekdayNamed("monday"), 1);
  EXPECT_EQ(WeekdayNamed("lundi"), std::nullopt);
}

// Whenever one asks, what a window answers is open, and nothing between was.
RC_GTEST_PROP(WindowLaws, OpensAtTheFirstMomentItIsOpen, ()) {
  Window window;
  window.from_minutes = *rc::gen::inRange(0, 1440);
  window.to_minutes = *rc::gen::inRange(0, 1441);
  window.zone = *rc::gen::element<std::string>("Europe/Paris", "UTC", "America/New_York");
  window.clock = *TimeZone::Named(window.zone);
  for (int day : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 7))) window.days.insert(day);
  const Timestamp now{*rc::gen::inRange<std::int64_t>(1'700'000'000, 1'900'000'000) * kMicrosPerSecond};

  const Timestamp opens = window.OpensAt(now);

  RC_ASSERT(opens >= now);
  RC_ASSERT(window.OpensAt(opens) == opens);
  if (opens == now) return;
  const Timestamp between{now.micros + (opens.micros - now.micros) / 2};
  RC_ASSERT(window.OpensAt(between) == opens);
}

}  // namespace
}  // namespace entente
