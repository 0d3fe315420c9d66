#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace entente::benchmark {

// What the floor keeps: one value a record, 16 bytes of digest and the record's bytes, in a RocksDB opened exactly as the engine opens
// its own. Thread-safe.
class FloorState {
 public:
  static absl::StatusOr<std::unique_ptr<FloorState>> Open(const std::string& directory, std::size_t memory_bytes);
  virtual ~FloorState() = default;

  struct Entry {
    std::string key;
    std::string bytes;
  };

  // XXH3, 128 bits, as 16 bytes.
  static std::string DigestOf(std::string_view bytes);

  // One batch, one sync.
  virtual absl::Status Put(const std::vector<Entry>& entries) = 0;
  // The bytes of each key, without digest; empty where there is none.
  virtual std::vector<std::string> Get(const std::vector<std::string>& keys) = 0;

  // Walks all records in order of key.
  class Walk {
   public:
    virtual ~Walk() = default;
    // True when the next record has this key and this digest.
    virtual bool Matches(const std::string& key, const std::string& digest) = 0;
  };
  virtual std::unique_ptr<Walk> Begin() = 0;
};

}  // namespace entente::benchmark
