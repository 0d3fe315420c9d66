#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/rules.h"
#include "engine/core/side.h"
#include "engine/core/value.h"

namespace entente {

// When a value may have changed, UTC microseconds: after the last read that showed the old one, at the latest at the first read that
// showed the new one, narrowed by the system's own date.
struct ChangeInterval {
  std::int64_t from_micros = 0;
  std::int64_t to_micros = 0;
};

// All that is known of one field of one link at the moment of deciding. Values are canonical.
//
// `image[s]` is what side s would hold if the other side's value were written to it (cut, transliterated …): equality is taken
// modulo this, so a value that a side could not hold whole never comes back as an edit.
struct FieldSituation {
  Both<Value> now{};
  std::optional<Both<Value>> base;
  Both<Value> image{};
  // References in `image` for which something else stands, because their targets are missing.
  Both<std::int32_t> stand_ins{};
  // The other side's value cannot be written to this side (does not fit, no counterpart): the text says why.
  Both<std::string> refused{};
  Both<bool> writable{};
  Both<ChangeInterval> changed{};
  // Drift already flagged for the side that does not own the field.
  std::optional<Value> drift;
  // A person's choice for a conflict that asked.
  std::optional<Side> choice;
  // The field was edited while the engine was paused, and the pack says whose value stands then.
  std::optional<Side> after_pause;
};

// Why a value cannot be written yet: the record it refers to is not on that side.
inline constexpr std::string_view kTargetMissing = "target_missing";

struct FieldConflict {
  std::optional<Value> base;
  Value left, right;
  // Empty: a person is asked.
  std::optional<Side> winner;
  std::string reason;  // "both_edited", "first_meeting", "newest", "overlapping_change_times"
};

// What becomes of the field.
struct FieldVerdict {
  enum class Action {
    kNothing,  // as agreed
    kSettle,   // both sides agree: remember it
    kWrite,    // write `value` to `target`
    kWriteBoth,  // union: `value` to both
    kAsk,      // nothing until a person chose
    kFlag,     // a forbidden edit stays and is shown
    kRefused,  // the value cannot be written; the field waits, the record does not
  };
  Action action = Action::kNothing;
  Side target = Side::kRight;
  Value value;
  // A forbidden edit (or a blank that is none) is undone on `target`: by the write, or, settled, once the record comes that is missing.
  bool reverted = false;
  std::optional<FieldConflict> conflict;
  std::string text;             // kRefused: why
};

// Decides one field. Pure and total; swapping the sides of the situation and of the policy swaps the verdict.
FieldVerdict MergeField(const FieldPolicy& policy, Equality equality, const FieldSituation& situation);

}  // namespace entente
