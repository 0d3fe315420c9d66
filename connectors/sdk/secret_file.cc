#include "connectors/sdk/secret_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace entente::sdk {

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return absl::NotFoundError(absl::StrCat("the secret file ", path, " cannot be read (", std::strerror(errno),
                                            "): create it, or correct the path"));
  }
  if (!S_ISREG(info.st_mode)) return absl::InvalidArgumentError(absl::StrCat("the secret file ", path, " is no plain file"));
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the secret file ", path, " can be read by others: run `chmod 600 ", path, "`"));
  }
  std::ifstream in(path);
  std::string line;
  if (!in || !std::getline(in, line)) {
    return absl::InvalidArgumentError(absl::StrCat("the secret file ", path, " is empty or cannot be opened"));
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  if (line.empty()) return absl::InvalidArgumentError(absl::StrCat("the first line of the secret file ", path, " is blank"));
  return line;
}

}  // namespace entente::sdk
