#include "connectors/sage100/document_lines.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"
#include "connectors/sage100/variants.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

const std::vector<std::string>& LineColumns() {
  static const auto* const columns = new std::vector<std::string>{
      "DL_No", "DO_Type", "DO_Piece", "DL_Ligne", "AR_Ref", "AG_No1", "AG_No2", "DL_Design", "DT_No", "DL_Qte", "DL_PrixUnitaire",
      "DL_Remise01REM_Valeur", "DL_Remise01REM_Type", "DL_Remise02REM_Valeur", "DL_Remise02REM_Type", "DL_Remise03REM_Valeur",
      "DL_Remise03REM_Type", "DL_MontantHT", "DL_MontantTTC", "DL_Valorise", "DL_TRemPied", "DL_PieceDE", "DL_DateDE", "DL_Escompte",
      "DL_Taxe1", "DL_Taxe2", "DL_Taxe3", "DL_CodeTaxe1", "DL_CodeTaxe2", "DL_CodeTaxe3", "DL_TypeTaux1", "DL_TypeTaux2",
      "DL_TypeTaux3"};
  return *columns;
}

using Entries = std::vector<std::pair<std::string, v1::Value>>;

void AddText(const Row& row, const char* column, Entries* out) {
  if (const auto value = row.Text(column)) out->emplace_back(column, sdk::Text(*value));
}
void AddInt(const Row& row, const char* column, Entries* out) {
  if (const auto value = row.Int(column)) out->emplace_back(column, sdk::IntValue(*value));
}
void AddDecimal(const Row& row, const char* column, Entries* out) {
  if (const auto value = row.Decimal(column)) out->emplace_back(column, sdk::DecimalValue(*value));
}

Amount Read(const Row& row, const std::string& column) {
  const auto text = row.Decimal(column);
  return text.has_value() ? Amount::Parse(*text) : Amount();
}

Amount Percent(const Amount& of, const Amount& rate) { return (of * rate).DividedBy(Amount::FromInt(100), 6); }

}  // namespace

absl::StatusOr<DocumentLines> DocumentLines::Read(const Reading& reading, const char* column, const std::vector<std::string>& numbers,
                                                  const std::string& types) {
  DocumentLines out;
  if (numbers.empty()) return out;
  std::vector<odbc::Parameter> values;
  const std::string by_number = In(column, numbers, &values);
  auto rows = Fetch(reading, {.table = "F_DOCLIGNE",
                              .columns = LineColumns(),
                              .where = absl::StrCat("\"DO_Domaine\" = 0 AND ", types, " AND ", by_number),
                              .values = values,
                              .order = R"("DO_Type", "DO_Piece", "DL_TRemPied", "DL_Ligne", "DL_No")"});
  if (!rows.ok()) return rows.status();
  out.rows_ = *std::move(rows);

  std::vector<odbc::Parameter> texts;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (const std::int64_t number = out[i].Code("DT_No"); number != 0) texts.emplace_back(number);
  }
  for (std::size_t begin = 0; begin < texts.size(); begin += kAnchorsMax) {
    const std::vector<odbc::Parameter> part(texts.begin() + static_cast<std::ptrdiff_t>(begin),
                                            texts.begin() + static_cast<std::ptrdiff_t>(std::min(texts.size(), begin + kAnchorsMax)));
    auto found = Fetch(reading, {.table = "F_DOCLIGNETEXT", .columns = {"DT_No", "DT_Text"},
                                 .where = absl::StrCat("\"DT_No\" IN (", Placeholders(part.size()), ")"), .values = part});
    if (!found.ok()) return found.status();
    for (std::size_t i = 0; i < found->size(); ++i) {
      if (const auto text = (*found)[i].Text("DT_Text")) out.texts_.emplace((*found)[i].Code("DT_No"), *text);
    }
  }
  return out;
}

DocumentId DocumentLines::DocumentOf(std::size_t index) const {
  return {rows_[index].Code("DO_Type"), rows_[index].Text("DO_Piece").value_or("")};
}

v1::Value DocumentLines::Describe(std::size_t index) const {
  const Row row = rows_[index];
  Entries entries;
  for (const char* column : {"DL_No", "DL_Ligne", "DL_Valorise", "DL_TRemPied", "DL_Remise01REM_Type", "DL_Remise02REM_Type",
                             "DL_Remise03REM_Type"}) {
    AddInt(row, column, &entries);
  }
  for (const char* column : {"DL_Qte", "DL_PrixUnitaire", "DL_Remise01REM_Valeur", "DL_Remise02REM_Valeur", "DL_Remise03REM_Valeur",
                             "DL_MontantHT", "DL_MontantTTC"}) {
    AddDecimal(row, column, &entries);
  }
  AddText(row, "DL_Design", &entries);
  AddText(row, "DL_PieceDE", &entries);
  if (const auto text = texts_.find(row.Code("DT_No")); text != texts_.end()) entries.emplace_back("DT_Text", sdk::Text(text->second));
  if (const auto article = row.Text("AR_Ref")) {
    const std::int64_t no1 = row.Code("AG_No1"), no2 = row.Code("AG_No2");
    entries.emplace_back("AR_Ref", sdk::Ref("article", ArticleKey(*article, no1, no2)));
    entries.emplace_back("article", sdk::Text(*article));
    if (no1 != 0) entries.emplace_back("AG_No1", sdk::IntValue(no1));
    if (no2 != 0) entries.emplace_back("AG_No2", sdk::IntValue(no2));
  }
  return sdk::MapOf(std::move(entries));
}

std::vector<TaxAmount> TaxesOf(const DocumentLines& lines, const std::vector<std::size_t>& indices, const Amount& cash_discount_percent,
                               const std::optional<Amount>& expected_total) {
  std::map<std::string, TaxAmount> by_code;
  for (const std::size_t index : indices) {
    const Row row = lines[index];
    if (row.Has("DL_Valorise") && row.Code("DL_Valorise") == 0) continue;
    Amount net = Read(row, "DL_MontantHT");
    // DL_Escompte 0: subject to the cash discount.
    if (row.Code("DL_Escompte") == 0) net = net - Percent(net, cash_discount_percent);
    for (const char* slot : {"1", "2", "3"}) {
      const auto code = row.Text(absl::StrCat("DL_CodeTaxe", slot));
      if (!code.has_value()) continue;
      const Amount rate = Read(row, absl::StrCat("DL_Taxe", slot));
      TaxAmount& tax = by_code.try_emplace(*code, TaxAmount{*code, rate, {}, {}}).first->second;
      tax.base = tax.base + net;
      // DL_TypeTaux 0 is a percentage; the other kinds are amounts for a unit.
      if (row.Code(absl::StrCat("DL_TypeTaux", slot)) != 0) tax.amount = tax.amount + rate * Read(row, "DL_Qte");
    }
  }
  std::vector<TaxAmount> taxes;
  Amount total;
  for (auto& [code, tax] : by_code) {
    tax.base = tax.base.Rounded(2);
    if (tax.amount.IsZero()) tax.amount = Percent(tax.base, tax.rate);
    tax.amount = tax.amount.Rounded(2);
    total = total + tax.amount;
    taxes.push_back(tax);
  }
  if (expected_total.has_value() && !taxes.empty()) {
    const Amount left_over = *expected_total - total;
    const Amount size = left_over.IsNegative() ? left_over.Negated() : left_over;
    // More than cents is not rounding: shipping fees carry tax of their own. It still belongs to the total.
    auto largest = std::max_element(taxes.begin(), taxes.end(), [](const TaxAmount& a, const TaxAmount& b) {
      const Amount left = a.base.IsNegative() ? a.base.Negated() : a.base;
      const Amount right = b.base.IsNegative() ? b.base.Negated() : b.base;
      return left < right;
    });
    if (!size.IsZero()) largest->amount = largest->amount + left_over;
  }
  return taxes;
}

v1::Value DescribeTaxes(const std::vector<TaxAmount>& taxes) {
  std::vector<v1::Value> out;
  for (const TaxAmount& tax : taxes) {
    Entries entries = {{"code", sdk::Text(tax.code)}};
    if (const auto text = tax.rate.ToText()) entries.emplace_back("rate", sdk::DecimalValue(*text));
    if (const auto text = tax.base.ToText()) entries.emplace_back("base", sdk::DecimalValue(*text));
    if (const auto text = tax.amount.ToText()) entries.emplace_back("amount", sdk::DecimalValue(*text));
    out.push_back(sdk::MapOf(std::move(entries)));
  }
  return sdk::ListOf(std::move(out));
}

}  // namespace entente::sage100
