#include "engine/core/text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/core/code_points.h"

namespace entente {
namespace {

// Words, accents, typography and other scripts, as they turn up in addresses.
std::string AnyText() {
  static const std::vector<std::int32_t> kPoints = {'a', 'b', 'Z', '7', ' ', ' ', '\n', '-', 0xE9, 0x301, 0x153, 0x2019, 0x2011, 0x219, 0x141, 0x1EBF, 0x202F, 0x416, 0x4E2D, 0x1F600};
  std::string text;
  for (const std::int32_t point : *rc::gen::container<std::vector<std::int32_t>>(rc::gen::elementOf(kPoints))) AppendUtf8(point, &text);
  return text;
}

TEST(TextTest, CompositionMakesOneSpelling) {
  EXPECT_EQ(NormaliseNfc("e\xCC\x81t\xC3\xA9"), "été");
  EXPECT_EQ(NormaliseNfc("\xFF\xFE"), "\xFF\xFE");
}

TEST(TextTest, CaseIsUnicode) {
  EXPECT_EQ(ToUpper("été œuf straße"), "ÉTÉ ŒUF STRASSE");
  EXPECT_EQ(ToLower("ÉTÉ ŒUF"), "été œuf");
  EXPECT_EQ(FoldCase("ÉTÉ"), FoldCase("été"));
}

TEST(TextTest, AccentsAndLigaturesFold) {
  EXPECT_EQ(FoldAccents("Œuvre d’Été"), "OEUVRE D'ETE");
  EXPECT_EQ(FoldAccents("Łódź – Çà"), "LODZ - CA");
  EXPECT_EQ(FoldAccents("ﬁche Straße"), "FICHE STRASSE");
  EXPECT_EQ(FoldAccents("Жук"), "ЖУК");
}

TEST(TextTest, SpacesAreUnicodeSpaces) {
  EXPECT_EQ(Trim("\xC2\xA0 a b\t\n"), "a b");
  EXPECT_EQ(TrimRight(" a "), " a");
  EXPECT_EQ(CollapseSpaces("  a \xE2\x80\xAF\n b "), "a b");
  EXPECT_EQ(OnOneLine("a  b \r\n c\n"), "a  b c");
  EXPECT_TRUE(IsBlankText(" \t\xC2\xA0"));
}

TEST(TextTest, LatinLettersAndTypographyHaveAFormInCp1252) {
  EXPECT_EQ(TransliterateCp1252("Łódź"), "Lódz");
  EXPECT_EQ(TransliterateCp1252("Timișoara ‑ ĳs"), "Timisoara - ijs");
  EXPECT_EQ(TransliterateCp1252("L’été… “ok” — 5 €"), "L’été… “ok” — 5 €");
  EXPECT_EQ(TransliterateCp1252("Nguyễn Thế"), "Nguyên Thê");
  EXPECT_EQ(TransliterateCp1252("a\xE2\x80\xAF\xE2\x80\x8B!"), "a !");
  EXPECT_EQ(TransliterateCp1252("x̌"), "x");
  EXPECT_EQ(TransliterateCp1252("e\xCC\x81"), "é");
}

TEST(TextTest, OtherScriptsHaveNone) {
  for (const char* text : {"Жук", "中文", "café Ω", "a😀", "ab\xFF"}) EXPECT_EQ(TransliterateCp1252(text), std::nullopt) << text;
}

TEST(TextTest, AWordIsKeptWholeWhenThatIsCheap) {
  EXPECT_EQ(CutAtWord("12 rue de la République", 16), "12 rue de la");
  EXPECT_EQ(CutAtWord("12 rue de la République", 12), "12 rue de la");
  EXPECT_EQ(CutAtWord("12 rue de la République", 13), "12 rue de la");
  EXPECT_EQ(CutAtWord("a Anticonstitutionnellement", 15), "a Anticonstitut");
  EXPECT_EQ(CutAtWord("court", 5), "court");
  EXPECT_EQ(CutAtWord("éééééé", 3), "ééé");
  EXPECT_EQ(CutAtWord("bonjour", 0), "");
}

TEST(TextTest, CountsAndPartsAreInCharacters) {
  EXPECT_EQ(CharacterCount("été"), 3U);
  EXPECT_EQ(Substring("été chaud", 1, 4), "té c");
  EXPECT_EQ(Substring("été", 5, 2), "");
  EXPECT_EQ(Digits("+33 (0)1.23"), "330123");
  EXPECT_FALSE(IsValidUtf8("a\xC3"));
}

RC_GTEST_PROP(TextLaws, TransliterationFitsAndIsIdempotent, ()) {
  const auto text = TransliterateCp1252(AnyText());
  if (!text) return;
  RC_ASSERT(FitsCp1252(*text));
  RC_ASSERT(TransliterateCp1252(*text) == text);
}

RC_GTEST_PROP(TextLaws, ACutIsAShortPrefixAndIdempotent, ()) {
  const std::string text = AnyText();
  const auto max = *rc::gen::inRange<std::size_t>(0, 40);
  const std::string_view cut = CutAtWord(text, max);
  RC_ASSERT(CharacterCount(cut) <= max);
  RC_ASSERT(std::string_view(text).substr(0, cut.size()) == cut);
  RC_ASSERT(CutAtWord(cut, max) == cut);
}

RC_GTEST_PROP(TextLaws, FoldingIsIdempotent, ()) {
  const std::string text = AnyText();
  RC_ASSERT(FoldAccents(FoldAccents(text)) == FoldAccents(text));
  RC_ASSERT(NormaliseNfc(NormaliseNfc(text)) == NormaliseNfc(text));
  RC_ASSERT(CollapseSpaces(CollapseSpaces(text)) == CollapseSpaces(text));
  RC_ASSERT(OnOneLine(OnOneLine(text)) == OnOneLine(text));
}

RC_GTEST_PROP(TextLaws, AnyBytesAreSurvived, (const std::string& bytes)) {
  NormaliseNfc(bytes);
  FoldAccents(bytes);
  TransliterateCp1252(bytes);
  RC_ASSERT(Trim(bytes).size() <= bytes.size());
  RC_ASSERT(CutAtWord(bytes, 5).size() <= bytes.size());
}

}  // namespace
}  // namespace entente
