#include "engine/rpc/plan_service.h"

#include <grpcpp/grpcpp.h>

#include "engine/language/pack.h"
#include "engine/plan/undo.h"
#include "engine/rpc/grpc_status.h"
#include "engine/rpc/lookups.h"
#include "engine/rpc/plan_wire.h"
#include "engine/rpc/views.h"
#include "engine/runtime/error.h"
#include "entente/sync/v1/plan.grpc.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

using grpc::ServerContext;

constexpr absl::Duration kAskTimeout = absl::Seconds(15);
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(200);
constexpr int kLooksForSessions = 100;

class Plans final : public v1::PlanService::Service {
 public:
  Plans(Door& door, const std::atomic<bool>& is_stopping) : door_(door), is_stopping_(is_stopping) {}

  grpc::Status Observe(ServerContext* context, const v1::ObserveRequest*, v1::Status* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const absl::StatusOr<Fields> answer = instance.Ask(SetPaused{.paused = true, .observing = true}, kAskTimeout);
      if (answer.ok()) Show(*instance.pack(), instance.Status(), out);
      return answer.status();
    });
  }

  grpc::Status CreatePlan(ServerContext* context, const v1::CreatePlanRequest* request, grpc::ServerWriter<v1::PlanPart>* writer) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      PlanRequest wanted;
      if (!request->kind().empty()) wanted.kind = request->kind();
      if (wanted.kind != "reconcile" && wanted.kind != "pending") {
        return MakeError(absl::StatusCode::kInvalidArgument, "PLAN_KIND_UNKNOWN", "A plan is of kind reconcile or pending.");
      }
      wanted.entities = {request->entities().begin(), request->entities().end()};
      for (const std::string& entity : wanted.entities) {
        if (absl::Status checked = CheckEntity(*instance.pack(), entity); !checked.ok()) return checked;
      }
      return Give(instance, wanted, *context, writer);
    });
  }

  grpc::Status CreateUndo(ServerContext* context, const v1::CreateUndoRequest* request, grpc::ServerWriter<v1::PlanPart>* writer) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      if ((request->run() != 0) + (request->since_micros() != 0) + (request->since_delivery() != 0) != 1) {
        return MakeError(absl::StatusCode::kInvalidArgument, "UNDO_SCOPE_MISSING", "Say what is to be undone: a run, or everything since a time or a delivery, and only one of them.");
      }
      PlanRequest wanted;
      wanted.undo = UndoRequest{.scope = {.run = request->run(), .since_micros = request->since_micros(), .since_delivery = request->since_delivery()},
                                .deletes_max = request->deletes_max(), .approves = request->approve_changes()};
      wanted.entities = {request->entities().begin(), request->entities().end()};
      for (const std::string& entity : wanted.entities) {
        if (absl::Status checked = CheckEntity(*instance.pack(), entity); !checked.ok()) return checked;
      }
      return Give(instance, wanted, *context, writer);
    });
  }

  grpc::Status ApplyPlan(ServerContext* context, grpc::ServerReader<v1::PlanPart>* reader, v1::ApplyReport* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const PackPtr pack = instance.pack();
      PlanReader plan_reader(*pack);
      v1::PlanPart part;
      while (reader->Read(&part)) {
        if (absl::Status taken = plan_reader.Take(part); !taken.ok()) return taken;
      }
      absl::StatusOr<Plan> plan = plan_reader.Finish();
      if (!plan.ok()) return plan.status();
      if (absl::Status taken = TakeRules(instance, *plan); !taken.ok()) return taken;
      // Asked anew: nothing is decided while the engine is paused, and records may have come to refer to what would be deleted.
      absl::StatusOr<std::map<int, std::string>> withheld = ReferencedSince(*instance.Snapshot(), *plan, [&] { return IsOver(*context); });
      if (!withheld.ok()) return is_stopping_ ? EngineStopping() : withheld.status();
      const absl::StatusOr<Fields> answer = instance.Ask(entente::ApplyPlan{std::make_shared<const Plan>(*std::move(plan)), *std::move(withheld)}, kAskTimeout);
      if (answer.ok()) Show(instance.Status().machine.apply, out);
      return answer.status();
    });
  }

  grpc::Status GetApply(ServerContext* context, const v1::GetApplyRequest*, v1::ApplyReport* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const ApplyReport report = instance.Status().machine.apply;
      if (report.id == 0) return MakeError(absl::StatusCode::kNotFound, "APPLY_NOT_FOUND", "No plan was applied since the engine started.");
      Show(report, out);
      return absl::OkStatus();
    });
  }

 private:
  absl::Status Give(Instance& instance, const PlanRequest& wanted, const ServerContext& context, grpc::ServerWriter<v1::PlanPart>* writer) {
    const absl::StatusOr<Plan> plan = instance.MakePlan(wanted, [&] { return IsOver(context); });
    if (!plan.ok()) return is_stopping_ ? EngineStopping() : plan.status();
    WritePlan(*instance.pack(), *plan, [&](const v1::PlanPart& part) { return writer->Write(part); });
    return absl::OkStatus();
  }

  // A plan made by other rules is carried out by them. Applied a second time, they hold already.
  static absl::Status TakeRules(Instance& instance, const Plan& plan) {
    if (!plan.rules || instance.pack()->hash == plan.pack_hash) return absl::OkStatus();
    if (!instance.Status().machine.paused) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "PLAN_NEEDS_PAUSE",
                       "A plan is applied while the engine is paused or observing; its pack was not activated. Pause it, look whether the plan still holds, and apply it then.");
    }
    if (absl::Status taken = instance.ActivatePack({plan.rules->first, plan.rules->files}, {.etag = plan.rules->replaces}); !taken.ok()) return taken;
    // Sessions that the new rules ask for other things open anew; the plan is for both systems.
    const std::unique_ptr<Watcher> watcher = instance.Watch();
    for (int look = 0; look < kLooksForSessions; ++look) {
      const MachineStatus status = instance.Status().machine;
      if (status.sides[Side::kLeft].connected && status.sides[Side::kRight].connected && !status.sides[Side::kLeft].outdated && !status.sides[Side::kRight].outdated) break;
      std::vector<Notice> ignored;
      watcher->Next(kBetweenLooks, &ignored);
    }
    return absl::OkStatus();
  }

  bool IsOver(const ServerContext& context) const { return context.IsCancelled() || is_stopping_; }

  template <typename Do>
  grpc::Status With(const ServerContext& context, Do act) {
    absl::StatusOr<Instance*> instance = door_.AdmitOperator(context);
    if (!instance.ok()) return ToGrpc(instance.status());
    return ToGrpc(act(**instance));
  }

  Door& door_;
  const std::atomic<bool>& is_stopping_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePlanService(Door& door, const std::atomic<bool>& is_stopping) { return std::make_unique<Plans>(door, is_stopping); }

}  // namespace entente
