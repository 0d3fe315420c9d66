#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/core/code_points.h"
#include "engine/core/lens/lens.h"
#include "engine/core/text.h"
#include "tests/core/any_value.h"

namespace entente {
namespace {

// One lens with the values it is made for.
struct Case {
  std::string name;
  LensPtr lens;
  Value (*native)();
  Value (*canonical)();
  // Putting a second value forgets the first: false where a text is shared with what people wrote.
  bool forgets = true;
};

LensPtr L(std::string_view name, const Fields& arguments = {}) { return MakeLens(name, arguments).value(); }

std::string Words() {
  static const std::vector<std::int32_t> kPoints = {'a', 'b', 'Z', '7', ' ', ' ', '-', '.', 0xE9, 0x301, 0x153, 0x2019, 0x219, 0x141, 0x1EBF, 0x416};
  std::string text;
  for (const std::int32_t point : *rc::gen::container<std::vector<std::int32_t>>(rc::gen::elementOf(kPoints))) AppendUtf8(point, &text);
  return text;
}

Value AnyText() { return *rc::gen::arbitrary<bool>() || *rc::gen::arbitrary<bool>() ? Value(Words()) : Value(); }

// Text that a column of CP1252 can hold.
Value AnyHeldText() { return Value(TransliterateCp1252(Words()).value_or("é")); }

Value AnyLines() {
  static const std::vector<std::string> kLines = {"--- Sage 100 ---", "--- fin Sage 100 ---", "Fonction : x", "fonction:y", "", "Siret : 1"};
  std::string text;
  for (int i = *rc::gen::inRange(0, 7); i > 0; --i) {
    if (!text.empty()) text += *rc::gen::arbitrary<bool>() ? "\n" : "\r\n";
    text += *rc::gen::arbitrary<bool>() ? *rc::gen::elementOf(kLines) : Words();
  }
  return text.empty() ? Value() : Value(text);
}

Value AnyPhone() {
  static const std::string kCharacters = "0123456789 .-()+";
  return Value(*rc::gen::container<std::string>(rc::gen::elementOf(kCharacters)));
}

Value AnyDate() { return Value(Date{*rc::gen::inRange<std::int32_t>(-700'000, 2'900'000)}); }
Value AnyDateText() {
  static const LensPtr lens = L("date_text");
  return lens->Put(AnyDate(), Value()).native;
}
Value AnyMoment() { return Value(Timestamp{*rc::gen::inRange<std::int64_t>(900'000'000'000'000, 4'000'000'000'000'000)}); }
Value AnyRecentDate() { return Value(Date{*rc::gen::inRange<std::int32_t>(10'000, 40'000)}); }
Value AnyInt() { return Value(*rc::gen::arbitrary<std::int64_t>()); }
Value AnyDecimal() { return Value(*Decimal::FromUnits(*rc::gen::arbitrary<std::int64_t>(), *rc::gen::inRange(0, 19))); }
Value AnyDecimalText() { return Value(AnyDecimal().As<Decimal>()->ToFixed(*rc::gen::inRange(0, 20))); }
Value AnyIntText() { return Value(std::to_string(*rc::gen::arbitrary<std::int64_t>())); }
Value AnyFlag() { return *rc::gen::element(Value(), Value(true), Value(false)); }
Value AnyBit() { return *rc::gen::element(Value(), Value(0), Value(1), Value(7)); }
Value AnyCivility() { return *rc::gen::element(Value(), Value(0), Value(1), Value(2)); }
Value AnyGender() { return *rc::gen::element(Value(), Value(0), Value(1)); }
Value AnyBlank() { return *rc::gen::element(Value(), Value(""), Value("1753-01-01"), Value("1900-01-01"), Value("x"), Value(0), Value(Decimal()), Value(5)); }
Value AnyLabel() { return *rc::gen::element(Value(), Value("Prospect"), Value("prospect chaud"), Value("Client"), Value("Autre")); }
Value AnyClass() { return *rc::gen::element(Value("prospect"), Value("customer"), Value("dormant"), Value("other"), Value()); }
Value AnyCountryLabel() { return *rc::gen::element(Value(), Value(""), Value("FRANCE"), Value("Allemagne"), Value("germany"), Value("DE"), Value("Syldavie")); }
Value AnyCountryCode() { return *rc::gen::element(Value(), Value("FR"), Value("DE"), Value("XX")); }

const std::vector<Case>& Cases() {
  static const Fields classes = {{"prospect", Value(List{"Prospect", "Prospect chaud"})}, {"customer", Value("Client")}, {"dormant", Value(List{})},
                                 {"else", Value("dormant=prospect")}, {"unset", Value("prospect")}};
  static const Fields table = {{"table", Value(Map{{"prospect", Value(List{"Prospect", "Prospect chaud"})}, {"customer", Value("Client")}})}};
  static const Fields country = {{"table", Value(Map{{"FR", Value(List{"France"})}, {"DE", Value(List{"Allemagne", "Germany"})}})},
                                 {"default", Value("FR")}, {"local", Value(List{"ALLEMAGNE"})}, {"length", Value(5)}};
  static const Fields paris = {{"zone", Value("Europe/Paris")}};
  static const std::vector<Case> cases = {
      {"trim", L("trim"), AnyText, AnyText},
      {"blank", L("blank"), AnyBlank, AnyBlank},
      {"blank zero", L("blank", {{"zero", Value(true)}}), AnyBlank, AnyBlank},
      {"case upper", L("case"), AnyText, AnyText},
      {"case lower", L("case", {{"to", Value("lower")}}), AnyText, AnyText},
      {"one_line", L("one_line"), AnyLines, AnyLines},
      {"fit cut", L("fit", {{"length", Value(12)}}), AnyHeldText, AnyText},
      {"fit refuse", L("fit", {{"length", Value(12)}, {"over", Value("refuse")}}), AnyHeldText, AnyText},
      {"phone", L("phone", {{"length", Value(12)}}), AnyPhone, AnyPhone},
      {"table", L("table", table), AnyLabel, AnyClass},
      {"classes", L("classes", classes), AnyLabel, AnyClass, false},
      {"country", L("country", country), AnyCountryLabel, AnyCountryCode, false},
      {"default_mark", L("default_mark", {{"mark", Value("-")}}), AnyText, AnyText},
      {"modulo", L("modulo", {{"equality", Value("fold")}}), AnyText, AnyText},
      {"flag", L("flag"), AnyBit, AnyFlag},
      {"civility", L("civility"), AnyCivility, AnyGender, false},
      {"civility unknown", L("civility", {{"zero", Value("unknown")}}), AnyCivility, AnyGender, false},
      {"decimal_text", L("decimal_text"), AnyDecimalText, AnyDecimal},
      {"decimal_text comma", L("decimal_text", {{"comma", Value(true)}, {"decimals", Value(3)}}), AnyDecimalText, AnyDecimal},
      {"int_text", L("int_text"), AnyIntText, AnyInt},
      {"int_text inverted", L("int_text", {{"invert", Value(true)}}), AnyInt, AnyIntText},
      {"date_text", L("date_text"), AnyDateText, AnyDate},
      {"date_text midnight", L("date_text", {{"form", Value("midnight")}, {"zone", Value("Europe/Paris")}}), AnyDateText, AnyDate},
      {"day", L("day", paris), AnyMoment, AnyRecentDate},
      {"comment_block free", L("comment_block", {{"part", Value("free")}}), AnyLines, AnyLines, false},
      {"comment_block block", L("comment_block", {{"part", Value("block")}}), AnyLines, AnyLines, false},
      {"comment_block short", L("comment_block", {{"part", Value("block")}, {"length", Value(60)}}), AnyLines, AnyLines, false},
      {"first_line", L("first_line", {{"length", Value(8)}}), AnyLines, AnyText, false},
      {"labelled_line", L("labelled_line", {{"label", Value("Fonction")}, {"length", Value(8)}}), AnyLines, AnyText, false},
      {"chain", Chain({L("comment_block"), L("first_line", {{"length", Value(8)}}), L("trim")}), AnyLines, AnyText, false},
      {"address", Chain({L("fit", {{"length", Value(12)}}), L("one_line"), L("trim")}), AnyHeldText, AnyLines},
  };
  return cases;
}

class LensLaws : public testing::TestWithParam<std::size_t> {
 protected:
  const Case& lens_case() const { return Cases()[GetParam()]; }
};

TEST_P(LensLaws, ReadingAndWritingBackChangesNothing) {
  const Case& c = lens_case();
  EXPECT_TRUE(rc::check(c.name, [&] {
    const Value native = c.native();
    const GetResult get = c.lens->Read(native);
    if (get.refused()) return;
    const PutResult put = c.lens->Put(get.value, native);
    RC_ASSERT(!put.refused());
    RC_ASSERT(put.native == native);
  }));
}

TEST_P(LensLaws, WritingTwiceWritesOnce) {
  const Case& c = lens_case();
  EXPECT_TRUE(rc::check(c.name, [&] {
    const Value canonical = c.canonical();
    const PutResult first = c.lens->Put(canonical, c.native());
    if (first.refused()) return;
    const PutResult second = c.lens->Put(canonical, first.native);
    RC_ASSERT(!second.refused());
    RC_ASSERT(second.native == first.native);
    RC_ASSERT(c.lens->Holds(canonical, first.native));
  }));
}

// A canonical value that a side can hold whole: what it reads after writing.
TEST_P(LensLaws, WhatWasWrittenIsReadBack) {
  const Case& c = lens_case();
  EXPECT_TRUE(rc::check(c.name, [&] {
    const GetResult own = c.lens->Read(c.native());
    if (own.refused() || own.value.IsNull()) return;
    const PutResult put = c.lens->Put(own.value, c.native());
    if (put.refused() || !put.notes.empty()) return;
    const Value read = c.lens->Get(put.native);
    if (c.name == "phone" || c.name == "one_line" || c.name == "address" || c.name == "modulo" || c.name == "default_mark") {
      RC_ASSERT(c.lens->Holds(own.value, put.native));
      return;
    }
    if (c.name == "fit cut" || c.name == "fit refuse") {
      RC_ASSERT(read == Value(NormaliseNfc(own.value.TextOrEmpty())));
      return;
    }
    RC_ASSERT(read == own.value);
  }));
}

TEST_P(LensLaws, TheLastWriteCounts) {
  const Case& c = lens_case();
  if (!c.forgets) return;
  EXPECT_TRUE(rc::check(c.name, [&] {
    const Value native = c.native();
    const Value first = c.canonical();
    const Value second = c.canonical();
    const PutResult between = c.lens->Put(first, native);
    const PutResult through = c.lens->Put(second, between.native);
    const PutResult direct = c.lens->Put(second, native);
    RC_ASSERT(through.refused() == direct.refused());
    // The same value to the reader; spelling that stood there before may have been kept.
    if (!direct.refused()) RC_ASSERT(c.lens->Holds(second, through.native) && c.lens->Holds(second, direct.native));
  }));
}

TEST_P(LensLaws, EveryValueIsAnswered) {
  const Case& c = lens_case();
  EXPECT_TRUE(rc::check(c.name, [&] {
    const Value old_native = AnyValue(1);
    c.lens->Read(old_native);
    const PutResult put = c.lens->Put(AnyValue(1), old_native);
    if (put.refused()) RC_ASSERT(put.native == old_native);
  }));
}

// What a lens says of itself is kept: whoever proves something of rules relies on it.
TEST_P(LensLaws, TraitsArePromises) {
  const Case& c = lens_case();
  const LensTraits traits = c.lens->traits();
  EXPECT_TRUE(rc::check(c.name, [&] {
    const Value canonical = c.canonical();
    const Value native = c.native();
    const PutResult put = c.lens->Put(canonical, native);
    if (!traits.may_refuse) RC_ASSERT(!put.refused());
    if (!traits.may_alter && !put.refused() && !canonical.IsBlank()) RC_ASSERT(c.lens->Get(put.native) == canonical);
    const PutResult blank = c.lens->Put(Value(), native);
    if (!traits.keeps_on_blank && !blank.refused() && !traits.fills_blank) RC_ASSERT(c.lens->Get(blank.native).IsBlank());
    if (!traits.fills_blank) RC_ASSERT(c.lens->Get(Value()).IsBlank());
    // Values of the type it says come out as values of the type it says.
    const GetResult get = c.lens->Read(native);
    if (!traits.may_not_read) RC_ASSERT(!get.refused());
    if (!get.refused() && !get.value.IsNull() && !traits.canonical_type.empty()) RC_ASSERT(get.value.TypeName() == traits.canonical_type);
  }));
}

INSTANTIATE_TEST_SUITE_P(Every, LensLaws, testing::Range<std::size_t>(0, Cases().size()), [](const auto& test) {
  std::string name = Cases()[test.param].name;
  for (char& c : name) {
    if (c == ' ') c = '_';
  }
  return name;
});

RC_GTEST_PROP(ChainLaws, AChainOfIdentitiesIsTheIdentity, ()) {
  const Value value = AnyValue(1);
  const LensPtr lens = Chain({Identity(), Identity()});
  RC_ASSERT(lens->Get(value) == value);
  RC_ASSERT(lens->Put(value, Value()).native == value);
}

RC_GTEST_PROP(EqualityLaws, ItIsAnEquivalence, ()) {
  const auto equality = EqualityNamed(*rc::gen::elementOf(EqualityNames())).value();
  const Value a = AnyValue(1);
  const Value b = *rc::gen::arbitrary<bool>() ? AnyValue(1) : NormalForm(equality, a);
  RC_ASSERT(EqualModulo(equality, a, a));
  RC_ASSERT(EqualModulo(equality, a, b) == EqualModulo(equality, b, a));
  RC_ASSERT(NormalForm(equality, NormalForm(equality, a)) == NormalForm(equality, a));
}

}  // namespace
}  // namespace entente
