#include "tools/sandbox/sage/document_life.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/hash_chain.h"
#include "tools/sandbox/sage/money.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/stock.h"

namespace entente::sandbox::sage {
namespace {

// Where a line remembers the document of a type it came from: DL_PieceDE, DL_DateDE, DL_QteDE and so on.
const char* OriginSuffix(std::int64_t type) {
  switch (type) {
    case kQuote:
      return "DE";
    case kOrder:
      return "BC";
    case kPreparation:
      return "PL";
    case kDelivery:
      return "BL";
    default:
      return nullptr;
  }
}

Row MovedCells(const Row& line, const Row& from, const Row& to) {
  Row cells = {{"DO_Type", to.Int("DO_Type")}, {"DO_Piece", to.Text("DO_Piece")}};
  if (const char* suffix = OriginSuffix(from.Int("DO_Type"))) {
    cells.Set(absl::StrCat("DL_Piece", suffix), from.Text("DO_Piece"));
    cells.Set(absl::StrCat("DL_Date", suffix), from.At("DO_Date"));
    cells.Set(absl::StrCat("DL_Qte", suffix), line.Number("DL_Qte"));
  }
  return cells;
}

// The cells of a line that depend on its quantity, for another quantity at the same price.
Row CellsForQuantity(const Row& line, const Decimal& quantity) {
  const Decimal whole = line.Number("DL_Qte");
  const auto share = [&](const char* column, int decimals) {
    return Decimal::Divide(Times(line.Number(column), quantity), whole, decimals).value_or(Decimal());
  };
  const Decimal measure = line.Int("DL_FactPoids") == 1 ? share("DL_PoidsNet", 6) : quantity;
  const Discounts discounts = ReadDiscounts(line, "DL_Remise");
  return {{"DL_Qte", quantity},
          {"EU_Qte", quantity},
          {"DL_MontantHT", LineAmount(line.Number("DL_PrixUnitaire"), measure, discounts)},
          {"DL_MontantTTC", LineAmount(line.Number("DL_PUTTC"), measure, discounts)},
          {"DL_PoidsNet", share("DL_PoidsNet", 6)},
          {"DL_PoidsBrut", share("DL_PoidsBrut", 6)}};
}

Row WithoutTechnicalCells(Row row) {
  for (const char* name : {"cbMarq", "cbModification", "cbCreation", "cbCreateur"}) row.Erase(name);
  return row;
}

absl::StatusOr<Row> InsertHead(CompanyDatabase& database, const Row& from, std::int64_t to_type) {
  SAGE_ASSIGN(const std::string piece, TakeNumber(database, to_type, 0, from.Int("DO_Souche")));
  Row head = WithoutTechnicalCells(from);
  head.Set("DO_Type", to_type).Set("DO_DocType", to_type).Set("DO_Piece", piece).Set("DO_Statut", 0);
  head.Set("DO_Date", database.clock().LocalNow().substr(0, 10));
  return database.Insert("F_DOCENTETE", head);
}

absl::Status MoveWhole(CompanyDatabase& database, const Row& line, const Row& from, const Row& to) {
  SAGE_RETURN_IF_ERROR(database.Update("F_DOCLIGNE", line.Int("cbMarq"), MovedCells(line, from, to)).status());
  return MoveStock(database, line, from.Int("DO_Type"), to.Int("DO_Type"), 0);
}

absl::Status MovePart(CompanyDatabase& database, const Row& line, const Decimal& quantity, const Row& from, const Row& to) {
  Row part = WithoutTechnicalCells(line);
  for (const auto& [name, value] : CellsForQuantity(line, quantity)) part.Set(name, value);
  for (const auto& [name, value] : MovedCells(line, from, to)) part.Set(name, value);
  SAGE_ASSIGN(const std::int64_t number, database.NextNumber("F_DOCLIGNE", "DL_No"));
  part.Set("DL_No", number);
  SAGE_ASSIGN(const Row moved, database.Insert("F_DOCLIGNE", part));
  const Decimal rest = Minus(line.Number("DL_Qte"), quantity);
  SAGE_RETURN_IF_ERROR(database.Update("F_DOCLIGNE", line.Int("cbMarq"), CellsForQuantity(line, rest)).status());
  return MoveStock(database, moved, from.Int("DO_Type"), to.Int("DO_Type"), 0);
}

// The instalments go with the head that is left without lines.
absl::Status MoveInstalments(CompanyDatabase& database, const Row& from, const Row& to) {
  SAGE_ASSIGN(const std::vector<Row> rows,
              database.List("F_DOCREGL", {{"DO_Type", from.Int("DO_Type")}, {"DO_Piece", from.Text("DO_Piece")}}));
  for (const Row& row : rows) {
    SAGE_RETURN_IF_ERROR(
        database.Update("F_DOCREGL", row.Int("cbMarq"), {{"DO_Type", to.Int("DO_Type")}, {"DO_Piece", to.Text("DO_Piece")}}).status());
  }
  return absl::OkStatus();
}

std::vector<LinePart> WholeParts(const Document& document) {
  std::vector<LinePart> parts;
  for (const DocumentLine& line : document.lines) parts.push_back({line.cells.Int("DL_No")});
  return parts;
}

absl::Status MoveParts(CompanyDatabase& database, const Document& source, const Row& target, const std::vector<LinePart>& parts) {
  for (const LinePart& part : parts) {
    const auto line = std::find_if(source.lines.begin(), source.lines.end(),
                                   [&](const DocumentLine& l) { return l.cells.Int("DL_No") == part.line_number; });
    if (line == source.lines.end()) {
      return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("the document has no line ", part.line_number), .field = "DL_No"});
    }
    const Decimal whole = line->cells.Number("DL_Qte");
    if (!part.quantity.has_value() || *part.quantity == whole) {
      SAGE_RETURN_IF_ERROR(MoveWhole(database, line->cells, source.head, target));
    } else if (*part.quantity > Decimal() && *part.quantity < whole) {
      SAGE_RETURN_IF_ERROR(MovePart(database, line->cells, *part.quantity, source.head, target));
    } else {
      return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = "the part must be above zero and at most the line's quantity", .field = "DL_Qte"});
    }
  }
  return absl::OkStatus();
}

// Posting and archiving change the type of the same rows; the original type stays in DO_DocType.
absl::StatusOr<Row> ChangeType(CompanyDatabase& database, const Document& document, std::int64_t to_type) {
  SAGE_ASSIGN(const Row head, database.Update("F_DOCENTETE", document.head.Int("cbMarq"),
                                              {{"DO_Type", to_type}, {"DO_Valide", 1}, {"DO_Transfere", 1}}));
  for (const DocumentLine& line : document.lines) {
    SAGE_RETURN_IF_ERROR(database.Update("F_DOCLIGNE", line.cells.Int("cbMarq"), {{"DO_Type", to_type}}).status());
  }
  SAGE_RETURN_IF_ERROR(MoveInstalments(database, document.head, head));
  return head;
}

}  // namespace

absl::StatusOr<Document> TransformDocument(CompanyDatabase& database, std::int64_t type, const std::string& piece, std::int64_t to_type,
                                           const std::vector<LinePart>& parts) {
  SAGE_ASSIGN(const Document source, ReadDocument(database, type, piece));
  SAGE_RETURN_IF_ERROR(RequireMutable(source.head));
  if (to_type <= type || to_type > kInvoice) {
    return Refuse({.code = "INVALID_REQUEST", .text = absl::StrCat("a document of type ", type, " does not become one of type ", to_type)});
  }
  SAGE_ASSIGN(const Row target, InsertHead(database, source.head, to_type));
  SAGE_RETURN_IF_ERROR(MoveParts(database, source, target, parts.empty() ? WholeParts(source) : parts));
  SAGE_ASSIGN(const std::vector<Row> rest, database.List("F_DOCLIGNE", {{"DO_Type", type}, {"DO_Piece", piece}}));
  if (rest.empty()) {
    SAGE_RETURN_IF_ERROR(MoveInstalments(database, source.head, target));
    SAGE_RETURN_IF_ERROR(database.Delete("F_DOCENTETE", source.head.Int("cbMarq")));
  } else {
    SAGE_RETURN_IF_ERROR(RecomputeTotals(database, source.head));
  }
  SAGE_RETURN_IF_ERROR(RecomputeTotals(database, target));
  return ReadDocument(database, to_type, target.Text("DO_Piece"));
}

absl::StatusOr<Document> PostInvoice(CompanyDatabase& database, const std::string& piece) {
  SAGE_ASSIGN(const Document invoice, ReadDocument(database, kInvoice, piece));
  SAGE_ASSIGN(const Row posted, ChangeType(database, invoice, kPostedInvoice));
  SAGE_RETURN_IF_ERROR(ChainDocument(database, posted));
  return ReadDocument(database, kPostedInvoice, piece);
}

absl::StatusOr<Document> ArchiveInvoice(CompanyDatabase& database, const std::string& piece) {
  SAGE_ASSIGN(const Document invoice, ReadDocument(database, kPostedInvoice, piece));
  SAGE_RETURN_IF_ERROR(ChangeType(database, invoice, kArchivedInvoice).status());
  return ReadDocument(database, kArchivedInvoice, piece);
}

absl::StatusOr<Document> PayInvoice(CompanyDatabase& database, const std::string& piece, const Decimal& amount) {
  SAGE_ASSIGN(const Row head, FindInvoice(database, piece));
  const Decimal paid = Plus(head.Number("DO_MontantRegle"), amount);
  SAGE_RETURN_IF_ERROR(database.Update("F_DOCENTETE", head.Int("cbMarq"), {{"DO_MontantRegle", paid}}).status());
  SAGE_ASSIGN(const std::vector<Row> instalments, database.List("F_DOCREGL", {{"DO_Type", head.Int("DO_Type")}, {"DO_Piece", piece}}));
  for (const Row& row : instalments) {
    if (paid < head.Number("DO_NetAPayer")) break;
    SAGE_RETURN_IF_ERROR(database.Update("F_DOCREGL", row.Int("cbMarq"), {{"DR_Regle", 1}}).status());
  }
  return ReadDocument(database, head.Int("DO_Type"), piece);
}

absl::StatusOr<Row> FindInvoice(CompanyDatabase& database, const std::string& piece) {
  for (const std::int64_t type : {kInvoice, kPostedInvoice, kArchivedInvoice}) {
    SAGE_ASSIGN(const std::optional<Row> head, database.Find("F_DOCENTETE", {{"DO_Type", type}, {"DO_Piece", piece}}));
    if (head.has_value()) return *head;
  }
  return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("there is no invoice ", piece)});
}

absl::StatusOr<Document> CreditInvoice(CompanyDatabase& database, const std::string& piece, std::int64_t provenance) {
  SAGE_ASSIGN(const Row head, FindInvoice(database, piece));
  SAGE_ASSIGN(const Document invoice, ReadDocument(database, head.Int("DO_Type"), piece));
  DocumentRequest request{.type = kInvoice,
                          .provenance = provenance,
                          .client = head.Text("DO_Tiers"),
                          .reference = piece,
                          .contact = head.Text("DO_Contact"),
                          .original_piece = piece,
                          .collaborator = head.Int("CO_No"),
                          .series = head.Int("DO_Souche"),
                          .has_fee = false};
  for (const DocumentLine& line : invoice.lines) {
    request.lines.push_back({.article = line.cells.Text("AR_Ref"),
                             .variant1 = line.cells.Int("AG_No1"),
                             .variant2 = line.cells.Int("AG_No2"),
                             .quantity = line.cells.Number("DL_Qte").Negated(),
                             .design = line.cells.Text("DL_Design"),
                             .long_text = line.long_text,
                             .unit_price = line.cells.Number("DL_PrixUnitaire"),
                             .discounts = ReadDiscounts(line.cells, "DL_Remise")});
  }
  SAGE_ASSIGN(Document credit, PriceDocument(database, request));
  for (const Problem& problem : credit.problems) {
    // What was sold may be credited, dormant or not; an article that is gone cannot come back on a document.
    if (problem.is_error && problem.code != "DORMANT") {
      return Refuse({.code = problem.code, .text = problem.text, .field = problem.field, .line = problem.line});
    }
  }
  return WriteDocument(database, std::move(credit));
}

absl::Status DeleteDocument(CompanyDatabase& database, std::int64_t type, const std::string& piece) {
  SAGE_ASSIGN(const Document document, ReadDocument(database, type, piece));
  SAGE_RETURN_IF_ERROR(RequireMutable(document.head));
  for (const DocumentLine& line : document.lines) {
    SAGE_RETURN_IF_ERROR(MoveStock(database, line.cells, type, -1, document.head.Int("DO_Provenance")));
    if (line.cells.Int("DT_No") != 0) {
      SAGE_ASSIGN(const std::optional<Row> text, database.Find("F_DOCLIGNETEXT", {{"DT_No", line.cells.Int("DT_No")}}));
      if (text.has_value()) SAGE_RETURN_IF_ERROR(database.Delete("F_DOCLIGNETEXT", text->Int("cbMarq")));
    }
    SAGE_RETURN_IF_ERROR(database.Delete("F_DOCLIGNE", line.cells.Int("cbMarq")));
  }
  SAGE_ASSIGN(const std::vector<Row> instalments, database.List("F_DOCREGL", {{"DO_Type", type}, {"DO_Piece", piece}}));
  for (const Row& row : instalments) SAGE_RETURN_IF_ERROR(database.Delete("F_DOCREGL", row.Int("cbMarq")));
  return database.Delete("F_DOCENTETE", document.head.Int("cbMarq"));
}

}  // namespace entente::sandbox::sage
