#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/link.h"
#include "engine/core/side.h"
#include "engine/pipeline/store.h"

// What the engine wrote of one record, as the link's journal tells it.
namespace entente {

// Which of our writes are meant: those decided during a run, those done since a moment, or since a delivery. One of them is set.
struct UndoScope {
  std::uint64_t run = 0;
  std::int64_t since_micros = 0;
  DeliveryId since_delivery = 0;
};

struct WrittenField {
  Value before;                  // what stood there before the first of our writes that no edit came between
  Value ours;                    // what the last of them left there
  std::string rule;
  bool written_since = false;    // a write of ours that is not meant came after
  bool edited_since = false;     // somebody else wrote to the record after, if not to this field: only the very value is ours
};

// The writes meant, of the record of one side. What an undo took back already is not among them.
struct Written {
  std::map<std::string, WrittenField> fields;   // by native field; since the record was last made or brought back
  bool values_unknown = false;   // one of the updates was journalled without its values
  // What was done to the record's existence, by the last of the writes meant that did anything: kNone, kCreate, kUndelete, kDelete.
  Verb life = Verb::kNone;
  bool was_there = false;        // before the first of those writes
  bool existed = false;          // the create found the record there
  std::string rule;              // of `life`
  bool life_since = false;       // a create, a restore or a delete of ours that is not meant came after
  bool touched = false;          // since `life`, somebody else wrote to it, or the record came back
  bool empty() const { return fields.empty() && !values_unknown && life == Verb::kNone; }
};

// Whether a native field of a side holds the same with either value, written as its system may write it.
using SameNative = std::function<bool(Side side, const std::string& native, const Value& a, const Value& b)>;

// `journal`: the whole of it, oldest first.
Both<Written> ReadWritten(const std::vector<JournalEntry>& journal, const UndoScope& scope, const SameNative& same);

}  // namespace entente
