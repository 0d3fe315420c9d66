// entented: the daemon. Reads its configuration, starts its instances, serves until SIGTERM or SIGINT.
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/runtime/log.h"
#include "engine/runtime/secret_file.h"
#include "engine/runtime/version.h"
#include "engine/server/metrics.h"
#include "engine/server/start.h"

namespace entente {
namespace {

// What the process ends with; part of its interface.
enum ExitCode {
  kStopped = 0,
  kFailed = 1,
  kBadConfiguration = 2,
  kBadPack = 3,
  kStateInUse = 4,
  kCannotListen = 5,
  kNewerFormat = 6,
};

int CodeOf(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  if (reason.rfind("CONFIG_", 0) == 0 || reason.rfind("LOG_", 0) == 0 || reason.rfind("TLS_", 0) == 0 || reason == "ADDRESS_INVALID") return kBadConfiguration;
  if (reason == "PACK_INVALID" || reason == "PACK_UNCERTIFIED" || reason == "PACK_EXAMPLES_FAIL" || reason == "PACK_CHANGED_ON_DISK" || reason == "PACK_OF_OTHER_SYSTEMS" || reason == "RESOURCE_MOVED") return kBadPack;
  if (reason == "STATE_DIRECTORY_IN_USE") return kStateInUse;
  if (reason == "CANNOT_LISTEN") return kCannotListen;
  if (reason == "STATE_FORMAT_NEWER" || reason == "STATE_FORMAT_UNKNOWN") return kNewerFormat;
  return kFailed;
}

int Refuse(const absl::Status& status) {
  std::fprintf(stderr, "entented: %s: %s\n", ReasonOf(status).c_str(), SentenceOf(status).c_str());
  return CodeOf(status);
}

// Everything that runs. Taken down from the last to the first.
struct Engine {
  std::vector<StartedInstance> instances;
  std::unique_ptr<Server> server;
  std::unique_ptr<Metrics> metrics;

  void Stop() {
    metrics.reset();
    server.reset();
    instances.clear();
  }
};

absl::Status Start(const EngineOptions& options, Engine* engine) {
  if (absl::Status logging = SetUpLog(options.log); !logging.ok()) return logging;
  // Before any state is touched.
  if (absl::Status checked = Server::Check(options.server); !checked.ok()) return checked;
  std::vector<Tenant> tenants;
  std::vector<Instance*> instances;
  for (const InstanceOptions& each : options.instances) {
    absl::StatusOr<StartedInstance> started = StartInstance(each, SystemClock(), SystemRandom());
    if (!started.ok()) return started.status();
    tenants.push_back({started->instance.get(), started->tokens.operator_token, started->tokens.side_tokens});
    instances.push_back(started->instance.get());
    engine->instances.push_back(*std::move(started));
  }
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(options.server, std::move(tenants));
  if (!server.ok()) return server.status();
  engine->server = *std::move(server);
  if (!options.metrics_listen.empty()) {
    absl::StatusOr<std::unique_ptr<Metrics>> metrics = Metrics::Serve(options.metrics_listen, instances, [server = engine->server.get()] { return server->tokens_refused(); });
    if (!metrics.ok()) return metrics.status();
    engine->metrics = *std::move(metrics);
    LogInfo(absl::StrCat("metrics served  url=http://", engine->metrics->address(), "/metrics"));
    if (!options.metrics_listen_file.empty()) {
      if (absl::Status written = ReplaceFile(options.metrics_listen_file, engine->metrics->address() + "\n", 0644); !written.ok()) return written;
    }
  }
  if (options.listen_file.empty()) return absl::OkStatus();
  return ReplaceFile(options.listen_file, engine->server->address() + "\n", 0644);
}

int Run(const std::string& config, PackChoice pack_choice) {
  // Every thread inherits the mask; this one waits for the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  absl::StatusOr<EngineOptions> options = ReadEngineOptions(config);
  if (!options.ok()) return Refuse(options.status());
  for (InstanceOptions& instance : options->instances) instance.pack_choice = pack_choice;
  Engine engine;
  if (absl::Status started = Start(*options, &engine); !started.ok()) {
    engine.Stop();
    return Refuse(started);
  }
  LogInfo(absl::StrCat("engine listens  address=", engine.server->address(), " version=", kVersion));
  int signal = 0;
  sigwait(&signals, &signal);
  LogInfo(absl::StrCat("engine stops  signal=", signal));
  engine.Stop();
  std::error_code ignored;
  for (const std::string& file : {options->listen_file, options->metrics_listen_file}) {
    if (!file.empty()) std::filesystem::remove(file, ignored);
  }
  return kStopped;
}

}  // namespace
}  // namespace entente

int main(int argc, char** argv) {
  CLI::App app{"The engine of Entente: keeps two business systems in agreement.", "entented"};
  app.set_version_flag("--version", entente::kVersion);
  std::string config;
  app.add_option("--config", config, "Configuration file (TOML); engine/server/entente.example.toml shows every key")->required()->type_name("FILE");
  std::string pack;
  app.add_option("--pack", pack, "After a pack was activated and the configured one was changed: active goes on with the first, configured takes the second")->check(CLI::IsMember({"active", "configured"}));
  app.footer(
      "Ends cleanly on SIGTERM and SIGINT.\n"
      "Exit codes: 0 stopped as asked, 1 failed, 2 wrong use or configuration, 3 bad pack, 4 state directory in use,\n"
      "5 cannot listen, 6 state written by a newer engine.\n"
      "Example: entented --config /etc/entente/entente.toml");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : entente::kBadConfiguration;
  }
  const entente::PackChoice choice = pack.empty() ? entente::PackChoice::kAsked : pack == "active" ? entente::PackChoice::kActive : entente::PackChoice::kConfigured;
  return entente::Run(config, choice);
}
