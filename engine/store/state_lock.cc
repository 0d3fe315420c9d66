#include "engine/store/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/runtime/secret_file.h"

namespace entente::store {

absl::StatusOr<std::unique_ptr<StateLock>> StateLock::Take(const std::string& state_directory) {
  if (absl::Status made = MakeDirectory(state_directory, 0700); !made.ok()) return made;
  const std::string path = state_directory + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return MakeError(absl::StatusCode::kUnavailable, "STATE_DIRECTORY_UNUSABLE",
                   absl::StrCat("The state directory ", state_directory, " cannot be used: ", std::strerror(errno), ". Check its owner and rights."));
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    ::close(file);
    return MakeError(absl::StatusCode::kFailedPrecondition, "STATE_DIRECTORY_IN_USE",
                   absl::StrCat("The state directory ", state_directory,
                                " is in use by another engine. Stop that one, or give this instance a state_dir of its own."));
  }
  return std::unique_ptr<StateLock>(new StateLock(file));
}

StateLock::~StateLock() { ::close(file_); }

}  // namespace entente::store
