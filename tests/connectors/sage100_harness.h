#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/sage100/config.h"
#include "connectors/sage100/sage_connector.h"
#include "connectors/sdk/catalogue_view.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/timer.h"

namespace entente::sage100::testing {

class Counter final : public sdk::SequenceCounter {
 public:
  std::uint64_t Next() override { return ++value_; }

 private:
  std::uint64_t value_ = 0;
};

// Keeps every batch it is sent.
class KeepingSink final : public sdk::ChangeSink {
 public:
  absl::Status Send(v1::ReportChangesRequest batch) override {
    batches.push_back(std::move(batch));
    return absl::OkStatus();
  }
  std::vector<v1::Change> changes() const;
  std::vector<std::string> keys() const;
  // Where the feed resumes.
  std::string cursor() const;

  std::vector<v1::ReportChangesRequest> batches;
};

// A connector in session with nobody: its calls made as the SDK would make them. Waiting takes no time.
class Harness {
 public:
  explicit Harness(Sage100Config config);

  // Describes the company and begins a session; the failure fails the test.
  void Open(const sdk::SessionPlan& plan = {});
  absl::StatusOr<v1::OpenSessionRequest> Describe() { return connector_->Describe(); }

  KeepingSink List(const std::string& resource, v1::FeedMode mode = v1::LISTING);
  KeepingSink Poll(const std::string& resource, const std::string& cursor);
  absl::Status PollStatus(const std::string& resource, const std::string& cursor);

  v1::OperationResult Do(v1::Operation operation);
  // An operation on a resource, with fields by name.
  v1::Operation Operation(v1::Operation::Verb verb, const std::string& resource, const std::string& key,
                          std::vector<std::pair<std::string, v1::Value>> fields = {}) const;

  // The value of a field of a record by name; null when it carries none.
  v1::Value Value(const v1::Change& change, const std::string& field) const;
  v1::Value Value(const google::protobuf::RepeatedPtrField<v1::FieldValue>& fields, const std::string& resource, const std::string& field) const;
  std::string Text(const v1::Change& change, const std::string& field) const;

  const v1::OpenSessionRequest& opened() const { return opened_; }
  SageConnector& connector() { return *connector_; }

 private:
  std::unique_ptr<sdk::Timer> timer_;
  std::unique_ptr<SageConnector> connector_;
  std::unique_ptr<sdk::CatalogueView> catalogue_;
  v1::OpenSessionRequest opened_;
  Counter counter_;
  std::uint64_t next_id_ = 0;
};

// A configuration without a gateway that answers.
Sage100Config ConfigFor(const std::string& connection_string);

// A value shown for comparisons: "12.5", "text", "party:C1", "2026-11-22", "[…]", "{a=1}", "null".
std::string Show(const v1::Value& value);
// The entry of a list's element.
std::string Entry(const v1::Value& list, int index, const std::string& name);

}  // namespace entente::sage100::testing
