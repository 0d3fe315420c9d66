#pragma once

#include <string>

#include "absl/status/status.h"
#include "tools/sandbox/company/company.h"
#include "tools/sandbox/sage/company_database.h"

namespace entente::sandbox::sage {

// Fills a new company database with the sample company, in one transaction, and switches the change log on afterwards.
// cbModification is the day of creation; every 250th party, article and contact has none, as old rows do.
absl::Status LoadCompany(CompanyDatabase& database, const Company& company);

// The parts, one file each.
absl::Status LoadParameters(CompanyDatabase& database, const Company& company);
absl::Status LoadParties(CompanyDatabase& database, const Company& company);
absl::Status LoadItems(CompanyDatabase& database, const Company& company);
absl::Status LoadPrices(CompanyDatabase& database, const Company& company);
absl::Status LoadInvoices(CompanyDatabase& database, const Company& company);

// Cells of the sample company.
Value Cell(const Text& text);
Value DayCell(const Day& day);             // "2026-11-22 00:00:00", NULL when empty
Value Midnight(const std::string& day);
Value ModificationCell(const std::string& creation, std::size_t position);

}  // namespace entente::sandbox::sage
