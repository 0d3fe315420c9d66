#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sandbox/sage/company_database.h"
#include "tools/sandbox/sage/discount.h"
#include "tools/sandbox/sage/totals.h"

namespace entente::sandbox::sage {

// SQL DO_Type of sale documents.
enum DocumentType : std::int64_t {
  kQuote = 0,
  kOrder = 1,
  kPreparation = 2,
  kDelivery = 3,
  kReturn = 4,
  kInvoice = 6,
  kPostedInvoice = 7,
  kArchivedInvoice = 8,
};

// A line as it is asked for. Without an article it is a text line.
struct LineRequest {
  std::string article = {};
  std::int64_t variant1 = 0;
  std::int64_t variant2 = 0;
  Decimal quantity = {};
  std::optional<std::string> design = {};
  std::string long_text = {};
  // What a person types over Sage's own price; the gateway never does.
  std::optional<Decimal> unit_price = {};
  std::optional<Discounts> discounts = {};
  // Percents that the gateway is asked for: over Sage's own, slot by slot, and behind them in free slots.
  std::array<std::optional<Decimal>, kDiscountsMax> asked_discounts = {};
  std::vector<Decimal> more_discounts = {};
};

// A document as it is asked for; what is left out, Sage fills in from the client.
struct DocumentRequest {
  std::int64_t type = kQuote;
  std::int64_t provenance = 0;  // 1 return invoice, 2 credit invoice
  std::string client = {};
  std::string day = {};         // today when blank
  std::string reference = {};
  std::string external_reference = {};
  std::string web_number = {};
  std::string contact = {};
  std::string original_piece = {};
  std::optional<std::int64_t> collaborator = {};
  std::optional<std::int64_t> series = {};  // 0-based
  bool has_fee = true;
  std::vector<LineRequest> lines = {};
};

// What is wrong, or worth knowing, about a document. `line` counts from 1; 0 is the head.
struct Problem {
  bool is_error = true;
  std::string code = {};
  std::string text = {};
  std::string field = {};
  int line = 0;
};

struct DocumentLine {
  Row cells = {};              // of F_DOCLIGNE
  std::string long_text = {};
  std::optional<Decimal> available = {};  // empty when the stock of the article is not tracked
};

// A document with prices, taxes and totals; with a number when it is written.
struct Document {
  Row head = {};               // of F_DOCENTETE
  std::vector<DocumentLine> lines = {};
  std::vector<TaxTotal> taxes = {};
  std::vector<Problem> problems = {};
  std::string priced_at = {};

  bool HasErrors() const;
  std::vector<Row> LineCells() const;
};

// Prices a document as Sage would on entry; writes nothing. What is wrong is in `problems`, never a refusal.
absl::StatusOr<Document> PriceDocument(CompanyDatabase& database, const DocumentRequest& request);

// Gives the document the next number of its kind and series and writes it with its lines, long texts, instalment and stock effects.
// REQUIRES: no errors among its problems.
absl::StatusOr<Document> WriteDocument(CompanyDatabase& database, Document document);

// NOT_FOUND when there is none.
absl::StatusOr<Document> ReadDocument(CompanyDatabase& database, std::int64_t type, const std::string& piece);

// Computes the totals of a written document anew and stores them.
absl::Status RecomputeTotals(CompanyDatabase& database, const Row& head);

// The number to give next, and the counter moved behind it: numbers already used are skipped.
absl::StatusOr<std::string> TakeNumber(CompanyDatabase& database, std::int64_t type, std::int64_t provenance, std::int64_t series);
// "FA00099" → "FA00100": the digits at the end, plus one, with their zeros.
std::string NextPiece(const std::string& piece);

// Refuses (IMMUTABLE) what the anti-fraud rules forbid: any change of a validated document.
absl::Status RequireMutable(const Row& head);

}  // namespace entente::sandbox::sage
