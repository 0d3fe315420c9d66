#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/catalogue.h"
#include "connectors/sage100/odbc.h"

namespace entente::sage100 {

class Schema;

struct PriceCategory {
  std::int64_t index = 0;
  std::string label;
  bool is_tax_included = false;
};

// The P_ tables a reader needs: labels behind positions, currencies, price categories.
//
// They carry no change date, so they are read anew for every poll and compared as a whole. A plain value.
class Parameters {
 public:
  static absl::StatusOr<Parameters> Read(odbc::Connection& connection, const Schema& schema, bool all_price_categories);

  // Label at a position; empty when blank or unknown.
  std::optional<std::string> LabelAt(LabelTable table, std::int64_t position) const;
  // Position of a label, case folded for ASCII; empty when there is none.
  std::optional<std::int64_t> PositionOf(LabelTable table, std::string_view label) const;
  std::vector<std::string> Labels(LabelTable table) const;

  // ISO code of a currency position; empty when unknown.
  std::optional<std::string> CurrencyAt(std::int64_t position) const;
  // ISO code of the bookkeeping currency; "EUR" when the company does not say.
  const std::string& bookkeeping_currency() const { return bookkeeping_currency_; }
  // Same, with 0 for the bookkeeping currency.
  std::string DocumentCurrency(std::int64_t position) const;

  // Labelled categories, by index.
  const std::vector<PriceCategory>& categories() const { return categories_; }
  // Categories prices are reported for: those a party uses, or all of them.
  const std::vector<std::int64_t>& priced_categories() const { return priced_categories_; }

  // Changes whenever anything `resource` shows from these tables changes.
  std::uint64_t Fingerprint(std::string_view resource) const;

 private:
  using LabelMap = std::map<std::int64_t, std::string>;

  std::map<LabelTable, LabelMap> labels_;
  LabelMap currencies_;
  std::string bookkeeping_currency_ = "EUR";
  std::vector<PriceCategory> categories_;
  std::vector<std::int64_t> priced_categories_;
};

// 64 bits of a text that are equal for equal texts in every process.
std::uint64_t HashOf(std::string_view text);

}  // namespace entente::sage100
