#include "connectors/sage100/company_time.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace entente::sage100 {
namespace {

std::optional<int> Number(std::string_view text, std::size_t from, std::size_t count) {
  if (from + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = from; i < from + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::optional<absl::CivilSecond> ParseLocal(std::string_view text) {
  const auto year = Number(text, 0, 4), month = Number(text, 5, 2), day = Number(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 || *day > 31) return std::nullopt;
  const auto hour = Number(text, 11, 2), minute = Number(text, 14, 2), second = Number(text, 17, 2);
  const absl::CivilSecond out(*year, *month, *day, hour.value_or(0), minute.value_or(0), second.value_or(0));
  if (out.month() != *month || out.day() != *day) return std::nullopt;
  return out;
}

std::string FormatLocal(absl::CivilSecond t) {
  return absl::StrFormat("%04d-%02d-%02d %02d:%02d:%02d", t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second());
}

absl::StatusOr<CompanyTime> CompanyTime::Load(const std::string& zone) {
  absl::TimeZone loaded;
  if (!absl::LoadTimeZone(zone, &loaded)) {
    return absl::InvalidArgumentError(
        absl::StrCat("company_time_zone = \"", zone, "\": no such time zone here; use a name such as Europe/Paris, or install tzdata"));
  }
  return CompanyTime(zone, loaded);
}

ChangeInterval CompanyTime::Interval(absl::CivilSecond modification, ChangePrecision precision) const {
  const bool minute = precision == ChangePrecision::kMinute;
  const absl::TimeZone::TimeInfo info = zone_.At(modification);
  const absl::Time earliest = std::min(info.pre, info.post);
  const absl::Time latest = std::max(info.pre, info.post);
  ChangeInterval out;
  out.from_micros = absl::ToUnixMicros(earliest - (minute ? absl::Seconds(30) : absl::ZeroDuration()));
  out.to_micros = absl::ToUnixMicros(latest + (minute ? absl::Seconds(30) : absl::Seconds(1)));
  return out;
}

bool CompanyTime::IsRepeated(absl::CivilSecond local) const { return zone_.At(local).kind == absl::TimeZone::TimeInfo::REPEATED; }

absl::CivilSecond CompanyTime::ToLocal(absl::Time time) const { return absl::ToCivilSecond(time, zone_); }

absl::Time CompanyTime::ToUtc(absl::CivilSecond local) const {
  const absl::TimeZone::TimeInfo info = zone_.At(local);
  return std::min(info.pre, info.post);
}

absl::Duration CompanyTime::OffsetAt(absl::Time time) const { return absl::Seconds(zone_.At(time).offset); }

}  // namespace entente::sage100
