#include "connectors/sdk/operating.h"

#include <map>
#include <utility>

#include <spdlog/spdlog.h>

namespace entente::sdk {
namespace {

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
    waiting_.Put(std::move(operations));
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
    std::vector<v1::Operation> together = waiting_.Take(session_.WritesAllowed());
    if (!together.empty()) return together;
    if (waiting_.IsEmpty()) {
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
