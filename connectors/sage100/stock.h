#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/amount.h"
#include "connectors/sage100/reading.h"

namespace entente::sage100 {

struct StockFigures {
  Amount physical;
  Amount reserved;
  Amount prepared;
  Amount ordered;
};

// Stock by article key (a variant has its own), summed over the warehouses that count: those without DE_Exclure = 1.
absl::StatusOr<std::map<std::string, StockFigures>> ReadStock(const Reading& reading, const std::vector<std::string>& articles);

}  // namespace entente::sage100
