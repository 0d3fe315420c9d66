#pragma once

#include "engine/core/rules.h"
#include "engine/language/declared.h"
#include "engine/language/problems.h"

namespace entente {

// What can be said of a compiled pack without a catalogue: names, ranks and targets that fit together, nothing that two rules
// write at once, references that never point down the order of work.
void CheckPack(const Pack& pack, Problems& problems);

// Parts of it, one a file.
// Keys under which a record is made or searched, and that may be blank.
void CheckKeys(const Pack& pack, const EntityRule& entity, Problems& problems);
// Marks nobody can write, creates nobody can ask for, phases and states never entered, checks that never fail, reasons without words.
void CheckReach(const Pack& pack, const EntityRule& entity, Problems& problems);
// Rules that are well formed and would not do what they are for: records in no phase, fields that go nowhere, keys that every record shares,
// searches under what nothing writes.
void CheckEffect(const Pack& pack, const EntityRule& entity, Problems& problems);

// What the pack declares that a system asks of each record, and no rule gives.
void CheckRequired(const Pack& pack, const Both<DeclaredCatalogue>& catalogues, Problems& problems);

}  // namespace entente
