#pragma once

#include <map>
#include <memory>
#include <string>

#include "connectors/sdk/connector.h"
#include "connectors/sdk/timer.h"
#include "connectors/ssm/settings.h"

namespace entente::ssm {

// Sage Sales Management by its REST API, version 4.
//
// Keeps nothing but the tenant's profile (schemas, value lists) and what this session reported. `timer` outlives it.
class SsmConnector : public sdk::Connector {
 public:
  SsmConnector(Settings settings, sdk::Timer* timer);
  ~SsmConnector() override;

  absl::StatusOr<sdk::v1::OpenSessionRequest> Describe() override;
  absl::Status Begin(const sdk::SessionPlan& plan, sdk::SequenceCounter* sequence) override;
  absl::Status Poll(const std::string& resource, const std::string& cursor, sdk::ChangeSink& sink) override;
  absl::Status List(const std::string& resource, sdk::v1::FeedMode mode, sdk::ChangeSink& sink) override;
  void Perform(std::vector<sdk::v1::Operation> operations, const std::function<bool()>& may_start,
               const std::function<void(sdk::v1::OperationResult)>& done) override;
  sdk::v1::Statistics Statistics() const override;

 private:
  struct Tools;
  struct SessionTools;

  std::unique_ptr<Tools> tools_;
  std::unique_ptr<SessionTools> session_;
};

}  // namespace entente::ssm
