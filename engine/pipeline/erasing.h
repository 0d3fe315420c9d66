#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/core/link.h"
#include "engine/pipeline/store.h"

// What the state keeps of erasures beside the link: hashes that bar a record from coming back, and, until the erasure is through, what it has
// to look for. Pure.
namespace entente {

// Hashes of what an erased record was known by (its keys, rows and match keys), with its link.
using Bars = std::unordered_map<std::uint64_t, LinkId>;

// Keyed hashes, with the instance's own secret (Tuning::match_key) as those of the match index. An instance is one company a side, which its
// gates keep to: side and resource stand for system, company and entity. Match keys are barred by the hash the index gives them.
std::uint64_t KeyBar(std::uint64_t secret, Side side, std::string_view resource, std::string_view key);
std::uint64_t RowBar(std::uint64_t secret, Side side, std::string_view resource, const Row& row);

// The key under which other records go on naming an erased one: the link, and nothing of what it was. "erased:42".
std::string ErasedKey(LinkId link);

// An erasure that is not through.
struct Erasing {
  LinkId link = 0;
  std::vector<LinkId> absorbed;
  // What the records of the link were called, former keys as well; it goes once nothing in the state names them. Empty: only files are left.
  std::vector<RecordId> records;
  friend bool operator==(const Erasing&, const Erasing&) = default;
};

// Backups that were made, by when; in order.
struct KnownBackup {
  std::int64_t at_micros = 0;
  std::string directory;
};

using Meta = std::map<std::string, std::string>;

// Names and values in the store's meta.
std::string BarMeta(LinkId link);
std::string EncodeBars(const std::vector<std::uint64_t>& hashes);
Bars ReadBars(const Meta& meta);
std::vector<std::uint64_t> BarsOf(const Bars& bars, LinkId link);
std::string ErasingMeta(LinkId link);
std::string EncodeErasing(const Erasing& erasing);
std::map<LinkId, Erasing> ReadErasings(const Meta& meta);
std::string BackupMeta(std::int64_t at_micros);
std::vector<KnownBackup> ReadBackups(const Meta& meta);

}  // namespace entente
