#pragma once

#include <iosfwd>

namespace entente::cli {

// The whole program: reads the arguments, runs one command, returns the exit code. `is_terminal`: colour and bars may be used.
int RunProgram(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool is_terminal);

}  // namespace entente::cli
