#include "tools/sandbox/sage/discount.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/money.h"

namespace entente::sandbox::sage {
namespace {

const Decimal kHundred = Decimal::FromInt(100);

// a then b as one discount of the same kind: percentages compound, amounts and units add up.
Discount Merged(const Discount& a, const Discount& b) {
  if (a.type != Discount::kPercent) return {a.type, Plus(a.value, b.value)};
  return {Discount::kPercent, Minus(Plus(a.value, b.value), PercentOf(a.value, b.value)).Rounded(6)};
}

// Fits into three: neighbours of one kind are merged, the last ones first. Discounts that cannot be merged keep the first three.
Discounts FittedToThree(Discounts all) {
  while (all.size() > kDiscountsMax) {
    std::size_t second = all.size() - 1;
    while (second > 0 && all[second].type != all[second - 1].type) --second;
    if (second == 0) {
      all.resize(kDiscountsMax);
    } else {
      all[second - 1] = Merged(all[second - 1], all[second]);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(second));
    }
  }
  return all;
}

Discounts Concatenated(const DiscountSources& sources) {
  Discounts all = sources.item;
  all.insert(all.end(), sources.family.begin(), sources.family.end());
  all.insert(all.end(), sources.client.begin(), sources.client.end());
  return all;
}

// One percentage that is the sum of all, at most 100, then what is no percentage.
Discounts Summed(const DiscountSources& sources) {
  Discount sum;
  Discounts others;
  for (const Discount& discount : Concatenated(sources)) {
    if (discount.type == Discount::kPercent) {
      sum.value = std::min(kHundred, Plus(sum.value, discount.value));
    } else {
      others.push_back(discount);
    }
  }
  Discounts all;
  if (!sum.value.IsZero()) all.push_back(sum);
  all.insert(all.end(), others.begin(), others.end());
  return FittedToThree(all);
}

Discounts Best(const DiscountSources& sources, const Decimal& price, const Decimal& quantity) {
  const std::array<const Discounts*, 3> candidates = {&sources.item, &sources.family, &sources.client};
  return **std::min_element(candidates.begin(), candidates.end(), [&](const Discounts* a, const Discounts* b) {
    return LineAmount(price, quantity, *a) < LineAmount(price, quantity, *b);
  });
}

Decimal ChargedAfterFreeUnits(const Decimal& quantity, const Decimal& free_units) {
  if (quantity.IsNegative()) return std::min(Decimal(), Plus(quantity, free_units));
  return std::max(Decimal(), Minus(quantity, free_units));
}

}  // namespace

Decimal LineAmount(const Decimal& price, const Decimal& quantity, const Discounts& discounts) {
  Decimal unit = price;
  Decimal charged = quantity;
  for (const Discount& discount : discounts) {
    if (discount.type == Discount::kPercent) {
      unit = Minus(unit, PercentOf(discount.value, unit));
    } else if (discount.type == Discount::kAmountPerUnit) {
      unit = Minus(unit, discount.value);
    } else {
      charged = ChargedAfterFreeUnits(charged, discount.value);
    }
  }
  return Times(unit, charged).Rounded(kAmountDecimals);
}

Discounts Combine(DiscountPolicy policy, const DiscountSources& sources, const Decimal& price, const Decimal& quantity) {
  if (sources.is_item_final) return FittedToThree(sources.item);
  DiscountSources applicable = sources;
  if (sources.is_family_final) applicable.client.clear();
  switch (policy) {
    case DiscountPolicy::kClientOnly:
      return applicable.client;
    case DiscountPolicy::kItemOnly:
      return applicable.item;
    case DiscountPolicy::kFamilyOnly:
      return applicable.family;
    case DiscountPolicy::kSum:
      return Summed(applicable);
    case DiscountPolicy::kBest:
      return Best(applicable, price, quantity);
    case DiscountPolicy::kCascade:
      break;
  }
  return FittedToThree(Concatenated(applicable));
}

Discounts ReadDiscounts(const Row& row, const std::string& prefix) {
  Discounts discounts;
  for (int slot = 1; slot <= 3; ++slot) {
    const std::string name = absl::StrCat(prefix, "0", slot, "REM_");
    const Decimal value = row.Number(name + "Valeur");
    if (!value.IsZero()) discounts.push_back({row.Int(name + "Type"), value});
  }
  return discounts;
}

void WriteDiscounts(const Discounts& discounts, const std::string& prefix, Row& row) {
  for (std::size_t slot = 0; slot < kDiscountsMax; ++slot) {
    const std::string name = absl::StrCat(prefix, "0", slot + 1, "REM_");
    row.Set(name + "Valeur", slot < discounts.size() ? discounts[slot].value : Decimal());
    row.Set(name + "Type", slot < discounts.size() ? discounts[slot].type : std::int64_t{0});
  }
}

}  // namespace entente::sandbox::sage
