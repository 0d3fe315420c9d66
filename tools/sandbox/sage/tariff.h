#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/sandbox/sage/company_database.h"
#include "tools/sandbox/sage/discount.h"
#include "tools/sandbox/sage/tax.h"

namespace entente::sandbox::sage {

// Whose price list counts: the client, or the purchasing group it belongs to (CT_NumCentrale), with its category and discount rate.
struct TariffOwner {
  std::string code;
  std::int64_t category = 1;
  Decimal discount_percent = {};
};
absl::StatusOr<TariffOwner> OwnerOfTariff(CompanyDatabase& database, const Row& client);

struct PriceQuestion {
  TariffOwner owner;
  Row article;
  std::int64_t variant1 = 0;
  std::int64_t variant2 = 0;
  Decimal quantity = {};
  Decimal vat_rate = {};  // of the line, to turn prices with tax into prices without
  std::string day = {};   // "2026-11-22": future prices that apply by then count
};

struct PriceAnswer {
  Decimal unit_price = {};            // without tax, 4 digits
  Decimal unit_price_with_tax = {};   // 4 digits
  bool is_entered_with_tax = false;
  Discounts discounts = {};
};

// The price of one line, by the rules of the reference: owner, price, variant, tax side, discount of the rule with its breaks, family,
// client, and the policy between them.
absl::StatusOr<PriceAnswer> PriceOf(CompanyDatabase& database, const PriceQuestion& question);

// P_ARRONDI: kind 0 nearest, 1 up, 2 down multiple of `step`; 3 nearest, 4 up, 5 down price that ends with `step`.
Decimal RoundedByRule(const Decimal& price, std::int64_t kind, const Decimal& step);

}  // namespace entente::sandbox::sage
