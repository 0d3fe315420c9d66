#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "entente/connector/v1/connector.pb.h"

namespace entente::sdk {

namespace v1 = ::entente::connector::v1;

// Rises with every read and every effect of a session; shared by feed and operations.
// Thread-safe.
class SequenceCounter {
 public:
  virtual ~SequenceCounter() = default;
  virtual std::uint64_t Next() = 0;
};

// What the engine told the connector when the session opened.
struct SessionPlan {
  std::uint64_t session_number = 0;
  std::uint64_t epoch = 0;
  std::vector<v1::Feed> feeds;
  std::map<std::string, std::string> options;
  std::uint32_t poll_share_percent = 20;
};

// Takes batches of one poll or listing. Blocks while no credit is left; returns an error when the session ended: then the
// poll or listing stops and reports nothing further.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  // `batch.changes`, `cursor_after`, `polled_at_micros` and `listing_total` are the connector's to fill; session id, batch
  // number, mode, resource, listing id and marks are filled by the SDK.
  virtual absl::Status Send(v1::ReportChangesRequest batch) = 0;
};

// One business system as the SDK drives it.
//
// The SDK owns sessions, streams, credits, heartbeats, intervals and reconnection; the connector owns the system.
// Calls come from two threads: one feeds (Poll, List), one operates (Perform). Everything else comes before them.
// No function throws. Nothing durable is kept by either.
class Connector {
 public:
  virtual ~Connector() = default;

  // Connects, introspects, and describes the system: everything of OpenSessionRequest but `side`.
  // Called before every session; an error is shown to the operator and tried again with back-off.
  virtual absl::StatusOr<v1::OpenSessionRequest> Describe() = 0;

  // A session is open. `sequence` outlives the session.
  virtual absl::Status Begin(const SessionPlan& plan, SequenceCounter* sequence) = 0;

  // Reports what changed since `cursor`, in batches, each with the cursor after it. Empty cursor: everything is new.
  // OUT_OF_RANGE when the system does not know the cursor any more: the SDK then reports cursor_lost.
  virtual absl::Status Poll(const std::string& resource, const std::string& cursor, ChangeSink& sink) = 0;

  // Reports every record of `resource`, with content or keys only. The last batch carries the cursor from which Poll resumes
  // without a gap. An error breaks the listing off: the SDK then sends the end mark with listing_failed.
  virtual absl::Status List(const std::string& resource, v1::FeedMode mode, ChangeSink& sink) = 0;

  // Performs operations and hands each result over as soon as it is known, in any order, each id exactly once.
  // START_LISTING and POLL never come here. Operations on one record are in the order given, urgent ones before the others.
  // Must not start an operation after `may_start` answers false (the lease ended): it answers AGAIN, reason LEASE_ENDED.
  virtual void Perform(std::vector<v1::Operation> operations, const std::function<bool()>& may_start,
                       const std::function<void(v1::OperationResult)>& done) = 0;

  // Counters since the session began, and the trouble the connector has with its system now.
  virtual v1::Statistics Statistics() const = 0;
};

}  // namespace entente::sdk
