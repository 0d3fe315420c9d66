#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sandbox/ssm/store.h"

namespace entente::sandbox::ssm {

struct Selection {
  std::string where;
  std::string order;  // one field, always descending; empty = by id, ascending
  std::string language = "EN";
  std::size_t page = 0;
  std::size_t count = 50;
};

// The rows of one page, deleted ones included. INVALID_ARGUMENT (901) for a `where` or an `order` that is not understood.
absl::StatusOr<std::vector<const Row*>> Select(const Store& store, const Table& table, const Selection& selection);

}  // namespace entente::sandbox::ssm
