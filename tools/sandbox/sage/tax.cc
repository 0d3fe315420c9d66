#include "tools/sandbox/sage/tax.h"

#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/money.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

constexpr std::size_t kTaxesMax = 3;

struct Passport {
  Row row;
  std::string prefix;  // "ACP_" or "FCP_"
};

absl::StatusOr<Passport> FindPassport(CompanyDatabase& database, const Row& article, std::int64_t category, std::int64_t invoice_kind) {
  SAGE_ASSIGN(std::optional<Row> row, database.Find("F_ARTCOMPTA", {{"AR_Ref", article.Text("AR_Ref")},
                                                                    {"ACP_Type", 0},
                                                                    {"ACP_Champ", category},
                                                                    {"ACP_TypeFacture", invoice_kind}}));
  if (row.has_value()) return Passport{*row, "ACP_"};
  SAGE_ASSIGN(row, database.Find("F_FAMCOMPTA", {{"FA_CodeFamille", article.Text("FA_CodeFamille")},
                                                 {"FCP_Type", 0},
                                                 {"FCP_Champ", category},
                                                 {"FCP_TypeFacture", invoice_kind}}));
  if (row.has_value()) return Passport{*row, "FCP_"};
  if (invoice_kind != 0) return FindPassport(database, article, category, 0);
  return Passport{};
}

bool IsSet(const std::string& date) { return date.size() >= 10 && date.substr(0, 4) > "1900"; }

}  // namespace

absl::StatusOr<LineTaxes> TaxesOf(CompanyDatabase& database, const Row& article, std::int64_t accounting_category, std::int64_t invoice_kind,
                                  const std::string& day) {
  SAGE_ASSIGN(const Passport passport, FindPassport(database, article, accounting_category, invoice_kind));
  LineTaxes taxes;
  for (std::size_t i = 1; i <= kTaxesMax; ++i) {
    const std::string stem = absl::StrCat(passport.prefix, "ComptaCPT_");
    const std::string effective = passport.row.Text(absl::StrCat(stem, "Date", i));
    const bool is_before = IsSet(effective) && day < effective.substr(0, 10);
    const std::string code = passport.row.Text(absl::StrCat(stem, is_before ? "TaxeAnc" : "Taxe", i));
    if (code.empty()) continue;
    SAGE_ASSIGN(const std::optional<Row> tax, database.Find("F_TAXE", {{"TA_Code", code}}));
    if (tax.has_value()) taxes.push_back({code, tax->Number("TA_Taux"), tax->Int("TA_TTaux"), tax->Int("TA_Type")});
  }
  return taxes;
}

Decimal VatRate(const LineTaxes& taxes) {
  Decimal rate;
  for (const LineTax& tax : taxes) {
    if (tax.IsVat()) rate = Plus(rate, tax.rate);
  }
  return rate;
}

void WriteTaxes(const LineTaxes& taxes, const std::string& prefix, Row& row) {
  for (std::size_t i = 0; i < kTaxesMax; ++i) {
    const LineTax tax = i < taxes.size() ? taxes[i] : LineTax{};
    row.Set(absl::StrCat(prefix, "Taxe", i + 1), tax.rate);
    row.Set(absl::StrCat(prefix, "CodeTaxe", i + 1), tax.code.empty() ? Value() : Value(tax.code));
    row.Set(absl::StrCat(prefix, "TypeTaux", i + 1), tax.rate_kind);
    row.Set(absl::StrCat(prefix, "TypeTaxe", i + 1), tax.kind);
  }
}

LineTaxes ReadTaxes(const Row& row, const std::string& prefix) {
  LineTaxes taxes;
  for (std::size_t i = 1; i <= kTaxesMax; ++i) {
    const std::string code = row.Text(absl::StrCat(prefix, "CodeTaxe", i));
    if (code.empty()) continue;
    taxes.push_back({code, row.Number(absl::StrCat(prefix, "Taxe", i)), row.Int(absl::StrCat(prefix, "TypeTaux", i)),
                     row.Int(absl::StrCat(prefix, "TypeTaxe", i))});
  }
  return taxes;
}

}  // namespace entente::sandbox::sage
