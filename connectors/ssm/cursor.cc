#include "connectors/ssm/cursor.h"

#include <algorithm>

#include "connectors/ssm/instant.h"

namespace entente::ssm {
namespace {

// A date without fraction digits stands for a whole second, which may not be over.
constexpr std::int64_t kCoarsestDate = 1000000;

}  // namespace

std::optional<Cursor> Cursor::Parse(const std::string& text) {
  Cursor out;
  if (text.empty()) return out;
  const auto instant = ParseInstant(text);
  if (!instant) return std::nullopt;
  out.micros_ = instant->micros;
  return out;
}

std::string Cursor::text() const { return FormatInstant(micros_); }

Cursor Cursor::After(std::int64_t latest, std::optional<std::int64_t> began, absl::Duration elapsed, absl::Duration overlap) const {
  // A date met may be as young as the end of the read; without a server clock its age at the beginning is not known better.
  std::int64_t next = latest - absl::ToInt64Microseconds(overlap + elapsed);
  if (began) next = std::max(next, std::min(latest - kCoarsestDate, *began - absl::ToInt64Microseconds(overlap)));
  Cursor out;
  // Whole milliseconds: the literal carries no more.
  out.micros_ = std::max(micros_, next) / 1000 * 1000;
  return out;
}

}  // namespace entente::ssm
