#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace entente {

// Reads UTF-8 one code point at a time.
//
// A byte that is not part of valid UTF-8 is read as one code point of its own, kInvalid; `at()` moves on by one byte.
class CodePoints {
 public:
  static constexpr std::int32_t kInvalid = -1;

  explicit CodePoints(std::string_view text) : text_(text) {}

  bool done() const { return at_ >= text_.size(); }
  // The byte offset of what Next() reads.
  std::size_t at() const { return at_; }
  // REQUIRES: not done().
  std::int32_t Next();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

void AppendUtf8(std::int32_t code_point, std::string* out);

bool IsSpace(std::int32_t code_point);
bool IsCombining(std::int32_t code_point);
// A character of Windows code page 1252.
bool IsCp1252(std::int32_t code_point);

// Canonical decomposition of one code point, or compatibility decomposition.
std::vector<std::int32_t> Decompose(std::int32_t code_point, bool is_compatible);

// The plain form of characters that decompose into nothing readable: dashes, quotation marks, barred letters, ligatures.
// Null when there is none; empty text when the character is invisible.
const char* PlainForm(std::int32_t code_point);

}  // namespace entente
