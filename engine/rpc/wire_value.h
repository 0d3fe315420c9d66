#pragma once

#include "absl/status/status.h"
#include "engine/core/value.h"

namespace entente::connector::v1 {
class Value;
}

// Values of the connector protocol ↔ values of the core. Pure; any thread.
namespace entente {

// INVALID_ARGUMENT, reason VALUE_MALFORMED: a decimal that is none, or a value nested deeper than 64 levels.
absl::Status FromWire(const connector::v1::Value& wire, Value* value);

// References of the engine have no form on the wire: they become null. The pipeline translates them before.
void ToWire(const Value& value, connector::v1::Value* wire);

}  // namespace entente
