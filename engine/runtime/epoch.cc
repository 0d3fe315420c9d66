#include "engine/runtime/epoch.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/runtime/secret_file.h"

namespace entente {

absl::StatusOr<std::uint64_t> EpochFile::Next() {
  std::uint64_t last = 0;
  if (std::filesystem::exists(path_)) {
    std::ifstream in(path_);
    if (!(in >> last)) {
      return MakeError(absl::StatusCode::kDataLoss, "EPOCH_FILE_DAMAGED",
                     absl::StrCat("The file ", path_, " holds no number. Write the highest epoch the gateway knows into it and start again."));
    }
  }
  const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(absl::ToUnixSeconds(clock_.Now()), 0));
  const std::uint64_t next = std::max(last + 1, seconds);
  if (absl::Status written = ReplaceFile(path_, absl::StrCat(next, "\n"), 0600); !written.ok()) return written;
  return next;
}

}  // namespace entente
