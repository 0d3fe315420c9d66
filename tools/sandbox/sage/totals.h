#pragma once

#include <string>
#include <vector>

#include "engine/core/decimal.h"
#include "tools/sandbox/sage/value.h"

namespace entente::sandbox::sage {

// One tax of a document: what it is computed on and what it comes to.
struct TaxTotal {
  std::string code = {};
  Decimal rate = {};
  Decimal base = {};
  Decimal amount = {};
};

struct Totals {
  Decimal total;          // DO_TotalHT: the valued lines
  Decimal fee;            // shipping that applies, without tax
  Decimal cash_discount;  // of the lines that are subject to it
  Decimal net;            // DO_TotalHTNet
  Decimal with_tax;       // DO_TotalTTC
  std::vector<TaxTotal> taxes;  // in the order of their first line
};

// Computes from the cells of a head (fee, threshold, cash discount, taxes of the fee) and of its lines. Tax is computed per code on the
// summed base, which the cash discount reduces, and rounded to two digits: the sum of the lines' own tax may differ by cents.
Totals TotalsOf(const Row& head, const std::vector<Row>& lines);

// Sets DO_TotalHT, DO_TotalHTNet, DO_TotalTTC and DO_NetAPayer (less `paid_before`, the down-payments).
void WriteTotals(const Totals& totals, const Decimal& paid_before, Row& head);

}  // namespace entente::sandbox::sage
