#include "connectors/ssm/turnover_window.h"

#include "connectors/ssm/api.h"
#include "connectors/ssm/codec.h"
#include "connectors/ssm/tenant.h"
#include "tests/connectors/ssm_fixture.h"

namespace entente::ssm::testing {
namespace {

constexpr int kPage = 5;

// Invoices whose turnover rows lie elsewhere than their heads.
class SsmTurnover : public SsmConnectorTest {
 protected:
  void SetUp() override {
    Start();
    account_ = Create("accounts", AccountFields("C1", "Un"));
    Settings settings = Reach();
    settings.page_size = kPage;
    Connect(settings);
  }

  void MakeHead(int number) {
    Act("create", {{"resource", "salesorders"},
                   {"fields", {{"reference", Number(number)}, {"extId", "I:" + Number(number)}, {"statusId", "Facture"}, {"accountId", std::stoi(account_)}}}});
  }
  void MakeTurnover(int number, const std::string& total = "12.5") {
    Act("create", {{"resource", "sales"},
                   {"fields",
                    {{"extId", Number(number)}, {"accountId", std::stoi(account_)}, {"accountExtId", "C1"}, {"date", "2024-05-01T00:00:00Z"}, {"total", total}, {"salesRepExtId", "R1"}}}});
  }
  static std::string Number(int number) { return "FA" + std::to_string(number); }

  std::size_t WithTurnover(const Recorder& listing) const {
    std::size_t count = 0;
    for (const auto& change : listing.changes) count += sdk::IsNull(ValueOf(change, "turnover")) ? 0U : 1U;
    return count;
  }

  std::string account_;
};

TEST_F(SsmTurnover, AListingFindsTheTurnoverOfEveryInvoiceHoweverFarItIs) {
  for (int i = 0; i < 60; ++i) MakeHead(i);
  for (int i = 59; i >= 0; --i) MakeTurnover(i);

  const Recorder listing = List("invoices");

  ASSERT_EQ(listing.changes.size(), 60U);
  EXPECT_EQ(WithTurnover(listing), 60U);
}

TEST_F(SsmTurnover, RowsOfOthersAndInvoicesWithoutARowDoNotHideTheRest) {
  for (int i = 0; i < 60; ++i) {
    MakeHead(i);
    if (i % 7 != 0) MakeTurnover(i);
    MakeTurnover(1000 + i);
  }

  const Recorder listing = List("invoices");

  ASSERT_EQ(listing.changes.size(), 60U);
  EXPECT_EQ(WithTurnover(listing), 51U);
}

TEST_F(SsmTurnover, WhatWasWrittenTogetherTakesOneCallAPage) {
  for (int i = 0; i < 60; ++i) MakeHead(i);
  for (int i = 0; i < 60; ++i) MakeTurnover(i);
  Act("reset-counts");

  const Recorder listing = List("invoices");

  EXPECT_EQ(WithTurnover(listing), 60U);
  const auto calls = Act("counts").at("calls");
  const int pages = calls.at("GET sales").get<int>();
  EXPECT_LE(pages, 60 / kPage + 1 + 3) << calls.dump();  // the empty page, and the latest dates
}

TEST_F(SsmTurnover, ALivingRowIsPreferredToADeletedOne) {
  MakeHead(1);
  MakeTurnover(1, "99");
  MakeTurnover(1, "12.5");
  Act("delete", {{"resource", "sales"}, {"id", Act("list", {{"resource", "sales"}}).back().at("id").dump()}});

  const Recorder listing = List("invoices");

  ASSERT_EQ(listing.changes.size(), 1U);
  EXPECT_EQ(sdk::FindEntry(ValueOf(listing.changes[0], "turnover"), "total")->decimal_value(), "99");
}

TEST_F(SsmTurnover, NoMoreThanSomePagesAreHeldHoweverLongTheTable) {
  for (int i = 0; i < 120; ++i) MakeTurnover(i);
  Settings settings = Reach();
  settings.page_size = kPage;
  Api api(settings, timer_.get());
  Tenant tenant(settings, api);
  ASSERT_TRUE(tenant.Load().ok());
  Codec codec(settings, tenant, *view_);
  Seen seen;
  PriceIds price_ids;
  const Access access{settings, api, tenant, codec, seen, price_ids, counter_};
  const Documents documents(access, {"Facture"}, "I:");
  TurnoverWindow window(access, documents, {});

  for (int i = 119; i >= 0; i -= kPage) {
    std::set<std::string> keys;
    for (int number = i; number > i - kPage; --number) keys.insert(Number(number));
    const auto rows = window.Take(keys);

    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(rows->size(), keys.size());
    EXPECT_LE(window.rows_held(), TurnoverWindow::kPagesHeld * kPage);
  }
}

}  // namespace
}  // namespace entente::ssm::testing
