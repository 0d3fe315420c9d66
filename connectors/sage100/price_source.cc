#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"
#include "connectors/sage100/price_rules.h"
#include "connectors/sage100/source.h"
#include "connectors/sage100/variants.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

std::string PriceKey(const std::string& article, std::int64_t category) { return absl::StrCat(article, "|", category); }

// One record an article (or variant) and price category.
class PriceSource final : public Source {
 public:
  const ResourceSpec& resource() const override { return resource_; }

  std::vector<Watch> Watches(const Schema& schema) const override {
    std::vector<Watch> watches;
    for (const char* table : {"F_ARTICLE", "F_ARTGAMME", "F_ARTENUMREF", "F_ARTCOMPTA", "F_TARIFQTE", "F_TARIFGAM"}) {
      if (schema.HasTable(table)) watches.push_back({table, "t.\"AR_Ref\"", "", ""});
    }
    if (schema.HasTable("F_ARTCLIENT")) {
      watches.push_back({"F_ARTCLIENT", "t.\"AR_Ref\"", "", R"(t."CT_Num" IS NULL OR t."CT_Num" = '')"});
    }
    for (const char* table : {"F_FAMTARIF", "F_FAMTARIFQTE"}) {
      if (!schema.HasTable(table)) continue;
      watches.push_back({table, "a.\"AR_Ref\"", R"(JOIN "F_ARTICLE" a ON a."FA_CodeFamille" = t."FA_CodeFamille")", ""});
    }
    return watches;
  }

  absl::StatusOr<std::int64_t> Count(const Reading& reading) const override {
    auto articles = CountAnchors(reading, from_);
    if (!articles.ok()) return articles.status();
    return *articles * static_cast<std::int64_t>(reading.parameters.priced_categories().size());
  }

  absl::StatusOr<Page> Next(const Reading& reading, const Position& after, Detail detail) const override {
    auto anchors = NextAnchors(reading, from_, after, kAnchorsMax);
    if (!anchors.ok()) return anchors.status();
    auto changes = Read(reading, anchors->anchors, detail);
    if (!changes.ok()) return changes.status();
    return Page{*std::move(changes), anchors->next, anchors->is_last};
  }

  absl::StatusOr<std::vector<v1::Change>> At(const Reading& reading, const std::vector<std::string>& anchors) const override {
    return Read(reading, anchors, Detail::kContent);
  }

  std::string AnchorOf(const std::string& key) const override { return SplitArticleKey(key.substr(0, key.rfind('|'))).reference; }

  absl::StatusOr<std::vector<std::string>> Where(const Reading& reading, const std::string& condition,
                                                 const std::vector<odbc::Parameter>& values) const override {
    return AnchorsWhere(reading, from_, condition, values);
  }

 private:
  absl::StatusOr<std::vector<v1::Change>> Read(const Reading& reading, const std::vector<std::string>& anchors, Detail detail) const {
    std::vector<v1::Change> changes;
    if (anchors.empty()) return changes;
    std::vector<odbc::Parameter> values;
    const std::string where = In("AR_Ref", anchors, &values);
    auto rows = Fetch(reading, {.table = "F_ARTICLE",
                                .columns = {"cbMarq", "cbModification", "AR_Ref", "AR_Type", "AR_PrixVen", "AR_PrixTTC", "AR_PrixAch",
                                            "FA_CodeFamille"},
                                .where = where,
                                .values = values,
                                .order = "\"cbMarq\""});
    if (!rows.ok()) return rows.status();
    auto variants = ReadVariants(reading, anchors);
    if (!variants.ok()) return variants.status();
    auto rules = detail == Detail::kKeys ? absl::StatusOr<PriceRules>(PriceRules()) : PriceRules::Read(reading, *rows);
    if (!rules.ok()) return rules.status();
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const Row row = (*rows)[i];
      const auto own = variants->find(row.Text("AR_Ref").value_or(""));
      if (row.Code("AR_Type") != 1 || own == variants->end() || own->second.empty()) {
        AddPrices(reading, row, *rules, nullptr, detail, &changes);
        continue;
      }
      for (const Variant& variant : own->second) AddPrices(reading, row, *rules, &variant, detail, &changes);
    }
    return changes;
  }

  void AddPrices(const Reading& reading, const Row& row, const PriceRules& rules, const Variant* variant, Detail detail,
                 std::vector<v1::Change>* changes) const {
    const std::string article =
        ArticleKey(row.Text("AR_Ref").value_or(""), variant == nullptr ? 0 : variant->no1, variant == nullptr ? 0 : variant->no2);
    for (const std::int64_t category : reading.parameters.priced_categories()) {
      const std::string key = PriceKey(article, category);
      if (detail == Detail::kKeys) {
        changes->push_back(KeyOnly(reading, resource_, key));
        continue;
      }
      const CategoryPrice price = rules.PriceOf(row, category, variant);
      sdk::RecordBuilder builder = BuilderFor(reading, resource_);
      builder.Set("AR_Ref", sdk::Ref("article", article));
      builder.Set("AC_Categorie", sdk::Ref("price_category", absl::StrCat(category)));
      if (price.sale_price.has_value()) {
        if (const auto text = price.sale_price->ToText()) builder.Set("sale_price", sdk::DecimalValue(*text));
      }
      if (const auto text = price.discount.ToText()) builder.Set("discount", sdk::DecimalValue(*text));
      v1::Change change;
      builder.Finish(&change);
      change.set_key(key);
      change.set_read_seq(reading.read_seq);
      changes->push_back(std::move(change));
    }
  }

  const ResourceSpec& resource_ = ResourceNamed("price");
  AnchorTable from_{"F_ARTICLE", "AR_Ref", ""};
};

// P_CATTARIF: a handful of rows that Parameters already holds.
class PriceCategorySource final : public Source {
 public:
  const ResourceSpec& resource() const override { return resource_; }
  std::vector<Watch> Watches(const Schema&) const override { return {}; }

  absl::StatusOr<std::int64_t> Count(const Reading& reading) const override {
    return static_cast<std::int64_t>(reading.parameters.categories().size());
  }

  absl::StatusOr<Page> Next(const Reading& reading, const Position& after, Detail detail) const override {
    Page page;
    page.next = after;
    page.is_last = true;
    for (const PriceCategory& category : reading.parameters.categories()) page.changes.push_back(Make(reading, category, detail));
    return page;
  }

  absl::StatusOr<std::vector<v1::Change>> At(const Reading& reading, const std::vector<std::string>& anchors) const override {
    std::vector<v1::Change> changes;
    for (const PriceCategory& category : reading.parameters.categories()) {
      for (const std::string& anchor : anchors) {
        if (anchor == absl::StrCat(category.index)) changes.push_back(Make(reading, category, Detail::kContent));
      }
    }
    return changes;
  }

  absl::StatusOr<std::vector<std::string>> Where(const Reading& reading, const std::string& condition,
                                                 const std::vector<odbc::Parameter>& values) const override {
    return AnchorsWhere(reading, {"P_CATTARIF", "cbIndice", ""}, condition, values);
  }

 private:
  v1::Change Make(const Reading& reading, const PriceCategory& category, Detail detail) const {
    const std::string key = absl::StrCat(category.index);
    if (detail == Detail::kKeys) return KeyOnly(reading, resource_, key);
    sdk::RecordBuilder builder = BuilderFor(reading, resource_);
    builder.Set("cbIndice", sdk::IntValue(category.index));
    builder.Set("CT_Intitule", sdk::Text(category.label));
    builder.Set("CT_PrixTTC", sdk::IntValue(category.is_tax_included ? 1 : 0));
    builder.Set("currency", sdk::Text(reading.parameters.bookkeeping_currency()));
    v1::Change change;
    builder.Finish(&change);
    change.set_key(key);
    change.set_read_seq(reading.read_seq);
    return change;
  }

  const ResourceSpec& resource_ = ResourceNamed("price_category");
};

}  // namespace

std::unique_ptr<Source> MakePriceSource() { return std::make_unique<PriceSource>(); }
std::unique_ptr<Source> MakePriceCategorySource() { return std::make_unique<PriceCategorySource>(); }

}  // namespace entente::sage100
