#include "tools/benchmark/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace entente::benchmark {
namespace {

std::string ReadAll(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

absl::Status Process::Start(const std::vector<std::string>& words, const std::string& log) {
  Kill();
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) return absl::InternalError(absl::StrCat("a process could not be started: ", std::strerror(errno)));
  if (pid_ > 0) return absl::OkStatus();
  // Dies with its parent, whatever ends that.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (out >= 0) {
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
  }
  execv(arguments[0], arguments.data());
  _exit(127);
}

void Process::Stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  const absl::Time until = absl::Now() + absl::Seconds(10);
  while (absl::Now() < until) {
    if (!IsRunning()) return;
    absl::SleepFor(absl::Milliseconds(5));
  }
  Kill();
}

void Process::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool Process::IsRunning() {
  if (pid_ <= 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

double Process::CpuSeconds() const {
  const std::string stat = ReadAll(absl::StrCat("/proc/", pid_, "/stat"));
  // The name in brackets may hold anything; utime and stime are the 12th and 13th words after it.
  const std::size_t bracket = stat.rfind(')');
  if (bracket == std::string::npos) return 0;
  const char* at = stat.c_str() + bracket + 1;
  double ticks = 0;
  for (int word = 1; word <= 13; ++word) {
    while (*at == ' ') ++at;
    if (word >= 12) ticks += std::atof(at);
    while (*at != ' ' && *at != '\0') ++at;
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::uint64_t Process::PeakBytes() const {
  const std::string status = ReadAll(absl::StrCat("/proc/", pid_, "/status"));
  const std::size_t at = status.find("VmHWM:");
  return at == std::string::npos ? 0 : std::strtoull(status.c_str() + at + 6, nullptr, 10) * 1024;
}

void Process::ForgetPeak() const { std::ofstream(absl::StrCat("/proc/", pid_, "/clear_refs")) << "5"; }

absl::StatusOr<std::string> AwaitLine(const std::string& file, Process& process, absl::Duration at_most) {
  const absl::Time until = absl::Now() + at_most;
  while (absl::Now() < until) {
    const std::string text = ReadAll(file);
    if (const std::size_t end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
    if (!process.IsRunning()) return absl::UnavailableError(absl::StrCat("the program ended before it wrote ", file));
    absl::SleepFor(absl::Milliseconds(1));
  }
  return absl::DeadlineExceededError(absl::StrCat("nothing was written to ", file));
}

std::uint64_t FolderBytes(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  // Files come and go while the database lives.
  for (auto it = std::filesystem::recursive_directory_iterator(folder, ignored); it != std::filesystem::recursive_directory_iterator();
       it.increment(ignored)) {
    const std::uintmax_t size = it->is_regular_file(ignored) ? it->file_size(ignored) : 0;
    if (size != static_cast<std::uintmax_t>(-1)) bytes += size;
    if (ignored) break;
  }
  return bytes;
}

TemporaryFolder::TemporaryFolder(const std::string& parent) {
  path_ = absl::StrCat(parent, "/entente-bench-XXXXXX");
  if (mkdtemp(path_.data()) == nullptr) path_.clear();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace entente::benchmark
