#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/timezone.h"
#include "engine/core/value.h"

// Hours on a wall clock, and when they come next. Pure values; any thread.
namespace entente {

// Days of the week, 0 for Sunday to 6; empty: every day.
using Weekdays = std::set<int>;

// Minutes after midnight of "20:00"; "24:00" is the end of the day. Empty for anything else.
std::optional<int> ParseClock(std::string_view text);
// 0 for "sunday" to 6; empty when it is no day.
std::optional<int> WeekdayNamed(std::string_view name);
std::vector<std::string> WeekdayNames();

// From one hour to another on the days it opens; past midnight where `to` is not after `from`. Both equal: the whole day.
struct Window {
  int from_minutes = 0;
  int to_minutes = 0;
  Weekdays days;
  std::string zone;
  TimeZone clock;
  friend bool operator==(const Window&, const Window&) = default;

  // `now` while it is open, else the moment it opens next.
  Timestamp OpensAt(Timestamp now) const;
};

// Hours of days.
struct Calendar {
  std::set<int> minutes;
  Weekdays days;
  std::string zone;
  TimeZone clock;
  friend bool operator==(const Calendar&, const Calendar&) = default;

  // The first of its moments after `moment`. REQUIRES: it has hours.
  Timestamp NextAfter(Timestamp moment) const;
};

}  // namespace entente
