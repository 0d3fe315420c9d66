#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/rules.h"
#include "engine/pipeline/store.h"
#include "engine/rpc/instance.h"

namespace google::protobuf {
class Message;
}
namespace entente::sync::v1 {
class HistoryEntry;
class Erasure;
class Link;
class Push;
class Record;
class Run;
class Status;
class Value;
class WorkItem;
}  // namespace entente::sync::v1

// What the engine knows, as the messages of sync/v1 show it. Pure; any thread.
namespace entente {

// "sage" of side 0; empty for -1.
std::string SideName(const Pack& pack, int side);
std::optional<Side> SideNamed(const Pack& pack, std::string_view name);

void Show(const Value& value, sync::v1::Value* out);
// A person's data as people see it here: enough to tell two values apart, and no more. The values of a conflict and of a reverted edit
// are shown whole: the loser is kept to be seen (row SSM-11).
Value Masked(const Value& value);
// Native fields of a side that the pack calls sensitive, masked; the others as they are.
Value Shown(const EntityRule* entity, Side side, std::string_view native, const Value& value);
void Show(const Pack& pack, const InstanceStatus& status, sync::v1::Status* out);
void Show(const Pack& pack, const Link& link, sync::v1::Link* out);
void Show(const Pack& pack, const EraseReport& report, sync::v1::Erasure* out);
// REQUIRES: the link is erased. Without what it refers to and backups.
void Show(const Pack& pack, const Link& link, sync::v1::Erasure* out);
void ShowRecord(const Pack& pack, const Link& link, Side side, sync::v1::Record* out);
void Show(const Pack& pack, const RunState& run, sync::v1::Run* out);
void Show(const PushState& push, sync::v1::Push* out);
void Show(const Pack& pack, const WorkItem& item, sync::v1::WorkItem* out);
void Show(const Pack& pack, const JournalEntry& entry, sync::v1::HistoryEntry* out);

// gone, dead, parked, owed, linked or one_sided: the first that holds.
std::string_view StateOf(const Link& link);
std::string_view NameOf(WorkItem::Kind kind);
std::string_view NameOf(WorkItem::State state);
std::string_view NameOf(Verb verb);
std::string_view NameOf(Delivery::State state);
std::string_view NameOf(Presence presence);

// JSON text of a value; decimals as their exact digits.
std::string ToJsonText(const Value& value);

}  // namespace entente
