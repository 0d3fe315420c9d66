#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/value.h"

namespace entente {

// When two canonical values are one. Null and blank text are one under each of them.
enum class Equality {
  kExact,     // numbers by value: int 1 and decimal 1.0 are one
  kFoldCase,  // e-mail addresses
  kFold,      // labels: case, accents and repeated spaces
  kUrl,       // without scheme, "www." kept, last slash and case of the host folded
  kVat,       // upper case, letters and digits only
  kPhone,     // without spaces, dots, dashes, slashes and brackets
  kClass,     // the lens already gives classes: exact
  kZeroIsBlank,  // numbers whose 0 also says "not set"
};

bool EqualModulo(Equality equality, const Value& a, const Value& b);

// The form under which equal values are the same value: what match keys and indexes hold.
Value NormalForm(Equality equality, const Value& value);

// "exact", "fold_case", "fold", "url", "vat", "phone", "class", "zero_is_blank"; empty when it is none of them.
std::optional<Equality> EqualityNamed(std::string_view name);
std::vector<std::string> EqualityNames();

}  // namespace entente
