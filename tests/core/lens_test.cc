#include "engine/core/lens/lens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/core/calendar.h"
#include "tests/core/any_value.h"

namespace entente {
namespace {

LensPtr L(std::string_view name, const Fields& arguments = {}) {
  auto lens = MakeLens(name, arguments);
  EXPECT_TRUE(lens.ok()) << lens.status();
  return lens.ok() ? *lens : Identity();
}

Value Written(const LensPtr& lens, const Value& canonical, const Value& old_native = {}) { return lens->Put(canonical, old_native).native; }

Value CountryTable() {
  return Value(Map{{"FR", Value(List{"France", "FRA"})},
                   {"DE", Value(List{"Allemagne", "Germany", "DEU"})},
                   {"CI", Value(List{"Côte d'Ivoire", "Ivory Coast", "CIV"})}});
}

TEST(LensTest, BlankFormsOfSageReadAsNull) {
  const LensPtr lens = L("blank");
  for (const Value& blank : {Value(), Value(""), Value("  "), Value(*ParseDate("1753-01-01")), Value(*ParseDate("1900-01-01")), Value("1753-01-01")}) {
    EXPECT_EQ(lens->Get(blank), Value()) << blank.ToDisplay();
    EXPECT_EQ(Written(lens, Value(), blank), blank);
  }
  EXPECT_EQ(lens->Get(Value(0)), Value(0));
  EXPECT_EQ(L("blank", {{"zero", Value(true)}})->Get(Value(0)), Value());
}

TEST(LensTest, FitCutsAtAWordAndSaysSo) {
  const LensPtr lens = L("fit", {{"length", Value(16)}});
  const PutResult put = lens->Put(Value("12 rue de la République"), Value());
  EXPECT_EQ(put.native, Value("12 rue de la"));
  ASSERT_EQ(put.notes.size(), 1U);
  EXPECT_EQ(put.notes[0].kind, LensNote::Kind::kCut);
  EXPECT_TRUE(lens->Holds(Value("12 rue de la République"), Value("12 rue de la")));
  EXPECT_FALSE(lens->Holds(Value("14 rue de la République"), Value("12 rue de la")));
}

TEST(LensTest, FitTransliteratesAndRefusesWhatNobodyCouldRead) {
  const LensPtr lens = L("fit", {{"length", Value("35")}, {"over", Value("refuse")}});
  const PutResult put = lens->Put(Value("Łukasz ‑ Ion Țiriac"), Value("old"));
  EXPECT_EQ(put.native, Value("Lukasz - Ion Tiriac"));
  EXPECT_EQ(put.notes[0].kind, LensNote::Kind::kTransliterated);
  EXPECT_EQ(lens->Put(Value("中文"), Value("old")).refusal(), "character_not_held");
  EXPECT_EQ(lens->Put(Value("中文"), Value("old")).native, Value("old"));
  EXPECT_EQ(lens->Put(Value(std::string(36, 'x')), Value()).refusal(), "value_does_not_fit");
}

TEST(LensTest, PhoneStandsAsTypedUntilItWouldNotFit) {
  const LensPtr lens = L("phone", {{"", Value(List{"21"})}});
  EXPECT_EQ(Written(lens, Value(" +33 (0)1 23 45 67 89 ")), Value("+33 (0)1 23 45 67 89"));
  EXPECT_EQ(Written(lens, Value("+33 (0) 1 . 23.45.67.89")), Value("+330123456789"));
  EXPECT_TRUE(lens->Holds(Value("+33 (0) 1 . 23.45.67.89"), Value("+330123456789")));
  EXPECT_EQ(lens->Put(Value("01 23 45 67 89 ou 06 98 76 54 32"), Value("x")).refusal(), "value_does_not_fit");
}

TEST(LensTest, AColumnNarrowerThanExpectedCounts) {
  const LensPtr fit = L("fit", {{"length", Value("69")}});
  EXPECT_EQ(fit->For({.length_max = 69, .codes = {}}), nullptr);
  EXPECT_EQ(fit->For({.length_max = 0, .codes = {}}), nullptr);
  EXPECT_EQ(Written(fit->For({.length_max = 5, .codes = {}}), Value("abcdefgh")), Value("abcde"));
  const LensPtr chain = Chain({L("trim"), L("phone", {{"length", Value("21")}})});
  EXPECT_EQ(Written(chain->For({.length_max = 10, .codes = {}}), Value("01 23 45 67 89")), Value("0123456789"));
  EXPECT_EQ(L("trim")->For({.length_max = 5, .codes = {}}), nullptr);
}

TEST(LensTest, CountriesTakeTheSpellingsOfTheCompany) {
  const Fields table = {{"table", Value(Map{{"FR", Value(List{"France"})}, {"GB", Value(List{"Royaume-Uni", "GB"})}})}, {"default", Value("FR")}};
  const LensPtr lens = L("country", table)->For({.length_max = 0, .codes = {{"Grande Bretagne", "GB"}, {"Angleterre", "GB"}, {"Ailleurs", "ZZ"}}});
  ASSERT_NE(lens, nullptr);
  EXPECT_EQ(lens->Get(Value("ANGLETERRE")), Value("GB"));
  EXPECT_EQ(lens->Get(Value("royaume-uni")), Value("GB"));
  EXPECT_EQ(Written(lens, Value("GB")), Value("Grande Bretagne")) << "the company's first spelling";
  EXPECT_EQ(lens->Read(Value("Ailleurs")).refusal(), "country_unknown") << "a code the pack does not know";
}

TEST(LensTest, ZeroMayMeanNothing) {
  EXPECT_TRUE(EqualModulo(Equality::kZeroIsBlank, Value(0), Value()));
  EXPECT_FALSE(EqualModulo(Equality::kZeroIsBlank, Value(1), Value()));
  EXPECT_FALSE(EqualModulo(Equality::kExact, Value(0), Value()));
}

TEST(LensTest, TextLensesTrimFlattenAndChangeCase) {
  EXPECT_EQ(L("trim")->Get(Value(" a  ")), Value("a"));
  EXPECT_EQ(Written(L("trim"), Value("a"), Value("a  ")), Value("a  "));
  EXPECT_EQ(Written(L("one_line"), Value("1 rue A\r\n2e étage\n")), Value("1 rue A 2e étage"));
  EXPECT_EQ(L("case", {{"to", Value("lower")}})->Get(Value("ÉTÉ")), Value("été"));
  EXPECT_EQ(L("case")->Get(Value("abc")), Value("ABC"));
}

TEST(LensTest, TableReadsEveryWordAndWritesTheFirst) {
  const LensPtr lens = L("table", {{"table", Value(Map{{"male", Value(List{"M.", "Monsieur"})}, {"female", Value("Mme")}})}});
  EXPECT_EQ(lens->Get(Value("monsieur")), Value("male"));
  EXPECT_EQ(Written(lens, Value("male"), Value("Monsieur")), Value("Monsieur"));
  EXPECT_EQ(Written(lens, Value("male"), Value("Mme")), Value("M."));
  EXPECT_EQ(lens->Read(Value("Dr")).refusal(), "value_unknown");
  EXPECT_EQ(lens->Put(Value("robot"), Value("Mme")).refusal(), "value_unknown");
  EXPECT_EQ(lens->Get(Value()), Value());
}

TEST(LensTest, TableOfPairsIsTyped) {
  const LensPtr lens = L("table", {{"", Value(List{"0=false", "1=true"})}, {"native", Value("int")}, {"canonical", Value("bool")}});
  EXPECT_EQ(lens->Get(Value(1)), Value(true));
  EXPECT_EQ(Written(lens, Value(false)), Value(0));
}

TEST(LensTest, ClassesKeepTheFinerLabelOfTheirOwnSide) {
  const LensPtr lens = L("classes", {{"prospect", Value(List{"Prospect", "", "Prospect chaud"})},
                                     {"customer", Value(List{"Client"})},
                                     {"dormant_prospect", Value(List{})},
                                     {"unset", Value("prospect")},
                                     {"else", Value(List{"dormant_prospect=prospect"})}});
  EXPECT_EQ(lens->Get(Value("prospect CHAUD")), Value("prospect"));
  EXPECT_EQ(lens->Get(Value("Fournisseur")), Value("other"));
  EXPECT_EQ(lens->Get(Value()), Value("prospect"));
  EXPECT_EQ(Written(lens, Value("prospect"), Value("Prospect chaud")), Value("Prospect chaud"));
  EXPECT_EQ(Written(lens, Value("customer"), Value("Prospect chaud")), Value("Client"));
  EXPECT_TRUE(lens->Holds(Value("dormant_prospect"), Value("Prospect chaud")));
  EXPECT_EQ(Written(lens, Value("dormant_prospect"), Value("Client")), Value("Prospect"));
  EXPECT_EQ(lens->Put(Value("other"), Value("Client")).refusal(), "value_unknown");
  EXPECT_EQ(lens->Put(Value("prospect"), Value(), {.is_first_meeting = false, .is_create = true}).native, Value("Prospect"));
}

TEST(LensTest, CountryReadsEverySpellingAndWritesTheCompanysOwn) {
  const LensPtr lens = L("country", {{"table", CountryTable()}, {"default", Value("FR")}, {"local", Value(List{"ALLEMAGNE"})}, {"length", Value(35)}});
  for (const char* spelling : {"France", "FRANCE", " france ", "FR", "fra", ""}) EXPECT_EQ(lens->Get(Value(spelling)), Value("FR")) << spelling;
  EXPECT_EQ(lens->Get(Value()), Value("FR"));
  EXPECT_EQ(lens->Get(Value("cote d’ivoire")), Value("CI"));
  EXPECT_EQ(lens->Read(Value("Syldavie")).refusal(), "country_unknown");
  EXPECT_EQ(Written(lens, Value("FR"), Value("FRANCE")), Value("FRANCE"));
  EXPECT_EQ(Written(lens, Value("FR"), Value()), Value());
  EXPECT_EQ(Written(lens, Value("DE"), Value("FRANCE")), Value("ALLEMAGNE"));
  EXPECT_EQ(Written(lens, Value("CI"), Value("FRANCE")), Value("Côte d'Ivoire"));
  EXPECT_EQ(Written(lens, Value(), Value("FRANCE")), Value("FRANCE"));
  EXPECT_EQ(lens->Put(Value("FR"), Value(), {.is_first_meeting = false, .is_create = true}).native, Value("France"));
}

TEST(LensTest, TheMarkOfABlankNameNeverBecomesAName) {
  const LensPtr lens = L("default_mark", {{"mark", Value("-")}});
  EXPECT_EQ(lens->Get(Value(" - ")), Value());
  EXPECT_EQ(Written(lens, Value(), Value("Ada")), Value("-"));
  EXPECT_EQ(Written(lens, Value("Ada"), Value("-")), Value("Ada"));
}

TEST(LensTest, CivilityKeepsMissAndLeavesTheUnsaidAlone) {
  const LensPtr lens = L("civility");
  EXPECT_EQ(lens->Get(Value(2)), Value(1));
  EXPECT_EQ(Written(lens, Value(1), Value(2)), Value(2));
  EXPECT_EQ(Written(lens, Value(1), Value(0)), Value(1));
  EXPECT_EQ(Written(lens, Value(0), Value(2)), Value(0));
  EXPECT_EQ(Written(lens, Value(), Value(2)), Value(2));
  EXPECT_EQ(L("civility", {{"zero", Value("unknown")}})->Get(Value(0)), Value());
}

TEST(LensTest, NumbersAndDatesHaveTextForms) {
  EXPECT_EQ(L("decimal_text", {{"comma", Value(true)}})->Get(Value("12,50")), Value(*Decimal::Parse("12.5")));
  EXPECT_EQ(Written(L("decimal_text", {{"decimals", Value(2)}}), Value(*Decimal::Parse("12.5"))), Value("12.50"));
  EXPECT_EQ(L("int_text", {{"invert", Value(true)}})->Get(Value(42)), Value("42"));
  EXPECT_EQ(Written(L("int_text", {{"invert", Value("true")}}), Value("42")), Value(42));
  EXPECT_EQ(L("int_text")->Read(Value("4x")).refusal(), "value_malformed");

  const LensPtr midnight = L("date_text", {{"form", Value("midnight")}, {"zone", Value("Europe/Paris")}});
  EXPECT_EQ(Written(midnight, Value(*ParseDate("2024-07-01"))), Value("2024-07-01 00:00:00"));
  EXPECT_EQ(midnight->Get(Value("2024-06-30T22:00:00Z")), Value(*ParseDate("2024-07-01")));
  EXPECT_EQ(midnight->Get(Value("2024-07-01T00:00:00")), Value(*ParseDate("2024-07-01")));
  EXPECT_EQ(L("date_text", {{"form", Value("fr")}})->Get(Value("05/03/2024")), Value(*ParseDate("2024-03-05")));
  EXPECT_EQ(Written(L("day", {{"zone", Value("Europe/Paris")}}), Value(*ParseDate("2024-07-01"))), Value(*ParseTimestamp("2024-06-30T22:00:00Z")));
}

TEST(LensTest, TheBlockOfACommentAndItsFreePartDoNotTouch) {
  const LensPtr free = L("comment_block", {{"part", Value("free")}});
  const LensPtr block = L("comment_block", {{"", Value("block")}});
  const Value both("Vu à Lyon\n--- Sage 100 ---\nSiret : 123\n--- fin Sage 100 ---");
  EXPECT_EQ(free->Get(both), Value("Vu à Lyon"));
  EXPECT_EQ(block->Get(both), Value("Siret : 123"));
  EXPECT_EQ(Written(block, Value("Siret : 9\nApe : 1"), Value("Vu à Lyon")), Value("Vu à Lyon\n--- Sage 100 ---\nSiret : 9\nApe : 1\n--- fin Sage 100 ---"));
  EXPECT_EQ(Written(block, Value(), both), Value("Vu à Lyon"));
  EXPECT_EQ(Written(free, Value("Relancer"), both), Value("Relancer\n--- Sage 100 ---\nSiret : 123\n--- fin Sage 100 ---"));
  EXPECT_EQ(Written(free, Value(), both), Value("--- Sage 100 ---\nSiret : 123\n--- fin Sage 100 ---"));
}

TEST(LensTest, WordsWrittenBehindADamagedBlockAreKept) {
  const LensPtr free = L("comment_block");
  EXPECT_EQ(free->Get(Value("a\r\n--- Sage 100 ---\r\nx\r\n--- fin Sage 100 ---\r\nb")), Value("a\nb"));
  EXPECT_EQ(free->Get(Value("--- Sage 100 ---\nx\n\nb")), Value("\nb"));
}

TEST(LensTest, TheBlockGivesWayToPeoplesWords) {
  const Fields arguments = {{"part", Value("free")}, {"length", Value(51)}};
  const Value old("x\n--- Sage 100 ---\na\nb\n--- fin Sage 100 ---");
  const PutResult put = L("comment_block", arguments)->Put(Value("12345678901"), old);
  EXPECT_EQ(put.native, Value("12345678901\n--- Sage 100 ---\na\n--- fin Sage 100 ---"));
  EXPECT_EQ(put.notes[0].kind, LensNote::Kind::kCut);
  EXPECT_EQ(L("comment_block", arguments)->Put(Value(std::string(52, 'x')), old).refusal(), "value_does_not_fit");
}

TEST(LensTest, TheFirstLineIsReplacedOnlyWhereSageHeldAllOfIt) {
  const LensPtr lens = L("first_line", {{"length", Value(10)}});
  EXPECT_EQ(lens->Get(Value("Bon client depuis 1990\nsuite")), Value("Bon client"));
  EXPECT_EQ(Written(lens, Value("Fidèle"), Value("Nouveau\nsuite")), Value("Fidèle\nsuite"));
  EXPECT_EQ(Written(lens, Value("Fidèle"), Value("Bon client depuis 1990\nsuite")), Value("Fidèle\nBon client depuis 1990\nsuite"));
  EXPECT_EQ(Written(lens, Value("Bon client"), Value("Bon client depuis 1990\nsuite")), Value("Bon client depuis 1990\nsuite"));
  EXPECT_EQ(lens->Put(Value("Fidèle"), Value("Nouveau"), {.is_first_meeting = true}).native, Value("Fidèle\nNouveau"));
  EXPECT_EQ(Written(lens, Value(), Value("Nouveau\nsuite")), Value("\nsuite"));
  EXPECT_EQ(Written(lens, Value("Fidèle"), Value("\nsuite")), Value("Fidèle\nsuite"));
}

TEST(LensTest, ALabelledLineIsFoundWhateverItsCase) {
  const LensPtr lens = L("labelled_line", {{"label", Value("Fonction")}, {"length", Value(35)}});
  EXPECT_EQ(lens->Get(Value("note\nFONCTION: Acheteur \nfin")), Value("Acheteur"));
  EXPECT_EQ(Written(lens, Value("Gérante"), Value("note\nFonction : Acheteur\nfin")), Value("note\nFonction : Gérante\nfin"));
  EXPECT_EQ(Written(lens, Value("Gérante"), Value("note")), Value("Fonction : Gérante\nnote"));
  EXPECT_EQ(Written(lens, Value(), Value("note\nFonction : Acheteur\nfin")), Value("note\nfin"));
  EXPECT_EQ(Written(lens, Value(), Value("note\nFonction : Acheteur")), Value("note"));
  EXPECT_EQ(Written(lens, Value(), Value("Fonction : Acheteur")), Value());
}

TEST(LensTest, AChainCarriesNotesAndRefusals) {
  const LensPtr lens = Chain({L("fit", {{"length", Value(5)}, {"over", Value("refuse")}}), L("one_line"), L("trim")});
  EXPECT_EQ(lens->Put(Value(" a\nb "), Value()).native, Value("a b"));
  EXPECT_EQ(lens->Put(Value("abcdef"), Value("x")).refusal(), "value_does_not_fit");
  EXPECT_EQ(lens->Put(Value("abcdef"), Value("x")).native, Value("x"));
  const LensPtr nested = Chain({L("comment_block"), L("first_line", {{"length", Value(35)}})});
  EXPECT_EQ(nested->Put(Value("neuf"), Value("vieux\nreste\n--- Sage 100 ---\na\n--- fin Sage 100 ---")).native,
            Value("neuf\nreste\n--- Sage 100 ---\na\n--- fin Sage 100 ---"));
}

TEST(LensTest, OtherSmallLenses) {
  EXPECT_EQ(Written(L("constant", {{"value", Value(true)}}), Value(), Value()), Value(true));
  EXPECT_EQ(Written(L("modulo", {{"", Value("fold_case")}}), Value("A@B.fr"), Value("a@b.fr")), Value("a@b.fr"));
  EXPECT_EQ(L("flag")->Get(Value(1)), Value(true));
  EXPECT_EQ(Written(L("flag", {{"inverted", Value(true)}}), Value(true)), Value(0));
}

TEST(LensTest, WrongArgumentsAreNamedWithARemedy) {
  const auto message = [](std::string_view name, const Fields& arguments) { return std::string(MakeLens(name, arguments).status().message()); };
  EXPECT_THAT(message("fitt", {}), testing::HasSubstr("LENS_UNKNOWN"));
  EXPECT_THAT(message("fit", {}), testing::HasSubstr("needs 'length'"));
  EXPECT_THAT(message("fit", {{"length", Value("many")}}), testing::HasSubstr("whole number"));
  EXPECT_THAT(message("fit", {{"", Value("35")}, {"over", Value("drop")}}), testing::HasSubstr("cut, refuse"));
  EXPECT_THAT(message("trim", {{"", Value("x")}}), testing::HasSubstr("takes no argument"));
  EXPECT_THAT(message("phone", {{"lenght", Value(3)}}), testing::HasSubstr("no argument 'lenght'"));
  EXPECT_THAT(message("table", {{"table", Value(Map{{"a", Value("x")}, {"b", Value("x")}})}}), testing::HasSubstr("two meanings"));
  EXPECT_THAT(message("country", {{"table", CountryTable()}, {"default", Value("XX")}}), testing::HasSubstr("XX"));
  EXPECT_THAT(message("comment_block", {{"part", Value("all")}}), testing::HasSubstr("free, block"));
  EXPECT_THAT(message("day", {{"zone", Value("Mars")}}), testing::HasSubstr("time zone"));
}

TEST(EqualityTest, ValuesAreEqualModuloTheirForm) {
  EXPECT_TRUE(EqualModulo(Equality::kFoldCase, Value("Ada@X.fr "), Value("ada@x.FR")));
  EXPECT_TRUE(EqualModulo(Equality::kUrl, Value("https://www.Acme.fr/"), Value("www.acme.fr")));
  EXPECT_FALSE(EqualModulo(Equality::kUrl, Value("acme.fr/a"), Value("acme.fr/A")));
  EXPECT_TRUE(EqualModulo(Equality::kVat, Value("fr 12.345 678 901"), Value("FR12345678901")));
  EXPECT_TRUE(EqualModulo(Equality::kPhone, Value("01 23.45-67 89"), Value("0123456789")));
  EXPECT_TRUE(EqualModulo(Equality::kFold, Value("Été  chaud"), Value("ETE CHAUD")));
  EXPECT_TRUE(EqualModulo(Equality::kExact, Value(1), Value(*Decimal::Parse("1.0"))));
  EXPECT_TRUE(EqualModulo(Equality::kExact, Value(""), Value()));
  EXPECT_FALSE(EqualModulo(Equality::kExact, Value("a"), Value("A")));
  EXPECT_FALSE(EqualModulo(Equality::kExact, Value("1"), Value(1)));
  for (const std::string& name : EqualityNames()) EXPECT_TRUE(EqualityNamed(name).has_value());
}

}  // namespace
}  // namespace entente
