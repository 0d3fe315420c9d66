#include "connectors/ssm/codec.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/decimal_text.h"
#include "connectors/sdk/values.h"
#include "connectors/ssm/instant.h"

namespace entente::ssm {
namespace {

constexpr std::int64_t kDayMicros = 86400LL * 1000000;

bool IsTrue(const Json& member) {
  return member.bool_value() || member.text() == "1" || SameName(member.text(), "true");
}

std::optional<std::int64_t> ToInt(const std::string& text) {
  const auto canonical = sdk::CanonicalInteger(text);
  std::int64_t value = 0;
  return canonical && absl::SimpleAtoi(*canonical, &value) ? std::optional(value) : std::nullopt;
}

bool IsDescription(std::string_view name) { return name.size() >= 11 && SameName(name.substr(0, 11), "description"); }

bool IsKnown(const ResourceSpec& resource, std::string_view name) {
  if (IsAudit(name)) return true;
  return std::any_of(resource.fields.begin(), resource.fields.end(), [&](const FieldSpec& field) {
    if (SameName(field.name, name) || (!field.alias.empty() && SameName(field.alias, name))) return true;
    return field.kind == FieldKind::kDescription && IsDescription(name);
  });
}

v1::Failure WrongValue(std::string_view path, std::string_view wanted) {
  return Never("VALUE_NOT_WRITABLE", absl::StrCat("the field ", std::string(path), " of SSM takes ", std::string(wanted),
                                                  "; the value sent is something else: correct the field map of the pack"));
}

}  // namespace

v1::Failure Never(std::string reason, std::string text) {
  v1::Failure failure;
  failure.set_class_(v1::Failure::NEVER);
  failure.set_reason(std::move(reason));
  failure.set_text(std::move(text));
  return failure;
}

std::string IdOf(const Json* value) {
  if (value == nullptr) return {};
  if (value->kind() == Json::Kind::kObject) return IdOf(value->Find("id"));
  const auto id = sdk::CanonicalInteger(value->text());
  return !id || *id == "0" || (*id)[0] == '-' ? std::string() : *id;
}

std::string IdIn(const Json& row, std::string_view name) { return IdOf(row.Find(name)); }

std::string KeyOf(const ResourceSpec& resource, const Json& row) {
  if (resource.name != "productRates") return IdIn(row, "id");
  const std::string product = IdIn(row, "productId");
  const std::string rate = IdIn(row, "rateId");
  return product.empty() || rate.empty() ? std::string() : absl::StrCat(product, "|", rate);
}

bool IsDeletedRow(const Json& row) {
  const Json* deleted = row.Find("deleted");
  return deleted != nullptr && IsTrue(*deleted);
}

std::int64_t RowDates::Latest() const { return std::max({created, updated, deleted}); }

RowDates DatesOf(const Json& row) {
  RowDates out;
  std::int64_t latest = 0;
  const auto take = [&](const char* name, std::int64_t* to) {
    const Json* member = row.Find(name);
    const auto instant = member == nullptr ? std::nullopt : ParseInstant(member->text());
    if (!instant) return;
    *to = instant->micros;
    if (instant->micros >= latest) {
      latest = instant->micros;
      out.width = instant->width_micros;
    }
  };
  take("dateCreated", &out.created);
  take("dateUpdated", &out.updated);
  take("dateDeleted", &out.deleted);
  return out;
}

// ---------------------------------------------------------------------------------------------------- reading

v1::Value Codec::DecodeMember(const FieldSpec& field, const Json& member) {
  if (member.is_null()) return {};
  switch (field.kind) {
    case FieldKind::kText:
    case FieldKind::kDescription:
      return member.text().empty() ? v1::Value() : sdk::Text(member.text());
    case FieldKind::kInt: {
      if (member.kind() == Json::Kind::kBool) return sdk::IntValue(member.bool_value() ? 1 : 0);
      const Json* id = member.kind() == Json::Kind::kObject ? member.Find("id") : &member;
      const auto value = id == nullptr ? std::nullopt : ToInt(id->text());
      return value ? sdk::IntValue(*value) : v1::Value();
    }
    case FieldKind::kDecimal: {
      const auto value = sdk::CanonicalDecimal(member.text());
      return value ? sdk::DecimalValue(*value) : v1::Value();
    }
    case FieldKind::kBool: return sdk::BoolValue(IsTrue(member));
    case FieldKind::kTimestamp:
    case FieldKind::kZoneless: {
      const auto instant = ParseInstant(member.text());
      return instant ? sdk::TimestampValue(instant->micros) : v1::Value();
    }
    case FieldKind::kDate: {
      const auto instant = ParseInstant(member.text());
      if (!instant) return {};
      return sdk::DateValue(static_cast<std::int32_t>((instant->micros - (instant->micros % kDayMicros + kDayMicros) % kDayMicros) / kDayMicros));
    }
    case FieldKind::kReference: {
      const std::string id = IdOf(&member);
      return id.empty() ? v1::Value() : sdk::Ref(field.target, id);
    }
    case FieldKind::kLabel: {
      const std::string id = IdOf(&member);
      if (id.empty()) return {};
      if (auto label = tenant_.Label(field.target, id)) return sdk::Text(*label);
      const Json* value = member.Find("value");
      // A row of a list nobody shows: its number is better than nothing.
      return sdk::Text(value != nullptr && !value->text().empty() ? value->text() : "#" + id);
    }
    case FieldKind::kLabels: {
      std::vector<v1::Value> labels;
      FieldSpec one = field;
      one.kind = FieldKind::kLabel;
      for (const Json& item : member.items()) labels.push_back(DecodeMember(one, item));
      return labels.empty() ? v1::Value() : sdk::ListOf(std::move(labels));
    }
    case FieldKind::kLines:
    case FieldKind::kTurnover: return {};
  }
  return {};
}

void Codec::DecodeFields(const ResourceSpec& resource, const Json& row, v1::Change* change) {
  sdk::RecordBuilder record(view_, resource.number);
  for (const FieldSpec& field : resource.fields) {
    if (view_.FindField(resource.number, field.number) == nullptr) continue;
    if (field.kind == FieldKind::kDescription) {
      const std::string text = DescriptionOf(row, settings_.language);
      if (!text.empty()) record.Set(field.name, sdk::Text(text));
      continue;
    }
    const Json* member = row.Find(field.name);
    if (member == nullptr && !field.alias.empty()) member = row.Find(field.alias);
    if (member != nullptr) record.Set(field.name, DecodeMember(field, *member));
  }
  for (const auto& [name, value] : row.members()) {
    if (!IsKnown(resource, name)) record.Ignore();
  }
  record.Finish(change);
}

v1::Change Codec::Decode(const ResourceSpec& resource, const Json& row, std::uint64_t read_seq) {
  v1::Change change;
  if (IsDeletedRow(row)) {
    change.set_resource(resource.number);
    change.set_kind(v1::Change::DELETED);
  } else {
    DecodeFields(resource, row, &change);
  }
  change.set_key(KeyOf(resource, row));
  change.set_read_seq(read_seq);
  const RowDates dates = DatesOf(row);
  change.set_revision(absl::StrCat(dates.created, "/", dates.updated, "/", dates.deleted));
  change.set_changed_from_micros(dates.Latest());
  change.set_changed_to_micros(dates.Latest() == 0 ? 0 : dates.Latest() + dates.width);
  return change;
}

v1::Value Codec::DecodeMap(std::span<const FieldSpec> fields, const Json& row) {
  std::vector<std::pair<std::string, v1::Value>> entries;
  for (const FieldSpec& field : fields) {
    if (const Json* member = row.Find(field.name)) entries.emplace_back(std::string(field.name), DecodeMember(field, *member));
  }
  return sdk::MapOf(std::move(entries));
}

// ---------------------------------------------------------------------------------------------------- writing

std::optional<v1::Failure> Codec::EncodeMember(const FieldSpec& field, const v1::Value& value, Json* out) {
  const auto kind = value.kind_case();
  switch (field.kind) {
    case FieldKind::kText:
    case FieldKind::kDescription:
      if (kind != v1::Value::kTextValue) return WrongValue(field.name, "a text");
      *out = Json::String(value.text_value());
      return std::nullopt;
    case FieldKind::kInt:
      if (kind == v1::Value::kIntValue) *out = Json::Int(value.int_value());
      else if (kind == v1::Value::kDecimalValue && sdk::CanonicalInteger(value.decimal_value())) *out = Json::Number(value.decimal_value());
      else if (kind == v1::Value::kBoolValue) *out = Json::Int(value.bool_value() ? 1 : 0);
      else return WrongValue(field.name, "a whole number");
      return std::nullopt;
    case FieldKind::kDecimal:
      if (kind == v1::Value::kIntValue) *out = Json::Int(value.int_value());
      else if (kind == v1::Value::kDecimalValue && sdk::CanonicalDecimal(value.decimal_value())) *out = Json::Number(*sdk::CanonicalDecimal(value.decimal_value()));
      else return WrongValue(field.name, "a decimal");
      return std::nullopt;
    case FieldKind::kBool:
      if (kind != v1::Value::kBoolValue) return WrongValue(field.name, "true or false");
      *out = Json::Bool(value.bool_value());
      return std::nullopt;
    case FieldKind::kTimestamp:
    case FieldKind::kZoneless: {
      std::int64_t micros = 0;
      if (kind == v1::Value::kTimestampValue) micros = value.timestamp_value();
      else if (kind == v1::Value::kDateValue) micros = value.date_value() * kDayMicros;
      else return WrongValue(field.name, "a time");
      *out = Json::String(field.kind == FieldKind::kZoneless ? FormatZoneless(micros) : FormatShort(micros));
      return std::nullopt;
    }
    case FieldKind::kDate:
      if (kind != v1::Value::kDateValue) return WrongValue(field.name, "a date");
      *out = Json::String(FormatDate(value.date_value()));
      return std::nullopt;
    case FieldKind::kReference: {
      const auto id = kind == v1::Value::kReferenceValue ? sdk::CanonicalInteger(value.reference_value().key()) : std::nullopt;
      if (!id) return WrongValue(field.name, absl::StrCat("a reference to ", std::string(field.target)));
      *out = Json::Number(*id);
      return std::nullopt;
    }
    case FieldKind::kLabel: {
      if (kind != v1::Value::kTextValue) return WrongValue(field.name, "the label of a list row");
      const auto id = tenant_.Id(field.target, value.text_value());
      if (!id) {
        return Never("LABEL_UNKNOWN", absl::StrCat("the list ", std::string(field.target), " of SSM has no row for the value of ", std::string(field.name),
                                                   ": add the row in SSM, or correct the label in the pack's parameters"));
      }
      *out = Json::Number(*id);
      return std::nullopt;
    }
    case FieldKind::kLabels: {
      if (kind != v1::Value::kListValue) return WrongValue(field.name, "a list of labels");
      *out = Json::Array();
      FieldSpec one = field;
      one.kind = FieldKind::kLabel;
      for (const auto& label : value.list_value().values()) {
        Json id;
        if (auto failure = EncodeMember(one, label, &id)) return failure;
        out->Push(std::move(id));
      }
      return std::nullopt;
    }
    case FieldKind::kLines:
    case FieldKind::kTurnover: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<v1::Failure> Codec::Add(const FieldSpec& field, std::string_view path, const v1::Value& value, bool is_create, Json* body) {
  if (field.kind == FieldKind::kLines || field.kind == FieldKind::kTurnover) return std::nullopt;
  Json member;
  if (sdk::IsNull(value)) {
    if (is_create) return std::nullopt;
    const bool is_text = field.kind == FieldKind::kText || field.kind == FieldKind::kDescription;
    if (is_text && settings_.clears_text_by_empty) member = Json::String("");
  } else if (auto failure = EncodeMember(field, value, &member)) {
    return failure;
  }
  if (field.kind == FieldKind::kDescription) {
    for (const auto& name : tenant_.DescriptionNames(path)) body->Set(name, member);
  } else {
    body->Set(std::string(field.name), std::move(member));
  }
  return std::nullopt;
}

std::optional<v1::Failure> Codec::Encode(const ResourceSpec& resource, const sdk::FieldValues& fields, bool is_create, Json* body) {
  *body = Json::Object();
  for (const auto& value : fields) {
    const auto field = std::find_if(resource.fields.begin(), resource.fields.end(), [&](const FieldSpec& spec) { return spec.number == value.field(); });
    if (field == resource.fields.end() || view_.FindField(resource.number, value.field()) == nullptr) {
      return Never("FIELD_UNKNOWN", absl::StrCat("the resource ", std::string(resource.name), " has no field number ", value.field()));
    }
    if ((field->flags & kReadOnly) != 0) {
      return Never("FIELD_READ_ONLY", absl::StrCat("the field ", std::string(field->name), " of ", std::string(resource.name), " cannot be written"));
    }
    if (auto failure = Add(*field, resource.path, value.value(), is_create, body)) return failure;
  }
  return std::nullopt;
}

std::optional<v1::Failure> Codec::EncodeMap(std::span<const FieldSpec> fields, const v1::Value& map, bool is_create, Json* body) {
  *body = Json::Object();
  for (const auto& entry : map.map_value().entries()) {
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const FieldSpec& spec) { return spec.name == entry.name(); });
    if (field == fields.end()) {
      if (entry.name() == "lineId") continue;
      return Never("FIELD_UNKNOWN", absl::StrCat("a part of the document has no entry ", entry.name()));
    }
    if (auto failure = Add(*field, "", entry.value(), is_create, body)) return failure;
  }
  return std::nullopt;
}

}  // namespace entente::ssm
