#include "connectors/sage100/amount.h"

#include <algorithm>

#include "connectors/sdk/decimal_text.h"

namespace entente::sage100 {

Amount Amount::FromInt(int value) { return Amount(value, 0); }

Amount Amount::Unknown() {
  Amount out;
  out.is_known_ = false;
  return out;
}

Amount Amount::Parse(std::string_view text) {
  const auto canonical = sdk::CanonicalDecimal(text);
  if (!canonical.has_value()) return Unknown();
  Amount out;
  bool after_point = false;
  bool is_negative = false;
  for (const char c : *canonical) {
    if (c == '-') {
      is_negative = true;
    } else if (c == '.') {
      after_point = true;
    } else {
      if (__builtin_mul_overflow(out.units_, Units{10}, &out.units_)) return Unknown();
      if (__builtin_add_overflow(out.units_, Units{c - '0'}, &out.units_)) return Unknown();
      if (after_point) ++out.scale_;
    }
  }
  if (is_negative) out.units_ = -out.units_;
  return out;
}

std::optional<std::string> Amount::ToText() const {
  if (!is_known_) return std::nullopt;
  std::string digits;
  Units rest = units_ < 0 ? -units_ : units_;
  while (rest != 0 || static_cast<int>(digits.size()) <= scale_) {
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  }
  std::reverse(digits.begin(), digits.end());
  if (scale_ > 0) digits.insert(digits.size() - static_cast<std::size_t>(scale_), ".");
  if (units_ < 0) digits.insert(0, "-");
  return sdk::CanonicalDecimal(digits);
}

Amount Amount::Scaled(int scale) const {
  Amount out = *this;
  while (out.is_known_ && out.scale_ < scale) {
    if (__builtin_mul_overflow(out.units_, Units{10}, &out.units_)) return Unknown();
    ++out.scale_;
  }
  return out;
}

Amount Amount::Rounded(int decimals) const {
  if (!is_known_ || scale_ <= decimals) return *this;
  Units divisor = 1;
  for (int i = decimals; i < scale_; ++i) divisor *= 10;
  Units quotient = units_ / divisor;
  const Units rest = units_ % divisor;
  if ((rest < 0 ? -rest : rest) >= divisor / 2) quotient += units_ < 0 ? -1 : 1;
  return Amount(quotient, decimals);
}

Amount Amount::DividedBy(const Amount& divisor, int decimals) const {
  if (!is_known_ || !divisor.is_known_ || divisor.units_ == 0) return Unknown();
  // Two more digits than asked decide the rounding; the sign of a rest beyond them cannot change a half upwards.
  const Amount top = Scaled(divisor.scale_ + decimals + 2);
  if (!top.is_known_) return Unknown();
  Units quotient = top.units_ / divisor.units_;
  Amount out(quotient, top.scale_ - divisor.scale_);
  return out.Rounded(decimals);
}

Amount Amount::Negated() const {
  Amount out = *this;
  out.units_ = -out.units_;
  return out;
}

Amount operator+(const Amount& a, const Amount& b) {
  const int scale = std::max(a.scale_, b.scale_);
  const Amount left = a.Scaled(scale), right = b.Scaled(scale);
  if (!left.is_known_ || !right.is_known_) return Amount::Unknown();
  Amount out(0, scale);
  if (__builtin_add_overflow(left.units_, right.units_, &out.units_)) return Amount::Unknown();
  return out;
}

Amount operator*(const Amount& a, const Amount& b) {
  if (!a.is_known_ || !b.is_known_) return Amount::Unknown();
  Amount out(0, a.scale_ + b.scale_);
  if (__builtin_mul_overflow(a.units_, b.units_, &out.units_)) return Amount::Unknown();
  return out;
}

bool operator<(const Amount& a, const Amount& b) {
  const Amount difference = a - b;
  return difference.is_known_ && difference.units_ < 0;
}

bool operator==(const Amount& a, const Amount& b) {
  const Amount difference = a - b;
  return difference.is_known_ && difference.units_ == 0;
}

}  // namespace entente::sage100
