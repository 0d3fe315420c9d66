#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"

namespace entente::sandbox {

// A JSON value whose numbers are their text: 12.50 stays "12.50" and never passes through a floating point number.
//
// Objects keep the order of their keys and may hold a key twice, as on the wire. A plain value.
class Json {
 public:
  struct Number {
    std::string text;
    friend bool operator==(const Number&, const Number&) = default;
  };
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool v) : v_(v) {}
  Json(int v) : v_(Number{std::to_string(v)}) {}
  Json(long v) : v_(Number{std::to_string(v)}) {}
  Json(long long v) : v_(Number{std::to_string(v)}) {}
  Json(unsigned long v) : v_(Number{std::to_string(v)}) {}
  Json(Number v) : v_(std::move(v)) {}
  Json(const char* v) : v_(std::string(v)) {}
  Json(std::string_view v) : v_(std::string(v)) {}
  Json(std::string v) : v_(std::move(v)) {}
  Json(Array v) : v_(std::move(v)) {}
  Json(Object v) : v_(std::move(v)) {}

  // INVALID_ARGUMENT, with the place, when the text is not JSON.
  static absl::StatusOr<Json> Parse(std::string_view text);

  bool IsNull() const { return std::holds_alternative<std::monostate>(v_); }
  template <typename T>
  const T* As() const { return std::get_if<T>(&v_); }

  // The member with this key, compared without case, or nullptr.
  const Json* Find(std::string_view key) const;
  // The text of a string, or of a number; empty otherwise.
  std::string_view TextOrEmpty() const;

  void Write(std::string& out) const;
  std::string Text() const;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> v_;
};

// To and from the values of the control interface, where a number with a fraction is a string ("12.50").
nlohmann::json ToControl(const Json& value);
Json FromControl(const nlohmann::json& value);
// Parses a control request: as nlohmann::json::parse, but numbers with a fraction or an exponent become strings.
absl::StatusOr<nlohmann::json> ParseControl(std::string_view text);

// Equal without regard to ASCII case.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
// ASCII lower case.
std::string FoldCase(std::string_view text);

}  // namespace entente::sandbox
