#include "engine/runtime/epoch.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/runtime/secret_file.h"

namespace entente {
namespace {

constexpr std::int64_t kBegin2026Seconds = 1'767'225'600;

// 0: not known.
std::uint64_t FolderOf(const std::string& path) {
  struct stat about = {};
  return ::stat(std::filesystem::path(path).parent_path().c_str(), &about) == 0 ? about.st_ino : 0;
}

}  // namespace

absl::StatusOr<std::uint64_t> EpochFile::Next() {
  std::uint64_t last = 0, folder = 0;
  if (std::filesystem::exists(path_)) {
    std::ifstream in(path_);
    if (!(in >> last)) {
      return MakeError(absl::StatusCode::kDataLoss, "EPOCH_FILE_DAMAGED",
                     absl::StrCat("The file ", path_, " holds no number. Write the highest epoch the gateway knows into it and start again."));
    }
    in >> folder;
  }
  const std::int64_t minutes = (absl::ToUnixSeconds(clock_.Now()) - kBegin2026Seconds) / 60;
  std::uint64_t next = std::max(last + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(minutes, 1)));
  const std::uint64_t here = FolderOf(path_);
  if (folder != 0 && here != 0 && folder != here) next += 1 + random_.Number() % 30;
  if (absl::Status written = ReplaceFile(path_, absl::StrCat(next, " ", here, "\n"), 0600); !written.ok()) return written;
  return next;
}

}  // namespace entente
