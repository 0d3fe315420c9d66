#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"

namespace entente::ssm {

// Where a delta resumes: everything the system dated after this point is still to be read. Made of server dates only.
class Cursor {
 public:
  // The point before everything.
  Cursor() = default;
  // Nothing when the text is no cursor of ours.
  static std::optional<Cursor> Parse(const std::string& text);

  std::int64_t micros() const { return micros_; }
  std::string text() const;

  // The cursor after a read that began at the server's `began` (when it told), took `elapsed` and met `latest` as the latest
  // date of any row.
  //
  // Everything visible when the read began was read, and a change is visible `overlap` after its date at the latest; so the
  // cursor may stand at the beginning less the overlap. Never beyond the second of the latest date met, never back.
  Cursor After(std::int64_t latest, std::optional<std::int64_t> began, absl::Duration elapsed, absl::Duration overlap) const;

 private:
  std::int64_t micros_ = 0;
};

}  // namespace entente::ssm
