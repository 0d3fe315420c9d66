#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/company/company.h"
#include "tools/sandbox/ssm/ssm_sandbox.h"

namespace entente::sandbox {

struct Reply {
  int status = 0;  // 0 = no answer
  std::string body;
  std::map<std::string, std::string> headers;
  nlohmann::json json;  // numbers with a fraction as text
};

// A bare HTTP client of the API: logs in, and shows what came back.
class SsmClient {
 public:
  explicit SsmClient(const SsmSandbox& sandbox);
  ~SsmClient();

  Reply LogIn(const std::string& public_key, const std::string& private_key);
  void LogIn() { LogIn(public_key_, private_key_); }
  void UseToken(const std::string& token) { token_ = token; }

  Reply Get(const std::string& path, const std::map<std::string, std::string>& query = {}, const std::map<std::string, std::string>& headers = {});
  // `body` goes out as it is: numbers keep their text.
  Reply Send(const std::string& method, const std::string& path, const std::string& body);
  Reply Post(const std::string& path, const nlohmann::json& body) { return Send("POST", path, body.dump()); }
  Reply Put(const std::string& path, const nlohmann::json& body) { return Send("PUT", path, body.dump()); }
  Reply Delete(const std::string& path) { return Send("DELETE", path, ""); }

  // The one record; its fields.
  nlohmann::json Record(const std::string& resource, std::int64_t id) { return Get("/" + resource + "/" + std::to_string(id)).json; }
  // The id of the list entry with this French label.
  std::int64_t Listed(const std::string& list, const std::string& french);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::string public_key_;
  std::string private_key_;
  std::string token_;
};

// A running tenant with an empty company, a clock that stands until it is moved, no rate limit, and a client that is logged in.
class SsmTest : public testing::Test {
 protected:
  SsmTest() { Start({}); }

  // Starts anew with other options.
  void Start(SsmOptions options, CompanySize size = CompanySize::kEmpty);
  nlohmann::json Act(const std::string& action, const nlohmann::json& arguments);
  void Pass(std::int64_t milliseconds) { now_ms_ += milliseconds, steady_ms_ += milliseconds; }

  // The least that an account, a contact, a product, a quote needs.
  nlohmann::json Account(const std::string& name);
  std::int64_t Create(const std::string& resource, const nlohmann::json& body);
  std::int64_t CreateAccount(const std::string& name) { return Create("accounts", Account(name)); }

  std::atomic<std::int64_t> now_ms_{1767254400000};  // 2026-01-01T08:00:00Z
  std::atomic<std::int64_t> steady_ms_{0};
  std::unique_ptr<SsmSandbox> sandbox_;
  std::unique_ptr<SsmClient> client_;
};

}  // namespace entente::sandbox
