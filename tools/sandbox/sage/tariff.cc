#include "tools/sandbox/sage/tariff.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/sandbox/sage/money.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

enum Breaks : std::int64_t { kNoBreaks = 0, kByQuantity = 1, kByAmount = 2, kNetPrice = 3 };

std::string CategoryOwner(std::int64_t category) { return absl::StrFormat("a%02d", category); }

// The "…Nouv" value counts from its day on.
Decimal InForce(const Row& row, const std::string& prefix, const std::string& field, const std::string& day) {
  const std::string since = row.Text(prefix + "DateApplication").substr(0, 10);
  const Decimal next = row.Number(prefix + field + "Nouv");
  const bool is_due = since > "1900-12-31" && since <= day && !next.IsZero();
  return is_due ? next : row.Number(prefix + field);
}

absl::StatusOr<Decimal> RulePrice(CompanyDatabase& database, const Row& rule, const PriceQuestion& question) {
  const Decimal price = InForce(rule, "AC_", "PrixVen", question.day);
  const Decimal coefficient = InForce(rule, "AC_", "Coef", question.day);
  if (!price.IsZero() || coefficient.IsZero()) return price;
  const Decimal computed = Times(InForce(question.article, "AR_", "PrixAch", question.day), coefficient).Rounded(kPriceDecimals);
  if (rule.Int("AC_Arrondi") == 0) return computed;
  SAGE_ASSIGN(const std::optional<Row> rounding, database.Find("P_ARRONDI", {{"cbIndice", rule.Int("AC_Arrondi")}}));
  return rounding.has_value() ? RoundedByRule(computed, rounding->Int("AR_Type"), rounding->Number("AR_Valeur")) : computed;
}

// The break that holds `value`: the first whose upper bound is not below it, else the last.
std::optional<Row> BreakFor(std::vector<Row> breaks, const std::string& bound, const Decimal& value) {
  if (breaks.empty()) return std::nullopt;
  std::sort(breaks.begin(), breaks.end(), [&](const Row& a, const Row& b) { return a.Number(bound) < b.Number(bound); });
  const auto found = std::find_if(breaks.begin(), breaks.end(), [&](const Row& row) { return row.Number(bound) >= value; });
  return found == breaks.end() ? breaks.back() : *found;
}

// The rules found for one question, and what becomes of them.
class Tariff {
 public:
  Tariff(CompanyDatabase& database, const PriceQuestion& question) : database_(database), question_(question) {}

  absl::StatusOr<PriceAnswer> Answer() {
    SAGE_RETURN_IF_ERROR(FindRules());
    SAGE_RETURN_IF_ERROR(ChoosePrice());
    SAGE_RETURN_IF_ERROR(ApplyVariant());
    SAGE_RETURN_IF_ERROR(ApplyItemDiscount());
    if (!sources_.is_item_final) SAGE_RETURN_IF_ERROR(ApplyFamilyDiscount());
    if (!question_.owner.discount_percent.IsZero()) sources_.client = {{Discount::kPercent, question_.owner.discount_percent}};
    return Settle();
  }

 private:
  absl::Status FindRules() {
    const std::string article = question_.article.Text("AR_Ref");
    SAGE_ASSIGN(client_rule_, database_.Find("F_ARTCLIENT", {{"AR_Ref", article}, {"CT_Num", question_.owner.code}}));
    SAGE_ASSIGN(category_rule_, database_.Find("F_ARTCLIENT", {{"AR_Ref", article}, {"AC_Categorie", question_.owner.category}, {"CT_Num", ""}}));
    return absl::OkStatus();
  }

  absl::Status ChoosePrice() {
    const std::optional<Row>* const rules[] = {&client_rule_, &category_rule_};
    for (const std::optional<Row>* rule : rules) {
      if (!rule->has_value()) continue;
      SAGE_ASSIGN(price_, RulePrice(database_, **rule, question_));
      if (price_.IsZero()) continue;
      is_with_tax_ = (*rule)->Int("AC_PrixTTC") == 1;
      price_owner_ = rule == &client_rule_ ? question_.owner.code : CategoryOwner(question_.owner.category);
      return absl::OkStatus();
    }
    price_ = InForce(question_.article, "AR_", "PrixVen", question_.day);
    is_with_tax_ = question_.article.Int("AR_PrixTTC") == 1;
    price_owner_ = CategoryOwner(question_.owner.category);
    return absl::OkStatus();
  }

  absl::Status ApplyVariant() {
    if (question_.variant1 == 0) return absl::OkStatus();
    SAGE_ASSIGN(const std::optional<Row> variant, database_.Find("F_TARIFGAM", {{"AR_Ref", question_.article.Text("AR_Ref")},
                                                                                {"TG_RefCF", price_owner_},
                                                                                {"AG_No1", question_.variant1},
                                                                                {"AG_No2", question_.variant2}}));
    if (variant.has_value() && !variant->Number("TG_Prix").IsZero()) price_ = variant->Number("TG_Prix");
    return absl::OkStatus();
  }

  absl::Status ApplyItemDiscount() {
    const std::optional<Row>& rule = client_rule_.has_value() ? client_rule_ : category_rule_;
    if (!rule.has_value()) return absl::OkStatus();
    sources_.is_item_final = rule->Int("AC_TypeRem") == 1;
    const std::int64_t breaks = rule->Int("AC_QteMont");
    if (breaks == kNoBreaks) {
      const Decimal percent = InForce(*rule, "AC_", "Remise", question_.day);
      if (!percent.IsZero()) sources_.item = {{Discount::kPercent, percent}};
      return absl::OkStatus();
    }
    const std::string owner = client_rule_.has_value() ? question_.owner.code : CategoryOwner(question_.owner.category);
    SAGE_ASSIGN(const std::vector<Row> rows, database_.List("F_TARIFQTE", {{"AR_Ref", question_.article.Text("AR_Ref")}, {"TQ_RefCF", owner}}));
    ApplyBreak(BreakFor(rows, "TQ_BorneSup", BreakValue(breaks)), "TQ_", breaks, rule->Int("AC_PrixTTC") == 1, sources_.item);
    return absl::OkStatus();
  }

  absl::Status ApplyFamilyDiscount() {
    const std::string family = question_.article.Text("FA_CodeFamille");
    SAGE_ASSIGN(const std::optional<Row> client, database_.Find("F_FAMCLIENT", {{"FA_CodeFamille", family}, {"CT_Num", question_.owner.code}}));
    if (client.has_value()) {
      if (!client->Number("FC_Remise").IsZero()) sources_.family = {{Discount::kPercent, client->Number("FC_Remise")}};
      return absl::OkStatus();
    }
    SAGE_ASSIGN(const std::optional<Row> rule,
                database_.Find("F_FAMTARIF", {{"FA_CodeFamille", family}, {"FT_Categorie", question_.owner.category}}));
    if (!rule.has_value()) return absl::OkStatus();
    sources_.is_family_final = rule->Int("FT_TypeRem") == 1;
    const std::int64_t breaks = rule->Int("FT_QteMont");
    if (breaks == kNoBreaks) {
      if (!rule->Number("FT_Remise").IsZero()) sources_.family = {{Discount::kPercent, rule->Number("FT_Remise")}};
      return absl::OkStatus();
    }
    SAGE_ASSIGN(const std::vector<Row> rows, database_.List("F_FAMTARIFQTE", {{"FA_CodeFamille", family},
                                                                              {"FQ_RefCF", CategoryOwner(question_.owner.category)}}));
    ApplyBreak(BreakFor(rows, "FQ_BorneSup", BreakValue(breaks)), "FQ_", breaks, rule->Int("FT_PrixTTC") == 1, sources_.family);
    return absl::OkStatus();
  }

  // Breaks by amount look at the price before discounts, on the side it is entered.
  Decimal BreakValue(std::int64_t breaks) const {
    return breaks == kByAmount ? Times(price_, question_.quantity) : question_.quantity;
  }

  // A net price takes the place of the price and leaves no room for discounts.
  void ApplyBreak(const std::optional<Row>& row, const std::string& prefix, std::int64_t breaks, bool is_with_tax, Discounts& discounts) {
    if (!row.has_value()) return;
    if (breaks != kNetPrice) {
      discounts = ReadDiscounts(*row, prefix + "Remise");
    } else if (!row->Number(prefix + "PrixNet").IsZero()) {
      price_ = row->Number(prefix + "PrixNet");
      is_with_tax_ = is_with_tax;
      sources_ = {.item = {}, .family = {}, .client = {}, .is_item_final = true};
    }
  }

  absl::StatusOr<PriceAnswer> Settle() {
    SAGE_ASSIGN(const std::optional<Row> preferences, database_.Find("P_PREFERENCES", {}));
    const auto policy = static_cast<DiscountPolicy>(preferences.has_value() ? preferences->Int("PR_ChoixRemise") : 4);
    PriceAnswer answer;
    answer.is_entered_with_tax = is_with_tax_;
    answer.unit_price_with_tax =
        is_with_tax_ ? price_.Rounded(kPriceDecimals) : WithPercent(price_, question_.vat_rate).Rounded(kPriceDecimals);
    answer.unit_price =
        is_with_tax_ ? WithoutPercent(price_, question_.vat_rate, kPriceDecimals) : price_.Rounded(kPriceDecimals);
    answer.discounts = Combine(policy, sources_, answer.unit_price, question_.quantity);
    return answer;
  }

  CompanyDatabase& database_;
  const PriceQuestion& question_;
  std::optional<Row> client_rule_;
  std::optional<Row> category_rule_;
  Decimal price_;
  bool is_with_tax_ = false;
  std::string price_owner_;
  DiscountSources sources_;
};

}  // namespace

absl::StatusOr<TariffOwner> OwnerOfTariff(CompanyDatabase& database, const Row& client) {
  Row owner = client;
  const std::string group = client.Text("CT_NumCentrale");
  if (!group.empty()) {
    SAGE_ASSIGN(const std::optional<Row> found, database.Find("F_COMPTET", {{"CT_Num", group}}));
    if (found.has_value()) owner = *found;
  }
  return TariffOwner{owner.Text("CT_Num"), std::max<std::int64_t>(1, owner.Int("N_CatTarif")), owner.Number("CT_Taux01")};
}

absl::StatusOr<PriceAnswer> PriceOf(CompanyDatabase& database, const PriceQuestion& question) {
  return Tariff(database, question).Answer();
}

Decimal RoundedByRule(const Decimal& price, std::int64_t kind, const Decimal& step) {
  if (step.IsZero() || step.IsNegative()) return price;
  // "Ending with 0.99" means 0.99, 1.99, 2.99, …: the endings repeat at the next power of ten above the step.
  Decimal period = step;
  Decimal ending;
  if (kind >= 3) {
    period = Decimal::FromInt(1);
    while (period <= step) period = Times(period, Decimal::FromInt(10));
    ending = step;
  }
  static constexpr Rounding kRoundings[] = {Rounding::kHalfUp, Rounding::kUp, Rounding::kDown};
  const Decimal multiple =
      Decimal::Divide(Minus(price, ending), period, 0, kRoundings[std::clamp<std::int64_t>(kind, 0, 5) % 3]).value_or(Decimal());
  const Decimal rounded = Plus(Times(multiple, period), ending);
  return rounded.IsNegative() ? ending : rounded;
}

}  // namespace entente::sandbox::sage
