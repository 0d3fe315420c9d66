#include "tools/cli/client.h"

#include <grpc/support/log.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/runtime/loopback.h"
#include "engine/runtime/secret_file.h"
#include "entente/sync/v1/desk.grpc.pb.h"
#include "entente/sync/v1/pack.grpc.pb.h"
#include "entente/sync/v1/plan.grpc.pb.h"
#include "entente/sync/v1/sync.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace entente::cli {
namespace {

using Stub = v1::SyncService::Stub;
using Plans = v1::PlanService::Stub;
using Desk = v1::DeskService::Stub;
using Packs = v1::PackService::Stub;

// gRPC's own lines are about connections, of which we say ourselves what people need to know.
void NoLog(gpr_log_func_args*) {}

absl::StatusOr<std::string> ReadRoots(const std::string& file) {
  std::ifstream in(file);
  const std::string pem((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open()) return MakeError(absl::StatusCode::kNotFound, "TLS_ROOT_MISSING", absl::StrCat("The root certificate ", file, " cannot be read. Correct --tls-root-file."));
  if (!absl::StrContains(pem, "-----BEGIN CERTIFICATE-----")) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TLS_ROOT_UNREADABLE", absl::StrCat("The file ", file, " holds no certificate in PEM form. Correct --tls-root-file."));
  }
  return pem;
}

// Why no answer came, and what to do.
absl::Status Unreached(const ConnectOptions& options, const grpc::Status& status) {
  const auto fail = [&](const char* reason, const std::string& sentence) { return MakeError(absl::StatusCode::kUnavailable, reason, sentence); };
  const auto says = [&](const char* words) { return absl::StrContains(status.error_message(), words); };
  if (says("certificate verify failed") || says("Hostname Verification") || says("not in peer certificate")) {
    return fail("TLS_CERTIFICATE_REFUSED", absl::StrCat("The certificate of the engine at ", options.address, " was not signed by ", options.tls_root_file,
                                                        ", is out of date or is for another name. Name the root that signed it: --tls-root-file FILE, and an address that stands in it."));
  }
  if (says("wrong version number")) {
    return fail("TLS_NOT_SPOKEN", absl::StrCat("What answers at ", options.address, " does not speak TLS. Give the engine a certificate, or leave --tls-root-file out on its own machine."));
  }
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED || says("http1.x server")) {
    return fail("NOT_AN_ENGINE", absl::StrCat("What answers at ", options.address, " is no Entente engine. Give its address: --address HOST:PORT."));
  }
  const char* cause = says("DNS resolution failed") ? "its name is not known here" : says("Connection refused") ? "nothing listens there" : "no answer came";
  return fail("ENGINE_UNREACHABLE", absl::StrCat("No engine answers at ", options.address, " (", cause, "). Start entented, or give its address: --address HOST:PORT.",
                                                 options.tls_root_file.empty() ? " If it has a certificate, name its root: --tls-root-file FILE." : ""));
}

std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

class GrpcClient final : public Client {
 public:
  GrpcClient(ConnectOptions options, std::shared_ptr<grpc::Channel> channel, std::string token)
      : options_(std::move(options)), stub_(v1::SyncService::NewStub(channel)), plans_(v1::PlanService::NewStub(channel)), desk_(v1::DeskService::NewStub(channel)),
        packs_(v1::PackService::NewStub(channel)), token_(std::move(token)) {}

  absl::Status Call(const v1::GetStatusRequest& i, v1::Status* o) override { return Unary(*stub_, &Stub::GetStatus, i, o); }
  absl::Status Call(const v1::ListRecordsRequest& i, v1::ListRecordsResponse* o) override { return Unary(*stub_, &Stub::ListRecords, i, o); }
  absl::Status Call(const v1::GetRecordRequest& i, v1::Record* o) override { return Unary(*stub_, &Stub::GetRecord, i, o); }
  absl::Status Call(const v1::ListLinksRequest& i, v1::ListLinksResponse* o) override { return Unary(*stub_, &Stub::ListLinks, i, o); }
  absl::Status Call(const v1::GetLinkRequest& i, v1::Link* o) override { return Unary(*stub_, &Stub::GetLink, i, o); }
  absl::Status Call(const v1::ExplainRequest& i, v1::Explanation* o) override { return Unary(*stub_, &Stub::Explain, i, o); }
  absl::Status Call(const v1::WhyNotRequest& i, v1::WhyNotResponse* o) override { return Unary(*stub_, &Stub::WhyNot, i, o); }
  absl::Status Call(const v1::ListHistoryRequest& i, v1::ListHistoryResponse* o) override { return Unary(*stub_, &Stub::ListHistory, i, o); }
  absl::Status Call(const v1::StartRunRequest& i, v1::Run* o) override { return Unary(*stub_, &Stub::StartRun, i, o); }
  absl::Status Call(const v1::GetRunRequest& i, v1::Run* o) override { return Unary(*stub_, &Stub::GetRun, i, o); }
  absl::Status Call(const v1::ListRunsRequest& i, v1::ListRunsResponse* o) override { return Unary(*stub_, &Stub::ListRuns, i, o); }
  absl::Status Call(const v1::ListWorkItemsRequest& i, v1::ListWorkItemsResponse* o) override { return Unary(*stub_, &Stub::ListWorkItems, i, o); }
  absl::Status Call(const v1::GetWorkItemRequest& i, v1::WorkItem* o) override { return Unary(*stub_, &Stub::GetWorkItem, i, o); }
  absl::Status Call(const v1::ResolveWorkItemRequest& i, v1::WorkItem* o) override { return Unary(*stub_, &Stub::ResolveWorkItem, i, o); }
  absl::Status Call(const v1::ListPushesRequest& i, v1::ListPushesResponse* o) override { return Unary(*stub_, &Stub::ListPushes, i, o); }
  absl::Status Call(const v1::GetPushRequest& i, v1::Push* o) override { return Unary(*stub_, &Stub::GetPush, i, o); }
  absl::Status Call(const v1::DescribePackRequest& i, v1::PackDescription* o) override { return Unary(*stub_, &Stub::DescribePack, i, o); }
  absl::Status Call(const v1::PauseRequest& i, v1::Status* o) override { return Unary(*stub_, &Stub::Pause, i, o); }
  absl::Status Call(const v1::ResumeRequest& i, v1::Status* o) override { return Unary(*stub_, &Stub::Resume, i, o); }
  absl::Status Call(const v1::PollNowRequest& i, v1::PollNowResponse* o) override { return Unary(*stub_, &Stub::PollNow, i, o); }
  absl::Status Call(const v1::EraseRequest& i, v1::Erasure* o) override { return Unary(*stub_, &Stub::Erase, i, o, absl::Hours(1)); }
  absl::Status Call(const v1::CreateBackupRequest& i, v1::CreateBackupResponse* o) override { return Unary(*stub_, &Stub::CreateBackup, i, o, absl::Minutes(10)); }
  absl::Status Call(const v1::QuiesceRequest& i, v1::QuiesceResponse* o) override {
    return Unary(*stub_, &Stub::Quiesce, i, o, absl::Milliseconds(i.timeout_millis()) + options_.timeout);
  }
  absl::Status Call(const v1::ObserveRequest& i, v1::Status* o) override { return Unary(*plans_, &Plans::Observe, i, o); }
  absl::Status Call(const v1::GetApplyRequest& i, v1::ApplyReport* o) override { return Unary(*plans_, &Plans::GetApply, i, o); }
  absl::Status Call(const v1::ActivatePackRequest& i, v1::ActivePack* o) override { return Unary(*packs_, &Packs::ActivatePack, i, o, absl::Minutes(2)); }
  absl::Status Call(const v1::GetActivePackRequest& i, v1::ActivePack* o) override { return Unary(*packs_, &Packs::GetActivePack, i, o); }
  absl::Status ApplyPlan(const std::function<bool(v1::PlanPart*)>& next, v1::ApplyReport* o) override {
    grpc::ClientContext context;
    Prepare(&context);
    const std::unique_ptr<grpc::ClientWriter<v1::PlanPart>> writer = plans_->ApplyPlan(&context, o);
    v1::PlanPart part;
    while (next(&part) && writer->Write(part)) {
    }
    writer->WritesDone();
    return FromGrpc(writer->Finish());
  }
  // A consequence is planned, one a choice.
  absl::Status Call(const v1::GetWorkItemRequest& i, v1::Consequences* o) override { return Unary(*desk_, &Desk::GetConsequences, i, o, absl::Minutes(2)); }
  absl::Status Call(const v1::ListWorkGroupsRequest& i, v1::ListWorkGroupsResponse* o) override { return Unary(*desk_, &Desk::ListWorkGroups, i, o); }
  absl::Status Call(const v1::ResolveWorkGroupRequest& i, v1::ResolveWorkGroupResponse* o) override { return Unary(*desk_, &Desk::ResolveWorkGroup, i, o, absl::Minutes(5)); }
  absl::Status Call(const v1::DraftRuleRequest& i, v1::RuleDraft* o) override { return Unary(*desk_, &Desk::DraftRule, i, o); }
  absl::Status PriceQuote(const v1::QuoteRequest& i, v1::Push* o) override { return Unary(*stub_, &Stub::PriceQuote, i, o); }
  absl::Status PushQuote(const v1::QuoteRequest& i, v1::Push* o) override { return Unary(*stub_, &Stub::PushQuote, i, o); }
  absl::Status RetryDeadLetter(const v1::DeadLetterRequest& i, v1::WorkItem* o) override { return Unary(*stub_, &Stub::RetryDeadLetter, i, o); }
  absl::Status DiscardDeadLetter(const v1::DeadLetterRequest& i, v1::WorkItem* o) override { return Unary(*stub_, &Stub::DiscardDeadLetter, i, o); }

  absl::Status Watch(const v1::WatchRequest& i, const std::function<bool(const v1::WatchResponse&)>& take) override { return Stream(*stub_, &Stub::Watch, i, take); }
  absl::Status WatchRun(const v1::GetRunRequest& i, const std::function<bool(const v1::Run&)>& take) override { return Stream(*stub_, &Stub::WatchRun, i, take); }
  absl::Status CreatePlan(const v1::CreatePlanRequest& i, const std::function<bool(const v1::PlanPart&)>& take) override {
    return Stream(*plans_, &Plans::CreatePlan, i, take);
  }
  absl::Status CreateUndo(const v1::CreateUndoRequest& i, const std::function<bool(const v1::PlanPart&)>& take) override {
    return Stream(*plans_, &Plans::CreateUndo, i, take);
  }
  absl::Status WhatIfPack(const v1::WhatIfPackRequest& i, const std::function<bool(const v1::WhatIfPart&)>& take) override {
    return Stream(*packs_, &Packs::WhatIfPack, i, take);
  }
  absl::Status WatchPush(const v1::GetPushRequest& i, const std::function<bool(const v1::Push&)>& take) override { return Stream(*stub_, &Stub::WatchPush, i, take); }

 private:
  void Prepare(grpc::ClientContext* context) const {
    if (!token_.empty()) context->AddMetadata("authorization", "Bearer " + token_);
    if (!options_.instance.empty()) context->AddMetadata("entente-instance", options_.instance);
  }

  absl::Status FromGrpc(const grpc::Status& status) const {
    if (status.ok()) return absl::OkStatus();
    const auto code = static_cast<absl::StatusCode>(status.error_code());
    const std::string reason = ReasonIn(status);
    if (!reason.empty()) return MakeError(code, reason, status.error_message());
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE || status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED || status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
      return Unreached(options_, status);
    }
    return MakeError(code, absl::StatusCodeToString(code), status.error_message());
  }

  template <typename Service, typename Method, typename Request, typename Response>
  absl::Status Unary(Service& service, Method method, const Request& request, Response* response, absl::Duration timeout = absl::ZeroDuration()) {
    grpc::ClientContext context;
    Prepare(&context);
    context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout == absl::ZeroDuration() ? options_.timeout : timeout));
    return FromGrpc((service.*method)(&context, request, response));
  }

  template <typename Service, typename Response, typename Request>
  absl::Status Stream(Service& service, std::unique_ptr<grpc::ClientReader<Response>> (Service::*method)(grpc::ClientContext*, const Request&), const Request& request,
                      const std::function<bool(const Response&)>& take) {
    grpc::ClientContext context;
    Prepare(&context);
    const std::unique_ptr<grpc::ClientReader<Response>> reader = (service.*method)(&context, request);
    Response response;
    bool is_enough = false;
    while (!is_enough && reader->Read(&response)) is_enough = !take(response);
    if (!is_enough) return FromGrpc(reader->Finish());
    context.TryCancel();
    while (reader->Read(&response)) {
    }
    reader->Finish();
    return absl::OkStatus();
  }

  ConnectOptions options_;
  std::unique_ptr<Stub> stub_;
  std::unique_ptr<Plans> plans_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Packs> packs_;
  std::string token_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const ConnectOptions& options) {
  gpr_set_log_function(NoLog);
  std::string token;
  if (!options.token_file.empty()) {
    absl::StatusOr<std::string> read = ReadSecretFile(options.token_file);
    if (!read.ok()) return read.status();
    token = *read;
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  // Streams have no deadline: what takes the connection and says nothing is not waited for any longer than an answer.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, static_cast<int>(absl::ToInt64Milliseconds(options.timeout)));
  if (options.tls_root_file.empty()) {
    if (!IsLoopback(options.address)) {
      return MakeError(absl::StatusCode::kInvalidArgument, "TLS_REQUIRED",
                       absl::StrCat("The engine at ", options.address, " is not on this machine, and the token would travel unprotected. Give its root certificate: --tls-root-file FILE."));
    }
    return std::make_unique<GrpcClient>(options, grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments), token);
  }
  absl::StatusOr<std::string> roots = ReadRoots(options.tls_root_file);
  if (!roots.ok()) return roots.status();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = *std::move(roots);
  return std::make_unique<GrpcClient>(options, grpc::CreateCustomChannel(options.address, grpc::SslCredentials(tls), arguments), token);
}

}  // namespace entente::cli
