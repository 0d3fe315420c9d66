#include "engine/core/timezone.h"

#include "engine/core/calendar.h"

namespace entente {
namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;

// Sundays of a month: the `ordinal`th (1…), or the last (0).
Date SundayOf(std::int64_t year, int month, int ordinal) {
  if (ordinal == 0) {
    const Date last{FromCivil({year, month, 31})->days};
    return {last.days - DayOfWeek(last)};
  }
  const Date first = *FromCivil({year, month, 1});
  return {first.days + (7 - DayOfWeek(first)) % 7 + 7 * (ordinal - 1)};
}

std::int64_t At(Date day, std::int64_t hour) { return MidnightOf(day).micros + hour * kMicrosPerHour; }

std::optional<int> FixedOffset(std::string_view name) {
  const std::string signed_name = name.size() == 5 ? "+" + std::string(name) : std::string(name);
  if (signed_name.size() != 6 || (signed_name[0] != '+' && signed_name[0] != '-')) return std::nullopt;
  const auto moment = ParseTimestamp("1970-01-01T00:00:00" + signed_name);
  if (!moment) return std::nullopt;
  return static_cast<int>(-moment->micros / kMicrosPerMinute);
}

}  // namespace

struct TimeZone::Entry {
  std::string_view name;
  int offset_minutes;
  Summer summer;
};

const std::vector<TimeZone::Entry>& TimeZone::Entries() {
  static const std::vector<Entry> entries = {
      {"UTC", 0, Summer::kNone},
      {"Europe/Paris", 60, Summer::kEurope},
      {"Europe/Amsterdam", 60, Summer::kEurope},
      {"Europe/Andorra", 60, Summer::kEurope},
      {"Europe/Athens", 120, Summer::kEurope},
      {"Europe/Berlin", 60, Summer::kEurope},
      {"Europe/Brussels", 60, Summer::kEurope},
      {"Europe/Bucharest", 120, Summer::kEurope},
      {"Europe/Dublin", 0, Summer::kEurope},
      {"Europe/Lisbon", 0, Summer::kEurope},
      {"Europe/London", 0, Summer::kEurope},
      {"Europe/Luxembourg", 60, Summer::kEurope},
      {"Europe/Madrid", 60, Summer::kEurope},
      {"Europe/Monaco", 60, Summer::kEurope},
      {"Europe/Rome", 60, Summer::kEurope},
      {"Europe/Vienna", 60, Summer::kEurope},
      {"Europe/Warsaw", 60, Summer::kEurope},
      {"Europe/Zurich", 60, Summer::kEurope},
      {"Atlantic/Canary", 0, Summer::kEurope},
      {"Africa/Abidjan", 0, Summer::kNone},
      {"Africa/Algiers", 60, Summer::kNone},
      {"Africa/Dakar", 0, Summer::kNone},
      {"Africa/Tunis", 60, Summer::kNone},
      {"America/Cayenne", -180, Summer::kNone},
      {"America/Chicago", -360, Summer::kAmerica},
      {"America/Denver", -420, Summer::kAmerica},
      {"America/Guadeloupe", -240, Summer::kNone},
      {"America/Halifax", -240, Summer::kAmerica},
      {"America/Los_Angeles", -480, Summer::kAmerica},
      {"America/Martinique", -240, Summer::kNone},
      {"America/Miquelon", -180, Summer::kAmerica},
      {"America/Montreal", -300, Summer::kAmerica},
      {"America/New_York", -300, Summer::kAmerica},
      {"America/St_Johns", -210, Summer::kAmerica},
      {"America/Toronto", -300, Summer::kAmerica},
      {"Asia/Kathmandu", 345, Summer::kNone},
      {"Asia/Kolkata", 330, Summer::kNone},
      {"Asia/Tokyo", 540, Summer::kNone},
      {"Australia/Melbourne", 600, Summer::kAustralia},
      {"Australia/Sydney", 600, Summer::kAustralia},
      {"Indian/Mayotte", 180, Summer::kNone},
      {"Indian/Reunion", 240, Summer::kNone},
      {"Pacific/Noumea", 660, Summer::kNone},
      {"Pacific/Tahiti", -600, Summer::kNone},
      {"US/Central", -360, Summer::kAmerica},
      {"US/Eastern", -300, Summer::kAmerica},
      {"US/Mountain", -420, Summer::kAmerica},
      {"US/Pacific", -480, Summer::kAmerica},
  };
  return entries;
}

std::optional<TimeZone> TimeZone::Named(std::string_view name) {
  for (const Entry& entry : Entries()) {
    if (entry.name == name) return TimeZone(entry.offset_minutes, entry.summer);
  }
  if (const auto offset = FixedOffset(name)) return TimeZone(*offset, Summer::kNone);
  return std::nullopt;
}

std::vector<std::string_view> TimeZone::Names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : Entries()) names.push_back(entry.name);
  return names;
}

std::int64_t TimeZone::OffsetMicros(Timestamp utc) const {
  const std::int64_t standard = offset_minutes_ * kMicrosPerMinute;
  const std::int64_t year = ToCivil(DayOf(utc)).year;
  if (summer_ == Summer::kNone || year < 1 || year > 9999) return standard;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  if (summer_ == Summer::kEurope) {
    begin = At(SundayOf(year, 3, 0), 1);
    end = At(SundayOf(year, 10, 0), 1);
  } else if (summer_ == Summer::kAmerica) {
    begin = At(SundayOf(year, 3, 2), 2) - standard;
    end = At(SundayOf(year, 11, 1), 1) - standard;
  } else {
    // The year begins and ends in summer; both changes happen at two o'clock, standard time.
    const std::int64_t winter_begin = At(SundayOf(year, 4, 1), 2) - standard;
    const std::int64_t winter_end = At(SundayOf(year, 10, 1), 2) - standard;
    return utc.micros >= winter_begin && utc.micros < winter_end ? standard : standard + kMicrosPerHour;
  }
  return utc.micros >= begin && utc.micros < end ? standard + kMicrosPerHour : standard;
}

Timestamp TimeZone::ToLocal(Timestamp utc) const { return Later(utc, OffsetMicros(utc)); }

Timestamp TimeZone::FromLocal(Timestamp local) const {
  const std::int64_t standard = offset_minutes_ * kMicrosPerMinute;
  const Timestamp summer_guess = Later(local, -standard - kMicrosPerHour);
  if (summer_ != Summer::kNone && ToLocal(summer_guess) == local) return summer_guess;
  return Later(local, -standard);
}

Date TimeZone::DayAt(Timestamp utc) const { return DayOf(ToLocal(utc)); }

Timestamp TimeZone::StartOf(Date day) const { return FromLocal(MidnightOf(day)); }

}  // namespace entente
