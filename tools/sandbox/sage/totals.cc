#include "tools/sandbox/sage/totals.h"

#include <algorithm>

#include "tools/sandbox/sage/money.h"
#include "tools/sandbox/sage/tax.h"

namespace entente::sandbox::sage {
namespace {

Decimal Sum(const std::vector<Row>& lines, const char* column) {
  Decimal sum;
  for (const Row& line : lines) sum = Plus(sum, line.Number(column));
  return sum;
}

bool IsThresholdReached(const Row& head, const std::vector<Row>& lines, const Decimal& total) {
  const Decimal threshold = head.Number("DO_ValFranco");
  if (threshold.IsZero()) return false;
  if (head.Int("DO_TypeFranco") == 1) return Sum(lines, "DL_Qte") >= threshold;
  return (head.Int("DO_TypeLigneFranco") == 1 ? Sum(lines, "DL_MontantTTC") : total) >= threshold;
}

// DO_TypeFrais: 0 fixed, 1 per quantity, 2 per net weight, 3 per gross weight.
Decimal FeeWithoutTax(const Row& head, const std::vector<Row>& lines) {
  static const char* const kMeasures[] = {"", "DL_Qte", "DL_PoidsNet", "DL_PoidsBrut"};
  const auto kind = static_cast<std::size_t>(std::clamp<std::int64_t>(head.Int("DO_TypeFrais"), 0, 3));
  Decimal fee = head.Number("DO_ValFrais");
  if (kind != 0) fee = Times(fee, Sum(lines, kMeasures[kind]));
  if (head.Int("DO_TypeLigneFrais") == 1) fee = WithoutPercent(fee, VatRate(ReadTaxes(head, "DO_")), kAmountDecimals);
  return fee.Rounded(kAmountDecimals);
}

// Gathers bases per code, then computes each tax once.
class TaxSheet {
 public:
  void Add(const LineTaxes& taxes, const Decimal& base, const Decimal& with_tax, const Decimal& quantity, const Decimal& weight) {
    for (const LineTax& tax : taxes) {
      const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.tax.code == tax.code; });
      Entry& entry = found == entries_.end() ? entries_.emplace_back(Entry{.tax = tax}) : *found;
      if (tax.rate_kind == 2) {
        entry.base = Plus(entry.base, quantity);
      } else {
        entry.base = Plus(entry.base, tax.kind == 3 ? with_tax : tax.kind == 4 ? weight : base);
      }
    }
  }

  std::vector<TaxTotal> Settle() const {
    std::vector<TaxTotal> totals;
    for (const Entry& entry : entries_) {
      const Decimal base = entry.base.Rounded(kAmountDecimals);
      const bool is_percent = entry.tax.rate_kind == 0 && entry.tax.kind != 4;
      const Decimal amount = is_percent ? PercentOf(entry.tax.rate, base) : entry.tax.rate_kind == 1 ? entry.tax.rate : Times(entry.tax.rate, base);
      totals.push_back({entry.tax.code, entry.tax.rate, base, amount.Rounded(kAmountDecimals)});
    }
    return totals;
  }

 private:
  struct Entry {
    LineTax tax;
    Decimal base = {};
  };
  std::vector<Entry> entries_;
};

}  // namespace

Totals TotalsOf(const Row& head, const std::vector<Row>& lines) {
  std::vector<Row> valued;
  std::copy_if(lines.begin(), lines.end(), std::back_inserter(valued), [](const Row& line) { return line.Int("DL_Valorise") == 1; });

  Totals totals;
  totals.total = Sum(valued, "DL_MontantHT");
  totals.fee = IsThresholdReached(head, valued, totals.total) ? Decimal() : FeeWithoutTax(head, valued);

  const Decimal cash_percent = head.Number("DO_TxEscompte");
  TaxSheet sheet;
  Decimal subject;
  for (const Row& line : valued) {
    const Decimal amount = line.Number("DL_MontantHT");
    const bool is_subject = line.Int("DL_Escompte") == 0;
    if (is_subject) subject = Plus(subject, amount);
    const Decimal base = is_subject ? Minus(amount, PercentOf(cash_percent, amount)) : amount;
    sheet.Add(ReadTaxes(line, "DL_"), base, line.Number("DL_MontantTTC"), line.Number("DL_Qte"), line.Number("DL_PoidsNet"));
  }
  if (!totals.fee.IsZero()) sheet.Add(ReadTaxes(head, "DO_"), totals.fee, totals.fee, Decimal(), Decimal());
  totals.cash_discount = PercentOf(cash_percent, subject).Rounded(kAmountDecimals);
  totals.net = Minus(Plus(totals.total, totals.fee), totals.cash_discount);
  totals.taxes = sheet.Settle();
  totals.with_tax = totals.net;
  for (const TaxTotal& tax : totals.taxes) totals.with_tax = Plus(totals.with_tax, tax.amount);
  return totals;
}

void WriteTotals(const Totals& totals, const Decimal& paid_before, Row& head) {
  head.Set("DO_TotalHT", totals.total);
  head.Set("DO_TotalHTNet", totals.net);
  head.Set("DO_TotalTTC", totals.with_tax);
  head.Set("DO_NetAPayer", Minus(totals.with_tax, paid_before));
}

}  // namespace entente::sandbox::sage
