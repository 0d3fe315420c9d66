#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/value.h"

namespace entente {

// A day of the Gregorian calendar as people write it. Pure values; any thread.
struct CivilDay {
  std::int64_t year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
  friend auto operator<=>(const CivilDay&, const CivilDay&) = default;
};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

CivilDay ToCivil(Date date);
// Empty when there is no such day or the year is outside 1 to 9999.
std::optional<Date> FromCivil(const CivilDay& day);

// 0 for Sunday to 6.
int DayOfWeek(Date date);
// 1 for the first of January.
int DayOfYear(Date date);

// "2024-03-05".
std::string FormatDate(Date date);
// "2024-03-05" and nothing else.
std::optional<Date> ParseDate(std::string_view text);

// RFC 3339 in UTC, with as many decimals as needed: "2024-03-05T08:00:00Z", "2024-03-05T08:00:00.25Z".
std::string FormatTimestamp(Timestamp timestamp);
// RFC 3339 with Z or an offset, at most six decimals; a space may stand for the T. Empty for anything else.
std::optional<Timestamp> ParseTimestamp(std::string_view text);

// "1h30m", "-2.5s", "300ms", "1d" … as CEL writes durations, plus d for 24 hours. Empty for anything else or what does not fit.
std::optional<Duration> ParseDuration(std::string_view text);
// In seconds with as many decimals as needed: "5400s", "0.3s".
std::string FormatDuration(Duration duration);

// The UTC day of a moment.
Date DayOf(Timestamp timestamp);
// The moment when a UTC day begins. Moments beyond the range of a timestamp (some 290,000 years) are its first or last one.
Timestamp MidnightOf(Date date);
Timestamp Later(Timestamp timestamp, std::int64_t micros);

}  // namespace entente
