#include "engine/core/code_points.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace entente {
namespace {

struct Plain {
  std::int32_t code_point;
  const char* form;
};

// Sorted by code point.
constexpr Plain kPlainForms[] = {
    {0x00C6, "AE"}, {0x00D0, "D"}, {0x00D8, "O"}, {0x00DE, "TH"}, {0x00DF, "ss"}, {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"},
    {0x00FE, "th"}, {0x0110, "D"}, {0x0111, "d"}, {0x0126, "H"}, {0x0127, "h"}, {0x0131, "i"}, {0x0138, "k"}, {0x0141, "L"},
    {0x0142, "l"}, {0x014A, "N"}, {0x014B, "n"}, {0x0152, "OE"}, {0x0153, "oe"}, {0x0166, "T"}, {0x0167, "t"}, {0x0180, "b"},
    {0x0181, "B"}, {0x0186, "O"}, {0x0187, "C"}, {0x0188, "c"}, {0x0189, "D"}, {0x018A, "D"}, {0x018E, "E"}, {0x018F, "A"},
    {0x0190, "E"}, {0x0191, "F"}, {0x0192, "f"}, {0x0193, "G"}, {0x0197, "I"}, {0x0198, "K"}, {0x0199, "k"}, {0x019A, "l"},
    {0x019D, "N"}, {0x019E, "n"}, {0x019F, "O"}, {0x01A4, "P"}, {0x01A5, "p"}, {0x01AB, "t"}, {0x01AC, "T"}, {0x01AD, "t"},
    {0x01AE, "T"}, {0x01B3, "Y"}, {0x01B4, "y"}, {0x01B5, "Z"}, {0x01B6, "z"}, {0x01DD, "e"}, {0x01E4, "G"}, {0x01E5, "g"},
    {0x0221, "d"}, {0x0234, "l"}, {0x0235, "n"}, {0x0236, "t"}, {0x0237, "j"}, {0x023A, "A"}, {0x023B, "C"}, {0x023C, "c"},
    {0x023D, "L"}, {0x023E, "T"}, {0x0243, "B"}, {0x0246, "E"}, {0x0247, "e"}, {0x0248, "J"}, {0x0249, "j"}, {0x024C, "R"},
    {0x024D, "r"}, {0x024E, "Y"}, {0x024F, "y"}, {0x0250, "a"}, {0x0253, "b"}, {0x0254, "o"}, {0x0256, "d"}, {0x0257, "d"},
    {0x0259, "a"}, {0x025B, "e"}, {0x0260, "g"}, {0x0268, "i"}, {0x026B, "l"}, {0x0272, "n"}, {0x0275, "o"}, {0x0288, "t"},
    {0x0289, "u"}, {0x02B9, "'"}, {0x02BB, "'"}, {0x02BC, "'"}, {0x02BD, "'"}, {0x02C8, "'"}, {0x1E9E, "SS"}, {0x200B, ""},
    {0x200C, ""}, {0x200D, ""}, {0x200E, ""}, {0x200F, ""}, {0x2010, "-"}, {0x2011, "-"}, {0x2012, "-"}, {0x2013, "-"},
    {0x2014, "-"}, {0x2015, "-"}, {0x2018, "'"}, {0x2019, "'"}, {0x201A, "'"}, {0x201B, "'"}, {0x201C, "\""}, {0x201D, "\""},
    {0x201E, "\""}, {0x201F, "\""}, {0x2023, "-"}, {0x2027, "-"}, {0x2028, "\n"}, {0x2029, "\n"}, {0x202A, ""}, {0x202B, ""},
    {0x202C, ""}, {0x202D, ""}, {0x202E, ""}, {0x2032, "'"}, {0x2033, "\""}, {0x2035, "'"}, {0x2036, "\""}, {0x2043, "-"},
    {0x2044, "/"}, {0x2060, ""}, {0x2066, ""}, {0x2067, ""}, {0x2068, ""}, {0x2069, ""}, {0x2116, "N\xC2\xB0"}, {0x2117, "(P)"},
    {0x2190, "<-"}, {0x2192, "->"}, {0x2194, "<->"}, {0x21D2, "=>"}, {0x2212, "-"}, {0x2215, "/"}, {0x2217, "*"}, {0x2219, "\xC2\xB7"},
    {0x2248, "~"}, {0x2260, "<>"}, {0x2264, "<="}, {0x2265, ">="}, {0x22C5, "\xC2\xB7"}, {0x25AA, "-"}, {0x25CF, "-"}, {0x25E6, "-"},
    {0x2713, "x"}, {0x2714, "x"}, {0x2C60, "L"}, {0x2C61, "l"}, {0x2C62, "L"}, {0x2C63, "P"}, {0x2C64, "R"}, {0x2C65, "a"},
    {0x2C66, "t"}, {0xFE0E, ""}, {0xFE0F, ""}, {0xFEFF, ""},
};
static_assert(std::is_sorted(std::begin(kPlainForms), std::end(kPlainForms),
                             [](const Plain& a, const Plain& b) { return a.code_point < b.code_point; }));

// What bytes 0x80 to 0x9F mean in CP1252.
constexpr std::array<std::int32_t, 27> kCp1252Upper = {0x0152, 0x0153, 0x0160, 0x0161, 0x0178, 0x017D, 0x017E, 0x0192, 0x02C6,
                                                       0x02DC, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E,
                                                       0x2020, 0x2021, 0x2022, 0x2026, 0x2030, 0x2039, 0x203A, 0x20AC, 0x2122};

}  // namespace

std::int32_t CodePoints::Next() {
  const auto first = static_cast<unsigned char>(text_[at_]);
  if (first < 0x80) {
    ++at_;
    return first;
  }
  utf8proc_int32_t code_point = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text_.data() + at_);
  const utf8proc_ssize_t length = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text_.size() - at_), &code_point);
  if (length <= 0) {
    ++at_;
    return kInvalid;
  }
  at_ += static_cast<std::size_t>(length);
  return code_point;
}

void AppendUtf8(std::int32_t code_point, std::string* out) {
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t length = utf8proc_encode_char(code_point, bytes);
  for (utf8proc_ssize_t i = 0; i < length; ++i) out->push_back(static_cast<char>(bytes[i]));
}

bool IsSpace(std::int32_t code_point) {
  if (code_point < 0x80) return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
  if (code_point == 0x85) return true;
  const auto category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool IsCombining(std::int32_t code_point) {
  if (code_point < 0x300) return false;
  const auto category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool IsCp1252(std::int32_t code_point) {
  if (code_point < 0) return false;
  if (code_point < 0x80 || (code_point >= 0xA0 && code_point <= 0xFF)) return true;
  return std::binary_search(kCp1252Upper.begin(), kCp1252Upper.end(), code_point);
}

std::vector<std::int32_t> Decompose(std::int32_t code_point, bool is_compatible) {
  std::array<utf8proc_int32_t, 32> parts{};
  int boundary = 0;
  const auto options = static_cast<utf8proc_option_t>(is_compatible ? UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT : UTF8PROC_DECOMPOSE);
  const auto count = utf8proc_decompose_char(code_point, parts.data(), static_cast<utf8proc_ssize_t>(parts.size()), options, &boundary);
  if (count <= 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) return {code_point};
  return {parts.begin(), parts.begin() + count};
}

const char* PlainForm(std::int32_t code_point) {
  const auto* found = std::lower_bound(std::begin(kPlainForms), std::end(kPlainForms), code_point,
                                       [](const Plain& plain, std::int32_t wanted) { return plain.code_point < wanted; });
  return found != std::end(kPlainForms) && found->code_point == code_point ? found->form : nullptr;
}

}  // namespace entente
