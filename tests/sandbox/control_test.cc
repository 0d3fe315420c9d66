#include "tools/sandbox/control.h"

#include <httplib.h>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/status.h"

namespace entente::sandbox {
namespace {

// Answers with what it was asked.
class Echo : public System {
 public:
  std::string_view name() const override { return "echo"; }
  absl::StatusOr<nlohmann::json> Act(std::string_view action, const nlohmann::json& arguments) override {
    if (action == "refuse") return Refused("the record is locked");
    return nlohmann::json{{"action", std::string(action)}, {"arguments", arguments}};
  }
  nlohmann::json Connection() const override { return {}; }
  std::string Help() const override { return "say WORD\n"; }
};

class Control : public testing::Test {
 protected:
  Control() {
    auto host = StartControl(0, {&echo_});
    EXPECT_TRUE(host.ok()) << host.status();
    host_ = std::move(*host);
    client_ = std::make_unique<httplib::Client>("127.0.0.1", host_->port());
  }
  Echo echo_;
  std::unique_ptr<HttpHost> host_;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(Control, AnActionReachesItsSystemWithExactNumbers) {
  const auto response = client_->Post("/control/v1/echo/say", R"({"price":0.1000000000000000055511151231257827})", "application/json");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  const auto json = nlohmann::json::parse(response->body);
  EXPECT_EQ(json["action"], "say");
  EXPECT_EQ(json["arguments"]["price"], "0.1000000000000000055511151231257827");
}

TEST_F(Control, ARefusalHasAStatusACodeAndASentence) {
  const auto response = client_->Post("/control/v1/echo/refuse", "", "application/json");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 412);
  const auto error = nlohmann::json::parse(response->body)["error"];
  EXPECT_EQ(error["code"], "FAILED_PRECONDITION");
  EXPECT_EQ(error["message"], "the record is locked");
}

TEST_F(Control, MistakesAreAnswered) {
  EXPECT_EQ(client_->Post("/control/v1/nobody/say", "{}", "application/json")->status, 404);
  EXPECT_EQ(client_->Post("/control/v1/echo/say", "{", "application/json")->status, 400);
  EXPECT_EQ(client_->Post("/control/v1/echo/say", "[]", "application/json")->status, 400);
  EXPECT_EQ(client_->Get("/control/v1/echo/say")->status, 400);
  EXPECT_EQ(client_->Get("/control/v1/echo/help")->body, "say WORD\n");
}

TEST_F(Control, ADeleteWithoutABodyIsAnsweredAtOnce) {
  client_->set_read_timeout(2);
  const auto response = client_->Delete("/control/v1/echo/say");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400);
}

TEST_F(Control, ATakenPortIsSaid) {
  const auto second = StartControl(host_->port(), {&echo_});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace entente::sandbox
