#include "connectors/ssm/draft.h"

#include <algorithm>
#include <set>

#include "connectors/sdk/values.h"

namespace entente::ssm {
namespace {

const FieldSpec* SpecOf(const ResourceSpec& resource, std::uint32_t number) {
  const auto found = std::find_if(resource.fields.begin(), resource.fields.end(), [&](const FieldSpec& spec) { return spec.number == number; });
  return found == resource.fields.end() ? nullptr : &*found;
}

v1::Value WithOrder(const v1::Value& line, int position) {
  if (sdk::FindEntry(line, "order") != nullptr) return line;
  std::vector<std::pair<std::string, v1::Value>> entries;
  for (const auto& entry : line.map_value().entries()) entries.emplace_back(entry.name(), entry.value());
  entries.emplace_back("order", sdk::IntValue(position));
  return sdk::MapOf(std::move(entries));
}

bool SameEntry(const v1::Value& left, const v1::Value& right, std::string_view name) {
  const v1::Value* a = sdk::FindEntry(left, name);
  const v1::Value* b = sdk::FindEntry(right, name);
  return a != nullptr && b != nullptr && sdk::Same(*a, *b);
}

struct Line {
  const Json* row;
  v1::Value value;
  bool is_taken = false;
};

Line* Match(std::vector<Line>& lines, const v1::Value& wanted) {
  for (const char* name : {"lineId", "order"}) {
    for (Line& line : lines) {
      if (!line.is_taken && SameEntry(line.value, wanted, name)) return &line;
    }
  }
  return nullptr;
}

std::optional<v1::Failure> PlanLines(const Access& access, Draft* draft) {
  std::vector<Line> there;
  for (const Json& row : draft->current.lines) {
    if (!IsDeletedRow(row)) there.push_back({&row, DecodeLine(access, row)});
  }
  int position = 0;
  for (const auto& given : draft->lines->list_value().values()) {
    const v1::Value wanted = WithOrder(given, ++position);
    Line* line = Match(there, wanted);
    if (line != nullptr) line->is_taken = true;
    if (line != nullptr && HoldsValue(line->value, wanted)) continue;
    WriteItem item;
    if (auto failure = access.codec.EncodeMap(LineFields(), wanted, line == nullptr, &item.data)) return failure;
    if (line != nullptr) item.id = IdIn(*line->row, "id");
    (line == nullptr ? draft->new_lines : draft->changed_lines).push_back(std::move(item));
  }
  for (const Line& line : there) {
    if (!line.is_taken) draft->gone_lines.push_back({IdIn(*line.row, "id"), {}});
  }
  return std::nullopt;
}

std::optional<v1::Failure> PlanTurnover(const Access& access, Draft* draft) {
  const bool is_there = draft->current.turnover.has_value();
  if (is_there && HoldsValue(access.codec.DecodeMap(TurnoverFields(), *draft->current.turnover), *draft->turnover)) return std::nullopt;
  WriteItem item;
  if (auto failure = access.codec.EncodeMap(TurnoverFields(), *draft->turnover, !is_there, &item.data)) return failure;
  if (is_there) item.id = IdIn(*draft->current.turnover, "id");
  draft->turnover_row = std::move(item);
  return std::nullopt;
}

}  // namespace

std::optional<v1::Failure> ReadWishes(const Access& access, const ResourceSpec& resource, bool is_create, Draft* draft) {
  sdk::FieldValues head;
  for (const auto& field : draft->task->operation->fields()) {
    const FieldSpec* spec = SpecOf(resource, field.field());
    if (spec != nullptr && spec->kind == FieldKind::kLines) {
      draft->lines = &field.value();
      draft->settles_lock = true;
    } else if (spec != nullptr && spec->kind == FieldKind::kTurnover) {
      if (!sdk::IsNull(field.value())) draft->turnover = &field.value();
    } else if (spec != nullptr && spec->name == "blocked") {
      draft->blocked_at_end = field.value().bool_value();
      draft->settles_lock = true;
    } else {
      *head.Add() = field;
    }
  }
  return access.codec.Encode(resource, head, is_create, &draft->head);
}

std::optional<v1::Failure> PlanRows(const Access& access, const ResourceSpec& resource, Draft* draft) {
  draft->new_lines.clear();
  draft->changed_lines.clear();
  draft->gone_lines.clear();
  draft->turnover_row.reset();
  if (draft->lines != nullptr) {
    if (auto failure = PlanLines(access, draft)) return failure;
  }
  if (draft->turnover != nullptr) {
    if (auto failure = PlanTurnover(access, draft)) return failure;
  }
  draft->writes_head = true;
  if (draft->current.head.kind() == Json::Kind::kObject) {
    const v1::Change current = access.codec.Decode(resource, draft->current.head, 0);
    sdk::FieldValues head;
    for (const auto& field : draft->task->operation->fields()) {
      const FieldSpec* spec = SpecOf(resource, field.field());
      const bool is_part = spec != nullptr && (spec->kind == FieldKind::kLines || spec->kind == FieldKind::kTurnover || spec->name == "blocked");
      if (!is_part) *head.Add() = field;
    }
    draft->writes_head = !Holds(current, head);
    const Json* blocked = draft->current.head.Find("blocked");
    draft->is_blocked = blocked != nullptr && (blocked->bool_value() || blocked->text() == "1");
  }
  return std::nullopt;
}

}  // namespace entente::ssm
