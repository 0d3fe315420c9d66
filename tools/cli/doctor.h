#pragma once

#include <string>
#include <vector>

#include "tools/cli/client.h"

namespace entente::cli {

// One thing the doctor looked at.
struct Finding {
  enum class Kind { kGood, kWarning, kBad };
  Kind kind = Kind::kGood;
  // "engine", "ssm", "token"
  std::string what;
  // Stable upper-case reason; empty when good.
  std::string reason;
  std::string sentence;
  std::string remedy;
};

// Configuration, pack, state directory and tokens, as the engine would find them.
std::vector<Finding> ExamineFiles(const std::string& config_path);

// Engine, sessions, and what connectors report about their systems.
std::vector<Finding> ExamineEngine(const ConnectOptions& options);
std::vector<Finding> ExamineStatus(const v1::Status& status);

}  // namespace entente::cli
