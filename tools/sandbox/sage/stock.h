#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "tools/sandbox/sage/company_database.h"

namespace entente::sandbox::sage {

// Physical less reserved less in preparation, over the warehouses that count; empty when the article's stock is not tracked.
absl::StatusOr<std::optional<Decimal>> AvailableStock(CompanyDatabase& database, const Row& article, std::int64_t variant1,
                                                      std::int64_t variant2);

// What a line does to the stock of its warehouse when its document enters type `to` (or leaves type `from`; -1 is "no document").
// Quotes do nothing, orders reserve, invoices and deliveries take. Refused (code 2881) when stock may not become negative.
absl::Status MoveStock(CompanyDatabase& database, const Row& line, std::int64_t from, std::int64_t to, std::int64_t provenance);

}  // namespace entente::sandbox::sage
