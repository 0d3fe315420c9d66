#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/certificate/choices.h"
#include "engine/certificate/field_kind.h"
#include "engine/core/value.h"

namespace entente::certificate {

// What a value is, where it is not known which: each name stands for any value that differs from all others.
enum class Name : std::int64_t {
  kAgreed = 1,
  kAgreedInRightsForm,
  kLeft,
  kRight,
  kLeftUnknownWord,
  kRightUnknownWord,
  kLeftDefault,
  kRightDefault,
  kStandIn,
  kGivenBySystem,
  kRenderedBySystem,
  kFlaggedBefore,
};

// For people: `"agreed"`, `"left, as right holds it"`, `"left" + "right"`, `nothing`.
std::string NameOf(const Value& value);

// The values of one field in one run: names that stand for any value, and what each side makes of them.
//
// A lens is a map that is asked for only where a rule looks: the first time, it may answer anything its traits allow, and afterwards the
// same again. That covers every lens with these traits, and every value, because rules only ask whether values are equal or blank.
// One run; borrows `kind` and `choices`.
class FieldWorld {
 public:
  FieldWorld(const FieldKind& kind, Choices& choices) : kind_(kind), choices_(choices) {}

  // A value of its own. A list of one where the policy unites lists.
  Value Named(Name name) const { return Coded(static_cast<std::int64_t>(name)); }
  // What an empty field of the side reads as.
  Value Default(Side side) const;

  // The side holds the value as it is, from now on and whatever else happens.
  void NoteHeld(Side side, const Value& value);

  struct Image {
    enum class Kind { kHeld, kRefused, kDropped, kWaits };
    Kind kind = Kind::kHeld;
    Value value;
    bool is_stand_in = false;
  };
  // What the side would hold if the value were written to it now.
  Image On(Side side, const Value& value, const Value& stands_there, const Value& agreed_there);

  // A target was missing somewhere, so far.
  bool HasMissing() const;
  // All targets are there from now on.
  void TargetsAppear();

 private:
  struct Known {
    Value value;
    Image image;
  };
  Image Answer(Side side, const Value& value, const Value& stands_there, const Value& agreed_there);
  Image AnswerBlank(Side side, const Value& stands_there);
  Image Missing(Side side, int option);
  bool Holds(Side side, const Value& value) const;
  Value Coded(std::int64_t code) const;

  const FieldKind& kind_;
  Choices& choices_;
  Both<std::vector<Value>> held_;
  Both<std::vector<Known>> known_;
  Both<int> blank_option_{{-1, -1}};
  bool all_there_ = false;
};

// Equal, or both blank.
bool Same(const Value& a, const Value& b);

}  // namespace entente::certificate
