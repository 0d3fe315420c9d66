#pragma once

#include "engine/core/merge.h"
#include "engine/core/rules.h"

namespace entente {

// A reference whose target was missing was written as a stand-in, and both sides agreed on that. Once another number of targets is
// missing the value is owed again: the base of the side it comes from is blanked, so that the side counts as edited.
//
// Only where nobody touched either side since: an edit is an edit, and says itself what it wants. And only by that number: a system that
// holds another record than it was sent does so for reasons of its own, and is not sent it again.
// `agreed` are the stand-ins of the base. REQUIRES: `situation.now`, `base`, `image` and `stand_ins` are set.
void UnsettleStandIns(const FieldPolicy& policy, Equality equality, const Both<std::int32_t>& agreed, FieldSituation& situation);

// A stand-in reads back as nobody only where the side's value may travel: there it must never become the other side's. A side that only
// receives reads what stands there, so that an empty field is not taken for the stand-in.
bool StandInIsNobody(const FieldRule& field, Side side);

}  // namespace entente
