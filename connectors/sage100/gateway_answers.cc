#include "connectors/sage100/gateway_answers.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace entente::sage100 {
namespace {

using nlohmann::json;

std::string TextAt(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json* MemberOf(const json& object, const std::string& name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

// `member` of the answer, or of the error it reports.
const json* Find(const json& root, const std::string& member) {
  if (const json* direct = MemberOf(root, member)) return direct;
  const json* error = MemberOf(root, "error");
  return error == nullptr ? nullptr : MemberOf(*error, member);
}

absl::StatusOr<odbc::Cell> CellOf(const std::string& name, const json& value) {
  if (value.is_null()) return odbc::Cell();
  if (value.is_string()) return odbc::Cell(value.get<std::string>());
  if (value.is_boolean()) return odbc::Cell(value.get<bool>() ? "1" : "0");
  if (value.is_number_unsigned()) return odbc::Cell(absl::StrCat(value.get<std::uint64_t>()));
  if (value.is_number_integer()) return odbc::Cell(absl::StrCat(value.get<std::int64_t>()));
  return absl::InternalError(absl::StrCat("the gateway sent ", name, " as a floating point number, which may have lost digits"));
}

// One row an object; the columns are the members of all of them.
absl::StatusOr<Rows> RowsOf(const std::vector<const json*>& objects) {
  std::vector<std::string> columns;
  for (const json* object : objects) {
    if (!object->is_object()) return absl::InternalError("the gateway sent something else where a record belongs");
    for (const auto& [name, value] : object->items()) {
      if (value.is_array() || value.is_object()) continue;
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
    }
  }
  Rows rows(columns);
  for (const json* object : objects) {
    std::vector<odbc::Cell> cells;
    for (const std::string& column : columns) {
      const json* value = MemberOf(*object, column);
      auto cell = value == nullptr ? absl::StatusOr<odbc::Cell>(odbc::Cell()) : CellOf(column, *value);
      if (!cell.ok()) return cell.status();
      cells.push_back(*std::move(cell));
    }
    rows.Add(std::move(cells));
  }
  return rows;
}

std::vector<const json*> Elements(const json* array) {
  std::vector<const json*> out;
  if (array != nullptr && array->is_array()) {
    for (const json& element : *array) out.push_back(&element);
  }
  return out;
}

std::vector<v1::Problem> ProblemsOf(const json& object) {
  std::vector<v1::Problem> out;
  for (const json* element : Elements(MemberOf(object, "problems"))) {
    if (!element->is_object()) continue;
    v1::Problem& problem = out.emplace_back();
    problem.set_severity(TextAt(*element, "severity"));
    problem.set_code(TextAt(*element, "code"));
    problem.set_text(TextAt(*element, "text"));
    problem.set_field(TextAt(*element, "field"));
    const json* line = MemberOf(*element, "line");
    if (line != nullptr && line->is_number_integer() && line->get<std::int64_t>() > 0) {
      problem.set_line(static_cast<std::uint32_t>(line->get<std::int64_t>()));
    }
  }
  return out;
}

absl::StatusOr<json> Parse(const GatewayAnswer& answer) {
  json root = json::parse(answer.body, nullptr, false);
  if (!root.is_object()) return absl::InternalError(absl::StrCat("the gateway answered ", answer.status, " without a JSON object"));
  return root;
}

}  // namespace

GatewayRefusal ReadRefusal(const GatewayAnswer& answer) {
  GatewayRefusal out{.code = absl::StrCat("HTTP_", answer.status), .text = {}, .field = {}, .problems = {}};
  const json root = json::parse(answer.body, nullptr, false);
  if (const json* error = MemberOf(root, "error"); error != nullptr && error->is_object()) {
    if (const std::string code = TextAt(*error, "code"); !code.empty()) out.code = code;
    out.text = TextAt(*error, "text");
    out.field = TextAt(*error, "field");
    out.problems = ProblemsOf(*error);
  }
  if (out.text.empty()) out.text = absl::StrCat("the gateway answered ", answer.status, " without a reason");
  return out;
}

absl::StatusOr<std::optional<Rows>> ReadRecord(const GatewayAnswer& answer, const std::string& member) {
  auto root = Parse(answer);
  if (!root.ok()) return root.status();
  const json* found = Find(*root, member);
  if (found == nullptr || found->is_null()) return std::optional<Rows>();
  auto rows = RowsOf({found});
  if (!rows.ok()) return rows.status();
  return std::optional<Rows>(*std::move(rows));
}

absl::StatusOr<std::vector<Rows>> ReadRecords(const GatewayAnswer& answer, const std::string& member) {
  auto root = Parse(answer);
  if (!root.ok()) return root.status();
  std::vector<Rows> out;
  for (const json* element : Elements(Find(*root, member))) {
    auto rows = RowsOf({element});
    if (!rows.ok()) return rows.status();
    out.push_back(*std::move(rows));
  }
  return out;
}

absl::StatusOr<std::optional<PricedDocument>> ReadDocument(const GatewayAnswer& answer) {
  auto root = Parse(answer);
  if (!root.ok()) return root.status();
  const json* document = Find(*root, "document");
  if (document == nullptr || !document->is_object()) return std::optional<PricedDocument>();
  auto head = RowsOf({document});
  if (!head.ok()) return head.status();
  auto lines = RowsOf(Elements(MemberOf(*document, "lines")));
  if (!lines.ok()) return lines.status();
  auto taxes = RowsOf(Elements(MemberOf(*document, "taxes")));
  if (!taxes.ok()) return taxes.status();
  PricedDocument out{*std::move(head), *std::move(lines), *std::move(taxes), std::nullopt, ProblemsOf(*document)};
  absl::Time priced_at;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, TextAt(*document, "priced_at"), &priced_at, &error)) {
    out.priced_at_micros = absl::ToUnixMicros(priced_at);
  }
  return std::optional<PricedDocument>(std::move(out));
}

}  // namespace entente::sage100
