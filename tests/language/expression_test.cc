#include "engine/language/expression/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/language/expression/function.h"

namespace entente {
namespace {

using Kind = Type::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

Environment Records() {
  Environment environment;
  environment.Declare("sage", Type::Record({{"CT_Num", Kind::kText}, {"CT_Taux", Kind::kDecimal}, {"lines", Type::ListOf(Type())}}));
  environment.Declare("ssm", Type::Record({}, true)).Declare("value", Type()).Declare("param", Type());
  return environment;
}

Expression Compiled(std::string_view text) {
  auto expression = Expression::Compile(text, Records());
  EXPECT_TRUE(expression.ok()) << expression.status();
  return *std::move(expression);
}

TEST(ExpressionTest, ItSaysWhatItReads) {
  const Expression expression = Compiled("sage.CT_Num == ssm.extId && value != null || has(param.a.b) || ssm['x y'] == 1 || size(ssm) > 0");
  EXPECT_THAT(expression.paths(), ElementsAre("param.a.b", "sage.CT_Num", "ssm", "ssm.extId", "ssm.x y", "value"));
  EXPECT_THAT(expression.variables(), ElementsAre("sage", "ssm", "value", "param"));
}

TEST(ExpressionTest, AVariableOfAComprehensionIsNotRead) {
  EXPECT_THAT(Compiled("sage.lines.map(value, value.net)").paths(), ElementsAre("sage.lines"));
  EXPECT_THAT(Compiled("sage.lines[0].net").paths(), ElementsAre("sage.lines"));
}

TEST(ExpressionTest, ItsTypeIsKnownAtLoad) {
  EXPECT_EQ(Compiled("sage.CT_Num + 'x'").ResultType().ToString(), "text");
  EXPECT_EQ(Compiled("sage.CT_Taux * 2").ResultType().ToString(), "decimal");
  EXPECT_EQ(Compiled("[1, 2].map(i, i == 1)").ResultType().ToString(), "list(bool)");
  EXPECT_EQ(Compiled("ssm.x").ResultType().ToString(), "dyn");
}

TEST(ExpressionTest, AnotherTypeThanWantedIsRefused) {
  EXPECT_TRUE(Expression::Compile("sage.CT_Num == 'x'", Records(), Kind::kBool).ok());
  EXPECT_TRUE(Expression::Compile("ssm.flag", Records(), Kind::kBool).ok());
  EXPECT_TRUE(Expression::Compile("null", Records(), Kind::kText).ok());
  const auto refused = Expression::Compile("sage.CT_Num", Records(), Kind::kBool);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("gives text where bool is needed"));
}

TEST(ExpressionTest, AFaultNamesTheExpressionAndNoValue) {
  const Fields record = {{"CT_Num", Value("secret")}};
  const auto value = Compiled("ssm.a + sage.CT_Taux * 2").Evaluate(Bindings().Bind("sage", &record));
  EXPECT_EQ(value.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(value.status().message()),
            "EXPRESSION_FAILED: column 9 of \"ssm.a + sage.CT_Taux * 2\": 'sage.CT_Taux * 2' has no value: the value left of '*' is null; use "
            "coalesce() or ask blank() first");
  const auto text = Compiled("int(sage.CT_Num)").Evaluate(Bindings().Bind("sage", &record));
  EXPECT_THAT(std::string(text.status().message()), testing::Not(HasSubstr("secret")));
}

TEST(ExpressionTest, WhatIsNotBoundIsNull) {
  EXPECT_EQ(Compiled("sage.CT_Num == null && value == null && !has(sage.CT_Num)").Evaluate(Bindings()).value(), Value(true));
  EXPECT_EQ(Compiled("sage.CT_Num").Evaluate(Bindings().Bind("sage", static_cast<const Fields*>(nullptr))).value(), Value());
}

TEST(ExpressionTest, BindingAgainReplaces) {
  const Fields fields = {{"a", Value(1)}};
  Bindings bindings;
  bindings.Bind("ssm", &fields).Bind("value", Value(1)).Bind("value", Value(2));
  EXPECT_EQ(Compiled("ssm.a + value").Evaluate(bindings).value(), Value(3));
}

TEST(ExpressionTest, FieldsOfTemporaryMapsOutliveThem) {
  const Value nested(Map{{"a", Value(Map{{"b", Value("a text that is too long to be kept in place")}})}});
  Bindings bindings;
  bindings.Bind("value", &nested);
  EXPECT_EQ(Compiled("coalesce(value, value).a.b + coalesce(value).a.b.upper()").Evaluate(bindings).value().TextOrEmpty().size(), 86U);
  EXPECT_EQ(Compiled("[value].map(v, v.a)[0].b.size()").Evaluate(bindings).value(), Value(43));
}

TEST(ExpressionTest, EvaluationEndsWithinItsSteps) {
  const std::string numbers = "[0,1,2,3,4,5,6,7,8,9]";
  const std::string text = numbers + ".map(a, " + numbers + ".map(b, " + numbers + ".map(c, " + numbers + ".map(d, a + b + c + d))))";
  EXPECT_TRUE(Compiled(text).Evaluate(Bindings()).ok());
  const auto stopped = Compiled(text).Evaluate(Bindings(), 1000);
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(stopped.status().message()), HasSubstr("EXPRESSION_TOO_COSTLY"));
  // Not even where another operand would decide.
  EXPECT_EQ(Compiled("size(" + text + ") < 0 || size(" + text + ") > 0").Evaluate(Bindings(), 1000).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(ExpressionTest, WhatReadsNothingIsEvaluatedOnce) {
  const Expression expression = Compiled("value + size([1, 2, 3, 4, 5, 6, 7, 8, 9].map(i, i * 2)) + {1: 5}[1]");
  Bindings bindings;
  bindings.Bind("value", Value(1));
  EXPECT_EQ(expression.Evaluate(bindings, 5).value(), Value(15));
  // What has no value is a fault only where it is reached.
  EXPECT_EQ(Compiled("value == 1 ? 7 : 1 / 0").Evaluate(bindings).value(), Value(7));
  EXPECT_EQ(Compiled("value == 2 ? 7 : 1 / 0").Evaluate(bindings).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(ExpressionTest, BindingsMayBeGivenInTheOrderOfItsVariables) {
  const Expression expression = Compiled("ssm.a + value + sage.CT_Taux");
  ASSERT_THAT(expression.variables(), ElementsAre("ssm", "value", "sage"));
  const Fields ssm = {{"a", Value(1)}};
  const Fields sage = {{"CT_Taux", Value(2)}};
  const Value value(4);
  const Binding bindings[] = {{.fields = &ssm}, {.value = &value}, {.fields = &sage}};
  EXPECT_EQ(expression.Evaluate(bindings).value(), Value(7));
  const Binding unbound[3] = {};
  EXPECT_FALSE(expression.Evaluate(unbound).ok());
}

TEST(ExpressionTest, NamesWithPointsAreFoundLongestFirst) {
  Environment environment;
  environment.Declare("a.b.c", Kind::kText).Declare("a.b", Type::MapOf(Kind::kText, Kind::kText));
  const auto evaluated = [&](std::string_view text) {
    const auto expression = Expression::Compile(text, environment);
    return expression.ok() ? expression->Evaluate(Bindings().Bind("a.b.c", Value("whole")).Bind("a.b", Value(Map{{"c", Value("part")}, {"d", Value("d")}}))).value()
                           : Value();
  };
  EXPECT_EQ(evaluated("a.b.c"), Value("whole"));
  EXPECT_EQ(evaluated("a.b.d"), Value("d"));
  EXPECT_EQ(evaluated("a.b.c.size()"), Value(5));
  EXPECT_EQ(evaluated("[{'b': {'c': 'own'}}].map(a, a.b.c)[0]"), Value("own"));
}

TEST(ExpressionTest, DepthAndLengthAreBounded) {
  const auto message = [](const std::string& text) { return std::string(Expression::Compile(text, Records()).status().message()); };
  EXPECT_THAT(message(std::string(5000, '(') + "1" + std::string(5000, ')')), HasSubstr("nested too deeply"));
  EXPECT_THAT(message(std::string(5000, '!') + "true"), HasSubstr("nested too deeply"));
  EXPECT_THAT(message(std::string(5000, '[')), HasSubstr("nested too deeply"));
  std::string sum = "1";
  for (int i = 0; i < 3000; ++i) sum += "+1";
  EXPECT_THAT(message(sum), HasSubstr("nested too deeply"));
  EXPECT_THAT(message(std::string(20'000, ' ') + "1"), HasSubstr("16 KiB"));
  std::string moderate = "1";
  for (int i = 0; i < 200; ++i) moderate = i % 2 ? "(" + moderate + ")" : moderate + " + 1";
  EXPECT_TRUE(Expression::Compile(moderate, Records()).ok());
}

TEST(ExpressionTest, ManyThreadsMayEvaluateOne) {
  const Expression pattern = Compiled("sage.CT_Num.matches('^C[0-9]+$')");
  const Fields record = {{"CT_Num", Value("C42")}};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) EXPECT_EQ(pattern.Evaluate(Bindings().Bind("sage", &record)).value(), Value(true));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ExpressionTest, EveryFunctionHasANameOfItsOwn) {
  const std::vector<std::string> names = FunctionNames();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

}  // namespace
}  // namespace entente
