#include "connectors/sage100/parameters.h"

#include <xxhash.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sage100/dialect.h"
#include "connectors/sage100/rows.h"
#include "connectors/sage100/schema.h"

namespace entente::sage100 {
namespace {

std::int64_t Number(const odbc::Cell& cell) {
  std::int64_t out = 0;
  if (cell.has_value()) (void)absl::SimpleAtoi(*cell, &out);
  return out;
}

absl::StatusOr<std::map<std::int64_t, std::string>> ReadLabels(odbc::Connection& connection, const Schema& schema, const char* table,
                                                               const std::string& column) {
  std::map<std::int64_t, std::string> out;
  if (schema.Column(table, column) == nullptr || schema.Column(table, "cbIndice") == nullptr) return out;
  absl::Status status = connection.Query(absl::StrCat("SELECT \"cbIndice\", ", Quoted(column), " FROM ", Quoted(table), " ORDER BY \"cbIndice\""),
                                         {}, [&](std::vector<odbc::Cell>& row) {
                                           if (auto label = Trimmed(row[1])) out.emplace(Number(row[0]), *std::move(label));
                                           return absl::OkStatus();
                                         });
  if (!status.ok()) return status;
  return out;
}

// P_MOTIFDEVIS is known by its object only: its label is the column that ends like one.
std::string ReasonColumn(const Schema& schema) {
  for (const char* candidate : {"MD_Intitule", "M_Intitule", "P_Intitule", "Intitule"}) {
    if (schema.Column("P_MOTIFDEVIS", candidate) != nullptr) return candidate;
  }
  return "";
}

std::string Shown(const std::map<std::int64_t, std::string>& labels) {
  std::string out;
  for (const auto& [position, label] : labels) absl::StrAppend(&out, position, "=", label, "\n");
  return out;
}

}  // namespace

std::uint64_t HashOf(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

absl::StatusOr<Parameters> Parameters::Read(odbc::Connection& connection, const Schema& schema, bool all_price_categories) {
  Parameters out;
  struct Source {
    LabelTable kind;
    const char* table;
    std::string column;
  };
  const std::vector<Source> sources = {{LabelTable::kService, "P_SERVICECPTA", "S_Intitule"},
                                       {LabelTable::kContactType, "P_CONTACT", "C_Intitule"},
                                       {LabelTable::kUnit, "P_UNITE", "U_Intitule"},
                                       {LabelTable::kQuoteReason, "P_MOTIFDEVIS", ReasonColumn(schema)}};
  for (const Source& source : sources) {
    auto labels = ReadLabels(connection, schema, source.table, source.column);
    if (!labels.ok()) return labels.status();
    out.labels_[source.kind] = *std::move(labels);
  }
  auto currencies = ReadLabels(connection, schema, "P_DEVISE", "D_CodeISO");
  if (!currencies.ok()) return currencies.status();
  out.currencies_ = *std::move(currencies);

  if (schema.Column("P_DOSSIERCIAL", "N_DeviseCompte") != nullptr) {
    absl::Status status = connection.Query(R"(SELECT "N_DeviseCompte" FROM "P_DOSSIERCIAL")", {}, [&](std::vector<odbc::Cell>& row) {
      if (auto iso = out.CurrencyAt(Number(row[0]))) out.bookkeeping_currency_ = *std::move(iso);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
  }
  absl::Status status = connection.Query(
      R"(SELECT "cbIndice", "CT_Intitule", "CT_PrixTTC" FROM "P_CATTARIF" ORDER BY "cbIndice")", {}, [&](std::vector<odbc::Cell>& row) {
        if (auto label = Trimmed(row[1])) out.categories_.push_back({Number(row[0]), *std::move(label), Number(row[2]) == 1});
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  if (all_price_categories) {
    for (const PriceCategory& category : out.categories_) out.priced_categories_.push_back(category.index);
    return out;
  }
  // 0 means the default category, which the company counts as 1.
  status = connection.Query(R"(SELECT DISTINCT "N_CatTarif" FROM "F_COMPTET" WHERE "CT_Type" = 0 ORDER BY "N_CatTarif")", {},
                            [&](std::vector<odbc::Cell>& row) {
                              const std::int64_t index = std::max<std::int64_t>(1, Number(row[0]));
                              auto& used = out.priced_categories_;
                              if (std::find(used.begin(), used.end(), index) == used.end()) used.push_back(index);
                              return absl::OkStatus();
                            });
  if (!status.ok()) return status;
  return out;
}

std::optional<std::string> Parameters::LabelAt(LabelTable table, std::int64_t position) const {
  const auto labels = labels_.find(table);
  if (labels == labels_.end()) return std::nullopt;
  const auto found = labels->second.find(position);
  return found == labels->second.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> Parameters::PositionOf(LabelTable table, std::string_view label) const {
  const auto labels = labels_.find(table);
  if (labels == labels_.end()) return std::nullopt;
  for (const auto& [position, text] : labels->second) {
    if (absl::EqualsIgnoreCase(text, absl::string_view(label.data(), label.size()))) return position;
  }
  return std::nullopt;
}

std::vector<std::string> Parameters::Labels(LabelTable table) const {
  std::vector<std::string> out;
  if (const auto labels = labels_.find(table); labels != labels_.end()) {
    for (const auto& [position, text] : labels->second) out.push_back(text);
  }
  return out;
}

std::optional<std::string> Parameters::CurrencyAt(std::int64_t position) const {
  const auto found = currencies_.find(position);
  return found == currencies_.end() ? std::nullopt : std::optional(found->second);
}

std::string Parameters::DocumentCurrency(std::int64_t position) const {
  return position == 0 ? bookkeeping_currency_ : CurrencyAt(position).value_or(bookkeeping_currency_);
}

std::uint64_t Parameters::Fingerprint(std::string_view resource) const {
  std::string shown(resource);
  const auto add = [&](LabelTable table) {
    if (const auto labels = labels_.find(table); labels != labels_.end()) shown += Shown(labels->second);
  };
  if (resource == "contact") {
    add(LabelTable::kService);
    add(LabelTable::kContactType);
  } else if (resource == "article") {
    add(LabelTable::kUnit);
  } else if (resource == "party") {
    shown += Shown(currencies_);
  } else if (resource == "price") {
    for (const std::int64_t index : priced_categories_) absl::StrAppend(&shown, index, ",");
    for (const PriceCategory& category : categories_) absl::StrAppend(&shown, category.index, category.is_tax_included ? "i" : "e");
  } else if (resource == "price_category") {
    for (const PriceCategory& category : categories_) {
      absl::StrAppend(&shown, category.index, "=", category.label, category.is_tax_included ? "i\n" : "e\n");
    }
    shown += bookkeeping_currency_;
  } else if (resource == "quote" || resource == "invoice") {
    absl::StrAppend(&shown, Shown(currencies_), bookkeeping_currency_);
    if (resource == "quote") add(LabelTable::kQuoteReason);
  }
  return HashOf(shown);
}

}  // namespace entente::sage100
