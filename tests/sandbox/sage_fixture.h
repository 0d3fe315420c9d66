#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "nlohmann/json.hpp"
#include "tools/sandbox/company/company.h"
#include "tools/sandbox/sage/sage_sandbox.h"

namespace entente::sandbox {

// An answer of the gateway. `status` is 0 when no answer came.
struct GatewayAnswer {
  int status = 0;
  nlohmann::json body;
  std::string code() const;  // of the error object; "" on success
};

// A Sage company with two clients, a supplier, one family and one article, and its gateway, in a folder that goes with the test.
//
// Client CLI: price category 1, VAT 20 %. Article A of family FAM: 100.00 excluding tax, bought at 60.00, stock tracked, none in stock.
class SageFixture : public testing::Test {
 protected:
  using Json = nlohmann::json;

  static SageOptions OptionsIn(const std::string& directory);
  static Company TinyCompany();

  void SetUp() override;
  void TearDown() override;
  void Restart(const SageOptions& options, const Company& company);

  // Acts as a person; the test fails when Sage refuses.
  Json Act(const std::string& action, const Json& arguments = Json::object());
  // Acts as a person and answers the code of the refusal, "" when Sage did it.
  std::string Refusal(const std::string& action, const Json& arguments);
  Json Insert(const std::string& table, const Json& fields);
  Json Sql(const std::string& sql);
  // The first cell of the first row.
  Json Cell(const std::string& sql);

  GatewayAnswer Call(const std::string& method, const std::string& path, const Json& body = nullptr);
  // Adds epoch and request_id.
  GatewayAnswer Write(const std::string& method, const std::string& path, Json body, int epoch = 1);
  Json QuoteFor(const std::string& reference, const std::string& quantity = "2");

  std::string directory_;
  std::unique_ptr<SageSandbox> sage_;
};

}  // namespace entente::sandbox
