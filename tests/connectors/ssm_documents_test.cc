#include "tests/connectors/ssm_fixture.h"

namespace entente::ssm::testing {
namespace {

class SsmDocuments : public SsmConnectorTest {
 protected:
  void SetUp() override {
    Start();
    account_ = Create("accounts", AccountFields("C1", "Un"));
    product_ = Create("products", {{"model", sdk::Text("Vis")}, {"extId", sdk::Text("VIS")}});
  }

  std::vector<v1::Value> Lines(int count) {
    std::vector<v1::Value> out;
    for (int i = 1; i <= count; ++i) out.push_back(Line(product_, i, "2", "1.05", "2.1"));
    return out;
  }

  // A quote as a salesperson types it, with its lines; its id.
  std::string TypeQuote(int lines) {
    const auto head = Act("create", {{"resource", "salesorders"}, {"fields", {{"reference", "Devis"}, {"accountId", std::stoi(account_)}}}});
    const std::string id = std::to_string(head.at("id").get<std::int64_t>());
    for (int i = 1; i <= lines; ++i) TypeLine(id, i);
    return id;
  }

  std::string TypeLine(const std::string& quote, int order) {
    const auto line = Act("create", {{"resource", "salesordersLines"},
                                     {"fields", {{"salesOrderId", std::stoi(quote)}, {"productId", std::stoi(product_)}, {"quantity", 1}, {"price", "3.5"}, {"order", order}}}});
    return std::to_string(line.at("id").get<std::int64_t>());
  }

  std::size_t LinesOf(const std::string& head) {
    std::size_t living = 0;
    for (const auto& line : Act("list", {{"resource", "salesordersLines"}, {"where", "salesOrderId.id = " + head}})) living += line.at("deleted") == false ? 1U : 0U;
    return living;
  }

  void ExpectInvoice(const std::string& key, const Fields& fields) {
    const auto read = Perform(Make(v1::Operation::READ, "invoices", key, {}));
    ASSERT_EQ(read.found().changes_size(), 1) << read.ShortDebugString();
    const v1::Change& change = read.found().changes(0);
    for (const auto& [name, value] : fields) {
      const v1::Value there = ValueOf(change, name);
      if (name != "lines") {
        EXPECT_TRUE(sdk::Same(there, value)) << name << "\n" << there.ShortDebugString() << "\n" << value.ShortDebugString();
        continue;
      }
      ASSERT_EQ(there.list_value().values_size(), value.list_value().values_size());
      for (int i = 0; i < value.list_value().values_size(); ++i) {
        for (const auto& entry : value.list_value().values(i).map_value().entries()) {
          const v1::Value* found = sdk::FindEntry(there.list_value().values(i), entry.name());
          ASSERT_NE(found, nullptr) << entry.name();
          EXPECT_TRUE(sdk::Same(*found, entry.value())) << entry.name();
        }
        EXPECT_NE(sdk::FindEntry(there.list_value().values(i), "lineId"), nullptr);
      }
    }
    EXPECT_FALSE(ValueOf(change, "blocked").bool_value());
  }

  std::string account_;
  std::string product_;
};

TEST_F(SsmDocuments, AnInvoiceIsHeadLinesAndTurnoverRow) {
  const auto fields = InvoiceFields("FA1", account_, Lines(3), "6.3");

  const std::string key = Create("invoices", fields);

  ExpectInvoice(key, fields);
  EXPECT_EQ(Act("list", {{"resource", "sales"}}).size(), 1U);
}

TEST_F(SsmDocuments, ManyInvoicesTakeFarLessThanAFifthOfACallEach) {
  std::vector<v1::Operation> operations;
  for (int i = 0; i < 100; ++i) operations.push_back(Make(v1::Operation::CREATE, "invoices", "", InvoiceFields("FA" + std::to_string(i), account_, Lines(5), "10.5")));
  const auto before = Calls();

  for (const auto& result : Perform(operations)) EXPECT_TRUE(result.has_receipt()) << result.ShortDebugString();

  EXPECT_LE(Calls() - before, 9);
}

TEST_F(SsmDocuments, AListingOfManyDocumentsTakesFewCalls) {
  std::vector<v1::Operation> operations;
  for (int i = 0; i < 120; ++i) operations.push_back(Make(v1::Operation::CREATE, "invoices", "", InvoiceFields("FA" + std::to_string(i), account_, Lines(3), "6.3")));
  Perform(operations);
  TypeQuote(1);
  const auto before = Calls();

  const Recorder listing = List("invoices");

  EXPECT_LE(Calls() - before, 16);
  ASSERT_EQ(listing.changes.size(), 120U);
  for (const auto& change : listing.changes) {
    EXPECT_EQ(ValueOf(change, "lines").list_value().values_size(), 3);
    EXPECT_FALSE(sdk::IsNull(ValueOf(change, "turnover")));
  }
}

TEST_F(SsmDocuments, WritingAgainWritesNothing) {
  const auto fields = InvoiceFields("FA1", account_, Lines(3), "6.3");
  const std::string key = Create("invoices", fields);
  const auto before = Writes();

  auto again = Make(v1::Operation::CREATE, "invoices", "", fields);
  again.set_search_first(true);
  const auto created = Perform(again);
  const auto updated = Perform(Make(v1::Operation::UPDATE, "invoices", key, fields));

  EXPECT_TRUE(created.receipt().existed());
  EXPECT_EQ(created.receipt().change().key(), key);
  EXPECT_TRUE(updated.has_receipt());
  EXPECT_EQ(Writes(), before);
}

TEST_F(SsmDocuments, ADocumentLeftHalfWayIsLockedAndCompletedByTheNextWrite) {
  const auto fields = InvoiceFields("FA1", account_, Lines(3), "6.3");
  auto operation = Make(v1::Operation::CREATE, "invoices", "", fields);
  Act("fail-next", {{"kind", "500"}, {"method", "POST"}, {"resource", "salesordersLines"}, {"count", "1"}});

  const auto broken = Perform(operation);

  EXPECT_EQ(broken.failure().class_(), v1::Failure::UNCERTAIN);
  const auto heads = Act("list", {{"resource", "salesorders"}, {"where", "extId = 'I:FA1'"}});
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].at("blocked"), true);

  operation.set_id(1000);
  operation.set_search_first(true);
  const auto completed = Perform(operation);

  EXPECT_TRUE(completed.receipt().existed()) << completed.ShortDebugString();
  ExpectInvoice(completed.receipt().change().key(), fields);
}

TEST_F(SsmDocuments, LinesWhoseAnswerWasLostAreNotDoubled) {
  const auto fields = InvoiceFields("FA1", account_, Lines(3), "6.3");
  auto operation = Make(v1::Operation::CREATE, "invoices", "", fields);
  for (const char* resource : {"salesorders", "salesordersLines", "sales"}) {
    Act("fail-next", {{"kind", "500-after"}, {"method", "POST"}, {"resource", resource}, {"count", "1"}});
  }

  const auto result = Perform(operation);

  ASSERT_TRUE(result.has_receipt()) << result.ShortDebugString();
  ExpectInvoice(result.receipt().change().key(), fields);
  EXPECT_EQ(LinesOf(result.receipt().change().key()), 3U);
  EXPECT_EQ(Act("list", {{"resource", "sales"}}).size(), 1U);
}

TEST_F(SsmDocuments, ANewDocumentWithARefusedLineIsTakenBack) {
  auto lines = Lines(2);
  lines.push_back(Line("99999999", 3, "1", "1", "1"));

  const auto result = Perform(Make(v1::Operation::CREATE, "invoices", "", InvoiceFields("FA1", account_, lines, "5.2")));

  EXPECT_EQ(result.failure().class_(), v1::Failure::NEVER);
  for (const auto& head : Act("list", {{"resource", "salesorders"}, {"where", "extId = 'I:FA1'"}})) EXPECT_EQ(head.at("deleted"), true);
  EXPECT_TRUE(Act("list", {{"resource", "sales"}}).empty());
}

TEST_F(SsmDocuments, ChangingLinesWritesTheDifferencesOnly) {
  const std::string key = Create("invoices", InvoiceFields("FA1", account_, Lines(3), "6.3"));
  auto lines = Lines(4);
  lines.erase(lines.begin());
  lines[0] = Line(product_, 2, "5", "1.05", "5.25");
  const auto fields = InvoiceFields("FA1", account_, lines, "9.45");
  const auto before = Writes();

  ASSERT_TRUE(Perform(Make(v1::Operation::UPDATE, "invoices", key, fields)).has_receipt());

  ExpectInvoice(key, fields);
  EXPECT_EQ(Writes() - before, 6);  // head, one line each: changed, added, gone; turnover; unlock
}

TEST_F(SsmDocuments, QuotesAndInvoicesAreNeverMixedUp) {
  const std::string invoice = Create("invoices", InvoiceFields("FA1", account_, Lines(1), "2.1"));
  const std::string quote = TypeQuote(2);

  const Recorder quotes = List("quotes");
  const Recorder invoices = List("invoices");

  ASSERT_NE(quotes.Find(quote), nullptr);
  EXPECT_EQ(quotes.Find(invoice), nullptr);
  EXPECT_EQ(invoices.Find(quote), nullptr);
  ASSERT_NE(invoices.Find(invoice), nullptr);
  EXPECT_EQ(ValueOf(*quotes.Find(quote), "lines").list_value().values_size(), 2);
}

TEST_F(SsmDocuments, AChangedLineIsAChangeOfItsQuote) {
  const std::string quote = TypeQuote(2);
  const std::string cursor = List("quotes").cursor;
  const Recorder first = Poll("quotes", cursor);
  TypeLine(quote, 3);

  const Recorder second = Poll("quotes", first.cursor);
  const Recorder third = Poll("quotes", second.cursor);

  ASSERT_EQ(second.changes.size(), 1U);
  EXPECT_EQ(second.changes[0].key(), quote);
  EXPECT_EQ(ValueOf(second.changes[0], "lines").list_value().values_size(), 3);
  EXPECT_TRUE(third.changes.empty());
}

TEST_F(SsmDocuments, AChangedTurnoverRowIsAChangeOfItsInvoice) {
  const std::string key = Create("invoices", InvoiceFields("FA1", account_, Lines(1), "2.1"));
  const Recorder first = Poll("invoices", List("invoices").cursor);
  Act("edit", {{"resource", "sales"}, {"id", "@FA1"}, {"fields", {{"total", "99.5"}}}});

  const Recorder second = Poll("invoices", first.cursor);

  ASSERT_NE(second.Find(key), nullptr);
  const v1::Value turnover = ValueOf(*second.Find(key), "turnover");
  EXPECT_EQ(sdk::FindEntry(turnover, "total")->decimal_value(), "99.5");
}

TEST_F(SsmDocuments, ABornDocumentIsReadFromTheDeltaAlone) {
  const std::string quotes = List("quotes").cursor;
  const std::string invoices = List("invoices").cursor;
  const auto fields = InvoiceFields("FA1", account_, Lines(4), "8.4");
  const std::string invoice = Create("invoices", fields);
  const std::string quote = TypeQuote(3);
  const auto before = Calls();

  const Recorder polled = Poll("invoices", invoices);
  EXPECT_LE(Calls() - before, 18);

  ASSERT_NE(polled.Find(invoice), nullptr);
  EXPECT_EQ(ValueOf(*polled.Find(invoice), "lines").list_value().values_size(), 4);
  EXPECT_TRUE(sdk::Same(ValueOf(*polled.Find(invoice), "turnover"), fields.back().second));
  const Recorder typed = Poll("quotes", quotes);
  ASSERT_NE(typed.Find(quote), nullptr);
  EXPECT_EQ(typed.Find(invoice), nullptr);
}

TEST_F(SsmDocuments, AQuoteMadeAnInvoiceByHandChangesItsResource) {
  const std::string quote = TypeQuote(1);
  const std::string cursor = List("quotes").cursor;
  Act("edit", {{"resource", "salesorders"}, {"id", quote}, {"fields", {{"statusId", "Facture"}}}});

  const Recorder poll = Poll("quotes", cursor);

  ASSERT_NE(poll.Find(quote), nullptr);
  EXPECT_EQ(poll.Find(quote)->kind(), v1::Change::CHANGED_RESOURCE);
  EXPECT_EQ(Perform(Make(v1::Operation::UPDATE, "quotes", quote, {{"comment", sdk::Text("x")}})).failure().reason(), "CHANGED_RESOURCE");
}

TEST_F(SsmDocuments, AQuoteEditedMeanwhileIsNotOverwrittenAndComesBackWhole) {
  const std::string quote = TypeQuote(2);
  auto update = Make(v1::Operation::UPDATE, "quotes", quote, {{"internalComment", sdk::Text("prix vérifiés")}});
  auto* expected = update.add_expected();
  expected->set_field(NumberOf("quotes", "internalComment"));
  *expected->mutable_value() = sdk::Text("autre");

  const auto result = Perform(update);

  EXPECT_EQ(result.failure().class_(), v1::Failure::MOVED_ON);
  EXPECT_EQ(ValueOf(result.failure().current(), "lines").list_value().values_size(), 2);
}

TEST_F(SsmDocuments, PricesAreWrittenToTheLinesOfAQuoteByTheirIds) {
  const std::string quote = TypeQuote(2);
  const Recorder listing = List("quotes");
  std::vector<v1::Value> lines;
  const v1::Value typed = ValueOf(*listing.Find(quote), "lines");
  for (const auto& line : typed.list_value().values()) {
    lines.push_back(sdk::MapOf({{"lineId", *sdk::FindEntry(line, "lineId")}, {"order", *sdk::FindEntry(line, "order")}, {"price", sdk::DecimalValue("7.25")}}));
  }

  ASSERT_TRUE(Perform(Make(v1::Operation::UPDATE, "quotes", quote, {{"lines", sdk::ListOf(lines)}})).has_receipt());

  EXPECT_EQ(LinesOf(quote), 2U);
  const Recorder after = List("quotes");
  const v1::Value priced = ValueOf(*after.Find(quote), "lines");
  for (const auto& line : priced.list_value().values()) {
    EXPECT_EQ(sdk::FindEntry(line, "price")->decimal_value(), "7.25");
    EXPECT_NE(sdk::FindEntry(line, "quantity"), nullptr);
  }
}

TEST_F(SsmDocuments, DeletingAnInvoiceTakesItsFiguresAlong) {
  const std::string key = Create("invoices", InvoiceFields("FA1", account_, Lines(1), "2.1"));

  ASSERT_TRUE(Perform(Make(v1::Operation::DELETE, "invoices", key, {})).has_receipt());

  EXPECT_EQ(List("invoices").Find(key)->kind(), v1::Change::DELETED);
  EXPECT_EQ(Act("list", {{"resource", "sales"}})[0].at("deleted"), 1);
}

TEST_F(SsmDocuments, ADocumentIsFoundByItsExternalId) {
  const std::string key = Create("invoices", InvoiceFields("FA1", account_, Lines(2), "4.2"));
  auto find = Make(v1::Operation::FIND, "invoices", "", {});
  find.set_find_field("extId");
  *find.mutable_find_value() = sdk::Text("I:FA1");

  const auto result = Perform(find);

  ASSERT_EQ(result.found().changes_size(), 1);
  EXPECT_EQ(result.found().changes(0).key(), key);
  EXPECT_EQ(ValueOf(result.found().changes(0), "lines").list_value().values_size(), 2);
}

}  // namespace
}  // namespace entente::ssm::testing
