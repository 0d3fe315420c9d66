#include "engine/core/schedule.h"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/core/calendar.h"

namespace entente {
namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
// A week ahead holds every day of the week, whatever the clock does in between.
constexpr int kDaysAhead = 8;

constexpr std::array<std::string_view, 7> kDays = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

bool Includes(const Weekdays& days, Date day) { return days.empty() || days.contains(DayOfWeek(day)); }

// The moment when the clock on the wall shows so many minutes of that day, which may be more than a day has.
Timestamp At(const TimeZone& clock, Date day, int minutes) { return clock.FromLocal(Later(MidnightOf(day), minutes * kMicrosPerMinute)); }

}  // namespace

std::optional<int> ParseClock(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  const int all = hours * 60 + minutes;
  return minutes > 59 || all > kMinutesPerDay ? std::nullopt : std::optional(all);
}

std::optional<int> WeekdayNamed(std::string_view name) {
  const auto found = std::find(kDays.begin(), kDays.end(), name);
  return found == kDays.end() ? std::nullopt : std::optional(static_cast<int>(found - kDays.begin()));
}

std::vector<std::string> WeekdayNames() {
  std::vector<std::string> names(kDays.begin() + 1, kDays.end());
  names.emplace_back(kDays.front());
  return names;
}

Timestamp Window::OpensAt(Timestamp now) const {
  const int length = to_minutes > from_minutes ? to_minutes - from_minutes : to_minutes - from_minutes + kMinutesPerDay;
  const Date today = clock.DayAt(now);
  Timestamp next{std::numeric_limits<std::int64_t>::max()};
  for (int ahead = -1; ahead <= kDaysAhead; ++ahead) {
    const Date day{today.days + ahead};
    if (!Includes(days, day)) continue;
    const Timestamp opens = At(clock, day, from_minutes);
    const Timestamp closes = At(clock, day, from_minutes + length);
    if (opens <= now && now < closes) return now;
    if (opens > now) next = std::min(next, opens);
  }
  return next;
}

Timestamp Calendar::NextAfter(Timestamp moment) const {
  const Date today = clock.DayAt(moment);
  Timestamp next{std::numeric_limits<std::int64_t>::max()};
  for (int ahead = 0; ahead <= kDaysAhead; ++ahead) {
    const Date day{today.days + ahead};
    if (!Includes(days, day)) continue;
    for (const int minute : minutes) {
      const Timestamp at = At(clock, day, minute);
      if (at > moment) next = std::min(next, at);
    }
  }
  return next;
}

}  // namespace entente
