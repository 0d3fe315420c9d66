#include <functional>

#include "engine/core/calendar.h"
#include "engine/core/lens/factories.h"
#include "engine/core/lens/fitting.h"
#include "engine/core/text.h"

namespace entente {
namespace {

// A lens that is the same text map in both directions.
class TextLens : public Lens {
 public:
  using Change = std::function<std::string(std::string_view)>;
  TextLens(std::string_view name, Change read, Change write) : name_(name), read_(std::move(read)), write_(std::move(write)) {}

  std::string_view name() const override { return name_; }
  LensTraits traits() const override { return {.may_alter = true, .native_type = "text", .canonical_type = "text"}; }
  GetResult Read(const Value& native) const override { return {Changed(native, read_), {}}; }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override { return {Changed(canonical, write_), {}}; }

 private:
  static Value Changed(const Value& value, const Change& change) {
    const auto* text = value.As<std::string>();
    return text ? Value(change(*text)) : value;
  }

  std::string_view name_;
  Change read_;
  Change write_;
};

// The ways in which a system says "nothing".
class BlankLens : public Lens {
 public:
  BlankLens(std::vector<Value> sentinels, bool zero_is_blank) : sentinels_(std::move(sentinels)), zero_is_blank_(zero_is_blank) {}
  std::string_view name() const override { return "blank"; }
  LensTraits traits() const override { return {.may_alter = true}; }
  GetResult Read(const Value& native) const override { return {IsNothing(native) ? Value() : native, {}}; }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    return {IsNothing(canonical) ? Value() : canonical, {}};
  }

 private:
  bool IsNothing(const Value& value) const {
    if (value.IsBlank()) return true;
    if (const auto* text = value.As<std::string>(); text && IsBlankText(*text)) return true;
    if (zero_is_blank_ && (value == Value(0) || value == Value(Decimal()))) return true;
    for (const Value& sentinel : sentinels_) {
      if (value == sentinel) return true;
    }
    return false;
  }

  std::vector<Value> sentinels_;
  bool zero_is_blank_;
};

class ConstantLens : public Lens {
 public:
  explicit ConstantLens(Value value) : value_(std::move(value)) {}
  std::string_view name() const override { return "constant"; }
  LensTraits traits() const override { return {.may_alter = true, .keeps_on_blank = true, .fills_blank = true, .is_invertible = false}; }
  GetResult Read(const Value&) const override { return {value_, {}}; }

 protected:
  PutResult Write(const Value&, const Value&, const PutContext&) const override { return {value_, {}}; }
  bool KeepsEqualNative() const override { return false; }

 private:
  Value value_;
};

// A required field that shows a mark where there is nothing to show.
class DefaultMarkLens : public Lens {
 public:
  explicit DefaultMarkLens(std::string mark) : mark_(std::move(mark)) {}
  std::string_view name() const override { return "default_mark"; }
  // The mark itself, typed as a value, reads as none.
  LensTraits traits() const override { return {.may_alter = true, .native_type = "text", .canonical_type = "text"}; }
  GetResult Read(const Value& native) const override {
    const bool is_mark = Trim(native.TextOrEmpty()) == mark_;
    return {is_mark || native.IsBlank() ? Value() : native, {}};
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    return {canonical.IsBlank() ? Value(mark_) : canonical, {}};
  }

 private:
  std::string mark_;
};

// What stands there is left alone while it equals the new value in the sense of an equality.
class ModuloLens : public Lens {
 public:
  explicit ModuloLens(Equality equality) : equality_(equality) {}
  std::string_view name() const override { return "modulo"; }
  LensTraits traits() const override { return {.may_alter = true, .keeps_on_blank = true}; }
  GetResult Read(const Value& native) const override { return {native, {}}; }

 protected:
  PutResult Write(const Value& canonical, const Value& old_native, const PutContext& context) const override {
    const bool keeps = !context.is_create && EqualModulo(equality_, canonical, old_native);
    return {keeps ? old_native : canonical, {}};
  }

 private:
  Equality equality_;
};

// 0 and 1 for false and true.
class FlagLens : public Lens {
 public:
  explicit FlagLens(bool is_inverted) : is_inverted_(is_inverted) {}
  std::string_view name() const override { return "flag"; }
  LensTraits traits() const override { return {.may_refuse = true, .may_not_read = true, .native_type = "int", .canonical_type = "bool"}; }
  GetResult Read(const Value& native) const override {
    if (native.IsNull() || native.As<bool>()) return {native, {}};
    const auto* number = native.As<std::int64_t>();
    if (!number) return RefusedGet("value_malformed");
    return {Value((*number != 0) != is_inverted_), {}};
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    if (canonical.IsNull()) return {Value(), {}};
    const auto* flag = canonical.As<bool>();
    if (!flag) return RefusedPut("value_malformed");
    return {Value(std::int64_t{*flag != is_inverted_}), {}};
  }

 private:
  bool is_inverted_;
};

// A sentinel means itself, and a day also its midnight and its text.
void AddSentinel(const Value& sentinel, std::vector<Value>* sentinels) {
  sentinels->push_back(sentinel);
  const auto day = ParseDate(sentinel.TextOrEmpty());
  if (!day) return;
  sentinels->push_back(Value(*day));
  sentinels->push_back(Value(MidnightOf(*day)));
}

}  // namespace

LensPtr MakeTrim(Arguments&) {
  const auto trim = [](std::string_view text) { return std::string(Trim(text)); };
  return std::make_shared<TextLens>("trim", trim, trim);
}

LensPtr MakeOneLine(Arguments&) {
  return std::make_shared<TextLens>("one_line", [](std::string_view text) { return std::string(text); }, OnOneLine);
}

LensPtr MakeCase(Arguments& arguments) {
  const auto change = arguments.Choice("to", "upper", {"upper", "lower"}) == "upper" ? ToUpper : ToLower;
  return std::make_shared<TextLens>("case", change, change);
}

LensPtr MakeBlank(Arguments& arguments) {
  std::vector<Value> sentinels;
  const Value& given = arguments.Find("sentinels");
  if (const auto* list = given.As<List>()) {
    for (const Value& sentinel : *list) AddSentinel(sentinel, &sentinels);
  } else if (given.IsNull()) {
    for (const char* day : {"1753-01-01", "1900-01-01"}) AddSentinel(Value(day), &sentinels);
  } else {
    AddSentinel(given, &sentinels);
  }
  return std::make_shared<BlankLens>(std::move(sentinels), arguments.Flag("zero", false));
}

LensPtr MakeConstant(Arguments& arguments) {
  if (arguments.Find("value").IsNull()) arguments.Fail("needs 'value'");
  return std::make_shared<ConstantLens>(arguments.Find("value"));
}

LensPtr MakeDefaultMark(Arguments& arguments) {
  std::string mark = arguments.RequiredText("mark");
  if (IsBlankText(mark)) arguments.Fail("needs a mark that can be seen");
  return std::make_shared<DefaultMarkLens>(std::string(Trim(mark)));
}

LensPtr MakeModulo(Arguments& arguments) {
  const std::string name = arguments.RequiredText("equality");
  const auto equality = EqualityNamed(name);
  if (!equality) arguments.Fail("knows no equality '" + name + "'; write exact, fold_case, fold, url, vat or phone");
  return std::make_shared<ModuloLens>(equality.value_or(Equality::kExact));
}

LensPtr MakeFlag(Arguments& arguments) { return std::make_shared<FlagLens>(arguments.Flag("inverted", false)); }

}  // namespace entente
