#pragma once

#include <cstdint>
#include <string>

namespace entente::benchmark {

// What was written to a RocksDB directory, as its write-ahead log says; the database may be open in another process meanwhile.
struct StateWrites {
  std::uint64_t batches = 0;   // each one atomic write; without those whose log is gone already
  std::uint64_t entries = 0;   // values put or removed
};

// Number of the last entry written; 0: no log says.
std::uint64_t LastEntry(const std::string& database_folder);
// What was written after entry `since`.
StateWrites WritesAfter(const std::string& database_folder, std::uint64_t since);

// Bytes of a database of the engine's after a full compaction. 0 when it cannot be opened. REQUIRES: no process has it open.
std::uint64_t CompactedBytes(const std::string& database_folder, int memory_mib);

}  // namespace entente::benchmark
