#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/value.h"

namespace entente {

// A 128-bit digest (XXH3) of bytes: equal content, equal digest. It recognises what did not change; it keeps no secret and proves nothing
// against somebody who wants a collision. Plain value; any thread.
struct Digest {
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;

  bool IsZero() const { return hi == 0 && lo == 0; }
  // 32 lower-case hexadecimal digits.
  std::string ToHex() const;
  static std::optional<Digest> FromHex(std::string_view hex);

  friend auto operator<=>(const Digest&, const Digest&) = default;
};

// 64 bits (XXH3) of bytes, for indexes that may hold a wrong one in four billion times four billion.
std::uint64_t HashOf(std::string_view bytes);
Digest DigestOf(std::string_view bytes);
// Over the canonical encoding. A field that is null and one that is absent are the same.
Digest DigestOfFields(const Fields& fields);

}  // namespace entente
