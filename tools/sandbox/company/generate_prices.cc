#include "tools/sandbox/company/generate.h"
#include "tools/sandbox/company/words.h"

namespace entente::sandbox {
namespace {

Decimal PerCent(const Decimal& price, int percent) {
  return Decimal::Multiply(price, *Decimal::Parse(Code("", percent / 100, 1) + "." + Code("", percent % 100, 2)))->Rounded(4);
}

// Breaks of one owner: up to 10, up to 100, beyond.
void AddBreaks(const std::string& article, const std::string& family, const std::string& owner, int step, Company& company) {
  static const int bounds[] = {10, 100, 999999};
  for (int i = 0; i < 3; ++i) {
    company.price_breaks.push_back({article, family, owner, Decimal::FromInt(bounds[i]), Decimal::FromInt(i * step), 1, Decimal()});
  }
}

// An article has its own rule in about a third of the categories.
void AddCategoryRules(Dice& dice, const Article& article, Company& company) {
  for (int category = 2; category <= 4; ++category) {
    if (!dice.Percent(35) && category != 4) continue;
    PriceRule rule;
    rule.AR_Ref = article.AR_Ref;
    rule.AC_Categorie = category;
    rule.AC_DateApplication = dice.Percent(60) ? Day(kUnsetDay) : Day();
    if (category == 4) {
      rule.AC_PrixVen = PerCent(article.AR_PrixVen, 132).Rounded(2);
      rule.AC_PrixTTC = 1;
    } else if (dice.Percent(50)) {
      rule.AC_PrixVen = PerCent(article.AR_PrixVen, category == 2 ? 88 : 82);
    } else if (dice.Percent(40)) {
      rule.AC_Coef = *Decimal::Parse("1.4");
    } else {
      rule.AC_Remise = Decimal::FromInt(dice.Between(3, 15));
    }
    if (category == 3 && dice.Percent(10)) {
      rule.AC_QteMont = 1;
      rule.EG_Champ = 3;
      rule.AC_Remise = Decimal();
      AddBreaks(article.AR_Ref, "", "a03", dice.Between(3, 6), company);
    }
    if (dice.Percent(4)) rule.AC_TypeRem = 1;
    company.price_rules.push_back(rule);
  }
}

}  // namespace

void GeneratePrices(std::uint64_t seed, Company& company) {
  Dice dice(seed, "prices");
  for (const Article& article : company.articles) {
    if (article.AR_Type == 0) AddCategoryRules(dice, article, company);
  }
  for (const VariantReference& variant : company.variant_references) {
    if (dice.Percent(50)) company.variant_prices.push_back({variant.AR_Ref, variant.AG_No1, variant.AG_No2, "a02", FromCents(dice.Between(1500, 9000))});
  }
  // Negotiated prices of single customers.
  for (std::size_t i = 0; i < company.parties.size(); i += 9) {
    const Party& party = company.parties[i];
    if (!party.IsCustomer()) continue;
    const Article& article = dice.Pick(company.articles);
    if (article.AR_Type != 0) continue;
    PriceRule rule;
    rule.AR_Ref = article.AR_Ref;
    rule.CT_Num = party.CT_Num;
    rule.AC_PrixVen = PerCent(article.AR_PrixVen, dice.Between(70, 90));
    rule.AC_TypeRem = dice.Percent(40) ? 1 : 0;
    company.price_rules.push_back(rule);
    if (dice.Percent(40)) {
      company.family_client_discounts.push_back({std::string(dice.Pick(words::ProductFamilies()).code), party.CT_Num, Decimal::FromInt(dice.Between(2, 12))});
    }
  }
  for (const Family& family : company.families) {
    if (family.FA_Type != 0) continue;
    for (int category = 2; category <= 3; ++category) {
      if (!dice.Percent(40)) continue;
      FamilyPriceRule rule{family.FA_CodeFamille, category, Decimal(), 0, Decimal::FromInt(dice.Between(2, 8)), 0, 0};
      if (dice.Percent(20)) {
        rule.FT_QteMont = 1;
        AddBreaks("", family.FA_CodeFamille, Code("a", category, 2), 4, company);
      }
      company.family_price_rules.push_back(rule);
    }
  }
}

}  // namespace entente::sandbox
