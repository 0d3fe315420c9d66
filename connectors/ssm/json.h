#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace entente::ssm {

// A JSON value whose numbers stay the text they came as, so that no amount ever passes through a floating point number.
//
// Members keep their order; names are found without regard to case, because SSM's spelling is not stable.
class Json {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  Json() = default;
  static Json Bool(bool value);
  // REQUIRES: `text` is a JSON number.
  static Json Number(std::string text);
  static Json Int(std::int64_t value);
  static Json String(std::string text);
  static Json Array();
  static Json Object();

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool bool_value() const { return bool_; }
  // Text of a string or a number; empty otherwise.
  const std::string& text() const { return text_; }
  const std::vector<Json>& items() const { return items_; }
  const std::vector<std::pair<std::string, Json>>& members() const { return members_; }

  // First member of that name, case aside; null pointer when absent or when this is no object.
  const Json* Find(std::string_view name) const;

  void Push(Json item) { items_.push_back(std::move(item)); }
  void Set(std::string name, Json value);

  std::string Dump() const;

 private:
  void DumpTo(std::string* out) const;

  Kind kind_ = Kind::kNull;
  bool bool_ = false;
  std::string text_;
  std::vector<Json> items_;
  std::vector<std::pair<std::string, Json>> members_;
};

// Nothing for text that is no JSON, or that nests deeper than 32.
std::optional<Json> ParseJson(std::string_view text);

// Equal, ASCII case aside.
bool SameName(std::string_view left, std::string_view right);

}  // namespace entente::ssm
