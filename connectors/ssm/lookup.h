#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/ssm/access.h"

namespace entente::ssm {

// How a read may call.
struct CallOptions {
  sdk::CallKind kind = sdk::CallKind::kOperation;
  std::function<bool()> may_start;
};

// Rows whose number field (an id, or an id inside a reference: "salesOrderId.id") is one of `numbers`; many to a call.
absl::StatusOr<std::vector<Json>> FindByNumbers(const Access& access, const std::string& path, const std::string& field,
                                                const std::set<std::string>& numbers, const CallOptions& options);

// Rows whose text field is one of `texts`; many to a call. Texts that cannot be quoted find nothing: ask CanFind first.
absl::StatusOr<std::vector<Json>> FindByTexts(const Access& access, const std::string& path, const std::string& field,
                                              const std::set<std::string>& texts, const CallOptions& options);

// Rows that meet one of the conditions, each in the words of `where`; many to a call.
absl::StatusOr<std::vector<Json>> FindByConditions(const Access& access, const std::string& path, const std::set<std::string>& conditions,
                                                   const CallOptions& options);

// True for texts a `where` can hold.
bool CanFind(const std::string& text);

}  // namespace entente::ssm
