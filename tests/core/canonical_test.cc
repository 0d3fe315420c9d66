#include "engine/core/canonical.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/core/digest.h"
#include "tests/core/any_value.h"

namespace entente {
namespace {

Decimal D(std::string_view text) { return *Decimal::Parse(text); }

TEST(CanonicalTest, NumbersOfDifferentTypesDiffer) {
  EXPECT_NE(EncodeValue(Value(1)), EncodeValue(Value(D("1"))));
  EXPECT_NE(EncodeValue(Value(1)), EncodeValue(Value("1")));
  EXPECT_EQ(EncodeValue(Value(D("1.50"))), EncodeValue(Value(D("1.5"))));
}

TEST(CanonicalTest, FieldsKeepTheirNulls) {
  const Fields fields = {{"a", Value()}, {"b", Value("x")}};
  EXPECT_EQ(DecodeFields(EncodeFields(fields)).value(), fields);
}

TEST(CanonicalTest, TheFormIsFixed) {
  EXPECT_EQ(EncodeValue(Value(-1)), std::string("\x03\x01", 2));
  EXPECT_EQ(EncodeValue(Value(300)), std::string("\x03\xD8\x04", 3));
  EXPECT_EQ(EncodeValue(Value(D("-12.5"))), std::string("\x04\x01\xF9\x01", 4));
  EXPECT_EQ(EncodeValue(Value("é")), std::string("\x05\x02\xC3\xA9", 4));
  EXPECT_EQ(EncodeFields({{"a", Value(true)}}), std::string("\x01\x01" "a\x02", 4));
  EXPECT_EQ(EncodeValue(Value(Table{{true, Value(1)}, {"a", Value()}})), std::string("\x0F\x02\x02\x03\x02\x05\x01" "a\x00", 9));
}

TEST(CanonicalTest, WhatIsNotShortestOrSortedIsRefused) {
  for (const std::string& bytes : {std::string("\x03\x80\x00", 3), std::string("\x04\x01\x14", 3), std::string("\x0D\x02\x01" "b\x00\x01" "a\x00", 8),
                                   std::string("\x0F\x01\x05\x01" "a\x00", 6), std::string("\x0F\x02\x02\x00\x01\x00", 6), std::string("\x0F\x00", 2),
                                   std::string("\x0C\xFF\xFF\xFF\xFF\x0F", 6), std::string("\x63"), std::string(""), std::string("\x00\x00", 2)}) {
    EXPECT_FALSE(DecodeValue(bytes).ok());
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += std::string("\x0C\x01", 2);
  EXPECT_FALSE(DecodeValue(deep + '\0').ok());
}

TEST(DigestTest, NullAndAbsentAreTheSame) {
  EXPECT_EQ(DigestOfFields({{"a", Value(1)}, {"b", Value()}}), DigestOfFields({{"a", Value(1)}}));
  EXPECT_NE(DigestOfFields({{"a", Value(1)}}), DigestOfFields({{"b", Value(1)}}));
  EXPECT_NE(DigestOfFields({{"a", Value("")}}), DigestOfFields({}));
}

TEST(DigestTest, HexadecimalRoundTrips) {
  const Digest digest = DigestOf("entente");
  EXPECT_EQ(digest.ToHex().size(), 32U);
  EXPECT_EQ(Digest::FromHex(digest.ToHex()), digest);
  EXPECT_EQ(DigestOf("").ToHex(), "99aa06d3014798d86001c324468d497f");
  EXPECT_FALSE(Digest::FromHex("xyz"));
}

RC_GTEST_PROP(CanonicalLaws, WhatWasEncodedComesBack, ()) {
  const Value value = AnyValue();
  const std::string bytes = EncodeValue(value);
  const auto decoded = DecodeValue(bytes);
  RC_ASSERT(decoded.ok());
  RC_ASSERT(*decoded == value);
  RC_ASSERT(EncodeValue(*decoded) == bytes);
}

RC_GTEST_PROP(CanonicalLaws, DifferentValuesHaveDifferentBytes, ()) {
  const Value a = AnyValue();
  const Value b = AnyValue();
  RC_ASSERT((a == b) == (EncodeValue(a) == EncodeValue(b)));
}

RC_GTEST_PROP(CanonicalLaws, AnEncodingEndsByItself, (const std::string& tail)) {
  const Value value = AnyValue();
  const std::string bytes = EncodeValue(value) + tail;
  std::string_view rest = bytes;
  RC_ASSERT(TakeValue(&rest).value() == value);
  RC_ASSERT(rest == tail);
}

RC_GTEST_PROP(CanonicalLaws, DamagedBytesAreRefusedOrStillCanonical, ()) {
  std::string bytes = EncodeValue(AnyValue());
  bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  const auto decoded = DecodeValue(bytes);
  if (decoded.ok()) RC_ASSERT(EncodeValue(*decoded) == bytes);
}

RC_GTEST_PROP(CanonicalLaws, AnyBytesAreSurvived, (const std::string& bytes)) {
  const auto decoded = DecodeValue(bytes);
  if (decoded.ok()) RC_ASSERT(EncodeValue(*decoded) == bytes);
}

}  // namespace
}  // namespace entente
