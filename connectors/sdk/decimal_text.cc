#include "connectors/sdk/decimal_text.h"

#include <charconv>

namespace entente::sdk {
namespace {

constexpr std::size_t kDigitsMax = 64;
constexpr int kExponentMax = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<std::string> CanonicalDecimal(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  int point = -1;  // digits before the point
  std::size_t i = 0;
  for (; i < text.size() && (IsDigit(text[i]) || text[i] == '.'); ++i) {
    if (text[i] == '.') {
      if (point >= 0) return std::nullopt;
      point = static_cast<int>(digits.size());
    } else {
      digits.push_back(text[i]);
    }
  }
  if (digits.empty() || digits.size() > kDigitsMax) return std::nullopt;
  if (point < 0) point = static_cast<int>(digits.size());
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    std::string_view exponent_text = text.substr(i + 1);
    if (!exponent_text.empty() && exponent_text.front() == '+') exponent_text.remove_prefix(1);
    int exponent = 0;
    const char* end = exponent_text.data() + exponent_text.size();
    const auto [stop, error] = std::from_chars(exponent_text.data(), end, exponent);
    if (error != std::errc() || stop != end || exponent > kExponentMax || exponent < -kExponentMax) return std::nullopt;
    point += exponent;
  }
  if (point < 0) {
    digits.insert(0, static_cast<std::size_t>(-point), '0');
    point = 0;
  }
  if (static_cast<std::size_t>(point) > digits.size()) digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  std::string whole = digits.substr(0, static_cast<std::size_t>(point));
  std::string fraction = digits.substr(static_cast<std::size_t>(point));
  whole.erase(0, whole.find_first_not_of('0') == std::string::npos ? whole.size() : whole.find_first_not_of('0'));
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (whole.empty()) whole = "0";
  if (whole == "0" && fraction.empty()) return "0";
  std::string out = negative ? "-" + whole : whole;
  if (!fraction.empty()) out += "." + fraction;
  return out;
}

std::optional<std::string> CanonicalInteger(std::string_view text) {
  auto decimal = CanonicalDecimal(text);
  if (!decimal || decimal->find('.') != std::string::npos) return std::nullopt;
  return decimal;
}

}  // namespace entente::sdk
