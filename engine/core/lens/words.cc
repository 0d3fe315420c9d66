#include "engine/core/lens/factories.h"
#include "engine/core/lens/fitting.h"
#include "engine/core/text.h"

namespace entente {
namespace {

// Native words and their keys.
class TableLens : public Lens {
 public:
  TableLens(WordTable table, Value fallback, Value fallback_native, std::string native_type, std::string canonical_type)
      : table_(std::move(table)),
        fallback_(std::move(fallback)),
        fallback_native_(std::move(fallback_native)),
        native_type_(std::move(native_type)),
        canonical_type_(std::move(canonical_type)) {}
  std::string_view name() const override { return "table"; }
  LensTraits traits() const override {
    return {.may_alter = !fallback_native_.IsNull(), .may_refuse = fallback_native_.IsNull(), .may_not_read = fallback_.IsNull(), .native_type = native_type_, .canonical_type = canonical_type_};
  }

  GetResult Read(const Value& native) const override {
    if (const Value* key = table_.KeyOf(native)) return {*key, {}};
    if (native.IsBlank()) return {Value(), {}};
    if (!fallback_.IsNull()) return {fallback_, {}};
    return RefusedGet("value_unknown");
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    if (const Value* word = table_.FirstWordOf(canonical)) return {*word, {}};
    if (canonical.IsBlank()) return {Value(), {}};
    if (!fallback_native_.IsNull()) return {fallback_native_, {}};
    return RefusedPut("value_unknown");
  }

 private:
  WordTable table_;
  Value fallback_;
  Value fallback_native_;
  std::string native_type_, canonical_type_;
};

// Labels that fall into classes; a side keeps its own finer label as long as the class is the same.
class ClassesLens : public Lens {
 public:
  ClassesLens(WordTable classes, Value unset, Value other, Map instead)
      : classes_(std::move(classes)), unset_(std::move(unset)), other_(std::move(other)), instead_(std::move(instead)) {}
  std::string_view name() const override { return "classes"; }
  LensTraits traits() const override {
    return {.may_alter = !instead_.empty(), .may_refuse = true, .keeps_on_blank = true, .fills_blank = !unset_.IsNull(), .native_type = "text", .canonical_type = "text"};
  }

  GetResult Read(const Value& native) const override {
    if (native.IsBlank()) return {unset_, {}};
    const Value* label_class = classes_.KeyOf(native);
    return {label_class ? *label_class : other_, {}};
  }

 protected:
  PutResult Write(const Value& canonical, const Value& old_native, const PutContext& context) const override {
    if (canonical.IsNull()) return {old_native, {}};
    const Value& written = Held(canonical);
    if (!context.is_create && Get(old_native) == written) return {old_native, {}};
    if (const Value* label = classes_.FirstWordOf(written)) return {*label, {}};
    return RefusedPut("value_unknown");
  }

 private:
  // The class itself when it has a label, else the one declared to stand in.
  const Value& Held(const Value& wanted) const {
    if (classes_.FirstWordOf(wanted)) return wanted;
    const Value& instead = FieldOf(instead_, wanted.TextOrEmpty());
    return instead.IsNull() ? wanted : instead;
  }

  WordTable classes_;
  Value unset_;
  Value other_;
  Map instead_;
};

// A label of a country, in French, English, as a code or as the company spells it, and its ISO code.
class CountryLens : public Lens {
 public:
  CountryLens(WordTable table, WordTable local, Value fallback, Fitting fitting)
      : table_(std::move(table)), local_(std::move(local)), default_(std::move(fallback)), fitting_(fitting) {}
  std::string_view name() const override { return "country"; }
  LensTraits traits() const override {
    return {.may_alter = true, .may_refuse = true, .keeps_on_blank = true, .fills_blank = !default_.IsNull(), .may_not_read = true, .native_type = "text", .canonical_type = "text"};
  }

  LensPtr For(const Column& column) const override {
    WordTable local = local_;
    for (const auto& [label, code] : column.codes) {
      if (table_.HasKey(Value(code)) && !local.KeyOf(Value(label))) local.Add(Value(code), Value(label));
    }
    const Fitting fitting = IsNarrower(column, fitting_) ? Fitting{column.length_max, fitting_.is_cp1252} : fitting_;
    if (column.codes.empty() && fitting.length == fitting_.length) return nullptr;
    return std::make_shared<CountryLens>(table_, std::move(local), default_, fitting);
  }

  GetResult Read(const Value& native) const override {
    if (native.IsNull() || IsBlankText(native.TextOrEmpty())) {
      if (native.IsNull() || native.As<std::string>()) return {default_, {}};
    }
    if (const Value* code = local_.KeyOf(native)) return {*code, {}};
    if (const Value* code = table_.KeyOf(native)) return {*code, {}};
    const Value code(FoldAccents(CollapseSpaces(native.TextOrEmpty())));
    if (table_.HasKey(code)) return {code, {}};
    return RefusedGet("country_unknown");
  }

 protected:
  PutResult Write(const Value& canonical, const Value& old_native, const PutContext&) const override {
    if (canonical.IsBlank()) return {old_native, {}};
    const Value* spelling = local_.FirstWordOf(canonical);
    if (!spelling) spelling = table_.FirstWordOf(canonical);
    if (!spelling) return RefusedPut("country_unknown");
    return Fitted(fitting_, *spelling, true);
  }

 private:
  WordTable table_;
  WordTable local_;
  Value default_;
  Fitting fitting_;
};

// 0 man or not set, 1 Mrs, 2 Miss, against 0 man and 1 woman.
class CivilityLens : public Lens {
 public:
  explicit CivilityLens(bool zero_is_unknown) : zero_is_unknown_(zero_is_unknown) {}
  std::string_view name() const override { return "civility"; }
  LensTraits traits() const override {
    return {.may_alter = zero_is_unknown_, .may_refuse = true, .keeps_on_blank = true, .may_not_read = true, .native_type = "int", .canonical_type = "int"};
  }

  GetResult Read(const Value& native) const override {
    if (native.IsNull()) return {Value(), {}};
    if (native == Value(0)) return {zero_is_unknown_ ? Value() : Value(0), {}};
    if (native == Value(1) || native == Value(2)) return {Value(1), {}};
    return RefusedGet("value_unknown");
  }

 protected:
  PutResult Write(const Value& canonical, const Value& old_native, const PutContext&) const override {
    // Nothing said on the other side neither fills nor empties what stands here.
    if (canonical.IsNull()) return {old_native, {}};
    if (canonical == Value(1) && old_native == Value(2)) return {old_native, {}};
    if (canonical == Value(0) || canonical == Value(1)) return {canonical, {}};
    return RefusedPut("value_unknown");
  }

 private:
  bool zero_is_unknown_;
};

Value TypedWord(Arguments& arguments, std::string_view name, std::string_view type) {
  const Value& word = arguments.Find(name);
  const auto typed = ValueOfWord(word, type);
  if (!typed) arguments.Fail("cannot read '" + word.ToDisplay() + "' as " + std::string(type) + " for '" + std::string(name) + "'");
  return typed.value_or(Value());
}

// The company's own spellings: each is a label that the table knows, or a pair of label and code.
WordTable LocalSpellings(Arguments& arguments, const WordTable& table) {
  WordTable local;
  const Value& given = arguments.Find("local");
  const List labels = given.As<List>() ? *given.As<List>() : given.IsNull() ? List{} : List{given};
  for (const Value& label : labels) {
    const auto* pair = label.As<List>();
    if (pair && pair->size() == 2) {
      local.Add((*pair)[1], (*pair)[0]);
    } else if (const Value* code = table.KeyOf(label)) {
      local.Add(*code, label);
    }
  }
  return local;
}

}  // namespace

LensPtr MakeTable(Arguments& arguments) {
  const std::vector<std::string_view> types = {"text", "int", "decimal", "bool"};
  const std::string native = arguments.Choice("native", "text", types);
  const std::string canonical = arguments.Choice("canonical", "text", types);
  WordTable table = arguments.Table("table", native, canonical);
  if (table.empty()) arguments.Fail("needs a table with at least one row");
  Value fallback = TypedWord(arguments, "fallback", canonical);
  Value fallback_native = TypedWord(arguments, "fallback_native", native);
  // What happens to a word the table does not have must be said: it becomes the fallback, or the field waits and is shown.
  if (arguments.Text("unknown", "refuse") != "refuse") arguments.Fail("knows only 'refuse' for 'unknown'; name another key by 'fallback'");
  return std::make_shared<TableLens>(std::move(table), std::move(fallback), std::move(fallback_native), native, canonical);
}

LensPtr MakeClasses(Arguments& arguments) {
  WordTable classes = arguments.Find("classes").IsNull() ? arguments.OtherArguments() : arguments.Table("classes", "text", "text");
  if (classes.empty()) arguments.Fail("needs at least one class with a label");
  return std::make_shared<ClassesLens>(std::move(classes), arguments.Find("unset"), Value(arguments.Text("other", "other")), arguments.Pairs("else"));
}

LensPtr MakeCountry(Arguments& arguments) {
  WordTable table = arguments.Table("table", "text", "text");
  if (table.empty()) arguments.Fail("needs a table of ISO codes and their labels");
  WordTable local = LocalSpellings(arguments, table);
  const Value fallback = arguments.Find("default");
  if (!fallback.IsNull() && !table.HasKey(fallback)) arguments.Fail("does not know the default country '" + fallback.ToDisplay() + "'; write a code of the table");
  return std::make_shared<CountryLens>(std::move(table), std::move(local), fallback, Fitting{arguments.Length("length"), true});
}

LensPtr MakeCivility(Arguments& arguments) {
  return std::make_shared<CivilityLens>(arguments.Choice("zero", "male", {"male", "unknown"}) == "unknown");
}

}  // namespace entente
