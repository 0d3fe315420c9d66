#include "tests/sandbox/ssm_client.h"

#include <httplib.h>

#include "tools/sandbox/exact_json.h"

namespace entente::sandbox {
namespace {

Reply ReplyOf(const httplib::Result& result) {
  Reply reply;
  if (!result) return reply;
  reply.status = result->status;
  reply.body = result->body;
  for (const auto& [name, value] : result->headers) reply.headers[name] = value;
  if (auto json = ParseControl(result->body); json.ok()) reply.json = *json;
  return reply;
}

int PortOf(const std::string& url) { return std::stoi(url.substr(url.rfind(':') + 1)); }

}  // namespace

struct SsmClient::Parts {
  explicit Parts(int port) : http("127.0.0.1", port) {}
  httplib::Client http;
};

SsmClient::SsmClient(const SsmSandbox& sandbox)
    : parts_(std::make_unique<Parts>(PortOf(sandbox.url()))), public_key_(sandbox.public_key()), private_key_(sandbox.private_key()) {
  parts_->http.set_keep_alive(true);
  parts_->http.set_tcp_nodelay(true);
}
SsmClient::~SsmClient() = default;

Reply SsmClient::LogIn(const std::string& public_key, const std::string& private_key) {
  Reply reply = Post("/login", {{"username", public_key}, {"password", private_key}});
  if (reply.status == 200) token_ = reply.json.at("token").get<std::string>();
  return reply;
}

Reply SsmClient::Get(const std::string& path, const std::map<std::string, std::string>& query, const std::map<std::string, std::string>& headers) {
  httplib::Params params;
  for (const auto& [name, value] : query) params.emplace(name, value);
  httplib::Headers sent = {{"X-Session-Key", token_}};
  for (const auto& [name, value] : headers) sent.emplace(name, value);
  return ReplyOf(parts_->http.Get("/api/v4" + path, params, sent));
}

Reply SsmClient::Send(const std::string& method, const std::string& path, const std::string& body) {
  httplib::Request request;
  request.method = method;
  request.path = "/api/v4" + path;
  request.headers = {{"X-Session-Key", token_}, {"Content-Type", "application/json"}};
  request.body = body;
  return ReplyOf(parts_->http.send(request));
}

std::int64_t SsmClient::Listed(const std::string& list, const std::string& french) {
  for (const auto& row : Get("/" + list, {}, {{"count", "500"}}).json) {
    if (row.at("descriptionFR") == french) return row.at("id").get<std::int64_t>();
  }
  return 0;
}

void SsmTest::Start(SsmOptions options, CompanySize size) {
  client_.reset();
  sandbox_.reset();
  if (options.rate_per_minute == 50) options.rate_per_minute = 0;
  options.now_ms = [this] { return now_ms_.load(); };
  options.steady_ms = [this] { return steady_ms_.load(); };
  auto started = SsmSandbox::Start(options, GenerateCompany(options.seed, size));
  ASSERT_TRUE(started.ok()) << started.status();
  sandbox_ = std::move(*started);
  client_ = std::make_unique<SsmClient>(*sandbox_);
  client_->LogIn();
}

nlohmann::json SsmTest::Act(const std::string& action, const nlohmann::json& arguments) {
  auto result = sandbox_->Act(action, arguments);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : nlohmann::json();
}

nlohmann::json SsmTest::Account(const std::string& name) {
  const auto users = client_->Get("/users").json;
  return {{"name", name}, {"branchId", client_->Listed("branches", "Siège")}, {"salesRepId1", users.at(0).at("id")}};
}

std::int64_t SsmTest::Create(const std::string& resource, const nlohmann::json& body) {
  const Reply reply = client_->Post("/" + resource, body);
  EXPECT_EQ(reply.status, 200) << reply.body;
  return reply.status == 200 ? reply.json.at("id").get<std::int64_t>() : 0;
}

}  // namespace entente::sandbox
