#include "engine/core/decimal.h"

#include <array>
#include <limits>

#include "engine/core/wide_integer.h"

namespace entente {
namespace {

constexpr int kDigitsMax = 36;

constexpr std::array<Int128, 39> MakePowers() {
  std::array<Int128, 39> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}
constexpr std::array<Int128, 39> kPowers = MakePowers();

Int128 PowerOfTen(int exponent) { return kPowers[static_cast<std::size_t>(exponent)]; }

bool HasTooManyDigits(Int128 units) { return units >= PowerOfTen(kDigitsMax) || units <= -PowerOfTen(kDigitsMax); }

// Where the part cut off lies between zero and one unit of what is kept.
enum class Tail { kNone, kBelowHalf, kHalf, kAboveHalf };

bool RoundsAwayFromZero(Tail tail, bool is_odd, bool is_negative, Rounding rounding) {
  if (tail == Tail::kNone) return false;
  switch (rounding) {
    case Rounding::kHalfUp: return tail != Tail::kBelowHalf;
    case Rounding::kHalfEven: return tail == Tail::kAboveHalf || (tail == Tail::kHalf && is_odd);
    case Rounding::kDown: return false;
    case Rounding::kUp: return true;
    case Rounding::kFloor: return is_negative;
  }
  return false;
}

Tail TailOf(UInt128 remainder, UInt128 divisor) {
  if (remainder == 0) return Tail::kNone;
  const UInt128 rest = divisor - remainder;
  if (remainder < rest) return Tail::kBelowHalf;
  return remainder == rest ? Tail::kHalf : Tail::kAboveHalf;
}

UInt128 Magnitude(Int128 units) { return units < 0 ? -static_cast<UInt128>(units) : static_cast<UInt128>(units); }

Int128 Signed(UInt128 magnitude, bool is_negative) {
  const Int128 units = static_cast<Int128>(magnitude);
  return is_negative ? -units : units;
}

struct Quotient {
  UInt128 units;  // less than 10^36
  Tail tail;
};

// The magnitude of a / b in units of 10^-decimals. Empty when it has too many digits.
std::optional<Quotient> QuotientOf(const Decimal& a, const Decimal& b, int decimals) {
  const int shift = decimals + b.scale() - a.scale();
  UInt128 divisor = Magnitude(b.units());
  UInt128 quotient = 0;
  UInt128 remainder = Magnitude(a.units());
  if (shift >= 0) {
    const WideInteger numerator = WideInteger::Product(remainder, static_cast<UInt128>(PowerOfTen(shift)));
    if (!numerator.Divide(divisor, &quotient, &remainder)) return std::nullopt;
  } else {
    // A divisor beyond 10^38 is more than twice any numerator, as 10^38 is.
    const WideInteger wide = WideInteger::Product(divisor, static_cast<UInt128>(PowerOfTen(-shift)));
    const auto most = static_cast<UInt128>(PowerOfTen(38));
    divisor = wide.FitsLow() && wide.low() < most ? wide.low() : most;
    quotient = remainder / divisor;
    remainder %= divisor;
  }
  if (quotient >= static_cast<UInt128>(PowerOfTen(kDigitsMax))) return std::nullopt;
  return Quotient{quotient, TailOf(remainder, divisor)};
}

}  // namespace

Decimal::Decimal(Int128 units, int scale) : units_(units), scale_(scale) { Normalise(); }

void Decimal::Normalise() {
  if (units_ == 0) scale_ = 0;
  while (scale_ > 0 && units_ % 10 == 0) {
    units_ /= 10;
    --scale_;
  }
}

Decimal Decimal::FromInt(std::int64_t value) { return Decimal(value, 0); }

std::optional<Decimal> Decimal::FromUnits(Int128 units, int scale) {
  if (scale < 0 || scale > 38) return std::nullopt;
  const Decimal number(units, scale);
  if (number.scale_ > kScaleMax || HasTooManyDigits(number.units_)) return std::nullopt;
  return number;
}

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  bool is_negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    is_negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  while (!whole.empty() && whole.front() == '0') whole.remove_prefix(1);
  if (fraction.size() > kScaleMax || whole.size() + fraction.size() > kScaleMax + kDigitsMax) return std::nullopt;

  Int128 units = 0;
  for (const std::string_view part : {whole, fraction}) {
    for (const char c : part) {
      if (c < '0' || c > '9' || HasTooManyDigits(units)) return std::nullopt;
      units = units * 10 + (c - '0');
    }
  }
  if (HasTooManyDigits(units)) return std::nullopt;
  return Decimal(is_negative ? -units : units, static_cast<int>(fraction.size()));
}

std::string Decimal::ToString() const { return ToFixed(scale_); }

std::string Decimal::ToFixed(int decimals, Rounding rounding) const {
  if (decimals < 0) decimals = 0;
  const Decimal rounded = Rounded(decimals, rounding);
  std::string digits;
  for (UInt128 rest = Magnitude(rounded.units_); rest != 0; rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  const auto scale = static_cast<std::size_t>(rounded.scale_);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  std::string text = rounded.IsNegative() ? "-" : "";
  text += digits.substr(0, digits.size() - scale);
  if (decimals > 0) {
    text += '.';
    text += digits.substr(digits.size() - scale);
    text.append(static_cast<std::size_t>(decimals) - scale, '0');
  }
  return text;
}

bool Decimal::IsZero() const { return units_ == 0; }
bool Decimal::IsNegative() const { return units_ < 0; }
Decimal Decimal::Negated() const { return Decimal(-units_, scale_); }

Decimal Decimal::Rounded(int decimals, Rounding rounding) const {
  if (decimals < 0) decimals = 0;
  if (scale_ <= decimals) return *this;
  const UInt128 divisor = static_cast<UInt128>(PowerOfTen(scale_ - decimals));
  UInt128 quotient = Magnitude(units_) / divisor;
  const Tail tail = TailOf(Magnitude(units_) % divisor, divisor);
  if (RoundsAwayFromZero(tail, quotient % 2 == 1, IsNegative(), rounding)) ++quotient;
  return Decimal(Signed(quotient, IsNegative()), decimals);
}

std::optional<std::int64_t> Decimal::ToInt() const {
  if (scale_ != 0) return std::nullopt;
  if (units_ < std::numeric_limits<std::int64_t>::min() || units_ > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(units_);
}

std::optional<Decimal> Decimal::Add(const Decimal& a, const Decimal& b) {
  const int scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  Int128 left = 0;
  Int128 right = 0;
  Int128 sum = 0;
  // An overflow here means more than 36 digits: the finer number's last digit stays, and the coarser one is that much larger.
  if (__builtin_mul_overflow(a.units_, PowerOfTen(scale - a.scale_), &left)) return std::nullopt;
  if (__builtin_mul_overflow(b.units_, PowerOfTen(scale - b.scale_), &right)) return std::nullopt;
  if (__builtin_add_overflow(left, right, &sum)) return std::nullopt;
  return FromUnits(sum, scale);
}

std::optional<Decimal> Decimal::Subtract(const Decimal& a, const Decimal& b) { return Add(a, b.Negated()); }

std::optional<Decimal> Decimal::Multiply(const Decimal& a, const Decimal& b) {
  int scale = a.scale_ + b.scale_;
  WideInteger product = WideInteger::Product(Magnitude(a.units_), Magnitude(b.units_));
  if (product.IsZero()) return Decimal();
  while (scale > 0 && product.RemainderBy10() == 0) {
    product.DivideBy10();
    --scale;
  }
  if (scale > kScaleMax || !product.FitsLow() || product.low() >= static_cast<UInt128>(PowerOfTen(kDigitsMax))) return std::nullopt;
  return FromUnits(Signed(product.low(), a.IsNegative() != b.IsNegative()), scale);
}

std::optional<Decimal> Decimal::Divide(const Decimal& a, const Decimal& b, int decimals, Rounding rounding) {
  if (b.IsZero() || decimals < 0 || decimals > kScaleMax) return std::nullopt;
  const bool is_negative = a.IsNegative() != b.IsNegative();
  const auto quotient = QuotientOf(a, b, decimals);
  if (quotient) {
    const bool is_up = RoundsAwayFromZero(quotient->tail, quotient->units % 2 == 1, is_negative, rounding);
    return FromUnits(Signed(quotient->units + (is_up ? 1 : 0), is_negative), decimals);
  }
  // Too long with that many decimals, yet it may end in zeros.
  for (int fewer = decimals - 1; fewer >= 0; --fewer) {
    const auto shorter = QuotientOf(a, b, fewer);
    if (shorter) return shorter->tail == Tail::kNone ? FromUnits(Signed(shorter->units, is_negative), fewer) : std::nullopt;
  }
  return std::nullopt;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (a.scale_ == b.scale_) return a.units_ <=> b.units_;
  const Int128 a_unit = PowerOfTen(a.scale_);
  const Int128 b_unit = PowerOfTen(b.scale_);
  const Int128 a_whole = a.units_ / a_unit;
  const Int128 b_whole = b.units_ / b_unit;
  if (a_whole != b_whole) return a_whole <=> b_whole;
  return (a.units_ % a_unit) * PowerOfTen(Decimal::kScaleMax - a.scale_) <=> (b.units_ % b_unit) * PowerOfTen(Decimal::kScaleMax - b.scale_);
}

}  // namespace entente
