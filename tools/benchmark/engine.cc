#include "tools/benchmark/engine.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/runtime/secret_file.h"
#include "entente/sync/v1/sync.grpc.pb.h"

namespace entente::benchmark {
namespace {

namespace sync = ::entente::sync::v1;

constexpr absl::Duration kLongest = absl::Minutes(30);
// A call that is not answered in this time will not be.
constexpr absl::Duration kCall = absl::Minutes(2);
// What the packs of the bench say.
constexpr absl::Duration kPackInterval = absl::Hours(1);
constexpr absl::Duration kLook = absl::Milliseconds(5);
// Where the wait itself is what is measured.
constexpr absl::Duration kLookClosely = absl::Microseconds(100);

absl::Status FromGrpc(const grpc::Status& status) {
  return status.ok() ? absl::OkStatus() : absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace

// The operator's calls.
class Engine::Calls {
 public:
  Calls(const std::string& address, std::string token)
      : stub_(sync::SyncService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))), token_(std::move(token)) {}

  template <typename Method, typename Request, typename Response>
  absl::Status Call(Method method, const Request& request, Response* response) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token_);
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoSeconds(kCall));
    return FromGrpc((stub_.get()->*method)(&context, request, response));
  }

 private:
  std::unique_ptr<sync::SyncService::Stub> stub_;
  std::string token_;
};

// One synthetic system with its connector and the thread that drives it.
struct Engine::Side {
  Side(People& people, Documents* documents, const std::string& name, const sdk::RunnerOptions& options, int batch)
      : connector(people, documents, "bench-" + name, batch), timer(sdk::MakeTimer()), runner(connector, options, *timer), thread([this] { (void)runner.Run(); }) {}
  ~Side() {
    connector.Wait(false);
    runner.Stop();
    thread.join();
  }
  PeopleConnector connector;
  std::unique_ptr<sdk::Timer> timer;
  sdk::Runner runner;
  std::thread thread;
};

Engine::Engine(const Plan& plan, std::string pack, std::string folder) : plan_(plan), pack_(std::move(pack)), folder_(std::move(folder)) {}
Engine::~Engine() { Stop(); }

absl::Status Engine::WriteConfig(absl::Duration interval) const {
  std::ofstream out(folder_ + "/entented.toml");
  out << "listen = \"" << (address_.empty() ? "127.0.0.1:0" : address_) << "\"\n"
      << "listen_file = \"engine.address\"\n[log]\nlevel = \"warn\"\n[[instance]]\nname = \"bench\"\nstate_dir = \"state\"\n"
      << "pack = \"" << plan_.packs << "/" << pack_ << "\"\npack_search_path = \"" << plan_.rules << "\"\nmemory_mib = " << plan_.memory_mib << "\n"
      // Not a parameter of the pack: to change one is to take other rules, and everything would be gone through.
      << "[instance.tuning]\npoll_interval_factor = " << absl::FDivDuration(interval, kPackInterval) << "\nfeed_credits = " << plan_.window << "\noperations_in_flight_max = " << plan_.operations << "\n";
  for (const std::string& line : plan_.tuning) out << line << "\n";
  out.close();
  return out ? absl::OkStatus() : absl::InternalError(absl::StrCat("cannot write into ", folder_));
}

absl::Status Engine::Start(absl::Duration interval) {
  if (absl::Status written = WriteConfig(interval); !written.ok()) return written;
  const std::string address_file = folder_ + "/engine.address";
  std::filesystem::remove(address_file);
  if (absl::Status started = process_.Start({plan_.engine_program, "--config", folder_ + "/entented.toml"}, folder_ + "/entented.log"); !started.ok()) return started;
  absl::StatusOr<std::string> address = AwaitLine(address_file, process_, absl::Minutes(2));
  if (!address.ok()) return absl::Status(address.status().code(), absl::StrCat("entented did not start; its log is ", folder_, "/entented.log: ", address.status().message()));
  address_ = *address;
  if (calls_ != nullptr) return absl::OkStatus();
  absl::StatusOr<std::string> token = ReadSecretFile(state_folder() + "/tokens/operator.token");
  if (!token.ok()) return token.status();
  calls_ = std::make_unique<Calls>(address_, *token);
  return absl::OkStatus();
}

absl::Status Engine::Connect(bool has_documents) {
  const char* names[] = {"left", "right"};
  People* people[] = {&left, &right};
  Documents* documents[] = {&orders, &quotes};
  for (int i = 0; i < 2; ++i) {
    sdk::RunnerOptions options;
    options.side = names[i];
    options.address = address_;
    options.token_file = absl::StrCat(state_folder(), "/tokens/", names[i], ".token");
    options.retry_first = absl::Milliseconds(10);
    options.retry_max = absl::Milliseconds(50);
    options.operations_max = static_cast<std::uint32_t>(plan_.operations);
    sides_[i] = std::make_unique<Side>(*people[i], has_documents ? documents[i] : nullptr, names[i], options, plan_.batch);
  }
  const absl::Time until = absl::Now() + absl::Seconds(30);
  for (const auto& side : sides_) {
    while (side->runner.state().phase != sdk::RunnerState::Phase::kConnected) {
      if (absl::Now() > until) return absl::DeadlineExceededError(absl::StrCat("a connector did not connect: ", side->runner.state().sentence));
      absl::SleepFor(kLook);
    }
  }
  return absl::OkStatus();
}

void Engine::Wait(bool waits) {
  for (const auto& side : sides_) side->connector.Wait(waits);
}

absl::Status Engine::BeginRun(const std::string& kind) {
  sync::StartRunRequest start;
  start.set_kind(kind);
  sync::Run run;
  if (absl::Status started = calls_->Call(&sync::SyncService::Stub::StartRun, start, &run); !started.ok()) return started;
  run_ = run.id();
  return absl::OkStatus();
}

absl::StatusOr<bool> Engine::IsRunning() {
  sync::GetRunRequest get;
  get.set_id(run_);
  sync::Run run;
  if (absl::Status asked = calls_->Call(&sync::SyncService::Stub::GetRun, get, &run); !asked.ok()) return asked;
  if (run.state() == "failed") return absl::InternalError(absl::StrCat("the run failed: ", run.problem()));
  return run.state() == "running";
}

absl::Status Engine::Run(const std::string& kind) {
  if (absl::Status begun = BeginRun(kind); !begun.ok()) return begun;
  const absl::Time until = absl::Now() + kLongest;
  while (absl::Now() < until) {
    const absl::StatusOr<bool> is_running = IsRunning();
    if (!is_running.ok()) return is_running.status();
    if (!*is_running) return absl::OkStatus();
    absl::SleepFor(kLook);
  }
  return absl::DeadlineExceededError(absl::StrCat("the ", kind, " did not end"));
}

absl::Status Engine::Push(const std::string& quote) {
  sync::QuoteRequest request;
  request.set_quote(quote);
  sync::Push push;
  if (absl::Status asked = calls_->Call(&sync::SyncService::Stub::PushQuote, request, &push); !asked.ok()) return asked;
  if (push.state() != "refused") return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the push of ", quote, " was refused"));
}

absl::Status Engine::AskPoll() {
  sync::PollNowResponse polled;
  return calls_->Call(&sync::SyncService::Stub::PollNow, sync::PollNowRequest(), &polled);
}

absl::Status Engine::Poll() {
  sync::Status before;
  if (absl::Status asked = calls_->Call(&sync::SyncService::Stub::GetStatus, sync::GetStatusRequest(), &before); !asked.ok()) return asked;
  if (absl::Status asked = AskPoll(); !asked.ok()) return asked;
  const absl::Time until = absl::Now() + kLongest;
  while (absl::Now() < until) {
    absl::SleepFor(kLookClosely);
    sync::Status now;
    if (absl::Status asked = calls_->Call(&sync::SyncService::Stub::GetStatus, sync::GetStatusRequest(), &now); !asked.ok()) return asked;
    bool is_answered = now.sides_size() == 2;
    for (int i = 0; i < now.sides_size(); ++i) is_answered = is_answered && now.sides(i).last_poll_micros() > before.sides(i).last_poll_micros();
    if (is_answered) return absl::OkStatus();
  }
  return absl::DeadlineExceededError("a poll was not answered");
}

absl::Status Engine::Quiesce() {
  sync::QuiesceRequest request;
  request.set_timeout_millis(absl::ToInt64Milliseconds(kCall / 2));
  const absl::Time until = absl::Now() + kLongest;
  absl::Status quiet = absl::OkStatus();
  do {
    if (!process_.IsRunning()) return absl::UnavailableError("entented ended by itself");
    sync::QuiesceResponse response;
    quiet = calls_->Call(&sync::SyncService::Stub::Quiesce, request, &response);
  } while (absl::IsDeadlineExceeded(quiet) && absl::Now() < until);
  return quiet;
}

absl::Status Engine::Explain(std::uint64_t link) {
  sync::ExplainRequest request;
  request.set_link(link);
  sync::Explanation answer;
  if (absl::Status asked = calls_->Call(&sync::SyncService::Stub::Explain, request, &answer); !asked.ok()) return asked;
  for (const sync::FieldExplanation& field : answer.fields()) {
    for (const sync::ValueOrigin* origin : {&field.left_origin(), &field.right_origin()}) {
      if (origin->agreement() != "same") return absl::InternalError(absl::StrCat("link ", link, " ", field.field(), ": ", origin->agreement()));
    }
  }
  return answer.fields_size() > 0 ? absl::OkStatus() : absl::InternalError("an explanation without fields");
}

absl::Status Engine::AwaitWrites(const People& people, std::uint64_t count) {
  const absl::Time until = absl::Now() + kLongest;
  while (!people.AwaitWrites(count, absl::Seconds(1))) {
    if (!process_.IsRunning()) return absl::UnavailableError("entented ended by itself");
    if (absl::Now() > until) return absl::DeadlineExceededError("the writes did not arrive");
  }
  return absl::OkStatus();
}

absl::Status Engine::Drain() {
  for (int round = 0; round < 10; ++round) {
    if (absl::Status polled = Poll(); !polled.ok()) return polled;
    if (absl::Status quiet = Quiesce(); !quiet.ok()) return quiet;
    if (sides_[0]->connector.reported() == left.last_change() && sides_[1]->connector.reported() == right.last_change()) return absl::OkStatus();
  }
  return absl::InternalError("the systems do not come to rest");
}

void Engine::Stop() {
  for (auto& side : sides_) side.reset();
  process_.Stop();
}

}  // namespace entente::benchmark
