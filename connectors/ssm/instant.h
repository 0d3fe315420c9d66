#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace entente::ssm {

// A point in time as SSM writes it, with the width its digits leave open.
struct Instant {
  std::int64_t micros = 0;
  // 1 s for no fraction digits, 1 ms for three.
  std::int64_t width_micros = 1000000;
};

// ISO 8601 in UTC with 0 to 6 fraction digits, "T" or a blank between date and time, "Z" or nothing at the end; a bare date
// is its midnight. Nothing for anything else.
std::optional<Instant> ParseInstant(std::string_view text);

// "2024-05-01T10:00:00.123Z", always three digits.
std::string FormatInstant(std::int64_t micros);
// "2024-05-01T10:00:00Z", fraction digits only when there are any.
std::string FormatShort(std::int64_t micros);
// "2024-05-01 10:00:00": the form the samples of /sales show.
std::string FormatZoneless(std::int64_t micros);
// "2024-05-01".
std::string FormatDate(std::int32_t days);

// The Date header of HTTP: "Wed, 01 May 2024 10:00:00 GMT".
std::optional<std::int64_t> ParseHttpDate(const std::string& text);

}  // namespace entente::ssm
