#include "engine/runtime/epoch.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/runtime/secret_file.h"

namespace entente {
namespace {

constexpr std::int64_t kBegin2026Seconds = 1'767'225'600;

}  // namespace

absl::StatusOr<std::uint64_t> EpochFile::Next() {
  std::uint64_t last = 0;
  if (std::filesystem::exists(path_)) {
    std::ifstream in(path_);
    if (!(in >> last)) {
      return MakeError(absl::StatusCode::kDataLoss, "EPOCH_FILE_DAMAGED",
                     absl::StrCat("The file ", path_, " holds no number. Write the highest epoch the gateway knows into it and start again."));
    }
  }
  const std::int64_t minutes = (absl::ToUnixSeconds(clock_.Now()) - kBegin2026Seconds) / 60;
  const std::uint64_t next = std::max(last + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(minutes, 1)));
  if (absl::Status written = ReplaceFile(path_, absl::StrCat(next, "\n"), 0600); !written.ok()) return written;
  return next;
}

}  // namespace entente
