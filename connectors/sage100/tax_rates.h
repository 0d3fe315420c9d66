#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/amount.h"
#include "connectors/sage100/reading.h"

namespace entente::sage100 {

// VAT of articles under the default accounting category: the article's own passport, else its family's.
//
// Holds the articles it was read for. A plain value.
class TaxRates {
 public:
  static absl::StatusOr<TaxRates> Read(const Reading& reading, const std::vector<std::string>& articles,
                                       const std::vector<std::string>& families);

  // Percent; empty when neither article nor family names a tax that is a percentage of the price.
  std::optional<Amount> Vat(const std::string& article, const std::string& family) const;

 private:
  using ByOwner = std::map<std::string, Amount>;
  absl::Status ReadPassports(const Reading& reading, const char* table, const char* owner, const std::string& prefix,
                             const std::vector<std::string>& owners, ByOwner* out);

  std::map<std::string, Amount> vat_by_code_;
  ByOwner by_article_;
  ByOwner by_family_;
};

}  // namespace entente::sage100
