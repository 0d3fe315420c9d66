#include "connectors/sdk/channel.h"

#include <grpc/support/log.h>

#include <fstream>
#include <sstream>

#include <spdlog/spdlog.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/error.h"
#include "connectors/sdk/logging.h"
#include "connectors/sdk/loopback.h"
#include "connectors/sdk/secret_file.h"

namespace entente::sdk {
namespace {

// gRPC's own lines are about connections, of which we say ourselves what people need to know.
void LogOfGrpc(gpr_log_func_args* line) { spdlog::debug("grpc  text={}", OneLine(line->message)); }

absl::StatusOr<std::string> ReadRoots(const std::string& file) {
  std::ifstream in(file);
  std::stringstream pem;
  pem << in.rdbuf();
  if (!in.is_open()) {
    return MakeError(absl::StatusCode::kNotFound, "TLS_ROOT_MISSING",
                     absl::StrCat("the root certificate ", file, " cannot be opened: correct engine.tls_root_file"));
  }
  if (!absl::StrContains(pem.str(), "-----BEGIN CERTIFICATE-----")) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TLS_ROOT_UNREADABLE",
                     absl::StrCat("the file ", file, " holds no certificate in PEM form: correct engine.tls_root_file"));
  }
  return pem.str();
}

}  // namespace

absl::StatusOr<std::shared_ptr<::grpc::Channel>> MakeChannel(const RunnerOptions& options) {
  static const bool is_prepared = [] {
    gpr_set_log_function(LogOfGrpc);
    return true;
  }();
  static_cast<void>(is_prepared);
  ::grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // gRPC resolves the address anew before it tries again, by default not before 30 s: an engine that restarts is back sooner.
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 100);
  arguments.SetMaxReceiveMessageSize(64 << 20);
  if (options.tls_root_file.empty()) {
    if (!IsLoopback(options.address)) {
      return MakeError(absl::StatusCode::kInvalidArgument, "TLS_REQUIRED",
                       absl::StrCat("the engine's address ", options.address,
                                    " is not this machine, and no root certificate is named: set engine.tls_root_file"));
    }
    return ::grpc::CreateCustomChannel(options.address, ::grpc::InsecureChannelCredentials(), arguments);
  }
  auto roots = ReadRoots(options.tls_root_file);
  if (!roots.ok()) return roots.status();
  ::grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = *std::move(roots);
  return ::grpc::CreateCustomChannel(options.address, ::grpc::SslCredentials(tls), arguments);
}

absl::StatusOr<std::string> Authorization(const RunnerOptions& options) {
  if (options.token_file.empty()) return "Bearer " + options.token;
  auto token = ReadSecretFile(options.token_file);
  if (!token.ok()) return token.status();
  return "Bearer " + *token;
}

absl::Status Explained(const absl::Status& status, const RunnerOptions& options) {
  if (status.ok() || !ReasonOf(status).empty()) return status;
  const std::string text(status.message());
  const auto says = [&](const char* words) { return absl::StrContains(text, words); };
  if (says("certificate verify failed") || says("Hostname Verification") || says("not in peer certificate")) {
    return MakeError(absl::StatusCode::kUnavailable, "TLS_CERTIFICATE_REFUSED",
                     absl::StrCat("the certificate of the engine at ", options.address, " was not signed by ", options.tls_root_file,
                                  ", is out of date or is for another name: name the root that signed it in engine.tls_root_file, and in "
                                  "engine.address a name that stands in it"));
  }
  if (says("wrong version number")) {
    return MakeError(absl::StatusCode::kUnavailable, "TLS_NOT_SPOKEN",
                     absl::StrCat("what answers at ", options.address,
                                  " does not speak TLS: give the engine a certificate, or leave engine.tls_root_file out on its own machine"));
  }
  if (status.code() == absl::StatusCode::kUnimplemented || says("http1.x server")) {
    return MakeError(absl::StatusCode::kUnavailable, "NOT_AN_ENGINE",
                     absl::StrCat("what answers at ", options.address, " is no Entente engine: correct engine.address"));
  }
  const bool is_away = status.code() == absl::StatusCode::kUnavailable || status.code() == absl::StatusCode::kDeadlineExceeded;
  if (!is_away) return status;
  // What gRPC adds differs from try to try, and the same trouble is logged once.
  return MakeError(status.code(), "ENGINE_UNREACHABLE",
                   absl::StrCat("no engine answers at ", options.address, says("DNS resolution failed") ? " (the name is not known here)" : "",
                                ": start it, or correct engine.address",
                                options.tls_root_file.empty() ? "; an engine with a certificate needs engine.tls_root_file" : ""));
}

}  // namespace entente::sdk
