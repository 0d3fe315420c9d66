#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/certificate/decisions.h"
#include "engine/certificate/field_state.h"
#include "engine/certificate/law.h"
#include "engine/core/field_step.h"

namespace entente::certificate {

// One way a field can go: from a start, pass after pass, until nothing changes, with what may happen in between: a person answers, a
// target appears, a system renders a value in its own way. Watched by the laws.
//
// One use. Borrows everything it is given.
class FieldRun {
 public:
  // `names` of the sides, for the trace; null: none is kept.
  FieldRun(const FieldKind& kind, const Decisions& decisions, Choices& choices, const Both<std::string>* names);

  // The first law that is broken; empty when all hold.
  std::optional<Violation> Run();

  // Passes that wrote, at most, between two things that happened.
  int rounds() const { return rounds_most_; }
  // What Merge was asked, and whether that changed anything: one entry a pass.
  struct Asked {
    FieldSituation situation;
    bool changes = false;
  };
  // Filled while this is set.
  std::vector<Asked>* asked = nullptr;

 private:
  enum class Rendering { kNone, kAtomic, kLater };

  bool Begin();
  bool CreateOther(Side born);
  void Restore(Side deleted);
  std::optional<Violation> Settle();
  bool Pass();
  void Apply(const FieldVerdict& verdict, const FieldSituation& s, const FieldStep& step);
  void Write(const FieldVerdict& verdict, const FieldSituation& s, Side side, const Value& value);
  bool MayWrite(const FieldVerdict& verdict, const FieldSituation& s, Side side, const Value& value);
  Rendering HowRendered();
  bool IsAtomic() { return HowRendered() == Rendering::kAtomic; }
  Value Rendered(Side side, const Value& sent);
  bool SomethingHappens();
  void BeginRounds();

  // Laws; each notes the first violation.
  void CheckWinner(const FieldSituation& s, const FieldVerdict& verdict);
  void CheckSettled(const FieldSituation& s, const FieldStep& step);
  void CheckRest();
  void CheckNothingLost(Side side);
  bool AgreeNow();
  void Break(std::string_view law, std::string sentence);

  bool Edited(const FieldState& state, Side side) const;
  void Tell(Side side, const Value& value) { told_[side].push_back(value); }
  void Trace(const std::string& sentence);
  std::string Shown(const Value& value) const;
  std::string Holdings() const;
  const std::string& Name(Side side) const;

  const FieldKind& kind_;
  const Decisions& decisions_;
  Choices& choices_;
  const Both<std::string>* names_;
  FieldWorld world_;

  FieldStart start_;
  FieldState state_;
  // What each side held when the run began, with what had been agreed.
  FieldState first_;
  // Empty: nothing was written yet.
  std::optional<Rendering> rendering_;
  std::vector<std::pair<Value, Value>> rendered_;
  // A change that a person approves, or that waits its time.
  std::optional<bool> is_held_back_;
  bool is_released_ = false;

  // Of the last pass.
  bool changed_ = false, wrote_ = false;
  // Something is shown to people, or waited for.
  bool is_asked_ = false, is_refused_ = false, is_withheld_ = false, is_waiting_ = false;
  int rounds_ = 0, rounds_most_ = 0;
  Both<std::vector<Value>> told_;
  // Values a side held since something last happened.
  Both<std::vector<Value>> former_;
  std::optional<Violation> violation_;
  std::vector<std::string> trace_;
};

}  // namespace entente::certificate
