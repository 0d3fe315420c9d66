#include "engine/core/value.h"

#include "engine/core/calendar.h"

namespace entente {
namespace {

struct TypeNameOf {
  std::string_view operator()(const Null&) const { return "null"; }
  std::string_view operator()(bool) const { return "bool"; }
  std::string_view operator()(std::int64_t) const { return "int"; }
  std::string_view operator()(const Decimal&) const { return "decimal"; }
  std::string_view operator()(const std::string&) const { return "text"; }
  std::string_view operator()(const Bytes&) const { return "bytes"; }
  std::string_view operator()(const Date&) const { return "date"; }
  std::string_view operator()(const Timestamp&) const { return "timestamp"; }
  std::string_view operator()(const Duration&) const { return "duration"; }
  std::string_view operator()(const Reference&) const { return "reference"; }
  std::string_view operator()(const LinkReference&) const { return "link"; }
  std::string_view operator()(const Blob&) const { return "blob"; }
  std::string_view operator()(const List&) const { return "list"; }
  std::string_view operator()(const Map&) const { return "map"; }
  std::string_view operator()(const Table&) const { return "map"; }
};

struct DisplayOf {
  std::string operator()(const Null&) const { return "null"; }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(const Decimal& v) const { return v.ToString(); }
  std::string operator()(const std::string& v) const { return v; }
  std::string operator()(const Bytes& v) const { return "(" + std::to_string(v.data.size()) + " bytes)"; }
  std::string operator()(const Date& v) const { return FormatDate(v); }
  std::string operator()(const Timestamp& v) const { return FormatTimestamp(v); }
  std::string operator()(const Duration& v) const { return FormatDuration(v); }
  std::string operator()(const Reference& v) const { return v.resource + "/" + v.key; }
  std::string operator()(const LinkReference& v) const { return "link " + std::to_string(v.link); }
  std::string operator()(const Blob& v) const { return "(" + v.media_type + ", " + std::to_string(v.size_bytes) + " bytes, " + v.digest + ")"; }
  std::string operator()(const List& v) const {
    std::string text = "[";
    for (const Value& item : v) {
      if (text.size() > 1) text += ", ";
      text += item.ToDisplay();
    }
    return text + "]";
  }
  std::string operator()(const Map& v) const {
    std::string text = "{";
    for (const auto& [name, item] : v) {
      if (text.size() > 1) text += ", ";
      text += name + ": " + item.ToDisplay();
    }
    return text + "}";
  }
  std::string operator()(const Table& v) const {
    std::string text = "{";
    for (const auto& [key, item] : v) {
      if (text.size() > 1) text += ", ";
      text += std::visit(*this, key) + ": " + item.ToDisplay();
    }
    return text + "}";
  }
};

}  // namespace

bool Value::IsBlank() const {
  if (IsNull()) return true;
  if (const auto* text = As<std::string>()) return text->empty();
  if (const auto* list = As<List>()) return list->empty();
  if (const auto* map = As<Map>()) return map->empty();
  if (const auto* table = As<Table>()) return table->empty();
  return false;
}

std::string_view Value::TextOrEmpty() const {
  const auto* text = As<std::string>();
  return text ? std::string_view(*text) : std::string_view();
}

std::string_view Value::TypeName() const { return std::visit(TypeNameOf(), v_); }

std::string Value::ToDisplay() const { return std::visit(DisplayOf(), v_); }

bool operator==(const Value& a, const Value& b) { return a.v_ == b.v_; }

const Value& FieldOf(const Fields& fields, std::string_view name) {
  static const Value null;
  const auto found = fields.find(name);
  return found == fields.end() ? null : found->second;
}

}  // namespace entente
