#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "connectors/sdk/connector.h"
#include "tools/benchmark/documents.h"
#include "tools/benchmark/people.h"

namespace entente::benchmark {

// The synthetic connector: People behind the real SDK.
//
// Its feed knows every change at once, as a system with notifications does: while `waits` is set, a poll that finds nothing new waits
// for a change instead of answering. It reports the writes it made itself too, as real feeds do.
// `people` and `documents` outlive the connector; without documents (null) it knows none. Threads as sdk::Connector says.
class PeopleConnector : public sdk::Connector {
 public:
  PeopleConnector(People& people, Documents* documents, std::string company, int batch_records)
      : people_(people), documents_(documents), company_(std::move(company)), batch_(batch_records) {}

  absl::StatusOr<v1::OpenSessionRequest> Describe() override;
  absl::Status Begin(const sdk::SessionPlan& plan, sdk::SequenceCounter* sequence) override;
  absl::Status Poll(const std::string& resource, const std::string& cursor, sdk::ChangeSink& sink) override;
  absl::Status List(const std::string& resource, v1::FeedMode mode, sdk::ChangeSink& sink) override;
  void Perform(std::vector<v1::Operation> operations, const std::function<bool()>& may_start,
               const std::function<void(v1::OperationResult)>& done) override;
  v1::Statistics Statistics() const override;

  void Wait(bool waits);
  // Highest change reported in a poll; sessions opened.
  std::uint64_t reported() const { return reported_; }
  int sessions() const { return sessions_; }

 private:
  v1::OperationResult Done(const v1::Operation& operation);
  void DoneWithPerson(const v1::Operation& operation, v1::OperationResult* result);
  void DoneWithDocument(const v1::Operation& operation, v1::OperationResult* result);
  absl::Status ListDocuments(sdk::ChangeSink& sink);

  People& people_;
  Documents* const documents_;
  const std::string company_;
  const int batch_;
  std::atomic<sdk::SequenceCounter*> sequence_{nullptr};
  std::atomic<bool> waits_{false};
  std::atomic<std::uint64_t> reported_{0};
  std::atomic<int> sessions_{0};
};

}  // namespace entente::benchmark
