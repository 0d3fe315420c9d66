#pragma once

#include <set>
#include <string>

#include "engine/pipeline/turn.h"

// What a connector says that cannot be so. Each is a work item, one a side, and a counter ("misreported.key_missing"); what is done about it
// stands where such a message is taken. What may also be honest is not told here.
namespace entente {

// `reason` is a word of messages.cc.
void Misreport(Turn& turn, Side side, const std::string& resource, const std::string& reason);

// What a system describes against what the pack asks of it: resources it has not, columns that cannot be written.
void LookAtSession(Turn& turn, const SessionInfo& session);
// A batch by itself: keys, rows, dates and values that cannot stand side by side. Keys that several of its records bear: none of them is taken.
std::set<std::string> LookAtBatch(Turn& turn, const FeedBatch& batch);
// A live batch's cursor: one that was left behind comes back.
void LookAtCursor(Turn& turn, const FeedBatch& batch);

// Operations were handed over, and not answered for so long. They may still be.
void LookForAnswers(Turn& turn);
// When the next of them is overdue; 0: none is out.
std::int64_t NextOverdue(const State& state);

}  // namespace entente
