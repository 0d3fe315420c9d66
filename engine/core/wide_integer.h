#pragma once

#include <cstdint>

namespace entente {

__extension__ typedef unsigned __int128 UInt128;

// An unsigned 256-bit integer: the product of two 128-bit ones, and its way back. Only decimals need it.
class WideInteger {
 public:
  static WideInteger Product(UInt128 a, UInt128 b);

  bool IsZero() const { return high_ == 0 && low_ == 0; }
  bool FitsLow() const { return high_ == 0; }
  UInt128 low() const { return low_; }

  int RemainderBy10() const;
  void DivideBy10();
  // False when the quotient has more than 128 bits. REQUIRES: 0 < divisor < 2^127.
  bool Divide(UInt128 divisor, UInt128* quotient, UInt128* remainder) const;

 private:
  UInt128 high_ = 0;
  UInt128 low_ = 0;
};

}  // namespace entente
