#pragma once

#include <set>
#include <string>
#include <string_view>

namespace entente {

// The candidate with the fewest edits from `word`, if those are at most a third of its letters (at least two); else empty.
std::string Nearest(std::string_view word, const std::set<std::string>& candidates);

}  // namespace entente
