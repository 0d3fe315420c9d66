#include "engine/server/pipeline_port.h"

#include <utility>

namespace entente {
namespace {

class MachinePort final : public PipelinePort {
 public:
  explicit MachinePort(std::unique_ptr<Machine> machine) : machine_(std::move(machine)) {}
  bool Handle(const Event& event, absl::Time now) override { return machine_->Handle(event, now); }
  const Wanted& wanted() const override { return machine_->wanted(); }
  void Supply(Fetched fetched) override { machine_->Supply(std::move(fetched)); }
  Effects TakeEffects() override { return machine_->TakeEffects(); }
  std::size_t PendingLinks() const override { return machine_->PendingLinks(); }
  bool IsAwaited() const override { return machine_->IsAwaited(); }
  void BatchDurable(std::uint64_t batches) override { machine_->BatchDurable(batches); }
  absl::Status CheckSession(const SessionInfo& session, absl::Time now) override { return machine_->CheckSession(session, now); }
  Machine::Opening OpenSession(const SessionInfo& session) override { return machine_->OpenSession(session); }
  MachineStatus Status() const override { return machine_->Status(); }

 private:
  std::unique_ptr<Machine> machine_;
};

}  // namespace

std::unique_ptr<PipelinePort> MakePipelinePort(std::unique_ptr<Machine> machine) { return std::make_unique<MachinePort>(std::move(machine)); }

}  // namespace entente
