#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace entente::store {

// Holds a state directory for one owner: an engine, or a restore. Given back when destroyed, or when the process ends in any way.
class StateLock {
 public:
  // Makes the directory (mode 0700) when it is missing. FAILED_PRECONDITION, reason STATE_DIRECTORY_IN_USE, when somebody holds it.
  static absl::StatusOr<std::unique_ptr<StateLock>> Take(const std::string& state_directory);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

 private:
  explicit StateLock(int file) : file_(file) {}
  int file_;
};

}  // namespace entente::store
