#include "engine/core/wide_integer.h"

namespace entente {
namespace {

constexpr UInt128 kLowHalf = 0xFFFFFFFFFFFFFFFFULL;

}  // namespace

WideInteger WideInteger::Product(UInt128 a, UInt128 b) {
  const UInt128 low = (a & kLowHalf) * (b & kLowHalf);
  const UInt128 cross1 = (a >> 64) * (b & kLowHalf);
  const UInt128 cross2 = (a & kLowHalf) * (b >> 64);
  const UInt128 middle = (low >> 64) + (cross1 & kLowHalf) + (cross2 & kLowHalf);
  WideInteger product;
  product.low_ = (low & kLowHalf) | (middle << 64);
  product.high_ = (a >> 64) * (b >> 64) + (cross1 >> 64) + (cross2 >> 64) + (middle >> 64);
  return product;
}

int WideInteger::RemainderBy10() const {
  // 2^128 mod 10 is 6.
  return static_cast<int>((high_ % 10 * 6 + low_ % 10) % 10);
}

void WideInteger::DivideBy10() {
  UInt128 carry = high_ % 10;
  high_ /= 10;
  const UInt128 upper = (carry << 64) | (low_ >> 64);
  carry = upper % 10;
  const UInt128 lower = (carry << 64) | (low_ & kLowHalf);
  low_ = (upper / 10 << 64) | (lower / 10);
}

bool WideInteger::Divide(UInt128 divisor, UInt128* quotient, UInt128* remainder) const {
  if (high_ == 0) {
    *quotient = low_ / divisor;
    *remainder = low_ % divisor;
    return true;
  }
  if (high_ >= divisor) return false;
  UInt128 rest = high_;
  UInt128 result = 0;
  for (int bit = 127; bit >= 0; --bit) {
    rest = (rest << 1) | ((low_ >> bit) & 1);
    result <<= 1;
    if (rest >= divisor) {
      rest -= divisor;
      result |= 1;
    }
  }
  *quotient = result;
  *remainder = rest;
  return true;
}

}  // namespace entente
