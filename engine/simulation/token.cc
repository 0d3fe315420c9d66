#include "engine/simulation/token.h"

#include <cstdio>
#include <string>

namespace entente::simulation {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::uint64_t kNumberMax = 99'999;

// Five digits of the number and one by which a token is known from other digits.
std::string Written(std::uint64_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "%06llu", static_cast<unsigned long long>(number * 10 + (number * 7 + 3) % 10));
  return text;
}

std::uint64_t Read(std::string_view digits) {
  if (digits.size() < kDigits) return 0;
  std::uint64_t all = 0;
  for (const char c : digits.substr(digits.size() - kDigits)) all = all * 10 + static_cast<std::uint64_t>(c - '0');
  const std::uint64_t number = all / 10;
  return all % 10 == (number * 7 + 3) % 10 ? number : 0;
}

}  // namespace

bool BearsToken(Shape shape) { return shape != Shape::kNone && shape != Shape::kPool && shape != Shape::kReference && shape != Shape::kLines; }

Value ValueOf(Shape shape, std::uint64_t number, std::size_t width) {
  const std::string digits = Written(number);
  std::string text;
  switch (shape) {
    case Shape::kText: text = width != 0 && width < 10 ? digits : "Mot " + digits; break;
    case Shape::kMail: text = "u" + digits + "@example.com"; break;
    case Shape::kPhone: text = "0147" + digits; break;
    case Shape::kUrl: text = "https://example.com/" + digits; break;
    case Shape::kDigits: text = digits; break;
    case Shape::kVat: text = "FR40303" + digits; break;
    case Shape::kDecimal: return Value(Decimal::FromInt(static_cast<std::int64_t>(number)));
    default: return Value();
  }
  if (width != 0 && text.size() > width) return width >= kDigits ? Value(digits) : Value();
  return Value(std::move(text));
}

std::uint64_t TokenOf(const Value& value) {
  if (const auto* text = value.As<std::string>()) {
    std::string digits;
    for (const char c : *text) {
      if (c >= '0' && c <= '9') digits += c;
    }
    return Read(digits);
  }
  if (const auto* decimal = value.As<Decimal>()) {
    const auto whole = decimal->ToInt();
    return whole && *whole > 0 && *whole <= static_cast<std::int64_t>(kNumberMax) ? static_cast<std::uint64_t>(*whole) : 0;
  }
  return 0;
}

std::uint64_t TokenWithin(const Value& value) {
  if (const auto* list = value.As<List>()) {
    for (const Value& element : *list) {
      if (const std::uint64_t number = TokenWithin(element); number != 0) return number;
    }
    return 0;
  }
  if (const auto* map = value.As<Map>()) {
    for (const auto& [name, element] : *map) {
      if (const std::uint64_t number = TokenWithin(element); number != 0) return number;
    }
    return 0;
  }
  return TokenOf(value);
}

}  // namespace entente::simulation
