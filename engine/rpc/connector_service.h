#pragma once

#include <memory>

#include "engine/rpc/door.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random.h"

namespace grpc {
class Service;
}

namespace entente {

// entente.connector.v1.ConnectorService for every instance behind a door.
//
// The newest session of a side wins; older ones end ABORTED, SESSION_STALE. A session whose connector is not heard for a lease
// ends SESSION_EXPIRED. Thread-safe. Does not own door, clock and random, which outlive it. Detach() before the server ends.
class ConnectorSessions {
 public:
  virtual ~ConnectorSessions() = default;
  virtual grpc::Service* service() = 0;
  // Ends every session (UNAVAILABLE, ENGINE_STOPPING) and takes its outlets off the instances.
  virtual void Detach() = 0;
};

std::unique_ptr<ConnectorSessions> MakeConnectorSessions(Door& door, const Clock& clock, Random& random);

}  // namespace entente
