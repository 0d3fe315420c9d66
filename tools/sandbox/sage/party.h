#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/sandbox/sage/company_database.h"

namespace entente::sandbox::sage {

// How this company turns a prospect into a customer.
enum class ConversionMode { kSameCode, kNewCodeSameRow, kNewCodeNewRow };
absl::StatusOr<ConversionMode> ParseConversionMode(std::string_view text);  // same_code, new_code_same_row, new_code_new_row

// Creates a third party of type 0 (unless `fields` says CT_Type) with Sage's defaults: collective account, payer, categories, sort name.
// DUPLICATE_KEY when the code exists under any type, MISSING_ACCOUNT when the account to use is not in the chart.
absl::StatusOr<Row> CreateParty(CompanyDatabase& database, const Row& fields, bool is_prospect);

// Changes fields. Code, kind and CT_Prospect are read-only; a collaborator, payer or account must exist.
absl::StatusOr<Row> EditParty(CompanyDatabase& database, const std::string& code, const Row& fields);

// Removes the party and what hangs on it, without trace. Refused (IN_USE) while documents name it.
absl::Status DeleteParty(CompanyDatabase& database, const std::string& code);

// Prospect to customer. `new_code` counts in the two modes that change the code; a "C"-prefixed one is made when it is blank.
absl::StatusOr<Row> ConvertProspect(CompanyDatabase& database, const std::string& code, ConversionMode mode, const std::string& new_code);

// Everything of `from` becomes `into`'s; homonymous contacts are not taken twice; `from` is removed.
absl::StatusOr<Row> MergeParties(CompanyDatabase& database, const std::string& from, const std::string& into);

// Creates a contact with the next CT_No. DUPLICATE_KEY for the same party, last and first name.
absl::StatusOr<Row> CreateContact(CompanyDatabase& database, const std::string& party, const Row& fields);
// CT_No and CT_Num are read-only here.
absl::StatusOr<Row> EditContact(CompanyDatabase& database, std::int64_t number, const Row& fields);
absl::StatusOr<Row> MoveContact(CompanyDatabase& database, std::int64_t number, const std::string& party);
absl::Status DeleteContact(CompanyDatabase& database, std::int64_t number);
// The contact that Sage's unique key compares equal with, if any: by the bytes of the names.
absl::StatusOr<std::optional<Row>> FindHomonym(CompanyDatabase& database, const std::string& party, const Row& names);

// NOT_FOUND when there is none.
absl::StatusOr<Row> FindParty(CompanyDatabase& database, const std::string& code);
absl::StatusOr<Row> FindContact(CompanyDatabase& database, std::int64_t number);

}  // namespace entente::sandbox::sage
