#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/rpc/instance.h"
#include "engine/rpc/session_catalogue.h"
#include "engine/runtime/clock.h"

namespace entente::connector::v1 {
class PerformOperationsRequest;
class PerformOperationsResponse;
class ReportChangesRequest;
class ReportChangesResponse;
}  // namespace entente::connector::v1

namespace entente {

// One of the two streams of a session. Kick() looks for something to write, or ends the stream when the session ended.
// Called with the session's mutex held; must not call back into the session's locking functions.
class SessionStream {
 public:
  virtual ~SessionStream() = default;
  virtual void Kick() = 0;
};

// A connector's session between its two streams and the instance: what waits to be sent to it, and what it may still send.
//
// Ends once, with the reason its streams end with; then the instance hears SessionClosed. Thread-safe: functions named …Locked want
// mutex() held, the others take it. Does not own the instance, which outlives it.
class ConnectorSession {
 public:
  struct Parts {
    Instance* instance = nullptr;
    Side side = Side::kLeft;
    std::uint64_t number = 0;
    std::string id;
    std::string side_name;
    int credits = 0;
    SessionCatalogue catalogue;
  };
  ConnectorSession(Parts parts, const Clock& clock);

  const std::string& id() const { return parts_.id; }
  Instance* instance() const { return parts_.instance; }
  Side side() const { return parts_.side; }
  std::uint64_t number() const { return parts_.number; }
  std::mutex& mutex() { return mutex_; }

  // The stream is this session's from now on. ABORTED when the session ended, or ALREADY_EXISTS when it has such a stream.
  absl::Status AttachFeed(SessionStream* stream) { return Attach(&feed_, stream); }
  absl::Status AttachOperations(SessionStream* stream) { return Attach(&operations_, stream); }
  // The stream is gone; a session without one of its streams ends.
  void Detach(SessionStream* stream);
  bool HasStreams();

  // From the connector. Errors end the session: a message that cannot be understood, or more changes than credits allow.
  absl::Status TakeChanges(const connector::v1::ReportChangesRequest& request);
  absl::Status TakeResults(const connector::v1::PerformOperationsRequest& request);

  // From the instance.
  void Acknowledge(const AcknowledgeBatch& acknowledgement);
  void Send(const SendOperations& operations);
  // A heartbeat is due on the stream of operations.
  void Beat();
  void End(const absl::Status& why);
  // When the connector was last heard.
  absl::Time heard();

  // What goes out next; false when nothing waits.
  bool NextLocked(connector::v1::ReportChangesResponse* response);
  bool NextLocked(connector::v1::PerformOperationsResponse* response);
  const std::optional<absl::Status>& ended_locked() const { return ended_; }

 private:
  absl::Status Attach(SessionStream** place, SessionStream* stream);
  // Results the engine gives itself for operations the connector cannot be asked.
  void Refuse(const std::vector<std::pair<DeliveryId, absl::Status>>& refused);

  Parts parts_;
  const Clock& clock_;
  std::mutex mutex_;
  SessionStream* feed_ = nullptr;
  SessionStream* operations_ = nullptr;
  std::optional<absl::Status> ended_;
  absl::Time heard_;
  // To the connector.
  std::uint64_t batch_durable_ = 0;
  std::uint32_t credits_returned_ = 0;
  bool has_acknowledgement_ = false;
  bool has_beat_ = false;
  std::deque<std::unique_ptr<connector::v1::Operation>> waiting_;
  // Resource numbers of operations handed over and not answered.
  struct Asked {
    std::uint32_t resource = 0;
    bool is_urgent = false;
  };
  std::map<DeliveryId, Asked> asked_;
  // Changes received and not acknowledged.
  std::int64_t unacknowledged_ = 0;
};

}  // namespace entente
