#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "absl/strings/match.h"
#include "engine/language/expression/expression.h"
#include "engine/language/expression/function.h"
#include "engine/language/expression/members.h"
#include "engine/language/expression/parser.h"
#include "tests/core/any_value.h"
#include "tests/language/any_expression.h"
#include "tests/language/expression_printer.h"

// What holds of every expression: of any bytes, of words in any order, and of generated ones that make sense.
namespace entente {
namespace {

using Kind = Type::Kind;

Environment Records() {
  Environment environment;
  environment.Declare("sage", Type::Record({{"CT_Num", Kind::kText}, {"lines", Type::ListOf(Type())}}));
  environment.Declare("value", Type()).Declare("x", Kind::kInt).Declare("t", Kind::kText);
  return environment;
}

Expression Compiled(const std::string& text) {
  auto expression = Expression::Compile(text, Records());
  RC_ASSERT(expression.ok());
  return *std::move(expression);
}

std::string TreeOf(const std::string& text) {
  const auto parsed = Parse(text);
  RC_ASSERT(std::holds_alternative<NodePtr>(parsed));
  return Printed(*std::get<NodePtr>(parsed));
}

// "int 7", or "no value": what a person would see of it.
std::string ResultOf(const std::string& text) {
  const auto value = Compiled(text).Evaluate(Bindings().Bind("x", Value(7)).Bind("t", Value("\u00e9t\u00e9")));
  return value.ok() ? std::string(value->TypeName()) + " " + value->ToDisplay() : "no value";
}

AnyExpression AnySense() { return AnyOf(*rc::gen::element(AnyType::kInt, AnyType::kBool, AnyType::kText, AnyType::kList), *rc::gen::inRange(2, 6)); }

RC_GTEST_PROP(ExpressionLaws, OperatorsBindAsCelHasIt, ()) {
  const AnyExpression any = AnySense();
  RC_ASSERT(TreeOf(any.text) == TreeOf(any.bracketed));
}

RC_GTEST_PROP(ExpressionLaws, WhatIsParsedMeansWhatItPrints, ()) {
  const AnyExpression any = AnySense();
  RC_ASSERT(ResultOf(TreeOf(any.text)) == ResultOf(any.text));
}

RC_GTEST_PROP(ExpressionLaws, ConstantsGiveWhatVariablesGive, ()) {
  const AnyExpression any = AnySense();
  RC_ASSERT(ResultOf(any.constant) == ResultOf(any.bracketed));
}

RC_GTEST_PROP(ExpressionLaws, WithMoreStepsNothingChangesButTheBound, ()) {
  const Expression expression = Compiled(AnySense().text);
  Bindings bindings;
  bindings.Bind("x", Value(7)).Bind("t", Value("t"));
  const auto whole = expression.Evaluate(bindings);
  const auto bounded = expression.Evaluate(bindings, *rc::gen::inRange(0, 200));
  if (bounded.status().code() == absl::StatusCode::kResourceExhausted) return;
  RC_ASSERT(bounded.ok() == whole.ok());
  if (whole.ok()) RC_ASSERT(*bounded == *whole);
}

// Words of the language in any order.
std::string AnyWords() {
  static const std::vector<std::string> kWords = {"sage", ".", "CT_Num", "value", "1", "2.5", "'a'", "(", ")", "[", "]", "{", "}", ":", ",", "+", "-", "*", "/", "==",
                                                  "<", "&&", "||", "!", "?", " in ", "null", "true", "has(", "size(", ".all(i,", ".map(i,", "i", "matches(", "\\", "\"", "b'", "\xC3", "coalesce(", "lines"};
  std::string text;
  for (const std::string& word : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kWords))) text += word;
  return text;
}

RC_GTEST_PROP(ExpressionLaws, AnyTextIsAnswered, ()) {
  const std::string text = AnyWords();
  const auto expression = Expression::Compile(text, Records());
  if (!expression.ok()) {
    RC_ASSERT(expression.status().code() == absl::StatusCode::kInvalidArgument);
    return;
  }
  const Value any = AnyValue(2);
  const Fields record = {{"CT_Num", AnyValue(1)}, {"lines", AnyValue(2)}};
  const auto value = expression->Evaluate(Bindings().Bind("sage", &record).Bind("value", &any), 10'000);
  RC_ASSERT(value.ok() || absl::StartsWith(value.status().message(), "EXPRESSION_"));
}

RC_GTEST_PROP(ExpressionLaws, AnyBytesAreAnswered, (const std::string& text)) {
  const auto expression = Expression::Compile(text, Records());
  const absl::Status told = expression.ok() ? expression->Evaluate(Bindings()).status() : expression.status();
  RC_ASSERT(told.ok() || absl::StartsWith(told.message(), "EXPRESSION_"));
}

RC_GTEST_PROP(ExpressionLaws, NoFunctionMindsWhatItIsGiven, ()) {
  const std::string name = *rc::gen::elementOf(FunctionNames());
  const Function* function = FindFunction(name);
  const int count = function->arguments_max < 0 ? 3 : *rc::gen::inRange(function->arguments_min, function->arguments_max + 1);
  std::string text = name + "(";
  Map values;
  for (int i = 0; i < count; ++i) {
    text += (i ? ", value.v" : "value.v") + std::to_string(i);
    values["v" + std::to_string(i)] = AnyValue(2);
  }
  const Value bound(std::move(values));
  const auto value = Compiled(text + ")").Evaluate(Bindings().Bind("value", &bound));
  RC_ASSERT(value.ok() || absl::StartsWith(value.status().message(), "EXPRESSION_"));
}

RC_GTEST_PROP(ExpressionLaws, LogicAbsorbsFaultsOnEitherSide, ()) {
  static const std::vector<std::string> kTruths = {"true", "false", "1 / 0 == 1", "value"};
  const std::string a = *rc::gen::elementOf(kTruths);
  const std::string b = *rc::gen::elementOf(kTruths);
  for (const std::string op : {" && ", " || "}) {
    const auto one = Compiled(a + op + b).Evaluate(Bindings());
    const auto other = Compiled(b + op + a).Evaluate(Bindings());
    RC_ASSERT(one.ok() == other.ok());
    if (one.ok()) RC_ASSERT(*one == *other);
  }
}

// Small texts that would make something enormous, or take for ever.
TEST(ExpressionCostTest, NothingGrowsBeyondItsSteps) {
  const auto repeated = [](const std::string& begin, const std::string& part, int times) {
    std::string text = begin;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  const std::string numbers = "[x, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
  const std::string bombs[] = {
      repeated("[x]", ".map(i, [i, i])", 100),
      repeated("[x]", ".map(i, {'a': i, 'b': i})", 100),
      repeated("[x]", ".map(i, {1: i, 2: i})", 100),
      repeated("['x' + t]", ".map(i, i + i)", 100),
      repeated("[bytes(t)]", ".map(i, i + i)", 100),
      repeated("[[x]]", ".map(i, i + i)", 100),
      repeated("[[x]]", ".map(i, [i, i])", 60) + " == " + repeated("[[x]]", ".map(i, [i, i])", 60),
      repeated("", numbers + ".map(i, ", 8) + "i" + std::string(8, ')'),
      repeated("", numbers + ".all(i, ", 8) + "true" + std::string(8, ')'),
      numbers + ".map(a, " + numbers + ".map(b, " + numbers + ".map(c, t.matches('a' + string(c)))))",
  };
  for (const std::string& bomb : bombs) {
    const auto expression = Expression::Compile(bomb, Records());
    ASSERT_TRUE(expression.ok()) << expression.status();
    const auto value = expression->Evaluate(Bindings().Bind("x", Value(1)).Bind("t", Value("t")), 100'000);
    ASSERT_FALSE(value.ok()) << bomb;
    EXPECT_EQ(value.status().code(), absl::StatusCode::kResourceExhausted) << value.status();
  }
}

TEST(ExpressionCostTest, ConstantsCannotMakeLoadingSlowOrLarge) {
  std::string bomb = "[1]";
  for (int i = 0; i < 100; ++i) bomb += ".map(i, [i, i])";
  const auto expression = Expression::Compile("size(" + bomb + ") > 0", Records());
  ASSERT_TRUE(expression.ok());
  EXPECT_EQ(expression->Evaluate(Bindings()).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(ExpressionCostTest, AValueNestsNoDeeperThanCanBeStored) {
  const auto nested = [](int levels) { return std::string(static_cast<std::size_t>(levels), '[') + "x" + std::string(static_cast<std::size_t>(levels), ']'); };
  const auto evaluated = [](const std::string& text) { return Expression::Compile(text, Records()).value().Evaluate(Bindings().Bind("x", Value(1))); };
  EXPECT_TRUE(evaluated(nested(32)).ok());
  EXPECT_EQ(evaluated(nested(33)).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(evaluated("size(" + nested(33) + ")").ok());
}

TEST(ExpressionCostTest, WeightCountsEverythingButNoFurtherThanAsked) {
  const Value text(std::string(640, 'a'));
  EXPECT_EQ(WeightOf(text, 1000), 10);
  EXPECT_EQ(WeightOf(Value(List{text, Value(Map{{"k", text}})}), 1000), 23);
  const Value many(List(1000, Value(1)));
  EXPECT_EQ(WeightOf(many, 2000), 1000);
  EXPECT_EQ(WeightOf(many, 10), 10);
}

}  // namespace
}  // namespace entente
