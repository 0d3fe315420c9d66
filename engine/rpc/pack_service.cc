#include "engine/rpc/pack_service.h"

#include <grpcpp/grpcpp.h>

#include "engine/rpc/grpc_status.h"
#include "engine/rpc/pack_wire.h"
#include "engine/rpc/plan_wire.h"
#include "entente/sync/v1/pack.grpc.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

using grpc::ServerContext;

class Packs final : public v1::PackService::Service {
 public:
  Packs(Door& door, const std::atomic<bool>& is_stopping) : door_(door), is_stopping_(is_stopping) {}

  grpc::Status WhatIfPack(ServerContext* context, const v1::WhatIfPackRequest* request, grpc::ServerWriter<v1::WhatIfPart>* writer) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const absl::StatusOr<PackFiles> files = ReadContent(request->pack());
      if (!files.ok()) return files.status();
      const std::map<std::string, std::string> parameters(request->parameters().begin(), request->parameters().end());
      const PackPtr running = instance.pack();
      const absl::StatusOr<PackComparison> compared = instance.ComparePack(*files, parameters, [&] { return context->IsCancelled() || is_stopping_; });
      if (!compared.ok()) return is_stopping_ ? EngineStopping() : compared.status();
      v1::WhatIfPart first;
      Show(*running, *compared, first.mutable_report());
      if (!writer->Write(first)) return absl::OkStatus();
      WritePlan(*compared->pack, compared->what_if.plan, [&](const v1::PlanPart& part) {
        v1::WhatIfPart next;
        *next.mutable_plan() = part;
        return writer->Write(next);
      });
      return absl::OkStatus();
    });
  }

  grpc::Status ActivatePack(ServerContext* context, const v1::ActivatePackRequest* request, v1::ActivePack* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const absl::StatusOr<PackFiles> files = ReadContent(request->pack());
      if (!files.ok()) return files.status();
      if (absl::Status done = instance.ActivatePack(*files, {.etag = request->etag(), .validate_only = request->validate_only()}); !done.ok()) return done;
      ShowActive(*instance.pack(), instance.is_pack_activated(), instance.Status().machine, out);
      return absl::OkStatus();
    });
  }

  grpc::Status GetActivePack(ServerContext* context, const v1::GetActivePackRequest*, v1::ActivePack* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      ShowActive(*instance.pack(), instance.is_pack_activated(), instance.Status().machine, out);
      return absl::OkStatus();
    });
  }

 private:
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

std::unique_ptr<grpc::Service> MakePackService(Door& door, const std::atomic<bool>& is_stopping) { return std::make_unique<Packs>(door, is_stopping); }

}  // namespace entente
