#include "engine/rpc/connector_service.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/rpc/connector_session.h"
#include "engine/rpc/grpc_status.h"
#include "engine/rpc/pack_fit.h"
#include "engine/runtime/log.h"
#include "engine/runtime/error.h"
#include "entente/connector/v1/connector.grpc.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::connector::v1;

constexpr std::size_t kRefusalsMax = 64;
constexpr std::size_t kNameMax = 64;

using SessionPtr = std::shared_ptr<ConnectorSession>;

// The open sessions by id, and the newest of each side of each instance.
class SessionTable {
 public:
  // False when a newer session of the side is there already. `former` is the one it replaces, if any.
  bool Add(const SessionPtr& session, SessionPtr* former) {
    const std::lock_guard lock(mutex_);
    SessionPtr& newest = newest_[{session->instance(), session->side()}];
    if (newest != nullptr && newest->number() > session->number()) return false;
    by_id_[session->id()] = session;
    *former = std::exchange(newest, session);
    return true;
  }
  void Remove(const SessionPtr& session) {
    const std::lock_guard lock(mutex_);
    by_id_.erase(session->id());
    const auto newest = newest_.find({session->instance(), session->side()});
    if (newest != newest_.end() && newest->second == session) newest_.erase(newest);
  }
  SessionPtr Find(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto it = by_id_.find(id);
    return it == by_id_.end() ? nullptr : it->second;
  }
  SessionPtr Newest(Instance* instance, Side side) {
    const std::lock_guard lock(mutex_);
    const auto it = newest_.find({instance, side});
    return it == newest_.end() ? nullptr : it->second;
  }
  std::vector<SessionPtr> All() {
    const std::lock_guard lock(mutex_);
    std::vector<SessionPtr> all;
    for (const auto& [id, session] : by_id_) all.push_back(session);
    return all;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, SessionPtr> by_id_;
  std::map<std::pair<Instance*, Side>, SessionPtr> newest_;
};

absl::Status Stale() {
  return MakeError(absl::StatusCode::kAborted, "SESSION_STALE", "A newer session of this side was opened, or this one ended. Open a new session.");
}

// Either stream of a session. gRPC calls the On… functions on its own threads, never two of a kind at once; it deletes itself.
template <typename Request, typename Response>
class Stream final : public grpc::ServerBidiReactor<Request, Response>, public SessionStream {
 public:
  using Admit = std::function<absl::StatusOr<SessionPtr>(const std::string& session_id)>;
  using AttachTo = absl::Status (ConnectorSession::*)(SessionStream*);
  using Take = absl::Status (ConnectorSession::*)(const Request&);

  Stream(Admit admit, AttachTo attach, Take take) : admit_(std::move(admit)), attach_(attach), take_(take) { this->StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Stop(MakeError(absl::StatusCode::kAborted, "SESSION_ENDED", "The stream ended."));
    if (session_ == nullptr) {
      if (absl::Status joined = Join(); !joined.ok()) return Stop(joined);
    }
    if (absl::Status taken = (session_.get()->*take_)(request_); !taken.ok()) return Stop(taken);
    this->StartRead(&request_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(session_->mutex());
    is_writing_ = false;
    // A broken stream is noticed by the read as well, which ends the session.
    if (ok || session_->ended_locked()) Kick();
  }

  void OnDone() override {
    if (session_ != nullptr) session_->Detach(this);
    delete this;
  }

  // With the session's mutex held.
  void Kick() override {
    if (is_writing_ || is_finished_) return;
    if (session_->ended_locked()) {
      is_finished_ = true;
      this->Finish(ToGrpc(*session_->ended_locked()));
    } else if (session_->NextLocked(&response_)) {
      is_writing_ = true;
      this->StartWrite(&response_);
    }
  }

 private:
  absl::Status Join() {
    absl::StatusOr<SessionPtr> session = admit_(request_.session_id());
    if (!session.ok()) return session.status();
    // Kick() may come as soon as the stream is attached.
    session_ = *session;
    absl::Status attached = (session_.get()->*attach_)(this);
    if (!attached.ok()) session_ = nullptr;
    return attached;
  }

  void Stop(const absl::Status& why) {
    if (session_ == nullptr) {
      this->Finish(ToGrpc(why));
      return;
    }
    session_->End(why);
    const std::lock_guard lock(session_->mutex());
    Kick();
  }

  Admit admit_;
  AttachTo attach_;
  Take take_;
  SessionPtr session_;
  Request request_;
  Response response_;
  // Guarded by the session's mutex.
  bool is_writing_ = false;
  bool is_finished_ = false;
};

using FeedStream = Stream<v1::ReportChangesRequest, v1::ReportChangesResponse>;
using OperationStream = Stream<v1::PerformOperationsRequest, v1::PerformOperationsResponse>;

// What an instance lets leave, dealt to the session it names. A session that is gone misses it: the machine hears of its end.
class SessionOutlet final : public Outlet {
 public:
  SessionOutlet(SessionTable& table, Instance* instance) : table_(table), instance_(instance) {}
  void Send(SendOperations operations) override {
    if (const SessionPtr session = Find(operations.side, operations.session)) session->Send(operations);
  }
  void Acknowledge(const AcknowledgeBatch& acknowledgement) override {
    if (const SessionPtr session = Find(acknowledgement.side, acknowledgement.session)) session->Acknowledge(acknowledgement);
  }
  void EndOutdated(Side side, std::uint64_t number) override {
    const SessionPtr session = Find(side, number);
    if (session != nullptr) session->End(MakeError(absl::StatusCode::kAborted, "RULES_CHANGED", "Other rules hold, which need other fields or options. Open a new session."));
  }

 private:
  SessionPtr Find(Side side, std::uint64_t number) {
    SessionPtr session = table_.Newest(instance_, side);
    return session != nullptr && session->number() == number ? session : nullptr;
  }

  SessionTable& table_;
  Instance* instance_;
};

using MixedService = v1::ConnectorService::WithCallbackMethod_ReportChanges<v1::ConnectorService::WithCallbackMethod_PerformOperations<v1::ConnectorService::Service>>;

class Sessions final : public ConnectorSessions, public MixedService {
 public:
  Sessions(Door& door, const Clock& clock, Random& random) : door_(door), clock_(clock), random_(random) {
    for (const Tenant& tenant : door_.tenants()) {
      outlets_.push_back(std::make_unique<SessionOutlet>(table_, tenant.instance));
      tenant.instance->Attach(outlets_.back().get());
      tick_ = std::min({tick_, tenant.instance->tuning().heartbeat, tenant.instance->tuning().lease / 4});
    }
    ticker_ = std::thread([this] { Tick(); });
  }

  ~Sessions() override { Detach(); }

  grpc::Service* service() override { return this; }

  void Detach() override {
    {
      const std::lock_guard lock(mutex_);
      if (is_stopping_) return;
      is_stopping_ = true;
    }
    wake_.notify_all();
    ticker_.join();
    for (const SessionPtr& session : table_.All()) {
      session->End(MakeError(absl::StatusCode::kUnavailable, "ENGINE_STOPPING", "The engine is stopping. Open a new session once it runs."));
    }
    for (const Tenant& tenant : door_.tenants()) tenant.instance->Attach(nullptr);
  }

  grpc::Status OpenSession(grpc::ServerContext* context, const v1::OpenSessionRequest* request, v1::OpenSessionResponse* response) override {
    const absl::Status opened = Open(*context, *request, response);
    NoteRefusal(*context, *request, opened);
    return ToGrpc(opened);
  }

  grpc::ServerBidiReactor<v1::ReportChangesRequest, v1::ReportChangesResponse>* ReportChanges(grpc::CallbackServerContext* context) override {
    return new FeedStream([this, context](const std::string& id) { return Admit(*context, id); }, &ConnectorSession::AttachFeed, &ConnectorSession::TakeChanges);
  }

  grpc::ServerBidiReactor<v1::PerformOperationsRequest, v1::PerformOperationsResponse>* PerformOperations(grpc::CallbackServerContext* context) override {
    return new OperationStream([this, context](const std::string& id) { return Admit(*context, id); }, &ConnectorSession::AttachOperations, &ConnectorSession::TakeResults);
  }

 private:
  // A connector asks again and again: the same refusal is logged once.
  void NoteRefusal(const grpc::ServerContext& context, const v1::OpenSessionRequest& request, const absl::Status& status) {
    if (request.validate_only()) return;
    const absl::StatusOr<Instance*> instance = door_.Named(context);
    const std::string who = absl::StrCat(instance.ok() ? (*instance)->name() : "", "/", request.side());
    {
      const std::lock_guard lock(mutex_);
      std::string& last = refusals_[who];
      const bool is_new = last != status.message();
      last = std::string(status.message());
      // Whoever has no token may name as many sides as he likes.
      if (refusals_.size() > kRefusalsMax) refusals_.clear();
      if (status.ok() || !is_new) return;
    }
    LogWarn(absl::StrCat("session refused  side=", request.side().substr(0, kNameMax), " reason=", ReasonOf(status), " text=", SentenceOf(status)));
  }

  absl::Status Open(const grpc::ServerContext& context, const v1::OpenSessionRequest& request, v1::OpenSessionResponse* response) {
    absl::StatusOr<Instance*> named = door_.Named(context);
    if (!named.ok()) return named.status();
    const PackPtr pack = (*named)->pack();
    std::optional<Side> side;
    for (const Side each : kSides) {
      if (pack->sides[each].name == request.side()) side = each;
    }
    // An unknown side has no token; say so only to who holds one.
    absl::StatusOr<Instance*> admitted = door_.AdmitConnector(context, side.value_or(Side::kLeft));
    if (!admitted.ok()) return admitted.status();
    if (!side) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "SIDE_UNKNOWN",
                     absl::StrCat("The pack has no side \"", request.side(), "\"; its sides are ", pack->sides[Side::kLeft].name, " and ", pack->sides[Side::kRight].name, ". Correct the connector's configuration."));
    }
    return OpenFor(*admitted, *side, request, response);
  }

  absl::Status OpenFor(Instance* instance, Side side, const v1::OpenSessionRequest& request, v1::OpenSessionResponse* response) {
    SessionInfo info = ReadSession(request, side);
    if (!info.trouble_code.empty()) return instance->CheckSession(std::move(info));
    const PackPtr pack = instance->pack();
    absl::StatusOr<SessionCatalogue> catalogue = SessionCatalogue::Make(request.catalogue(), *pack, side);
    const absl::Status fits = catalogue.ok() ? CheckPackFits(*pack, info, instance->Status().machine.sides[Other(side)].session.get()) : catalogue.status();
    if (!fits.ok()) {
      // A system the pack is not made for at all is the better answer.
      SessionInfo asked = info;
      asked.validate_only = true;
      if (const absl::Status gates = instance->CheckSession(std::move(asked)); !gates.ok()) return instance->CheckSession(std::move(info));
      info.trouble_code = ReasonOf(fits);
      info.trouble = SentenceOf(fits);
      instance->CheckSession(std::move(info)).IgnoreError();  // shown to operators
      return fits;
    }
    if (request.validate_only()) return instance->CheckSession(std::move(info));
    info.session_id = random_.Hex(16);
    absl::StatusOr<Machine::Opening> opening = instance->OpenSession(info);
    if (!opening.ok()) return opening.status();
    // Other rules may have been taken since.
    if (opening->pack != nullptr && opening->pack != pack) {
      catalogue = SessionCatalogue::Make(request.catalogue(), *opening->pack, side);
      if (!catalogue.ok()) return catalogue.status();
    }

    auto session = std::make_shared<ConnectorSession>(
        ConnectorSession::Parts{instance, side, opening->number, info.session_id, request.side(), opening->credits, *std::move(catalogue)}, clock_);
    SessionPtr former;
    if (!table_.Add(session, &former)) return Stale();
    const bool was_alive = former != nullptr && former->HasStreams();
    if (former != nullptr) {
      former->End(Stale());
      table_.Remove(former);
    }
    const Tuning& tuning = instance->tuning();
    response->set_session_id(info.session_id);
    response->set_session_number(opening->number);
    response->set_epoch(instance->epoch());
    response->set_lease_millis(absl::ToInt64Milliseconds(tuning.lease));
    response->set_heartbeat_millis(absl::ToInt64Milliseconds(tuning.heartbeat));
    response->set_credits(static_cast<std::uint32_t>(opening->credits));
    const PackPtr told_by = opening->pack != nullptr ? opening->pack : pack;
    const auto limit = [&](const std::string& name, std::int64_t otherwise) {
      const auto& limits = told_by->limits;
      const auto found = limits.find(told_by->sides[side].name + name);
      return found == limits.end() ? otherwise : found->second;
    };
    response->set_poll_share_percent(static_cast<std::uint32_t>(limit("_poll_share_percent", 20)));
    // A connector still connected may be another process, with an operation under way: where the system cannot fence it off,
    // the new one's first write waits until the old one's lease is over.
    if (was_alive && !info.fences_epochs) response->set_write_delay_millis(absl::ToInt64Milliseconds(tuning.lease));
    for (const Machine::Opening::Feed& from : opening->feeds) {
      v1::Feed* feed = response->add_feeds();
      feed->set_resource(from.resource);
      feed->set_cursor(from.cursor);
      feed->set_interval_millis(absl::ToInt64Milliseconds(from.interval));
      for (const std::string& field : from.fields) feed->add_fields(field);
    }
    response->mutable_options()->insert(opening->options.begin(), opening->options.end());
    for (const char* name : {"calls_per_minute", "batch_max"}) {
      if (const std::int64_t most = limit(absl::StrCat("_", name), 0); most > 0) (*response->mutable_options())[name] = absl::StrCat(most);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<SessionPtr> Admit(const grpc::CallbackServerContext& context, const std::string& id) {
    const SessionPtr session = table_.Find(id);
    if (session == nullptr) return Stale();
    absl::StatusOr<Instance*> admitted = door_.AdmitConnector(context, session->side());
    if (!admitted.ok()) return admitted.status();
    if (*admitted != session->instance()) return Stale();
    return session;
  }

  void Tick() {
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
      clock_.WaitUntil(lock, wake_, clock_.Now() + tick_);
      if (is_stopping_) return;
      lock.unlock();
      for (const SessionPtr& session : table_.All()) {
        session->Beat();
        if (clock_.Now() - session->heard() <= session->instance()->tuning().lease) continue;
        session->End(MakeError(absl::StatusCode::kAborted, "SESSION_EXPIRED", "The connector was not heard for a whole lease. Open a new session."));
        table_.Remove(session);
      }
      lock.lock();
    }
  }

  Door& door_;
  const Clock& clock_;
  Random& random_;
  SessionTable table_;
  std::vector<std::unique_ptr<SessionOutlet>> outlets_;
  absl::Duration tick_ = absl::Seconds(5);
  std::mutex mutex_;
  // The last refusal of each instance and side that was logged.
  std::map<std::string, std::string> refusals_;
  std::condition_variable wake_;
  bool is_stopping_ = false;
  std::thread ticker_;
};

}  // namespace

std::unique_ptr<ConnectorSessions> MakeConnectorSessions(Door& door, const Clock& clock, Random& random) {
  return std::make_unique<Sessions>(door, clock, random);
}

}  // namespace entente
