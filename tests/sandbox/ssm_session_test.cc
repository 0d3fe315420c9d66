#include "gmock/gmock.h"
#include "tests/sandbox/ssm_client.h"

namespace entente::sandbox {
namespace {

using testing::HasSubstr;

class SsmSession : public SsmTest {};

TEST_F(SsmSession, AKeyThatIsWrongIsRefused) {
  EXPECT_EQ(client_->LogIn("somebody", "nothing").status, 401);
  EXPECT_EQ(client_->Post("/login", {{"username", "somebody"}}).status, 400);
}

TEST_F(SsmSession, ACallWithoutATokenIsRefused) {
  client_->UseToken("");
  EXPECT_EQ(client_->Get("/accounts").status, 401);
}

TEST_F(SsmSession, ATokenEndsAfterItsLifeAndANewOneWorks) {
  Act("set", {{"token-lifetime-seconds", 60}});
  Pass(59'000);
  EXPECT_EQ(client_->Get("/accounts").status, 200);
  Pass(1'000);
  EXPECT_EQ(client_->Get("/accounts").status, 401);
  client_->LogIn();
  EXPECT_EQ(client_->Get("/accounts").status, 200);
}

TEST_F(SsmSession, TwoSessionsLiveBesideEachOther) {
  SsmClient other(*sandbox_);
  other.LogIn();
  EXPECT_EQ(client_->Get("/accounts").status, 200);
  EXPECT_EQ(other.Get("/accounts").status, 200);
}

TEST_F(SsmSession, TokensCanBeExpiredByHand) {
  Act("expire-tokens", {});
  EXPECT_EQ(client_->Get("/accounts").status, 401);
}

TEST_F(SsmSession, TheDateHeaderIsTheServersClock) {
  Act("clock", {{"offset_seconds", 3600}});
  EXPECT_EQ(client_->Get("/accounts").headers["Date"], "Thu, 01 Jan 2026 09:00:00 GMT");
  EXPECT_EQ(client_->Record("accounts", CreateAccount("Huet"))["dateCreated"], "2026-01-01T09:00:00Z");
}

TEST_F(SsmSession, TheLimitOfAMinuteAnswers429AndSaysHowLongToWait) {
  Act("reset-counts", {});
  Act("set-rate", {{"rate-per-minute", 5}});
  Pass(60'000);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client_->Get("/accounts").status, 200);
  Reply refused = client_->Get("/accounts");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers["Retry-After"], "60");
  Act("set", {{"retry-after", false}});
  EXPECT_FALSE(client_->Get("/accounts").headers.contains("Retry-After"));
  Pass(60'000);
  EXPECT_EQ(client_->Get("/accounts").status, 200);
  EXPECT_EQ(Act("counts", {})["peak_per_minute"], 5);
}

TEST_F(SsmSession, TheLimitOfASecondHoldsToo) {
  Act("set-rate", {{"rate-per-second", 2}});
  Pass(1'000);
  EXPECT_EQ(client_->Get("/accounts").status, 200);
  EXPECT_EQ(client_->Get("/accounts").status, 200);
  EXPECT_EQ(client_->Get("/accounts").status, 429);
  Pass(1'000);
  EXPECT_EQ(client_->Get("/accounts").status, 200);
}

TEST_F(SsmSession, ALostAnswerIsADoneCreate) {
  Act("fail-next", {{"kind", "lost"}, {"method", "POST"}, {"resource", "accounts"}});
  EXPECT_EQ(client_->Post("/accounts", Account("Perdu")).status, 0);
  const auto found = client_->Get("/accounts", {{"where", "name = 'Perdu'"}}).json;
  EXPECT_EQ(found.size(), 1u);
}

TEST_F(SsmSession, AnOrderedErrorHitsOnceAndDoesNothing) {
  const auto body = Account("Erreur");
  for (const char* kind : {"408", "500", "503", "900"}) {
    Act("fail-next", {{"kind", kind}, {"method", "POST"}});
    EXPECT_GE(client_->Post("/accounts", body).status, 408) << kind;
  }
  EXPECT_EQ(client_->Get("/accounts", {{"where", "name = 'Erreur'"}}).json.size(), 0u);
  EXPECT_EQ(client_->Post("/accounts", body).status, 200);
}

TEST_F(SsmSession, ChanceFailuresAreTheSameForASeed) {
  const auto run = [this] {
    SsmOptions options;
    options.seed = 9;
    options.switches = "error-500=0.2,error-408=0.1";
    Start(options);
    while (client_->LogIn(sandbox_->public_key(), sandbox_->private_key()).status != 200) {
    }
    std::vector<int> statuses;
    for (int i = 0; i < 60; ++i) statuses.push_back(client_->Get("/accounts").status);
    return statuses;
  };
  const auto first = run();
  EXPECT_EQ(first, run());
  EXPECT_NE(std::count(first.begin(), first.end(), 500), 0);
  EXPECT_NE(std::count(first.begin(), first.end(), 408), 0);
}

TEST_F(SsmSession, WhatIsNoResourceIsAnswered910) {
  const Reply reply = client_->Get("/nothing");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.json["code"], 910);
}

TEST_F(SsmSession, EveryCallAndEveryWriteIsCounted) {
  Act("reset-counts", {});
  const auto body = Account("Compté");
  const std::int64_t id = Create("accounts", body);
  client_->Put("/accounts/" + std::to_string(id), {{"city", "Brest"}});
  Act("edit", {{"resource", "accounts"}, {"id", id}, {"fields", {{"city", "Lyon"}}}});
  client_->Get("/products/3/images");
  const auto counts = Act("counts", {});
  EXPECT_EQ(counts["calls"]["POST accounts"], 1);
  EXPECT_EQ(counts["calls"]["PUT accounts"], 1);
  EXPECT_EQ(counts["api_writes_total"], 2);
  EXPECT_EQ(counts["user_writes"]["accounts"]["update"], 1);
  EXPECT_EQ(counts["image_calls"], 1);
}

}  // namespace
}  // namespace entente::sandbox
