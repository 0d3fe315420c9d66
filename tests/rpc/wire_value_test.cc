#include "engine/rpc/wire_value.h"

#include <gtest/gtest.h>

#include "engine/runtime/error.h"
#include "entente/connector/v1/connector.pb.h"

namespace entente {
namespace {

Value Back(const Value& value) {
  connector::v1::Value wire;
  ToWire(value, &wire);
  Value back;
  EXPECT_TRUE(FromWire(wire, &back).ok());
  return back;
}

TEST(WireValueTest, EveryKindComesBackAsItWas) {
  const std::vector<Value> values = {Value(),
                                     Value(true),
                                     Value(std::int64_t{-5}),
                                     Value(*Decimal::Parse("-12.50")),
                                     Value("Éloïse"),
                                     Value(Bytes{std::string("a\0b", 3)}),
                                     Value(Date{-10}),
                                     Value(Timestamp{123}),
                                     Value(Reference{"party", "C1"}),
                                     Value(Blob{"d", 7, "image/png"}),
                                     Value(List{Value(1), Value(), Value("x")}),
                                     Value(Map{{"a", Value(List{})}, {"b", Value(Map{})}})};
  for (const Value& value : values) EXPECT_EQ(Back(value), value) << value.ToDisplay();
}

TEST(WireValueTest, ADecimalIsReadFromItsTextOrRefused) {
  connector::v1::Value wire;
  Value value;
  for (const char* text : {"1e5", "", "1,5", "NaN", "1234567890123456789012345678901234567"}) {
    wire.set_decimal_value(text);
    EXPECT_EQ(ReasonOf(FromWire(wire, &value)), "VALUE_MALFORMED") << text;
  }
}

TEST(WireValueTest, NestingIsBounded) {
  connector::v1::Value wire;
  connector::v1::Value* at = &wire;
  for (int i = 0; i < 100; ++i) at = at->mutable_list_value()->add_values();
  Value value;

  EXPECT_EQ(ReasonOf(FromWire(wire, &value)), "VALUE_MALFORMED");
}

}  // namespace
}  // namespace entente
