#include "connectors/ssm/task.h"

#include <optional>
#include <string>

#include "connectors/sdk/decimal_text.h"
#include "connectors/sdk/values.h"

namespace entente::ssm {
namespace {

bool HoldsMap(const v1::Value& current, const v1::Value& wanted) {
  for (const auto& entry : wanted.map_value().entries()) {
    if (entry.name() == "lineId") continue;
    const v1::Value* there = sdk::FindEntry(current, entry.name());
    if (!HoldsValue(there == nullptr ? v1::Value() : *there, entry.value())) return false;
  }
  return true;
}

bool HoldsList(const v1::Value& current, const v1::Value& wanted) {
  const auto& have = current.list_value().values();
  const auto& want = wanted.list_value().values();
  if (have.size() != want.size()) return false;
  for (int i = 0; i < want.size(); ++i) {
    if (!HoldsValue(have[i], want[i])) return false;
  }
  return true;
}

// A number as canonical text, whether whole or decimal; a pack's formula decides which of both a constant is.
std::optional<std::string> NumberIn(const v1::Value& value) {
  if (value.kind_case() == v1::Value::kIntValue) return std::to_string(value.int_value());
  if (value.kind_case() == v1::Value::kDecimalValue) return sdk::CanonicalDecimal(value.decimal_value());
  return std::nullopt;
}

// A day is its midnight where SSM keeps times.
std::optional<std::int64_t> MomentIn(const v1::Value& value) {
  constexpr std::int64_t kDayMicros = 86400LL * 1000000;
  if (value.kind_case() == v1::Value::kTimestampValue) return value.timestamp_value();
  if (value.kind_case() == v1::Value::kDateValue) return value.date_value() * kDayMicros;
  return std::nullopt;
}

bool IsBlank(const v1::Value& value) {
  if (sdk::IsNull(value)) return true;
  if (value.kind_case() == v1::Value::kTextValue) return value.text_value().empty();
  return value.kind_case() == v1::Value::kListValue && value.list_value().values().empty();
}

}  // namespace

bool HoldsValue(const v1::Value& current, const v1::Value& wanted) {
  if (IsBlank(current) || IsBlank(wanted)) return IsBlank(current) == IsBlank(wanted);
  if (wanted.kind_case() == v1::Value::kMapValue && current.kind_case() == v1::Value::kMapValue) return HoldsMap(current, wanted);
  if (wanted.kind_case() == v1::Value::kListValue && current.kind_case() == v1::Value::kListValue) return HoldsList(current, wanted);
  if (const auto number = NumberIn(wanted)) return NumberIn(current) == number;
  if (const auto moment = MomentIn(wanted)) return MomentIn(current) == moment;
  return sdk::Same(current, wanted);
}

bool Holds(const v1::Change& current, const sdk::FieldValues& wanted) {
  for (const auto& field : wanted) {
    const v1::Value* there = sdk::FindValue(current.fields(), field.field());
    if (!HoldsValue(there == nullptr ? v1::Value() : *there, field.value())) return false;
  }
  return true;
}

void Confirm(Task& task, const std::string& key, std::uint64_t sequence, bool existed) {
  auto* receipt = task.result.mutable_receipt();
  receipt->set_observation(v1::Receipt::UNOBSERVED);
  receipt->set_existed(existed);
  receipt->mutable_change()->set_resource(task.resource->number);
  receipt->mutable_change()->set_key(key);
  receipt->mutable_change()->set_kind(v1::Change::KEY_ONLY);
  task.result.set_seq(sequence);
  task.is_answered = true;
}

void ConfirmRead(Task& task, v1::Change change, std::uint64_t sequence, bool existed) {
  auto* receipt = task.result.mutable_receipt();
  receipt->set_observation(v1::Receipt::REREAD);
  receipt->set_existed(existed);
  *receipt->mutable_change() = std::move(change);
  task.result.set_seq(sequence);
  task.is_answered = true;
}

void MovedOn(Task& task, v1::Change current) {
  v1::Failure failure;
  failure.set_class_(v1::Failure::MOVED_ON);
  failure.set_reason("FIELDS_CHANGED");
  failure.set_text("the fields to write were changed in SSM meanwhile");
  *failure.mutable_current() = std::move(current);
  task.Fail(std::move(failure));
}

}  // namespace entente::ssm
