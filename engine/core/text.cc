#include "engine/core/text.h"

#include <utf8proc.h>

#include <cstdlib>

#include "engine/core/code_points.h"

namespace entente {
namespace {

bool IsAscii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// The text itself when it is not UTF-8.
std::string Mapped(std::string_view text, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                   static_cast<utf8proc_option_t>(options));
  if (length < 0) return std::string(text);
  std::string result(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
  std::free(mapped);
  return result;
}

template <typename MapOne>
std::string MapEach(std::string_view text, MapOne map_one) {
  std::string result;
  result.reserve(text.size());
  for (CodePoints points(text); !points.done();) {
    const std::size_t begin = points.at();
    const std::int32_t point = points.Next();
    if (point == CodePoints::kInvalid) {
      result.append(text.substr(begin, points.at() - begin));
    } else {
      map_one(point, &result);
    }
  }
  return result;
}

// The byte offset of the `count`th code point, or the size.
std::size_t OffsetOf(std::string_view text, std::size_t count) {
  CodePoints points(text);
  while (count > 0 && !points.done()) {
    points.Next();
    --count;
  }
  return points.at();
}

bool IsLineBreak(std::int32_t point) { return (point >= '\n' && point <= '\r') || point == 0x85 || point == 0x2028 || point == 0x2029; }

// A letter that CP1252 lacks, with as many of its accents as CP1252 has: "ế" is "ê". False when nothing readable remains.
bool AppendWithFewerAccents(std::vector<std::int32_t> parts, std::string* out) {
  while (parts.size() > 1 && IsCombining(parts.back())) {
    parts.pop_back();
    std::string shorter;
    for (const std::int32_t part : parts) AppendUtf8(part, &shorter);
    shorter = NormaliseNfc(shorter);
    if (FitsCp1252(shorter)) {
      out->append(shorter);
      return true;
    }
  }
  const char* plain = parts.size() == 1 ? PlainForm(parts.front()) : nullptr;
  if (plain == nullptr) return false;
  out->append(plain);
  return true;
}

bool AppendCp1252(std::int32_t point, std::string* out) {
  if (IsCp1252(point)) {
    AppendUtf8(point, out);
    return true;
  }
  if (const char* plain = PlainForm(point)) {
    out->append(plain);
    return true;
  }
  if (IsSpace(point)) {
    out->push_back(' ');
    return true;
  }
  if (AppendWithFewerAccents(Decompose(point, false), out)) return true;
  std::string opened;
  for (const std::int32_t part : Decompose(point, true)) {
    if (part == point || (!IsCp1252(part) && PlainForm(part) == nullptr)) return false;
    if (!AppendCp1252(part, &opened)) return false;
  }
  out->append(opened);
  return true;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  for (CodePoints points(text); !points.done();) {
    if (points.Next() == CodePoints::kInvalid) return false;
  }
  return true;
}

std::string NormaliseNfc(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  return Mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string ToUpper(std::string_view text) {
  return MapEach(text, [](std::int32_t point, std::string* out) {
    if (point == 0xDF) {
      out->append("SS");
    } else {
      AppendUtf8(utf8proc_toupper(point), out);
    }
  });
}

std::string ToLower(std::string_view text) {
  return MapEach(text, [](std::int32_t point, std::string* out) { AppendUtf8(utf8proc_tolower(point), out); });
}

std::string FoldCase(std::string_view text) { return Mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD); }

std::string FoldAccents(std::string_view text) {
  const std::string opened = IsAscii(text) ? std::string(text) : Mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
  const std::string plain = MapEach(ToUpper(opened), [](std::int32_t point, std::string* out) {
    if (const char* form = PlainForm(point)) {
      out->append(form);
    } else {
      AppendUtf8(point, out);
    }
  });
  return NormaliseNfc(ToUpper(plain));
}

std::string_view TrimRight(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) < 0x80) {
    if (!IsSpace(text.back())) return text;
    text.remove_suffix(1);
  }
  // What is left ends in a character of several bytes.
  std::size_t end = 0;
  for (CodePoints points(text); !points.done();) {
    if (!IsSpace(points.Next())) end = points.at();
  }
  return text.substr(0, end);
}

std::string_view Trim(std::string_view text) {
  text = TrimRight(text);
  CodePoints points(text);
  std::size_t begin = 0;
  while (!points.done() && IsSpace(points.Next())) begin = points.at();
  return text.substr(begin);
}

bool IsBlankText(std::string_view text) {
  for (CodePoints points(text); !points.done();) {
    if (!IsSpace(points.Next())) return false;
  }
  return true;
}

std::string CollapseSpaces(std::string_view text) {
  std::string result;
  bool is_gap = false;
  for (CodePoints points(text); !points.done();) {
    const std::size_t begin = points.at();
    if (IsSpace(points.Next())) {
      is_gap = true;
      continue;
    }
    if (is_gap && !result.empty()) result.push_back(' ');
    is_gap = false;
    result.append(text.substr(begin, points.at() - begin));
  }
  return result;
}

std::string OnOneLine(std::string_view text) {
  std::string result;
  std::string gap;
  bool gap_breaks = false;
  for (CodePoints points(text); !points.done();) {
    const std::size_t begin = points.at();
    const std::int32_t point = points.Next();
    const std::string_view character = text.substr(begin, points.at() - begin);
    if (IsSpace(point)) {
      gap_breaks = gap_breaks || IsLineBreak(point);
      gap.append(character);
      continue;
    }
    if (gap_breaks) gap = result.empty() ? "" : " ";
    result.append(gap).append(character);
    gap.clear();
    gap_breaks = false;
  }
  if (!gap_breaks) result.append(gap);
  return result;
}

std::size_t CharacterCount(std::string_view text) {
  std::size_t count = 0;
  for (CodePoints points(text); !points.done(); points.Next()) ++count;
  return count;
}

std::string_view Substring(std::string_view text, std::size_t start, std::size_t count) {
  text.remove_prefix(OffsetOf(text, start));
  return text.substr(0, OffsetOf(text, count));
}

bool FitsCp1252(std::string_view text) {
  for (CodePoints points(text); !points.done();) {
    if (!IsCp1252(points.Next())) return false;
  }
  return true;
}

std::optional<std::string> TransliterateCp1252(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  const std::string composed = NormaliseNfc(text);
  std::string result;
  bool has_letter_before = false;
  for (CodePoints points(composed); !points.done();) {
    const std::int32_t point = points.Next();
    // An accent left over after composition belongs to a letter that has no such form: the letter alone stays readable.
    if (IsCombining(point) && has_letter_before) continue;
    if (!AppendCp1252(point, &result)) return std::nullopt;
    has_letter_before = !IsSpace(point);
  }
  return result;
}

std::string_view CutAtWord(std::string_view text, std::size_t characters_max) {
  constexpr std::size_t kCostMax = 8;
  const std::size_t end = OffsetOf(text, characters_max);
  if (end >= text.size()) return text;

  CodePoints next(text.substr(end));  // not empty: the text is longer
  const std::int32_t following = next.Next();
  if (IsSpace(following)) return TrimRight(text.substr(0, end));

  std::size_t word_end = 0;
  std::size_t word_end_characters = 0;
  std::size_t letter_begin = 0;
  std::size_t characters = 0;
  bool was_space = true;
  for (CodePoints points(text.substr(0, end)); !points.done(); ++characters) {
    const std::size_t begin = points.at();
    const std::int32_t point = points.Next();
    const bool is_space = IsSpace(point);
    if (is_space && !was_space) {
      word_end = begin;
      word_end_characters = characters;
    }
    was_space = is_space;
    if (!IsCombining(point)) letter_begin = begin;
  }
  if (word_end > 0 && characters_max - word_end_characters <= kCostMax) return text.substr(0, word_end);
  // An accent is never parted from its letter.
  return TrimRight(text.substr(0, IsCombining(following) ? letter_begin : end));
}

std::string Digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  return digits;
}

}  // namespace entente
