#pragma once

#include <string>
#include <vector>

#include "engine/simulation/history.h"
#include "engine/simulation/world.h"

namespace entente::simulation {

// A history as people would tell it, a sentence an event, in the words of the pack: "a user edits the phone of Accounts 3 in ssm". Then what
// is wrong at its end. No values: there are none but the simulation's own.
std::vector<std::string> TellStory(const Terrain& terrain, const History& history, const Violation& violation);

}  // namespace entente::simulation
