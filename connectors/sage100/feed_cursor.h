#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace entente::sage100 {

// Many rows that carry one cbModification, such as after a mass update: which ones, as one sum.
struct Burst {
  std::int64_t rows = 0;
  std::uint64_t sum = 0;
  friend bool operator==(const Burst&, const Burst&) = default;
};

// Where one watched table stands.
struct TableMark {
  // Latest cbModification seen, in server local time ("2026-11-22 08:30:00"); empty: none.
  std::string modified;
  // Highest cbMarq ever given out; a restored backup takes it back. -1 when the system does not tell.
  std::int64_t identity = -1;
  // Bursts inside the next poll's overlap that no ordinary write can change any more, by cbModification. A poll that finds the
  // same rows again leaves them out without reading their records.
  std::map<std::string, Burst> bursts;
  friend bool operator==(const TableMark&, const TableMark&) = default;
};

// Where the feed of one resource resumes. The engine keeps it as opaque bytes; this connector keeps nothing.
struct FeedCursor {
  std::string company;         // GUID; another company's cursor means nothing here
  std::uint64_t parameters = 0;  // fingerprint of the P_ tables the resource shows
  std::int64_t server_seconds = 0;  // server time of the poll, UTC
  std::map<std::string, TableMark> tables;
  // Records reported whose change lies inside the next poll's overlap: hash of the key, hash of the content.
  // At most kSeenMax; beyond that a record is reported again, which is harmless.
  std::map<std::uint64_t, std::uint64_t> seen;

  static constexpr std::size_t kSeenMax = 1024;

  std::string Encode() const;
  // Empty for text no version of this connector wrote.
  static std::optional<FeedCursor> Decode(std::string_view text);
};

}  // namespace entente::sage100
