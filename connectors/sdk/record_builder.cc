#include "connectors/sdk/record_builder.h"

#include <utility>

#include "connectors/sdk/values.h"

namespace entente::sdk {

bool RecordBuilder::Set(std::string_view field, v1::Value value) {
  const v1::Field* known = catalogue_.FindField(resource_, field);
  if (known == nullptr) {
    ++ignored_;
    return false;
  }
  if (!IsNull(value)) values_.insert_or_assign(known->number(), std::move(value));
  return true;
}

void RecordBuilder::Finish(v1::Change* change) {
  change->set_resource(resource_);
  change->set_kind(v1::Change::CONTENT);
  change->set_ignored_fields(ignored_);
  for (auto& [number, value] : values_) {
    auto* field = change->add_fields();
    field->set_field(number);
    *field->mutable_value() = std::move(value);
  }
  values_.clear();
}

const v1::Value* FindValue(const FieldValues& fields, std::uint32_t number) {
  for (const auto& field : fields) {
    if (field.field() == number) return &field.value();
  }
  return nullptr;
}

}  // namespace entente::sdk
