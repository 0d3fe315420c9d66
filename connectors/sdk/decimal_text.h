#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace entente::sdk {

// Canonical decimal text: optional minus, digits, optional point and digits; no exponent, no plus, no superfluous zero.
// Accepts what databases and JSON give: leading zeros, trailing zeros, a bare point (".5", "5."), an exponent ("1.5e3").
// Nothing for anything else, for more than 64 digits, and for exponents beyond 64: no such money exists.
std::optional<std::string> CanonicalDecimal(std::string_view text);

// The same for whole numbers only: "3", "3.0" and "3e0" give "3"; nothing when a fraction remains.
std::optional<std::string> CanonicalInteger(std::string_view text);

}  // namespace entente::sdk
