#include "engine/rpc/sync_service.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/certificate/certificate.h"
#include "engine/language/pack.h"
#include "engine/pipeline/inquiry.h"
#include "engine/rpc/explain.h"
#include "engine/rpc/grpc_status.h"
#include "engine/rpc/lookups.h"
#include "engine/rpc/views.h"
#include "engine/rpc/why_not.h"
#include "engine/runtime/error.h"
#include "engine/runtime/version.h"
#include "entente/sync/v1/sync.grpc.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

using grpc::ServerContext;

constexpr absl::Duration kAskTimeout = absl::Seconds(15);
constexpr absl::Duration kLook = absl::Milliseconds(500);
constexpr absl::Duration kEraseLongest = absl::Hours(1);
constexpr std::size_t kRequestIdMax = 64;
constexpr absl::Duration kQuiesceDefault = absl::Seconds(60);

int Rank(std::string_view severity) {
  constexpr std::string_view kOrder[] = {"debug", "info", "warn", "error"};
  const auto* at = std::find(std::begin(kOrder), std::end(kOrder), severity);
  return at == std::end(kOrder) ? 1 : static_cast<int>(at - std::begin(kOrder));
}

std::uint64_t NumberIn(const Fields& answer, std::string_view name) {
  const auto* number = FieldOf(answer, name).As<std::int64_t>();
  return number == nullptr ? 0 : static_cast<std::uint64_t>(*number);
}

// What is left of the call's own deadline, at most `longest`.
absl::Duration TimeLeft(const ServerContext& context, absl::Duration longest) {
  const auto left = context.deadline() - std::chrono::system_clock::now();
  return std::min(longest, absl::FromChrono(std::chrono::duration_cast<std::chrono::nanoseconds>(std::min(left, std::chrono::system_clock::duration(std::chrono::hours(24))))));
}

class Sync final : public v1::SyncService::Service {
 public:
  Sync(Door& door, const std::atomic<bool>& is_stopping) : door_(door), is_stopping_(is_stopping) {}

  // ---- status

  grpc::Status GetStatus(ServerContext* context, const v1::GetStatusRequest*, v1::Status* out) override {
    return With(*context, [&](Instance& instance) { return Fill(instance, out); });
  }

  grpc::Status Watch(ServerContext* context, const v1::WatchRequest* request, grpc::ServerWriter<v1::WatchResponse>* writer) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const std::unique_ptr<Watcher> watcher = instance.Watch();
      const absl::Duration interval = absl::Milliseconds(std::max<std::int64_t>(request->min_interval_millis(), 100));
      const int least = request->severity().empty() ? 1 : Rank(request->severity());
      absl::Time next_status = absl::InfinitePast();
      bool is_due = true;
      while (!IsOver(*context)) {
        std::vector<Notice> notices;
        is_due |= watcher->Next(std::min(kLook, interval), &notices);
        v1::WatchResponse response;
        for (const Notice& notice : notices) {
          if (Rank(notice.severity) < least) continue;
          response.add_notices()->set_severity(notice.severity);
          response.mutable_notices()->rbegin()->set_text(notice.text);
        }
        response.set_notices_lost(watcher->TakeLost());
        const absl::Time now = Now();
        if (is_due && now >= next_status) {
          is_due = false;
          next_status = now + interval;
          if (absl::Status filled = Fill(instance, response.mutable_status()); !filled.ok()) return filled;
        }
        const bool has_something = response.has_status() || response.notices_size() > 0 || response.notices_lost() > 0;
        if (has_something && !writer->Write(response)) break;
      }
      return CutShort();
    });
  }

  // ---- records and links

  grpc::Status ListRecords(ServerContext* context, const v1::ListRecordsRequest* request, v1::ListRecordsResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      absl::StatusOr<Page> page = ReadPage(request->page_size(), request->page_token());
      if (!page.ok()) return page.status();
      const PackPtr pack = instance.pack();
      if (absl::Status checked = CheckSide(*pack, request->side()); !checked.ok()) return checked;
      if (absl::Status checked = CheckResource(*pack, request->resource()); !checked.ok()) return checked;
      absl::StatusOr<std::string> next = WalkLinks(*instance.Snapshot(), *page, [&](const Link& link) {
        bool is_taken = false;
        for (const Side side : kSides) {
          const Member& member = link.members[side];
          if (member.presence == Presence::kNone || (!request->side().empty() && pack->sides[side].name != request->side())) continue;
          if (!request->resource().empty() && member.resource != request->resource()) continue;
          ShowRecord(*pack, link, side, out->add_records());
          is_taken = true;
        }
        return is_taken;
      });
      if (next.ok()) out->set_next_page_token(*next);
      return next.status();
    });
  }

  grpc::Status GetRecord(ServerContext* context, const v1::GetRecordRequest* request, v1::Record* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const PackPtr pack = instance.pack();
      absl::StatusOr<Link> link = FindLinkOf(*instance.Snapshot(), *pack, instance.tuning().match_key, *request);
      if (link.ok()) ShowRecord(*pack, *link, *SideNamed(*pack, request->side()), out);
      return link.status();
    });
  }

  grpc::Status ListLinks(ServerContext* context, const v1::ListLinksRequest* request, v1::ListLinksResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      absl::StatusOr<Page> page = ReadPage(request->page_size(), request->page_token());
      if (!page.ok()) return page.status();
      const PackPtr pack = instance.pack();
      if (absl::Status checked = CheckEntity(*pack, request->entity()); !checked.ok()) return checked;
      absl::StatusOr<std::string> next = WalkLinks(*instance.Snapshot(), *page, [&](const Link& link) {
        if (!request->entity().empty() && link.entity != request->entity()) return false;
        if (!request->state().empty() && StateOf(link) != request->state()) return false;
        Show(*pack, link, out->add_links());
        return true;
      });
      if (next.ok()) out->set_next_page_token(*next);
      return next.status();
    });
  }

  grpc::Status GetLink(ServerContext* context, const v1::GetLinkRequest* request, v1::Link* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      absl::StatusOr<Link> link = FindLink(*instance.Snapshot(), request->id());
      if (link.ok()) Show(*instance.pack(), *link, out);
      return link.status();
    });
  }

  grpc::Status Explain(ServerContext* context, const v1::ExplainRequest* request, v1::Explanation* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const std::unique_ptr<StoreSnapshot> snapshot = instance.Snapshot();
      absl::StatusOr<Link> link = LinkFor(instance, *snapshot, request->link(), request->record());
      if (!link.ok()) return link.status();
      if (link->erased) {
        Show(*instance.pack(), *link, out->mutable_link());
        return absl::OkStatus();
      }
      absl::StatusOr<std::vector<JournalEntry>> journal = WholeJournal(*snapshot, link->id);
      if (!journal.ok()) return journal.status();
      const absl::Status answered = Ask(instance, *snapshot, [&](Turn& turn) { entente::Explain(turn, *link, *journal, request->field(), out); });
      if (!answered.ok()) return answered;
      if (request->field().empty() || out->fields_size() > 0) return absl::OkStatus();
      return MakeError(absl::StatusCode::kNotFound, "FIELD_UNKNOWN", absl::StrCat("The entity ", link->entity, " has no field \"", request->field(), "\". Leave the field out to see all."));
    });
  }

  grpc::Status WhyNot(ServerContext* context, const v1::WhyNotRequest* request, v1::WhyNotResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const PackPtr pack = instance.pack();
      const InstanceStatus status = instance.Status();
      const std::unique_ptr<StoreSnapshot> snapshot = instance.Snapshot();
      absl::StatusOr<Link> link = LinkFor(instance, *snapshot, request->link(), request->record());
      if (link.ok() && link->erased) {
        ExplainErased(*link, out);
        return absl::OkStatus();
      }
      if (link.ok()) return Ask(instance, *snapshot, [&](Turn& turn) { ExplainWhyNot(turn, *link, status, out); });
      if (ReasonOf(link.status()) != "RECORD_UNKNOWN") return link.status();
      ExplainUnknown(*pack, *SideNamed(*pack, request->record().side()), request->record().resource(), status, out);
      return absl::OkStatus();
    });
  }

  grpc::Status ListHistory(ServerContext* context, const v1::ListHistoryRequest* request, v1::ListHistoryResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      absl::StatusOr<Page> page = ReadPage(request->page_size(), request->page_token());
      if (!page.ok()) return page.status();
      const std::unique_ptr<StoreSnapshot> snapshot = instance.Snapshot();
      absl::StatusOr<Link> link = LinkFor(instance, *snapshot, request->link(), request->record());
      if (!link.ok()) return link.status();
      out->set_link(link->id);
      absl::StatusOr<std::vector<JournalEntry>> entries = snapshot->Journal(link->id, page->after, page->size);
      if (!entries.ok()) return entries.status();
      for (const JournalEntry& entry : *entries) Show(*instance.pack(), entry, out->add_entries());
      if (static_cast<int>(entries->size()) == page->size) out->set_next_page_token(absl::StrCat(entries->back().seq));
      return absl::OkStatus();
    });
  }

  // ---- runs

  grpc::Status StartRun(ServerContext* context, const v1::StartRunRequest* request, v1::Run* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      if (request->kind() != "first_load" && request->kind() != "reconcile" && request->kind() != "resync") {
        return MakeError(absl::StatusCode::kInvalidArgument, "RUN_KIND_UNKNOWN", "A run is a first_load, a reconcile or a resync.");
      }
      for (const std::string& entity : request->entities()) {
        if (absl::Status checked = CheckEntity(*instance.pack(), entity); !checked.ok()) return checked;
      }
      absl::StatusOr<Fields> answer = instance.Ask(entente::StartRun{request->kind(), {request->entities().begin(), request->entities().end()}}, TimeLeft(*context, kAskTimeout));
      if (!answer.ok()) return answer.status();
      return FillRun(instance, NumberIn(*answer, "run"), out);
    });
  }

  grpc::Status GetRun(ServerContext* context, const v1::GetRunRequest* request, v1::Run* out) override {
    return With(*context, [&](Instance& instance) { return FillRun(instance, request->id(), out); });
  }

  grpc::Status ListRuns(ServerContext* context, const v1::ListRunsRequest*, v1::ListRunsResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      for (const RunState& run : instance.Status().machine.runs) Show(*instance.pack(), run, out->add_runs());
      return absl::OkStatus();
    });
  }

  grpc::Status WatchRun(ServerContext* context, const v1::GetRunRequest* request, grpc::ServerWriter<v1::Run>* writer) override {
    return With(*context, [&](Instance& instance) {
      return WatchOne<v1::Run>(
          *context, instance, writer, [&](v1::Run* run) { return FillRun(instance, request->id(), run); }, [](const v1::Run& run) { return run.state() != "running"; });
    });
  }

  // ---- quotes

  grpc::Status PriceQuote(ServerContext* context, const v1::QuoteRequest* request, v1::Push* out) override { return Quote(*context, *request, true, out); }
  grpc::Status PushQuote(ServerContext* context, const v1::QuoteRequest* request, v1::Push* out) override { return Quote(*context, *request, false, out); }

  grpc::Status GetPush(ServerContext* context, const v1::GetPushRequest* request, v1::Push* out) override {
    return With(*context, [&](Instance& instance) { return FillPush(instance, request->id(), out); });
  }

  grpc::Status ListPushes(ServerContext* context, const v1::ListPushesRequest*, v1::ListPushesResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      for (const PushState& push : instance.Status().machine.pushes) Show(push, out->add_pushes());
      return absl::OkStatus();
    });
  }

  grpc::Status WatchPush(ServerContext* context, const v1::GetPushRequest* request, grpc::ServerWriter<v1::Push>* writer) override {
    return With(*context, [&](Instance& instance) {
      return WatchOne<v1::Push>(
          *context, instance, writer, [&](v1::Push* push) { return FillPush(instance, request->id(), push); },
          [](const v1::Push& push) { return push.state() == "done" || push.state() == "refused"; });
    });
  }

  // ---- work

  grpc::Status ListWorkItems(ServerContext* context, const v1::ListWorkItemsRequest* request, v1::ListWorkItemsResponse* out) override {
    return With(*context, [&](Instance& instance) { return FillItems(instance, *request, out); });
  }

  grpc::Status GetWorkItem(ServerContext* context, const v1::GetWorkItemRequest* request, v1::WorkItem* out) override {
    return With(*context, [&](Instance& instance) { return FillItem(instance, request->id(), out); });
  }

  grpc::Status ResolveWorkItem(ServerContext* context, const v1::ResolveWorkItemRequest* request, v1::WorkItem* out) override {
    return Settle(*context, ResolveItem{request->id(), request->choice()}, request->id(), out);
  }

  grpc::Status ListDeadLetters(ServerContext* context, const v1::ListDeadLettersRequest* request, v1::ListWorkItemsResponse* out) override {
    v1::ListWorkItemsRequest filter;
    filter.set_kind("dead_letter");
    filter.set_page_size(request->page_size());
    filter.set_page_token(request->page_token());
    return With(*context, [&](Instance& instance) { return FillItems(instance, filter, out); });
  }

  grpc::Status RetryDeadLetter(ServerContext* context, const v1::DeadLetterRequest* request, v1::WorkItem* out) override {
    return Settle(*context, entente::RetryDeadLetter{request->id()}, request->id(), out);
  }

  grpc::Status DiscardDeadLetter(ServerContext* context, const v1::DeadLetterRequest* request, v1::WorkItem* out) override {
    return Settle(*context, entente::DiscardDeadLetter{request->id()}, request->id(), out);
  }

  // ---- packs

  grpc::Status DescribePack(ServerContext* context, const v1::DescribePackRequest* request, v1::PackDescription* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      absl::StatusOr<PackPtr> pack = request->directory().empty() ? absl::StatusOr<PackPtr>(instance.pack()) : LoadPack(request->directory());
      if (!pack.ok()) return MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID", SentenceOf(pack.status()));
      const PackDescription description = entente::DescribePack(**pack);
      out->set_name(description.name);
      out->set_version(description.version);
      out->set_hash(description.hash);
      out->set_json(ToJson(description));
      return absl::OkStatus();
    });
  }

  grpc::Status CheckPack(ServerContext* context, const v1::CheckPackRequest* request, v1::CheckPackResponse* out) override {
    return With(*context, [&](Instance&) -> absl::Status {
      const absl::StatusOr<PackPtr> pack = LoadPack(request->directory());
      if (pack.ok()) {
        const certificate::Certificate proved = certificate::Certify(**pack);
        out->set_ok(proved.holds());
        out->set_certificate_hash(proved.hash);
        out->set_certificate_json(certificate::ToJson(proved));
        for (const certificate::Refusal& refusal : proved.refusals) out->add_problems(refusal.problem.ToString());
        return absl::OkStatus();
      }
      const std::string problems = SentenceOf(pack.status());
      for (std::size_t at = 0; at < problems.size();) {
        const std::size_t end = std::min(problems.find('\n', at), problems.size());
        if (end > at) out->add_problems(problems.substr(at, end - at));
        at = end + 1;
      }
      return absl::OkStatus();
    });
  }

  // ---- control

  grpc::Status Pause(ServerContext* context, const v1::PauseRequest*, v1::Status* out) override { return SetPause(*context, true, out); }
  grpc::Status Resume(ServerContext* context, const v1::ResumeRequest*, v1::Status* out) override { return SetPause(*context, false, out); }

  grpc::Status PollNow(ServerContext* context, const v1::PollNowRequest* request, v1::PollNowResponse*) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      for (const std::string& resource : request->resources()) {
        if (absl::Status checked = CheckResource(*instance.pack(), resource); !checked.ok()) return checked;
      }
      return instance.Ask(entente::PollNow{{request->resources().begin(), request->resources().end()}}, TimeLeft(*context, kAskTimeout)).status();
    });
  }

  grpc::Status CreateBackup(ServerContext* context, const v1::CreateBackupRequest* request, v1::CreateBackupResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      if (request->directory().empty() || request->directory().front() != '/') {
        return MakeError(absl::StatusCode::kInvalidArgument, "BACKUP_DIRECTORY_INVALID", "Name the backup's folder by its full path on the engine's machine.");
      }
      out->set_directory(request->directory());
      return instance.Backup(request->directory());
    });
  }

  grpc::Status Erase(ServerContext* context, const v1::EraseRequest* request, v1::Erasure* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      if (request->request_id().size() > kRequestIdMax) {
        return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_TOO_LONG", absl::StrCat("A request_id has at most ", kRequestIdMax, " bytes. Send a shorter one, that says nothing of the person."));
      }
      absl::StatusOr<Link> link = LinkFor(instance, *instance.Snapshot(), request->link(), request->record());
      if (!link.ok()) return link.status();
      const EraseRequest wanted{.link = link->id, .request_id = request->request_id(), .validate_only = request->validate_only()};
      absl::StatusOr<EraseReport> report = instance.Erase(wanted, TimeLeft(*context, kEraseLongest), [&] { return IsOver(*context); });
      if (!report.ok()) return is_stopping_ ? EngineStopping() : report.status();
      Show(*instance.pack(), *report, out);
      return absl::OkStatus();
    });
  }

  grpc::Status Quiesce(ServerContext* context, const v1::QuiesceRequest* request, v1::QuiesceResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const absl::Duration wanted = request->timeout_millis() > 0 ? absl::Milliseconds(request->timeout_millis()) : kQuiesceDefault;
      if (absl::Status quiet = instance.Quiesce(TimeLeft(*context, wanted), [&] { return IsOver(*context); }); !quiet.ok()) return is_stopping_ ? EngineStopping() : quiet;
      return Fill(instance, out->mutable_status());
    });
  }

 private:
  // Answers by the pipeline's own code over the snapshot.
  absl::Status Ask(Instance& instance, const StoreSnapshot& snapshot, const std::function<void(Turn&)>& answer) {
    const MachineStatus machine = instance.Status().machine;
    InquiryGround ground{.pack = instance.pack(), .tuning = instance.tuning(), .snapshot = &snapshot, .sessions = {}, .now = Now(), .unread = machine.unread};
    for (const Side side : kSides) ground.sessions[side] = machine.sides[side].session;
    return Inquire(ground, [&](Turn& turn) {
      answer(turn);
      return absl::OkStatus();
    });
  }

  static absl::Time Now() { return absl::FromChrono(std::chrono::system_clock::now()); }
  bool IsOver(const ServerContext& context) const { return context.IsCancelled() || is_stopping_; }

  // The end of a stream that was to go on: in order when it was the caller who left.
  absl::Status CutShort() const { return is_stopping_ ? EngineStopping() : absl::OkStatus(); }

  template <typename Do>
  grpc::Status With(const ServerContext& context, Do act) {
    absl::StatusOr<Instance*> instance = door_.AdmitOperator(context);
    if (!instance.ok()) return ToGrpc(instance.status());
    return ToGrpc(act(**instance));
  }

  static absl::StatusOr<Link> LinkFor(Instance& instance, const StoreSnapshot& snapshot, LinkId id, const v1::GetRecordRequest& record) {
    return id != 0 ? FindLink(snapshot, id) : FindLinkOf(snapshot, *instance.pack(), instance.tuning().match_key, record);
  }

  absl::Status Fill(Instance& instance, v1::Status* out) const {
    out->set_instance(instance.name());
    Show(*instance.pack(), instance.Status(), out);
    out->set_epoch(instance.epoch());
    out->set_tokens_refused(door_.refused());
    out->set_engine_version(kVersion);
    return absl::OkStatus();
  }

  static absl::Status FillRun(Instance& instance, std::uint64_t id, v1::Run* out) {
    absl::StatusOr<RunState> run = FindRun(instance, id);
    if (run.ok()) Show(*instance.pack(), *run, out);
    return run.status();
  }

  static absl::Status FillPush(Instance& instance, std::uint64_t id, v1::Push* out) {
    absl::StatusOr<PushState> push = FindPush(instance, id);
    if (push.ok()) Show(*push, out);
    return push.status();
  }

  static absl::Status FillItem(Instance& instance, WorkItemId id, v1::WorkItem* out) {
    absl::StatusOr<WorkItem> item = FindWorkItem(*instance.Snapshot(), id);
    if (item.ok()) Show(*instance.pack(), *item, out);
    return item.status();
  }

  static absl::Status FillItems(Instance& instance, const v1::ListWorkItemsRequest& filter, v1::ListWorkItemsResponse* out) {
    absl::StatusOr<Page> page = ReadPage(filter.page_size(), filter.page_token());
    if (!page.ok()) return page.status();
    if (absl::Status checked = CheckEntity(*instance.pack(), filter.entity()); !checked.ok()) return checked;
    const std::string state = filter.state().empty() ? "open" : filter.state();
    absl::StatusOr<std::string> next = WalkWork(*instance.Snapshot(), *page, [&](const WorkItem& item) {
      if (state != "all" && NameOf(item.state) != state) return false;
      if (!filter.kind().empty() && NameOf(item.kind) != filter.kind()) return false;
      if (!filter.reason().empty() && item.reason != filter.reason()) return false;
      if (!filter.entity().empty() && item.entity != filter.entity()) return false;
      if (filter.link() != 0 && item.link != filter.link()) return false;
      Show(*instance.pack(), item, out->add_items());
      return true;
    });
    if (next.ok()) out->set_next_page_token(*next);
    return next.status();
  }

  grpc::Status Settle(const ServerContext& context, Instance::What what, WorkItemId id, v1::WorkItem* out) {
    return With(context, [&](Instance& instance) -> absl::Status {
      absl::StatusOr<Fields> answer = instance.Ask(std::move(what), TimeLeft(context, kAskTimeout));
      return answer.ok() ? FillItem(instance, id, out) : answer.status();
    });
  }

  grpc::Status Quote(const ServerContext& context, const v1::QuoteRequest& request, bool price_only, v1::Push* out) {
    return With(context, [&](Instance& instance) -> absl::Status {
      absl::StatusOr<Fields> answer = instance.Ask(entente::PushQuote{request.quote(), price_only, request.request_id()}, TimeLeft(context, kAskTimeout));
      return answer.ok() ? FillPush(instance, NumberIn(*answer, "push"), out) : answer.status();
    });
  }

  grpc::Status SetPause(const ServerContext& context, bool is_paused, v1::Status* out) {
    return With(context, [&](Instance& instance) -> absl::Status {
      absl::StatusOr<Fields> answer = instance.Ask(SetPaused{is_paused}, TimeLeft(context, kAskTimeout));
      return answer.ok() ? Fill(instance, out) : answer.status();
    });
  }

  // Writes what `fill` gives at once and whenever it changed, until `is_last`.
  template <typename Message, typename Fill, typename IsLast>
  absl::Status WatchOne(const ServerContext& context, Instance& instance, grpc::ServerWriter<Message>* writer, Fill fill, IsLast is_last) {
    const std::unique_ptr<Watcher> watcher = instance.Watch();
    std::string written;
    while (!IsOver(context)) {
      Message message;
      if (absl::Status filled = fill(&message); !filled.ok()) return filled;
      std::string bytes = message.ShortDebugString();
      if (bytes != written && !writer->Write(message)) break;
      written = std::move(bytes);
      if (is_last(message)) return absl::OkStatus();
      std::vector<Notice> ignored;
      watcher->Next(kLook, &ignored);
    }
    return CutShort();
  }

  Door& door_;
  const std::atomic<bool>& is_stopping_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSyncService(Door& door, const std::atomic<bool>& is_stopping) { return std::make_unique<Sync>(door, is_stopping); }

}  // namespace entente
