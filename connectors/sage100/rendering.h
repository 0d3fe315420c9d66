#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "connectors/sage100/catalogue.h"
#include "connectors/sage100/parameters.h"
#include "connectors/sage100/rows.h"

namespace entente::sage100 {

// The value of a field as the protocol carries it; null by Sage's conventions of "empty".
v1::Value Render(const FieldSpec& field, const Row& row, const Parameters& parameters);

// A value on its way to Sage.
struct Written {
  enum class Kind { kText, kNumber };
  Kind kind = Kind::kText;
  // Text as it is; a number in digits. Null became '' or 0, which is how Sage stores "empty".
  std::string text;
};

// The reverse of Render for fields that are written.
// INVALID_ARGUMENT for a value of another type; NOT_FOUND for a label the company does not have.
absl::StatusOr<Written> Unrender(const FieldSpec& field, const v1::Value& value, const Parameters& parameters);

}  // namespace entente::sage100
