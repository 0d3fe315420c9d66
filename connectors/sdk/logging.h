#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "connectors/sdk/config.h"

// Logs of a connector: one event a line, by spdlog's default logger. Never field values of people, never secrets.
namespace entente::sdk {

struct LogOptions {
  // "debug", "info", "warn", "error".
  std::string level = "info";
  // Empty: standard error.
  std::string file;
};

// Keys log.level and log.file.
LogOptions ReadLogOptions(Config& config);

// Replaces spdlog's default logger. An error when the file cannot be opened.
absl::Status StartLogging(const LogOptions& options, const std::string& program);

// The text on one line, control characters replaced by blanks, cut to 500 bytes: for words of other systems.
std::string OneLine(std::string_view text);

}  // namespace entente::sdk
