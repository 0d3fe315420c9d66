#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "engine/runtime/clock.h"

namespace entente {

// Where an engine gets the number that makes writes of its predecessors refusable.
class EpochSource {
 public:
  virtual ~EpochSource() = default;
  // A number greater than every one given before, durable when returned.
  virtual absl::StatusOr<std::uint64_t> Next() = 0;
};

// Keeps the last number in a file that no backup holds. The number is never below the minutes since 2026 began, so that a directory
// lost and made anew still outranks every engine before it; it fits 24 bits for thirty years, and others make ids of it.
class EpochFile final : public EpochSource {
 public:
  EpochFile(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
  absl::StatusOr<std::uint64_t> Next() override;

 private:
  std::string path_;
  const Clock& clock_;
};

}  // namespace entente
