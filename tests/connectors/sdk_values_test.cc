#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "connectors/sdk/decimal_text.h"
#include "connectors/sdk/record_builder.h"
#include "connectors/sdk/values.h"

namespace entente::sdk {
namespace {

TEST(DecimalText, SuperfluousZerosGo) {
  EXPECT_EQ(CanonicalDecimal("0012.500"), "12.5");
  EXPECT_EQ(CanonicalDecimal("-0.00"), "0");
  EXPECT_EQ(CanonicalDecimal("5."), "5");
  EXPECT_EQ(CanonicalDecimal(".5"), "0.5");
  EXPECT_EQ(CanonicalDecimal("+3"), "3");
}

TEST(DecimalText, ExponentsAreWrittenOut) {
  EXPECT_EQ(CanonicalDecimal("1.5e3"), "1500");
  EXPECT_EQ(CanonicalDecimal("-125E-4"), "-0.0125");
  EXPECT_EQ(CanonicalDecimal("0e9"), "0");
}

TEST(DecimalText, WhatIsNoNumberIsNone) {
  for (const char* text : {"", "-", ".", "1,5", "1.2.3", "abc", "1e", "1e999", "0x10", "1 2"}) EXPECT_FALSE(CanonicalDecimal(text)) << text;
}

RC_GTEST_PROP(DecimalText, CanonicalTextStaysAsItIs, (int whole, unsigned fraction)) {
  const auto once = CanonicalDecimal(std::to_string(whole) + "." + std::to_string(fraction));
  RC_ASSERT(once.has_value());
  RC_ASSERT(CanonicalDecimal(*once) == once);
}

TEST(Values, MapEntriesAreSortedAndNullsLeftOut) {
  const v1::Value map = MapOf({{"b", IntValue(2)}, {"c", NullValue()}, {"a", Text("x")}});

  ASSERT_EQ(map.map_value().entries_size(), 2);
  EXPECT_EQ(map.map_value().entries(0).name(), "a");
  EXPECT_EQ(FindEntry(map, "b")->int_value(), 2);
  EXPECT_EQ(FindEntry(map, "c"), nullptr);
}

TEST(Values, DifferentKindsAreNeverTheSame) {
  EXPECT_FALSE(Same(IntValue(1), DecimalValue("1")));
  EXPECT_FALSE(Same(Ref("a", "1"), Ref("b", "1")));
  EXPECT_TRUE(Same(NullValue(), v1::Value()));
}

TEST(RecordBuilder, FieldsAscendAndUnknownOnesAreCounted) {
  v1::Catalogue catalogue;
  auto* resource = catalogue.add_resources();
  resource->set_number(7);
  resource->set_name("things");
  for (const auto& [number, name] : {std::pair{2U, "second"}, std::pair{1U, "first"}}) {
    auto* field = resource->add_fields();
    field->set_number(number);
    field->set_name(name);
  }
  const CatalogueView view(catalogue);

  RecordBuilder record(view, 7);
  record.Set("second", IntValue(2));
  record.Set("first", IntValue(1));
  record.Set("third", IntValue(3));
  v1::Change change;
  record.Finish(&change);

  ASSERT_EQ(change.fields_size(), 2);
  EXPECT_EQ(change.fields(0).field(), 1U);
  EXPECT_EQ(change.ignored_fields(), 1U);
  EXPECT_EQ(change.resource(), 7U);
}

}  // namespace
}  // namespace entente::sdk
