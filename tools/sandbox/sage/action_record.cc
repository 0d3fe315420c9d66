#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/sage/action.h"
#include "tools/sandbox/sage/document_life.h"
#include "tools/sandbox/sage/record_kind.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/row_json.h"

// Looking at records, and the life of parties, contacts and collaborators.
namespace entente::sandbox::sage {
namespace {

using nlohmann::json;

json Shown(Installation& sage, const std::string& table, const Row& row) { return RowJson(row, *sage.database->schema().Find(table)); }

absl::StatusOr<json> List(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const RecordKind kind, KindNamed(arguments.Text("what", 0)));
  SAGE_ASSIGN(Row where, arguments.Fields({"what", "limit", "offset"}));
  for (const auto& [name, value] : kind.filter) where.Set(name, value);
  SAGE_ASSIGN(const std::int64_t limit, arguments.Number("limit", 1000));
  SAGE_ASSIGN(const std::int64_t offset, arguments.Number("offset", 0));
  SAGE_ASSIGN(const std::vector<Row> rows,
              sage.database->List(kind.table, where, absl::StrCat("\"cbMarq\" LIMIT ", limit, " OFFSET ", offset)));
  json out = json::array();
  for (const Row& row : rows) out.push_back(Shown(sage, kind.table, row));
  return out;
}

absl::StatusOr<json> Get(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const RecordKind kind, KindNamed(arguments.Text("what", 0)));
  SAGE_ASSIGN(const Row row, FindRecord(*sage.database, kind, arguments.Text("key", 1)));
  if (!kind.is_document) return Shown(sage, kind.table, row);
  SAGE_ASSIGN(const Document document, ReadDocument(*sage.database, row.Int("DO_Type"), row.Text("DO_Piece")));
  json out = DocumentJson(document, sage.database->schema());
  out["head"] = Shown(sage, kind.table, row);
  return out;
}

absl::StatusOr<Row> CreateCollaborator(CompanyDatabase& database, Row fields) {
  if (fields.Text("CO_Nom").empty()) return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = "CO_Nom is required", .field = "CO_Nom"});
  SAGE_ASSIGN(const std::int64_t number, database.NextNumber("F_COLLABORATEUR", "CO_No"));
  if (!fields.Has("CO_Vendeur")) fields.Set("CO_Vendeur", 1);
  return database.Insert("F_COLLABORATEUR", fields.Set("CO_No", number));
}

absl::StatusOr<Row> CreateArticle(CompanyDatabase& database, Row fields) {
  const auto otherwise = [&](const char* column, const Value& value) {
    if (!fields.Has(column)) fields.Set(column, value);
  };
  if (fields.Text("FA_CodeFamille").empty()) {
    SAGE_ASSIGN(const std::optional<Row> family, database.Find("F_FAMILLE", {{"FA_Type", 0}}));
    if (family.has_value()) fields.Set("FA_CodeFamille", family->Text("FA_CodeFamille"));
  }
  SAGE_ASSIGN(const std::optional<Row> family, database.Find("F_FAMILLE", {{"FA_CodeFamille", fields.Text("FA_CodeFamille")}, {"FA_Type", 0}}));
  if (!family.has_value()) {
    return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = "the article needs a family that exists", .field = "FA_CodeFamille"});
  }
  if (fields.Text("AR_Ref").empty()) return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = "AR_Ref is required", .field = "AR_Ref"});
  otherwise("AR_UniteVen", std::max<std::int64_t>(1, family->Int("FA_UniteVen")));
  otherwise("AR_SuiviStock", family->Int("FA_SuiviStock"));
  otherwise("AR_UnitePoids", 2);
  otherwise("AR_Publie", 1);
  fields.Set("AR_DateModif", database.clock().LocalNow().substr(0, 10));
  return database.Insert("F_ARTICLE", fields);
}

absl::StatusOr<Row> CreateAddress(CompanyDatabase& database, Row fields) {
  SAGE_RETURN_IF_ERROR(FindParty(database, fields.Text("CT_Num")).status());
  SAGE_ASSIGN(const std::int64_t number, database.NextNumber("F_LIVRAISON", "LI_No"));
  return database.Insert("F_LIVRAISON", fields.Set("LI_No", number));
}

absl::StatusOr<json> CreateDocument(Installation& sage, std::int64_t type, const Arguments& arguments) {
  SAGE_ASSIGN(const std::int64_t provenance, arguments.Number("provenance", 0));
  SAGE_ASSIGN(DocumentRequest request, DocumentRequestOf(arguments.FieldsObject({"what", "provenance"}), true));
  request.type = type;
  request.provenance = provenance;
  SAGE_ASSIGN(Document document, PriceDocument(*sage.database, request));
  for (const Problem& problem : document.problems) {
    if (problem.is_error) return Refuse({.code = problem.code, .text = problem.text, .field = problem.field, .line = problem.line});
  }
  SAGE_ASSIGN(document, WriteDocument(*sage.database, std::move(document)));
  return DocumentJson(document, sage.database->schema());
}

absl::StatusOr<json> Create(Installation& sage, const Arguments& arguments) {
  const std::string what = arguments.Text("what", 0);
  SAGE_ASSIGN(const RecordKind kind, KindNamed(what));
  if (kind.is_document) return CreateDocument(sage, kind.document_type, arguments);
  SAGE_ASSIGN(Row fields, arguments.Fields({"what"}));
  CompanyDatabase& database = *sage.database;
  absl::StatusOr<Row> row;
  if (kind.table == "F_COMPTET") {
    const bool is_prospect = what == "prospect" || fields.Int("CT_Prospect") == 1;
    if (what == "supplier") fields.Set("CT_Type", 1);
    row = CreateParty(database, fields, is_prospect);
  } else if (what == "contact") {
    const std::string party = fields.Text("CT_Num");
    fields.Erase("CT_Num");
    row = CreateContact(database, party, fields);
  } else if (what == "article") {
    row = CreateArticle(database, fields);
  } else if (what == "collaborator") {
    row = CreateCollaborator(database, fields);
  } else if (what == "address") {
    row = CreateAddress(database, fields);
  } else {
    row = database.Insert(kind.table, fields);
  }
  if (!row.ok()) return row.status();
  return Shown(sage, kind.table, *row);
}

absl::StatusOr<Row> EditRecord(CompanyDatabase& database, const RecordKind& kind, const Row& held, Row fields) {
  if (kind.table == "F_COMPTET") return EditParty(database, held.Text("CT_Num"), fields);
  if (kind.table == "F_CONTACTT") {
    const std::int64_t number = held.Int("CT_No");
    if (fields.Has("CT_Num")) {
      SAGE_RETURN_IF_ERROR(MoveContact(database, number, fields.Text("CT_Num")).status());
      fields.Erase("CT_Num");
    }
    return EditContact(database, number, fields);
  }
  if (kind.is_document) SAGE_RETURN_IF_ERROR(RequireMutable(held));
  if (fields.Has(kind.key)) return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(kind.key, " cannot be changed"), .field = kind.key});
  if (kind.table == "F_ARTICLE") fields.Set("AR_DateModif", database.clock().LocalNow().substr(0, 10));
  return database.Update(kind.table, held.Int("cbMarq"), fields);
}

absl::StatusOr<json> Edit(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const RecordKind kind, KindNamed(arguments.Text("what", 0)));
  SAGE_ASSIGN(const Row held, FindRecord(*sage.database, kind, arguments.Text("key", 1)));
  SAGE_ASSIGN(const Row fields, arguments.Fields({"what", "key"}));
  SAGE_ASSIGN(const Row row, EditRecord(*sage.database, kind, held, fields));
  return Shown(sage, kind.table, row);
}

// With its prices, variants, taxes and stock. Lines of documents keep the reference, which then leads nowhere.
absl::Status DeleteArticle(CompanyDatabase& database, const Row& article) {
  for (const char* table : {"F_ARTCLIENT", "F_TARIFQTE", "F_TARIFGAM", "F_ARTGAMME", "F_ARTENUMREF", "F_ARTCOMPTA", "F_ARTSTOCK", "F_GAMSTOCK"}) {
    SAGE_ASSIGN(const std::vector<Row> rows, database.List(table, {{"AR_Ref", article.Text("AR_Ref")}}));
    for (const Row& row : rows) SAGE_RETURN_IF_ERROR(database.Delete(table, row.Int("cbMarq")));
  }
  return database.Delete("F_ARTICLE", article.Int("cbMarq"));
}

absl::StatusOr<json> Delete(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const RecordKind kind, KindNamed(arguments.Text("what", 0)));
  SAGE_ASSIGN(const Row held, FindRecord(*sage.database, kind, arguments.Text("key", 1)));
  CompanyDatabase& database = *sage.database;
  absl::Status status;
  if (kind.is_document) {
    status = DeleteDocument(database, held.Int("DO_Type"), held.Text("DO_Piece"));
  } else if (kind.table == "F_COMPTET") {
    status = DeleteParty(database, held.Text("CT_Num"));
  } else if (kind.table == "F_ARTICLE") {
    status = DeleteArticle(database, held);
  } else {
    status = database.Delete(kind.table, held.Int("cbMarq"));
  }
  if (!status.ok()) return status;
  return json{{"deleted", held.At(kind.key).text()}};
}

absl::StatusOr<json> Sleep(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const RecordKind kind, KindNamed(arguments.Text("what", 0)));
  SAGE_ASSIGN(const Row held, FindRecord(*sage.database, kind, arguments.Text("key", 1)));
  SAGE_ASSIGN(const std::int64_t asleep, arguments.Number("asleep", 1, 2));
  const std::string column = held.Has("CT_Sommeil") ? "CT_Sommeil" : held.Has("AR_Sommeil") ? "AR_Sommeil" : "CO_Sommeil";
  if (!held.Has(column)) return WrongArgument(absl::StrCat(kind.table, " records do not sleep in this release"));
  SAGE_ASSIGN(const Row row, sage.database->Update(kind.table, held.Int("cbMarq"), {{column, asleep}}));
  return Shown(sage, kind.table, row);
}

absl::StatusOr<json> Convert(Installation& sage, const Arguments& arguments) {
  ConversionMode mode = sage.conversion;
  if (arguments.Has("mode")) {
    SAGE_ASSIGN(mode, ParseConversionMode(arguments.Text("mode")));
  }
  SAGE_ASSIGN(const Row row, ConvertProspect(*sage.database, arguments.Text("key", 0), mode, arguments.Text("new_code", 1)));
  return Shown(sage, "F_COMPTET", row);
}

absl::StatusOr<json> Move(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const std::int64_t number, arguments.Number("key", 0, 0));
  SAGE_ASSIGN(const Row row, MoveContact(*sage.database, number, arguments.Text("party", 1)));
  return Shown(sage, "F_CONTACTT", row);
}

absl::StatusOr<json> Merge(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const Row row, MergeParties(*sage.database, arguments.Text("from", 0), arguments.Text("into", 1)));
  return Shown(sage, "F_COMPTET", row);
}

}  // namespace

std::vector<Action> RecordActions() {
  return {
      {"list", "WHAT [FIELD=VALUE …] [limit=N] [offset=N]", "the records of a kind", false, List},
      {"get", "WHAT KEY", "one record; a document with its lines", false, Get},
      {"create", "WHAT FIELD=VALUE …", "a new record; a document takes lines:=JSON", true, Create},
      {"edit", "WHAT KEY FIELD=VALUE …", "changes a record", true, Edit},
      {"delete", "WHAT KEY", "removes a record without trace", true, Delete},
      {"sleep", "WHAT KEY [asleep=0]", "puts a party, article or collaborator to sleep, or wakes it", true, Sleep},
      {"convert", "CODE [NEW_CODE] [mode=MODE]", "a prospect becomes a customer", true, Convert},
      {"move-contact", "NUMBER PARTY", "a contact changes its party", true, Move},
      {"merge", "FROM INTO", "two parties become one", true, Merge},
  };
}

}  // namespace entente::sandbox::sage
