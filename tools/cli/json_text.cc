#include "tools/cli/json_text.h"

#include <nlohmann/json.hpp>

#include "engine/runtime/error.h"

namespace entente::cli {

std::string JsonTexts(const std::vector<entente::Problem>& problems) {
  nlohmann::json list = nlohmann::json::array();
  for (const entente::Problem& problem : problems) list.push_back(problem.ToString());
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<std::string> LimitsIn(const std::string& description) {
  const nlohmann::ordered_json whole = nlohmann::ordered_json::parse(description, nullptr, false);
  if (!whole.is_object()) return MakeError(absl::StatusCode::kDataLoss, "DESCRIPTION_UNREADABLE", "The engine's description of its pack cannot be read. Use the program of the engine's version.");
  nlohmann::ordered_json out;
  for (const char* key : {"name", "version", "limits", "flags"}) {
    if (whole.contains(key)) out[key] = whole[key];
  }
  return out.dump(2);
}

}  // namespace entente::cli
