#pragma once

#include "engine/pipeline/turn.h"

// What the connectors answered: to writes (receipt.h, failure.h, uncertain.h), and to questions, whose answers are observations.
namespace entente {

void TakeResults(Turn& turn, const ResultBatch& batch);

}  // namespace entente
