#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/document.h"
#include "tools/sandbox/sage/money.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/stock.h"
#include "tools/sandbox/sage/tax.h"

namespace entente::sandbox::sage {
namespace {

constexpr int kInstalment = 2;
constexpr std::size_t kPieceLength = 13;
constexpr int kDaysToPay = 30;

// F_DOCCURRENTPIECE.DC_IdCol.
std::int64_t NumberKind(std::int64_t type, std::int64_t provenance) { return type < kInvoice ? type : kInvoice + provenance; }

absl::StatusOr<bool> IsUsed(CompanyDatabase& database, std::int64_t type, const std::string& piece) {
  // An invoice keeps its number when it is posted or archived, so the three types share one range.
  const std::int64_t last = type >= kInvoice ? kArchivedInvoice : type;
  for (std::int64_t t = type >= kInvoice ? std::int64_t{kInvoice} : type; t <= last; ++t) {
    SAGE_ASSIGN(const std::optional<Row> found, database.Find("F_DOCENTETE", {{"DO_Type", t}, {"DO_Piece", piece}}));
    if (found.has_value()) return true;
  }
  return false;
}

absl::Status WriteLine(CompanyDatabase& database, DocumentLine& line, const std::string& piece, std::int64_t provenance) {
  Row cells = line.cells;
  if (!line.long_text.empty()) {
    SAGE_ASSIGN(const std::int64_t text_number, database.NextNumber("F_DOCLIGNETEXT", "DT_No"));
    SAGE_RETURN_IF_ERROR(database.Insert("F_DOCLIGNETEXT", {{"DT_No", text_number}, {"DT_Text", line.long_text}}).status());
    cells.Set("DT_No", text_number);
  }
  SAGE_ASSIGN(const std::int64_t number, database.NextNumber("F_DOCLIGNE", "DL_No"));
  const std::int64_t type = cells.Int("DO_Type");
  const bool takes_stock = type >= kDelivery && !cells.Text("AR_Ref").empty() && provenance != 2;
  cells.Set("DO_Piece", piece).Set("DL_No", number).Set("DL_MvtStock", takes_stock ? (cells.Number("DL_Qte").IsNegative() ? 1 : 3) : 0);
  SAGE_ASSIGN(line.cells, database.Insert("F_DOCLIGNE", cells));
  return MoveStock(database, line.cells, -1, type, provenance);
}

// One instalment that takes the balance, thirty days on.
absl::Status WriteInstalment(CompanyDatabase& database, const Row& head) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(head.Text("DO_Date").substr(0, 10), &day)) day = absl::CivilDay(1753, 1, 1);
  SAGE_ASSIGN(const std::int64_t number, database.NextNumber("F_DOCREGL", "DR_No"));
  return database
      .Insert("F_DOCREGL", {{"DR_No", number},
                            {"DO_Domaine", 0},
                            {"DO_Type", head.Int("DO_Type")},
                            {"DO_DocType", head.Int("DO_DocType")},
                            {"DO_Piece", head.Text("DO_Piece")},
                            {"DR_TypeRegl", kInstalment},
                            {"DR_Date", absl::FormatCivilTime(day + kDaysToPay)},
                            {"DR_Equil", 1},
                            {"N_Reglement", 1}})
      .status();
}

}  // namespace

std::string NextPiece(const std::string& piece) {
  std::string next = piece;
  std::size_t at = next.size();
  while (at > 0 && absl::ascii_isdigit(static_cast<unsigned char>(next[at - 1]))) {
    --at;
    if (next[at] != '9') {
      ++next[at];
      return next;
    }
    next[at] = '0';
  }
  return next.insert(at, "1");
}

absl::StatusOr<std::string> TakeNumber(CompanyDatabase& database, std::int64_t type, std::int64_t provenance, std::int64_t series) {
  SAGE_ASSIGN(const std::optional<Row> counter, database.Find("F_DOCCURRENTPIECE", {{"DC_Domaine", 0},
                                                                                   {"DC_IdCol", NumberKind(type, provenance)},
                                                                                   {"DC_Souche", series}}));
  if (!counter.has_value()) {
    return Refuse({.code = "DOCUMENT_REFUSED", .text = absl::StrCat("no number is set up for series ", series), .field = "DO_Souche"});
  }
  std::string piece = counter->Text("DC_Piece");
  while (true) {
    if (piece.size() > kPieceLength) return Refuse({.code = "DOCUMENT_REFUSED", .text = "the series has no numbers left", .field = "DO_Piece"});
    SAGE_ASSIGN(const bool is_used, IsUsed(database, type, piece));
    if (!is_used) break;
    piece = NextPiece(piece);
  }
  SAGE_RETURN_IF_ERROR(database.Update("F_DOCCURRENTPIECE", counter->Int("cbMarq"), {{"DC_Piece", NextPiece(piece)}}).status());
  return piece;
}

absl::StatusOr<Document> WriteDocument(CompanyDatabase& database, Document document) {
  Row& head = document.head;
  const std::int64_t provenance = head.Int("DO_Provenance");
  SAGE_ASSIGN(const std::string piece, TakeNumber(database, head.Int("DO_Type"), provenance, head.Int("DO_Souche")));
  head.Set("DO_Piece", piece);
  SAGE_ASSIGN(head, database.Insert("F_DOCENTETE", head));
  for (DocumentLine& line : document.lines) SAGE_RETURN_IF_ERROR(WriteLine(database, line, piece, provenance));
  SAGE_RETURN_IF_ERROR(WriteInstalment(database, head));
  return document;
}

absl::StatusOr<Document> ReadDocument(CompanyDatabase& database, std::int64_t type, const std::string& piece) {
  SAGE_ASSIGN(const std::optional<Row> head, database.Find("F_DOCENTETE", {{"DO_Domaine", 0}, {"DO_Type", type}, {"DO_Piece", piece}}));
  if (!head.has_value()) return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("there is no document ", piece, " of type ", type)});
  Document document{.head = *head};
  SAGE_ASSIGN(const std::vector<Row> lines, database.List("F_DOCLIGNE", {{"DO_Domaine", 0}, {"DO_Type", type}, {"DO_Piece", piece}},
                                                          "\"DL_TRemPied\", \"DL_Ligne\""));
  for (const Row& cells : lines) {
    DocumentLine& line = document.lines.emplace_back(DocumentLine{.cells = cells});
    if (cells.Int("DT_No") != 0) {
      SAGE_ASSIGN(const std::optional<Row> text, database.Find("F_DOCLIGNETEXT", {{"DT_No", cells.Int("DT_No")}}));
      if (text.has_value()) line.long_text = text->At("DT_Text").text();
    }
    if (cells.Text("AR_Ref").empty()) continue;
    SAGE_ASSIGN(const std::optional<Row> article, database.Find("F_ARTICLE", {{"AR_Ref", cells.Text("AR_Ref")}}));
    if (!article.has_value()) continue;
    SAGE_ASSIGN(line.available, AvailableStock(database, *article, cells.Int("AG_No1"), cells.Int("AG_No2")));
  }
  document.taxes = TotalsOf(document.head, document.LineCells()).taxes;
  document.priced_at = database.clock().UtcNow();
  return document;
}

absl::Status RecomputeTotals(CompanyDatabase& database, const Row& head) {
  SAGE_ASSIGN(const std::vector<Row> lines,
              database.List("F_DOCLIGNE", {{"DO_Type", head.Int("DO_Type")}, {"DO_Piece", head.Text("DO_Piece")}}));
  Row cells;
  WriteTotals(TotalsOf(head, lines), Decimal(), cells);
  return database.Update("F_DOCENTETE", head.Int("cbMarq"), cells).status();
}

absl::Status RequireMutable(const Row& head) {
  if (head.Int("DO_Valide") != 1 && head.Int("DO_Type") < kPostedInvoice) return absl::OkStatus();
  return Refuse({.code = "IMMUTABLE",
                 .text = absl::StrCat("the document ", head.Text("DO_Piece"), " is validated and cannot be changed; make a credit note instead"),
                 .field = "DO_Piece"});
}

}  // namespace entente::sandbox::sage
