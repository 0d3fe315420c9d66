#include "connectors/sdk/channel.h"

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/secret_file.h"

namespace entente::sdk {

bool IsLoopback(const std::string& address) {
  return absl::StartsWith(address, "127.") || absl::StartsWith(address, "localhost:") || absl::StartsWith(address, "[::1]") ||
         absl::StartsWith(address, "unix:");
}

absl::StatusOr<std::shared_ptr<::grpc::Channel>> MakeChannel(const RunnerOptions& options) {
  ::grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetMaxReceiveMessageSize(64 << 20);
  if (options.tls_root_file.empty()) {
    if (!IsLoopback(options.address)) {
      return absl::InvalidArgumentError(absl::StrCat("the engine's address ", options.address,
                                                     " is not this machine, and no root certificate is named: set engine.tls_root_file"));
    }
    return ::grpc::CreateCustomChannel(options.address, ::grpc::InsecureChannelCredentials(), arguments);
  }
  std::ifstream in(options.tls_root_file);
  if (!in) return absl::NotFoundError(absl::StrCat("the root certificate ", options.tls_root_file, " cannot be opened: correct engine.tls_root_file"));
  std::stringstream pem;
  pem << in.rdbuf();
  ::grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = pem.str();
  return ::grpc::CreateCustomChannel(options.address, ::grpc::SslCredentials(tls), arguments);
}

absl::StatusOr<std::string> Authorization(const RunnerOptions& options) {
  if (options.token_file.empty()) return "Bearer " + options.token;
  auto token = ReadSecretFile(options.token_file);
  if (!token.ok()) return token.status();
  return "Bearer " + *token;
}

}  // namespace entente::sdk
