#include <set>

#include "tests/connectors/ssm_fixture.h"

namespace entente::ssm::testing {
namespace {

using ::testing::HasSubstr;

class SsmRecords : public SsmConnectorTest {};

TEST_F(SsmRecords, TheCatalogueCarriesLabelsAndCodesOfTheTenant) {
  Start();

  const v1::Field* status = view_->FindField(2, "statusId");
  ASSERT_NE(status, nullptr);
  EXPECT_EQ(status->type(), v1::Field::TEXT);
  EXPECT_THAT(status->labels(), ::testing::Contains("Prospect"));
  EXPECT_THAT(view_->FindField(2, "countryId")->labels(), ::testing::Contains("FR"));
  EXPECT_THAT(view_->FindField(6, "currencyId")->labels(), ::testing::Contains("EUR"));
  EXPECT_EQ(view_->FindField(3, "branchId"), nullptr);  // this tenant's contacts have none
  EXPECT_THAT(described_.company_id(), ::testing::Not(HasSubstr(sandbox_->public_key())));
}

TEST_F(SsmRecords, AListingReadsEveryPageAndDeletedRowsAreSaid) {
  sandbox::SsmOptions options;
  options.switches = "page-max=7";
  Start(options, sandbox::CompanySize::kSmall);
  const std::string gone = List("accounts").changes.at(3).key();
  Act("delete", {{"resource", "accounts"}, {"id", gone}});

  const Recorder listing = List("accounts");

  std::set<std::string> keys;
  for (const auto& change : listing.changes) keys.insert(change.key());
  EXPECT_EQ(keys.size(), listing.changes.size());
  EXPECT_EQ(keys.size(), Act("list", {{"resource", "accounts"}}).size());
  EXPECT_EQ(listing.Find(gone)->kind(), v1::Change::DELETED);
  EXPECT_FALSE(listing.cursor.empty());
}

TEST_F(SsmRecords, ACreateIsReadBackByTheNextPollAsItWasSent) {
  Start();
  const std::string cursor = List("accounts").cursor;
  const auto fields = AccountFields("C1", "Étoile & Fils");

  const std::string key = Create("accounts", fields);
  const Recorder poll = Poll("accounts", cursor);

  const v1::Change* change = poll.Find(key);
  ASSERT_NE(change, nullptr);
  for (const auto& [name, value] : fields) EXPECT_TRUE(sdk::Same(ValueOf(*change, name), value)) << name;
  EXPECT_GT(change->changed_to_micros(), change->changed_from_micros());
}

TEST_F(SsmRecords, APollReportsCreatedUpdatedAndDeletedOnceEach) {
  Start();
  const std::string cursor = List("accounts").cursor;
  const std::string edited = Create("accounts", AccountFields("C1", "Un"));
  const std::string deleted = Create("accounts", AccountFields("C2", "Deux"));
  const Recorder first = Poll("accounts", cursor);
  Act("edit", {{"resource", "accounts"}, {"id", edited}, {"fields", {{"city", "Nantes"}}}});
  Act("delete", {{"resource", "accounts"}, {"id", deleted}});

  const Recorder second = Poll("accounts", first.cursor);
  const Recorder third = Poll("accounts", second.cursor);

  EXPECT_EQ(first.changes.size(), 2U);
  ASSERT_EQ(second.changes.size(), 2U);
  EXPECT_EQ(ValueOf(*second.Find(edited), "city").text_value(), "Nantes");
  EXPECT_EQ(second.Find(deleted)->kind(), v1::Change::DELETED);
  EXPECT_TRUE(third.changes.empty());
}

TEST_F(SsmRecords, AChangeDuringAListingIsInThePollAfterIt) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));
  class Meddling : public Recorder {
   public:
    std::function<void()> meddle;
    absl::Status Send(v1::ReportChangesRequest batch) override {
      if (meddle) std::exchange(meddle, nullptr)();
      return Recorder::Send(std::move(batch));
    }
  } listing;
  listing.meddle = [&] { Act("edit", {{"resource", "accounts"}, {"id", key}, {"fields", {{"city", "Brest"}}}}); };
  ASSERT_TRUE(connector_->List("accounts", v1::LISTING, listing).ok());

  const Recorder poll = Poll("accounts", listing.cursor);

  ASSERT_NE(poll.Find(key), nullptr);
  EXPECT_EQ(ValueOf(*poll.Find(key), "city").text_value(), "Brest");
}

TEST_F(SsmRecords, AnUnknownLabelIsNeverWrittenAndNamesItsField) {
  Start();
  auto fields = AccountFields("C1", "Un");
  fields[4].second = sdk::Text("Licorne");

  const auto result = Perform(Make(v1::Operation::CREATE, "accounts", "", fields));

  EXPECT_EQ(result.failure().class_(), v1::Failure::NEVER);
  EXPECT_EQ(result.failure().reason(), "LABEL_UNKNOWN");
  EXPECT_THAT(result.failure().text(), HasSubstr("statusId"));
  EXPECT_EQ(Writes(), 0);
}

TEST_F(SsmRecords, LabelsAreWrittenWithoutRegardToCaseAndAccents) {
  Start();
  auto fields = AccountFields("C1", "Un");
  fields[4].second = sdk::Text("PROSPÉCT");

  const std::string key = Create("accounts", fields);

  EXPECT_EQ(ValueOf(*List("accounts").Find(key), "statusId").text_value(), "Prospect");
}

TEST_F(SsmRecords, FieldsThatMovedOnAreNotOverwritten) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));
  Act("edit", {{"resource", "accounts"}, {"id", key}, {"fields", {{"city", "Lyon"}}}});
  auto update = Make(v1::Operation::UPDATE, "accounts", key, {{"city", sdk::Text("Paris")}});
  auto* expected = update.add_expected();
  expected->set_field(NumberOf("accounts", "city"));
  *expected->mutable_value() = sdk::Text("Nantes");
  const auto before = Writes();

  const auto refused = Perform(update);

  EXPECT_EQ(refused.failure().class_(), v1::Failure::MOVED_ON);
  EXPECT_EQ(ValueOf(refused.failure().current(), "city").text_value(), "Lyon");
  EXPECT_EQ(Writes(), before);

  *expected->mutable_value() = sdk::Text("Lyon");
  update.set_id(1000);
  EXPECT_TRUE(Perform(update).has_receipt());
  EXPECT_EQ(ValueOf(*List("accounts").Find(key), "city").text_value(), "Paris");
}

TEST_F(SsmRecords, WhatIsThereAlreadyIsNotWrittenAgain) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));
  auto update = Make(v1::Operation::UPDATE, "accounts", key, {{"name", sdk::Text("Un")}});
  auto* expected = update.add_expected();
  expected->set_field(NumberOf("accounts", "name"));
  *expected->mutable_value() = sdk::Text("Autre");
  const auto before = Writes();

  const auto result = Perform(update);

  EXPECT_EQ(result.receipt().observation(), v1::Receipt::REREAD);
  EXPECT_EQ(Writes(), before);
}

TEST_F(SsmRecords, NullClearsAField) {
  Start();
  auto fields = AccountFields("C1", "Un");
  fields.emplace_back("city", sdk::Text("Nantes"));
  const std::string key = Create("accounts", fields);

  EXPECT_TRUE(Perform(Make(v1::Operation::UPDATE, "accounts", key, {{"city", sdk::NullValue()}})).has_receipt());

  EXPECT_TRUE(sdk::IsNull(ValueOf(*List("accounts").Find(key), "city")));
}

TEST_F(SsmRecords, ACreateThatMustNotDoubleFindsTheRecordThatIsThere) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));
  auto again = Make(v1::Operation::CREATE, "accounts", "", AccountFields("C1", "Un"));
  again.set_search_first(true);
  const auto before = Writes();

  const auto result = Perform(again);

  EXPECT_TRUE(result.receipt().existed());
  EXPECT_EQ(result.receipt().change().key(), key);
  EXPECT_EQ(ValueOf(result.receipt().change(), "name").text_value(), "Un");
  EXPECT_EQ(Writes(), before);
}

TEST_F(SsmRecords, ALostAnswerEndsInOneRecordAndItsReceipt) {
  Start();
  List("users");
  auto create = Make(v1::Operation::CREATE, "accounts", "", AccountFields("C1", "Un"));
  Act("fail-next", {{"kind", "500-after"}, {"method", "POST"}, {"resource", "accounts"}, {"count", "1"}});

  const auto result = Perform(create);

  EXPECT_TRUE(result.has_receipt()) << result.ShortDebugString();
  EXPECT_EQ(Act("list", {{"resource", "accounts"}, {"where", "extId = 'C1'"}}).size(), 1U);
}

TEST_F(SsmRecords, ALostAnswerWithoutARecordIsUncertain) {
  Start();
  auto create = Make(v1::Operation::CREATE, "accounts", "", AccountFields("C1", "Un"));
  Act("fail-next", {{"kind", "500"}, {"method", "POST"}, {"resource", "accounts"}, {"count", "1"}});

  const auto result = Perform(create);

  EXPECT_EQ(result.failure().class_(), v1::Failure::UNCERTAIN);
}

TEST_F(SsmRecords, ManyCreatesGoInOneCallAndABadOneLearnsItsReason) {
  Start();
  std::vector<v1::Operation> operations;
  for (int i = 0; i < 100; ++i) operations.push_back(Make(v1::Operation::CREATE, "accounts", "", AccountFields("C" + std::to_string(i), "Nom")));
  operations[40] = Make(v1::Operation::CREATE, "accounts", "", {{"name", sdk::Text("sans tout le reste")}});
  const auto before = Calls();

  const auto results = Perform(operations);

  EXPECT_LE(Calls() - before, 3);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (i == 40) {
      EXPECT_EQ(results[i].failure().class_(), v1::Failure::NEVER);
      EXPECT_FALSE(results[i].failure().text().empty());
    } else {
      EXPECT_TRUE(results[i].has_receipt()) << i << " " << results[i].ShortDebugString();
    }
  }
}

TEST_F(SsmRecords, ManyUpdatesAndDeletesGoInBulks) {
  Start();
  std::vector<v1::Operation> creates;
  for (int i = 0; i < 60; ++i) creates.push_back(Make(v1::Operation::CREATE, "accounts", "", AccountFields("C" + std::to_string(i), "Nom")));
  std::vector<v1::Operation> updates;
  std::vector<v1::Operation> deletes;
  for (const auto& result : Perform(creates)) {
    updates.push_back(Make(v1::Operation::UPDATE, "accounts", result.receipt().change().key(), {{"city", sdk::Text("Rennes")}}));
    deletes.push_back(Make(v1::Operation::DELETE, "accounts", result.receipt().change().key(), {}));
  }
  const auto before = Calls();

  for (const auto& result : Perform(updates)) EXPECT_TRUE(result.has_receipt());
  EXPECT_EQ(Calls() - before, 1);
  for (const auto& result : Perform(deletes)) EXPECT_TRUE(result.has_receipt());
  EXPECT_LE(Calls() - before, 5);

  for (const auto& change : List("accounts").changes) EXPECT_EQ(change.kind(), v1::Change::DELETED);
}

TEST_F(SsmRecords, ADeleteOfWhatIsGoneSucceeds) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));
  Act("delete", {{"resource", "accounts"}, {"id", key}});

  EXPECT_TRUE(Perform(Make(v1::Operation::DELETE, "accounts", key, {})).has_receipt());
  const auto update = Perform(Make(v1::Operation::UPDATE, "accounts", key, {{"city", sdk::Text("x")}}));
  EXPECT_EQ(update.failure().class_(), v1::Failure::NEVER);
}

TEST_F(SsmRecords, ReadAndFindAnswerWithTheRecordOrWithNothing) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));
  auto find = Make(v1::Operation::FIND, "accounts", "", {});
  find.set_find_field("extId");
  *find.mutable_find_value() = sdk::Text("C1");

  const auto results = Perform({find, Make(v1::Operation::READ, "accounts", key, {}), Make(v1::Operation::READ, "accounts", "99999999", {})});

  ASSERT_EQ(results[0].found().changes_size(), 1);
  EXPECT_EQ(results[0].found().changes(0).key(), key);
  ASSERT_EQ(results[1].found().changes_size(), 1);
  EXPECT_TRUE(results[2].has_found());
  EXPECT_EQ(results[2].found().changes_size(), 0);
}

TEST_F(SsmRecords, UsersAreMadeAndPutToSleepButNotDeleted) {
  Start();
  const std::string branch = view_->FindField(1, "branches")->labels(0);
  const std::string key = Create("users", {{"name", sdk::Text("Ada")},
                                           {"lastName", sdk::Text("Martin")},
                                           {"email", sdk::Text("ada@exemple.fr")},
                                           {"nic", sdk::Text("ada")},
                                           {"phone", sdk::Text("0102030405")},
                                           {"idPrefix", sdk::Text("FR")},
                                           {"branches", sdk::ListOf({sdk::Text(branch)})},
                                           {"dbLanguage", sdk::Text("EN")},
                                           {"uiLanguage", sdk::Text("EN")},
                                           {"extId", sdk::Text("42")}});
  EXPECT_TRUE(Perform(Make(v1::Operation::UPDATE, "users", key, {{"isActive", sdk::BoolValue(false)}})).has_receipt());
  EXPECT_EQ(Perform(Make(v1::Operation::DELETE, "users", key, {})).failure().reason(), "VERB_NOT_SUPPORTED");

  const Recorder listing = List("users");
  EXPECT_FALSE(ValueOf(*listing.Find(key), "isActive").bool_value());
  EXPECT_EQ(ValueOf(*listing.Find(key), "branches").list_value().values(0).text_value(), branch);
  EXPECT_EQ(ValueOf(*listing.Find(key), "idPrefix").text_value(), "FR");
}

TEST_F(SsmRecords, FamiliesPriceListsAndPricesTravel) {
  for (const char* switches : {"", "omit-product-rate-ids=true"}) {
    sandbox::SsmOptions options;
    options.switches = switches;
    Start(options);
    const std::string family = Create("productFamilies", {{"description", sdk::Text("Outillage")}}, "description");
    const std::string product = Create("products", {{"model", sdk::Text("Vis")},
                                                    {"extId", sdk::Text("VIS")},
                                                    {"price", sdk::DecimalValue("0.1")},
                                                    {"stock", sdk::DecimalValue("12")},
                                                    {"familyId", sdk::Ref("productFamilies", family)}});
    const std::string rate = Create("rates", {{"description", sdk::Text("Revendeurs")},
                                              {"extID", sdk::Text("1")},
                                              {"currencyId", sdk::Text("EUR")},
                                              {"branchId", sdk::Text(view_->FindField(6, "branchId")->labels(0))}});
    const std::string cursor = List("productRates").cursor;
    const std::string price = Create("productRates", {{"productId", sdk::Ref("products", product)},
                                                      {"rateId", sdk::Ref("rates", rate)},
                                                      {"salePrice", sdk::DecimalValue("0.0999")}}, "");
    EXPECT_EQ(price, product + "|" + rate);
    const auto changed = Perform(Make(v1::Operation::UPDATE, "productRates", price, {{"discount1", sdk::DecimalValue("12.5")}}));
    EXPECT_TRUE(changed.has_receipt()) << switches << changed.ShortDebugString();

    const Recorder prices = Poll("productRates", cursor);
    ASSERT_NE(prices.Find(price), nullptr);
    EXPECT_EQ(ValueOf(*prices.Find(price), "salePrice").decimal_value(), "0.0999");
    EXPECT_EQ(ValueOf(*prices.Find(price), "discount1").decimal_value(), "12.5");
    EXPECT_EQ(ValueOf(*List("productFamilies").Find(family), "description").text_value(), "Outillage");
    EXPECT_EQ(ValueOf(*List("products").Find(product), "price").decimal_value(), "0.1");
    EXPECT_EQ(ValueOf(*List("rates").Find(rate), "currencyId").text_value(), "EUR");
  }
}

TEST_F(SsmRecords, OperationsOnOneRecordKeepTheirOrder) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));

  Perform({Make(v1::Operation::UPDATE, "accounts", key, {{"city", sdk::Text("A")}}), Make(v1::Operation::UPDATE, "accounts", key, {{"city", sdk::Text("B")}}),
           Make(v1::Operation::UPDATE, "accounts", key, {{"city", sdk::Text("C")}})});

  EXPECT_EQ(ValueOf(*List("accounts").Find(key), "city").text_value(), "C");
}

}  // namespace
}  // namespace entente::ssm::testing
