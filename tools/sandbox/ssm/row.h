#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tools/sandbox/ssm/instant.h"

namespace entente::sandbox::ssm {

// What a record holds in one field. Decimals are their canonical text; references and choices are ids.
using Cell = std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::int64_t>>;

// One record: the cells in the order of its resource's fields, and what every record has.
//
// `date_updated` is empty until the first update, `date_deleted` until the delete; a delete changes nothing else.
struct Row {
  std::int64_t id = 0;
  std::vector<Cell> cells;
  Instant date_created = 0;
  std::optional<Instant> date_updated;
  std::optional<Instant> date_deleted;
  bool deleted = false;
  std::int64_t created_by = 0;
  std::int64_t updated_by = 0;
  std::int64_t deleted_by = 0;
};

}  // namespace entente::sandbox::ssm
