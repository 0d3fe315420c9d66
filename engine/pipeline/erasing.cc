#include "engine/pipeline/erasing.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/core/canonical.h"

namespace entente {
namespace {

constexpr std::string_view kBar = "erased.", kErasing = "erasing.", kBackup = "backup.";

void AddPart(std::string& bytes, std::string_view part) {
  bytes += std::to_string(part.size());
  bytes += ':';
  bytes.append(part.data(), part.size());
}

std::uint64_t Hash(std::uint64_t secret, std::string_view what, Side side, std::string_view resource, std::string_view first, std::string_view second) {
  std::string bytes;
  for (const std::string_view part : {std::string_view("erased"), what, std::string_view(side == Side::kLeft ? "0" : "1"), resource, first, second}) AddPart(bytes, part);
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), secret);
}

std::uint64_t NumberIn(std::string_view name, std::string_view prefix) { return std::strtoull(std::string(name.substr(prefix.size())).c_str(), nullptr, 10); }

std::string TextAt(const List& list, std::size_t at) { return at < list.size() ? std::string(list[at].TextOrEmpty()) : std::string(); }

}  // namespace

std::uint64_t KeyBar(std::uint64_t secret, Side side, std::string_view resource, std::string_view key) { return Hash(secret, "key", side, resource, key, ""); }

std::uint64_t RowBar(std::uint64_t secret, Side side, std::string_view resource, const Row& row) {
  return Hash(secret, "row", side, resource, row.incarnation, std::to_string(row.number));
}

std::string ErasedKey(LinkId link) { return absl::StrCat("erased:", link); }

std::string BarMeta(LinkId link) { return absl::StrCat(std::string(kBar), link); }
std::string ErasingMeta(LinkId link) { return absl::StrCat(std::string(kErasing), link); }
std::string BackupMeta(std::int64_t at_micros) { return absl::StrCat(std::string(kBackup), at_micros); }

std::string EncodeBars(const std::vector<std::uint64_t>& hashes) {
  std::string text;
  for (const std::uint64_t hash : hashes) absl::StrAppend(&text, text.empty() ? "" : " ", hash);
  return text;
}

Bars ReadBars(const Meta& meta) {
  Bars bars;
  for (auto it = meta.lower_bound(std::string(kBar)); it != meta.end() && it->first.starts_with(kBar); ++it) {
    const std::vector<std::string> hashes = absl::StrSplit(it->second, ' ', absl::SkipEmpty());
    for (const std::string& hash : hashes) bars[std::strtoull(hash.c_str(), nullptr, 10)] = NumberIn(it->first, kBar);
  }
  return bars;
}

std::vector<std::uint64_t> BarsOf(const Bars& bars, LinkId link) {
  std::vector<std::uint64_t> hashes;
  for (const auto& [hash, of] : bars) {
    if (of == link) hashes.push_back(hash);
  }
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

std::string EncodeErasing(const Erasing& erasing) {
  List absorbed, records;
  for (const LinkId link : erasing.absorbed) absorbed.push_back(static_cast<std::int64_t>(link));
  for (const RecordId& record : erasing.records) records.push_back(List{static_cast<std::int64_t>(Index(record.side)), record.resource, record.key});
  return EncodeFields({{"absorbed", std::move(absorbed)}, {"records", std::move(records)}});
}

std::map<LinkId, Erasing> ReadErasings(const Meta& meta) {
  std::map<LinkId, Erasing> all;
  for (auto it = meta.lower_bound(std::string(kErasing)); it != meta.end() && it->first.starts_with(kErasing); ++it) {
    Erasing erasing;
    erasing.link = NumberIn(it->first, kErasing);
    const absl::StatusOr<Fields> fields = DecodeFields(it->second);
    if (!fields.ok()) continue;
    if (const auto* absorbed = FieldOf(*fields, "absorbed").As<List>()) {
      for (const Value& link : *absorbed) {
        if (const auto* id = link.As<std::int64_t>()) erasing.absorbed.push_back(static_cast<LinkId>(*id));
      }
    }
    if (const auto* records = FieldOf(*fields, "records").As<List>()) {
      for (const Value& record : *records) {
        const auto* parts = record.As<List>();
        if (!parts || parts->empty()) continue;
        const auto* side = parts->front().As<std::int64_t>();
        erasing.records.push_back({side && *side == 1 ? Side::kRight : Side::kLeft, TextAt(*parts, 1), TextAt(*parts, 2)});
      }
    }
    all[erasing.link] = std::move(erasing);
  }
  return all;
}

std::vector<KnownBackup> ReadBackups(const Meta& meta) {
  std::vector<KnownBackup> backups;
  for (auto it = meta.lower_bound(std::string(kBackup)); it != meta.end() && it->first.starts_with(kBackup); ++it) {
    backups.push_back({static_cast<std::int64_t>(NumberIn(it->first, kBackup)), it->second});
  }
  std::sort(backups.begin(), backups.end(), [](const KnownBackup& a, const KnownBackup& b) { return a.at_micros < b.at_micros; });
  return backups;
}

}  // namespace entente
