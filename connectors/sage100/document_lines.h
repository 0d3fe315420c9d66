#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/amount.h"
#include "connectors/sage100/reading.h"

namespace entente::sage100 {

// Type and number: a number alone is no key in Sage.
struct DocumentId {
  std::int64_t type = 0;
  std::string piece;
  friend auto operator<=>(const DocumentId&, const DocumentId&) = default;
};

// Lines of sale documents, fetched together, in the order people see them (DL_TRemPied, DL_Ligne).
//
// Owns its rows; Line points into it. One thread.
class DocumentLines {
 public:
  // Lines whose `column` (DO_Piece or DL_PieceDE) is one of `numbers` and whose type meets `types`, a condition such as
  // `"DO_Type" IN (6, 7)`.
  static absl::StatusOr<DocumentLines> Read(const Reading& reading, const char* column, const std::vector<std::string>& numbers,
                                            const std::string& types);

  std::size_t size() const { return rows_.size(); }
  Row operator[](std::size_t index) const { return rows_[index]; }
  DocumentId DocumentOf(std::size_t index) const;
  // The MAP of one line.
  v1::Value Describe(std::size_t index) const;

 private:
  Rows rows_;
  std::map<std::int64_t, std::string> texts_;  // DT_No → DT_Text
};

struct TaxAmount {
  std::string code;
  Amount rate;
  Amount base;
  Amount amount;
};

// Tax by code of the valued lines among `lines`, less the head's cash discount. When `expected_total` is known, the cents that
// rounding leaves over go to the largest base.
std::vector<TaxAmount> TaxesOf(const DocumentLines& lines, const std::vector<std::size_t>& indices, const Amount& cash_discount_percent,
                               const std::optional<Amount>& expected_total);
v1::Value DescribeTaxes(const std::vector<TaxAmount>& taxes);

}  // namespace entente::sage100
