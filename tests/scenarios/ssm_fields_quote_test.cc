#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/quote_world.h"

// The field map of a pushed quote: what of it reaches Sage.
namespace entente::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PushWorld : public QuoteWorld {
 public:
  explicit PushWorld(Settings settings = {}) : QuoteWorld(std::move(settings)) {}

  // The document of a quote that was sent; empty when there is none.
  std::string Sent(const std::string& quote) {
    Push(quote);
    EXPECT_TRUE(Settle());
    const auto documents = Documents(quote);
    EXPECT_EQ(documents.size(), 1u) << Story();
    return documents.empty() ? "" : documents[0];
  }
  Value InSage(const std::string& document, const std::string& field) { return sage().Field("quote", document, field); }
  std::string Contact(const std::string& last, const std::string& first) { return CrmContact(account, last, first); }
  Map Discounted(const std::string& article, int quantity, int percent) {
    Map line = Line(article, quantity);
    line["discount1"] = Decimal::FromInt(percent);
    return line;
  }
};

// Sage's own discount is 10 %; what is asked for takes its place, up to 30 %.
Fields PriceAsAsked(const Fields& document, std::vector<DocumentProblem>&) {
  Fields priced = document;
  List lines;
  for (const Value& element : *FieldOf(document, "lines").As<List>()) {
    Map line = *element.As<Map>();
    const auto* asked = FieldOf(line, "DL_Remise01REM_Valeur").As<Decimal>();
    const Decimal given = asked ? std::min(*asked, Decimal::FromInt(30)) : Decimal::FromInt(10);
    line["DL_PrixUnitaire"] = Decimal::FromInt(10);
    line["DL_Remise01REM_Valeur"] = given;
    line["DL_Remise01REM_Type"] = 1;
    line["DL_MontantHT"] = Decimal::FromInt(1);
    lines.push_back(std::move(line));
  }
  priced["lines"] = std::move(lines);
  priced["DO_TotalHTNet"] = Decimal::FromInt(1);
  return priced;
}

TEST(SsmFields, AQuoteCarriesItsContactAndTheDayItIsSent) {
  PushWorld world;
  const std::string anne = world.Contact("Durand", "Anne");
  ASSERT_TRUE(world.Settle());
  const std::string quote = world.Quote({world.Line("A1", 2)});
  world.crm().Edit("quotes", quote, {{"contactId", Ref("contacts", anne)}});
  ASSERT_TRUE(world.Settle());
  const std::string document = world.Sent(quote);
  EXPECT_EQ(world.InSage(document, "DO_Contact"), Value("Anne Durand")) << world.Story();
  const Value date = world.InSage(document, "DO_Date");
  const auto* day = date.As<Date>();
  ASSERT_NE(day, nullptr) << world.Story();
  EXPECT_EQ(day->days, absl::ToUnixSeconds(world.now()) / 86400);
  // A text and no reference: what becomes of the contact is no business of the document.
  world.ResetCounts();
  world.crm().Edit("contacts", anne, {{"lastName", "Durand-Petit"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.InSage(document, "DO_Contact"), Value("Anne Durand"));
  EXPECT_EQ(world.crm().Field("quotes", quote, "contactId"), Ref("contacts", anne)) << "not read back";
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmFields, AContactTheEngineHasNotReadIsReadBeforeTheQuoteIsSent) {
  PushWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  const std::string luc = world.Contact("Petit", "-");
  world.crm().Edit("quotes", quote, {{"contactId", Ref("contacts", luc)}});
  EXPECT_EQ(world.InSage(world.Sent(quote), "DO_Contact"), Value("Petit")) << world.Story();
}

TEST(SsmFields, ALongContactIsCutAndAMissingOneLeftOut) {
  PushWorld world;
  const std::string ann = world.Contact(std::string(30, 'b'), std::string(30, 'a'));
  ASSERT_TRUE(world.Settle());
  const std::string quote = world.Quote({world.Line("A1", 2)}), without = world.Quote({world.Line("A2", 1)});
  world.crm().Edit("quotes", quote, {{"contactId", Ref("contacts", ann)}});
  world.crm().Edit("quotes", without, {{"contactId", Ref("contacts", "99999")}});
  EXPECT_LE(world.InSage(world.Sent(quote), "DO_Contact").TextOrEmpty().size(), 35u) << world.Story();
  EXPECT_TRUE(world.InSage(world.Sent(without), "DO_Contact").IsBlank()) << world.Story();
}

TEST(SsmFields, AQuoteMayBeDatedTheDayItWasBegun) {
  PushWorld world(Settings{{"quote_date", "created"}});
  const std::string quote = world.Quote({world.Line("A1", 2)});
  // 23:30 UTC on 1 March is 2 March in Paris.
  world.crm().Edit("quotes", quote, {{"dateCreated", Timestamp{1'740'871'800'000'000}}});
  ASSERT_TRUE(world.Settle());
  const Value date = world.InSage(world.Sent(quote), "DO_Date");
  const auto* day = date.As<Date>();
  ASSERT_NE(day, nullptr);
  EXPECT_EQ(day->days, 20149) << world.Story();
}

TEST(SsmFields, TheCommentOfAQuoteStaysInTheCrmUnlessAsked) {
  for (const bool travels : {false, true}) {
    SCOPED_TRACE(travels);
    PushWorld world(travels ? Settings{{"quote_comment", "text_line"}} : Settings{});
    const std::string quote = world.Quote({world.Line("A1", 2)});
    const std::string text = "Livrer avant Noël\nsonner deux fois";
    world.crm().Edit("quotes", quote, {{"comment", text}});
    ASSERT_TRUE(world.Settle());
    const std::string document = world.Sent(quote);
    EXPECT_EQ(world.InSage(document, "comment"), travels ? Value("Livrer avant Noël sonner deux fois") : Value());
    EXPECT_EQ(world.InSage(document, "comment_text"), travels ? Value(text) : Value());
    EXPECT_EQ(world.crm().Field("quotes", quote, "comment"), Value(text));
    ExpectSecondPassWritesNothing(world);
  }
}

TEST(SsmFields, DiscountsTypedInTheCrmAreReplacedBySages) {
  PushWorld world;
  const std::string quote = world.Quote({world.Discounted("A1", 2, 15)});
  EXPECT_EQ(world.LineField(quote, 0, "discount1"), Dec("10")) << world.Story();
  const std::string document = world.Sent(quote);
  EXPECT_EQ(world.DocumentLineField(document, 0, "DL_Remise01REM_Valeur"), Dec("10")) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmFields, ADiscountTypedInTheCrmMayBeAskedOfSage) {
  PushWorld world(Settings{{"user_discounts", "ask_sage"}});
  world.sage().price = PriceAsAsked;
  const auto number = world.sage().defaults;
  world.sage().defaults = [number](const std::string& resource, const std::string& key, Fields& fields) {
    Fields asked = fields;
    number(resource, key, fields);
    std::vector<DocumentProblem> none;
    if (resource == "quote") fields["lines"] = PriceAsAsked(asked, none)["lines"];
  };
  std::vector<Fields> questions;
  world.sage().price = [&questions](const Fields& document, std::vector<DocumentProblem>& problems) {
    questions.push_back(document);
    return PriceAsAsked(document, problems);
  };
  const auto asked = [&questions](std::size_t line) { return FieldOf(*(*FieldOf(questions.back(), "lines").As<List>())[line].As<Map>(), "DL_Remise01REM_Valeur"); };
  const std::string quote = world.Quote({world.Line("A1", 2), world.Discounted("A2", 1, 15)});
  EXPECT_TRUE(asked(0).IsNull()) << "nobody asked";
  EXPECT_EQ(asked(1), Dec("15"));
  EXPECT_EQ(world.LineField(quote, 0, "discount1"), Dec("10")) << world.Story();
  EXPECT_EQ(world.LineField(quote, 1, "discount1"), Dec("15"));
  EXPECT_EQ(world.State(quote), kValidated);
  EXPECT_EQ(questions.size(), 1u) << "what Sage gave is not asked again";
  // Another quantity: what was granted is asked for again, what Sage gave of its own is not.
  List lines = *world.crm().Field("quotes", quote, "lines").As<List>();
  (*lines[0].As<Map>())["quantity"] = Dec("7");
  world.crm().Edit("quotes", quote, {{"lines", lines}, {"statusId", kPending}});
  ASSERT_TRUE(world.Settle());
  EXPECT_TRUE(asked(0).IsNull()) << world.Story();
  EXPECT_EQ(asked(1), Dec("15"));
  // The first line goes: the other one is still the one that was asked for.
  lines.erase(lines.begin());
  world.crm().Edit("quotes", quote, {{"lines", lines}, {"statusId", kPending}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(asked(0), Dec("15"));
  const std::string document = world.Sent(quote);
  EXPECT_EQ(world.DocumentLineField(document, 0, "DL_Remise01REM_Valeur"), Dec("15")) << world.Story();
  EXPECT_EQ(world.LineField(quote, 0, "discount1"), Dec("15"));
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmFields, ADiscountSageDoesNotGrantIsSages) {
  PushWorld world(Settings{{"user_discounts", "ask_sage"}});
  world.sage().price = PriceAsAsked;
  const std::string quote = world.Quote({world.Discounted("A1", 2, 50)});
  EXPECT_EQ(world.LineField(quote, 0, "discount1"), Dec("30")) << world.Story();
  EXPECT_EQ(world.State(quote), kValidated) << world.Story();
  EXPECT_EQ(world.sage().counts().prices, 1) << "the answer is no new question";
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmFields, AHeadDiscountIsRefusedOrSpreadOverTheLines) {
  PushWorld refusing;
  const std::string refused = refusing.Quote({refusing.Line("A1", 2)});
  refusing.crm().Edit("quotes", refused, {{"discount1", Dec("5")}, {"statusId", kWaiting}});
  ASSERT_TRUE(refusing.Settle());
  EXPECT_TRUE(refusing.Documents(refused).empty());
  EXPECT_THAT(refusing.Text(refused, "internalComment"), HasSubstr("head_discount_not_supported"));

  PushWorld world(Settings{{"head_discount", "spread"}});
  const std::string quote = world.Quote({world.Line("A1", 2), world.Line("A2", 1)});
  world.crm().Edit("quotes", quote, {{"discount1", Dec("5")}, {"discount2", Dec("0")}, {"discount3", Dec("2.5")}});
  ASSERT_TRUE(world.Settle());
  const std::string document = world.Sent(quote);
  for (std::size_t line = 0; line < 2; ++line) {
    EXPECT_EQ(world.DocumentLineField(document, line, "discounts_more"), Value(List{Dec("5"), Dec("2.5")})) << world.Story();
  }
  EXPECT_EQ(world.crm().Field("quotes", quote, "discount1"), Dec("5")) << "what was typed stays";
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmFields, AQuoteInAnotherCurrencyThanTheCustomersIsRefused) {
  PushWorld world;
  const std::string quote = world.CrmQuote(world.account, {world.Line("A1", 2)}, {{"currencyId", "USD"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.State(quote), kPending);
  EXPECT_THAT(world.Text(quote, "internalComment"), HasSubstr("currency_mismatch")) << world.Story();
  EXPECT_EQ(world.sage().counts().prices, 0);
  world.sage().Edit("party", "ACME", {{"N_Devise", "USD"}});
  world.crm().Edit("quotes", quote, {{"reference", "en dollars"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_THAT(world.Text(quote, "internalComment"), Not(HasSubstr("currency_mismatch"))) << world.Story();
  EXPECT_EQ(world.sage().counts().prices, 1);
}

TEST(SsmFields, AnotherPriceListThanTheCustomersIsToldBesideThePrices) {
  PushWorld world;
  world.sage().Create("price_category", {{"cbIndice", 2}, {"CT_Intitule", "Gros"}}, "2");
  ASSERT_TRUE(world.Settle());
  const std::string wholesale = world.Partner(Side::kLeft, "price_category", "2");
  ASSERT_FALSE(wholesale.empty()) << world.Story();
  const std::string quote = world.CrmQuote(world.account, {world.Line("A1", 2)}, {{"rateId", Ref("rates", wholesale)}, {"accountAddressId", 7}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.State(quote), kValidated) << world.Story();
  EXPECT_THAT(world.Text(quote, "internalComment"), HasSubstr("price_list_differs")) << world.Story();
  EXPECT_THAT(world.Text(quote, "internalComment"), HasSubstr("delivery_address_not_supported"));
  ExpectSecondPassWritesNothing(world);
}

}  // namespace
}  // namespace entente::testing
