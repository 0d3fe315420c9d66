#pragma once

#include <string>

namespace entente {

// What the linker wrote into this program to tell it from every other build (the note NT_GNU_BUILD_ID), in hexadecimal; empty when it
// wrote none. Two builds of the same code by the same compiler may share it. Thread-safe.
std::string BuildId();

}  // namespace entente
