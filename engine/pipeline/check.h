#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/turn.h"

// The checks of the pack on one link.
namespace entente {

// Runs the checks, each failed one a work item; false when one of severity error fails: the link waits for a change.
bool PassesChecks(Turn& turn, const EntityRule& entity, Link& link);

// The failed checks of one severity in words, for the report of a document. Changes nothing.
std::vector<std::string> FailedChecks(Turn& turn, const EntityRule& entity, const Link& link, Severity severity);

}  // namespace entente
