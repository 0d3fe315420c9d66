#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/sandbox/sage/installation.h"

namespace entente::sandbox::sage {

// The HTTP server of the gateway contract (proto/entente/gateway/v1), on 127.0.0.1. Listens until destroyed; does not own the installation.
class Gateway {
 public:
  // Port 0 takes any free one. UNAVAILABLE when the port is taken.
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(Installation& installation, int port);
  ~Gateway();

  int port() const;
  // Closes the port, and opens the same one again.
  void Close();
  absl::Status Reopen();

 private:
  class Server;
  explicit Gateway(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace entente::sandbox::sage
