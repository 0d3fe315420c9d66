#pragma once

#include <optional>
#include <string>

#include "engine/certificate/field_world.h"
#include "engine/core/link.h"
#include "engine/core/merge.h"

namespace entente::certificate {

// What is known of one field of one link between two passes.
struct FieldState {
  Both<Value> now;
  // What stands on this side means nothing to the pack; until it does, the field is left alone on both sides, and shown.
  Both<bool> is_unread{};
  bool is_left_alone() const { return is_unread[Side::kLeft] || is_unread[Side::kRight]; }
  std::optional<Both<Value>> base;
  // Of the base: what a side was given stands for a record that was missing.
  Both<std::int32_t> stand_ins{};
  std::optional<Value> drift;
  std::optional<Side> choice;
  // The other side was edited while the engine was paused, and this side's value stands.
  std::optional<Side> after_pause;
  Both<Unheld> unheld{};
};

// Where a run begins: what happened before the engine looks.
struct FieldStart {
  enum class Kind {
    kAgreed,    // both sides agreed once, then each was edited or not
    kMet,       // two records met for the first time
    kBorn,      // a record of `side` is made on the other
    kRestored,  // the record of `side` was deleted and is made anew
  };
  Kind kind = Kind::kAgreed;
  Side side = Side::kLeft;
  FieldState state;
  // Which side changed later, for `newest`.
  Both<ChangeInterval> changed{};
};

// Any start the kind allows. REQUIRES: the world is new.
FieldStart AnyStart(const FieldKind& kind, FieldWorld& world, Choices& choices);

// The state as Merge is asked about it, by the steps the pipeline takes.
FieldSituation SituationOf(const FieldKind& kind, const FieldState& state, const Both<ChangeInterval>& changed, FieldWorld& world);

}  // namespace entente::certificate
