#include "tools/sandbox/sage/text_fit.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace entente::sandbox::sage {
namespace {

// What CP1252 holds at 0x80–0x9F; everything else in it is Latin-1.
constexpr std::array<char32_t, 27> kHighCharacters = {0x20AC, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030,
                                                      0x0160, 0x2039, 0x0152, 0x017D, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                                      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x017E, 0x0178};

bool IsInCp1252(char32_t character) {
  if (character < 0x80 || (character >= 0xA0 && character <= 0xFF)) return true;
  return std::find(kHighCharacters.begin(), kHighCharacters.end(), character) != kHighCharacters.end();
}

// Reads one character at `at` and moves behind it; empty for anything but well-formed UTF-8.
std::optional<char32_t> NextCharacter(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const std::size_t size = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (size == 0 || first > 0xF4 || at + size > text.size()) return std::nullopt;
  char32_t character = size == 1 ? first : first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return std::nullopt;
    character = (character << 6U) | (byte(at + i) & 0x3FU);
  }
  at += size;
  return character;
}

}  // namespace

std::optional<int> LengthInCp1252(std::string_view text) {
  int length = 0;
  for (std::size_t at = 0; at < text.size(); ++length) {
    const std::optional<char32_t> character = NextCharacter(text, at);
    if (!character.has_value() || !IsInCp1252(*character)) return std::nullopt;
  }
  return length;
}

}  // namespace entente::sandbox::sage
