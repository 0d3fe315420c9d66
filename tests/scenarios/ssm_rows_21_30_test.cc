#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/quote_world.h"

namespace entente::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(SsmPack, SSM_21_NoImageIsEverAskedFor) {
  SsmWorld world;
  world.SageArticle("A1", "Vis", "10", {{"AR_Photo", "vis.jpg"}});
  world.FirstLoad();
  ASSERT_NE(world.CrmByExtId("products", "A1"), "") << world.Story();
  EXPECT_FALSE(world.pack().flags.at("images"));
  // What the engine asks a connector to feed is all a connector reads: no column and no resource of images is among it.
  for (Side side : kSides) {
    for (const auto& feed : world.machine().OpenSession(world.system(side).Describe(9)).feeds) {
      EXPECT_THAT(feed.resource, Not(HasSubstr("image")));
      EXPECT_THAT(feed.resource, Not(HasSubstr("media")));
      for (const std::string& field : feed.fields) {
        EXPECT_NE(field, "AR_Photo") << feed.resource;
        EXPECT_THAT(field, Not(HasSubstr("image")));
      }
    }
  }
  const auto* product = world.crm().Find("products", world.CrmByExtId("products", "A1"));
  for (const auto& [field, value] : product->fields) EXPECT_THAT(value.ToDisplay(), Not(HasSubstr("vis.jpg"))) << field;
}

TEST(SsmPack, SSM_22_QuotesAreSentOnDemandOnly) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  for (int cycle = 0; cycle < 100; ++cycle) {
    world.Advance(absl::Minutes(2));
    ASSERT_TRUE(world.Settle());
  }
  EXPECT_EQ(world.sage().CountLive("quote"), 0u) << world.Story();
  EXPECT_EQ(world.sage().counts().creates, 0);
  EXPECT_TRUE(world.Push(quote).status.ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("quote"), 1u) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_22_TheMappedStatusSendsOneToo) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  world.crm().Edit("quotes", quote, {{"statusId", kWaiting}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.Documents(quote).size(), 1u) << world.Story();
  EXPECT_EQ(world.State(quote), kSynced);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_22_AQuoteIsSentWhileAFirstLoadRuns) {
  QuoteWorld world;
  // Answers come by more than one turn decides.
  world.tuning.decisions_per_turn_max = 2;
  world.tuning.operations_in_flight_max = 8;
  world.tuning.bulk_deliveries_min = 1;
  world.Restart();
  world.ConnectBoth();
  ASSERT_TRUE(world.Settle());
  constexpr int kContacts = 300;
  const std::string party = world.SageParty("LOAD", "Client en charge", false);
  for (int i = 0; i < kContacts; ++i) world.SageContact(party, "Nom " + std::to_string(i), "Anne");
  ASSERT_TRUE(world.Ask(StartRun{"first_load"}).status.ok());

  // Written and asked for once the load is in full flow: whatever else the same answers settle, it does not queue behind that.
  while (world.crm().CountLive("contacts") < kContacts / 10 && world.Step()) continue;
  const std::string quote = world.CrmQuote(world.account, {world.Line("A1", 2)});
  world.Poll(Side::kRight, "quotes");
  while (!world.LinkOf(Side::kRight, "quotes", quote) && world.Step()) continue;
  ASSERT_TRUE(world.Push(quote).status.ok());
  while (world.crm().Field("quotes", quote, "extId").IsBlank() && world.Step()) continue;

  EXPECT_EQ(world.Documents(quote).size(), 1u) << world.Story();
  EXPECT_EQ(world.status().runs.front().state, "running");
  EXPECT_LT(world.crm().CountLive("contacts"), static_cast<std::size_t>(kContacts));
}

TEST(SsmPack, SSM_23_TheCallSaysTheNumberOfTheDocument) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  const Reply reply = world.Push(quote, "request-1");
  ASSERT_TRUE(reply.status.ok()) << reply.status;
  ASSERT_TRUE(world.Settle());
  const PushState push = world.PushOf(reply);
  EXPECT_NE(push.id, 0u);
  EXPECT_EQ(push.state, "done") << world.Story();
  ASSERT_EQ(world.Documents(quote).size(), 1u);
  const std::string number(world.sage().Field("quote", world.Documents(quote)[0], "DO_Piece").TextOrEmpty());
  EXPECT_THAT(number, HasSubstr("DE"));
  EXPECT_EQ(world.Text(quote, "extId"), "Q:" + number);
  EXPECT_THAT(world.Text(quote, "internalComment"), HasSubstr(number));
  EXPECT_EQ(push.number, number);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_23_ARefusedQuoteNamesLineAndField) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2), world.Line("A2", 1)});
  world.sage().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || operation.resource != "quote") return std::nullopt;
    return Failure(FailureClass::kNever, "SAGE_REFUSED", "refusé", {{"error", "QUANTITY_FORBIDDEN", "quantité interdite", "DL_Qte", 2}});
  };
  const Reply reply = world.Push(quote);
  ASSERT_TRUE(world.Settle());
  const PushState push = world.PushOf(reply);
  EXPECT_EQ(push.state, "refused") << world.Story();
  EXPECT_THAT(push.problems, ElementsAre("Ligne 2 : DL_Qte : quantité interdite (QUANTITY_FORBIDDEN)"));
  EXPECT_THAT(world.Text(quote, "internalComment"), HasSubstr("Ligne 2 : DL_Qte"));
  EXPECT_EQ(world.State(quote), kPending);
  EXPECT_FALSE(world.crm().Field("quotes", quote, "readOnly") == Value(true)) << "a refused quote can be corrected";
  EXPECT_EQ(world.sage().CountLive("quote"), 0u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_24_DocumentsTypedInSageAreNotPulled) {
  QuoteWorld world;
  world.sage().Create("quote", {{"DO_Piece", "DE00077"}, {"DO_Tiers", Ref("party", "ACME")}, {"lines", List{}}}, "DE00077");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.crm().CountLive("quotes"), 0u) << world.Story();
  EXPECT_GE(world.status().counters["ignored.quote"], 1);
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(world.crm().CountLive("quotes"), 0u);
}

TEST(SsmPack, SSM_25_TheLastContentBeforeTheSendIsSent) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  EXPECT_EQ(world.State(quote), kValidated) << world.Story();
  // Not polled yet when the push is asked for.
  world.crm().Edit("quotes", quote, {{"lines", List{world.Line("A1", 7), world.Line("A2", 1)}}});
  world.Push(quote);
  ASSERT_TRUE(world.Settle());
  ASSERT_EQ(world.Documents(quote).size(), 1u) << world.Story();
  const std::string document = world.Documents(quote)[0];
  EXPECT_EQ(world.DocumentLineField(document, 0, "DL_Qte"), Dec("7")) << world.Story();
  EXPECT_EQ(world.DocumentLineField(document, 1, "AR_Ref"), Ref("article", "A2"));
  EXPECT_EQ(world.crm().Field("quotes", quote, "readOnly"), Value(true));
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_25_EditsAfterTheSendAreUndoneAndSageIsUnchanged) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  world.Push(quote);
  ASSERT_TRUE(world.Settle());
  const Value lines = world.crm().Field("quotes", quote, "lines");
  world.ResetCounts();
  EXPECT_FALSE(world.crm().Edit("quotes", quote, {{"reference", "verrouillé"}})) << "the record is locked";
  // A tenant that does not lock.
  world.crm().at("quotes").lock_field.clear();
  world.crm().Edit("quotes", quote, {{"lines", List{world.Line("A1", 9)}}, {"statusId", kPending}, {"total", Dec("1")}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().counts().writes(), 0) << world.Story();
  EXPECT_EQ(world.crm().Field("quotes", quote, "lines"), lines) << world.Story();
  EXPECT_EQ(world.State(quote), kSynced);
  const Reply again = world.Push(quote);
  EXPECT_EQ(FieldOf(again.answer, "state"), Value("done"));
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_26_SageComputesThePrices) {
  QuoteWorld world;
  Map line = world.Line("A1", 2);
  line["price"] = Dec("999");
  line["total"] = Dec("1998");
  const std::string quote = world.Quote({line});
  EXPECT_EQ(world.LineField(quote, 0, "price"), Dec("10")) << world.Story();
  EXPECT_EQ(world.LineField(quote, 0, "discount1"), Dec("10"));
  EXPECT_EQ(world.LineField(quote, 0, "total"), Dec("18"));
  EXPECT_EQ(world.crm().Field("quotes", quote, "total"), Dec("18"));
  EXPECT_EQ(world.State(quote), kValidated);
  EXPECT_EQ(world.sage().counts().prices, 1) << world.Story();
  EXPECT_EQ(world.sage().CountLive("quote"), 0u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_26_AnUnknownArticleIsAnErrorOfItsLine) {
  QuoteWorld world;
  const std::string own = world.crm().Create("products", {{"extId", "MINE"}, {"model", "Fait main"}});
  ASSERT_TRUE(world.Settle());
  const std::string quote = world.Quote({world.Line("A1", 2), world.Line("MINE", 1)});
  EXPECT_EQ(world.State(quote), kPending) << world.Story();
  EXPECT_THAT(world.Text(quote, "internalComment"), HasSubstr("Ligne 2 : AR_Ref")) << world.Story();
  const Reply reply = world.Push(quote);
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.PushOf(reply).state, "refused") << world.Story();
  EXPECT_EQ(world.sage().CountLive("quote"), 0u);
  ExpectSecondPassWritesNothing(world);
  // Corrected, it is priced.
  world.crm().Edit("quotes", quote, {{"lines", List{world.Line("A1", 2), world.Line("A2", 1)}}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.State(quote), kValidated) << world.Story();
}

TEST(SsmPack, SSM_26_AnAccountOnItsWayToSageIsWaitedFor) {
  QuoteWorld world;
  const std::string prospect = world.CrmAccount("Nouveau", "Prospect", {{"countryId", "FR"}});
  const std::string quote = world.CrmQuote(prospect, {world.Line("A1", 1)});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.State(quote), kValidated) << world.Story();
  EXPECT_TRUE(world.Items("quote_refused", false).empty());
}

Fields PriceWithStock(const Fields& document, std::vector<DocumentProblem>& problems) {
  Fields priced = document;
  List lines;
  int number = 0;
  for (const Value& element : *FieldOf(document, "lines").As<List>()) {
    Map line = *element.As<Map>();
    line["DL_PrixUnitaire"] = Decimal::FromInt(10);
    line["DL_MontantHT"] = Decimal::FromInt(50);
    line["available"] = Decimal::FromInt(3);
    lines.push_back(std::move(line));
    problems.push_back({"warning", "STOCK_SHORT", "3 disponibles pour 5", "DL_Qte", ++number});
  }
  priced["lines"] = std::move(lines);
  priced["DO_TotalHTNet"] = Decimal::FromInt(50);
  priced["priced_at"] = Timestamp{1'790'000'000'000'000};
  return priced;
}

TEST(SsmPack, SSM_27_StockComesWithThePriceAndOnlyWarns) {
  QuoteWorld world;
  world.sage().price = PriceWithStock;
  const std::string quote = world.Quote({world.Line("A1", 5)});
  EXPECT_EQ(world.State(quote), kValidated) << world.Story();
  EXPECT_EQ(world.sage().counts().prices, 1);
  const std::string report = world.Text(quote, "internalComment");
  EXPECT_THAT(report, HasSubstr("texte : 3 (demandé : 5)"));
  EXPECT_THAT(report, HasSubstr("Disponible le 21/09/2026"));
  EXPECT_THAT(report, HasSubstr("STOCK_SHORT"));
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_27_APackMayHoldAQuoteBackForStock) {
  QuoteWorld world(Settings{{"quote_needs_stock", "true"}});
  world.sage().price = PriceWithStock;
  const std::string quote = world.Quote({world.Line("A1", 5)});
  EXPECT_EQ(world.State(quote), kPending) << world.Story();
  EXPECT_THAT(world.Text(quote, "internalComment"), HasSubstr("STOCK_SHORT"));
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_28_SageAwayKeepsTheQuoteWaitingAndPricesItWithoutASecondRequest) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  ASSERT_EQ(world.State(quote), kValidated);
  world.sage().reachable = false;
  world.Disconnect(Side::kLeft);
  // The edit makes the prices stale: they must not stand there as valid.
  world.crm().Edit("quotes", quote, {{"lines", List{world.Line("A1", 4)}}});
  const Reply reply = world.Ask(PushQuote{quote, true, ""});
  ASSERT_TRUE(reply.status.ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.State(quote), kPending) << world.Story();
  EXPECT_NE(world.PushOf(reply).state, "done");
  EXPECT_NE(world.PushOf(reply).state, "refused");
  world.Restart();
  ASSERT_TRUE(world.Connect(Side::kRight).ok());
  world.Advance(absl::Minutes(10));
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.State(quote), kPending) << world.Story();

  world.sage().reachable = true;
  ASSERT_TRUE(world.Connect(Side::kLeft).ok());
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.State(quote), kValidated) << world.Story();
  EXPECT_EQ(world.LineField(quote, 0, "total"), Dec("36"));
  EXPECT_EQ(world.PushOf(reply).state, "done");
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_29_ADoubleClickMakesOneDocument) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  const Reply first = world.Push(quote, "a"), second = world.Push(quote, "b"), same = world.Push(quote, "a");
  EXPECT_EQ(FieldOf(first.answer, "push"), FieldOf(second.answer, "push"));
  EXPECT_EQ(FieldOf(first.answer, "push"), FieldOf(same.answer, "push"));
  ASSERT_TRUE(world.Settle());
  ASSERT_EQ(world.Documents(quote).size(), 1u) << world.Story();
  const Reply later = world.Push(quote, "c");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(FieldOf(later.answer, "state"), Value("done")) << world.Story();
  EXPECT_EQ(FieldOf(later.answer, "number"), Value(world.PushOf(first).number));
  EXPECT_EQ(world.sage().CountLive("quote"), 1u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_29_ARepeatWithOtherContentIsRefused) {
  QuoteWorld world;
  // Sage fills what the user left blank: that is no change of the user's.
  const auto number = world.sage().defaults;
  world.sage().defaults = [number](const std::string& resource, const std::string& key, Fields& fields) {
    number(resource, key, fields);
    if (resource == "quote") (*(*fields["lines"].As<List>())[0].As<Map>())["DL_Design"] = "Vis de Sage";
  };
  Map line = world.Line("A1", 2);
  line.erase("description");
  const std::string quote = world.Quote({line});
  world.Push(quote);
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.LineField(quote, 0, "description"), Value("Vis de Sage")) << world.Story();
  EXPECT_EQ(FieldOf(world.Push(quote).answer, "state"), Value("done")) << world.Story();
  world.crm().at("quotes").lock_field.clear();
  world.crm().Edit("quotes", quote, {{"reference", "Autre titre"}});
  ASSERT_TRUE(world.Settle());
  const Reply again = world.Push(quote);
  EXPECT_EQ(FieldOf(again.answer, "state"), Value("refused")) << world.Story();
  EXPECT_THAT(world.PushOf(again).problems, ElementsAre("changed_since_send"));
  EXPECT_EQ(world.Items("changed_since_send").size(), 1u);
  EXPECT_EQ(world.sage().CountLive("quote"), 1u);
  ExpectSecondPassWritesNothing(world);
}

TEST(SsmPack, SSM_29_TheEngineDyingBetweenSendAndAnswerMakesOneDocument) {
  for (int edge = 1; edge <= 6; ++edge) {
    SCOPED_TRACE(edge);
    QuoteWorld world;
    const std::string quote = world.Quote({world.Line("A1", 2)});
    world.KillAfterOperations(edge);
    world.Push(quote);
    world.Settle();
    world.Restart();
    world.ConnectBoth();
    world.Push(quote);
    ASSERT_TRUE(world.Settle()) << world.Story();
    EXPECT_EQ(world.sage().CountLive("quote"), 1u) << world.Story();
    EXPECT_EQ(world.Documents(quote).size(), 1u);
    EXPECT_EQ(world.State(quote), kSynced) << world.Story();
    EXPECT_EQ(FieldOf(world.Push(quote).answer, "state"), Value("done"));
    ExpectSecondPassWritesNothing(world);
  }
}

TEST(SsmPack, SSM_29_AnEditBetweenSendAndLostAnswerIsReportedAndMakesNoSecondDocument) {
  QuoteWorld world;
  const std::string quote = world.Quote({world.Line("A1", 2)});
  int lost = 1;
  world.sage().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || operation.resource != "quote" || lost-- <= 0) return std::nullopt;
    world.crm().Edit("quotes", quote, {{"lines", List{world.Line("A1", 5)}}});
    return Failure(FailureClass::kUncertain, "NO_ANSWER");
  };
  world.Push(quote);
  ASSERT_TRUE(world.Settle());
  world.Advance(absl::Minutes(5));
  ASSERT_TRUE(world.Settle()) << world.Story();
  EXPECT_EQ(world.sage().CountLive("quote"), 1u) << world.Story();
  EXPECT_EQ(world.sage().counts().creates, 1);
  EXPECT_EQ(world.DocumentLineField(world.Documents(quote)[0], 0, "DL_Qte"), Dec("2"));
  EXPECT_FALSE(world.Items("changed_since_send", false).empty()) << world.Story();
  ExpectSecondPassWritesNothing(world);
  EXPECT_EQ(world.sage().CountLive("quote"), 1u);
}

TEST(SsmPack, SSM_30_InvoicesGoFromSageToTheCrmOnly) {
  QuoteWorld world;
  world.sage().Create("invoice", {{"DO_Piece", "FA001"}, {"DO_Type", 6}, {"DO_Tiers", Ref("party", "ACME")}, {"DO_TotalHTNet", Dec("100.00")}, {"DO_TotalTTC", Dec("120.00")},
                                  {"DO_Date", Date{20'000}}, {"lines", List{Map{{"AR_Ref", Ref("article", "A1")}, {"DL_Qte", Dec("10")}, {"DL_PrixUnitaire", Dec("10")},
                                                                               {"DL_MontantHT", Dec("100")}, {"DL_Design", "Vis"}}}}}, "FA001");
  ASSERT_TRUE(world.Settle());
  const std::string invoice = world.CrmByExtId("invoices", "I:FA001");
  ASSERT_NE(invoice, "") << world.Story();
  EXPECT_EQ(world.crm().Field("invoices", invoice, "total"), Dec("100"));
  EXPECT_EQ(world.crm().Field("invoices", invoice, "readOnly"), Value(true));
  world.ResetCounts();
  world.crm().Edit("invoices", invoice, {{"total", Dec("1")}, {"reference", "autre"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().counts().writes(), 0);
  EXPECT_EQ(world.crm().Field("invoices", invoice, "total"), Dec("100")) << world.Story();
  EXPECT_EQ(world.crm().Field("invoices", invoice, "reference"), Value("FA001"));
  ExpectSecondPassWritesNothing(world);
  // Nobody creates an invoice in the CRM.
  world.crm().Create("invoices", {{"reference", "X"}, {"statusId", "Facture"}, {"accountId", Ref("accounts", world.account)}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("invoice"), 1u);
  EXPECT_EQ(ParkedLinks(world, "create_not_allowed_here").size(), 1u) << world.Story();
}

}  // namespace
}  // namespace entente::testing
