#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/sandbox/sage/document.h"

namespace entente::sandbox::sage {

// A part of a document that goes on: the line and how much of it; all of it without a quantity.
struct LinePart {
  std::int64_t line_number = 0;  // DL_No
  std::optional<Decimal> quantity = {};
};

// Turns a document into the next type (quote → order → delivery → invoice) and answers the new one.
//
// Lines that go on whole keep their row and DL_No, only type and number change, and remember where they come from; a part of a line becomes
// a new row and the rest stays. A head without lines left is removed. All lines when `parts` is empty.
absl::StatusOr<Document> TransformDocument(CompanyDatabase& database, std::int64_t type, const std::string& piece, std::int64_t to_type,
                                           const std::vector<LinePart>& parts);

// Accounting takes the invoice over: type 6 becomes 7 under the same number, validated and hash-chained, unchangeable from then on.
absl::StatusOr<Document> PostInvoice(CompanyDatabase& database, const std::string& piece);

// A posted invoice goes to the archive: type 8, same number.
absl::StatusOr<Document> ArchiveInvoice(CompanyDatabase& database, const std::string& piece);

// A payment: raises DO_MontantRegle, and marks the instalments settled once nothing is left to pay. Posted invoices may be paid.
absl::StatusOr<Document> PayInvoice(CompanyDatabase& database, const std::string& piece, const Decimal& amount);

// A credit note (provenance 2), or a return invoice (1), of all lines of an invoice, with its prices and negative quantities.
absl::StatusOr<Document> CreditInvoice(CompanyDatabase& database, const std::string& piece, std::int64_t provenance);

// Removes a document, its lines, texts and instalments without trace, and takes its stock effects back. IMMUTABLE when validated.
absl::Status DeleteDocument(CompanyDatabase& database, std::int64_t type, const std::string& piece);

// The invoice with this number, under whichever of the types 6, 7 and 8 it is now.
absl::StatusOr<Row> FindInvoice(CompanyDatabase& database, const std::string& piece);

}  // namespace entente::sandbox::sage
