#include "tests/server/scripted_port.h"

#include <algorithm>

namespace entente {
namespace {

std::string NameOf(const Event& event) {
  if (const auto* feed = std::get_if<FeedBatch>(&event)) return (feed->side == Side::kLeft ? "left feed " : "right feed ") + std::to_string(feed->batch);
  if (std::holds_alternative<SessionOpened>(event)) return "session opened";
  if (std::holds_alternative<SessionClosed>(event)) return "session closed";
  if (std::holds_alternative<TimerDue>(event)) return "timer";
  if (std::holds_alternative<Request>(event)) return "request";
  if (std::holds_alternative<ResultBatch>(event)) return "results";
  return "other";
}

}  // namespace

bool ScriptedPort::Handle(const Event& event, absl::Time now) {
  if (script_.needs) {
    wanted_ = {};
    for (const LinkId link : script_.needs(event)) {
      if (!supplied_.contains(link)) wanted_.links.insert(link);
    }
    if (!wanted_.empty()) return false;
  }
  {
    const std::lock_guard lock(seen_->mutex);
    seen_->events.push_back(NameOf(event));
  }
  if (const auto* feed = std::get_if<FeedBatch>(&event)) {
    effects_.batch.meta["feed"] = std::to_string(feed->batch);
    effects_.acknowledgements.push_back({feed->side, feed->session, feed->batch, static_cast<int>(feed->changes.size())});
  }
  if (const auto* request = std::get_if<Request>(&event)) effects_.replies.push_back({request->id, absl::OkStatus(), {{"run", 7}}});
  if (script_.effects) script_.effects(event, now, &effects_);
  ++seen_->handled;
  return true;
}

void ScriptedPort::Supply(Fetched fetched) {
  for (const auto& [id, link] : fetched.links) supplied_.insert(id);
}

Effects ScriptedPort::TakeEffects() { return std::exchange(effects_, {}); }

void ScriptedPort::BatchDurable(std::uint64_t batches) {
  const std::lock_guard lock(seen_->mutex);
  seen_->durable.push_back(batches);
}

Machine::Opening ScriptedPort::OpenSession(const SessionInfo&) {
  Machine::Opening opening;
  opening.number = ++sessions_;
  opening.credits = 100;
  return opening;
}

MachineStatus ScriptedPort::Status() const {
  MachineStatus status;
  status.quiet = seen_->is_quiet;
  return status;
}

void GatedStore::Gate::OpenCommits(bool is_open) {
  const std::lock_guard lock(mutex);
  commits_open = is_open;
  wake.notify_all();
}

void GatedStore::Gate::OpenReads(bool is_open) {
  const std::lock_guard lock(mutex);
  reads_open = is_open;
  wake.notify_all();
}

absl::StatusOr<Fetched> GatedStore::Get(const Wanted& wanted) {
  ++gate_->reads_begun;
  std::unique_lock lock(gate_->mutex);
  gate_->wake.wait(lock, [&] { return gate_->reads_open; });
  lock.unlock();
  return memory_.Get(wanted);
}

absl::Status GatedStore::Commit(const Batch& batch) {
  ++gate_->commits_begun;
  std::unique_lock lock(gate_->mutex);
  gate_->wake.wait(lock, [&] { return gate_->commits_open; });
  lock.unlock();
  const absl::Status status = memory_.Commit(batch);
  if (status.ok()) ++gate_->commits;
  return status;
}

void KeptOutlet::Send(SendOperations operations) {
  const std::lock_guard lock(mutex_);
  left_.push_back("operations " + std::to_string(operations.operations.size()));
}

void KeptOutlet::Acknowledge(const AcknowledgeBatch& acknowledgement) {
  const std::lock_guard lock(mutex_);
  left_.push_back("acknowledged " + std::to_string(acknowledgement.batch));
}

std::vector<std::string> KeptOutlet::Left() {
  const std::lock_guard lock(mutex_);
  return left_;
}

}  // namespace entente
