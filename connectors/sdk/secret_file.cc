#include "connectors/sdk/secret_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/error.h"

namespace entente::sdk {
namespace {

absl::Status Unreadable(const std::string& path, const char* what) {
  return MakeError(absl::StatusCode::kInvalidArgument, "SECRET_FILE_UNREADABLE", absl::StrCat("the secret file ", path, " ", what));
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return MakeError(absl::StatusCode::kNotFound, "SECRET_FILE_MISSING",
                     absl::StrCat("the secret file ", path, " cannot be read (", std::strerror(errno), "): create it, or correct the path"));
  }
  if (!S_ISREG(info.st_mode)) return Unreadable(path, "is no plain file: name a file that holds the secret");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "SECRET_FILE_READABLE_BY_OTHERS",
                     absl::StrCat("the secret file ", path, " can be read by others: run `chmod 600 ", path, "`"));
  }
  std::ifstream in(path);
  std::string line;
  if (!in || !std::getline(in, line)) {
    return Unreadable(path, "is empty or cannot be opened: write the secret into its first line, as the user this program runs as");
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  if (line.empty()) return Unreadable(path, "has a blank first line: write the secret there");
  return line;
}

}  // namespace entente::sdk
