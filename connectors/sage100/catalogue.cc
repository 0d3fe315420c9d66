#include "connectors/sage100/catalogue.h"

#include "connectors/sage100/parameters.h"
#include "connectors/sage100/schema.h"

namespace entente::sage100 {
namespace {

constexpr char kCatalogueVersion[] = "2";
constexpr int kNumericDigits = 6;

v1::Field::Type TypeOf(const FieldSpec& field) {
  switch (field.rendering) {
    case Rendering::kText:
    case Rendering::kLabel:
    case Rendering::kCurrency: return v1::Field::TEXT;
    case Rendering::kInt:
    case Rendering::kFilledInt: return v1::Field::INT;
    case Rendering::kDecimal: return v1::Field::DECIMAL;
    case Rendering::kDate: return v1::Field::DATE;
    case Rendering::kTextReference:
    case Rendering::kNumberReference: return v1::Field::REFERENCE;
    case Rendering::kMade: return field.type;
  }
  return v1::Field::TYPE_UNSPECIFIED;
}

v1::Field::Type TypeOf(const odbc::ColumnInfo& column) {
  if (column.type_name.find("char") != std::string::npos || column.type_name.find("text") != std::string::npos) return v1::Field::TEXT;
  if (column.type_name.find("date") != std::string::npos) return v1::Field::DATE;
  if (column.type_name.find("int") != std::string::npos) return v1::Field::INT;
  return v1::Field::DECIMAL;
}

void Describe(const FieldSpec& spec, const odbc::ColumnInfo* column, const Schema& schema, const Parameters& parameters,
              v1::Field* field) {
  field->set_type(TypeOf(spec));
  field->set_writable(spec.access != Access::kReadOnly);
  field->set_set_once(spec.access == Access::kSetOnce);
  field->set_required_on_create(spec.required_on_create);
  field->set_nullable(!spec.required_on_create);
  field->set_target(spec.target);
  if (field->type() == v1::Field::DECIMAL) field->set_decimals(kNumericDigits);
  if (field->type() == v1::Field::TEXT) field->set_charset(schema.charset());
  if (spec.rendering == Rendering::kText && column != nullptr && column->size > 0) {
    field->set_length_max(static_cast<std::uint32_t>(column->size));
  }
  if (spec.rendering == Rendering::kLabel) {
    for (const std::string& label : parameters.Labels(spec.labels)) field->add_labels(label);
  }
}

void DescribeCapabilities(const ResourceSpec& spec, v1::Resource* resource) {
  v1::ResourceCapabilities* can = resource->mutable_capabilities();
  can->set_can_create(spec.can_create);
  can->set_can_update(spec.can_update);
  can->set_can_delete(spec.can_delete);
  can->set_returns_record(spec.can_create || spec.can_update);
  can->set_can_price(spec.can_price);
  can->set_checks_expected(spec.can_update);
  can->set_lists_keys(true);
  can->set_bulk_max(spec.can_create || spec.can_update ? 20 : 100);
  for (const v1::Field& field : resource->fields()) {
    const FieldSpec* known = FindField(spec, field.name());
    if (known != nullptr && known->rendering != Rendering::kMade) can->add_find_fields(field.name());
  }
}

}  // namespace

v1::Catalogue BuildCatalogue(const Schema& schema, const Parameters& parameters) {
  v1::Catalogue catalogue;
  catalogue.set_version(kCatalogueVersion);
  for (const ResourceSpec& spec : Resources()) {
    v1::Resource* resource = catalogue.add_resources();
    resource->set_number(spec.number);
    resource->set_name(spec.name);
    std::uint32_t number = 0;
    for (const FieldSpec& field : spec.fields) {
      ++number;
      const odbc::ColumnInfo* column = schema.Column(*field.table == '\0' ? spec.table : field.table, field.name);
      if (field.rendering != Rendering::kMade && column == nullptr) continue;
      v1::Field* described = resource->add_fields();
      described->set_number(number);
      described->set_name(field.name);
      Describe(field, column, schema, parameters, described);
    }
    // Numbers of user columns begin at 1000 and follow their names' order in the company.
    number = 1000;
    if (spec.name != std::string_view("price")) {
      for (const odbc::ColumnInfo& column : schema.UserColumns(spec.table)) {
        v1::Field* described = resource->add_fields();
        described->set_number(number++);
        described->set_name(column.name);
        described->set_type(TypeOf(column));
        described->set_nullable(true);
        described->set_custom(true);
      }
    }
    DescribeCapabilities(spec, resource);
  }
  return catalogue;
}

}  // namespace entente::sage100
