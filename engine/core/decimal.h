#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace entente {

enum class Rounding {
  kHalfUp,    // away from zero at the half: commercial rounding
  kHalfEven,  // to the even neighbour at the half
  kDown,      // towards zero
  kUp,        // away from zero
  kFloor,     // towards minus infinity
};

// An exact decimal number: units × 10^-scale, with at most 36 significant digits and a scale of 0 to 18.
//
// Values are kept without superfluous zeros, so equal numbers have equal representations ("1.50" and "1.5" are one value).
// Arithmetic is exact or fails: an empty result means the digits do not fit. Nothing is ever rounded silently.
// A plain value: copy freely, any thread.
class Decimal {
 public:
  static constexpr int kScaleMax = 18;

  Decimal() = default;
  static Decimal FromInt(std::int64_t value);

  // Reads optional sign, digits, optional point and digits (".5" and "5." included). Nothing else: no exponent, no spaces,
  // no separators. Empty when the text is not such a number or does not fit.
  static std::optional<Decimal> Parse(std::string_view text);

  // "-12.5", "0": no exponent, no superfluous zero, no plus.
  std::string ToString() const;
  // With exactly `decimals` digits after the point, rounded as told: "12.50".
  std::string ToFixed(int decimals, Rounding rounding = Rounding::kHalfUp) const;

  bool IsZero() const;
  bool IsNegative() const;
  int scale() const { return scale_; }

  Decimal Negated() const;
  Decimal Rounded(int decimals, Rounding rounding = Rounding::kHalfUp) const;
  // Empty when the number has a fraction or does not fit.
  std::optional<std::int64_t> ToInt() const;

  static std::optional<Decimal> Add(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> Subtract(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> Multiply(const Decimal& a, const Decimal& b);
  // Quotient rounded to `decimals` digits after the point. Empty for a zero divisor.
  static std::optional<Decimal> Divide(const Decimal& a, const Decimal& b, int decimals, Rounding rounding = Rounding::kHalfUp);

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

 private:
  Decimal(__int128 units, int scale);
  void Normalise();

  __int128 units_ = 0;
  int scale_ = 0;
};

}  // namespace entente
