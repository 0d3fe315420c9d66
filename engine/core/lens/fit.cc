#include "engine/core/code_points.h"
#include "engine/core/lens/factories.h"
#include "engine/core/lens/fitting.h"
#include "engine/core/text.h"

namespace entente {
namespace {

Fitting FittingOf(Arguments& arguments) {
  return {arguments.RequiredLength("length"), arguments.Choice("charset", "CP1252", {"CP1252", ""}) == "CP1252"};
}

// A column of limited length and character set.
class FitLens : public Lens {
 public:
  FitLens(Fitting fitting, bool may_cut) : fitting_(fitting), may_cut_(may_cut) {}
  std::string_view name() const override { return "fit"; }
  // Even what is not cut may be transliterated, and a character may have no form at all.
  LensTraits traits() const override { return {.may_alter = true, .may_refuse = true, .native_type = "text", .canonical_type = "text"}; }
  GetResult Read(const Value& native) const override { return {native, {}}; }
  LensPtr For(const Column& column) const override {
    return IsNarrower(column, fitting_) ? std::make_shared<FitLens>(Fitting{column.length_max, fitting_.is_cp1252}, may_cut_) : nullptr;
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override { return Fitted(fitting_, canonical, may_cut_); }

 private:
  Fitting fitting_;
  bool may_cut_;
};

bool IsPhoneSeparator(std::int32_t point) {
  if (IsSpace(point)) return true;
  if (point >= 0x2010 && point <= 0x2015) return true;
  return point == '.' || point == '-' || point == '(' || point == ')' || point == '[' || point == ']';
}

std::string WithoutSeparators(std::string_view phone) {
  std::string compact;
  for (CodePoints points(phone); !points.done();) {
    const std::size_t begin = points.at();
    if (!IsPhoneSeparator(points.Next())) compact.append(phone.substr(begin, points.at() - begin));
  }
  return compact;
}

// A phone number as somebody typed it, trimmed; it loses its separators only where it would not fit with them.
class PhoneLens : public Lens {
 public:
  explicit PhoneLens(Fitting fitting) : fitting_(fitting) {}
  std::string_view name() const override { return "phone"; }
  LensTraits traits() const override { return {.may_alter = true, .may_refuse = true, .native_type = "text", .canonical_type = "text"}; }

  GetResult Read(const Value& native) const override {
    const auto* text = native.As<std::string>();
    if (!text) return {native, {}};
    const std::string_view trimmed = Trim(*text);
    return {trimmed.empty() ? Value() : Value(trimmed), {}};
  }
  LensPtr For(const Column& column) const override {
    return IsNarrower(column, fitting_) ? std::make_shared<PhoneLens>(Fitting{column.length_max, fitting_.is_cp1252}) : nullptr;
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    const auto* text = canonical.As<std::string>();
    if (!text) return {canonical, {}};
    const std::string typed(Trim(*text));
    if (typed.empty()) return {Value(), {}};
    PutResult as_typed = Fitted(fitting_, Value(typed), false);
    if (as_typed.refusal() != "value_does_not_fit") return as_typed;
    return Fitted(fitting_, Value(WithoutSeparators(typed)), false);
  }

 private:
  Fitting fitting_;
};

}  // namespace

PutResult Fitted(const Fitting& fitting, const Value& value, bool may_cut) {
  const auto* text = value.As<std::string>();
  if (!text) return {value, {}};
  if (!IsValidUtf8(*text)) return RefusedPut("character_not_held");
  PutResult result;
  std::string fitted = NormaliseNfc(*text);
  if (fitting.is_cp1252 && !FitsCp1252(fitted)) {
    const auto plain = TransliterateCp1252(fitted);
    if (!plain) return RefusedPut("character_not_held");
    fitted = *plain;
    result.notes.push_back({LensNote::Kind::kTransliterated, "value_transliterated"});
  }
  if (fitting.length > 0 && CharacterCount(fitted) > fitting.length) {
    if (!may_cut) return RefusedPut("value_does_not_fit");
    fitted = std::string(CutAtWord(fitted, fitting.length));
    result.notes.push_back({LensNote::Kind::kCut, "value_cut"});
  }
  result.native = Value(std::move(fitted));
  return result;
}

LensPtr MakeFit(Arguments& arguments) {
  const Fitting fitting = FittingOf(arguments);
  const bool may_cut = arguments.Choice("over", "cut", {"cut", "refuse"}) == "cut";
  return std::make_shared<FitLens>(fitting, may_cut);
}

LensPtr MakePhone(Arguments& arguments) { return std::make_shared<PhoneLens>(FittingOf(arguments)); }

}  // namespace entente
