#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/pipeline/store.h"

// The keys of the state, by column family. All numbers are big-endian, so that byte order is number order; a name is its bytes
// with 00 written as 00 FF, ended by 00 01, so that names order as their bytes do and no name is a prefix of another key.
//
//   link      id:8                                        → LinkRecord
//   record    'k' side:1 resource:name key:name           → RecordRecord         what a system calls a record
//             'r' side:1 resource:name incarnation:name number:8 (sign bit flipped)
//                                                         → link:8               the physical row behind it
//   match     side:1 hash:8 link:8                        → nothing
//   refers    target:8 referring:8                        → nothing
//   dirty     lane:1 rank:4 link:8                        → nothing
//   outbox    side:1 lane:1 order:8                       → OutboxRecord
//   parked    wait:name link:8                            → nothing
//   cursor    side:1 resource bytes to the end            → cursor bytes
//   work      id:8                                        → WorkRecord
//   journal   link:8 seq:8                                → at_micros:8 JournalRecord
//   timeline  'r' id:8                                    → RunRecord
//             'p' id:8                                    → PushRecord
//   meta      name bytes                                  → bytes; names that begin with "store/" are the store's own:
//             store/format_version   decimal text
//             store/last_link        decimal text; ids below are never given again
//             store/last_work        decimal text
//             store/purges           decimal text: how often the files were rewritten
//
// The first bytes 'k', 'r' and 'p' and the order of parts are the format: changing them raises kFormatVersion. So does what an
// older engine would misread:
//
//   1   as it began
//   2   base fields and writes of deliveries name what they share with others (BaseFieldRecord.rule_is_own, is_as_before,
//       DeliveryRecord.same_names). What format 1 wrote is read as it is.
namespace entente::store {

inline constexpr int kFormatVersion = 2;

inline constexpr std::string_view kOwnMeta = "store/";
inline constexpr std::string_view kFormatVersionKey = "store/format_version";
inline constexpr std::string_view kLastLinkKey = "store/last_link";
inline constexpr std::string_view kLastWorkKey = "store/last_work";
inline constexpr std::string_view kPurgesKey = "store/purges";

std::string NumberKey(std::uint64_t number);
std::string LinkKey(LinkId link);
std::string RecordKey(const RecordId& id);
std::string RecordPrefix(Side side, std::string_view resource);
std::string RowKey(const RowId& id);
std::string MatchKey(const MatchId& id, LinkId link);
std::string MatchPrefix(const MatchId& id);
std::string RefersKey(LinkId target, LinkId referring);
std::string DirtyKey(const DirtyId& id);
std::string OutboxKey(const OutboxId& id);
std::string ParkedKey(std::string_view wait, LinkId link);
std::string ParkedPrefix(std::string_view wait);
std::string CursorKey(Side side, std::string_view resource);
std::string WorkKey(WorkItemId id);
std::string JournalKey(LinkId link, std::uint64_t seq);
std::string RunKey(std::uint64_t id);
std::string PushKey(std::uint64_t id);

// The inverse where a scan needs it. Empty when the bytes are not such a key.
std::optional<std::uint64_t> ReadNumber(std::string_view bytes);
// The last eight bytes: the link of match, refers, dirty and parked keys.
std::optional<std::uint64_t> ReadLastNumber(std::string_view bytes);
std::optional<std::string> ReadRecordKey(std::string_view bytes, std::string_view prefix);
std::optional<std::string> ReadParkedWait(std::string_view bytes);
std::optional<DirtyId> ReadDirty(std::string_view bytes);
std::optional<OutboxId> ReadOutbox(std::string_view bytes);

}  // namespace entente::store
