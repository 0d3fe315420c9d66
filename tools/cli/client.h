#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "entente/sync/v1/desk.pb.h"
#include "entente/sync/v1/pack.pb.h"
#include "entente/sync/v1/plan.pb.h"
#include "entente/sync/v1/sync.pb.h"

namespace entente::cli {

namespace v1 = ::entente::sync::v1;

struct ConnectOptions {
  std::string address = "127.0.0.1:7443";
  std::string token_file;
  std::string instance;
  // Root certificate of the engine; needed when it is not on this machine.
  std::string tls_root_file;
  absl::Duration timeout = absl::Seconds(20);
};

// The engine's sync service as the commands use it. Errors carry the engine's reason and sentence as "REASON: sentence";
// an engine that does not answer is UNAVAILABLE, ENGINE_UNREACHABLE, NOT_AN_ENGINE, TLS_CERTIFICATE_REFUSED or TLS_NOT_SPOKEN. One thread.
class Client {
 public:
  // NOT_FOUND or FAILED_PRECONDITION for the token's file; INVALID_ARGUMENT TLS_REQUIRED; TLS_ROOT_MISSING, TLS_ROOT_UNREADABLE.
  static absl::StatusOr<std::unique_ptr<Client>> Connect(const ConnectOptions& options);
  virtual ~Client() = default;

  virtual absl::Status Call(const v1::GetStatusRequest& request, v1::Status* response) = 0;
  virtual absl::Status Call(const v1::ListRecordsRequest& request, v1::ListRecordsResponse* response) = 0;
  virtual absl::Status Call(const v1::GetRecordRequest& request, v1::Record* response) = 0;
  virtual absl::Status Call(const v1::ListLinksRequest& request, v1::ListLinksResponse* response) = 0;
  virtual absl::Status Call(const v1::GetLinkRequest& request, v1::Link* response) = 0;
  virtual absl::Status Call(const v1::ExplainRequest& request, v1::Explanation* response) = 0;
  virtual absl::Status Call(const v1::WhyNotRequest& request, v1::WhyNotResponse* response) = 0;
  virtual absl::Status Call(const v1::ListHistoryRequest& request, v1::ListHistoryResponse* response) = 0;
  virtual absl::Status Call(const v1::StartRunRequest& request, v1::Run* response) = 0;
  virtual absl::Status Call(const v1::GetRunRequest& request, v1::Run* response) = 0;
  virtual absl::Status Call(const v1::ListRunsRequest& request, v1::ListRunsResponse* response) = 0;
  virtual absl::Status Call(const v1::ListWorkItemsRequest& request, v1::ListWorkItemsResponse* response) = 0;
  virtual absl::Status Call(const v1::GetWorkItemRequest& request, v1::WorkItem* response) = 0;
  virtual absl::Status Call(const v1::ResolveWorkItemRequest& request, v1::WorkItem* response) = 0;
  virtual absl::Status Call(const v1::ListPushesRequest& request, v1::ListPushesResponse* response) = 0;
  virtual absl::Status Call(const v1::GetPushRequest& request, v1::Push* response) = 0;
  virtual absl::Status Call(const v1::DescribePackRequest& request, v1::PackDescription* response) = 0;
  virtual absl::Status Call(const v1::PauseRequest& request, v1::Status* response) = 0;
  virtual absl::Status Call(const v1::ResumeRequest& request, v1::Status* response) = 0;
  virtual absl::Status Call(const v1::PollNowRequest& request, v1::PollNowResponse* response) = 0;
  virtual absl::Status Call(const v1::CreateBackupRequest& request, v1::CreateBackupResponse* response) = 0;
  virtual absl::Status Call(const v1::EraseRequest& request, v1::Erasure* response) = 0;
  virtual absl::Status Call(const v1::QuiesceRequest& request, v1::QuiesceResponse* response) = 0;
  virtual absl::Status PriceQuote(const v1::QuoteRequest& request, v1::Push* response) = 0;
  virtual absl::Status PushQuote(const v1::QuoteRequest& request, v1::Push* response) = 0;
  virtual absl::Status RetryDeadLetter(const v1::DeadLetterRequest& request, v1::WorkItem* response) = 0;
  virtual absl::Status DiscardDeadLetter(const v1::DeadLetterRequest& request, v1::WorkItem* response) = 0;

  virtual absl::Status Call(const v1::ObserveRequest& request, v1::Status* response) = 0;
  virtual absl::Status Call(const v1::GetApplyRequest& request, v1::ApplyReport* response) = 0;
  virtual absl::Status Call(const v1::ActivatePackRequest& request, v1::ActivePack* response) = 0;
  virtual absl::Status Call(const v1::GetActivePackRequest& request, v1::ActivePack* response) = 0;
  // Gives the parts as `next` answers them, until it answers false.
  virtual absl::Status ApplyPlan(const std::function<bool(v1::PlanPart*)>& next, v1::ApplyReport* response) = 0;

  virtual absl::Status Call(const v1::ListWorkGroupsRequest& request, v1::ListWorkGroupsResponse* response) = 0;
  virtual absl::Status Call(const v1::GetWorkItemRequest& request, v1::Consequences* response) = 0;
  virtual absl::Status Call(const v1::ResolveWorkGroupRequest& request, v1::ResolveWorkGroupResponse* response) = 0;
  virtual absl::Status Call(const v1::DraftRuleRequest& request, v1::RuleDraft* response) = 0;

  // Streams: `take` is called with each message until it answers false or the stream ends.
  virtual absl::Status Watch(const v1::WatchRequest& request, const std::function<bool(const v1::WatchResponse&)>& take) = 0;
  virtual absl::Status WatchRun(const v1::GetRunRequest& request, const std::function<bool(const v1::Run&)>& take) = 0;
  virtual absl::Status CreatePlan(const v1::CreatePlanRequest& request, const std::function<bool(const v1::PlanPart&)>& take) = 0;
  virtual absl::Status CreateUndo(const v1::CreateUndoRequest& request, const std::function<bool(const v1::PlanPart&)>& take) = 0;
  virtual absl::Status WhatIfPack(const v1::WhatIfPackRequest& request, const std::function<bool(const v1::WhatIfPart&)>& take) = 0;
  virtual absl::Status WatchPush(const v1::GetPushRequest& request, const std::function<bool(const v1::Push&)>& take) = 0;
};

}  // namespace entente::cli
