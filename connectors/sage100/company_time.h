#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace entente::sage100 {

// How finely a column keeps the time of the last change.
enum class ChangePrecision {
  kMinute,  // smalldatetime: rounded to the nearest minute, so up to 30 s in the future
  kSecond,  // datetime cut to the second
};

// An interval in UTC microseconds; both 0 when nothing is known.
struct ChangeInterval {
  std::int64_t from_micros = 0;
  std::int64_t to_micros = 0;
};

// Reads "2026-11-22", "2026-11-22 08:30:00", with T for the space and with a fraction. Empty for anything else.
std::optional<absl::CivilSecond> ParseLocal(std::string_view text);

// The one text form local times are compared and bound in: "2026-11-22 08:30:00".
std::string FormatLocal(absl::CivilSecond time);

// The zone in which Sage writes its times.
//
// A plain value: any thread.
class CompanyTime {
 public:
  // INVALID_ARGUMENT for a zone the system does not know.
  static absl::StatusOr<CompanyTime> Load(const std::string& zone);

  // In which a change with this cbModification happened. The hour repeated in autumn gives an interval an hour wide.
  ChangeInterval Interval(absl::CivilSecond modification, ChangePrecision precision) const;

  // True inside the hour that autumn repeats: such a time names two instants.
  bool IsRepeated(absl::CivilSecond local) const;

  absl::CivilSecond ToLocal(absl::Time time) const;
  // Earliest instant that carries this local time.
  absl::Time ToUtc(absl::CivilSecond local) const;
  // Offset from UTC at an instant.
  absl::Duration OffsetAt(absl::Time time) const;
  const std::string& zone() const { return name_; }

 private:
  CompanyTime(std::string name, absl::TimeZone zone) : name_(std::move(name)), zone_(zone) {}

  std::string name_;
  absl::TimeZone zone_;
};

}  // namespace entente::sage100
