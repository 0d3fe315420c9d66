#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace entente {

__extension__ typedef __int128 Int128;

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
  // units × 10^-scale. Empty when the scale is not 0 to 18 or more than 36 significant digits remain.
  static std::optional<Decimal> FromUnits(Int128 units, int scale);

  // "-12.5", "0": no exponent, no superfluous zero, no plus.
  std::string ToString() const;
  // With exactly `decimals` digits after the point, rounded as told: "12.50".
  std::string ToFixed(int decimals, Rounding rounding = Rounding::kHalfUp) const;

  bool IsZero() const;
  bool IsNegative() const;
  // The digits without the point, and how many of them stand after it: no superfluous zero.
  Int128 units() const { return units_; }
  int scale() const { return scale_; }

  Decimal Negated() const;
  Decimal Absolute() const { return IsNegative() ? Negated() : *this; }
  // REQUIRES: decimals >= 0.
  Decimal Rounded(int decimals, Rounding rounding = Rounding::kHalfUp) const;
  // Empty when the number has a fraction or does not fit.
  std::optional<std::int64_t> ToInt() const;

  static std::optional<Decimal> Add(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> Subtract(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> Multiply(const Decimal& a, const Decimal& b);
  // Quotient rounded to `decimals` digits after the point (0 to 18). Empty for a zero divisor.
  static std::optional<Decimal> Divide(const Decimal& a, const Decimal& b, int decimals, Rounding rounding = Rounding::kHalfUp);

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

 private:
  Decimal(Int128 units, int scale);
  void Normalise();

  Int128 units_ = 0;
  int scale_ = 0;
};

}  // namespace entente
