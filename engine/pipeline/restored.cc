#include "engine/pipeline/restored.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/project.h"

namespace entente {
namespace {

constexpr char kFrom[] = "restored.from";
constexpr std::string_view kListed = "listed.";
constexpr std::string_view kRelist = "relist.";

// Only the other side's value ever goes there.
bool IsTold(const EntityRule& entity, const Link& link, Side here, const std::string& column) {
  return std::any_of(entity.fields.begin(), entity.fields.end(), [&](const FieldRule& field) {
    const FieldPolicy& policy = field.PolicyIn(link.phase);
    return field.sides[here].native == column && FlowsTo(policy, here) && !FlowsTo(policy, Other(here));
  });
}

}  // namespace

void OweListings(Boot* boot, Batch* batch) {
  if (!boot->meta.contains(kRestoredKey)) return;
  std::map<std::string, std::optional<std::string>> changed{{kRestoredKey, std::nullopt}, {kFrom, std::to_string(boot->last_link)}};
  for (const auto& [name, value] : boot->meta) {
    if (!name.starts_with(kListed)) continue;
    changed[name] = std::nullopt;
    changed[absl::StrCat(std::string(kRelist), name.substr(kListed.size()))] = "1";
  }
  for (auto& [name, value] : changed) {
    if (value) boot->meta[name] = *value;
    else boot->meta.erase(name);
    batch->meta[name] = std::move(value);
  }
}

std::optional<LinkId> RestoredFrom(const std::map<std::string, std::string>& meta) {
  const auto from = meta.find(kFrom);
  if (from == meta.end()) return std::nullopt;
  return std::strtoull(from->second.c_str(), nullptr, 10);
}

bool HadPartner(const State& state, const EntityRule& entity, const Link& link, Side here) {
  if (!state.restored_from || link.id <= *state.restored_from) return false;
  const std::string& column = entity.sides[here].find_field;
  return !column.empty() && !NativeOf(link.members[here].shadow, column).IsBlank() && IsTold(entity, link, here, column);
}

}  // namespace entente
