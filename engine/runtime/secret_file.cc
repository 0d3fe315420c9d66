#include "engine/runtime/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

absl::Status FileProblem(std::string_view doing, const std::string& path) {
  return MakeError(absl::StatusCode::kUnavailable, "FILE_UNWRITABLE",
                 absl::StrCat("Cannot ", std::string(doing), " ", path, ": ", std::strerror(errno), ". Check the folder, its rights and the free space."));
}

bool WriteAll(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void SyncDirectoryOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const int directory = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  ::fsync(directory);
  ::close(directory);
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  struct stat about = {};
  if (::stat(path.c_str(), &about) != 0) {
    return MakeError(absl::StatusCode::kNotFound, "SECRET_FILE_MISSING", absl::StrCat("The file ", path, ", which should hold a secret, cannot be read: ", std::strerror(errno), ". Correct the path, or make the file."));
  }
  if ((about.st_mode & 077) != 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "SECRET_FILE_READABLE_BY_OTHERS",
                   absl::StrCat("The file ", path, " holds a secret and others than its owner may use it. Run: chmod 600 ", path));
  }
  std::ifstream in(path, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad() || !in.is_open()) {
    return MakeError(absl::StatusCode::kPermissionDenied, "SECRET_FILE_UNREADABLE", absl::StrCat("The file ", path, ", which holds a secret, cannot be read by this user. Give it to the user this program runs as: chown USER ", path));
  }
  return std::string(absl::StripAsciiWhitespace(content));
}

absl::Status ReplaceFile(const std::string& path, std::string_view content, unsigned mode) {
  const std::string temporary = path + ".new";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return FileProblem("write", path);
  const bool is_written = ::fchmod(file, mode) == 0 && WriteAll(file, content) && ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  errno = error;
  if (!is_written || ::rename(temporary.c_str(), path.c_str()) != 0) return FileProblem("write", path);
  SyncDirectoryOf(path);
  return absl::OkStatus();
}

absl::Status MakeDirectory(const std::string& path, unsigned mode) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return absl::OkStatus();
  const std::string parent = std::filesystem::path(path).parent_path().string();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return FileProblem("make the folder", path);
  return absl::OkStatus();
}

bool SecretsEqual(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i] ^ b[i]));
  return difference == 0;
}

}  // namespace entente
