#include "tools/sandbox/ssm/faults.h"

#include "nlohmann/json.hpp"
#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {

absl::Status Faults::Order(const nlohmann::json& arguments) {
  static const std::pair<const char*, Fault> kKinds[] = {{"408", Fault::k408},   {"500", Fault::k500},
                                                         {"503", Fault::k503},   {"429", Fault::k429},
                                                         {"900", Fault::k900},   {"500-after", Fault::k500AfterDone},
                                                         {"lost", Fault::kLostAnswer}};
  const auto text = [&](const char* key) {
    const auto found = arguments.find(key);
    if (found == arguments.end()) return std::string();
    return found->is_string() ? found->get<std::string>() : found->dump();
  };
  const std::string count = text("count").empty() ? "1" : text("count");
  if (count.size() > 6 || count.find_first_not_of("0123456789") != std::string::npos) return Invalid("count is not a number: " + count);
  for (const auto& [kind, fault] : kKinds) {
    if (text("kind") != kind) continue;
    ordered_.push_back({fault, text("method"), text("resource"), std::stoi(count)});
    return absl::OkStatus();
  }
  return Invalid("kind is one of 408, 500, 503, 429, 900, 500-after, lost, not '" + text("kind") + "'");
}

Fault Faults::For(std::string_view method, std::string_view resource, const Knobs& knobs) {
  if (knobs.down) return Fault::k503;
  for (auto at = ordered_.begin(); at != ordered_.end(); ++at) {
    if (!at->method.empty() && at->method != method) continue;
    if (!at->resource.empty() && at->resource != resource) continue;
    const Fault fault = at->fault;
    if (--at->count <= 0) ordered_.erase(at);
    return fault;
  }
  if (Chance(knobs.error_408)) return Fault::k408;
  if (Chance(knobs.error_500)) return Fault::k500;
  if (method == "POST" && resource != "login" && Chance(knobs.lost_answer)) return Fault::kLostAnswer;
  return Fault::kNone;
}

}  // namespace entente::sandbox::ssm
