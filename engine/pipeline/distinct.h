#pragma once

#include "engine/pipeline/turn.h"

namespace entente {

// Puts a digit behind values that another record of the target has already (the login of two people called alike), and keeps what was
// chosen for this link, so that a create decided meanwhile takes another one.
void MakeDistinct(Turn& turn, const EntityRule& entity, Link& link, Side target, Delivery& delivery);

}  // namespace entente
