#pragma once

#include <optional>
#include <string>

#include "engine/core/rules.h"
#include "engine/pipeline/turn.h"

// What keeps an erased person from coming back (erase.h). A record that bears a barred key or row, or a new one that bears a barred match key,
// is counted (`changes.erased`) and not taken: nothing of it is stored. Once a side and erasure an item tells that the system still has it, by
// link and side alone, and offers to admit it.
namespace entente {

// Work item: a system still has, or has again, a record of somebody erased.
inline constexpr std::string_view kErasedReported = "erased_reported";
// Work item: a record to be made was to get the key of somebody erased.
inline constexpr std::string_view kKeyOfErased = "key_of_erased";

// True: what was reported is an erased person's, and was noted. A record that a link stands for is never refused.
bool RefusesErased(Turn& turn, const std::string& resource, Side side, const FeedChange& change);
// The same of a record that no link stands for, by its match keys.
bool RefusesErasedMatch(Turn& turn, const EntityRule& entity, Side side, const Fields& record);
// The value refers to what is left of somebody erased: what stands there in the system is not known.
bool NamesErased(const Value& value);
bool IsBarredKey(const State& state, Side side, const std::string& resource, const std::string& key);

// References to erased records lead to what is left of them, in everything that connectors report. Nothing: there is none.
std::optional<FeedBatch> WithoutErased(const State& state, const FeedBatch& batch);
std::optional<ResultBatch> WithoutErased(const State& state, const ResultBatch& batch);

// What Resolve() asks for of an item of the first kind, before it closes it. "admit": nothing bars the person any more, on either side; what the systems
// have comes back as if it were new, once both were listed again.
void SettleReported(Turn& turn, const WorkItem& item, const std::string& choice);

}  // namespace entente
