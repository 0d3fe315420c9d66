#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/erase_sweep.h"
#include "tests/support/world.h"

namespace entente::testing {

// As the daemon's eraser does it. The machine's answer when nothing was begun.
absl::Status EraseLinkOf(World& world, LinkId link, const std::string& request_id = "");
// The next step of erasures under way; false: there is none.
bool TakeEraseStep(World& world);

// Where in what the store keeps one of the texts stands; empty: nowhere. Keys of records, and of what waits, are looked at as well.
std::vector<std::string> PlacesOf(World& world, const std::vector<std::string>& texts);

}  // namespace entente::testing
