#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "entente/sync/v1/plan.pb.h"

// A plan in a file: one JSON object a line, and a last line with the digest of all bytes before it. A changed byte is refused.
namespace entente::cli {

class PlanFileWriter {
 public:
  // UNAVAILABLE FILE_NOT_WRITABLE.
  static absl::StatusOr<PlanFileWriter> Open(const std::string& path);
  void Add(const sync::v1::PlanPart& part);
  // Puts the file in place, whole.
  absl::Status Close();

 private:
  explicit PlanFileWriter(std::string path) : path_(std::move(path)) {}
  std::string path_;
  std::string text_;
};

// The parts of a plan file, in order. NOT_FOUND FILE_MISSING; INVALID_ARGUMENT PLAN_DAMAGED.
absl::StatusOr<std::vector<sync::v1::PlanPart>> ReadPlanFile(const std::string& path);

}  // namespace entente::cli
