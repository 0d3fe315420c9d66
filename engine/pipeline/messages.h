#pragma once

#include <string>
#include <string_view>

#include "engine/core/rules.h"
#include "engine/pipeline/store.h"

namespace entente {

// Fills an item's message in French and English from its reason: what happened, why, and what to do next. Ids and counts only, never a
// person's values. A reason the table does not know (a check of a pack brings its own text) keeps what it has.
void DescribeItem(const Pack& pack, WorkItem& item);

// The sentence of a reason in English, empty when unknown: for why-not and logs. The pack's own words come first; valid as long as it.
std::string_view ExplainReason(const Pack& pack, std::string_view reason);

}  // namespace entente
