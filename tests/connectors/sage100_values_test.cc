#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "connectors/sage100/amount.h"
#include "connectors/sage100/company_time.h"
#include "connectors/sage100/config.h"
#include "connectors/sage100/feed_cursor.h"
#include "connectors/sage100/rows.h"
#include "connectors/sage100/touched.h"
#include "connectors/sage100/utf16.h"
#include "connectors/sage100/variants.h"

namespace entente::sage100 {
namespace {

std::string Shown(const Amount& amount) { return amount.ToText().value_or("unknown"); }

TEST(Sage100Amount, KeepsEveryDigit) {
  EXPECT_EQ(Shown(Amount::Parse(".100000") + Amount::Parse("0.2")), "0.3");
  EXPECT_EQ(Shown(Amount::Parse("-12.50")), "-12.5");
  EXPECT_EQ(Shown(Amount::Parse("19.99") * Amount::Parse("3")), "59.97");
  EXPECT_EQ(Shown(Amount::Parse("0.05") - Amount::Parse("0.15")), "-0.1");
}

TEST(Sage100Amount, RoundsHalfAwayFromZero) {
  EXPECT_EQ(Shown(Amount::Parse("1.005").Rounded(2)), "1.01");
  EXPECT_EQ(Shown(Amount::Parse("-1.005").Rounded(2)), "-1.01");
  EXPECT_EQ(Shown(Amount::Parse("120").DividedBy(Amount::Parse("1.2"), 4)), "100");
  EXPECT_EQ(Shown(Amount::Parse("10").DividedBy(Amount::Parse("3"), 4)), "3.3333");
}

TEST(Sage100Amount, SaysUnknownRatherThanSomethingWrong) {
  EXPECT_EQ(Shown(Amount::Parse("twelve")), "unknown");
  EXPECT_EQ(Shown(Amount::Parse("1").DividedBy(Amount(), 2)), "unknown");
  const Amount huge = Amount::Parse("99999999999999999999999999999999");
  EXPECT_EQ(Shown(huge * huge), "unknown");
}

RC_GTEST_PROP(Sage100AmountLaws, AdditionIsExact, (int a, int b, int cents)) {
  const auto cents_of = [](int v) { return Amount::FromInt(v) * Amount::Parse("0.01"); };
  RC_ASSERT(cents_of(a) + cents_of(b) == cents_of(b) + cents_of(a));
  RC_ASSERT((cents_of(a) + cents_of(cents)) - cents_of(cents) == cents_of(a));
}

TEST(Sage100Rows, EmptyHasManyFaces) {
  EXPECT_EQ(Trimmed(std::nullopt), std::nullopt);
  EXPECT_EQ(Trimmed(""), std::nullopt);
  EXPECT_EQ(Trimmed("   "), std::nullopt);
  EXPECT_EQ(Trimmed("  a b  "), "  a b");
  EXPECT_EQ(DayOf("1753-01-01 00:00:00.000"), std::nullopt);
  EXPECT_EQ(DayOf("1900-01-01"), std::nullopt);
  EXPECT_EQ(DayOf("1970-01-02 00:00:00"), 1);
}

TEST(Sage100CompanyTime, AutumnHourIsWidened) {
  const auto paris = CompanyTime::Load("Europe/Paris");
  ASSERT_TRUE(paris.ok());
  const ChangeInterval plain = paris->Interval(absl::CivilSecond(2026, 7, 1, 12, 0, 0), ChangePrecision::kSecond);
  const ChangeInterval repeated = paris->Interval(absl::CivilSecond(2026, 10, 25, 2, 30, 0), ChangePrecision::kSecond);
  const ChangeInterval rounded = paris->Interval(absl::CivilSecond(2026, 7, 1, 12, 0, 0), ChangePrecision::kMinute);

  EXPECT_EQ(plain.to_micros - plain.from_micros, 1'000'000);
  EXPECT_EQ(plain.from_micros, absl::ToUnixMicros(absl::FromCivil(absl::CivilSecond(2026, 7, 1, 10, 0, 0), absl::UTCTimeZone())));
  EXPECT_EQ(repeated.to_micros - repeated.from_micros, 3'601'000'000);
  EXPECT_EQ(rounded.to_micros - rounded.from_micros, 60'000'000);
}

TEST(Sage100CompanyTime, PollsLookAnHourFurtherBackInTheRepeatedHour) {
  const auto paris = CompanyTime::Load("Europe/Paris");
  ASSERT_TRUE(paris.ok());
  EXPECT_EQ(LookBackFrom(*paris, "2026-07-01 12:00:00", absl::Minutes(5)), "2026-07-01 11:55:00");
  EXPECT_EQ(LookBackFrom(*paris, "2026-10-25 02:30:00", absl::Minutes(5)), "2026-10-25 01:25:00");
  EXPECT_EQ(LookBackFrom(*paris, "", absl::Minutes(5)), "1753-01-01 00:00:00");
}

TEST(Sage100CompanyTime, UnknownZoneIsNamed) {
  const auto zone = CompanyTime::Load("Europe/Atlantis");
  EXPECT_EQ(zone.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(zone.status().message()).find("Europe/Atlantis"), std::string::npos);
}

TEST(Sage100FeedCursor, SurvivesTheEngine) {
  FeedCursor cursor;
  cursor.company = "GUID";
  cursor.parameters = 0xFFFFFFFFFFFFFFFFu;
  cursor.server_seconds = 1700000000;
  cursor.tables["F_COMPTET#0"] = {"2026-11-22 08:30:00", 42, {{"2026-11-22 08:30:00", {300, 7}}}};
  cursor.tables["F_CONTACTT#0"] = {"", -1, {}};
  cursor.seen[1] = 2;

  const auto read = FeedCursor::Decode(cursor.Encode());

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->Encode(), cursor.Encode());
  EXPECT_EQ(read->tables, cursor.tables);
  EXPECT_FALSE(FeedCursor::Decode("something else").has_value());
}

TEST(Sage100Text, Cp1252IsMeasuredInCharacters) {
  EXPECT_TRUE(FitsCp1252("Société Œuvre – 10 €"));
  EXPECT_FALSE(FitsCp1252("Łódź"));
  EXPECT_FALSE(FitsCp1252("日本"));
  EXPECT_EQ(CharacterCount("été"), 3u);
}

RC_GTEST_PROP(Sage100TextLaws, Utf16ComesBack, (const std::vector<std::uint16_t>& units)) {
  std::u16string text;
  for (const std::uint16_t unit : units) {
    if (unit < 0xD800 || unit > 0xDFFF) text.push_back(static_cast<char16_t>(unit));
  }
  text += u"\xD83D\xDE00";
  RC_ASSERT(Utf8ToUtf16(Utf16ToUtf8(text)) == text);
}

TEST(Sage100Keys, VariantKeysSplitAndJoin) {
  EXPECT_EQ(ArticleKey("BAG", 3, 0), "BAG#3");
  EXPECT_EQ(ArticleKey("BAG", 3, 7), "BAG#3#7");
  const ArticleKeyParts two = SplitArticleKey("BAG#3#7");
  EXPECT_EQ(two.reference, "BAG");
  EXPECT_EQ(two.no1, 3);
  EXPECT_EQ(two.no2, 7);
  EXPECT_EQ(SplitArticleKey("BAG#3").no1, 3);
  EXPECT_EQ(SplitArticleKey("N#X").reference, "N#X");
}

TEST(Sage100Config, PasswordsStayOutOfConnectionStrings) {
  EXPECT_TRUE(NamesPassword("DRIVER=x;UID=a;pwd=secret"));
  EXPECT_TRUE(NamesPassword("DSN=a; Password = b"));
  EXPECT_FALSE(NamesPassword("DSN=sage;UID=entente"));
  EXPECT_EQ(WithPassword("DSN=sage", "a;b}c"), "DSN=sage;PWD={a;b}}c}");
}

TEST(Sage100Config, MistakesAreNamed) {
  auto config = sdk::Config::Parse("[odbc]\nconnection = \"DSN=a;PWD=b\"\n[gateway]\nurl = \"ftp://x\"\n[company]\nprice_rows = \"some\"\n");
  ASSERT_TRUE(config.ok());
  ReadSage100Config(*config);
  const std::string message(config->Finish().message());
  EXPECT_NE(message.find("odbc.connection"), std::string::npos);
  EXPECT_NE(message.find("gateway.url"), std::string::npos);
  EXPECT_NE(message.find("company.price_rows"), std::string::npos);
  EXPECT_EQ(message.find("PWD=b"), std::string::npos);
}

}  // namespace
}  // namespace entente::sage100
