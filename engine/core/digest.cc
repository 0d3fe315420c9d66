#include "engine/core/digest.h"

#include <xxhash.h>

#include "engine/core/canonical.h"

namespace entente {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void AppendHex(std::uint64_t word, std::string* out) {
  for (int shift = 60; shift >= 0; shift -= 4) out->push_back(kHexDigits[(word >> shift) & 15]);
}

std::optional<std::uint64_t> WordFromHex(std::string_view hex) {
  std::uint64_t word = 0;
  for (const char c : hex) {
    const std::size_t digit = kHexDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    word = (word << 4) | digit;
  }
  return word;
}

}  // namespace

std::string Digest::ToHex() const {
  std::string hex;
  AppendHex(hi, &hex);
  AppendHex(lo, &hex);
  return hex;
}

std::optional<Digest> Digest::FromHex(std::string_view hex) {
  if (hex.size() != 32) return std::nullopt;
  const auto hi = WordFromHex(hex.substr(0, 16));
  const auto lo = WordFromHex(hex.substr(16));
  if (!hi || !lo) return std::nullopt;
  return Digest{*hi, *lo};
}

std::uint64_t HashOf(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Digest DigestOf(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

Digest DigestOfFields(const Fields& fields) {
  std::string bytes;
  bytes.reserve(512);
  for (const auto& [name, value] : fields) {
    if (value.IsNull()) continue;
    AppendText(name, &bytes);
    AppendValue(value, &bytes);
  }
  return DigestOf(bytes);
}

}  // namespace entente
