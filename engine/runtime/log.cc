#include "engine/runtime/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

constexpr char kPattern[] = "%Y-%m-%dT%H:%M:%S.%eZ %-5l %v";

std::shared_ptr<spdlog::logger> MakeDefault() {
  auto logger = std::make_shared<spdlog::logger>("entente", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern(kPattern, spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::warn);
  return logger;
}

std::shared_ptr<spdlog::logger>& Logger() {
  static std::shared_ptr<spdlog::logger> logger = MakeDefault();
  return logger;
}

}  // namespace

absl::Status SetUpLog(const LogOptions& options) {
  const spdlog::level::level_enum level = spdlog::level::from_str(options.level);
  if (level == spdlog::level::off && options.level != "off") {
    return MakeError(absl::StatusCode::kInvalidArgument, "LOG_LEVEL_UNKNOWN",
                   absl::StrCat("The log level \"", options.level, "\" is unknown. Use trace, debug, info, warn, error or off."));
  }
  try {
    auto logger = options.file.empty()
                      ? MakeDefault()
                      : std::make_shared<spdlog::logger>("entente", std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                                                                        options.file, options.file_bytes_max, options.files_max));
    logger->set_pattern(kPattern, spdlog::pattern_time_type::utc);
    logger->set_level(level);
    logger->flush_on(spdlog::level::info);
    Logger() = logger;
  } catch (const spdlog::spdlog_ex& error) {
    return MakeError(absl::StatusCode::kUnavailable, "LOG_FILE_UNWRITABLE",
                   absl::StrCat("The log file ", options.file, " cannot be written: ", error.what(), ". Check the folder and its rights."));
  }
  return absl::OkStatus();
}

void Log(std::string_view severity, std::string_view line) {
  Logger()->log(spdlog::level::from_str(std::string(severity)), "{}", line);
}

}  // namespace entente
