#include <set>

#include "tests/connectors/ssm_fixture.h"

namespace entente::ssm::testing {
namespace {

// Errors and lost answers by seed, while documents are written the way the engine writes them: again is sent again,
// uncertain is sent again with a search before it.
class SsmFaults : public SsmConnectorTest, public ::testing::WithParamInterface<int> {};

TEST_P(SsmFaults, EveryInvoiceEndsUpOnceAndWhole) {
  constexpr int kInvoices = 40;
  constexpr int kRoundsMax = 60;
  sandbox::SsmOptions options;
  options.seed = static_cast<std::uint64_t>(GetParam());
  Start(options);
  const std::string account = Create("accounts", AccountFields("C1", "Un"));
  const std::string product = Create("products", {{"model", sdk::Text("Vis")}, {"extId", sdk::Text("VIS")}});
  std::vector<v1::Operation> open;
  for (int i = 0; i < kInvoices; ++i) {
    std::vector<v1::Value> lines;
    for (int line = 1; line <= 1 + i % 4; ++line) lines.push_back(Line(product, line, "1", "2.5", "2.5"));
    open.push_back(Make(v1::Operation::CREATE, "invoices", "", InvoiceFields("FA" + std::to_string(i), account, lines, "2.5")));
  }
  Act("set", {{"error-500", "0.1"}, {"error-408", "0.05"}, {"lost-answer", "0.05"}});

  int rounds = 0;
  for (; !open.empty() && rounds < kRoundsMax; ++rounds) {
    std::vector<v1::Operation> left;
    const auto results = Perform(open);
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (results[i].has_receipt()) continue;
      ASSERT_NE(results[i].failure().class_(), v1::Failure::NEVER) << results[i].ShortDebugString();
      v1::Operation again = open[i];
      again.set_id(open[i].id() + 1000);
      if (results[i].failure().class_() == v1::Failure::UNCERTAIN) again.set_search_first(true);
      left.push_back(std::move(again));
    }
    open = std::move(left);
  }
  ASSERT_TRUE(open.empty()) << "seed " << GetParam();
  Act("set", {{"error-500", "0"}, {"error-408", "0"}, {"lost-answer", "0"}});

  std::set<std::string> numbers;
  int count = 0;
  for (const auto& change : List("invoices").changes) {
    if (change.kind() != v1::Change::CONTENT) continue;
    ++count;
    const std::string number = ValueOf(change, "reference").text_value();
    EXPECT_TRUE(numbers.insert(number).second) << number << " twice, seed " << GetParam();
    EXPECT_EQ(ValueOf(change, "lines").list_value().values_size(), 1 + std::stoi(number.substr(2)) % 4) << number << " seed " << GetParam();
    EXPECT_FALSE(ValueOf(change, "blocked").bool_value()) << number;
    EXPECT_FALSE(sdk::IsNull(ValueOf(change, "turnover"))) << number;
  }
  EXPECT_EQ(count, kInvoices);
  EXPECT_EQ(Act("list", {{"resource", "sales"}}).size(), static_cast<std::size_t>(kInvoices)) << "seed " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Seeds, SsmFaults, ::testing::Range(1, 9));

}  // namespace
}  // namespace entente::ssm::testing
