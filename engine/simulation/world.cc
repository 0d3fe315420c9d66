#include "engine/simulation/world.h"

#include "engine/simulation/course.h"

namespace entente::simulation {

Outcome Run(const Terrain& terrain, const History& history, const RunOptions& options) { return Course(terrain, history, options).Run(); }

}  // namespace entente::simulation
