#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "connectors/sage100/change_feed.h"
#include "connectors/sage100/config.h"
#include "connectors/sage100/database.h"
#include "connectors/sage100/gateway.h"
#include "connectors/sage100/gateway_watch.h"
#include "connectors/sage100/operations.h"
#include "connectors/sage100/source.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/timer.h"

namespace entente::sage100 {

// One Sage 100 company as the engine sees it: reads through ODBC, writes through the gateway.
//
// Two database connections, one for the feeding thread and one for the operating thread; one gateway client, and one that only looks whether it answers.
// `timer` outlives the connector.
class SageConnector final : public sdk::Connector {
 public:
  // `gateway_required`: Describe() fails when the gateway does not answer (a check before the work); else reads go on without it.
  SageConnector(Sage100Config config, sdk::Timer& timer, bool gateway_required = false);

  absl::StatusOr<v1::OpenSessionRequest> Describe() override;
  absl::Status Begin(const sdk::SessionPlan& plan, sdk::SequenceCounter* sequence) override;
  absl::Status Poll(const std::string& resource, const std::string& cursor, sdk::ChangeSink& sink) override;
  absl::Status List(const std::string& resource, v1::FeedMode mode, sdk::ChangeSink& sink) override;
  void Perform(std::vector<v1::Operation> operations, const std::function<bool()>& may_start,
               const std::function<void(v1::OperationResult)>& done) override;
  v1::Statistics Statistics() const override;

 private:
  absl::Status CheckCompany(const Schema& schema) const;
  // Fills product, version and edition; from cbSysTable when the gateway is silent.
  absl::Status DescribeProduct(const Schema& schema, v1::OpenSessionRequest* request);
  void Advise(const Schema& schema, absl::Time server_time, v1::OpenSessionRequest* request) const;
  absl::Status Watched(absl::Status status);
  void WatchGateway();

  const Sage100Config config_;
  const bool gateway_required_;
  Database feeding_;
  Database operating_;
  Gateway gateway_;
  GatewayWatch gateway_watch_;
  const std::vector<std::unique_ptr<Source>> sources_;
  ChangeFeed feed_;
  Operations operations_;
  // Described and not yet handed out, then shared with both threads.
  std::shared_ptr<Company> company_;
  mutable std::mutex mutex_;
  Trouble feed_trouble_;
  Trouble gateway_trouble_;
};

}  // namespace entente::sage100
