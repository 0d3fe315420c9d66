#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/core/rules.h"
#include "engine/pipeline/event.h"

namespace entente {
class SessionCatalogue;
}

namespace entente::simulation {

// Messages of one session as bytes of entente.connector.v1, and back: the engine's end is its own (engine/rpc/session_catalogue.h), the
// connector's end is written here. Immutable after Open(); one thread.
class Wire {
 public:
  ~Wire();
  // The description of a system through its bytes; what the engine understood of it goes to `understood`. Reasons as SessionCatalogue::Make().
  static absl::StatusOr<std::unique_ptr<Wire>> Open(const SessionInfo& described, const Pack& pack, SessionInfo* understood);

  // connector → engine
  std::string Encode(const FeedBatch& batch) const;
  // `asked`: the resource of each operation answered.
  std::string Encode(const ResultBatch& batch, const std::map<DeliveryId, std::string>& asked) const;
  absl::StatusOr<FeedBatch> DecodeBatch(const std::string& bytes) const;
  absl::StatusOr<ResultBatch> DecodeResults(const std::string& bytes, const std::map<DeliveryId, std::string>& asked) const;

  // engine → connector. NOT_FOUND: the connector has not what is to be written.
  absl::StatusOr<std::string> Encode(const OperationOut& operation, std::uint64_t epoch) const;
  OperationOut DecodeOperation(const std::string& bytes) const;

 private:
  Wire();
  struct Numbers;
  std::unique_ptr<Numbers> numbers_;
  std::unique_ptr<SessionCatalogue> catalogue_;
};

}  // namespace entente::simulation
