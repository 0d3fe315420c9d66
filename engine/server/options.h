#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/pipeline/tuning.h"
#include "engine/rpc/server.h"
#include "engine/runtime/log.h"
#include "engine/server/pack_shelf.h"

namespace entente {

// The configuration of `entented`, read and checked; entente.example.toml says what each key is.
struct InstanceOptions {
  std::string name;
  std::string state_dir;
  std::string pack;
  std::vector<std::string> pack_search_path;
  PackChoice pack_choice = PackChoice::kAsked;   // of the command line
  // Runs a pack that has no certificate; status then says so.
  bool force_uncertified = false;   // also where the pack's examples do not hold
  std::map<std::string, std::string> parameters;
  // `delete_hold` infinite: as the guards of the pack say.
  Tuning tuning;
  absl::Duration journal_keep = absl::Hours(24 * 90);
  std::size_t memory_bytes = 96u << 20;
};

struct EngineOptions {
  ServerOptions server;
  // The address clients connect to is written here once the engine listens; empty: nowhere.
  std::string listen_file;
  // Prometheus metrics, loopback only; empty: none.
  std::string metrics_listen;
  // Their address, with the real port, is written here; empty: nowhere.
  std::string metrics_listen_file;
  LogOptions log;
  std::vector<InstanceOptions> instances;
};

// INVALID_ARGUMENT with every problem, one a line; relative paths are relative to the file's folder.
absl::StatusOr<EngineOptions> ReadEngineOptions(const std::string& path);

}  // namespace entente
