#include "engine/core/calendar.h"

#include <limits>

#include "engine/core/decimal.h"

namespace entente {
namespace {

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Days from 1970-01-01, counting years from March so that the leap day comes last.
std::int64_t DaysFromCivil(std::int64_t year, int month, int day) {
  const std::int64_t shifted = month <= 2 ? year - 1 : year;
  const std::int64_t era = FloorDivide(shifted, 400);
  const std::int64_t year_of_era = shifted - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

std::string Padded(std::int64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

// Takes exactly `width` digits from the front.
std::optional<int> TakeDigits(std::string_view* text, std::size_t width) {
  if (text->size() < width) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const char c = (*text)[i];
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text->remove_prefix(width);
  return number;
}

bool TakeChar(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

std::optional<Date> TakeDate(std::string_view* text) {
  const auto year = TakeDigits(text, 4);
  if (!year || !TakeChar(text, '-')) return std::nullopt;
  const auto month = TakeDigits(text, 2);
  if (!month || !TakeChar(text, '-')) return std::nullopt;
  const auto day = TakeDigits(text, 2);
  if (!day) return std::nullopt;
  return FromCivil({*year, *month, *day});
}

// ".25" as micros; a text without a point is zero.
std::optional<std::int64_t> TakeFraction(std::string_view* text) {
  if (!TakeChar(text, '.')) return 0;
  std::int64_t micros = 0;
  std::int64_t weight = kMicrosPerSecond / 10;
  bool any = false;
  while (!text->empty() && text->front() >= '0' && text->front() <= '9') {
    if (weight == 0 && text->front() != '0') return std::nullopt;
    micros += (text->front() - '0') * weight;
    weight /= 10;
    any = true;
    text->remove_prefix(1);
  }
  if (!any) return std::nullopt;
  return micros;
}

// Minutes east of UTC.
std::optional<int> TakeOffset(std::string_view* text) {
  if (TakeChar(text, 'Z') || TakeChar(text, 'z')) return 0;
  const bool is_west = !text->empty() && text->front() == '-';
  if (!TakeChar(text, '+') && !TakeChar(text, '-')) return std::nullopt;
  const auto hours = TakeDigits(text, 2);
  if (!hours || !TakeChar(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int offset = *hours * 60 + *minutes;
  return is_west ? -offset : offset;
}

std::string WithFraction(std::string whole, std::int64_t micros) {
  if (micros == 0) return whole;
  std::string fraction = Padded(micros, 6);
  while (fraction.back() == '0') fraction.pop_back();
  return whole + "." + fraction;
}

std::optional<std::int64_t> TakeUnitMicros(std::string_view* text) {
  struct Unit {
    std::string_view name;
    std::int64_t micros;
  };
  static constexpr Unit kUnits[] = {{"ms", 1000}, {"us", 1}, {"d", kMicrosPerDay}, {"h", 3600 * kMicrosPerSecond}, {"m", 60 * kMicrosPerSecond}, {"s", kMicrosPerSecond}};
  for (const Unit& unit : kUnits) {
    if (text->substr(0, unit.name.size()) != unit.name) continue;
    text->remove_prefix(unit.name.size());
    return unit.micros;
  }
  return std::nullopt;
}

}  // namespace

CivilDay ToCivil(Date date) {
  const std::int64_t shifted = std::int64_t{date.days} + 719468;
  const std::int64_t era = FloorDivide(shifted, 146097);
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_from_march = static_cast<int>((5 * day_of_year + 2) / 153);
  const int day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  const int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::optional<Date> FromCivil(const CivilDay& day) {
  if (day.year < 1 || day.year > 9999 || day.month < 1 || day.month > 12 || day.day < 1 || day.day > 31) return std::nullopt;
  const Date date{static_cast<std::int32_t>(DaysFromCivil(day.year, day.month, day.day))};
  if (ToCivil(date) != day) return std::nullopt;
  return date;
}

int DayOfWeek(Date date) { return static_cast<int>(((std::int64_t{date.days} + 4) % 7 + 7) % 7); }

int DayOfYear(Date date) {
  const std::int64_t first = DaysFromCivil(ToCivil(date).year, 1, 1);
  return static_cast<int>(date.days - first + 1);
}

std::string FormatDate(Date date) {
  const CivilDay civil = ToCivil(date);
  return Padded(civil.year, 4) + "-" + Padded(civil.month, 2) + "-" + Padded(civil.day, 2);
}

std::optional<Date> ParseDate(std::string_view text) {
  const auto date = TakeDate(&text);
  if (!date || !text.empty()) return std::nullopt;
  return date;
}

Date DayOf(Timestamp timestamp) { return {static_cast<std::int32_t>(FloorDivide(timestamp.micros, kMicrosPerDay))}; }

Timestamp Later(Timestamp timestamp, std::int64_t micros) {
  std::int64_t moved = 0;
  if (!__builtin_add_overflow(timestamp.micros, micros, &moved)) return {moved};
  return {micros < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max()};
}

Timestamp MidnightOf(Date date) {
  std::int64_t micros = 0;
  if (!__builtin_mul_overflow(std::int64_t{date.days}, kMicrosPerDay, &micros)) return {micros};
  return {date.days < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max()};
}

std::string FormatTimestamp(Timestamp timestamp) {
  const Date day = DayOf(timestamp);
  const std::int64_t micros = timestamp.micros - MidnightOf(day).micros;
  const std::int64_t seconds = micros / kMicrosPerSecond;
  const std::string clock = Padded(seconds / 3600, 2) + ":" + Padded(seconds / 60 % 60, 2) + ":" + Padded(seconds % 60, 2);
  return FormatDate(day) + "T" + WithFraction(clock, micros % kMicrosPerSecond) + "Z";
}

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  const auto date = TakeDate(&text);
  if (!date || !(TakeChar(&text, 'T') || TakeChar(&text, 't') || TakeChar(&text, ' '))) return std::nullopt;
  const auto hours = TakeDigits(&text, 2);
  if (!hours || *hours > 23 || !TakeChar(&text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(&text, 2);
  if (!minutes || *minutes > 59 || !TakeChar(&text, ':')) return std::nullopt;
  const auto seconds = TakeDigits(&text, 2);
  if (!seconds || *seconds > 59) return std::nullopt;
  const auto fraction = TakeFraction(&text);
  if (!fraction) return std::nullopt;
  const auto offset = TakeOffset(&text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::int64_t second_of_day = *hours * 3600 + (*minutes - *offset) * 60 + *seconds;
  return Timestamp{std::int64_t{date->days} * kMicrosPerDay + second_of_day * kMicrosPerSecond + *fraction};
}

std::optional<Duration> ParseDuration(std::string_view text) {
  const bool is_negative = !text.empty() && text.front() == '-';
  if (!TakeChar(&text, '-')) TakeChar(&text, '+');
  if (text == "0") return Duration{};
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && (text[length] == '.' || (text[length] >= '0' && text[length] <= '9'))) ++length;
    const auto number = Decimal::Parse(text.substr(0, length));
    text.remove_prefix(length);
    const auto unit = TakeUnitMicros(&text);
    if (!number || !unit) return std::nullopt;
    const auto micros = Decimal::Multiply(*number, Decimal::FromInt(*unit));
    const auto whole = micros ? micros->ToInt() : std::nullopt;
    if (!whole || __builtin_add_overflow(total, *whole, &total)) return std::nullopt;
  }
  return Duration{is_negative ? -total : total};
}

std::string FormatDuration(Duration duration) {
  return Decimal::FromUnits(duration.micros, 6)->ToString() + "s";
}

}  // namespace entente
