#include "tools/sandbox/sage/record_kind.h"

#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/document_life.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

RecordKind DocumentKind(std::int64_t type) {
  return {"F_DOCENTETE", "DO_Piece", {{"DO_Domaine", 0}, {"DO_Type", type}}, true, type};
}

}  // namespace

absl::StatusOr<RecordKind> KindNamed(const std::string& name) {
  static const std::map<std::string, RecordKind> kKinds = {
      {"party", {"F_COMPTET", "CT_Num"}},
      {"customer", {"F_COMPTET", "CT_Num", {{"CT_Type", 0}, {"CT_Prospect", 0}}}},
      {"prospect", {"F_COMPTET", "CT_Num", {{"CT_Type", 0}, {"CT_Prospect", 1}}}},
      {"supplier", {"F_COMPTET", "CT_Num", {{"CT_Type", 1}}}},
      {"contact", {"F_CONTACTT", "CT_No"}},
      {"address", {"F_LIVRAISON", "LI_No"}},
      {"collaborator", {"F_COLLABORATEUR", "CO_No"}},
      {"article", {"F_ARTICLE", "AR_Ref"}},
      {"family", {"F_FAMILLE", "FA_CodeFamille"}},
      {"price", {"F_ARTCLIENT", "cbMarq"}},
      {"stock", {"F_ARTSTOCK", "cbMarq"}},
      {"quote", DocumentKind(kQuote)},
      {"order", DocumentKind(kOrder)},
      {"delivery", DocumentKind(kDelivery)},
      {"invoice", DocumentKind(kInvoice)},
      {"posted-invoice", DocumentKind(kPostedInvoice)},
  };
  const auto found = kKinds.find(name);
  if (found != kKinds.end()) return found->second;
  std::string names;
  for (const auto& [known, kind] : kKinds) absl::StrAppend(&names, names.empty() ? "" : ", ", known);
  return Refuse({.code = "INVALID_REQUEST", .text = absl::StrCat("\"", name, "\" is no kind of record; say one of ", names)});
}

absl::StatusOr<Row> FindRecord(CompanyDatabase& database, const RecordKind& kind, const std::string& key) {
  if (kind.is_document && kind.document_type >= kInvoice) return FindInvoice(database, key);
  Row where = kind.filter;
  std::int64_t number = 0;
  const Column* column = database.schema().Find(kind.table)->Find(kind.key);
  const bool is_number = column == nullptr || column->type == ColumnType::kInteger;
  if (is_number && !absl::SimpleAtoi(key, &number)) {
    return Refuse({.code = "INVALID_REQUEST", .text = absl::StrCat("\"", key, "\" is no number"), .field = kind.key});
  }
  where.Set(kind.key, is_number ? Value(number) : Value(key));
  SAGE_ASSIGN(const std::optional<Row> row, database.Find(kind.table, where));
  if (key.empty() || !row.has_value()) {
    return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("there is no such record: ", key.empty() ? "say which" : key), .field = kind.key});
  }
  return *row;
}

}  // namespace entente::sandbox::sage
