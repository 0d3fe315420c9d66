#pragma once

#include <optional>
#include <string_view>

namespace entente::sandbox::sage {

// The number of CP1252 characters of a UTF-8 text; empty when the text is no UTF-8 or holds a character CP1252 lacks.
// Decomposed accents (letter and combining mark) are such characters: Sage takes composed ones only.
std::optional<int> LengthInCp1252(std::string_view text);

}  // namespace entente::sandbox::sage
