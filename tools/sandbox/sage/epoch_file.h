#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace entente::sandbox::sage {

// The highest epoch a writer ever showed, kept in a file beside the database: a writer with a lower one is stale. One thread at a time.
class EpochFile {
 public:
  // 0 when the file does not exist yet.
  static absl::StatusOr<EpochFile> Open(const std::string& path);

  std::int64_t highest() const { return highest_; }
  // STALE_EPOCH for a lower one. A higher one is on disk when this returns.
  absl::Status Admit(std::int64_t epoch);

 private:
  EpochFile(std::string path, std::int64_t highest) : path_(std::move(path)), highest_(highest) {}

  std::string path_;
  std::int64_t highest_;
};

}  // namespace entente::sandbox::sage
