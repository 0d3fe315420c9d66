#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/pipeline/store.h"

// What the pipeline keeps ↔ the bytes of the state directory: messages of entente.store.v1, with the fields of records as
// canonical bytes inside. Decoding answers DATA_LOSS, reason STATE_DAMAGED, for bytes that are no such value. Pure; any thread.
namespace entente::store {

std::string EncodeLink(const Link& link);
absl::StatusOr<Link> DecodeLink(LinkId id, std::string_view bytes);

std::string EncodeRecord(const RecordEntry& entry);
absl::StatusOr<RecordEntry> DecodeRecord(std::string_view bytes);

std::string EncodeOutbox(const OutboxEntry& entry);
absl::StatusOr<OutboxEntry> DecodeOutbox(std::string_view bytes);

std::string EncodeWork(const WorkItem& item);
absl::StatusOr<WorkItem> DecodeWork(WorkItemId id, std::string_view bytes);
// When the item was closed, UTC microseconds; 0: it is open, or the bytes are no item.
std::int64_t WorkClosedTime(std::string_view bytes);

// The first eight bytes are the time, so that old entries are recognised without decoding them.
std::string EncodeJournal(const JournalEntry& entry);
absl::StatusOr<JournalEntry> DecodeJournal(LinkId link, std::uint64_t seq, std::string_view bytes);
std::int64_t JournalTime(std::string_view bytes);

std::string EncodeRun(const RunState& run);
absl::StatusOr<RunState> DecodeRun(std::uint64_t id, std::string_view bytes);

std::string EncodePush(const PushState& push);
absl::StatusOr<PushState> DecodePush(std::uint64_t id, std::string_view bytes);

}  // namespace entente::store
