#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/language/problems.h"

namespace entente::cli {

// A JSON list of the problems as texts.
std::string JsonTexts(const std::vector<entente::Problem>& problems);

// The limits and flags of a pack's description in JSON. DATA_LOSS when it is no description.
absl::StatusOr<std::string> LimitsIn(const std::string& description);

}  // namespace entente::cli
