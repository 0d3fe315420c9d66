#include "connectors/ssm/documents.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/values.h"
#include "connectors/ssm/folding.h"
#include "connectors/ssm/pages.h"

namespace entente::ssm {
namespace {

constexpr const char* kLines = "/salesordersLines";
constexpr const char* kTurnover = "/sales";
// Fewer heads than this are asked for one by one.
constexpr std::size_t kRangeFrom = 80;

std::string TextIn(const Json& row, std::string_view name) {
  const Json* member = row.Find(name);
  return member == nullptr ? std::string() : member->text();
}

std::set<std::string> LivingIds(const std::vector<Json>& heads) {
  std::set<std::string> ids;
  for (const Json& head : heads) {
    if (!IsDeletedRow(head)) ids.insert(IdIn(head, "id"));
  }
  return ids;
}

std::map<std::string, std::vector<Json>> ByHead(std::vector<Json> lines) {
  std::map<std::string, std::vector<Json>> out;
  for (auto& line : lines) {
    if (!IsDeletedRow(line)) out[IdIn(line, "salesOrderId")].push_back(std::move(line));
  }
  return out;
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
  return ByHead(std::move(*rows));
}

std::map<std::string, Json> Documents::ByKey(std::vector<Json> rows) {
  std::map<std::string, Json> out;
  for (auto& row : rows) {
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

absl::StatusOr<std::map<std::string, Json>> Documents::ReadTurnover(const std::set<std::string>& keys, const CallOptions& options) const {
  auto rows = FindByTexts(access_, kTurnover, "extId", keys, options);
  if (!rows.ok()) return rows.status();
  return ByKey(std::move(*rows));
}

std::vector<Document> Documents::Join(std::vector<Json> heads, const std::map<std::string, std::vector<Json>>& lines,
                                      const std::map<std::string, Json>& turnover) const {
  std::vector<Document> out;
  for (Json& head : heads) {
    Document document;
    if (const auto own = lines.find(IdIn(head, "id")); own != lines.end()) document.lines = own->second;
    if (const auto row = turnover.find(TurnoverKey(head)); row != turnover.end()) document.turnover = row->second;
    document.head = std::move(head);
    out.push_back(std::move(document));
  }
  return out;
}

absl::StatusOr<std::vector<Document>> Documents::Complete(const ResourceSpec& resource, std::vector<Json> heads,
                                                          const CallOptions& options) const {
  std::set<std::string> keys;
  for (const Json& head : heads) {
    const bool has_turnover = resource.name == "invoices" && !IsDeletedRow(head) && CanFind(TurnoverKey(head));
    if (has_turnover) keys.insert(TurnoverKey(head));
  }
  auto lines = ReadLines(LivingIds(heads), options);
  if (!lines.ok()) return lines.status();
  auto turnover = ReadTurnover(keys, options);
  if (!turnover.ok()) return turnover.status();
  return Join(std::move(heads), *lines, *turnover);
}

absl::StatusOr<std::vector<Document>> Documents::CompleteRange(const ResourceSpec& resource, std::vector<Json> heads,
                                                               const std::map<std::string, Json>& turnover, const CallOptions& options) const {
  const std::set<std::string> ids = LivingIds(heads);
  if (access_.tenant.takes_ranges() && ids.size() >= kRangeFrom) {
    const auto shorter = [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; };
    const auto [first, last] = std::minmax_element(ids.begin(), ids.end(), shorter);
    auto rows = FindByConditions(access_, kLines, {absl::StrCat("salesOrderId.id >= ", *first, " AND salesOrderId.id <= ", *last)}, options);
    if (rows.ok()) return Join(std::move(heads), ByHead(std::move(*rows)), turnover);
    if (rows.status().code() != absl::StatusCode::kFailedPrecondition) return rows.status();
    access_.tenant.NoteRangeRefused();
  }
  auto lines = ReadLines(ids, options);
  if (!lines.ok()) return lines.status();
  return Join(std::move(heads), *lines, resource.name == "invoices" ? turnover : std::map<std::string, Json>{});
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
