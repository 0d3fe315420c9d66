#include "connectors/ssm/instant.h"

#include <cstdio>

#include "absl/time/time.h"

namespace entente::ssm {
namespace {

constexpr std::int64_t kSecond = 1000000;
constexpr std::int64_t kDay = 86400 * kSecond;

bool TakeDigits(std::string_view* text, std::size_t count, int* value) {
  if (text->size() < count) return false;
  *value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = (*text)[i];
    if (c < '0' || c > '9') return false;
    *value = *value * 10 + (c - '0');
  }
  text->remove_prefix(count);
  return true;
}

bool TakeChar(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

absl::CivilSecond Civil(std::int64_t micros) { return absl::ToCivilSecond(absl::FromUnixMicros(micros), absl::UTCTimeZone()); }

std::string Format(const char* form, std::int64_t micros) {
  const absl::CivilSecond t = Civil(micros);
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, form, static_cast<int>(t.year()), t.month(), t.day(), t.hour(), t.minute(), t.second());
  return buffer;
}

}  // namespace

std::optional<Instant> ParseInstant(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!TakeDigits(&text, 4, &year) || !TakeChar(&text, '-') || !TakeDigits(&text, 2, &month) || !TakeChar(&text, '-') ||
      !TakeDigits(&text, 2, &day)) {
    return std::nullopt;
  }
  Instant out;
  std::int64_t fraction = 0;
  if (!text.empty()) {
    if (!TakeChar(&text, 'T') && !TakeChar(&text, ' ')) return std::nullopt;
    if (!TakeDigits(&text, 2, &hour) || !TakeChar(&text, ':') || !TakeDigits(&text, 2, &minute)) return std::nullopt;
    if (TakeChar(&text, ':') && !TakeDigits(&text, 2, &second)) return std::nullopt;
    if (TakeChar(&text, '.')) {
      int digit = 0;
      std::int64_t scale = kSecond;
      while (TakeDigits(&text, 1, &digit)) {
        scale /= 10;
        fraction += digit * scale;  // digits beyond the sixth weigh nothing
      }
      out.width_micros = scale > 0 ? scale : 1;
    }
    TakeChar(&text, 'Z');
    if (!text.empty()) return std::nullopt;
  }
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  if (civil.month() != month || civil.day() != day || civil.hour() != hour || civil.minute() != minute) return std::nullopt;
  out.micros = absl::ToUnixMicros(absl::FromCivil(civil, absl::UTCTimeZone())) + fraction;
  return out;
}

std::string FormatInstant(std::int64_t micros) {
  const std::int64_t millis = ((micros % kSecond) + kSecond) % kSecond / 1000;
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(millis));
  return Format("%04d-%02d-%02dT%02d:%02d:%02d", micros) + fraction;
}

std::string FormatShort(std::int64_t micros) {
  if (micros % kSecond != 0) return FormatInstant(micros);
  return Format("%04d-%02d-%02dT%02d:%02d:%02dZ", micros);
}

std::string FormatZoneless(std::int64_t micros) { return Format("%04d-%02d-%02d %02d:%02d:%02d", micros); }

std::string FormatDate(std::int32_t days) { return Format("%04d-%02d-%02d", days * kDay); }

std::optional<std::int64_t> ParseHttpDate(const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", text, &time, &error)) return std::nullopt;
  return absl::ToUnixMicros(time);
}

}  // namespace entente::ssm
