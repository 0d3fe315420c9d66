#include "connectors/ssm/lookup.h"

#include <algorithm>

#include "connectors/ssm/pages.h"

namespace entente::ssm {
namespace {

absl::StatusOr<std::vector<Json>> FindAny(const Access& access, const std::string& path, const std::vector<std::string>& conditions,
                                          bool is_unique, const CallOptions& options) {
  std::vector<Json> all;
  std::size_t first = 0;
  while (first < conditions.size()) {
    const std::size_t step = access.tenant.takes_or() ? static_cast<std::size_t>(access.settings.or_batch) : 1;
    const std::size_t last = std::min(conditions.size(), first + step);
    ListQuery query;
    query.kind = options.kind;
    query.may_start = options.may_start;
    query.path = path;
    query.where = AnyOf({conditions.begin() + static_cast<std::ptrdiff_t>(first), conditions.begin() + static_cast<std::ptrdiff_t>(last)});
    query.page_size = access.settings.page_size;
    query.rows_max = is_unique ? last - first : 0;
    auto rows = ReadRows(access.api, query);
    if (rows.status().code() == absl::StatusCode::kFailedPrecondition && last - first > 1) {
      access.tenant.NoteOrRefused();
      continue;
    }
    if (!rows.ok()) return rows.status();
    for (auto& row : *rows) all.push_back(std::move(row));
    first = last;
  }
  return all;
}

}  // namespace

absl::StatusOr<std::vector<Json>> FindByNumbers(const Access& access, const std::string& path, const std::string& field,
                                                const std::set<std::string>& numbers, const CallOptions& options) {
  std::vector<std::string> conditions;
  for (const auto& number : numbers) conditions.push_back(EqualsNumber(field, number));
  return FindAny(access, path, conditions, field == "id", options);
}

absl::StatusOr<std::vector<Json>> FindByTexts(const Access& access, const std::string& path, const std::string& field,
                                              const std::set<std::string>& texts, const CallOptions& options) {
  std::vector<std::string> conditions;
  for (const auto& text : texts) {
    if (auto condition = EqualsText(field, text)) conditions.push_back(*condition);
  }
  return FindAny(access, path, conditions, false, options);
}

absl::StatusOr<std::vector<Json>> FindByConditions(const Access& access, const std::string& path, const std::set<std::string>& conditions,
                                                   const CallOptions& options) {
  return FindAny(access, path, {conditions.begin(), conditions.end()}, false, options);
}

bool CanFind(const std::string& text) { return !text.empty() && EqualsText("x", text).has_value(); }

}  // namespace entente::ssm
