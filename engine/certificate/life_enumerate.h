#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/certificate/decisions.h"
#include "engine/certificate/law.h"
#include "engine/core/rules.h"

namespace entente::certificate {

struct LifeResult {
  // Different questions put to Life, and how many of them changed what exists.
  std::int64_t states = 0;
  std::int64_t transitions = 0;
  int rounds = 0;
  std::optional<Violation> violation;
};

// Goes through every way the existence of a pair can go under the rules of its two sides: what is there, gone, out of scope or never was,
// times where it was born, whether others refer to it, whether a person approves, and what the rules' conditions say.
LifeResult EnumerateLife(const Both<LifeRule>& rules, const Decisions& decisions, const Both<std::string>& names);

// Whether the entry of a side's rule that a pack writes as `key` ("approve_delete") decides anything.
bool DecidesSomething(const Both<LifeRule>& rules, Side side, const std::string& key, const Decisions& decisions);

}  // namespace entente::certificate
