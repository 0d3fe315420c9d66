#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/lens/lens.h"

namespace entente {

// What a native text column can hold.
struct Fitting {
  std::size_t length = 0;   // in characters; 0: no limit
  bool is_cp1252 = true;
};

// The value as such a column holds it. Null and what is not text pass unchanged.
// Composed (NFC), transliterated where the character set is smaller, measured, then cut at a word or refused.
PutResult Fitted(const Fitting& fitting, const Value& value, bool may_cut);

// The column holds less than the pack expects.
inline bool IsNarrower(const Column& column, const Fitting& fitting) {
  return column.length_max > 0 && (fitting.length == 0 || column.length_max < fitting.length);
}

inline LensNote Refusal(std::string reason) { return {LensNote::Kind::kRefused, std::move(reason)}; }
inline GetResult RefusedGet(std::string reason) { return {Value(), {Refusal(std::move(reason))}}; }
inline PutResult RefusedPut(std::string reason) { return {Value(), {Refusal(std::move(reason))}}; }

}  // namespace entente
