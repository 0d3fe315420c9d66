#include "connectors/sdk/program.h"

#include <pthread.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include "connectors/sdk/conformance.h"
#include "connectors/sdk/error.h"
#include "connectors/sdk/logging.h"
#include "connectors/sdk/runner.h"

namespace entente::sdk {
namespace {

constexpr char kVersion[] = "0.1.0";

enum ExitCode { kDone = 0, kWrongUse = 1, kWrongConfiguration = 2, kCheckFailed = 3, kCannotRun = 4 };

// Turns SIGTERM and SIGINT into one call. Made before any other thread, which then inherits the blocked signals.
class SignalWatch {
 public:
  SignalWatch() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }

  void Start(std::function<void()> stop) {
    thread_ = std::thread([this, stop = std::move(stop)] {
      int signal = 0;
      sigwait(&signals_, &signal);
      if (!is_over_) stop();
    });
  }

  ~SignalWatch() {
    if (!thread_.joinable()) return;
    is_over_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);  // the thread may still wait; it is ours alone that receives this
    thread_.join();
  }

 private:
  sigset_t signals_{};
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : OneLine(text)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

int PrintCheck(const std::vector<CheckLine>& lines, bool as_json) {
  bool is_ok = true;
  for (const auto& line : lines) {
    is_ok = is_ok && line.is_ok;
    if (as_json) {
      std::cout << "{\"what\":\"" << Escaped(line.what) << "\",\"ok\":" << (line.is_ok ? "true" : "false") << ",\"reason\":\"" << line.reason << "\",\"text\":\""
                << Escaped(line.sentence) << "\"}\n";
    } else {
      std::cout << (line.is_ok ? "ok    " : "FAIL  ") << line.what << ": " << (line.is_ok ? "" : line.reason + ": ") << OneLine(line.sentence) << "\n";
    }
  }
  return is_ok ? kDone : kCheckFailed;
}

int PrintCatalogue(Connector& connector) {
  const absl::StatusOr<v1::OpenSessionRequest> described = connector.Describe();
  if (!described.ok()) {
    std::cerr << OneLine(std::string(described.status().message())) << "\n";
    return kCheckFailed;
  }
  std::cout << DescribeCatalogue(described->catalogue());
  return kDone;
}

}  // namespace

int RunProgram(int argc, char** argv, const ProgramText& text, const MakeConnector& make) {
  CLI::App app{text.purpose, text.name};
  std::string config_path;
  bool is_check = false;
  bool is_catalogue = false;
  bool as_json = false;
  app.add_option("--config", config_path, "configuration file (TOML)")->required();
  app.add_flag("--check", is_check, "check system, token, engine and the pack's gates, then end; opens no session");
  app.add_flag("--catalogue", is_catalogue, "print what the system has, for `entente pack check --catalogue`, then end; opens no session");
  app.add_flag("--json", as_json, "with --check: one JSON object a line");
  app.set_version_flag("--version", text.name + " " + kVersion);
  app.footer("Ends cleanly on SIGTERM and SIGINT. While system or engine are away or refuse it, it says why in its log and tries again.\n"
             "Exit codes: 0 ended as asked, or all checks passed; 1 wrong use; 2 wrong configuration; 3 a check failed; 4 it cannot run.\n"
             "Examples:\n"
             "  " + text.name + " --config " + text.default_side + ".toml\n"
             "  " + text.name + " --config " + text.default_side + ".toml --check --json");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kWrongUse;
  }

  auto config = Config::Load(config_path);
  if (!config.ok()) {
    std::cerr << text.name << ": " << config.status().message() << "\n";
    return kWrongConfiguration;
  }
  const LogOptions log = ReadLogOptions(*config);
  const RunnerOptions options = ReadRunnerOptions(*config, text.default_side);
  SignalWatch signals;
  const auto timer = MakeTimer();
  auto connector = make(*config, *timer);
  absl::Status status = config->Finish();
  if (status.ok()) status = connector.status();
  if (status.ok()) status = StartLogging(log, text.name);
  if (!status.ok()) {
    std::cerr << text.name << ": " << status.message() << "\n";
    return kWrongConfiguration;
  }
  if (is_catalogue) return PrintCatalogue(**connector);
  if (is_check) return PrintCheck(Check(**connector, options), as_json);

  Runner runner(**connector, options, *timer);
  signals.Start([&] { runner.Stop(); });
  spdlog::info("connector starts  version={} side={} engine={}", kVersion, options.side, options.address);
  status = runner.Run();
  if (!status.ok()) {
    spdlog::error("connector cannot run  reason={} text={}", ReasonOf(status), OneLine(SentenceOf(status)));
    std::cerr << text.name << ": " << status.message() << "\n";
    return kCannotRun;
  }
  spdlog::info("connector stopped");
  return kDone;
}

}  // namespace entente::sdk
