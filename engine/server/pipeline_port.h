#pragma once

#include <memory>

#include "engine/pipeline/machine.h"

namespace entente {

// The machine as an instance drives it; a scripted one stands in for it in tests. The contract is that of Machine.
class PipelinePort {
 public:
  virtual ~PipelinePort() = default;
  virtual bool Handle(const Event& event, absl::Time now) = 0;
  virtual const Wanted& wanted() const = 0;
  virtual void Supply(Fetched fetched) = 0;
  virtual Effects TakeEffects() = 0;
  virtual std::size_t PendingLinks() const { return 0; }
  virtual bool IsAwaited() const { return false; }
  virtual void BatchDurable(std::uint64_t batches) = 0;
  virtual absl::Status CheckSession(const SessionInfo& session, absl::Time now) = 0;
  virtual Machine::Opening OpenSession(const SessionInfo& session) = 0;
  virtual MachineStatus Status() const = 0;
};

std::unique_ptr<PipelinePort> MakePipelinePort(std::unique_ptr<Machine> machine);

}  // namespace entente
