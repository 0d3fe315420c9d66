#pragma once

#include <string>
#include <vector>

#include "engine/examples/examples.h"
#include "tools/cli/output.h"

namespace entente::cli {

// A line for each example, with what did not hold below it, and how many hold. Nothing of a pack without examples.
void ShowExamples(Output& out, const std::vector<ExampleReport>& reports);
// A list of {name, shows, holds, source, problems}.
std::string ExamplesJson(const std::vector<ExampleReport>& reports);
bool AllHold(const std::vector<ExampleReport>& reports);

}  // namespace entente::cli
