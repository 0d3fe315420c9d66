#include "tools/sandbox/exact_json.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "nlohmann/json.hpp"
#include "tools/sandbox/status.h"

namespace entente::sandbox {
namespace {

// Builds a Json from nlohmann's events, which carry the text of every number with a fraction.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Add(Json()); }
  bool boolean(bool v) override { return Add(Json(v)); }
  bool number_integer(number_integer_t v) override { return Add(Json(Json::Number{std::to_string(v)})); }
  bool number_unsigned(number_unsigned_t v) override { return Add(Json(Json::Number{std::to_string(v)})); }
  bool number_float(number_float_t, const string_t& text) override { return Add(Json(Json::Number{text})); }
  bool string(string_t& v) override { return Add(Json(std::move(v))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(true); }
  bool key(string_t& v) override {
    open_.back().key = std::move(v);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(false); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    error_at_ = position;
    return false;
  }

  Json Take() { return std::move(root_); }
  std::size_t error_at() const { return error_at_; }

 private:
  struct Container {
    bool is_object = false;
    std::string key;
    Json::Array items;
    Json::Object members;
  };

  bool Open(bool is_object) {
    open_.push_back(Container{is_object, {}, {}, {}});
    return true;
  }
  bool Close() {
    Container done = std::move(open_.back());
    open_.pop_back();
    return Add(done.is_object ? Json(std::move(done.members)) : Json(std::move(done.items)));
  }
  bool Add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_object) {
      open_.back().members.emplace_back(std::move(open_.back().key), std::move(value));
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }

  Json root_;
  std::vector<Container> open_;
  std::size_t error_at_ = 0;
};

void WriteText(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
          out += buffer;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsWholeNumber(std::string_view text) {
  return text.find_first_of(".eE") == std::string_view::npos && text.size() <= 18;
}

}  // namespace

absl::StatusOr<Json> Json::Parse(std::string_view text) {
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    return Invalid("the text is not JSON, near byte " + std::to_string(builder.error_at()));
  }
  return builder.Take();
}

const Json* Json::Find(std::string_view key) const {
  const auto* members = As<Object>();
  if (members == nullptr) return nullptr;
  for (const auto& [name, value] : *members) {
    if (EqualsIgnoreCase(name, key)) return &value;
  }
  return nullptr;
}

std::string_view Json::TextOrEmpty() const {
  if (const auto* text = As<std::string>()) return *text;
  if (const auto* number = As<Number>()) return number->text;
  return {};
}

void Json::Write(std::string& out) const {
  if (IsNull()) {
    out += "null";
  } else if (const auto* flag = As<bool>()) {
    out += *flag ? "true" : "false";
  } else if (const auto* number = As<Number>()) {
    out += number->text;
  } else if (const auto* text = As<std::string>()) {
    WriteText(*text, out);
  } else if (const auto* items = As<Array>()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      (*items)[i].Write(out);
    }
    out += ']';
  } else if (const auto* members = As<Object>()) {
    out += '{';
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (i > 0) out += ',';
      WriteText((*members)[i].first, out);
      out += ':';
      (*members)[i].second.Write(out);
    }
    out += '}';
  }
}

std::string Json::Text() const {
  std::string out;
  Write(out);
  return out;
}

nlohmann::json ToControl(const Json& value) {
  if (const auto* flag = value.As<bool>()) return *flag;
  if (const auto* number = value.As<Json::Number>()) {
    if (IsWholeNumber(number->text)) return std::stoll(number->text);
    return number->text;
  }
  if (const auto* text = value.As<std::string>()) return *text;
  if (const auto* items = value.As<Json::Array>()) {
    auto out = nlohmann::json::array();
    for (const auto& item : *items) out.push_back(ToControl(item));
    return out;
  }
  if (const auto* members = value.As<Json::Object>()) {
    auto out = nlohmann::json::object();
    for (const auto& [key, member] : *members) out[key] = ToControl(member);
    return out;
  }
  return nullptr;
}

Json FromControl(const nlohmann::json& value) {
  if (value.is_boolean()) return Json(value.get<bool>());
  if (value.is_number()) return Json(Json::Number{value.dump()});
  if (value.is_string()) return Json(value.get<std::string>());
  if (value.is_array()) {
    Json::Array out;
    for (const auto& item : value) out.push_back(FromControl(item));
    return Json(std::move(out));
  }
  if (value.is_object()) {
    Json::Object out;
    for (const auto& [key, member] : value.items()) out.emplace_back(key, FromControl(member));
    return Json(std::move(out));
  }
  return Json();
}

absl::StatusOr<nlohmann::json> ParseControl(std::string_view text) {
  auto parsed = Json::Parse(text);
  if (!parsed.ok()) return parsed.status();
  return ToControl(*parsed);
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string FoldCase(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), Lower);
  return out;
}

}  // namespace entente::sandbox
