#include "tools/sandbox/sage/gateway_calls.h"

#include "nlohmann/json.hpp"
#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/row_json.h"

namespace entente::sandbox::sage {
namespace {

using nlohmann::json;

constexpr char kParties[] = "F_COMPTET";
constexpr char kContacts[] = "F_CONTACTT";

json Wrapped(Installation& sage, const char* name, const char* table, const Row& row) {
  return {{name, RowJson(row, *sage.database->schema().Find(table))}};
}

absl::StatusOr<Row> FieldsOf(const json& body, const char* name) {
  if (!body.contains(name)) return Refuse({.code = "INVALID_REQUEST", .text = absl::StrCat("\"", name, "\" is missing"), .field = name});
  return RowOf(body[name]);
}

bool IsBlank(const Value& value, const Column& column) {
  if (column.type == ColumnType::kNumeric) return Decimal::Parse(value.text()).value_or(Decimal()).IsZero();
  if (column.type == ColumnType::kDate) return value.text() < "1900-01-02";
  if (column.type == ColumnType::kSmall || column.type == ColumnType::kInteger) return value.integer() == 0;
  return value.text().find_first_not_of(' ') == std::string::npos;
}

// Equal as Sage compares: blanks are one value, numbers by value, text without trailing spaces.
bool IsHeld(const CompanyDatabase& database, const Column& column, const Value& held, const Value& expected) {
  const absl::StatusOr<Value> fitted = database.Fitted(column, expected);
  if (!fitted.ok()) return false;
  if (IsBlank(held, column) || IsBlank(*fitted, column)) return IsBlank(held, column) && IsBlank(*fitted, column);
  if (column.type == ColumnType::kNumeric) return Decimal::Parse(held.text()) == Decimal::Parse(fitted->text());
  return Row{{"v", held}}.Text("v") == Row{{"v", *fitted}}.Text("v");
}

absl::Status CheckExpected(const CompanyDatabase& database, const char* table, const Row& held, const json& body) {
  if (!body.contains("expected") || body["expected"].is_null()) return absl::OkStatus();
  SAGE_ASSIGN(const Row expected, RowOf(body["expected"]));
  for (const auto& [name, value] : expected) {
    const Column* column = database.schema().Find(table)->Find(name);
    const bool holds = column != nullptr ? IsHeld(database, *column, held.At(name), value) : held.At(name).text() == value.text();
    if (holds) continue;
    return Refuse({.code = "REVISION_MISMATCH", .text = absl::StrCat(name, " has changed meanwhile; read the record again"), .field = name});
  }
  return absl::OkStatus();
}

absl::Status RefuseDocument(const Document& document) {
  Refusal refusal{.code = "DOCUMENT_REFUSED", .text = "Sage does not take the document; its problems say why"};
  for (const Problem& problem : document.problems) {
    if (!problem.is_error) continue;
    refusal.text = problem.text;
    refusal.field = problem.field;
    refusal.line = problem.line;
    break;
  }
  return Refuse(refusal);
}

// The quote a document of any type came from; its own number when it is a quote.
std::string QuoteNumber(const Document& document) {
  if (document.head.Int("DO_Type") == kQuote) return document.head.Text("DO_Piece");
  for (const DocumentLine& line : document.lines) {
    if (!line.cells.Text("DL_PieceDE").empty()) return line.cells.Text("DL_PieceDE");
  }
  return document.head.Text("DO_Piece");
}

json UnderQuoteNumber(Installation& sage, const Document& document) {
  json out = DocumentJson(document, sage.database->schema());
  out["DO_Piece"] = QuoteNumber(document);
  return out;
}

// Documents of any sale type that carry the reference, one a quote number: the quote itself while it lives, else what it became.
absl::StatusOr<json> DocumentsByReference(Installation& sage, const char* column, const std::string& reference) {
  json documents = json::array();
  if (reference.empty()) return documents;
  SAGE_ASSIGN(const std::vector<Row> heads,
              sage.database->List("F_DOCENTETE", {{"DO_Domaine", 0}, {column, reference}}, "\"DO_Type\", \"cbMarq\""));
  for (const Row& head : heads) {
    // A reference is compared to the letter: it is somebody else's key.
    if (head.Text(column) != reference) continue;
    SAGE_ASSIGN(const Document document, ReadDocument(*sage.database, head.Int("DO_Type"), head.Text("DO_Piece")));
    json out = UnderQuoteNumber(sage, document);
    bool is_known = false;
    for (const json& other : documents) is_known = is_known || other["DO_Piece"] == out["DO_Piece"];
    if (!is_known) documents.push_back(std::move(out));
  }
  return documents;
}

absl::StatusOr<Document> Priced(Installation& sage, const json& body) {
  if (!body.contains("document")) return Refuse({.code = "INVALID_REQUEST", .text = "\"document\" is missing", .field = "document"});
  SAGE_ASSIGN(const DocumentRequest request, DocumentRequestOf(body["document"], false));
  return PriceDocument(*sage.database, request);
}

}  // namespace

absl::StatusOr<json> Info(Installation& sage) {
  SAGE_ASSIGN(const std::string version, sage.database->Setting("product_version", "11.02"));
  SAGE_ASSIGN(const std::string edition, sage.database->Setting("edition", "on_premise"));
  SAGE_ASSIGN(const std::optional<Row> system, sage.database->Find("cbSysTable", {{"CB_Type", "CPTA"}}));
  SAGE_ASSIGN(const std::optional<Row> company, sage.database->Find("P_DOSSIER", {}));
  return json{{"gateway", "entente-sandbox"},
              {"gateway_version", "1"},
              {"product", "Sage 100"},
              {"product_version", version},
              {"edition", edition},
              {"company",
               {{"guid", system.has_value() ? system->Text("CB_LocalGUID") : ""}, {"name", company.has_value() ? company->Text("D_RaisonSoc") : ""}}},
              {"epoch", sage.epoch->highest()}};
}

absl::StatusOr<json> GetParty(Installation& sage, const std::string& code) {
  SAGE_ASSIGN(const Row row, FindParty(*sage.database, code));
  return Wrapped(sage, "party", kParties, row);
}

absl::StatusOr<json> PostParty(Installation& sage, const json& body) {
  SAGE_ASSIGN(const Row fields, FieldsOf(body, "party"));
  for (const char* column : {"CT_Prospect", "CT_Type"}) {
    if (fields.Has(column)) {
      return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(column, " is read-only: Objets Métiers creates prospects"), .field = column});
    }
  }
  SAGE_RETURN_IF_ERROR(sage.locks.Check(kParties, fields.Text("CT_Num")));
  SAGE_ASSIGN(const Row row, CreateParty(*sage.database, fields, true));
  return Wrapped(sage, "party", kParties, row);
}

absl::StatusOr<json> PatchParty(Installation& sage, const std::string& code, const json& body) {
  SAGE_ASSIGN(const Row held, FindParty(*sage.database, code));
  SAGE_RETURN_IF_ERROR(sage.locks.Check(kParties, held.Text("CT_Num")));
  SAGE_RETURN_IF_ERROR(CheckExpected(*sage.database, kParties, held, body));
  SAGE_ASSIGN(const Row fields, FieldsOf(body, "fields"));
  SAGE_ASSIGN(const Row row, EditParty(*sage.database, code, fields));
  return Wrapped(sage, "party", kParties, row);
}

absl::StatusOr<json> GetContact(Installation& sage, std::int64_t number) {
  SAGE_ASSIGN(const Row row, FindContact(*sage.database, number));
  return Wrapped(sage, "contact", kContacts, row);
}

absl::StatusOr<json> ListContacts(Installation& sage, const Query& query) {
  Row where;
  for (const char* column : {"CT_Num", "CT_Nom", "CT_Prenom"}) {
    if (const auto found = query.find(column); found != query.end()) where.Set(column, found->second);
  }
  if (where.empty()) return Refuse({.code = "INVALID_REQUEST", .text = "say CT_Num, CT_Nom or CT_Prenom"});
  SAGE_ASSIGN(const std::vector<Row> rows, sage.database->List(kContacts, where));
  json contacts = json::array();
  for (const Row& row : rows) contacts.push_back(RowJson(row, *sage.database->schema().Find(kContacts)));
  return json{{"contacts", contacts}};
}

absl::StatusOr<json> PostContact(Installation& sage, const std::string& party, const json& body) {
  SAGE_ASSIGN(const Row fields, FieldsOf(body, "contact"));
  const absl::StatusOr<Row> owner = FindParty(*sage.database, party);
  if (!owner.ok()) return Refuse({.code = "UNKNOWN_PARTY", .text = absl::StrCat("there is no third party ", party), .field = "CT_Num"});
  SAGE_RETURN_IF_ERROR(sage.locks.Check(kContacts, ""));
  SAGE_ASSIGN(const Row row, CreateContact(*sage.database, party, fields));
  return Wrapped(sage, "contact", kContacts, row);
}

absl::StatusOr<json> PatchContact(Installation& sage, std::int64_t number, const json& body) {
  SAGE_ASSIGN(const Row held, FindContact(*sage.database, number));
  SAGE_RETURN_IF_ERROR(sage.locks.Check(kContacts, std::to_string(number)));
  SAGE_RETURN_IF_ERROR(CheckExpected(*sage.database, kContacts, held, body));
  SAGE_ASSIGN(const Row fields, FieldsOf(body, "fields"));
  SAGE_ASSIGN(const Row row, EditContact(*sage.database, number, fields));
  return Wrapped(sage, "contact", kContacts, row);
}

absl::StatusOr<json> RemoveContact(Installation& sage, std::int64_t number) {
  SAGE_RETURN_IF_ERROR(FindContact(*sage.database, number).status());
  SAGE_RETURN_IF_ERROR(sage.locks.Check(kContacts, std::to_string(number)));
  SAGE_RETURN_IF_ERROR(DeleteContact(*sage.database, number));
  return json::object();
}

absl::StatusOr<json> Price(Installation& sage, const json& body) {
  SAGE_ASSIGN(const Document document, Priced(sage, body));
  return json{{"document", DocumentJson(document, sage.database->schema())}};
}

absl::StatusOr<json> PostQuote(Installation& sage, const json& body) {
  SAGE_RETURN_IF_ERROR(sage.locks.Check("F_DOCENTETE", ""));
  SAGE_ASSIGN(Document document, Priced(sage, body));
  const std::string reference = document.head.Text("DO_RefExterne");
  SAGE_ASSIGN(const json existing, DocumentsByReference(sage, "DO_RefExterne", reference));
  if (!existing.empty()) {
    return Refuse({.code = "DUPLICATE_KEY", .text = absl::StrCat("a document carries the reference ", reference, " already"), .field = "DO_RefExterne"});
  }
  if (document.HasErrors()) return RefuseDocument(document);
  SAGE_ASSIGN(document, WriteDocument(*sage.database, std::move(document)));
  return json{{"document", DocumentJson(document, sage.database->schema())}};
}

absl::StatusOr<json> ListQuotes(Installation& sage, const Query& query) {
  for (const char* column : {"DO_RefExterne", "DO_NoWeb", "DO_Ref"}) {
    const auto found = query.find(column);
    if (found == query.end()) continue;
    SAGE_ASSIGN(json documents, DocumentsByReference(sage, column, found->second));
    return json{{"documents", std::move(documents)}};
  }
  return Refuse({.code = "INVALID_REQUEST", .text = "say DO_RefExterne (or DO_NoWeb, DO_Ref)"});
}

absl::StatusOr<json> GetQuote(Installation& sage, const std::string& piece) {
  absl::StatusOr<Document> quote = ReadDocument(*sage.database, kQuote, piece);
  if (quote.ok()) return json{{"document", DocumentJson(*quote, sage.database->schema())}};
  SAGE_ASSIGN(const std::optional<Row> line, sage.database->Find("F_DOCLIGNE", {{"DO_Domaine", 0}, {"DL_PieceDE", piece}}));
  if (!line.has_value()) return quote.status();
  SAGE_ASSIGN(const Document successor, ReadDocument(*sage.database, line->Int("DO_Type"), line->Text("DO_Piece")));
  return json{{"document", UnderQuoteNumber(sage, successor)}};
}

absl::StatusOr<json> ErrorDetails(Installation& sage, const std::string& route, const std::string& code, const std::string& key,
                                  const json& body) {
  json details = json::object();
  if (code == "DOCUMENT_REFUSED" && body.contains("document")) {
    SAGE_ASSIGN(const Document document, Priced(sage, body));
    details["problems"] = ProblemsJson(document.problems);
  } else if (code == "DUPLICATE_KEY" && route == "POST quotes") {
    SAGE_ASSIGN(const json found, DocumentsByReference(sage, "DO_RefExterne", body["document"].value("DO_RefExterne", "")));
    if (!found.empty()) details["document"] = found[0];
  } else if (code == "DUPLICATE_KEY" && route == "POST parties") {
    SAGE_ASSIGN(details, GetParty(sage, body["party"].value("CT_Num", "")));
  } else if (code == "REVISION_MISMATCH" && route == "PATCH parties") {
    SAGE_ASSIGN(details, GetParty(sage, key));
  } else if (code == "REVISION_MISMATCH" && route == "PATCH contacts") {
    SAGE_ASSIGN(const Row contact, FindContact(*sage.database, Row{{"n", key}}.Int("n")));
    details = Wrapped(sage, "contact", kContacts, contact);
  } else if (code == "DUPLICATE_KEY" && route == "POST contacts") {
    SAGE_ASSIGN(const Row names, RowOf(body["contact"]));
    SAGE_ASSIGN(const std::optional<Row> homonym, FindHomonym(*sage.database, key, names));
    if (homonym.has_value()) details = Wrapped(sage, "contact", kContacts, *homonym);
  }
  return details;
}

}  // namespace entente::sandbox::sage
