#include "tests/connectors/ssm_fixture.h"

namespace entente::ssm::testing {
namespace {

using ::testing::HasSubstr;

class SsmCalls : public SsmConnectorTest {};

TEST_F(SsmCalls, AnExpiredTokenIsRenewedOnce) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));
  Act("expire-tokens");

  EXPECT_NE(List("accounts").Find(key), nullptr);
  EXPECT_TRUE(connector_->Statistics().trouble_code().empty());
}

TEST_F(SsmCalls, WrongKeysAreSaidWithoutQuotingThem) {
  Start();
  Settings settings = Reach();
  settings.private_key = "wrong-but-secret";
  SsmConnector stranger(settings, timer_.get());

  const auto described = stranger.Describe();

  ASSERT_FALSE(described.ok());
  EXPECT_THAT(std::string(described.status().message()), HasSubstr("CREDENTIALS_REFUSED"));
  EXPECT_THAT(std::string(described.status().message()), ::testing::Not(HasSubstr("wrong-but-secret")));
}

TEST_F(SsmCalls, AThrottledCallWaitsAsLongAsItIsToldAndIsMade) {
  Start();
  Act("fail-next", {{"kind", "429"}, {"count", "2"}});

  EXPECT_FALSE(List("users").changes.empty());
  EXPECT_GE(connector_->Statistics().calls_throttled(), 2U);
}

TEST_F(SsmCalls, ReadsAreRepeatedAfterAnError) {
  Start();
  for (const char* kind : {"500", "408", "900", "503", "lost"}) {
    Act("fail-next", {{"kind", kind}, {"method", "GET"}, {"count", "1"}});
    EXPECT_FALSE(List("users").changes.empty()) << kind;
  }
}

TEST_F(SsmCalls, ChangesAreRepeatedAfterAnErrorBecauseTheyDoTheSameTwice) {
  Start();
  const std::string key = Create("accounts", AccountFields("C1", "Un"));
  Act("fail-next", {{"kind", "500-after"}, {"method", "PUT"}, {"count", "1"}});

  EXPECT_TRUE(Perform(Make(v1::Operation::UPDATE, "accounts", key, {{"city", sdk::Text("Metz")}})).has_receipt());
}

TEST_F(SsmCalls, ASystemThatIsDownIsTroubleAndWritesNothing) {
  Start();
  const auto fields = AccountFields("C1", "Un");
  Act("set", {{"down", "true"}});

  const auto result = Perform(Make(v1::Operation::CREATE, "accounts", "", fields));

  EXPECT_EQ(result.failure().class_(), v1::Failure::AGAIN);
  EXPECT_FALSE(connector_->Statistics().trouble_code().empty());
}

TEST_F(SsmCalls, WhenSearchesTakeNoOrConditionsGoOneByOne) {
  sandbox::SsmOptions options;
  options.switches = "refuse-or=true";
  Start(options);
  std::vector<v1::Operation> creates;
  for (int i = 0; i < 4; ++i) creates.push_back(Make(v1::Operation::CREATE, "accounts", "", AccountFields("C" + std::to_string(i), "Nom")));
  std::vector<v1::Operation> reads;
  for (const auto& result : Perform(creates)) reads.push_back(Make(v1::Operation::READ, "accounts", result.receipt().change().key(), {}));

  for (const auto& result : Perform(reads)) EXPECT_EQ(result.found().changes_size(), 1);
}

TEST_F(SsmCalls, C_SSM_13_TheBudgetOfTheKeyIsKeptAndUsed) {
  sandbox::SsmOptions options;
  options.rate_per_minute = 100;
  Start(options);
  Settings settings = Reach();
  settings.calls_per_minute = 100;
  steady_ms_ += 120000;  // the first connection's calls are no longer counted
  Connect(settings);
  const absl::Time before = timer_->Now();
  for (int i = 0; i < 300; ++i) Perform(Make(v1::Operation::READ, "accounts", "1", {}));

  EXPECT_EQ(connector_->Statistics().calls_throttled(), 0U);
  EXPECT_LE(Act("counts").at("peak_per_minute").get<int>(), 100);
  EXPECT_LE(timer_->Now() - before, absl::Minutes(4));
}

TEST_F(SsmCalls, R31_ABulkCallHoldsNoMoreThanThePackLetsGoTogether) {
  Start();
  const auto calls_for = [&](const std::string& batch_max, const std::string& prefix) {
    sdk::SessionPlan plan;
    if (!batch_max.empty()) plan.options["batch_max"] = batch_max;
    Connect(Reach(), plan);
    std::vector<v1::Operation> creates;
    for (int i = 0; i < 12; ++i) creates.push_back(Make(v1::Operation::CREATE, "accounts", "", AccountFields(prefix + std::to_string(i), "Nom")));
    const std::int64_t before = Calls();
    for (const auto& result : Perform(creates)) EXPECT_TRUE(result.has_receipt());
    return Calls() - before;
  };

  // Twelve records in one call, or in three; what is looked for before is the same.
  const std::int64_t together = calls_for("", "A");
  EXPECT_EQ(calls_for("5", "B"), together + 2);
}

TEST_F(SsmCalls, NothingStartsWithoutALease) {
  Start();
  const auto operation = Make(v1::Operation::CREATE, "accounts", "", AccountFields("C1", "Un"));
  const auto before = Calls();
  std::vector<v1::OperationResult> results;

  connector_->Perform({operation}, [] { return false; }, [&](v1::OperationResult result) { results.push_back(std::move(result)); });

  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].failure().reason(), "LEASE_ENDED");
  EXPECT_EQ(Calls(), before);
}

}  // namespace
}  // namespace entente::ssm::testing
