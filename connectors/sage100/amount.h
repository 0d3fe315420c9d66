#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace entente::sage100 {

// Exact arithmetic on the amounts, prices and rates Sage keeps (numeric(24,6)).
//
// A result that does not fit, and everything computed from it, is unknown rather than wrong: ToText() is then empty.
// A plain value; any thread.
class Amount {
 public:
  Amount() = default;  // zero
  static Amount FromInt(int value);
  // Unknown for what is no number.
  static Amount Parse(std::string_view text);
  static Amount Unknown();

  bool is_known() const { return is_known_; }
  bool IsZero() const { return is_known_ && units_ == 0; }
  bool IsNegative() const { return is_known_ && units_ < 0; }

  // Canonical decimal text; empty when unknown.
  std::optional<std::string> ToText() const;

  // Half away from zero.
  Amount Rounded(int decimals) const;
  // Quotient rounded to `decimals`; unknown for a zero divisor.
  Amount DividedBy(const Amount& divisor, int decimals) const;
  Amount Negated() const;

  friend Amount operator+(const Amount& a, const Amount& b);
  friend Amount operator-(const Amount& a, const Amount& b) { return a + b.Negated(); }
  friend Amount operator*(const Amount& a, const Amount& b);
  // False when either is unknown.
  friend bool operator<(const Amount& a, const Amount& b);
  friend bool operator==(const Amount& a, const Amount& b);

 private:
  __extension__ typedef __int128 Units;
  Amount(Units units, int scale) : units_(units), scale_(scale) {}
  Amount Scaled(int scale) const;

  Units units_ = 0;
  int scale_ = 0;
  bool is_known_ = true;
};

}  // namespace entente::sage100
