#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/sage/action.h"
#include "tools/sandbox/sage/document_life.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/row_json.h"

// The life of quotes and invoices.
namespace entente::sandbox::sage {
namespace {

using nlohmann::json;

absl::StatusOr<std::int64_t> TypeNamed(const std::string& name, std::int64_t otherwise) {
  static const std::map<std::string, std::int64_t> kTypes = {
      {"quote", kQuote}, {"order", kOrder}, {"preparation", kPreparation}, {"delivery", kDelivery}, {"invoice", kInvoice}};
  if (name.empty()) return otherwise;
  const auto found = kTypes.find(name);
  if (found == kTypes.end()) return WrongArgument("say quote, order, preparation, delivery or invoice");
  return found->second;
}

absl::StatusOr<json> SetQuoteStatus(Installation& sage, const Arguments& arguments) {
  static const std::map<std::string, std::int64_t> kStates = {
      {"entered", 0}, {"confirmed", 1}, {"accepted", 2}, {"lost", 3}, {"archived", 4}};
  SAGE_ASSIGN(const Document quote, ReadDocument(*sage.database, kQuote, arguments.Text("key", 0)));
  const std::string name = arguments.Text("status", 1);
  std::int64_t status = 0;
  if (const auto found = kStates.find(name); found != kStates.end()) {
    status = found->second;
  } else {
    SAGE_ASSIGN(status, arguments.Number("status", -1, 1));
  }
  if (status < 0 || status > 4) return WrongArgument("status is entered, confirmed, accepted, lost or archived");
  SAGE_ASSIGN(const std::int64_t reason, arguments.Number("reason", quote.head.Int("DO_MotifDevis")));
  SAGE_ASSIGN(const Row head,
              sage.database->Update("F_DOCENTETE", quote.head.Int("cbMarq"), {{"DO_Statut", status}, {"DO_MotifDevis", reason}}));
  return RowJson(head, *sage.database->schema().Find("F_DOCENTETE"));
}

absl::StatusOr<json> Transform(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const std::int64_t from, TypeNamed(arguments.Text("from"), kQuote));
  SAGE_ASSIGN(const std::int64_t to, TypeNamed(arguments.Text("to", 1), kOrder));
  std::vector<LinePart> parts;
  const json lines = arguments.Value("lines");
  for (const json& line : lines) {
    SAGE_ASSIGN(const Row row, RowOf(line));
    LinePart part{row.Int("DL_No")};
    if (row.Has("DL_Qte")) part.quantity = row.Number("DL_Qte");
    parts.push_back(part);
  }
  SAGE_ASSIGN(const Document document, TransformDocument(*sage.database, from, arguments.Text("key", 0), to, parts));
  return DocumentJson(document, sage.database->schema());
}

absl::StatusOr<json> Post(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const Document document, PostInvoice(*sage.database, arguments.Text("key", 0)));
  return DocumentJson(document, sage.database->schema());
}

absl::StatusOr<json> Archive(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const Document document, ArchiveInvoice(*sage.database, arguments.Text("key", 0)));
  return DocumentJson(document, sage.database->schema());
}

absl::StatusOr<json> Pay(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const Decimal amount, arguments.Amount("amount", 1));
  SAGE_ASSIGN(const Document document, PayInvoice(*sage.database, arguments.Text("key", 0), amount));
  return DocumentJson(document, sage.database->schema());
}

absl::StatusOr<json> Credit(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const std::int64_t provenance, arguments.Number("provenance", 2));
  if (provenance != 1 && provenance != 2) return WrongArgument("provenance is 1 (return) or 2 (credit)");
  SAGE_ASSIGN(const Document document, CreditInvoice(*sage.database, arguments.Text("key", 0), provenance));
  return DocumentJson(document, sage.database->schema());
}

absl::StatusOr<json> Price(Installation& sage, const Arguments& arguments) {
  const json given = arguments.Has("document") ? arguments.Value("document") : arguments.FieldsObject({});
  SAGE_ASSIGN(const DocumentRequest request, DocumentRequestOf(given, true));
  SAGE_ASSIGN(const Document document, PriceDocument(*sage.database, request));
  return DocumentJson(document, sage.database->schema());
}

}  // namespace

std::vector<Action> DocumentActions() {
  return {
      {"price", "DO_Tiers=CODE lines:=JSON", "prices a document without writing it", false, Price},
      {"set-quote-status", "NUMBER STATUS [reason=N]", "entered, confirmed, accepted, lost or archived", true, SetQuoteStatus},
      {"transform", "NUMBER [TO] [from=quote] [lines:=JSON]", "a quote becomes an order (delivery, invoice), whole or in part", true, Transform},
      {"post", "NUMBER", "accounting takes an invoice over; it can no longer be changed", true, Post},
      {"archive", "NUMBER", "a posted invoice goes to the archive", true, Archive},
      {"pay", "NUMBER AMOUNT", "a payment of an invoice", true, Pay},
      {"credit", "NUMBER [provenance=1]", "a credit note (or return) of an invoice", true, Credit},
  };
}

}  // namespace entente::sandbox::sage
