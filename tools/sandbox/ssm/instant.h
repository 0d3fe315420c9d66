#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace entente::sandbox::ssm {

// Milliseconds since 1970-01-01T00:00:00Z: the precision of the API.
using Instant = std::int64_t;

// "2026-11-22T08:30:00.12Z": UTC with 0 to 3 fraction digits, trailing zeros dropped.
std::string FormatInstant(Instant instant);
// Reads "YYYY-MM-DD", then optionally "T" or a space and "HH:MM[:SS[.f…]]", then optionally "Z". Empty when it is not such a text.
std::optional<Instant> ParseInstant(std::string_view text);
// "Sun, 22 Nov 2026 08:30:00 GMT": the HTTP Date header.
std::string FormatHttpDate(Instant instant);

}  // namespace entente::sandbox::ssm
