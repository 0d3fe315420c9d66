#include "tools/sandbox/company/generate.h"
#include "tools/sandbox/company/words.h"

namespace entente::sandbox {
namespace {

std::string TaxOf(const words::FamilyWords& family, int accounting_category) {
  if (accounting_category != 1) return "EXO";
  return family.code == "JARDIN" ? "C10" : "C20";
}

void GenerateFamilies(Dice& dice, Company& company) {
  for (const auto& words : words::ProductFamilies()) {
    company.families.push_back({std::string(words.code), 0, std::string(words.label), MomentOf(dice, DaysOf("2019-01-02"))});
    for (int category = 1; category <= 3; ++category) {
      for (int kind = 0; kind <= 2; ++kind) {
        company.family_taxes.push_back({std::string(words.code), category, kind, category == 1 ? "7071000" : "7079000", TaxOf(words, category)});
      }
    }
  }
  company.families.push_back({"TOTAL", 1, "Total quincaillerie", MomentOf(dice, DaysOf("2019-01-02"))});
  company.families.push_back({"CENTRALE", 2, "Centrale d'achat", MomentOf(dice, DaysOf("2019-01-02"))});
}

Article MakeArticle(Dice& dice, const words::FamilyWords& words, int number) {
  Article article;
  article.AR_Ref = Code(std::string(words.code.substr(0, 4)) + "-", number, 5);
  article.AR_Design = std::string(dice.Pick(words.nouns)) + " " + std::string(dice.Pick(words::Finishes()));
  if (!words.is_service) {
    article.AR_Design += " " + std::to_string(dice.Between(3, 12)) + "x" + std::to_string(dice.Between(2, 24) * 5) + " " +
                         std::string(dice.Pick(words::Packings()));
  }
  article.AR_Langue1 = dice.Percent(15) ? Text("Item " + std::to_string(number)) : Blank(dice);
  article.FA_CodeFamille = std::string(words.code);
  const int cents = dice.Between(words.price_low_cents, words.price_high_cents);
  article.AR_PrixVen = FromCents(cents);
  // Small parts are priced to four decimals.
  if (cents < 500 && dice.Percent(20)) article.AR_PrixVen = *Decimal::Parse("0." + Code("", dice.Between(100, 9999), 4));
  article.AR_PrixAch = FromCents(cents * 6 / 10);
  article.AR_Coef = dice.Percent(30) ? *Decimal::Parse("1.65") : Decimal();
  article.AR_CoutStd = dice.Percent(50) ? article.AR_PrixAch : Decimal();
  article.AR_PUNet = dice.Percent(40) ? FromCents(cents * 58 / 100) : Decimal();
  article.AR_UniteVen = words.is_service ? 5 : dice.Between(1, 4);
  article.AR_PoidsNet = words.is_service ? Decimal() : FromCents(dice.Between(1, 2500));
  article.AR_PoidsBrut = article.AR_PoidsNet;
  article.AR_SuiviStock = words.is_service ? 0 : 2;
  article.AR_Sommeil = dice.Percent(3) ? 1 : 0;
  article.AR_Publie = dice.Percent(90) ? 1 : 0;
  article.AR_CodeBarre = dice.Percent(70) && !words.is_service ? Text(Code("376", dice.Between(0, 999999999), 10)) : Blank(dice);
  article.AR_Photo = dice.Percent(30) ? Text("C:\\Photos\\" + article.AR_Ref + ".jpg") : Blank(dice);
  article.AR_DateApplication = dice.Percent(70) ? Day(kUnsetDay) : Day();
  article.cbCreation = MomentOf(dice, DaysOf("2019-02-01") + dice.Between(0, 1800));
  return article;
}

void AddVariants(Dice& dice, Article& article, Company& company) {
  static const std::vector<std::string> sizes = {"S", "M", "L"};
  static const std::vector<std::string> colours = {"Bleu nuit", "Écru"};
  article.AR_Type = 1;
  article.AR_Gamme1 = 1;
  article.AR_Gamme2 = 2;
  const int first = static_cast<int>(company.variant_values.size()) + 1;
  for (std::size_t i = 0; i < sizes.size(); ++i) company.variant_values.push_back({article.AR_Ref, first + static_cast<int>(i), sizes[i], 0});
  for (std::size_t i = 0; i < colours.size(); ++i) {
    company.variant_values.push_back({article.AR_Ref, first + 3 + static_cast<int>(i), colours[i], 1});
  }
  for (int size = 0; size < 3; ++size) {
    for (int colour = 0; colour < 2; ++colour) {
      VariantReference variant{article.AR_Ref, first + size, first + 3 + colour, Text(), Text(), 0};
      variant.AE_Ref = dice.Percent(70) ? Text(article.AR_Ref + "-" + std::to_string(size) + std::to_string(colour)) : Blank(dice);
      variant.AE_CodeBarre = Blank(dice);
      company.variant_references.push_back(variant);
      company.stocks.push_back({article.AR_Ref, variant.AG_No1, variant.AG_No2, 1, Decimal::FromInt(dice.Between(0, 80)), Decimal(), Decimal(),
                                Decimal(), 1});
    }
  }
}

void AddStock(Dice& dice, const Article& article, Company& company) {
  for (int warehouse = 1; warehouse <= 3; ++warehouse) {
    if (warehouse > 1 && !dice.Percent(warehouse == 2 ? 30 : 4)) continue;
    Stock stock;
    stock.AR_Ref = article.AR_Ref;
    stock.DE_No = warehouse;
    stock.QteSto = dice.Percent(10) ? Decimal() : Decimal::FromInt(dice.Between(1, 900));
    if (article.AR_UniteVen == 2) stock.QteSto = FromCents(dice.Between(0, 90000));
    stock.QteRes = dice.Percent(25) ? Decimal::FromInt(dice.Between(1, 20)) : Decimal();
    stock.QteCom = dice.Percent(15) ? Decimal::FromInt(dice.Between(10, 200)) : Decimal();
    stock.QtePrepa = dice.Percent(5) ? Decimal::FromInt(dice.Between(1, 5)) : Decimal();
    stock.AS_Principal = warehouse == 1 ? 1 : 0;
    company.stocks.push_back(stock);
  }
}

}  // namespace

void GenerateArticles(std::uint64_t seed, const Counts& counts, Company& company) {
  Dice dice(seed, "articles");
  GenerateFamilies(dice, company);
  const auto& families = words::ProductFamilies();
  for (int i = 1; i <= counts.articles; ++i) {
    const bool has_variants = i % (counts.articles / counts.variant_articles) == 0;
    const auto& words = has_variants ? families[8] : families[static_cast<std::size_t>(i) % families.size()];
    Article article = MakeArticle(dice, words, i);
    if (has_variants) AddVariants(dice, article, company);
    else if (i % 600 == 17 || i % 600 == 18) article.AR_Nomencl = i % 2 == 0 ? 2 : 3;
    if (article.AR_SuiviStock != 0 && article.AR_Type == 0 && article.AR_Nomencl == 0) AddStock(dice, article, company);
    // A reduced rate on one article against its family's.
    if (i % 500 == 40) {
      for (int kind = 0; kind <= 2; ++kind) company.article_taxes.push_back({article.AR_Ref, 1, kind, "7071055", Text("C55")});
    }
    company.articles.push_back(std::move(article));
  }
}

}  // namespace entente::sandbox
