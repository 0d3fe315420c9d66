#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"
#include "connectors/sage100/document_lines.h"
#include "connectors/sage100/source.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

constexpr int kPageDocuments = 100;
constexpr std::int64_t kPosted = 7;

std::optional<Amount> Known(const Row& row, const char* column) {
  const auto text = row.Decimal(column);
  return text.has_value() ? std::optional(Amount::Parse(*text)) : std::nullopt;
}

// Invoices and credit notes, keyed by number over the types 6, 7 and 8: posting changes the type, not the record.
class InvoiceSource final : public Source {
 public:
  InvoiceSource() {
    columns_ = {"cbMarq", "cbModification"};
    for (const FieldSpec& field : resource_.fields) {
      if (field.rendering != Rendering::kMade) columns_.push_back(field.name);
    }
  }

  const ResourceSpec& resource() const override { return resource_; }

  std::vector<Watch> Watches(const Schema& schema) const override {
    const std::string types = R"(t."DO_Domaine" = 0 AND t."DO_Type" IN (6, 7, 8))";
    std::vector<Watch> watches;
    for (const char* table : {"F_DOCENTETE", "F_DOCLIGNE", "F_DOCREGL"}) {
      if (schema.HasTable(table)) watches.push_back({table, "t.\"DO_Piece\"", "", types});
    }
    return watches;
  }

  absl::StatusOr<std::int64_t> Count(const Reading& reading) const override { return CountAnchors(reading, From(reading)); }

  absl::StatusOr<Page> Next(const Reading& reading, const Position& after, Detail detail) const override {
    auto anchors = NextAnchors(reading, From(reading), after, detail == Detail::kKeys ? 5 * kPageDocuments : kPageDocuments);
    if (!anchors.ok()) return anchors.status();
    Page page;
    page.next = anchors->next;
    page.is_last = anchors->is_last;
    if (detail == Detail::kKeys) {
      for (std::size_t i = 0; i < anchors->rows.size(); ++i) {
        const auto piece = anchors->rows[i].Text("DO_Piece");
        if (!piece.has_value()) continue;
        page.changes.push_back(KeyOnly(reading, resource_, *piece));
        SetRow(reading, anchors->rows[i], &page.changes.back());
      }
      return page;
    }
    auto changes = At(reading, anchors->anchors);
    if (!changes.ok()) return changes.status();
    page.changes = *std::move(changes);
    return page;
  }

  absl::StatusOr<std::vector<v1::Change>> At(const Reading& reading, const std::vector<std::string>& anchors) const override {
    std::vector<v1::Change> changes;
    if (anchors.empty()) return changes;
    std::vector<odbc::Parameter> values;
    const std::string by_number = In("DO_Piece", anchors, &values);
    auto heads = Fetch(reading, {.table = "F_DOCENTETE", .columns = columns_, .where = And(From(reading).filter, by_number),
                                 .values = values, .order = "\"cbMarq\""});
    if (!heads.ok()) return heads.status();
    auto lines = DocumentLines::Read(reading, "DO_Piece", anchors, "\"DO_Type\" IN (6, 7, 8)");
    if (!lines.ok()) return lines.status();
    auto instalments = Fetch(reading, {.table = "F_DOCREGL",
                                       .columns = {"DO_Type", "DO_Piece", "DR_No", "DR_TypeRegl", "DR_Date", "DR_Montant", "DR_Pourcent",
                                                   "DR_Equil", "DR_Regle", "DR_Libelle"},
                                       .where = absl::StrCat("\"DO_Domaine\" = 0 AND \"DO_Type\" IN (6, 7, 8) AND ", by_number),
                                       .values = values,
                                       .order = R"("DR_Date", "DR_No")"});
    if (!instalments.ok()) return instalments.status();

    std::map<DocumentId, std::vector<std::size_t>> lines_of;
    for (std::size_t i = 0; i < lines->size(); ++i) lines_of[lines->DocumentOf(i)].push_back(i);
    std::map<DocumentId, std::vector<std::size_t>> instalments_of;
    for (std::size_t i = 0; i < instalments->size(); ++i) {
      instalments_of[{(*instalments)[i].Code("DO_Type"), (*instalments)[i].Text("DO_Piece").value_or("")}].push_back(i);
    }
    // Where a number exists under two types for a moment, the further one is the invoice.
    std::map<std::string, std::size_t> furthest;
    for (std::size_t i = 0; i < heads->size(); ++i) {
      const std::string piece = (*heads)[i].Text("DO_Piece").value_or("");
      const auto [at, is_new] = furthest.emplace(piece, i);
      if (!is_new && (*heads)[at->second].Code("DO_Type") < (*heads)[i].Code("DO_Type")) at->second = i;
    }
    for (std::size_t i = 0; i < heads->size(); ++i) {
      const Row head = (*heads)[i];
      const DocumentId id{head.Code("DO_Type"), head.Text("DO_Piece").value_or("")};
      if (furthest[id.piece] != i || id.piece.empty()) continue;
      changes.push_back(Make(reading, head, id, *lines, lines_of[id], *instalments, instalments_of[id]));
    }
    return changes;
  }

  absl::StatusOr<std::vector<std::string>> Where(const Reading& reading, const std::string& condition,
                                                 const std::vector<odbc::Parameter>& values) const override {
    return AnchorsWhere(reading, From(reading), condition, values);
  }

 private:
  // An archive (type 8) keeps what it was in DO_DocType.
  static AnchorTable From(const Reading& reading) {
    const bool tells_origin = reading.schema.Column("F_DOCENTETE", "DO_DocType") != nullptr;
    return {"F_DOCENTETE", "DO_Piece",
            tells_origin ? R"("DO_Domaine" = 0 AND ("DO_Type" IN (6, 7) OR ("DO_Type" = 8 AND "DO_DocType" IN (6, 7, 8))))"
                         : R"("DO_Domaine" = 0 AND "DO_Type" IN (6, 7, 8))"};
  }

  v1::Change Make(const Reading& reading, const Row& head, const DocumentId& id, const DocumentLines& lines,
                  const std::vector<std::size_t>& own_lines, const Rows& instalments, const std::vector<std::size_t>& own_instalments) const {
    sdk::RecordBuilder builder = BuilderFor(reading, resource_);
    SetColumns(reading, resource_, head, &builder);
    builder.Set("posted", sdk::BoolValue(id.type >= kPosted));
    builder.Set("currency", sdk::Text(reading.parameters.DocumentCurrency(head.Code("DO_Devise"))));
    std::vector<v1::Value> described, origins;
    std::vector<std::string> seen;
    for (const std::size_t index : own_lines) {
      described.push_back(lines.Describe(index));
      const auto origin = lines[index].Text("DL_PieceDE");
      if (!origin.has_value() || std::find(seen.begin(), seen.end(), *origin) != seen.end()) continue;
      seen.push_back(*origin);
      origins.push_back(sdk::Text(*origin));
    }
    builder.Set("lines", sdk::ListOf(std::move(described)));
    builder.Set("origins", sdk::ListOf(std::move(origins)));
    const auto net = Known(head, "DO_TotalHTNet"), gross = Known(head, "DO_TotalTTC");
    const auto tax = net.has_value() && gross.has_value() ? std::optional(*gross - *net) : std::nullopt;
    const Amount cash_discount = Known(head, "DO_TxEscompte").value_or(Amount());
    builder.Set("taxes", DescribeTaxes(TaxesOf(lines, own_lines, cash_discount, tax)));
    builder.Set("instalments", DescribeInstalments(head, instalments, own_instalments));
    v1::Change change = Finished(reading, resource_, id.piece, head, std::move(builder));
    SetRow(reading, head, &change);
    return change;
  }

  // An instalment given as a share, or as what is left, has no amount of its own: it is computed from the total.
  static v1::Value DescribeInstalments(const Row& head, const Rows& rows, const std::vector<std::size_t>& own) {
    const Amount total = Known(head, "DO_NetAPayer").value_or(Known(head, "DO_TotalTTC").value_or(Amount::Unknown()));
    std::vector<Amount> amounts;
    Amount sum;
    for (const std::size_t index : own) {
      Amount amount = Known(rows[index], "DR_Montant").value_or(Amount());
      const Amount share = Known(rows[index], "DR_Pourcent").value_or(Amount());
      if (amount.IsZero() && !share.IsZero()) amount = (total * share).DividedBy(Amount::FromInt(100), 2);
      amounts.push_back(amount);
      sum = sum + amount;
    }
    std::vector<v1::Value> out;
    for (std::size_t i = 0; i < own.size(); ++i) {
      const Row row = rows[own[i]];
      if (amounts[i].IsZero() && row.Code("DR_Equil") == 1) amounts[i] = total - sum;
      std::vector<std::pair<std::string, v1::Value>> entries;
      for (const char* column : {"DR_No", "DR_TypeRegl", "DR_Equil", "DR_Regle"}) {
        if (const auto value = row.Int(column)) entries.emplace_back(column, sdk::IntValue(*value));
      }
      if (const auto day = DayOf(row.Raw("DR_Date"))) entries.emplace_back("DR_Date", sdk::DateValue(*day));
      if (const auto text = amounts[i].ToText()) entries.emplace_back("DR_Montant", sdk::DecimalValue(*text));
      if (const auto value = row.Decimal("DR_Pourcent")) entries.emplace_back("DR_Pourcent", sdk::DecimalValue(*value));
      if (const auto value = row.Text("DR_Libelle")) entries.emplace_back("DR_Libelle", sdk::Text(*value));
      out.push_back(sdk::MapOf(std::move(entries)));
    }
    return sdk::ListOf(std::move(out));
  }

  const ResourceSpec& resource_ = ResourceNamed("invoice");
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<Source> MakeInvoiceSource() { return std::make_unique<InvoiceSource>(); }

}  // namespace entente::sage100
