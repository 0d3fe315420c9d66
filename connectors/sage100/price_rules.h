#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/amount.h"
#include "connectors/sage100/reading.h"
#include "connectors/sage100/tax_rates.h"
#include "connectors/sage100/variants.h"

namespace entente::sage100 {

// What an article costs in one price category, for a quantity of 1.
struct CategoryPrice {
  std::optional<Amount> sale_price;  // excluding tax; empty when the tax to take out is unknown
  Amount discount;                   // percent
};

// The rules that give articles their price by category: the category's own price or coefficient, variants, the side of tax,
// and the discount for a quantity of 1. Rules of single clients have no place here: Sage applies them to a quote.
//
// Holds the articles it was read for. A plain value.
class PriceRules {
 public:
  static absl::StatusOr<PriceRules> Read(const Reading& reading, const Rows& articles);

  CategoryPrice PriceOf(const Row& article, std::int64_t category, const Variant* variant) const;

 private:
  using Owner = std::pair<std::string, std::int64_t>;  // article or family, category

  struct Rule {
    Amount price;
    Amount coefficient;
    bool is_tax_included = false;
    Amount discount;
    bool stops_here = false;  // excluded from any other discount
    std::int64_t breaks = 0;  // 0 none, 1 by quantity, 2 by amount, 3 net price
    std::int64_t rounding = 0;
  };
  struct Break {
    Amount bound;
    Amount discounts[3];
    std::int64_t kinds[3] = {0, 0, 0};
    Amount net_price;
  };
  struct Step {
    std::int64_t kind = 0;
    Amount step;
  };

  absl::Status ReadRules(const Reading& reading, const char* table, const char* owner, const std::string& prefix,
                         const std::vector<std::string>& owners, const std::string& filter, std::map<Owner, Rule>* out);
  absl::Status ReadBreaks(const Reading& reading, const char* table, const char* owner, const std::string& prefix,
                          const std::vector<std::string>& owners, std::map<Owner, std::vector<Break>>* out);
  absl::Status ReadVariantPrices(const Reading& reading, const std::vector<std::string>& articles);
  absl::Status ReadSteps(const Reading& reading);

  Amount RoundedBy(const Amount& price, std::int64_t rounding) const;
  // Applies the break that holds for a quantity of 1: a net price replaces `price`, percents go to `discount`.
  static void ApplyBreak(const std::vector<Break>& breaks, const Rule& rule, Amount* price, Amount* discount, bool* is_net);

  TaxRates rates_;
  std::map<Owner, Rule> article_rules_;
  std::map<Owner, Rule> family_rules_;
  std::map<Owner, std::vector<Break>> article_breaks_;
  std::map<Owner, std::vector<Break>> family_breaks_;
  std::map<std::pair<std::string, std::int64_t>, Amount> variant_prices_;  // article key, category
  std::map<std::int64_t, Step> steps_;
};

// The owner word of a category in break and variant tables: "a01" … "a32".
std::string CategoryOwner(std::int64_t category);

}  // namespace entente::sage100
