#include "engine/core/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace entente {
namespace {

Decimal D(std::string_view text) {
  const auto number = Decimal::Parse(text);
  EXPECT_TRUE(number.has_value()) << text;
  return number.value_or(Decimal());
}

Decimal AnyDecimal() {
  const auto units = *rc::gen::arbitrary<std::int64_t>();
  const auto factor = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
  const auto scale = *rc::gen::inRange(0, 19);
  return *Decimal::FromUnits(static_cast<Int128>(units) * factor, scale);
}

TEST(DecimalTest, TextIsReadExactly) {
  EXPECT_EQ(D("1.50").ToString(), "1.5");
  EXPECT_EQ(D("-0.00").ToString(), "0");
  EXPECT_EQ(D(".5").ToString(), "0.5");
  EXPECT_EQ(D("5.").ToString(), "5");
  EXPECT_EQ(D("+007.250").ToString(), "7.25");
  EXPECT_EQ(D("123456789012345678901234567890123456").ToString(), "123456789012345678901234567890123456");
  EXPECT_EQ(D("0.000000000000000001").ToString(), "0.000000000000000001");
  EXPECT_EQ(D("1.5000000000000000000000000000").ToString(), "1.5");
}

TEST(DecimalTest, WhatIsNotANumberIsRefused) {
  for (const char* text : {"", ".", "-", "1e3", " 1", "1 ", "1,5", "1.2.3", "--1", "0x10", "1234567890123456789012345678901234567",
                           "0.0000000000000000001", "9999999999999999999.999999999999999999"}) {
    EXPECT_FALSE(Decimal::Parse(text).has_value()) << text;
  }
}

TEST(DecimalTest, ToFixedPadsAndRounds) {
  EXPECT_EQ(D("12.5").ToFixed(2), "12.50");
  EXPECT_EQ(D("12.345").ToFixed(2), "12.35");
  EXPECT_EQ(D("12.345").ToFixed(2, Rounding::kHalfEven), "12.34");
  EXPECT_EQ(D("-12.345").ToFixed(2), "-12.35");
  EXPECT_EQ(D("-0.001").ToFixed(2), "0.00");
  EXPECT_EQ(D("-0.001").ToFixed(2, Rounding::kFloor), "-0.01");
  EXPECT_EQ(D("0.001").ToFixed(2, Rounding::kUp), "0.01");
  EXPECT_EQ(D("9.99").ToFixed(0, Rounding::kDown), "9");
}

TEST(DecimalTest, ArithmeticFailsRatherThanRounds) {
  EXPECT_FALSE(Decimal::Add(D("999999999999999999999999999999999999"), D("1")).has_value());
  EXPECT_FALSE(Decimal::Add(D("100000000000000000000"), D("0.000000000000000001")).has_value());
  EXPECT_FALSE(Decimal::Multiply(D("1000000000000000000"), D("1000000000000000000")).has_value());
  EXPECT_FALSE(Decimal::Multiply(D("0.0000000001"), D("0.0000000001")).has_value());
  EXPECT_FALSE(Decimal::Divide(D("1"), D("0"), 2).has_value());
}

TEST(DecimalTest, LargeProductsThatEndInZerosStayExact) {
  const auto product = Decimal::Multiply(D("0.000000000000000005"), D("200000000000000000000000000000000000"));
  ASSERT_TRUE(product.has_value());
  EXPECT_EQ(product->ToString(), "1000000000000000000");
}

TEST(DecimalTest, DivisionRoundsOnlyWhereAsked) {
  EXPECT_EQ(Decimal::Divide(D("1"), D("3"), 4)->ToString(), "0.3333");
  EXPECT_EQ(Decimal::Divide(D("2"), D("3"), 4)->ToString(), "0.6667");
  EXPECT_EQ(Decimal::Divide(D("-1"), D("8"), 2)->ToString(), "-0.13");
  EXPECT_EQ(Decimal::Divide(D("0.000000000000000001"), D("3"), 2)->ToString(), "0");
  EXPECT_EQ(Decimal::Divide(D("123456789012345678901234567890"), D("0.1"), 0)->ToString(), "1234567890123456789012345678900");
  EXPECT_EQ(Decimal::Divide(D("1"), D("123456789012345678901234567890123456"), 18)->ToString(), "0");
}

TEST(DecimalTest, IntegersComeBackOnlyWhole) {
  EXPECT_EQ(D("9223372036854775807").ToInt(), INT64_MAX);
  EXPECT_EQ(D("-9223372036854775808").ToInt(), INT64_MIN);
  EXPECT_FALSE(D("9223372036854775808").ToInt().has_value());
  EXPECT_FALSE(D("1.5").ToInt().has_value());
}

RC_GTEST_PROP(DecimalLaws, TextRoundTrips, ()) {
  const Decimal a = AnyDecimal();
  RC_ASSERT(Decimal::Parse(a.ToString()) == a);
}

RC_GTEST_PROP(DecimalLaws, AdditionCommutesAndUndoes, ()) {
  const Decimal a = AnyDecimal();
  const Decimal b = AnyDecimal();
  const auto sum = Decimal::Add(a, b);
  RC_ASSERT(sum == Decimal::Add(b, a));
  if (sum) RC_ASSERT(Decimal::Subtract(*sum, b) == a);
}

RC_GTEST_PROP(DecimalLaws, MultiplicationCommutesAndDividesBack, ()) {
  const Decimal a = AnyDecimal();
  const Decimal b = AnyDecimal();
  const auto product = Decimal::Multiply(a, b);
  RC_ASSERT(product == Decimal::Multiply(b, a));
  if (product && !b.IsZero()) RC_ASSERT(Decimal::Divide(*product, b, 18) == a);
}

RC_GTEST_PROP(DecimalLaws, OrderAgreesWithTheDifference, ()) {
  const Decimal a = AnyDecimal();
  const Decimal b = *rc::gen::arbitrary<bool>() ? AnyDecimal() : a.Rounded(2);
  const auto difference = Decimal::Subtract(a, b);
  if (!difference) return;
  RC_ASSERT((a < b) == difference->IsNegative());
  RC_ASSERT((a == b) == difference->IsZero());
}

RC_GTEST_PROP(DecimalLaws, RoundingMovesLessThanOneUnit, ()) {
  const Decimal a = AnyDecimal();
  const int places = *rc::gen::inRange(0, 18);
  const auto mode = *rc::gen::element(Rounding::kHalfUp, Rounding::kHalfEven, Rounding::kDown, Rounding::kUp, Rounding::kFloor);
  const Decimal rounded = a.Rounded(places, mode);
  RC_ASSERT(rounded.scale() <= places);
  const auto moved = Decimal::Subtract(a, rounded);
  RC_ASSERT(moved.has_value());
  RC_ASSERT(moved->Absolute() < *Decimal::FromUnits(1, places));
  RC_ASSERT(rounded.Rounded(places, mode) == rounded);
}

}  // namespace
}  // namespace entente
