#include "connectors/ssm/documents.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/values.h"
#include "connectors/ssm/folding.h"

namespace entente::ssm {
namespace {

constexpr const char* kLines = "/salesordersLines";
constexpr const char* kTurnover = "/sales";

std::string TextIn(const Json& row, std::string_view name) {
  const Json* member = row.Find(name);
  return member == nullptr ? std::string() : member->text();
}

std::tuple<std::int64_t, std::int64_t> LineOrder(const Json& line) {
  std::int64_t order = 0;
  std::int64_t id = 0;
  if (!absl::SimpleAtoi(TextIn(line, "order"), &order)) order = 0;
  if (!absl::SimpleAtoi(IdIn(line, "id"), &id)) id = 0;
  return {order, id};
}

std::uint32_t NumberOf(const ResourceSpec& resource, FieldKind kind) {
  for (const FieldSpec& field : resource.fields) {
    if (field.kind == kind) return field.number;
  }
  return 0;
}

void AddPart(std::uint32_t number, v1::Value value, v1::Change* change) {
  if (number == 0 || sdk::IsNull(value)) return;
  // Lines and turnover have the highest standard numbers, so the order stays ascending.
  auto* field = change->add_fields();
  field->set_field(number);
  *field->mutable_value() = std::move(value);
}

}  // namespace

v1::Value DecodeLine(const Access& access, const Json& line) {
  v1::Value map = access.codec.DecodeMap(LineFields(), line);
  std::int64_t id = 0;
  if (!absl::SimpleAtoi(IdIn(line, "id"), &id)) return map;
  std::vector<std::pair<std::string, v1::Value>> entries;
  for (const auto& entry : map.map_value().entries()) entries.emplace_back(entry.name(), entry.value());
  entries.emplace_back("lineId", sdk::IntValue(id));
  return sdk::MapOf(std::move(entries));
}

Documents::Documents(const Access& access, const std::vector<std::string>& statuses, std::string prefix)
    : access_(access), prefix_(std::move(prefix)) {
  for (const auto& status : statuses) statuses_.insert(FoldedLabel(status));
}

bool Documents::IsInvoice(const Json& head) const {
  return IsForeignInvoice(head) || (!prefix_.empty() && absl::StartsWith(TextIn(head, "extId"), prefix_));
}

bool Documents::IsForeignInvoice(const Json& head) const {
  if (!prefix_.empty() && absl::StartsWith(TextIn(head, "extId"), prefix_)) return false;
  const std::string status = IdIn(head, "statusId");
  const auto label = status.empty() ? std::nullopt : access_.tenant.Label("salesorderStatuses", status);
  return label && statuses_.contains(FoldedLabel(*label));
}

bool Documents::BelongsTo(const ResourceSpec& resource, const Json& head) const {
  return IsInvoice(head) == (resource.name == "invoices");
}

std::string Documents::TurnoverKey(const Json& head) const {
  const std::string key = TextIn(head, "extId");
  if (!prefix_.empty() && absl::StartsWith(key, prefix_)) return key.substr(prefix_.size());
  return TextIn(head, "reference");
}

absl::StatusOr<std::map<std::string, std::vector<Json>>> Documents::ReadLines(const std::set<std::string>& heads,
                                                                              const CallOptions& options) const {
  auto rows = FindByNumbers(access_, kLines, "salesOrderId.id", heads, options);
  if (!rows.ok()) return rows.status();
  std::map<std::string, std::vector<Json>> out;
  for (auto& row : *rows) {
    if (!IsDeletedRow(row)) out[IdIn(row, "salesOrderId")].push_back(std::move(row));
  }
  return out;
}

absl::StatusOr<std::map<std::string, Json>> Documents::ReadTurnover(const std::set<std::string>& keys, const CallOptions& options) const {
  auto rows = FindByTexts(access_, kTurnover, "extId", keys, options);
  if (!rows.ok()) return rows.status();
  std::map<std::string, Json> out;
  for (auto& row : *rows) {
    const std::string key = TextIn(row, "extId");
    const auto there = out.find(key);
    if (there == out.end()) {
      out.emplace(key, std::move(row));
    } else if (IsDeletedRow(there->second) && !IsDeletedRow(row)) {
      there->second = std::move(row);
    }
  }
  return out;
}

absl::StatusOr<std::vector<Document>> Documents::Complete(const ResourceSpec& resource, std::vector<Json> heads,
                                                          const CallOptions& options) const {
  std::set<std::string> ids;
  std::set<std::string> keys;
  for (const Json& head : heads) {
    if (IsDeletedRow(head)) continue;
    ids.insert(IdIn(head, "id"));
    if (resource.name == "invoices" && CanFind(TurnoverKey(head))) keys.insert(TurnoverKey(head));
  }
  auto lines = ReadLines(ids, options);
  if (!lines.ok()) return lines.status();
  auto turnover = ReadTurnover(keys, options);
  if (!turnover.ok()) return turnover.status();
  std::vector<Document> out;
  for (Json& head : heads) {
    Document document;
    if (const auto own = lines->find(IdIn(head, "id")); own != lines->end()) document.lines = own->second;
    if (const auto row = turnover->find(TurnoverKey(head)); row != turnover->end()) document.turnover = row->second;
    document.head = std::move(head);
    out.push_back(std::move(document));
  }
  return out;
}

v1::Change Documents::Decode(const ResourceSpec& resource, const Document& document, std::uint64_t read_seq) const {
  v1::Change change = access_.codec.Decode(resource, document.head, read_seq);
  if (change.kind() != v1::Change::CONTENT) return change;
  std::vector<const Json*> lines;
  for (const Json& line : document.lines) {
    if (!IsDeletedRow(line)) lines.push_back(&line);
  }
  std::sort(lines.begin(), lines.end(), [](const Json* a, const Json* b) { return LineOrder(*a) < LineOrder(*b); });
  std::vector<v1::Value> values;
  std::int64_t latest = change.changed_from_micros();
  std::int64_t width = change.changed_to_micros() - latest;
  const auto note = [&](const Json& row) {
    const RowDates dates = DatesOf(row);
    if (dates.Latest() <= latest) return;
    latest = dates.Latest();
    width = dates.width;
  };
  for (const Json* line : lines) {
    values.push_back(DecodeLine(access_, *line));
    note(*line);
  }
  AddPart(NumberOf(resource, FieldKind::kLines), sdk::ListOf(std::move(values)), &change);
  std::string turnover_revision;
  if (resource.name == "invoices" && document.turnover) {
    AddPart(NumberOf(resource, FieldKind::kTurnover), access_.codec.DecodeMap(TurnoverFields(), *document.turnover), &change);
    note(*document.turnover);
    turnover_revision = std::to_string(DatesOf(*document.turnover).Latest());
  }
  change.set_revision(absl::StrCat(change.revision(), "/", lines.size(), "/", latest, "/", turnover_revision));
  change.set_changed_from_micros(latest);
  change.set_changed_to_micros(latest == 0 ? 0 : latest + width);
  return change;
}

}  // namespace entente::ssm
