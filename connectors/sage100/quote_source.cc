#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"
#include "connectors/sage100/document_lines.h"
#include "connectors/sage100/rendering.h"
#include "connectors/sage100/source.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

constexpr int kPageDocuments = 100;
constexpr std::int64_t kLost = 3;
constexpr char kQuoteType[] = "\"DO_Type\" = 0";
constexpr char kLaterTypes[] = "\"DO_Type\" BETWEEN 1 AND 8";

std::optional<Amount> Known(const Row& row, const char* column) {
  const auto text = row.Decimal(column);
  return text.has_value() ? std::optional(Amount::Parse(*text)) : std::nullopt;
}

void SetAmount(const char* field, const std::optional<Amount>& amount, sdk::RecordBuilder* builder) {
  if (!amount.has_value()) return;
  if (const auto text = amount->ToText()) builder->Set(field, sdk::DecimalValue(*text));
}

// Everything read for a page of quotes, inside one transaction.
struct Material {
  Rows heads;                              // of type 0
  DocumentLines open_lines;                // still in the quote
  DocumentLines moved_lines;               // under another type, DL_PieceDE names the quote
  Rows later_heads;                        // documents the moved lines are in
  std::map<std::string, std::size_t> head_of;
  std::map<std::string, std::vector<std::size_t>> open_of;
  std::map<std::string, std::vector<std::size_t>> moved_of;
  std::map<DocumentId, std::size_t> later_of;
};

// Quotes by their number, for life: while they are quotes, and after their lines moved to an order, a delivery note or an invoice.
//
// A quote is gone only when neither a head of type 0 nor a line anywhere remains.
class QuoteSource final : public Source {
 public:
  QuoteSource() {
    columns_ = {"cbMarq", "cbModification"};
    for (const FieldSpec& field : resource_.fields) {
      if (field.rendering != Rendering::kMade) columns_.push_back(field.name);
    }
  }

  const ResourceSpec& resource() const override { return resource_; }

  std::vector<Watch> Watches(const Schema&) const override {
    const std::string moved = R"(t."DO_Domaine" = 0 AND t."DO_Type" BETWEEN 1 AND 8)";
    return {{"F_DOCENTETE", "t.\"DO_Piece\"", "", R"(t."DO_Domaine" = 0 AND t."DO_Type" = 0)"},
            {"F_DOCENTETE", "l.\"DL_PieceDE\"",
             R"(JOIN "F_DOCLIGNE" l ON l."DO_Domaine" = 0 AND l."DO_Type" = t."DO_Type" AND l."DO_Piece" = t."DO_Piece" AND l."DL_PieceDE" <> '')",
             moved},
            {"F_DOCLIGNE", "t.\"DO_Piece\"", "", R"(t."DO_Domaine" = 0 AND t."DO_Type" = 0)"},
            {"F_DOCLIGNE", "t.\"DL_PieceDE\"", "", moved + R"( AND t."DL_PieceDE" <> '')"}};
  }

  absl::StatusOr<std::int64_t> Count(const Reading& reading) const override { return CountAnchors(reading, from_); }

  // First the quotes that are still quotes, by cbMarq; then those known by their moved lines only, by number.
  absl::StatusOr<Page> Next(const Reading& reading, const Position& after, Detail detail) const override {
    std::vector<std::string> numbers;
    Page page;
    if (after.phase == 0) {
      auto anchors = NextAnchors(reading, from_, after, kPageDocuments);
      if (!anchors.ok()) return anchors.status();
      numbers = anchors->anchors;
      page.next = anchors->next;
      if (anchors->is_last) page.next = {.phase = 1, .marq = 0, .key = ""};
    } else {
      auto moved = NextMoved(reading, after.key);
      if (!moved.ok()) return moved.status();
      numbers = *moved;
      page.next = {.phase = 1, .marq = 0, .key = numbers.empty() ? after.key : numbers.back()};
      page.is_last = numbers.size() < kPageDocuments;
    }
    if (detail == Detail::kKeys) {
      for (const std::string& number : numbers) page.changes.push_back(KeyOnly(reading, resource_, number));
      return page;
    }
    auto changes = At(reading, numbers);
    if (!changes.ok()) return changes.status();
    page.changes = *std::move(changes);
    return page;
  }

  absl::StatusOr<std::vector<v1::Change>> At(const Reading& reading, const std::vector<std::string>& anchors) const override {
    std::vector<v1::Change> changes;
    if (anchors.empty()) return changes;
    auto material = Gather(reading, anchors);
    if (!material.ok()) return material.status();
    for (const std::string& number : anchors) {
      const bool has_head = material->head_of.contains(number);
      if (!has_head && !material->moved_of.contains(number)) continue;
      changes.push_back(has_head ? MakeOpen(reading, number, *material) : MakeMoved(reading, number, *material));
    }
    return changes;
  }

  // A reference lives on in the head that took the lines, so later documents lead back to their quotes.
  absl::StatusOr<std::vector<std::string>> Where(const Reading& reading, const std::string& condition,
                                                 const std::vector<odbc::Parameter>& values) const override {
    auto numbers = AnchorsWhere(reading, from_, condition, values);
    if (!numbers.ok()) return numbers.status();
    auto later = AnchorsWhere(reading, {"F_DOCENTETE", "DO_Piece", absl::StrCat("\"DO_Domaine\" = 0 AND ", kLaterTypes)}, condition, values);
    if (!later.ok()) return later.status();
    auto lines = DocumentLines::Read(reading, "DO_Piece", *later, kLaterTypes);
    if (!lines.ok()) return lines.status();
    for (std::size_t i = 0; i < lines->size(); ++i) {
      const auto number = (*lines)[i].Text("DL_PieceDE");
      const bool is_new = number.has_value() && std::find(numbers->begin(), numbers->end(), *number) == numbers->end();
      if (is_new && numbers->size() < kAnchorsMax) numbers->push_back(*number);
    }
    return numbers;
  }

 private:
  // Numbers after `last` that moved lines name and no head of type 0 has any more.
  static absl::StatusOr<std::vector<std::string>> NextMoved(const Reading& reading, const std::string& last) {
    const std::string body =
        R"(DISTINCT l."DL_PieceDE" FROM "F_DOCLIGNE" l WHERE l."DO_Domaine" = 0 AND l."DO_Type" BETWEEN 1 AND 8 AND l."DL_PieceDE" > ? )"
        R"(AND NOT EXISTS (SELECT 1 FROM "F_DOCENTETE" h WHERE h."DO_Domaine" = 0 AND h."DO_Type" = 0 AND h."DO_Piece" = l."DL_PieceDE") )"
        R"(ORDER BY l."DL_PieceDE")";
    std::vector<std::string> numbers;
    // DISTINCT stands before the limit in every dialect.
    const std::string sql = reading.dialect.name() == "SqlServer"
                                ? absl::StrCat("SELECT DISTINCT TOP (", kPageDocuments, ") ", body.substr(sizeof("DISTINCT ") - 1))
                                : reading.dialect.Limited(body, kPageDocuments);
    absl::Status status = reading.connection.Query(sql, {last}, [&](std::vector<odbc::Cell>& row) {
      if (auto number = Trimmed(row[0])) numbers.push_back(*std::move(number));
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return numbers;
  }

  absl::StatusOr<Material> Gather(const Reading& reading, const std::vector<std::string>& numbers) const {
    Material out;
    std::vector<odbc::Parameter> values;
    const std::string by_number = In("DO_Piece", numbers, &values);
    auto heads = Fetch(reading, {.table = "F_DOCENTETE", .columns = columns_, .where = And(from_.filter, by_number), .values = values});
    if (!heads.ok()) return heads.status();
    out.heads = *std::move(heads);
    auto open = DocumentLines::Read(reading, "DO_Piece", numbers, kQuoteType);
    if (!open.ok()) return open.status();
    out.open_lines = *std::move(open);
    auto moved = DocumentLines::Read(reading, "DL_PieceDE", numbers, kLaterTypes);
    if (!moved.ok()) return moved.status();
    out.moved_lines = *std::move(moved);

    for (std::size_t i = 0; i < out.heads.size(); ++i) out.head_of.emplace(out.heads[i].Text("DO_Piece").value_or(""), i);
    for (std::size_t i = 0; i < out.open_lines.size(); ++i) out.open_of[out.open_lines.DocumentOf(i).piece].push_back(i);
    std::set<std::string> later;
    for (std::size_t i = 0; i < out.moved_lines.size(); ++i) {
      out.moved_of[out.moved_lines[i].Text("DL_PieceDE").value_or("")].push_back(i);
      later.insert(out.moved_lines.DocumentOf(i).piece);
    }
    if (later.empty()) return out;
    values.clear();
    const std::string by_later = In("DO_Piece", {later.begin(), later.end()}, &values);
    auto later_heads = Fetch(reading, {.table = "F_DOCENTETE", .columns = columns_,
                                       .where = And(absl::StrCat("\"DO_Domaine\" = 0 AND ", kLaterTypes), by_later), .values = values});
    if (!later_heads.ok()) return later_heads.status();
    out.later_heads = *std::move(later_heads);
    for (std::size_t i = 0; i < out.later_heads.size(); ++i) {
      out.later_of.emplace(DocumentId{out.later_heads[i].Code("DO_Type"), out.later_heads[i].Text("DO_Piece").value_or("")}, i);
    }
    return out;
  }

  static std::vector<DocumentId> SuccessorsOf(const std::string& number, const Material& material) {
    std::set<DocumentId> found;
    if (const auto moved = material.moved_of.find(number); moved != material.moved_of.end()) {
      for (const std::size_t index : moved->second) found.insert(material.moved_lines.DocumentOf(index));
    }
    return {found.begin(), found.end()};
  }

  static void SetSuccessors(const std::vector<DocumentId>& successors, sdk::RecordBuilder* builder) {
    std::vector<v1::Value> out;
    for (const DocumentId& id : successors) {
      out.push_back(sdk::MapOf({{"DO_Type", sdk::IntValue(id.type)}, {"DO_Piece", sdk::Text(id.piece)}}));
    }
    builder->Set("successors", sdk::ListOf(std::move(out)));
  }

  static void SetLines(const std::string& number, const Material& material, sdk::RecordBuilder* builder) {
    std::vector<v1::Value> out;
    if (const auto open = material.open_of.find(number); open != material.open_of.end()) {
      for (const std::size_t index : open->second) out.push_back(material.open_lines.Describe(index));
    }
    if (const auto moved = material.moved_of.find(number); moved != material.moved_of.end()) {
      for (const std::size_t index : moved->second) out.push_back(material.moved_lines.Describe(index));
    }
    builder->Set("lines", sdk::ListOf(std::move(out)));
  }

  v1::Change MakeOpen(const Reading& reading, const std::string& number, const Material& material) const {
    const Row head = material.heads[material.head_of.at(number)];
    const std::vector<DocumentId> successors = SuccessorsOf(number, material);
    sdk::RecordBuilder builder = BuilderFor(reading, resource_);
    SetColumns(reading, resource_, head, &builder);
    builder.Set("currency", sdk::Text(reading.parameters.DocumentCurrency(head.Code("DO_Devise"))));
    builder.Set("outcome", sdk::Text(!successors.empty() ? "transformed" : head.Code("DO_Statut") == kLost ? "lost" : "open"));
    SetSuccessors(successors, &builder);
    SetLines(number, material, &builder);
    const auto open = material.open_of.find(number);
    const auto net = Known(head, "DO_TotalHTNet"), gross = Known(head, "DO_TotalTTC");
    const auto tax = net.has_value() && gross.has_value() ? std::optional(*gross - *net) : std::nullopt;
    builder.Set("taxes", DescribeTaxes(TaxesOf(material.open_lines, open == material.open_of.end() ? std::vector<std::size_t>() : open->second,
                                               Known(head, "DO_TxEscompte").value_or(Amount()), tax)));
    return Finished(reading, resource_, number, head, std::move(builder));
  }

  // What a successor says about the quote it came from; status, date and number are its own.
  void SetInherited(const Reading& reading, const Row& head, sdk::RecordBuilder* builder) const {
    for (const char* name : {"DO_Tiers", "DO_Ref", "DO_RefExterne", "DO_NoWeb", "CO_No", "DO_Contact", "DO_Souche", "LI_No", "DO_Devise",
                             "DO_Cours", "DO_Tarif", "DO_TotalHT", "DO_TotalHTNet", "DO_TotalTTC", "DO_NetAPayer", "DO_TxEscompte",
                             "DO_ValFrais"}) {
      if (head.Has(name)) builder->Set(name, Render(*FindField(resource_, name), head, reading.parameters));
    }
  }

  // The quote's head is gone: what it said about party and references stands in the document that took its lines.
  v1::Change MakeMoved(const Reading& reading, const std::string& number, const Material& material) const {
    const std::vector<DocumentId> successors = SuccessorsOf(number, material);
    const std::vector<std::size_t>& moved = material.moved_of.at(number);
    sdk::RecordBuilder builder = BuilderFor(reading, resource_);
    const auto later = material.later_of.find(successors.front());
    const bool has_later = later != material.later_of.end();
    if (has_later) SetInherited(reading, material.later_heads[later->second], &builder);
    builder.Set("DO_Piece", sdk::Text(number));
    builder.Set("DO_Type", sdk::IntValue(successors.front().type));
    builder.Set("outcome", sdk::Text("transformed"));
    SetSuccessors(successors, &builder);
    SetLines(number, material, &builder);
    const std::int64_t currency = has_later ? material.later_heads[later->second].Code("DO_Devise") : 0;
    builder.Set("currency", sdk::Text(reading.parameters.DocumentCurrency(currency)));
    if (const auto day = DayOf(material.moved_lines[moved.front()].Raw("DL_DateDE"))) builder.Set("DO_Date", sdk::DateValue(*day));

    // Its totals are those of its own lines: a successor may hold lines of other quotes, or only some of these.
    Amount net, gross;
    for (const std::size_t index : moved) {
      const Row line = material.moved_lines[index];
      if (line.Has("DL_Valorise") && line.Code("DL_Valorise") == 0) continue;
      net = net + Known(line, "DL_MontantHT").value_or(Amount());
      gross = gross + Known(line, "DL_MontantTTC").value_or(Amount());
    }
    const bool is_whole = has_later && successors.size() == 1 &&
                          Known(material.later_heads[later->second], "DO_TotalHT").value_or(Amount::Unknown()) == net;
    if (!is_whole) {
      for (const char* field : {"DO_TotalHT", "DO_TotalHTNet"}) SetAmount(field, net, &builder);
      for (const char* field : {"DO_TotalTTC", "DO_NetAPayer"}) SetAmount(field, gross, &builder);
    }
    const Amount cash_discount = has_later ? Known(material.later_heads[later->second], "DO_TxEscompte").value_or(Amount()) : Amount();
    builder.Set("taxes", DescribeTaxes(TaxesOf(material.moved_lines, moved, cash_discount, std::nullopt)));
    return has_later ? Finished(reading, resource_, number, material.later_heads[later->second], std::move(builder))
                     : Finished(reading, resource_, number, material.moved_lines[moved.front()], std::move(builder));
  }

  const ResourceSpec& resource_ = ResourceNamed("quote");
  AnchorTable from_{"F_DOCENTETE", "DO_Piece", R"("DO_Domaine" = 0 AND "DO_Type" = 0)"};
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<Source> MakeQuoteSource() { return std::make_unique<QuoteSource>(); }

std::vector<std::unique_ptr<Source>> MakeSources() {
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(MakeTableSource(ResourceNamed("collaborator"), ""));
  sources.push_back(MakeTableSource(ResourceNamed("party"), R"("CT_Type" = 0)"));
  sources.push_back(MakeTableSource(ResourceNamed("contact"),
                                    R"("CT_Num" IN (SELECT p."CT_Num" FROM "F_COMPTET" p WHERE p."CT_Type" = 0))"));
  sources.push_back(MakeTableSource(ResourceNamed("family"), R"("FA_Type" = 0)"));
  sources.push_back(MakeArticleSource());
  sources.push_back(MakePriceCategorySource());
  sources.push_back(MakePriceSource());
  sources.push_back(MakeQuoteSource());
  sources.push_back(MakeInvoiceSource());
  return sources;
}

}  // namespace entente::sage100
