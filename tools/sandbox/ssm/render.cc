#include "tools/sandbox/ssm/render.h"

namespace entente::sandbox::ssm {
namespace {

Json Id(std::int64_t id) { return Json(Json::Number{std::to_string(id)}); }

// {id, value}; of a user {id, description}.
Json Reference(const Store& store, const std::string& table, std::int64_t id, const RenderOptions& options) {
  return Json(Json::Object{{"id", Id(id)}, {table == "users" ? "description" : "value", Json(store.Label(table, id, options.language))}});
}

Json ChoiceValue(const Field& field, std::int64_t id, const RenderOptions& options) {
  if (!options.describe_extra_fields) return Id(id);
  const bool known = id >= 1 && id <= static_cast<std::int64_t>(field.choices.size());
  return Json(Json::Object{{"id", Id(id)}, {"value", known ? Json(field.choices[static_cast<std::size_t>(id - 1)]) : Json()}});
}

Json RenderMany(const Store& store, const Field& field, const std::vector<std::int64_t>& ids, const RenderOptions& options) {
  Json::Array out;
  for (const std::int64_t id : ids) {
    out.push_back(field.type == FieldType::kReferences ? Reference(store, field.table, id, options) : ChoiceValue(field, id, options));
  }
  return Json(std::move(out));
}

Json RenderCell(const Store& store, const Field& field, const Cell& cell, const RenderOptions& options) {
  if (const auto* many = std::get_if<std::vector<std::int64_t>>(&cell)) return RenderMany(store, field, *many, options);
  if (const auto* flag = std::get_if<bool>(&cell)) return Json(*flag);
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return field.type == FieldType::kDecimal ? Json(Json::Number{*text}) : Json(*text);
  }
  const auto* number = std::get_if<std::int64_t>(&cell);
  if (number == nullptr) return Json();
  switch (field.type) {
    case FieldType::kInstant: return Json(FormatInstant(*number));
    case FieldType::kReference: return Reference(store, field.table, *number, options);
    case FieldType::kChoice: return ChoiceValue(field, *number, options);
    default: return Id(*number);
  }
}

Json MaybeInstant(const std::optional<Instant>& instant) { return instant ? Json(FormatInstant(*instant)) : Json(); }
Json MaybeUser(const Store& store, std::int64_t user, const RenderOptions& options) {
  return user == 0 ? Json() : Reference(store, "users", user, options);
}

const char* SchemaType(FieldType type) {
  switch (type) {
    case FieldType::kText:
    case FieldType::kInstant: return "string";
    case FieldType::kDecimal: return "number";
    case FieldType::kBool: return "boolean";
    case FieldType::kReferences:
    case FieldType::kChoices: return "array";
    default: return "integer";
  }
}

Json AuditProperty(const char* type, const char* format) {
  Json::Object out = {{"type", type}, {"readOnly", true}};
  if (*format != '\0') out.emplace_back("format", format);
  return Json(std::move(out));
}

}  // namespace

Json Render(const Store& store, const Table& table, const Row& row, const RenderOptions& options) {
  const Resource& resource = table.resource();
  Json::Object out;
  out.reserve(resource.fields.size() + 8);
  if (!(store.knobs.omit_product_rate_ids && resource.name == "productRates")) out.emplace_back("id", Id(row.id));
  for (std::size_t i = 0; i < resource.fields.size(); ++i) {
    if (resource.fields[i].type == FieldType::kBit) continue;
    out.emplace_back(std::string(resource.fields[i].ReadName()), RenderCell(store, resource.fields[i], row.cells[i], options));
  }
  if (resource.is_value_list) {
    out.emplace_back("deleted", Json(row.deleted));
    return Json(std::move(out));
  }
  out.emplace_back("dateCreated", Json(FormatInstant(row.date_created)));
  out.emplace_back("dateUpdated", MaybeInstant(row.date_updated));
  out.emplace_back("dateDeleted", MaybeInstant(row.date_deleted));
  out.emplace_back("deleted", resource.name == "sales" ? Json(row.deleted ? 1 : 0) : Json(row.deleted));
  out.emplace_back("salesRepIdCreated", MaybeUser(store, row.created_by, options));
  out.emplace_back("salesRepIdUpdated", MaybeUser(store, row.updated_by, options));
  out.emplace_back("salesRepIdDeleted", MaybeUser(store, row.deleted_by, options));
  return Json(std::move(out));
}

Json RenderSchema(const Resource& resource) {
  Json::Object properties;
  properties.emplace_back("id", AuditProperty("integer", ""));
  for (const Field& field : resource.fields) {
    Json::Object property = {{"type", SchemaType(field.type)}, {"readOnly", field.read_only || resource.is_value_list}};
    if (field.length_max > 0) property.emplace_back("maxLength", field.length_max);
    if (field.type == FieldType::kInstant) property.emplace_back("format", "date-time");
    if (!field.table.empty()) property.emplace_back("table", field.table);
    if (field.required) property.emplace_back("required", true);
    properties.emplace_back(field.name, Json(std::move(property)));
  }
  if (!resource.is_value_list) {
    for (const char* name : {"dateCreated", "dateUpdated", "dateDeleted"}) properties.emplace_back(name, AuditProperty("string", "date-time"));
    if (resource.name != "sales") properties.emplace_back("deleted", AuditProperty("boolean", ""));
    for (const char* name : {"salesRepIdCreated", "salesRepIdUpdated", "salesRepIdDeleted"}) {
      properties.emplace_back(name, AuditProperty("integer", ""));
    }
  }
  return Json(Json::Object{{"properties", Json(std::move(properties))}});
}

Json RenderExtraFields(const Resource& resource) {
  Json::Array out;
  for (const Field& field : resource.fields) {
    if (!field.name.starts_with("Z_")) continue;
    Json::Array values;
    for (std::size_t i = 0; i < field.choices.size(); ++i) {
      values.push_back(Json(Json::Object{{"id", Json(static_cast<int>(i) + 1)}, {"value", Json(field.choices[i])}}));
    }
    const char* type = field.type == FieldType::kChoice ? "list" : field.type == FieldType::kChoices ? "multilist" : "string";
    out.push_back(Json(Json::Object{{"name", Json(field.name)}, {"type", type}, {"values", Json(std::move(values))}}));
  }
  return Json(std::move(out));
}

}  // namespace entente::sandbox::ssm
