#pragma once

#include <set>

#include "engine/pipeline/turn.h"

// Who refers to a record, as its own side shows it: what keeps a product that a quote names from being deleted.
namespace entente {

// Notes the links that the records of this one refer to, where a rule of the pack asks for it.
void NoteReferences(Turn& turn, const EntityRule& entity, const Link& link);

// The records that a record refers to, in its head or in the lines below it.
std::set<Reference> ReferencesOf(const Fields& record);

// A live record on `side`, of one of the rule's entities, refers to the link's record there.
bool IsReferenced(Turn& turn, const LifeRule& rule, const Link& link, Side side);

}  // namespace entente
