#include "tools/sandbox/sage/row_json.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/sage/discount.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

using nlohmann::json;

json CellJson(const Value& value, const Column* column) {
  if (value.is_null()) return nullptr;
  if (column == nullptr) return value.is_integer() ? json(value.integer()) : json(value.text());
  switch (column->type) {
    case ColumnType::kSmall:
    case ColumnType::kInteger:
      return value.integer();
    case ColumnType::kNumeric:
      return Decimal::Parse(value.text()).value_or(Decimal()).ToString();
    case ColumnType::kDate:
      return value.text().substr(0, 10);
    default:
      return value.text();
  }
}

json LineJson(const DocumentLine& line, const Table& table, bool is_written) {
  static constexpr const char* kColumns[] = {"AR_Ref",  "AG_No1",          "AG_No2",       "DL_Qte",         "DL_Design",
                                             "DL_Ligne", "DL_PrixUnitaire", "DL_MontantHT", "DL_MontantTTC"};
  json out;
  for (const char* column : kColumns) out[column] = CellJson(line.cells.At(column), table.Find(column));
  for (int slot = 1; slot <= 3; ++slot) {
    for (const char* part : {"Valeur", "Type"}) {
      const std::string column = absl::StrCat("DL_Remise0", slot, "REM_", part);
      const Value& cell = line.cells.At(column);
      out[column] = cell.is_null() ? CellJson(std::string_view(part) == "Type" ? Value(0) : Value("0"), table.Find(column))
                                   : CellJson(cell, table.Find(column));
    }
  }
  for (const char* column : {"DL_PrixUnitaire", "DL_MontantHT", "DL_MontantTTC"}) {
    if (out[column].is_null()) out[column] = "0";
  }
  out["DT_Text"] = line.long_text;
  if (is_written) out["DL_No"] = line.cells.Int("DL_No");
  out["available"] = line.available.has_value() ? json(line.available->ToString()) : json(nullptr);
  return out;
}

absl::Status NotTaken(const std::string& field) {
  return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(field, " is not taken here: Sage sets it"), .field = field});
}

absl::Status RequireKnown(const Row& row, const std::set<std::string>& known) {
  for (const auto& [name, value] : row) {
    if (!known.contains(name)) return NotTaken(name);
  }
  return absl::OkStatus();
}

absl::StatusOr<Decimal> NumberOf(const Row& row, const char* field, int line) {
  const std::optional<Decimal> number = row.Text(field).empty() ? Decimal() : Decimal::Parse(row.Text(field));
  if (number.has_value()) return *number;
  return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(field, " takes a decimal number"), .field = field, .line = line});
}

std::string SlotName(std::size_t slot) { return absl::StrCat("DL_Remise0", slot + 1, "REM_Valeur"); }

// What the gateway is asked for, percents all.
absl::Status ReadAskedDiscounts(const Row& row, const json& more, int number, LineRequest* line) {
  for (std::size_t slot = 0; slot < kDiscountsMax; ++slot) {
    if (!row.Has(SlotName(slot))) continue;
    SAGE_ASSIGN(const Decimal percent, NumberOf(row, SlotName(slot).c_str(), number));
    line->asked_discounts[slot] = percent;
  }
  if (more.is_null()) return absl::OkStatus();
  if (!more.is_array()) return Refuse({.code = "INVALID_REQUEST", .text = "discounts_more is an array", .field = "discounts_more", .line = number});
  for (const json& element : more) {
    const std::optional<Decimal> percent = element.is_string() ? Decimal::Parse(element.get<std::string>()) : std::nullopt;
    if (!percent.has_value()) return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = "discounts_more takes decimal numbers", .field = "discounts_more", .line = number});
    line->more_discounts.push_back(*percent);
  }
  return absl::OkStatus();
}

absl::StatusOr<LineRequest> LineRequestOf(const json& object, bool may_set_prices, int number) {
  json plain = object;
  const json more = plain.is_object() && plain.contains("discounts_more") && !may_set_prices ? plain["discounts_more"] : json();
  if (!more.is_null()) plain.erase("discounts_more");
  SAGE_ASSIGN(const Row row, RowOf(plain));
  std::set<std::string> known = {"AR_Ref", "AG_No1", "AG_No2", "DL_Qte", "DL_Design", "DT_Text"};
  if (may_set_prices) {
    known.insert("DL_PrixUnitaire");
    for (const char* slot : {"01", "02", "03"}) {
      known.insert(absl::StrCat("DL_Remise", slot, "REM_Valeur"));
      known.insert(absl::StrCat("DL_Remise", slot, "REM_Type"));
    }
  }
  if (!may_set_prices) {
    for (std::size_t slot = 0; slot < kDiscountsMax; ++slot) known.insert(SlotName(slot));
  }
  SAGE_RETURN_IF_ERROR(RequireKnown(row, known));
  LineRequest line{.article = row.Text("AR_Ref"), .variant1 = row.Int("AG_No1"), .variant2 = row.Int("AG_No2"), .long_text = row.Text("DT_Text")};
  SAGE_ASSIGN(line.quantity, NumberOf(row, "DL_Qte", number));
  if (!row.Text("DL_Design").empty()) line.design = row.Text("DL_Design");
  if (row.Has("DL_PrixUnitaire")) {
    SAGE_ASSIGN(const Decimal price, NumberOf(row, "DL_PrixUnitaire", number));
    line.unit_price = price;
  }
  if (!may_set_prices) SAGE_RETURN_IF_ERROR(ReadAskedDiscounts(row, more, number, &line));
  if (may_set_prices && row.Has("DL_Remise01REM_Valeur")) {
    Row typed = row;
    // A person who types a bare number means a percentage.
    for (const char* slot : {"01", "02", "03"}) {
      const std::string kind = absl::StrCat("DL_Remise", slot, "REM_Type");
      if (!typed.Has(kind)) typed.Set(kind, 1);
    }
    line.discounts = ReadDiscounts(typed, "DL_Remise");
  }
  return line;
}

}  // namespace

json RowJson(const Row& row, const Table& table) {
  json out = json::object();
  for (const auto& [name, value] : row) out[name] = CellJson(value, table.Find(name));
  return out;
}

json ProblemsJson(const std::vector<Problem>& problems) {
  json out = json::array();
  for (const Problem& problem : problems) {
    out.push_back({{"severity", problem.is_error ? "error" : "warning"},
                   {"code", problem.code},
                   {"text", problem.text},
                   {"field", problem.field},
                   {"line", problem.line}});
  }
  return out;
}

json DocumentJson(const Document& document, const Schema& schema) {
  static constexpr const char* kColumns[] = {"DO_Tiers",   "DO_Date",      "DO_Ref",        "DO_RefExterne", "DO_NoWeb",   "CO_No",
                                             "DO_Souche",  "DO_Contact",   "DO_Type",       "DO_Statut",     "DO_Tarif",   "DO_TotalHT",
                                             "DO_TotalHTNet", "DO_TotalTTC", "DO_NetAPayer", "DO_TxEscompte", "DO_ValFrais"};
  const Table& heads = *schema.Find("F_DOCENTETE");
  json out;
  for (const char* column : kColumns) out[column] = CellJson(document.head.At(column), heads.Find(column));
  const bool is_written = document.head.Has("DO_Piece");
  if (is_written) {
    out["DO_Piece"] = document.head.Text("DO_Piece");
    out["DO_Provenance"] = document.head.Int("DO_Provenance");
    out["cbMarq"] = document.head.Int("cbMarq");
    out["cbModification"] = document.head.At("cbModification").text();
  }
  out["lines"] = json::array();
  for (const DocumentLine& line : document.lines) out["lines"].push_back(LineJson(line, *schema.Find("F_DOCLIGNE"), is_written));
  out["taxes"] = json::array();
  for (const TaxTotal& tax : document.taxes) {
    out["taxes"].push_back(
        {{"code", tax.code}, {"rate", tax.rate.ToString()}, {"base", tax.base.ToString()}, {"amount", tax.amount.ToString()}});
  }
  out["priced_at"] = document.priced_at;
  out["problems"] = ProblemsJson(document.problems);
  return out;
}

absl::StatusOr<Row> RowOf(const json& object) {
  if (!object.is_object()) return Refuse({.code = "INVALID_REQUEST", .text = "an object with Sage field names is expected"});
  Row row;
  for (const auto& [name, value] : object.items()) {
    if (value.is_string()) {
      row.Set(name, value.get<std::string>());
    } else if (value.is_number_integer()) {
      row.Set(name, value.get<std::int64_t>());
    } else if (value.is_boolean()) {
      row.Set(name, value.get<bool>() ? 1 : 0);
    } else if (value.is_null()) {
      row.Set(name, "");
    } else {
      return Refuse({.code = "INVALID_REQUEST", .text = absl::StrCat(name, " takes text, a whole number, or a decimal written as text"), .field = name});
    }
  }
  return row;
}

absl::StatusOr<DocumentRequest> DocumentRequestOf(const json& object, bool may_set_prices) {
  if (!object.is_object()) return Refuse({.code = "INVALID_REQUEST", .text = "a document object is expected", .field = "document"});
  json head = object;
  const json lines = head.contains("lines") ? head["lines"] : json::array();
  head.erase("lines");
  SAGE_ASSIGN(const Row row, RowOf(head));
  SAGE_RETURN_IF_ERROR(RequireKnown(row, {"DO_Tiers", "DO_Date", "DO_Ref", "DO_RefExterne", "DO_NoWeb", "CO_No", "DO_Souche", "DO_Contact"}));
  DocumentRequest request{.client = row.Text("DO_Tiers"),
                          .day = row.Text("DO_Date"),
                          .reference = row.Text("DO_Ref"),
                          .external_reference = row.Text("DO_RefExterne"),
                          .web_number = row.Text("DO_NoWeb"),
                          .contact = row.Text("DO_Contact")};
  if (row.Has("CO_No") && row.Int("CO_No") != 0) request.collaborator = row.Int("CO_No");
  if (row.Has("DO_Souche") && !row.Text("DO_Souche").empty()) request.series = row.Int("DO_Souche");
  if (!lines.is_array()) return Refuse({.code = "INVALID_REQUEST", .text = "lines is an array", .field = "lines"});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    SAGE_ASSIGN(LineRequest line, LineRequestOf(lines[i], may_set_prices, static_cast<int>(i) + 1));
    request.lines.push_back(std::move(line));
  }
  return request;
}

}  // namespace entente::sandbox::sage
