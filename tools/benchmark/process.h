#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace entente::benchmark {

// One child process and what the kernel says of it. Ended, and waited for, when destroyed. One thread.
class Process {
 public:
  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { Kill(); }

  // Output goes to the file `log`.
  absl::Status Start(const std::vector<std::string>& words, const std::string& log);
  // SIGTERM, then waits; SIGKILL after ten seconds.
  void Stop();
  void Kill();

  bool IsRunning();
  // User and system time so far.
  double CpuSeconds() const;
  // Highest resident memory so far, or since ForgetPeak() (VmHWM).
  std::uint64_t PeakBytes() const;
  void ForgetPeak() const;

 private:
  pid_t pid_ = -1;
};

// Waits until `file` holds a line and returns it; an error when `process` ended or time is over.
absl::StatusOr<std::string> AwaitLine(const std::string& file, Process& process, absl::Duration at_most);

// Bytes the regular files below `folder` take.
std::uint64_t FolderBytes(const std::string& folder);

// A folder of its own, removed with all it holds when destroyed.
class TemporaryFolder {
 public:
  // REQUIRES: `parent` exists and is writable.
  explicit TemporaryFolder(const std::string& parent);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace entente::benchmark
