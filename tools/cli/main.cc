#include <unistd.h>

#include <iostream>

#include "tools/cli/program.h"

int main(int argc, char** argv) { return entente::cli::RunProgram(argc, argv, std::cout, std::cerr, isatty(STDOUT_FILENO) == 1); }
