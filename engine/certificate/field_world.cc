#include "engine/certificate/field_world.h"

#include <algorithm>
#include <string_view>

namespace entente::certificate {
namespace {

using Image = FieldWorld::Image;

// A value is a number: its name in the low bits, and above them, in the base of three, the sides that altered it (1 left, 2 right).
constexpr int kNameBits = 4;
constexpr std::int64_t kNameMask = (1 << kNameBits) - 1;

std::int64_t CodeOf(const Value& value) {
  if (const auto* list = value.As<List>()) return list->empty() ? 0 : CodeOf(list->front());
  const auto* code = value.As<std::int64_t>();
  return code ? *code : 0;
}

std::int64_t AlteredBy(Side side, std::int64_t code) {
  const std::int64_t sides = (code >> kNameBits) * 3 + (side == Side::kLeft ? 1 : 2);
  return sides << kNameBits | (code & kNameMask);
}

std::string_view WordsOf(Name name) {
  switch (name) {
    case Name::kAgreed: return "agreed";
    case Name::kAgreedInRightsForm: return "agreed, in right's form";
    case Name::kLeft: return "left";
    case Name::kRight: return "right";
    case Name::kLeftUnknownWord: return "left's unknown word";
    case Name::kRightUnknownWord: return "right's unknown word";
    case Name::kLeftDefault: return "left's default";
    case Name::kRightDefault: return "right's default";
    case Name::kStandIn: return "the stand-in";
    case Name::kGivenBySystem: return "given by the system";
    case Name::kRenderedBySystem: return "rendered by the system";
    case Name::kFlaggedBefore: return "flagged before";
  }
  return "";
}

std::string TextOf(std::int64_t code) {
  std::string sides;
  for (std::int64_t rest = code >> kNameBits; rest > 0; rest /= 3) sides = (rest % 3 == 1 ? ", as left holds it" : ", as right holds it") + sides;
  return "\"" + std::string(WordsOf(static_cast<Name>(code & kNameMask))) + sides + "\"";
}

// What may become of a reference whose target is missing.
enum class WhenMissing { kWait, kDrop, kStandIn };

std::vector<WhenMissing> WaysOf(const Ability& ability) {
  std::vector<WhenMissing> ways;
  if (ability.may_wait) ways.push_back(WhenMissing::kWait);
  if (ability.may_drop) ways.push_back(WhenMissing::kDrop);
  if (ability.may_stand_in) ways.push_back(WhenMissing::kStandIn);
  return ways;
}

}  // namespace

bool Same(const Value& a, const Value& b) { return (a.IsBlank() && b.IsBlank()) || a == b; }

std::string NameOf(const Value& value) {
  if (value.IsBlank()) return "nothing";
  const auto* list = value.As<List>();
  if (list == nullptr) return TextOf(CodeOf(value));
  std::string text;
  for (const Value& item : *list) text += (text.empty() ? "" : " + ") + TextOf(CodeOf(item));
  return text;
}

Value FieldWorld::Coded(std::int64_t code) const {
  if (kind_.policy.conflict == ConflictRule::kUnion) return List{Value(code)};
  return Value(code);
}

Value FieldWorld::Default(Side side) const { return Named(side == Side::kLeft ? Name::kLeftDefault : Name::kRightDefault); }

bool FieldWorld::Holds(Side side, const Value& value) const {
  return std::find(held_[side].begin(), held_[side].end(), value) != held_[side].end();
}

void FieldWorld::NoteHeld(Side side, const Value& value) {
  if (!value.IsBlank() && !Holds(side, value)) held_[side].push_back(value);
}

bool FieldWorld::HasMissing() const {
  if (all_there_) return false;
  for (Side side : kSides) {
    for (const Known& known : known_[side]) {
      if (known.image.is_stand_in || known.image.kind == Image::Kind::kDropped || known.image.kind == Image::Kind::kWaits) return true;
    }
  }
  return false;
}

void FieldWorld::TargetsAppear() {
  all_there_ = true;
  for (Side side : kSides) {
    std::erase_if(known_[side], [](const Known& known) {
      return known.image.is_stand_in || known.image.kind == Image::Kind::kDropped || known.image.kind == Image::Kind::kWaits;
    });
  }
}

Image FieldWorld::Missing(Side side, int option) {
  const Ability& ability = kind_.abilities[side];
  Image image;
  switch (WaysOf(ability)[static_cast<std::size_t>(option)]) {
    case WhenMissing::kWait: image.kind = Image::Kind::kWaits; break;
    case WhenMissing::kDrop: image.kind = Image::Kind::kDropped; break;
    case WhenMissing::kStandIn:
      image.is_stand_in = true;
      if (!ability.stand_in_is_nobody) image.value = Named(Name::kStandIn);
      NoteHeld(side, image.value);
      break;
  }
  return image;
}

Image FieldWorld::AnswerBlank(Side side, const Value& stands_there) {
  const Ability& ability = kind_.abilities[side];
  // 0: nothing. Then, where they may: what stands there stays, the default shows, the stand-in is written.
  std::vector<int> options = {0};
  if (ability.keeps_on_blank) options.push_back(1);
  if (ability.fills_blank) options.push_back(2);
  if (ability.may_stand_in) options.push_back(3);
  if (blank_option_[side] < 0) blank_option_[side] = options[static_cast<std::size_t>(choices_.Choose(static_cast<int>(options.size())))];
  Image image;
  switch (blank_option_[side]) {
    case 1: image.value = stands_there; break;
    case 2:
      image.value = Default(side);
      NoteHeld(side, image.value);
      break;
    case 3:
      if (!ability.stand_in_is_nobody) image.value = Named(Name::kStandIn);
      NoteHeld(side, image.value);
      break;
    default: break;
  }
  return image;
}

Image FieldWorld::Answer(Side side, const Value& value, const Value& stands_there, const Value& agreed_there) {
  const Ability& ability = kind_.abilities[side];
  if (Holds(side, value)) return {Image::Kind::kHeld, value, false};
  std::vector<Value> altered;
  if (ability.may_alter) {
    // White space, or what stands for nothing there, reads as nothing.
    altered.emplace_back();
    for (const Value& other : {stands_there, agreed_there}) {
      if (!other.IsBlank() && Holds(side, other) && std::find(altered.begin(), altered.end(), other) == altered.end()) altered.push_back(other);
    }
    altered.push_back(Coded(AlteredBy(side, CodeOf(value))));
  }
  const int alters = static_cast<int>(altered.size());
  const int misses = all_there_ ? 0 : static_cast<int>(WaysOf(ability).size());
  int chosen = choices_.Choose(1 + alters + (ability.may_refuse ? 1 : 0) + misses);
  if (chosen == 0) return {Image::Kind::kHeld, value, false};
  if (chosen <= alters) return {Image::Kind::kHeld, altered[static_cast<std::size_t>(chosen - 1)], false};
  chosen -= 1 + alters;
  if (ability.may_refuse && chosen-- == 0) return {Image::Kind::kRefused, Value(), false};
  return Missing(side, chosen);
}

Image FieldWorld::On(Side side, const Value& value, const Value& stands_there, const Value& agreed_there) {
  if (!kind_.abilities[side].is_writable) return {Image::Kind::kHeld, value, false};
  if (value.IsBlank()) return AnswerBlank(side, stands_there);
  for (const Known& known : known_[side]) {
    if (known.value == value) return known.image;
  }
  Known known{value, Answer(side, value, stands_there, agreed_there)};
  if (known.image.kind == Image::Kind::kHeld) NoteHeld(side, known.image.value);
  known_[side].push_back(known);
  return known.image;
}

}  // namespace entente::certificate
