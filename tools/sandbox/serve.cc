#include "tools/sandbox/serve.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "nlohmann/json.hpp"
#include "tools/sandbox/control.h"
#include "tools/sandbox/sage/sage_sandbox.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox {
namespace {

// The text behind "ssm:" in every --faults.
absl::StatusOr<std::string> SwitchesFor(const std::string& system, const std::vector<std::string>& faults) {
  std::string out;
  for (const std::string& one : faults) {
    const std::size_t colon = one.find(':');
    const std::string name = one.substr(0, colon);
    if (colon == std::string::npos || (name != "ssm" && name != "sage")) {
      return Invalid("--faults " + one + ": say ssm:NAME=VALUE,… or sage:…");
    }
    if (name == system) out += (out.empty() ? "" : ",") + one.substr(colon + 1);
  }
  return out;
}

// Appears whole or not at all: whoever waits for the file can read it at once.
absl::Status WriteWhole(const std::string& file, const std::string& text) {
  std::ofstream out(file + ".part", std::ios::trunc);
  out << text;
  out.close();
  if (!out || std::rename((file + ".part").c_str(), file.c_str()) != 0) return Unavailable("cannot write " + file);
  return absl::OkStatus();
}

// SIGTERM and SIGINT are waited for, not caught: every thread started after this has them blocked.
sigset_t BlockStopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

struct Systems {
  std::unique_ptr<SageSandbox> sage;
  std::unique_ptr<SsmSandbox> ssm;
  std::unique_ptr<HttpHost> control;
};

absl::StatusOr<Systems> StartAll(const ServeOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) return Unavailable("cannot make the folder " + options.directory + ": " + error.message());
  std::remove((options.directory + "/sandbox.json").c_str());
  const auto size = ParseCompanySize(options.size);
  if (!size.ok()) return size.status();
  const auto ssm_switches = SwitchesFor("ssm", options.faults);
  const auto sage_switches = SwitchesFor("sage", options.faults);
  if (!ssm_switches.ok()) return ssm_switches.status();
  if (!sage_switches.ok()) return sage_switches.status();

  std::cout << "making the sample company (size " << options.size << ", seed " << options.seed << ")" << std::endl;
  const Company company = GenerateCompany(options.seed, *size);
  Systems systems;
  std::cout << "Sage 100: filling the database" << std::endl;
  SageOptions sage_options;
  sage_options.directory = options.directory;
  sage_options.gateway_port = options.gateway_port;
  sage_options.seed = options.seed;
  sage_options.faults = *sage_switches;
  sage_options.preset = options.sage_preset;
  sage_options.resume = options.resume;
  auto sage = SageSandbox::Start(sage_options, company);
  if (!sage.ok()) return sage.status();
  systems.sage = std::move(*sage);

  SsmOptions ssm_options = options.ssm;
  ssm_options.directory = options.directory;
  ssm_options.seed = options.seed;
  ssm_options.switches = *ssm_switches;
  if (options.resume) ssm_options.resume_file = options.directory + "/ssm.json";
  auto ssm = SsmSandbox::Start(ssm_options, company);
  if (!ssm.ok()) return ssm.status();
  systems.ssm = std::move(*ssm);

  auto control = StartControl(options.control_port, {systems.sage.get(), systems.ssm.get()});
  if (!control.ok()) return control.status();
  systems.control = std::move(*control);
  return systems;
}

absl::Status Announce(const ServeOptions& options, const Systems& systems) {
  const nlohmann::json json = {{"pid", ::getpid()},
                               {"seed", options.seed},
                               {"size", options.size},
                               {"control_url", "http://127.0.0.1:" + std::to_string(systems.control->port())},
                               {"control_port", systems.control->port()},
                               {"ssm", systems.ssm->Connection()},
                               {"sage", systems.sage->Connection()}};
  if (absl::Status written = WriteWhole(options.directory + "/sandbox.json", json.dump(2) + "\n"); !written.ok()) return written;
  std::cout << "Sage 100: " << json["sage"].dump() << "\n"
            << "SSM: " << systems.ssm->url() << ", " << (options.ssm.rate_per_minute == 0 ? std::string("no limit") : std::to_string(options.ssm.rate_per_minute))
            << " calls a minute\n"
            << "control: " << json["control_url"].get<std::string>() << "\n"
            << "ready; connections are in " << options.directory << "/sandbox.json" << std::endl;
  return absl::OkStatus();
}

int Fail(const absl::Status& status) {
  std::cerr << "entente-sandbox: " << Std(status.message()) << std::endl;
  return 1;
}

}  // namespace

int Serve(const ServeOptions& options) {
  const sigset_t stop = BlockStopSignals();
  auto systems = StartAll(options);
  if (!systems.ok()) return Fail(systems.status());
  if (absl::Status s = Announce(options, *systems); !s.ok()) return Fail(s);
  int signal = 0;
  sigwait(&stop, &signal);
  std::cout << "stopping" << std::endl;
  systems->control.reset();
  std::remove((options.directory + "/sandbox.json").c_str());
  const auto dumped = systems->ssm->Act("dump", nlohmann::json::object());
  return dumped.ok() ? 0 : Fail(dumped.status());
}

}  // namespace entente::sandbox
