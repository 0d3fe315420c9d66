#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/sandbox/ssm/ssm_sandbox.h"

namespace entente::sandbox {

struct ServeOptions {
  std::string directory;
  std::uint64_t seed = 1;
  std::string size = "demo";
  int gateway_port = 0;
  std::string sage_preset = "v11";
  int control_port = 0;
  std::vector<std::string> faults;  // "ssm:…" and "sage:…"
  bool resume = false;
  SsmOptions ssm;
};

// Starts both systems and the control interface, writes sandbox.json, and waits for SIGTERM or SIGINT. Returns the exit code.
int Serve(const ServeOptions& options);

}  // namespace entente::sandbox
