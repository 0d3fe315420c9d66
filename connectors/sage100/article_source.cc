#include <algorithm>

#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"
#include "connectors/sage100/source.h"
#include "connectors/sage100/stock.h"
#include "connectors/sage100/tax_rates.h"
#include "connectors/sage100/variants.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

v1::Value TextOrNull(const std::optional<std::string>& text) { return text.has_value() ? sdk::Text(*text) : sdk::NullValue(); }
v1::Value DecimalOrNull(const std::optional<std::string>& text) { return text.has_value() ? sdk::DecimalValue(*text) : sdk::NullValue(); }

// What a page of articles needs beside F_ARTICLE.
struct Surroundings {
  std::map<std::string, std::vector<Variant>> variants;
  std::map<std::string, StockFigures> stock;
  TaxRates rates;
};

class ArticleSource final : public Source {
 public:
  ArticleSource() {
    columns_ = {"cbMarq", "cbModification"};
    for (const FieldSpec& field : resource_.fields) {
      if (field.rendering != Rendering::kMade) columns_.push_back(field.name);
    }
  }

  const ResourceSpec& resource() const override { return resource_; }

  std::vector<Watch> Watches(const Schema& schema) const override {
    std::vector<Watch> watches;
    for (const char* table : {"F_ARTICLE", "F_ARTSTOCK", "F_GAMSTOCK", "F_ARTGAMME", "F_ARTENUMREF", "F_ARTCOMPTA"}) {
      if (schema.HasTable(table)) watches.push_back({table, "t.\"AR_Ref\"", "", ""});
    }
    return watches;
  }

  absl::StatusOr<std::int64_t> Count(const Reading& reading) const override { return CountAnchors(reading, from_); }

  absl::StatusOr<Page> Next(const Reading& reading, const Position& after, Detail detail) const override {
    auto anchors = NextAnchors(reading, from_, after, kAnchorsMax);
    if (!anchors.ok()) return anchors.status();
    Page page;
    page.next = anchors->next;
    page.is_last = anchors->is_last;
    auto changes = detail == Detail::kKeys ? Keys(reading, *anchors) : At(reading, anchors->anchors);
    if (!changes.ok()) return changes.status();
    page.changes = *std::move(changes);
    return page;
  }

  absl::StatusOr<std::vector<v1::Change>> At(const Reading& reading, const std::vector<std::string>& anchors) const override {
    std::vector<v1::Change> changes;
    if (anchors.empty()) return changes;
    std::vector<odbc::Parameter> values;
    const std::string where = In("AR_Ref", anchors, &values);
    auto rows = Fetch(reading, {.table = "F_ARTICLE", .columns = columns_, .where = where, .values = values, .order = "\"cbMarq\""});
    if (!rows.ok()) return rows.status();
    auto around = ReadSurroundings(reading, *rows);
    if (!around.ok()) return around.status();
    for (std::size_t i = 0; i < rows->size(); ++i) AddRecords(reading, (*rows)[i], *around, &changes);
    return changes;
  }

  std::string AnchorOf(const std::string& key) const override { return SplitArticleKey(key).reference; }

  absl::StatusOr<std::vector<std::string>> Where(const Reading& reading, const std::string& condition,
                                                 const std::vector<odbc::Parameter>& values) const override {
    return AnchorsWhere(reading, from_, condition, values);
  }

 private:
  static absl::StatusOr<Surroundings> ReadSurroundings(const Reading& reading, const Rows& rows) {
    std::vector<std::string> references, families;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      references.push_back(rows[i].Text("AR_Ref").value_or(""));
      const std::string family = rows[i].Text("FA_CodeFamille").value_or("");
      if (std::find(families.begin(), families.end(), family) == families.end()) families.push_back(family);
    }
    Surroundings out;
    auto variants = ReadVariants(reading, references);
    if (!variants.ok()) return variants.status();
    out.variants = *std::move(variants);
    auto stock = ReadStock(reading, references);
    if (!stock.ok()) return stock.status();
    out.stock = *std::move(stock);
    auto rates = TaxRates::Read(reading, references, families);
    if (!rates.ok()) return rates.status();
    out.rates = *std::move(rates);
    return out;
  }

  static bool HasVariants(const Row& row, const std::map<std::string, std::vector<Variant>>& variants, const std::string& reference) {
    return row.Code("AR_Type") == 1 && variants.contains(reference) && !variants.at(reference).empty();
  }

  void AddRecords(const Reading& reading, const Row& row, const Surroundings& around, std::vector<v1::Change>* changes) const {
    const auto reference = row.Text("AR_Ref");
    if (!reference.has_value()) return;
    if (!HasVariants(row, around.variants, *reference)) {
      changes->push_back(MakeRecord(reading, row, around, *reference, nullptr));
      SetRow(reading, row, &changes->back());
      return;
    }
    // A variant has no row of F_ARTICLE of its own, so it names none.
    for (const Variant& variant : around.variants.at(*reference)) {
      changes->push_back(MakeRecord(reading, row, around, *reference, &variant));
    }
  }

  v1::Change MakeRecord(const Reading& reading, const Row& row, const Surroundings& around, const std::string& reference,
                        const Variant* variant) const {
    sdk::RecordBuilder builder = BuilderFor(reading, resource_);
    SetColumns(reading, resource_, row, &builder);
    std::string key = reference;
    if (variant != nullptr) {
      key = ArticleKey(reference, variant->no1, variant->no2);
      builder.Set("AG_No1", sdk::IntValue(variant->no1));
      if (variant->no2 != 0) builder.Set("AG_No2", sdk::IntValue(variant->no2));
      builder.Set("AE_Ref", TextOrNull(variant->reference));
      builder.Set("variant_label1", TextOrNull(variant->label1));
      builder.Set("variant_label2", TextOrNull(variant->label2));
      if (variant->barcode.has_value()) builder.Set("AR_CodeBarre", sdk::Text(*variant->barcode));
      if (variant->sommeil.has_value()) builder.Set("AE_Sommeil", sdk::IntValue(*variant->sommeil));
    }
    if (const auto vat = around.rates.Vat(reference, row.Text("FA_CodeFamille").value_or(""))) {
      builder.Set("vat_rate", DecimalOrNull(vat->ToText()));
    }
    if (row.Code("AR_SuiviStock") != 0) SetStock(around, key, &builder);
    return Finished(reading, resource_, key, row, std::move(builder));
  }

  static void SetStock(const Surroundings& around, const std::string& key, sdk::RecordBuilder* builder) {
    const auto found = around.stock.find(key);
    const StockFigures figures = found == around.stock.end() ? StockFigures() : found->second;
    builder->Set("stock_physical", DecimalOrNull(figures.physical.ToText()));
    builder->Set("stock_reserved", DecimalOrNull(figures.reserved.ToText()));
    builder->Set("stock_prepared", DecimalOrNull(figures.prepared.ToText()));
    builder->Set("stock_ordered", DecimalOrNull(figures.ordered.ToText()));
  }

  absl::StatusOr<std::vector<v1::Change>> Keys(const Reading& reading, const AnchorPage& page) const {
    std::vector<v1::Change> changes;
    if (page.anchors.empty()) return changes;
    std::vector<odbc::Parameter> values;
    const std::string where = In("AR_Ref", page.anchors, &values);
    auto rows = Fetch(reading, {.table = "F_ARTICLE", .columns = {"cbMarq", "AR_Ref", "AR_Type"}, .where = where, .values = values,
                                .order = "\"cbMarq\""});
    if (!rows.ok()) return rows.status();
    auto variants = ReadVariants(reading, page.anchors);
    if (!variants.ok()) return variants.status();
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const Row row = (*rows)[i];
      const std::string reference = row.Text("AR_Ref").value_or("");
      if (!HasVariants(row, *variants, reference)) {
        changes.push_back(KeyOnly(reading, resource_, reference));
        SetRow(reading, row, &changes.back());
        continue;
      }
      for (const Variant& variant : variants->at(reference)) {
        changes.push_back(KeyOnly(reading, resource_, ArticleKey(reference, variant.no1, variant.no2)));
      }
    }
    return changes;
  }

  const ResourceSpec& resource_ = ResourceNamed("article");
  AnchorTable from_{"F_ARTICLE", "AR_Ref", ""};
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<Source> MakeArticleSource() { return std::make_unique<ArticleSource>(); }

}  // namespace entente::sage100
