#pragma once

#include "absl/status/status.h"
#include "tools/sandbox/sage/company_database.h"

namespace entente::sandbox::sage {

// Adds a validated document to the anti-fraud chain: cbHash covers its key, party, day and totals and the hash before it, so that a
// changed row no longer fits the chain.
absl::Status ChainDocument(CompanyDatabase& database, const Row& head);

}  // namespace entente::sandbox::sage
