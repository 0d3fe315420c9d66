#include <algorithm>

#include "engine/core/calendar.h"
#include "engine/core/timezone.h"
#include "engine/language/expression/arithmetic.h"
#include "engine/language/expression/function.h"

namespace entente {
namespace {

using Kind = Type::Kind;
using Arguments = std::span<const Value* const>;

constexpr TypeSet kMoment = SetOf(Kind::kTimestamp, Kind::kDate);
constexpr TypeSet kText = SetOf(Kind::kText);
constexpr TypeSet kInt = SetOf(Kind::kInt);

// UTC unless the argument names a zone; empty when it is not known.
std::optional<TimeZone> ZoneAt(Arguments arguments, std::size_t i) {
  if (arguments.size() <= i) return TimeZone();
  return TimeZone::Named(arguments[i]->TextOrEmpty());
}

Fault UnknownZone(Arguments arguments, std::size_t i) {
  return {"the time zone '" + arguments[i]->ToDisplay() + "' is not known; write a name such as Europe/Paris or an offset such as +02:00"};
}

Outcome DateOfText(std::string_view text) {
  if (const auto day = ParseDate(text)) return Value(*day);
  return Fault{"a text is not a date; write it as 2024-03-05"};
}

// date(text), date(timestamp[, zone]), date(year, month, day).
Outcome DateFrom(Arguments arguments) {
  const Value& first = *arguments[0];
  if (const auto* year = first.As<std::int64_t>()) {
    if (arguments.size() != 3 || !arguments[1]->As<std::int64_t>()) return Fault{"date() of numbers takes a year, a month and a day"};
    const std::int64_t month = *arguments[1]->As<std::int64_t>();
    const std::int64_t day_of_month = *arguments[2]->As<std::int64_t>();
    const bool is_small = month >= 1 && month <= 12 && day_of_month >= 1 && day_of_month <= 31;
    const auto day = is_small ? FromCivil({*year, static_cast<int>(month), static_cast<int>(day_of_month)}) : std::nullopt;
    if (!day) return Fault{"there is no such day in the calendar"};
    return Value(*day);
  }
  if (arguments.size() > 2) return Fault{"date() takes a text, a timestamp with a time zone, or a year, a month and a day"};
  if (const auto* text = first.As<std::string>()) return DateOfText(*text);
  const auto* moment = first.As<Timestamp>();
  if (!moment) return first;
  if (arguments.size() > 1 && !arguments[1]->As<std::string>()) return Fault{"the second argument of date() names a time zone"};
  const auto zone = ZoneAt(arguments, 1);
  if (!zone) return UnknownZone(arguments, 1);
  return Value(zone->DayAt(*moment));
}

// timestamp(text), timestamp(date[, zone]), timestamp(seconds since 1970).
Outcome TimestampFrom(Arguments arguments) {
  const Value& first = *arguments[0];
  if (const auto* text = first.As<std::string>()) {
    if (const auto moment = ParseTimestamp(*text)) return InRange(*moment);
    return Fault{"a text is not a timestamp; write it as 2024-03-05T08:00:00Z"};
  }
  if (const auto* seconds = first.As<std::int64_t>()) {
    std::int64_t micros = 0;
    if (__builtin_mul_overflow(*seconds, kMicrosPerSecond, &micros)) return Fault{"the result lies outside the range of time"};
    return InRange(Timestamp{micros});
  }
  const auto* day = first.As<Date>();
  if (!day) return first;
  const auto zone = ZoneAt(arguments, 1);
  if (!zone) return UnknownZone(arguments, 1);
  return InRange(zone->StartOf(*day));
}

Outcome DurationFrom(Arguments arguments) {
  const auto* text = arguments[0]->As<std::string>();
  if (!text) return *arguments[0];
  if (const auto duration = ParseDuration(*text)) return InRange(*duration);
  return Fault{"a text is not a duration; write it as 1h30m, 90s or 2d"};
}

enum class Part { kYear, kMonth, kDate, kDayOfMonth, kDayOfWeek, kDayOfYear, kHours, kMinutes, kSeconds, kMilliseconds };

std::int64_t PartOfDuration(Duration duration, Part part) {
  switch (part) {
    case Part::kHours: return duration.micros / (3600 * kMicrosPerSecond);
    case Part::kMinutes: return duration.micros / (60 * kMicrosPerSecond);
    case Part::kSeconds: return duration.micros / kMicrosPerSecond;
    default: return duration.micros % kMicrosPerSecond / 1000;
  }
}

std::int64_t PartOfMoment(Timestamp local, Part part) {
  const Date day = DayOf(local);
  const CivilDay civil = ToCivil(day);
  const std::int64_t micros = local.micros - MidnightOf(day).micros;
  switch (part) {
    case Part::kYear: return civil.year;
    case Part::kMonth: return civil.month - 1;
    case Part::kDate: return civil.day;
    case Part::kDayOfMonth: return civil.day - 1;
    case Part::kDayOfWeek: return DayOfWeek(day);
    case Part::kDayOfYear: return DayOfYear(day) - 1;
    case Part::kHours: return micros / (3600 * kMicrosPerSecond);
    case Part::kMinutes: return micros / (60 * kMicrosPerSecond) % 60;
    case Part::kSeconds: return micros / kMicrosPerSecond % 60;
    case Part::kMilliseconds: return micros % kMicrosPerSecond / 1000;
  }
  return 0;
}

template <Part part>
Outcome Get(Arguments arguments) {
  if (const auto* duration = arguments[0]->As<Duration>()) return Value(PartOfDuration(*duration, part));
  if (const auto* day = arguments[0]->As<Date>()) return Value(PartOfMoment(MidnightOf(*day), part));
  const auto zone = ZoneAt(arguments, 1);
  if (!zone) return UnknownZone(arguments, 1);
  return Value(PartOfMoment(zone->ToLocal(*arguments[0]->As<Timestamp>()), part));
}

// format_date(date or timestamp, 'fr' | 'en' | 'iso'[, zone])
Outcome FormatDateOf(Arguments arguments) {
  const auto zone = ZoneAt(arguments, 2);
  if (!zone) return UnknownZone(arguments, 2);
  const auto* day = arguments[0]->As<Date>();
  const std::string iso = FormatDate(day ? *day : zone->DayAt(*arguments[0]->As<Timestamp>()));
  const std::string_view form = arguments[1]->TextOrEmpty();
  if (form == "fr") return Value(iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4));
  if (form == "en" || form == "iso") return Value(iso);
  return Fault{"format_date() knows the forms fr, en and iso"};
}

int DecimalsOf(std::string_view currency) {
  for (const std::string_view whole : {"JPY", "KRW", "CLP", "ISK", "VND", "XAF", "XOF", "XPF"}) {
    if (whole == currency) return 0;
  }
  for (const std::string_view thousandths : {"BHD", "JOD", "KWD", "LYD", "OMR", "TND"}) {
    if (thousandths == currency) return 3;
  }
  return 2;
}

// "1 234,50 EUR" with no-break spaces, the decimals of the currency.
Outcome FormatAmount(Arguments arguments) {
  const std::string currency(arguments[1]->TextOrEmpty());
  const std::string digits = AsDecimal(*arguments[0])->ToFixed(DecimalsOf(currency));
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > first && i < point && (point - i) % 3 == 0) text += "\xC2\xA0";
    text += digits[i] == '.' ? ',' : digits[i];
  }
  return Value(currency.empty() ? text : text + "\xC2\xA0" + currency);
}

}  // namespace

void AddTimeFunctions(std::vector<Function>* functions) {
  const auto add = [functions](std::string_view name, Outcome (*call)(Arguments), std::vector<TypeSet> allowed, int min, int max,
                               Type (*result)(std::span<const Type>)) {
    functions->push_back({name, min, max, std::move(allowed), result, call, Function::OnNull::kNull});
  };
  add("date", DateFrom, {kMoment | kText | kInt, kText | kInt, kInt}, 1, 3, Gives<Kind::kDate>);
  add("timestamp", TimestampFrom, {kMoment | kText | kInt, kText}, 1, 2, Gives<Kind::kTimestamp>);
  add("duration", DurationFrom, {kText | SetOf(Kind::kDuration)}, 1, 1, Gives<Kind::kDuration>);
  add("getFullYear", Get<Part::kYear>, {kMoment, kText}, 1, 2, Gives<Kind::kInt>);
  add("getMonth", Get<Part::kMonth>, {kMoment, kText}, 1, 2, Gives<Kind::kInt>);
  add("getDate", Get<Part::kDate>, {kMoment, kText}, 1, 2, Gives<Kind::kInt>);
  add("getDayOfMonth", Get<Part::kDayOfMonth>, {kMoment, kText}, 1, 2, Gives<Kind::kInt>);
  add("getDayOfWeek", Get<Part::kDayOfWeek>, {kMoment, kText}, 1, 2, Gives<Kind::kInt>);
  add("getDayOfYear", Get<Part::kDayOfYear>, {kMoment, kText}, 1, 2, Gives<Kind::kInt>);
  const TypeSet with_duration = kMoment | SetOf(Kind::kDuration);
  add("getHours", Get<Part::kHours>, {with_duration, kText}, 1, 2, Gives<Kind::kInt>);
  add("getMinutes", Get<Part::kMinutes>, {with_duration, kText}, 1, 2, Gives<Kind::kInt>);
  add("getSeconds", Get<Part::kSeconds>, {with_duration, kText}, 1, 2, Gives<Kind::kInt>);
  add("getMilliseconds", Get<Part::kMilliseconds>, {with_duration, kText}, 1, 2, Gives<Kind::kInt>);
  add("format_date", FormatDateOf, {kMoment, kText}, 2, 3, Gives<Kind::kText>);
  add("format_amount", FormatAmount, {SetOf(Kind::kInt, Kind::kDecimal), kText}, 2, 2, Gives<Kind::kText>);
}

}  // namespace entente
