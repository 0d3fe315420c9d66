#include "connectors/ssm/json.h"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace entente::ssm {
namespace {

constexpr std::size_t kDepthMax = 32;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void DumpString(const std::string& text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"': *out += "\\\""; break;
      case '\\': *out += "\\\\"; break;
      case '\n': *out += "\\n"; break;
      case '\r': *out += "\\r"; break;
      case '\t': *out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
          *out += buffer;
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

// Builds a Json from parse events; numbers arrive with their text.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Add(Json()); }
  bool boolean(bool value) override { return Add(Json::Bool(value)); }
  bool number_integer(number_integer_t value) override { return Add(Json::Int(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Add(Json::Number(std::to_string(value))); }
  bool number_float(number_float_t, const string_t& text) override { return Add(Json::Number(text)); }
  bool string(string_t& text) override { return Add(Json::String(std::move(text))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(Json::Object()); }
  bool key(string_t& name) override {
    names_.back() = std::move(name);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Json::Array()); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  Json Take() { return std::move(root_); }

 private:
  bool Add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().kind() == Json::Kind::kObject) {
      open_.back().Set(std::move(names_.back()), std::move(value));
    } else {
      open_.back().Push(std::move(value));
    }
    return true;
  }
  bool Open(Json value) {
    if (open_.size() >= kDepthMax) return false;
    open_.push_back(std::move(value));
    names_.emplace_back();
    return true;
  }
  bool Close() {
    Json value = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    return Add(std::move(value));
  }

  Json root_;
  std::vector<Json> open_;
  std::vector<std::string> names_;
};

}  // namespace

bool SameName(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) { return Lower(a) == Lower(b); });
}

Json Json::Bool(bool value) {
  Json out;
  out.kind_ = Kind::kBool;
  out.bool_ = value;
  return out;
}

Json Json::Number(std::string text) {
  Json out;
  out.kind_ = Kind::kNumber;
  out.text_ = std::move(text);
  return out;
}

Json Json::Int(std::int64_t value) { return Number(std::to_string(value)); }

Json Json::String(std::string text) {
  Json out;
  out.kind_ = Kind::kString;
  out.text_ = std::move(text);
  return out;
}

Json Json::Array() {
  Json out;
  out.kind_ = Kind::kArray;
  return out;
}

Json Json::Object() {
  Json out;
  out.kind_ = Kind::kObject;
  return out;
}

const Json* Json::Find(std::string_view name) const {
  for (const auto& [key, value] : members_) {
    if (SameName(key, name)) return &value;
  }
  return nullptr;
}

void Json::Set(std::string name, Json value) { members_.emplace_back(std::move(name), std::move(value)); }

void Json::DumpTo(std::string* out) const {
  switch (kind_) {
    case Kind::kNull: *out += "null"; break;
    case Kind::kBool: *out += bool_ ? "true" : "false"; break;
    case Kind::kNumber: *out += text_; break;
    case Kind::kString: DumpString(text_, out); break;
    case Kind::kArray:
      out->push_back('[');
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (i > 0) out->push_back(',');
        items_[i].DumpTo(out);
      }
      out->push_back(']');
      break;
    case Kind::kObject:
      out->push_back('{');
      for (std::size_t i = 0; i < members_.size(); ++i) {
        if (i > 0) out->push_back(',');
        DumpString(members_[i].first, out);
        out->push_back(':');
        members_[i].second.DumpTo(out);
      }
      out->push_back('}');
      break;
  }
}

std::string Json::Dump() const {
  std::string out;
  DumpTo(&out);
  return out;
}

std::optional<Json> ParseJson(std::string_view text) {
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return builder.Take();
}

}  // namespace entente::ssm
