#include "engine/language/expression/type.h"

#include <utility>

namespace entente {
namespace {

using Kind = Type::Kind;

constexpr std::pair<std::string_view, Kind> kNames[] = {
    {"dyn", Kind::kDyn},           {"null", Kind::kNull},         {"bool", Kind::kBool},           {"int", Kind::kInt},
    {"decimal", Kind::kDecimal},   {"text", Kind::kText},         {"bytes", Kind::kBytes},         {"date", Kind::kDate},
    {"timestamp", Kind::kTimestamp}, {"duration", Kind::kDuration}, {"reference", Kind::kReference}, {"link", Kind::kLink},
    {"blob", Kind::kBlob},         {"list", Kind::kList},         {"map", Kind::kMap},             {"record", Kind::kRecord},
    {"type", Kind::kType}, {"dyn", Kind::kNothing}};

bool IsKeyed(Kind kind) { return kind == Kind::kMap || kind == Kind::kRecord; }

// Of what a list or map without a type of its own holds.
Type Held(const std::shared_ptr<const Type>& part) { return part ? *part : Type(); }

}  // namespace

Type Type::ListOf(Type element) {
  Type list(Kind::kList);
  list.element_ = std::make_shared<const Type>(std::move(element));
  return list;
}

Type Type::MapOf(Type key, Type value) {
  Type map(Kind::kMap);
  map.key_ = std::make_shared<const Type>(std::move(key));
  map.element_ = std::make_shared<const Type>(std::move(value));
  return map;
}

Type Type::Record(std::map<std::string, Type> fields, bool is_open) {
  Type record(Kind::kRecord);
  record.shape_ = std::make_shared<const Shape>(Shape{std::move(fields), is_open});
  return record;
}

std::optional<Type> Type::Named(std::string_view name) {
  if (name == "string") return Type(Kind::kText);
  // What a system calls a map is a record within a record: its fields are not in the catalogue, and one that is absent is null.
  if (name == "map") return Record({}, true);
  for (const auto& [known, kind] : kNames) {
    if (known == name && kind != Kind::kRecord && kind != Kind::kType && kind != Kind::kNothing) return Type(kind);
  }
  return std::nullopt;
}

Type Type::element() const { return element_ && !element_->Is(Kind::kNothing) ? *element_ : Type(); }

Type Type::key() const {
  if (Is(Kind::kRecord)) return Kind::kText;
  return key_ && !key_->Is(Kind::kNothing) ? *key_ : Type();
}

std::optional<Type> Type::Field(std::string_view name) const {
  if (!shape_) return Type();
  const auto found = shape_->fields.find(std::string(name));
  if (found != shape_->fields.end()) return found->second;
  if (shape_->is_open) return Type();
  return std::nullopt;
}

const std::map<std::string, Type>& Type::fields() const {
  static const std::map<std::string, Type> none;
  return shape_ ? shape_->fields : none;
}

bool Type::AgreesWith(const Type& other) const { return Join(*this, other).has_value(); }

std::optional<Type> Type::Join(const Type& a, const Type& b) {
  const auto parts = [](const Type& x, const Type& y) { return Join(x, y).value_or(Type()); };
  if (a.Is(Kind::kNull) || a.Is(Kind::kNothing)) return b;
  if (b.Is(Kind::kNull) || b.Is(Kind::kNothing)) return a;
  if (a.Is(Kind::kDyn) || b.Is(Kind::kDyn)) return Type();
  if (a.IsNumber() && b.IsNumber()) return a.kind_ == b.kind_ ? a : Type(Kind::kDecimal);
  if (a.Is(Kind::kMap) && b.Is(Kind::kMap)) return MapOf(parts(Held(a.key_), Held(b.key_)), parts(Held(a.element_), Held(b.element_)));
  if (IsKeyed(a.kind_) && IsKeyed(b.kind_)) return a.Is(b.kind_) && a.shape_ == b.shape_ ? a : Record({}, true);
  if (a.kind_ != b.kind_) return std::nullopt;
  if (a.Is(Kind::kList)) return ListOf(parts(Held(a.element_), Held(b.element_)));
  return a;
}

std::string Type::ToString() const {
  for (const auto& [name, kind] : kNames) {
    if (kind != kind_) continue;
    std::string parts = element_ ? element_->ToString() : std::string();
    if (key_) parts = key_->ToString() + ", " + parts;
    return parts.empty() ? std::string(name) : std::string(name) + "(" + parts + ")";
  }
  return "dyn";
}

}  // namespace entente
