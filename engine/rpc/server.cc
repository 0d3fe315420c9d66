#include "engine/rpc/server.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/rpc/certificate.h"
#include "engine/rpc/connector_service.h"
#include "engine/rpc/desk_service.h"
#include "engine/rpc/pack_service.h"
#include "engine/rpc/plan_service.h"
#include "engine/rpc/sync_service.h"
#include "engine/runtime/error.h"
#include "engine/runtime/log.h"
#include "engine/runtime/loopback.h"

namespace entente {
namespace {

constexpr int kMessageBytesMax = 64 << 20;
constexpr int kPingMillis = 10'000;

// gRPC's own lines join ours: its errors are about connections of others, so they are warnings here.
void LogOfGrpc(gpr_log_func_args* line) { Log(line->severity == GPR_LOG_SEVERITY_ERROR ? "warn" : "debug", absl::StrCat("grpc  text=", line->message)); }

class RunningServer final : public Server {
 public:
  RunningServer(std::vector<Tenant> tenants, const Clock& clock, Random& random)
      : door_(std::move(tenants)), sessions_(MakeConnectorSessions(door_, clock, random)), sync_(MakeSyncService(door_, is_stopping_)), plans_(MakePlanService(door_, is_stopping_)),
        desk_(MakeDeskService(door_, is_stopping_)), packs_(MakePackService(door_, is_stopping_)) {}

  ~RunningServer() override {
    is_stopping_ = true;
    sessions_->Detach();
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
    server_->Wait();
  }

  absl::Status Listen(const ServerOptions& options) {
    grpc::EnableDefaultHealthCheckService(true);
    static const bool is_prepared = [] {
      gpr_set_log_function(LogOfGrpc);
      grpc::reflection::InitProtoReflectionServerBuilderPlugin();
      return true;
    }();
    static_cast<void>(is_prepared);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(options.listen, Credentials(options), &port);
    // Else a second engine would share the port without an error, and calls be dealt between the two.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingMillis);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
    builder.SetMaxReceiveMessageSize(kMessageBytesMax);
    builder.RegisterService(sessions_->service());
    builder.RegisterService(sync_.get());
    builder.RegisterService(plans_.get());
    builder.RegisterService(desk_.get());
    builder.RegisterService(packs_.get());
    server_ = builder.BuildAndStart();
    const bool is_unix = absl::StartsWith(options.listen, "unix:");
    if (server_ == nullptr || (port == 0 && !is_unix)) {
      return MakeError(absl::StatusCode::kUnavailable, "CANNOT_LISTEN",
                     absl::StrCat("The engine cannot listen on ", options.listen, ". Another program may hold the port, or the address is not this machine's: change `listen`."));
    }
    address_ = is_unix ? options.listen : absl::StrCat(options.listen.substr(0, options.listen.rfind(':') + 1), port);
    return absl::OkStatus();
  }

  const std::string& address() const override { return address_; }
  std::uint64_t tokens_refused() const override { return door_.refused(); }

 private:
  static std::shared_ptr<grpc::ServerCredentials> Credentials(const ServerOptions& options) {
    if (options.tls_certificate.empty()) return grpc::InsecureServerCredentials();
    grpc::SslServerCredentialsOptions tls;
    tls.pem_key_cert_pairs.push_back({options.tls_key, options.tls_certificate});
    return grpc::SslServerCredentials(tls);
  }

  std::atomic<bool> is_stopping_ = false;
  Door door_;
  std::unique_ptr<ConnectorSessions> sessions_;
  std::unique_ptr<grpc::Service> sync_;
  std::unique_ptr<grpc::Service> plans_;
  std::unique_ptr<grpc::Service> desk_;
  std::unique_ptr<grpc::Service> packs_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace

absl::Status Server::Check(const ServerOptions& options, const Clock& clock) {
  const std::size_t colon = options.listen.rfind(':');
  const bool has_port = colon != std::string::npos && colon > 0 && colon + 1 < options.listen.size() &&
                        options.listen.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  if (!has_port && !absl::StartsWith(options.listen, "unix:")) {
    return MakeError(absl::StatusCode::kInvalidArgument, "ADDRESS_INVALID",
                     absl::StrCat("`listen` = \"", options.listen, "\" names no address and port. Write HOST:PORT, such as 127.0.0.1:7443, or unix:PATH."));
  }
  if (!options.tls_certificate.empty()) return CheckCertificate(options.tls_certificate, options.tls_key, clock.Now());
  if (IsLoopback(options.listen)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, "TLS_REQUIRED",
                   absl::StrCat("The address ", options.listen, " can be reached from other machines, and tokens would travel unprotected. Set tls_cert_file and tls_key_file, or listen on 127.0.0.1."));
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, std::vector<Tenant> tenants, const Clock& clock, Random& random) {
  if (absl::Status checked = Check(options, clock); !checked.ok()) return checked;
  auto server = std::make_unique<RunningServer>(std::move(tenants), clock, random);
  if (absl::Status listening = server->Listen(options); !listening.ok()) return listening;
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace entente
