#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "connectors/sdk/catalogue_view.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/timer.h"
#include "connectors/sdk/values.h"
#include "connectors/ssm/ssm_connector.h"
#include "tools/sandbox/ssm/ssm_sandbox.h"

namespace entente::ssm::testing {

namespace v1 = ::entente::connector::v1;

class Counter : public sdk::SequenceCounter {
 public:
  std::uint64_t Next() override { return ++value_; }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Recorder : public sdk::ChangeSink {
 public:
  absl::Status Send(v1::ReportChangesRequest batch) override {
    if (!batch.cursor_after().empty()) cursor = batch.cursor_after();
    for (auto& change : *batch.mutable_changes()) changes.push_back(std::move(change));
    ++batches;
    return absl::OkStatus();
  }

  const v1::Change* Find(const std::string& key) const {
    const v1::Change* found = nullptr;
    for (const auto& change : changes) {
      if (change.key() == key) found = &change;
    }
    return found;
  }

  std::vector<v1::Change> changes;
  std::string cursor;
  int batches = 0;
};

// The connector against the stand-in of SSM, over real HTTP, with clocks of their own: time moves when somebody looks.
class SsmConnectorTest : public ::testing::Test {
 protected:
  using Fields = std::vector<std::pair<std::string, v1::Value>>;

  void Start(sandbox::SsmOptions options = {}, sandbox::CompanySize size = sandbox::CompanySize::kEmpty);
  // A new session of a new connector on the same tenant.
  void Connect();
  void Connect(Settings settings, sdk::SessionPlan plan = {});
  Settings Reach() const;

  Recorder List(const std::string& resource);
  Recorder Poll(const std::string& resource, const std::string& cursor);

  v1::Operation Make(v1::Operation::Verb verb, const std::string& resource, const std::string& key, const Fields& fields);
  std::vector<v1::OperationResult> Perform(const std::vector<v1::Operation>& operations);
  v1::OperationResult Perform(const v1::Operation& operation) { return Perform(std::vector<v1::Operation>{operation}).at(0); }
  // Creates and returns the key; fails the test when it does not end in a receipt.
  std::string Create(const std::string& resource, const Fields& fields, const std::string& find_field = "extId");

  v1::Value ValueOf(const v1::Change& change, const std::string& field) const;
  std::uint32_t NumberOf(const std::string& resource, const std::string& field) const;

  nlohmann::json Act(const std::string& action, const nlohmann::json& arguments = nlohmann::json::object());
  std::int64_t Calls() { return Act("counts").at("calls_total").get<std::int64_t>(); }
  std::int64_t Writes() { return Act("counts").at("api_writes_total").get<std::int64_t>(); }

  // Records the tests build on.
  std::string User();
  Fields AccountFields(const std::string& ext_id, const std::string& name);
  v1::Value Line(const std::string& product, int order, const std::string& quantity, const std::string& price, const std::string& total);
  Fields InvoiceFields(const std::string& number, const std::string& account, std::vector<v1::Value> lines, const std::string& total);

  std::atomic<std::int64_t> now_ms_{1800000000000};
  std::atomic<std::int64_t> steady_ms_{0};
  std::unique_ptr<sandbox::SsmSandbox> sandbox_;
  std::unique_ptr<sdk::Timer> timer_;
  std::unique_ptr<SsmConnector> connector_;
  Counter counter_;
  std::unique_ptr<sdk::CatalogueView> view_;
  v1::OpenSessionRequest described_;
  std::uint64_t last_id_ = 0;
};

}  // namespace entente::ssm::testing
