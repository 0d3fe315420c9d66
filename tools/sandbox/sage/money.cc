#include "tools/sandbox/sage/money.h"

namespace entente::sandbox::sage {
namespace {

constexpr int kProductDecimals = 12;
const Decimal kHundred = Decimal::FromInt(100);

}  // namespace

Decimal Plus(const Decimal& a, const Decimal& b) { return Decimal::Add(a, b).value_or(Decimal()); }

Decimal Minus(const Decimal& a, const Decimal& b) { return Decimal::Subtract(a, b).value_or(Decimal()); }

Decimal Times(const Decimal& a, const Decimal& b) {
  // A product has the digits of both behind the point: 18 is the most a Decimal holds.
  const int room = Decimal::kScaleMax - b.scale();
  const Decimal first = a.scale() <= room ? a : a.Rounded(room);
  return Decimal::Multiply(first, b).value_or(Decimal()).Rounded(kProductDecimals);
}

Decimal PercentOf(const Decimal& percent, const Decimal& amount) {
  return Decimal::Divide(Times(percent, amount), kHundred, kProductDecimals).value_or(Decimal());
}

Decimal WithPercent(const Decimal& amount, const Decimal& percent) { return Plus(amount, PercentOf(percent, amount)); }

Decimal WithoutPercent(const Decimal& amount, const Decimal& percent, int decimals) {
  return Decimal::Divide(Times(amount, kHundred), Plus(kHundred, percent), decimals).value_or(Decimal());
}

}  // namespace entente::sandbox::sage
