#include "connectors/sdk/runner.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <set>
#include <thread>

#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/backoff.h"
#include "connectors/sdk/channel.h"
#include "connectors/sdk/error.h"
#include "connectors/sdk/feed.h"
#include "connectors/sdk/logging.h"
#include "connectors/sdk/loopback.h"
#include "connectors/sdk/operating.h"
#include "connectors/sdk/session.h"

namespace entente::sdk {
namespace {

class Counter : public SequenceCounter {
 public:
  std::uint64_t Next() override { return value_.fetch_add(1) + 1; }

 private:
  std::atomic<std::uint64_t> value_{0};
};

constexpr absl::Duration kOpenDeadline = absl::Seconds(30);
constexpr absl::Duration kTellDeadline = absl::Seconds(5);

}  // namespace

class Runner::Impl {
 public:
  Impl(Connector& connector, RunnerOptions options, Timer& timer)
      : connector_(connector),
        options_(std::move(options)),
        timer_(timer),
        retry_(options_.retry_first, options_.retry_max),
        stale_(options_.stale_first, options_.stale_max) {}

  absl::Status Run() {
    auto channel = MakeChannel(options_);
    if (!channel.ok()) return channel.status();
    stub_ = v1::ConnectorService::NewStub(*channel);
    while (!timer_.stopped()) timer_.Wait(OneSession());
    Set(RunnerState::Phase::kStopped, "", "");
    return absl::OkStatus();
  }

  void Stop() {
    timer_.Stop();
    const std::lock_guard lock(mutex_);
    if (session_) session_->End(absl::CancelledError("the connector is stopping"));
    if (opening_) opening_->TryCancel();
  }

  RunnerState state() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }

 private:
  // Runs one session from description to end; returns how long to wait before the next.
  absl::Duration OneSession() {
    Set(RunnerState::Phase::kDescribing, "", "");
    auto described = connector_.Describe();
    if (!described.ok()) {
      Trouble(RunnerState::Phase::kRetrying, "SYSTEM_UNREACHABLE", described.status());
      TellEngine();
      return retry_.Next();
    }
    described->set_side(options_.side);
    for (const auto& advice : described->advice()) spdlog::warn("advice  text={}", OneLine(advice));
    auto authorization = Authorization(options_);
    if (!authorization.ok()) {
      Trouble(RunnerState::Phase::kRefused, "TOKEN_UNREADABLE", authorization.status());
      return options_.refused_wait;
    }
    Set(RunnerState::Phase::kOpening, "", "");
    v1::OpenSessionResponse opened;
    const absl::Status status = Open(*described, *authorization, kOpenDeadline, &opened);
    if (!status.ok()) return AfterRefusal(status);

    const absl::Status ended = Serve(described->catalogue(), opened, *authorization);
    return AfterSession(ended);
  }

  // So that operators see at the engine why no session comes. Whether it arrives does not matter: it is told again with the next try.
  void TellEngine() {
    auto authorization = Authorization(options_);
    if (!authorization.ok() || timer_.stopped()) return;
    v1::OpenSessionRequest request;
    request.set_side(options_.side);
    {
      const std::lock_guard lock(mutex_);
      request.set_trouble_code(state_.reason);
      request.set_trouble_text(state_.sentence);
    }
    v1::OpenSessionResponse ignored;
    Open(request, *authorization, kTellDeadline, &ignored).IgnoreError();
  }

  absl::Status Open(const v1::OpenSessionRequest& request, const std::string& authorization, absl::Duration deadline,
                    v1::OpenSessionResponse* opened) {
    ::grpc::ClientContext context;
    context.AddMetadata("authorization", authorization);
    context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoSeconds(deadline));
    {
      const std::lock_guard lock(mutex_);
      opening_ = &context;
      if (timer_.stopped()) context.TryCancel();
    }
    const ::grpc::Status status = stub_->OpenSession(&context, request, opened);
    const std::lock_guard lock(mutex_);
    opening_ = nullptr;
    return status.ok() ? absl::OkStatus() : Explained(FromGrpc(status), options_);
  }

  absl::Status Serve(const v1::Catalogue& catalogue, const v1::OpenSessionResponse& opened, const std::string& authorization) {
    SessionPlan plan;
    plan.session_number = opened.session_number();
    plan.epoch = opened.epoch();
    plan.feeds.assign(opened.feeds().begin(), opened.feeds().end());
    plan.options.insert(opened.options().begin(), opened.options().end());
    if (opened.poll_share_percent() > 0) plan.poll_share_percent = opened.poll_share_percent();
    sequence_ = std::make_unique<Counter>();
    if (auto status = connector_.Begin(plan, sequence_.get()); !status.ok()) return status;

    auto session = std::make_shared<Session>(stub_.get(), opened, authorization, [this] { return connector_.Statistics(); },
                                             options_.operations_max);
    Feed feed(connector_, *session, catalogue);
    Operating operating(connector_, *session);
    {
      const std::lock_guard lock(mutex_);
      session_ = session;
      ++state_.sessions;
      if (timer_.stopped()) session->End(absl::CancelledError("the connector is stopping"));
    }
    Set(RunnerState::Phase::kConnected, "", "");
    spdlog::info("session opened  number={} epoch={} feeds={}", opened.session_number(), opened.epoch(), opened.feeds_size());
    session->Start([&](std::vector<v1::Operation> operations) { Deal(std::move(operations), feed, operating); });
    std::thread feeding([&] { feed.Run(); });
    std::thread performing([&] { operating.Run(); });
    session->AwaitEnd();
    feed.Wake();
    operating.Wake();
    // Operations under way are finished before another session may open; their results die with this one.
    performing.join();
    feeding.join();
    session->Join();
    const absl::Status why = session->why();
    {
      const std::lock_guard lock(mutex_);
      session_.reset();
    }
    spdlog::info("session ended  number={} why={}", opened.session_number(), OneLine(why.ToString()));
    return why;
  }

  static void Deal(std::vector<v1::Operation> operations, Feed& feed, Operating& operating) {
    std::vector<v1::Operation> to_perform;
    for (auto& operation : operations) {
      const bool is_feed = operation.verb() == v1::Operation::START_LISTING || operation.verb() == v1::Operation::POLL;
      if (is_feed) {
        feed.Take(operation);
      } else {
        to_perform.push_back(std::move(operation));
      }
    }
    if (!to_perform.empty()) operating.Take(std::move(to_perform));
  }

  absl::Duration AfterRefusal(const absl::Status& status) {
    const bool is_refused = status.code() == absl::StatusCode::kFailedPrecondition ||
                            status.code() == absl::StatusCode::kUnauthenticated ||
                            status.code() == absl::StatusCode::kPermissionDenied ||
                            status.code() == absl::StatusCode::kInvalidArgument;
    if (!is_refused) {
      Trouble(RunnerState::Phase::kRetrying, "ENGINE_UNREACHABLE", status);
      return retry_.Next();
    }
    Trouble(RunnerState::Phase::kRefused, "SESSION_REFUSED", status);
    return options_.refused_wait;
  }

  absl::Duration AfterSession(const absl::Status& ended) {
    if (timer_.stopped()) return absl::ZeroDuration();
    const bool is_stale = ended.code() == absl::StatusCode::kAborted && absl::StrContains(ended.message(), "SESSION_STALE");
    if (is_stale) {
      Trouble(RunnerState::Phase::kRetrying, "SESSION_STALE", ended);
      return stale_.Next();
    }
    stale_.Reset();
    retry_.Reset();
    Trouble(RunnerState::Phase::kRetrying, "SESSION_ENDED", ended);
    return retry_.Next();
  }

  void Set(RunnerState::Phase phase, const std::string& reason, const std::string& sentence) {
    const std::lock_guard lock(mutex_);
    state_.phase = phase;
    if (reason.empty() && phase != RunnerState::Phase::kConnected) return;  // the last trouble stays readable until it is over
    state_.reason = reason;
    state_.sentence = sentence;
  }

  // `otherwise` is the reason of a status that carries none.
  void Trouble(RunnerState::Phase phase, const std::string& otherwise, const absl::Status& status) {
    const std::string own = ReasonOf(status);
    const std::string reason = own.empty() ? otherwise : own;
    const std::string sentence = OneLine(SentenceOf(status));
    bool is_new = false;
    {
      const std::lock_guard lock(mutex_);
      is_new = state_.reason != reason || state_.sentence != sentence;
    }
    Set(phase, reason, sentence);
    if (timer_.stopped() || !is_new) return;
    if (phase == RunnerState::Phase::kRefused) {
      spdlog::error("session refused  reason={} text={}", reason, sentence);
    } else {
      spdlog::warn("no session  reason={} text={}", reason, sentence);
    }
  }

  Connector& connector_;
  const RunnerOptions options_;
  Timer& timer_;
  Backoff retry_;
  Backoff stale_;
  std::unique_ptr<v1::ConnectorService::Stub> stub_;
  std::unique_ptr<Counter> sequence_;
  mutable std::mutex mutex_;
  std::shared_ptr<Session> session_;
  ::grpc::ClientContext* opening_ = nullptr;
  RunnerState state_;
};

Runner::Runner(Connector& connector, RunnerOptions options, Timer& timer)
    : impl_(std::make_unique<Impl>(connector, std::move(options), timer)) {}
Runner::~Runner() = default;
absl::Status Runner::Run() { return impl_->Run(); }
void Runner::Stop() { impl_->Stop(); }
RunnerState Runner::state() const { return impl_->state(); }

RunnerOptions ReadRunnerOptions(Config& config, const std::string& default_side) {
  RunnerOptions options;
  options.side = config.Text("engine.side", default_side);
  options.address = config.Text("engine.address", "127.0.0.1:7443");
  options.tls_root_file = config.Path("engine.tls_root_file", "");
  options.token_file = config.Path("engine.token_file", "");
  if (options.token_file.empty()) options.token = config.Secret("engine.token", "ENTENTE_TOKEN");
  options.retry_max = absl::Seconds(config.Int("engine.retry_max_seconds", 30, 1, 3600));
  options.refused_wait = absl::Seconds(config.Int("engine.refused_wait_seconds", 30, 1, 3600));
  options.operations_max = static_cast<std::uint32_t>(config.Int("engine.operations_max", 400, 1, 10000));
  if (options.tls_root_file.empty() && !IsLoopback(options.address)) {
    config.Refuse("engine.address", "is not this machine, and the token would travel unprotected: set `engine.tls_root_file`");
  }
  return options;
}

}  // namespace entente::sdk
