#include "engine/language/example_values.h"

#include <algorithm>
#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "engine/language/example.h"
#include "entente/rules/v1/rules.pb.h"

namespace entente {
namespace {

using rules::v1::NativeValue;

Position At(const NativeValue& value) { return {value.source().file(), value.source().line()}; }

std::optional<Date> DateIn(const std::string& text) {
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return Date{static_cast<std::int32_t>(day - absl::CivilDay(1970, 1, 1))};
}

// Of a value whose type nothing says: as it is written.
Value Guessed(const NativeValue& value) {
  const std::string& text = value.text();
  if (value.quoted()) return Value(text);
  if (text == "true" || text == "false") return Value(text == "true");
  if (const auto number = Decimal::Parse(text)) {
    const auto whole = text.find('.') == std::string::npos ? number->ToInt() : std::nullopt;
    return whole ? Value(*whole) : Value(*number);
  }
  if (const auto date = DateIn(text)) return Value(*date);
  return Value(text);
}

std::optional<Value> Typed(const std::string& text, const DeclaredField& field) {
  const std::string& type = field.type;
  if (type == "text") return Value(text);
  if (type == "bytes") return Value(Bytes{text});
  if (type == "reference") return Value(Reference{field.target, text});
  if (type == "bool") return text == "true" || text == "false" ? std::optional<Value>(text == "true") : std::nullopt;
  if (type == "int" || type == "decimal") {
    const auto number = Decimal::Parse(text);
    if (!number) return std::nullopt;
    if (type == "decimal") return Value(*number);
    const auto whole = number->ToInt();
    return whole ? std::optional<Value>(*whole) : std::nullopt;
  }
  if (type == "date") {
    const auto date = DateIn(text);
    return date ? std::optional<Value>(*date) : std::nullopt;
  }
  if (type == "timestamp") {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return std::nullopt;
    return Value(Timestamp{absl::ToUnixMicros(time)});
  }
  return std::nullopt;
}

std::string FormOf(const std::string& type) {
  if (type == "bool") return "Write true or false.";
  if (type == "date") return "Write it as 2026-01-31.";
  if (type == "timestamp") return "Write it as 2026-01-31T12:00:00Z.";
  if (type == "list") return "Write a list: [ … ].";
  if (type == "map") return "Write a mapping: { … }.";
  return type == "int" ? "Write a whole number." : "Write a number, or correct the field's name.";
}

class Reader {
 public:
  Reader(const ExamplePlace& place, Problems& problems) : place_(place), problems_(problems) {}

  Fields Read(const NativeValue& source) {
    Fields fields;
    if (source.kind() != NativeValue::MAPPING) {
      problems_.Add(At(source), "The fields of `" + source.name() + "` are no mapping.", "Write `" + source.name() + ": {FIELD: VALUE}`.");
      return fields;
    }
    const std::string& resource_name = place_.entity.sides[place_.side].resource;
    const DeclaredResource* resource = place_.catalogue.Resource(resource_name);
    for (const NativeValue& value : source.items()) {
      const DeclaredField* field = resource != nullptr ? resource->Field(value.name()) : nullptr;
      if (field == nullptr && resource != nullptr) {
        std::vector<std::string> known;
        for (const DeclaredField& one : resource->fields) known.push_back(one.name);
        problems_.Add(At(value), "`" + resource_name + "` on " + place_.pack.sides[place_.side].name + " has no field `" + value.name() + "`.", OneOf(value.name(), known));
        continue;
      }
      fields[value.name()] = ReadValue(value, field, place_.entity.fields);
    }
    return fields;
  }

 private:
  // `siblings` are the rules among which one may say that the field is a reference.
  Value ReadValue(const NativeValue& value, const DeclaredField* field, const std::vector<FieldRule>& siblings) {
    switch (value.kind()) {
      case NativeValue::LIST: return ReadList(value, field, siblings);
      case NativeValue::MAPPING: return ReadMap(value, field, siblings);
      case NativeValue::SCALAR: return ReadScalar(value, field, siblings);
      default: return {};
    }
  }

  Value ReadScalar(const NativeValue& value, const DeclaredField* field, const std::vector<FieldRule>& siblings) {
    if (field == nullptr) {
      const std::string target = TargetOf(value.name(), siblings);
      return target.empty() ? Guessed(value) : Value(Reference{target, value.text()});
    }
    if (const auto typed = Typed(value.text(), *field)) return *typed;
    problems_.Add(At(value), "`" + value.name() + "` is " + field->type + ", and \"" + value.text() + "\" is not.", FormOf(field->type));
    return {};
  }

  Value ReadList(const NativeValue& value, const DeclaredField* field, const std::vector<FieldRule>& siblings) {
    if (field != nullptr && field->type != "list") {
      problems_.Add(At(value), "`" + value.name() + "` is " + field->type + ", and not a list.", FormOf(field->type));
      return {};
    }
    List list;
    const std::vector<FieldRule>* items = ItemsOf(value.name(), siblings);
    for (const NativeValue& item : value.items()) {
      const bool is_map = item.kind() == NativeValue::MAPPING;
      list.push_back(is_map ? MapOf(item, field, items) : ReadValue(item, nullptr, siblings));
    }
    return list;
  }

  Value ReadMap(const NativeValue& value, const DeclaredField* field, const std::vector<FieldRule>& siblings) {
    const bool asks_words = place_.is_expected && value.items_size() == 1 && value.items(0).name() == kHasWords;
    if (asks_words) return Map{{kHasWords, Value(value.items(0).text())}};
    if (field != nullptr && field->type != "map") {
      problems_.Add(At(value), "`" + value.name() + "` is " + field->type + ", and not a mapping.", FormOf(field->type));
      return {};
    }
    return MapOf(value, field, &siblings);
  }

  Value MapOf(const NativeValue& value, const DeclaredField* field, const std::vector<FieldRule>* siblings) {
    static const std::vector<FieldRule> kNone;
    Map map;
    for (const NativeValue& entry : value.items()) {
      const DeclaredField* inner = field != nullptr ? field->Field(entry.name()) : nullptr;
      if (inner == nullptr && field != nullptr && !field->fields.empty()) {
        std::vector<std::string> known;
        for (const DeclaredField& one : field->fields) known.push_back(one.name);
        problems_.Add(At(entry), "`" + field->name + "` has no field `" + entry.name() + "`.", OneOf(entry.name(), known));
        continue;
      }
      map[entry.name()] = ReadValue(entry, inner, siblings != nullptr ? *siblings : kNone);
    }
    return map;
  }

  std::string TargetOf(const std::string& native, const std::vector<FieldRule>& siblings) const {
    for (const FieldRule& rule : siblings) {
      const EntityRule* target = rule.sides[place_.side].native == native && !rule.target.empty() ? place_.pack.Entity(rule.target) : nullptr;
      if (target != nullptr) return target->sides[place_.side].resource;
    }
    return "";
  }

  const std::vector<FieldRule>* ItemsOf(const std::string& native, const std::vector<FieldRule>& siblings) const {
    for (const FieldRule& rule : siblings) {
      if (rule.sides[place_.side].native == native && !rule.items.empty()) return &rule.items;
    }
    return nullptr;
  }

  const ExamplePlace& place_;
  Problems& problems_;
};

}  // namespace

Fields ReadExampleFields(const NativeValue& source, const ExamplePlace& place, Problems& problems) { return Reader(place, problems).Read(source); }

}  // namespace entente
