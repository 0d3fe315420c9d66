#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"
#include "tools/sandbox/sage/document.h"
#include "tools/sandbox/sage/schema.h"

namespace entente::sandbox::sage {

// Rows and documents in the words of the gateway contract: field names are Sage's, decimals are strings ("12.5"), dates "2026-11-22", codes
// numbers; cbModification is as the database holds it.
nlohmann::json RowJson(const Row& row, const Table& table);
nlohmann::json DocumentJson(const Document& document, const Schema& schema);
nlohmann::json ProblemsJson(const std::vector<Problem>& problems);

// An object of plain values; null and false are blank, true is 1. INVALID_REQUEST for anything else in it: a number with a fraction has to
// be a string.
absl::StatusOr<Row> RowOf(const nlohmann::json& object);

// DOCUMENT of the contract. `may_set_prices`: lines take DL_PrixUnitaire and discounts, which people may type and the gateway refuses.
absl::StatusOr<DocumentRequest> DocumentRequestOf(const nlohmann::json& object, bool may_set_prices);

}  // namespace entente::sandbox::sage
