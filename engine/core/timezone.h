#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/value.h"

namespace entente {

// The civil time of a place, by the rules in force since 1996 (European Union), 2007 (North America) and 2008 (south-eastern Australia).
//
// Built in, so that the same input gives the same answer on every machine: no zone files are read. Zones with other rules are not known.
// A plain value; any thread.
class TimeZone {
 public:
  // UTC.
  TimeZone() = default;
  // "Europe/Paris", "UTC", or a fixed offset "+02:00" / "-04:30" / "02:00". Empty when it is not known.
  static std::optional<TimeZone> Named(std::string_view name);
  // The names known, for messages and set-up forms.
  static std::vector<std::string_view> Names();

  // What the clock on the wall shows then, as if that were UTC.
  Timestamp ToLocal(Timestamp utc) const;
  // The moment when the clock on the wall shows `local`. In the hour that happens twice, the first; in the one that is skipped, as if the
  // clock had not yet been moved.
  Timestamp FromLocal(Timestamp local) const;

  // The day on the calendar of the place.
  Date DayAt(Timestamp utc) const;
  // The moment when that day begins.
  Timestamp StartOf(Date day) const;

  friend bool operator==(const TimeZone&, const TimeZone&) = default;

 private:
  enum class Summer { kNone, kEurope, kAmerica, kAustralia };
  struct Entry;

  TimeZone(int offset_minutes, Summer summer) : offset_minutes_(offset_minutes), summer_(summer) {}
  std::int64_t OffsetMicros(Timestamp utc) const;

  static const std::vector<Entry>& Entries();

  int offset_minutes_ = 0;
  Summer summer_ = Summer::kNone;
};

}  // namespace entente
