#include "connectors/sdk/operating.h"

#include <map>
#include <utility>

#include <spdlog/spdlog.h>

namespace entente::sdk {
namespace {

bool IsWrite(const v1::Operation& operation) {
  switch (operation.verb()) {
    case v1::Operation::CREATE:
    case v1::Operation::UPDATE:
    case v1::Operation::DELETE:
    case v1::Operation::UNDELETE: return true;
    default: return false;
  }
}

v1::OperationResult NotAnswered(std::uint64_t id, bool is_write) {
  v1::OperationResult result;
  result.set_id(id);
  auto* failure = result.mutable_failure();
  failure->set_class_(is_write ? v1::Failure::UNCERTAIN : v1::Failure::AGAIN);
  failure->set_reason("NOT_ANSWERED");
  failure->set_text("the connector gave no answer to this operation");
  return result;
}

}  // namespace

void Operating::Take(std::vector<v1::Operation> operations) {
  {
    const std::lock_guard lock(mutex_);
    for (auto& operation : operations) waiting_.push_back(std::move(operation));
  }
  wake_.notify_all();
}

void Operating::Wake() {
  const std::lock_guard lock(mutex_);
  wake_.notify_all();
}

std::vector<v1::Operation> Operating::Next() {
  std::unique_lock lock(mutex_);
  while (!session_.ended()) {
    const bool writes = session_.WritesAllowed();
    std::vector<v1::Operation> ready;
    std::deque<v1::Operation> held;
    for (auto& operation : waiting_) {
      if (writes || !IsWrite(operation)) {
        ready.push_back(std::move(operation));
      } else {
        held.push_back(std::move(operation));
      }
    }
    waiting_ = std::move(held);
    if (!ready.empty()) return ready;
    if (waiting_.empty()) {
      wake_.wait(lock);
    } else {
      wake_.wait_for(lock, absl::ToChronoNanoseconds(session_.UntilWritesAllowed()));
    }
  }
  return {};
}

void Operating::Run() {
  while (true) {
    std::vector<v1::Operation> operations = Next();
    if (operations.empty()) return;
    Perform(std::move(operations));
  }
}

void Operating::Perform(std::vector<v1::Operation> operations) {
  std::map<std::uint64_t, bool> open;  // id, is a write
  for (const auto& operation : operations) open.emplace(operation.id(), IsWrite(operation));
  std::mutex answering;
  const auto done = [&](v1::OperationResult result) {
    {
      const std::lock_guard lock(answering);
      if (open.erase(result.id()) == 0) {
        spdlog::error("answer dropped: the operation was answered before  operation={}", result.id());
        return;
      }
    }
    session_.SendResult(std::move(result));
  };
  connector_.Perform(std::move(operations), [this] { return session_.MayStart(); }, done);
  for (const auto& [id, is_write] : std::exchange(open, {})) {
    spdlog::error("operation left without an answer  operation={}", id);
    session_.SendResult(NotAnswered(id, is_write));
  }
}

}  // namespace entente::sdk
