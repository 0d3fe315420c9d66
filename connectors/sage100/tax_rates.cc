#include "connectors/sage100/tax_rates.h"

#include "absl/strings/str_cat.h"

namespace entente::sage100 {

absl::StatusOr<TaxRates> TaxRates::Read(const Reading& reading, const std::vector<std::string>& articles,
                                        const std::vector<std::string>& families) {
  TaxRates out;
  // A percentage (TA_TTaux 0) of VAT on debits or on receipts (TA_Type 0, 1).
  auto rates = Fetch(reading, {.table = "F_TAXE", .columns = {"TA_Code", "TA_Taux"}, .where = R"("TA_TTaux" = 0 AND "TA_Type" IN (0, 1))"});
  if (!rates.ok()) return rates.status();
  for (std::size_t i = 0; i < rates->size(); ++i) {
    const Row row = (*rates)[i];
    const auto code = row.Text("TA_Code");
    const auto rate = row.Decimal("TA_Taux");
    if (code.has_value() && rate.has_value()) out.vat_by_code_.emplace(*code, Amount::Parse(*rate));
  }
  if (absl::Status s = out.ReadPassports(reading, "F_ARTCOMPTA", "AR_Ref", "ACP_", articles, &out.by_article_); !s.ok()) return s;
  if (absl::Status s = out.ReadPassports(reading, "F_FAMCOMPTA", "FA_CodeFamille", "FCP_", families, &out.by_family_); !s.ok()) return s;
  return out;
}

absl::Status TaxRates::ReadPassports(const Reading& reading, const char* table, const char* owner, const std::string& prefix,
                                     const std::vector<std::string>& owners, ByOwner* out) {
  if (owners.empty() || !reading.schema.HasTable(table)) return absl::OkStatus();
  std::vector<odbc::Parameter> values = {std::int64_t{reading.vat_category}};
  const std::string where = absl::StrCat(Quoted(prefix + "Type"), " = 0 AND ", Quoted(prefix + "TypeFacture"), " = 0 AND ",
                                         Quoted(prefix + "Champ"), " = ? AND ", In(owner, owners, &values));
  std::vector<std::string> columns = {owner};
  for (const char* slot : {"1", "2", "3"}) columns.push_back(prefix + "ComptaCPT_Taxe" + slot);
  auto rows = Fetch(reading, {.table = table, .columns = columns, .where = where, .values = values});
  if (!rows.ok()) return rows.status();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    const auto name = row.Text(owner);
    if (!name.has_value()) continue;
    for (std::size_t slot = 1; slot < columns.size(); ++slot) {
      const auto code = row.Text(columns[slot]);
      const auto rate = code.has_value() ? vat_by_code_.find(*code) : vat_by_code_.end();
      if (rate != vat_by_code_.end()) out->emplace(*name, rate->second);
    }
  }
  return absl::OkStatus();
}

std::optional<Amount> TaxRates::Vat(const std::string& article, const std::string& family) const {
  if (const auto own = by_article_.find(article); own != by_article_.end()) return own->second;
  if (const auto shared = by_family_.find(family); shared != by_family_.end()) return shared->second;
  return std::nullopt;
}

}  // namespace entente::sage100
