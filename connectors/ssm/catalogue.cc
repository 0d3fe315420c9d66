#include "connectors/ssm/catalogue.h"

#include <algorithm>
#include <string>

#include "connectors/ssm/json.h"
#include "connectors/ssm/specs.h"

namespace entente::ssm {
namespace {

namespace v1 = ::entente::connector::v1;

constexpr std::uint32_t kCustomFrom = 1000;

v1::Field::Type TypeOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::kText:
    case FieldKind::kLabel:
    case FieldKind::kDescription: return v1::Field::TEXT;
    case FieldKind::kInt: return v1::Field::INT;
    case FieldKind::kDecimal: return v1::Field::DECIMAL;
    case FieldKind::kBool: return v1::Field::BOOL;
    case FieldKind::kTimestamp:
    case FieldKind::kZoneless: return v1::Field::TIMESTAMP;
    case FieldKind::kDate: return v1::Field::DATE;
    case FieldKind::kReference: return v1::Field::REFERENCE;
    case FieldKind::kLabels:
    case FieldKind::kLines: return v1::Field::LIST;
    case FieldKind::kTurnover: return v1::Field::MAP;
  }
  return v1::Field::TYPE_UNSPECIFIED;
}

v1::Field::Type CustomType(const std::string& type) {
  if (type == "integer") return v1::Field::INT;
  if (type == "number") return v1::Field::DECIMAL;
  if (type == "boolean") return v1::Field::BOOL;
  if (type == "array") return v1::Field::LIST;
  return v1::Field::TEXT;
}

const Tenant::SchemaField* InSchema(const Tenant::Schema* schema, std::string_view name) {
  if (schema == nullptr) return nullptr;
  const auto found = std::find_if(schema->begin(), schema->end(), [&](const auto& entry) { return SameName(entry.first, name); });
  return found == schema->end() ? nullptr : &found->second;
}

void AddField(const FieldSpec& spec, const Tenant& tenant, const Tenant::Schema* schema, v1::Resource* resource) {
  const Tenant::SchemaField* known = InSchema(schema, spec.name);
  if ((spec.flags & kIfInSchema) != 0 && known == nullptr) return;
  v1::Field* field = resource->add_fields();
  field->set_number(spec.number);
  field->set_name(std::string(spec.name));
  field->set_type(TypeOf(spec.kind));
  if (field->type() == v1::Field::TEXT) {
    field->set_charset("UTF-8");
    field->set_length_max(known != nullptr && known->length_max > 0 ? known->length_max : spec.length_max);
  }
  field->set_nullable((spec.flags & kRequired) == 0);
  field->set_required_on_create((spec.flags & kRequired) != 0);
  field->set_writable((spec.flags & kReadOnly) == 0);
  if (spec.kind == FieldKind::kReference) field->set_target(std::string(spec.target));
  if (spec.kind == FieldKind::kLabel || spec.kind == FieldKind::kLabels) {
    for (auto& label : tenant.Labels(spec.target)) field->add_labels(std::move(label));
  }
}

void AddCustom(const Tenant::Schema* schema, v1::Resource* resource) {
  if (schema == nullptr) return;
  std::uint32_t number = kCustomFrom;
  for (const auto& [name, known] : *schema) {
    if (name.size() < 2 || !SameName(std::string_view(name).substr(0, 2), "Z_")) continue;
    v1::Field* field = resource->add_fields();
    field->set_number(number++);
    field->set_name(name);
    field->set_type(CustomType(known.type));
    field->set_nullable(true);
    field->set_custom(true);
  }
}

}  // namespace

v1::Catalogue MakeCatalogue(const Tenant& tenant, int bulk_size) {
  v1::Catalogue catalogue;
  catalogue.set_version("ssm-1");
  for (const ResourceSpec& spec : Resources()) {
    v1::Resource* resource = catalogue.add_resources();
    resource->set_number(spec.number);
    resource->set_name(std::string(spec.name));
    const Tenant::Schema* schema = tenant.SchemaOf(spec.path);
    for (const FieldSpec& field : spec.fields) AddField(field, tenant, schema, resource);
    AddCustom(schema, resource);
    auto* can = resource->mutable_capabilities();
    can->set_can_create(true);
    can->set_can_update(true);
    can->set_can_delete(spec.can_delete);
    can->set_can_undelete(false);
    can->set_feeds_deletes(true);
    can->set_lists_deleted(true);
    can->set_returns_record(false);
    for (const std::string_view find : spec.find_fields) can->add_find_fields(std::string(find));
    can->set_bulk_max(static_cast<std::uint32_t>(bulk_size));
    can->set_checks_expected(true);
    can->set_lists_keys(false);
  }
  return catalogue;
}

}  // namespace entente::ssm
