#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/certificate/decisions.h"
#include "engine/certificate/field_kind.h"
#include "engine/certificate/law.h"

namespace entente::certificate {

struct FieldResult {
  // Different questions put to Merge, and how many of them changed something.
  std::int64_t states = 0;
  std::int64_t transitions = 0;
  // Runs from a start to rest.
  std::int64_t runs = 0;
  // Passes that wrote, in the longest run.
  int rounds = 0;
  // The first law found broken.
  std::optional<Violation> violation;
};

// Goes through every way a field of this kind can go. Ends at the first law that is broken.
// `counts_states`: false spares the memory and time of telling equal questions apart; then `states` and `transitions` stay 0.
FieldResult EnumerateField(const FieldKind& kind, const Decisions& decisions, const Both<std::string>& names, bool counts_states = true);

// Whether the entry of a policy that a pack writes as `key` ("conflict", "blank.ssm") decides anything: with another choice in its place
// Merge would answer differently somewhere.
bool DecidesSomething(const FieldKind& kind, const std::string& key, const Decisions& decisions, const Both<std::string>& names);

}  // namespace entente::certificate
