#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/rpc/door.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random.h"

namespace entente {

struct ServerOptions {
  // "127.0.0.1:7443", "[::1]:0", "unix:PATH". Port 0: any free one.
  std::string listen = "127.0.0.1:7443";
  // PEM texts; both or none. Without them only loopback addresses are served.
  std::string tls_certificate, tls_key;
};

// The gRPC server of the engine: connector, sync, health and reflection services behind one door.
//
// Stops when destroyed: sessions end ENGINE_STOPPING, calls under way get two seconds. The instances outlive it.
class Server {
 public:
  virtual ~Server() = default;
  // What Start() would refuse before it listens: INVALID_ARGUMENT ADDRESS_INVALID; FAILED_PRECONDITION TLS_REQUIRED for an address that
  // is not loopback without a certificate; INVALID_ARGUMENT TLS_CERTIFICATE_UNUSABLE.
  static absl::Status Check(const ServerOptions& options, const Clock& clock = SystemClock());
  // The same, and UNAVAILABLE CANNOT_LISTEN when the address is taken or not this machine's.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options, std::vector<Tenant> tenants, const Clock& clock = SystemClock(),
                                                       Random& random = SystemRandom());
  // Where clients connect, with the real port.
  virtual const std::string& address() const = 0;
  virtual std::uint64_t tokens_refused() const = 0;
};

}  // namespace entente
