#include "tools/benchmark/state_log.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/store/database.h"
#include "tools/benchmark/process.h"

namespace entente::benchmark {
namespace {

// RocksDB's log: blocks of 32 KiB; a record is checksum (4), size (2), type (1), and in a log that was used before its number (4), then its
// bytes. A batch begins with the number of its first entry (8) and their count (4), lowest byte first; the rest of it may be in further records.
constexpr std::size_t kBlock = 32u << 10;
constexpr std::size_t kHeader = 7;
constexpr unsigned char kFull = 1, kFirst = 2, kFullAgain = 5, kFirstAgain = 6, kLastAgain = 8;

template <typename Number>
Number ReadNumber(const std::string& bytes, std::size_t at) {
  Number out = 0;
  std::memcpy(&out, bytes.data() + at, sizeof out);
  return out;
}

struct LoggedBatch {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
};

template <typename Visit>
void VisitLog(const std::string& file, Visit visit) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  for (std::size_t at = 0; at + kHeader <= bytes.size();) {
    const std::size_t left = kBlock - at % kBlock;
    if (left < kHeader) {
      at += left;
      continue;
    }
    const auto size = ReadNumber<std::uint16_t>(bytes, at + 4);
    const auto type = static_cast<unsigned char>(bytes[at + 6]);
    if (type == 0 && size == 0) {
      at += left;   // room kept, not written yet
      continue;
    }
    const std::size_t header = type >= kFullAgain && type <= kLastAgain ? kHeader + 4 : kHeader;
    const bool begins = type == kFull || type == kFirst || type == kFullAgain || type == kFirstAgain;
    if (begins && size >= 12 && at + header + 12 <= bytes.size()) {
      visit(LoggedBatch{ReadNumber<std::uint64_t>(bytes, at + header), ReadNumber<std::uint32_t>(bytes, at + header + 8)});
    }
    at += header + size;
  }
}

template <typename Visit>
void VisitLogs(const std::string& folder, Visit visit) {
  std::error_code ignored;
  for (auto it = std::filesystem::directory_iterator(folder, ignored); it != std::filesystem::directory_iterator(); it.increment(ignored)) {
    if (it->path().extension() == ".log") VisitLog(it->path().string(), visit);
    if (ignored) break;
  }
}

}  // namespace

std::uint64_t LastEntry(const std::string& database_folder) {
  std::uint64_t last = 0;
  VisitLogs(database_folder, [&](const LoggedBatch& batch) {
    if (batch.count > 0) last = std::max(last, batch.first + batch.count - 1);
  });
  return last;
}

StateWrites WritesAfter(const std::string& database_folder, std::uint64_t since) {
  StateWrites out;
  std::uint64_t last = since;
  VisitLogs(database_folder, [&](const LoggedBatch& batch) {
    if (batch.count == 0 || batch.first <= since) return;
    ++out.batches;
    last = std::max(last, batch.first + batch.count - 1);
  });
  out.entries = last - since;
  return out;
}

std::uint64_t CompactedBytes(const std::string& database_folder, int memory_mib) {
  store::Database::Options options;
  options.directory = database_folder;
  options.memory_bytes = static_cast<std::size_t>(memory_mib) << 20;
  {
    const absl::StatusOr<std::unique_ptr<store::Database>> database = store::Database::Open(options);
    if (!database.ok()) return 0;
    for (std::size_t family = 0; family < store::kFamilyNames.size(); ++family) {
      rocksdb::ColumnFamilyHandle* handle = (*database)->family(static_cast<store::Family>(family));
      if (!(*database)->db().CompactRange(rocksdb::CompactRangeOptions(), handle, nullptr, nullptr).ok()) return 0;
    }
  }
  return FolderBytes(database_folder);
}

}  // namespace entente::benchmark
