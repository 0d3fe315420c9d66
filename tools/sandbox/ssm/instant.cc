#include "tools/sandbox/ssm/instant.h"

#include <chrono>
#include <cstdio>

namespace entente::sandbox::ssm {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

struct Civil {
  year_month_day day;
  int hour, minute, second, millisecond;
  unsigned weekday;
};

Civil CivilOf(Instant instant) {
  const std::chrono::sys_time<milliseconds> time{milliseconds{instant}};
  const sys_days day = std::chrono::floor<days>(time);
  const std::int64_t rest = (time - day).count();
  return {year_month_day{day},
          static_cast<int>(rest / 3600000),
          static_cast<int>(rest / 60000 % 60),
          static_cast<int>(rest / 1000 % 60),
          static_cast<int>(rest % 1000),
          std::chrono::weekday{day}.c_encoding()};
}

// Reads exactly `count` digits off the front.
std::optional<int> TakeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

int TakeFraction(std::string_view& text) {
  int value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (; digits < 3; ++digits) value *= 10;
  return value;
}

// Milliseconds into the day; empty when the text is not a time.
std::optional<std::int64_t> TakeTime(std::string_view& text) {
  const auto hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !Take(text, ':')) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t value = (*hour * 60 + *minute) * 60000LL;
  if (!Take(text, ':')) return value;
  const auto second = TakeDigits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  value += *second * 1000LL;
  if (Take(text, '.')) value += TakeFraction(text);
  return value;
}

}  // namespace

std::string FormatInstant(Instant instant) {
  const Civil c = CivilOf(instant);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(c.day.year()), static_cast<unsigned>(c.day.month()),
                static_cast<unsigned>(c.day.day()), c.hour, c.minute, c.second);
  std::string out = buffer;
  if (c.millisecond != 0) {
    std::snprintf(buffer, sizeof buffer, ".%03d", c.millisecond);
    out += buffer;
    while (out.back() == '0') out.pop_back();
  }
  return out + "Z";
}

std::optional<Instant> ParseInstant(std::string_view text) {
  const auto year = TakeDigits(text, 4);
  if (!year || !Take(text, '-')) return std::nullopt;
  const auto month = TakeDigits(text, 2);
  if (!month || !Take(text, '-')) return std::nullopt;
  const auto day = TakeDigits(text, 2);
  if (!day) return std::nullopt;
  const year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  Instant instant = sys_days{date}.time_since_epoch().count() * 86400000LL;
  if (text.empty()) return instant;
  if (!Take(text, 'T') && !Take(text, ' ')) return std::nullopt;
  const auto time = TakeTime(text);
  if (!time) return std::nullopt;
  Take(text, 'Z');
  if (!text.empty()) return std::nullopt;
  return instant + *time;
}

std::string FormatHttpDate(Instant instant) {
  static const char* const kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil c = CivilOf(instant);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%s, %02u %s %04d %02d:%02d:%02d GMT", kDays[c.weekday], static_cast<unsigned>(c.day.day()),
                kMonths[static_cast<unsigned>(c.day.month()) - 1], static_cast<int>(c.day.year()), c.hour, c.minute, c.second);
  return buffer;
}

}  // namespace entente::sandbox::ssm
