#pragma once

#include <vector>

#include "engine/pipeline/turn.h"

// References of a document that the other side cannot follow.
namespace entente {

struct MissingReference {
  int line = 0;   // 0: of the head
  const FieldRule* field = nullptr;
  Value value;
};

// Of what is sent: the target is not on the other side.
std::vector<MissingReference> MissingReferences(Turn& turn, const EntityRule& entity, const Link& link);

// Of what is only read through (the name of a contact): the engine has not read the target.
std::vector<MissingReference> UnreadReferences(Turn& turn, const EntityRule& entity, const Link& link);

// The target is on its way to the other side: nobody has to act.
bool IsComing(const Turn& turn, const Link& target, Side maker);

}  // namespace entente
