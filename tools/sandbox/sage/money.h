#pragma once

#include "engine/core/decimal.h"

namespace entente::sandbox::sage {

// Arithmetic on prices, quantities and rates. Values are below 10^12 with at most 12 digits behind the point, so products fit a Decimal;
// products are kept to 12 digits behind the point, which no amount of two digits can notice.
Decimal Plus(const Decimal& a, const Decimal& b);
Decimal Minus(const Decimal& a, const Decimal& b);
Decimal Times(const Decimal& a, const Decimal& b);
// `percent` % of `amount`.
Decimal PercentOf(const Decimal& percent, const Decimal& amount);
// amount × (1 + percent / 100), and back.
Decimal WithPercent(const Decimal& amount, const Decimal& percent);
Decimal WithoutPercent(const Decimal& amount, const Decimal& percent, int decimals);

inline constexpr int kPriceDecimals = 4;   // P_DOSSIERCIAL.D_FormatPrix
inline constexpr int kAmountDecimals = 2;

}  // namespace entente::sandbox::sage
