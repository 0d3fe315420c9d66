#include "tools/sandbox/sage/epoch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

// Written beside, synced, then put in place: after a crash either the old or the new number is there.
bool WriteDurably(const std::string& path, const std::string& content) {
  const std::string fresh = path + ".new";
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return false;
  const bool is_written = write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && fsync(file) == 0;
  close(file);
  if (!is_written || std::rename(fresh.c_str(), path.c_str()) != 0) return false;
  const std::string folder = path.substr(0, path.find_last_of('/') + 1);
  const int directory = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool is_synced = fsync(directory) == 0;
  close(directory);
  return is_synced;
}

}  // namespace

absl::StatusOr<EpochFile> EpochFile::Open(const std::string& path) {
  std::ifstream file(path);
  std::int64_t highest = 0;
  if (file && !(file >> highest)) return absl::DataLossError(absl::StrCat("the epoch file ", path, " holds no number; restore it"));
  return EpochFile(path, highest);
}

absl::Status EpochFile::Admit(std::int64_t epoch) {
  if (epoch < highest_) {
    return Refuse({.code = "STALE_EPOCH",
                   .text = absl::StrCat("epoch ", epoch, " is stale, ", highest_, " was seen; another engine has taken over, stop this one"),
                   .field = "epoch"});
  }
  if (epoch == highest_) return absl::OkStatus();
  if (!WriteDurably(path_, absl::StrCat(epoch, "\n"))) {
    return Refuse({.code = "SAGE_UNAVAILABLE", .text = "the epoch could not be written to disk; nothing was done"});
  }
  highest_ = epoch;
  return absl::OkStatus();
}

}  // namespace entente::sandbox::sage
