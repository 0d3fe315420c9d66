#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sandbox/sage/company_database.h"

namespace entente::sandbox::sage {

// A tax of a line, copied from F_TAXE when the line is made: later changes of the rate do not touch it.
struct LineTax {
  std::string code = {};
  Decimal rate = {};
  std::int64_t rate_kind = 0;  // TA_TTaux: 0 percent, 1 amount, 2 amount per unit
  std::int64_t kind = 0;       // TA_Type: 0, 1 VAT; 2, 3, 4 parafiscal on HT, on TTC, per weight

  bool IsVat() const { return rate_kind == 0 && kind != 2 && kind != 3 && kind != 4; }
};
using LineTaxes = std::vector<LineTax>;

// The taxes of an article under an accounting category: F_ARTCOMPTA, else the family's F_FAMCOMPTA; before the effective date of a tax its
// former code. `invoice_kind` is 0 invoice, 1 return, 2 credit note; the row of an invoice serves when the other is missing.
absl::StatusOr<LineTaxes> TaxesOf(CompanyDatabase& database, const Row& article, std::int64_t accounting_category, std::int64_t invoice_kind,
                                  const std::string& day);

// The sum of the VAT rates: what turns a price without tax into one with it.
Decimal VatRate(const LineTaxes& taxes);

// `<prefix>Taxe1`, `CodeTaxe1`, `TypeTaux1`, `TypeTaxe1`, … 3, where prefix is "DL_" or "DO_".
void WriteTaxes(const LineTaxes& taxes, const std::string& prefix, Row& row);
LineTaxes ReadTaxes(const Row& row, const std::string& prefix);

}  // namespace entente::sandbox::sage
