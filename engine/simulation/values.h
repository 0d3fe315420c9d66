#pragma once

#include <functional>
#include <string>

#include "engine/core/value.h"

namespace entente::simulation {

// A text, or a number as one; empty: neither.
std::string TextOf(const Value& value);

// Every reference of a value, in lines too.
void EachReference(Value& value, const std::function<void(Reference&)>& look);

}  // namespace entente::simulation
