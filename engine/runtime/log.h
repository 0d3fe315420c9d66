#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

// The log: one event a line, a sentence and then keys ("session opened  side=sage session=7"). Never a person's values, never
// a secret. error: a person must act · warn: the engine coped, but look · info: life of connections and runs · debug: one record.
// Thread-safe. Before SetUpLog() lines of warn and above go to the error stream.
namespace entente {

struct LogOptions {
  // trace, debug, info, warn, error, off
  std::string level = "info";
  // Empty: the error stream.
  std::string file;
  // Rotation of `file`: it and `files_max` older ones of this size.
  std::size_t file_bytes_max = 20u << 20;
  std::size_t files_max = 5;
};

// INVALID_ARGUMENT for an unknown level, UNAVAILABLE when the file cannot be written.
absl::Status SetUpLog(const LogOptions& options);

void Log(std::string_view severity, std::string_view line);
inline void LogDebug(std::string_view line) { Log("debug", line); }
inline void LogInfo(std::string_view line) { Log("info", line); }
inline void LogWarn(std::string_view line) { Log("warn", line); }
inline void LogError(std::string_view line) { Log("error", line); }

}  // namespace entente
