#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/decimal.h"
#include "tools/sandbox/sage/value.h"

namespace entente::sandbox::sage {

// One of the up to three discounts of a line.
struct Discount {
  enum Type : std::int64_t { kAmountPerUnit = 0, kPercent = 1, kFreeUnits = 2 };
  std::int64_t type = kPercent;
  Decimal value = {};

  friend bool operator==(const Discount&, const Discount&) = default;
};
using Discounts = std::vector<Discount>;
inline constexpr std::size_t kDiscountsMax = 3;

// What Sage does when item, family and client each grant a discount. The numbers are ours, in P_PREFERENCES.PR_ChoixRemise: those of
// Sage are not public.
enum class DiscountPolicy { kClientOnly = 0, kItemOnly = 1, kFamilyOnly = 2, kSum = 3, kCascade = 4, kBest = 5 };

struct DiscountSources {
  Discounts item;
  Discounts family;
  Discounts client;
  bool is_item_final = false;    // "hors remise": no family or client discount
  bool is_family_final = false;  // the same of a family rule: no client discount
};

// price × quantity with the discounts in cascade, rounded to two digits. Percentages apply to the price discounted so far, amounts are per
// unit, free units are not charged.
Decimal LineAmount(const Decimal& price, const Decimal& quantity, const Discounts& discounts);

// The discounts of the line, at most three.
Discounts Combine(DiscountPolicy policy, const DiscountSources& sources, const Decimal& price, const Decimal& quantity);

// Reads `<prefix>01REM_Valeur`, `<prefix>01REM_Type`, … 03, without those of value 0; and writes all three.
Discounts ReadDiscounts(const Row& row, const std::string& prefix);
void WriteDiscounts(const Discounts& discounts, const std::string& prefix, Row& row);

}  // namespace entente::sandbox::sage
