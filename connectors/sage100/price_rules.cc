#include "connectors/sage100/price_rules.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace entente::sage100 {
namespace {

constexpr int kPriceDecimals = 4;

Amount Read(const Row& row, const std::string& column) {
  const auto text = row.Decimal(column);
  return text.has_value() ? Amount::Parse(*text) : Amount();
}

// The category of an owner word; 0 for a client's code.
std::int64_t CategoryOf(const std::string& owner) {
  std::int64_t category = 0;
  if (owner.size() != 3 || owner[0] != 'a' || !absl::SimpleAtoi(owner.substr(1), &category)) return 0;
  return category;
}

const Amount& Hundred() {
  static const Amount hundred = Amount::FromInt(100);
  return hundred;
}

// Two percents one after the other, as one.
Amount Cascaded(const Amount& first, const Amount& second) {
  return first + second - (first * second).DividedBy(Hundred(), 6);
}

}  // namespace

std::string CategoryOwner(std::int64_t category) { return absl::StrFormat("a%02d", category); }

absl::StatusOr<PriceRules> PriceRules::Read(const Reading& reading, const Rows& articles) {
  std::vector<std::string> references, families;
  for (std::size_t i = 0; i < articles.size(); ++i) {
    references.push_back(articles[i].Text("AR_Ref").value_or(""));
    const std::string family = articles[i].Text("FA_CodeFamille").value_or("");
    if (std::find(families.begin(), families.end(), family) == families.end()) families.push_back(family);
  }
  PriceRules out;
  auto rates = TaxRates::Read(reading, references, families);
  if (!rates.ok()) return rates.status();
  out.rates_ = *std::move(rates);
  const char* of_categories = R"(("CT_Num" IS NULL OR "CT_Num" = '') AND "AC_Categorie" > 0)";
  if (auto s = out.ReadRules(reading, "F_ARTCLIENT", "AR_Ref", "AC_", references, of_categories, &out.article_rules_); !s.ok()) return s;
  if (auto s = out.ReadRules(reading, "F_FAMTARIF", "FA_CodeFamille", "FT_", families, "", &out.family_rules_); !s.ok()) return s;
  if (auto s = out.ReadBreaks(reading, "F_TARIFQTE", "AR_Ref", "TQ_", references, &out.article_breaks_); !s.ok()) return s;
  if (auto s = out.ReadBreaks(reading, "F_FAMTARIFQTE", "FA_CodeFamille", "FQ_", families, &out.family_breaks_); !s.ok()) return s;
  if (auto s = out.ReadVariantPrices(reading, references); !s.ok()) return s;
  if (auto s = out.ReadSteps(reading); !s.ok()) return s;
  return out;
}

absl::Status PriceRules::ReadRules(const Reading& reading, const char* table, const char* owner, const std::string& prefix,
                                   const std::vector<std::string>& owners, const std::string& filter, std::map<Owner, Rule>* out) {
  if (owners.empty() || !reading.schema.HasTable(table)) return absl::OkStatus();
  std::vector<odbc::Parameter> values;
  std::string where = In(owner, owners, &values);
  if (!filter.empty()) absl::StrAppend(&where, " AND ", filter);
  auto rows = Fetch(reading, {.table = table,
                              .columns = {owner, prefix + "Categorie", prefix + "PrixVen", prefix + "Coef", prefix + "PrixTTC",
                                          prefix + "Remise", prefix + "TypeRem", prefix + "QteMont", prefix + "Arrondi"},
                              .where = where,
                              .values = values});
  if (!rows.ok()) return rows.status();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    out->emplace(Owner{row.Text(owner).value_or(""), row.Code(prefix + "Categorie")},
                 Rule{.price = sage100::Read(row, prefix + "PrixVen"),
                      .coefficient = sage100::Read(row, prefix + "Coef"),
                      .is_tax_included = row.Code(prefix + "PrixTTC") == 1,
                      .discount = sage100::Read(row, prefix + "Remise"),
                      .stops_here = row.Code(prefix + "TypeRem") == 1,
                      .breaks = row.Code(prefix + "QteMont"),
                      .rounding = row.Code(prefix + "Arrondi")});
  }
  return absl::OkStatus();
}

absl::Status PriceRules::ReadBreaks(const Reading& reading, const char* table, const char* owner, const std::string& prefix,
                                    const std::vector<std::string>& owners, std::map<Owner, std::vector<Break>>* out) {
  if (owners.empty() || !reading.schema.HasTable(table)) return absl::OkStatus();
  std::vector<odbc::Parameter> values;
  const std::string where = In(owner, owners, &values);
  std::vector<std::string> columns = {owner, prefix + "RefCF", prefix + "BorneSup", prefix + "PrixNet"};
  for (const char* slot : {"01", "02", "03"}) {
    columns.push_back(absl::StrCat(prefix, "Remise", slot, "REM_Valeur"));
    columns.push_back(absl::StrCat(prefix, "Remise", slot, "REM_Type"));
  }
  auto rows = Fetch(reading, {.table = table, .columns = columns, .where = where, .values = values});
  if (!rows.ok()) return rows.status();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    const std::int64_t category = CategoryOf(row.Text(prefix + "RefCF").value_or(""));
    if (category == 0) continue;
    Break found;
    found.bound = sage100::Read(row, prefix + "BorneSup");
    found.net_price = sage100::Read(row, prefix + "PrixNet");
    for (std::size_t slot = 0; slot < 3; ++slot) {
      found.discounts[slot] = sage100::Read(row, columns[4 + 2 * slot]);
      found.kinds[slot] = row.Code(columns[5 + 2 * slot]);
    }
    (*out)[{row.Text(owner).value_or(""), category}].push_back(found);
  }
  for (auto& [key, breaks] : *out) {
    std::stable_sort(breaks.begin(), breaks.end(), [](const Break& a, const Break& b) { return a.bound < b.bound; });
  }
  return absl::OkStatus();
}

absl::Status PriceRules::ReadVariantPrices(const Reading& reading, const std::vector<std::string>& articles) {
  if (articles.empty() || !reading.schema.HasTable("F_TARIFGAM")) return absl::OkStatus();
  std::vector<odbc::Parameter> values;
  const std::string where = In("AR_Ref", articles, &values);
  auto rows = Fetch(reading, {.table = "F_TARIFGAM", .columns = {"AR_Ref", "TG_RefCF", "AG_No1", "AG_No2", "TG_Prix"}, .where = where,
                              .values = values});
  if (!rows.ok()) return rows.status();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    const std::int64_t category = CategoryOf(row.Text("TG_RefCF").value_or(""));
    const Amount price = sage100::Read(row, "TG_Prix");
    if (category == 0 || price.IsZero()) continue;
    variant_prices_.emplace(std::pair(ArticleKey(row.Text("AR_Ref").value_or(""), row.Code("AG_No1"), row.Code("AG_No2")), category), price);
  }
  return absl::OkStatus();
}

absl::Status PriceRules::ReadSteps(const Reading& reading) {
  auto rows = Fetch(reading, {.table = "P_ARRONDI", .columns = {"cbIndice", "AR_Type", "AR_Valeur"}});
  if (!rows.ok()) return rows.status();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    steps_.emplace(row.Code("cbIndice"), Step{row.Code("AR_Type"), sage100::Read(row, "AR_Valeur")});
  }
  return absl::OkStatus();
}

// Rounding to a step, to the nearest, up (1) or down (2); rules on endings round to the price's decimals only.
Amount PriceRules::RoundedBy(const Amount& price, std::int64_t rounding) const {
  const auto found = steps_.find(rounding);
  if (found == steps_.end() || found->second.step.IsZero() || found->second.kind > 2) return price.Rounded(kPriceDecimals);
  const Amount& step = found->second.step;
  Amount rounded = price.DividedBy(step, 0) * step;
  if (found->second.kind == 1 && rounded < price) rounded = rounded + step;
  if (found->second.kind == 2 && price < rounded) rounded = rounded - step;
  return rounded;
}

void PriceRules::ApplyBreak(const std::vector<Break>& breaks, const Rule& rule, Amount* price, Amount* discount, bool* is_net) {
  if (breaks.empty()) return;
  const Amount reached = rule.breaks == 2 ? *price : Amount::FromInt(1);
  const auto found = std::find_if(breaks.begin(), breaks.end(), [&](const Break& b) { return !(b.bound < reached); });
  const Break& chosen = found == breaks.end() ? breaks.back() : *found;
  if (rule.breaks == 3) {
    *is_net = !chosen.net_price.IsZero();
    if (*is_net) *price = chosen.net_price;
    return;
  }
  for (std::size_t slot = 0; slot < 3; ++slot) {
    if (chosen.discounts[slot].IsZero()) continue;
    if (chosen.kinds[slot] == 1) *discount = Cascaded(*discount, chosen.discounts[slot]);
    if (chosen.kinds[slot] == 0) *price = *price - chosen.discounts[slot];
  }
}

CategoryPrice PriceRules::PriceOf(const Row& article, std::int64_t category, const Variant* variant) const {
  const std::string reference = article.Text("AR_Ref").value_or("");
  const std::string family = article.Text("FA_CodeFamille").value_or("");
  const auto rule = article_rules_.find({reference, category});
  const bool has_rule = rule != article_rules_.end();

  Amount price = sage100::Read(article, "AR_PrixVen");
  bool is_tax_included = article.Code("AR_PrixTTC") == 1;
  if (has_rule && !rule->second.price.IsZero()) {
    price = rule->second.price;
    is_tax_included = rule->second.is_tax_included;
  } else if (has_rule && !rule->second.coefficient.IsZero()) {
    price = RoundedBy(sage100::Read(article, "AR_PrixAch") * rule->second.coefficient, rule->second.rounding);
    is_tax_included = rule->second.is_tax_included;
  }
  if (variant != nullptr) {
    const auto own = variant_prices_.find({ArticleKey(reference, variant->no1, variant->no2), category});
    if (own != variant_prices_.end()) price = own->second;
  }

  CategoryPrice out;
  bool is_net = false;
  if (has_rule) {
    const auto breaks = article_breaks_.find({reference, category});
    if (rule->second.breaks == 0) {
      out.discount = rule->second.discount;
    } else if (breaks != article_breaks_.end()) {
      ApplyBreak(breaks->second, rule->second, &price, &out.discount, &is_net);
    }
  }
  const auto shared = family_rules_.find({family, category});
  const bool ends_here = is_net || (has_rule && rule->second.stops_here);
  if (!ends_here && out.discount.IsZero() && shared != family_rules_.end()) {
    const auto breaks = family_breaks_.find({family, category});
    if (shared->second.breaks == 0) {
      out.discount = shared->second.discount;
    } else if (breaks != family_breaks_.end()) {
      ApplyBreak(breaks->second, shared->second, &price, &out.discount, &is_net);
    }
  }
  if (!is_tax_included) {
    out.sale_price = price;
  } else if (const auto vat = rates_.Vat(reference, family)) {
    out.sale_price = (price * Hundred()).DividedBy(Hundred() + *vat, kPriceDecimals);
  }
  return out;
}

}  // namespace entente::sage100
