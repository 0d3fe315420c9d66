#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random.h"

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
//
// The file also names its folder (by inode): in a copy of the folder it knows itself for a copy, and goes ahead of the original by a number
// drawn from 1 to 30. Two engines on copies of one state never share an epoch then, unless the whole file system was cloned; the older
// one is refused, as a predecessor is.
class EpochFile final : public EpochSource {
 public:
  EpochFile(std::string path, const Clock& clock, Random& random) : path_(std::move(path)), clock_(clock), random_(random) {}
  absl::StatusOr<std::uint64_t> Next() override;

 private:
  std::string path_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace entente
