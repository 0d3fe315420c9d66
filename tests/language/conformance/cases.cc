#include "tests/language/conformance/cases.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "absl/strings/escaping.h"
#include "engine/core/calendar.h"

namespace entente {
namespace {

using Kind = Type::Kind;
using nlohmann::json;

constexpr std::string_view kFolder = ENTENTE_BINARY_DIR "/tests/language/conformance/";

std::string ContentOf(std::string_view name) {
  std::ifstream file{std::string(kFolder).append(name)};
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

ConformanceCases Read() {
  ConformanceCases all;
  const json document = json::parse(ContentOf("cases.json"), nullptr, false);
  if (!document.is_object()) {
    const std::string why = ContentOf("problem.txt");
    all.problem = "The published cases are not there (" + std::string(kFolder) + "cases.json). " +
                  (why.empty() ? "Build the target of this test, which fetches them with npm." : why);
    return all;
  }
  all.version = document.at("version");
  for (const json& entry : document.at("cases")) {
    all.cases.push_back({entry.at("file"), entry.at("section"), entry.at("name"), entry.at("expr"), entry, entry.value("goType", "")});
  }
  return all;
}

// {"@type": "…/google.protobuf.Duration", "value": "1.5s"}
Value MessageOf(const json& message) {
  const std::string type = message.at("@type");
  const std::string text = message.value("value", "");
  if (type.ends_with("/google.protobuf.Duration")) return Value(ParseDuration(text).value());
  if (type.ends_with("/google.protobuf.Timestamp")) return Value(ParseTimestamp(text).value());
  throw std::runtime_error("a message of type " + type);
}

Value MapOf(const json& map) {
  Table table;
  bool is_text = true;
  const json entries = map.value("entries", json::array());
  for (const json& entry : entries) {
    const Value key = ValueOf(entry.at("key"));
    TableKey table_key;
    if (const auto* text = key.As<std::string>()) table_key = *text;
    if (const auto* number = key.As<std::int64_t>()) table_key = *number;
    if (const auto* flag = key.As<bool>()) table_key = *flag;
    is_text = is_text && key.As<std::string>();
    table.emplace(table_key, ValueOf(entry.at("value")));
  }
  if (!is_text) return Value(std::move(table));
  Map result;
  for (auto& [key, value] : table) result.emplace(std::get<std::string>(key), value);
  return Value(std::move(result));
}

Type Primitive(const std::string& name) {
  if (name == "BOOL") return Kind::kBool;
  if (name == "INT64") return Kind::kInt;
  if (name == "STRING") return Kind::kText;
  if (name == "BYTES") return Kind::kBytes;
  throw std::runtime_error("a primitive " + name);
}

// The parts of "a, map(b, c)".
std::vector<std::string_view> PartsOf(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 2;
  }
  return parts;
}

}  // namespace

const ConformanceCases& PublishedCases() {
  static const ConformanceCases cases = Read();
  return cases;
}

Value ValueOf(const json& json) {
  const std::string& kind = json.begin().key();
  const nlohmann::json& content = json.begin().value();
  if (kind == "nullValue") return Value();
  if (kind == "boolValue") return Value(content.get<bool>());
  if (kind == "int64Value") return Value(std::int64_t{std::stoll(content.get<std::string>())});
  if (kind == "stringValue" || kind == "typeValue") return Value(content.get<std::string>());
  if (kind == "mapValue") return MapOf(content);
  if (kind == "objectValue") return MessageOf(content);
  if (kind == "bytesValue") {
    Bytes bytes;
    if (!absl::Base64Unescape(content.get<std::string>(), &bytes.data)) throw std::runtime_error("bytes that are not Base64");
    return Value(std::move(bytes));
  }
  if (kind != "listValue") throw std::runtime_error("a value of kind " + kind);
  List list;
  const nlohmann::json items = content.value("values", nlohmann::json::array());
  for (const auto& item : items) list.push_back(ValueOf(item));
  return Value(std::move(list));
}

Type TypeOf(const json& json) {
  const std::string& kind = json.begin().key();
  const nlohmann::json& content = json.begin().value();
  if (kind == "primitive") return Primitive(content);
  if (kind == "dyn") return Type();
  if (kind == "null") return Kind::kNull;
  if (kind == "listType") return Type::ListOf(TypeOf(content.at("elemType")));
  if (kind == "mapType") return Type::MapOf(TypeOf(content.at("keyType")), TypeOf(content.at("valueType")));
  if (kind == "messageType" && content == "google.protobuf.Duration") return Kind::kDuration;
  if (kind == "messageType" && content == "google.protobuf.Timestamp") return Kind::kTimestamp;
  throw std::runtime_error("a type of kind " + kind);
}

Type TypeInGo(std::string_view text) {
  const std::size_t bracket = text.find('(');
  const std::string_view name = text.substr(0, bracket);
  if (name == "string") return Kind::kText;
  if (name == "type") return Kind::kType;
  const auto parts = bracket == std::string_view::npos ? std::vector<std::string_view>() : PartsOf(text.substr(bracket + 1, text.size() - bracket - 2));
  if (name == "list" && parts.size() == 1) return Type::ListOf(TypeInGo(parts[0]));
  if (name == "map" && parts.size() == 2) return Type::MapOf(TypeInGo(parts[0]), TypeInGo(parts[1]));
  if (const auto type = Type::Named(name); type && parts.empty()) return *type;
  throw std::runtime_error("a type " + std::string(text));
}

}  // namespace entente
