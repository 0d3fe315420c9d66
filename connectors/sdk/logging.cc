#include "connectors/sdk/logging.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/error.h"

namespace entente::sdk {

LogOptions ReadLogOptions(Config& config) {
  LogOptions options;
  options.level = config.Text("log.level", options.level);
  if (options.level != "debug" && options.level != "info" && options.level != "warn" && options.level != "error") {
    config.Refuse("log.level", "must be \"debug\", \"info\", \"warn\" or \"error\"");
  }
  options.file = config.Path("log.file", "");
  return options;
}

absl::Status StartLogging(const LogOptions& options, const std::string& program) {
  try {
    std::shared_ptr<spdlog::logger> logger;
    if (options.file.empty()) {
      logger = std::make_shared<spdlog::logger>(program, std::make_shared<spdlog::sinks::stderr_sink_mt>());
    } else {
      logger = std::make_shared<spdlog::logger>(program, std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file));
    }
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %n  %v");
    logger->set_level(spdlog::level::from_str(options.level));
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
  } catch (const spdlog::spdlog_ex& error) {
    return MakeError(absl::StatusCode::kInvalidArgument, "LOG_FILE_UNWRITABLE",
                     absl::StrCat("the log file ", options.file, " cannot be opened (", error.what(), "): correct `log.file` or the rights of its folder"));
  }
  return absl::OkStatus();
}

std::string OneLine(std::string_view text) {
  constexpr std::size_t kBytesMax = 500;
  std::string out(text.substr(0, kBytesMax));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  // A character cut in two at the end is dropped whole.
  if (text.size() > kBytesMax) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) out.pop_back();
    if (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0xC0U) out.pop_back();
    out += "...";
  }
  return out;
}

}  // namespace entente::sdk
