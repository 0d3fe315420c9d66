#include <gtest/gtest.h>

#include "connectors/sdk/operation_line.h"

namespace entente::sdk {
namespace {

struct Kind {
  std::uint32_t resource = 1;
  v1::Operation::Verb verb = v1::Operation::CREATE;
  bool urgent = false;
};

class OperationLineTest : public ::testing::Test {
 protected:
  void Put(int count, Kind kind = {}) {
    std::vector<v1::Operation> operations(static_cast<std::size_t>(count));
    for (v1::Operation& operation : operations) {
      operation.set_id(++last_);
      operation.set_resource(kind.resource);
      operation.set_verb(kind.verb);
      operation.set_urgent(kind.urgent);
    }
    line_.Put(std::move(operations));
  }
  // Ids of what goes next.
  std::vector<std::uint64_t> Take(bool writes = true) {
    std::vector<std::uint64_t> ids;
    for (const v1::Operation& operation : line_.Take(writes)) ids.push_back(operation.id());
    return ids;
  }
  OperationLine line_;
  std::uint64_t last_ = 0;
};

TEST_F(OperationLineTest, WhatSomebodyWaitsForGoesFirstAndByItself) {
  Put(250);
  Put(2, {.resource = 2, .verb = v1::Operation::READ, .urgent = true});
  EXPECT_EQ(Take(), (std::vector<std::uint64_t>{251, 252}));
  EXPECT_EQ(Take().size(), 100u);
}

TEST_F(OperationLineTest, OtherwiseAsManyGoTogetherAsOneBulkCallTakesInTheirOrder) {
  Put(150);
  const auto first = Take();
  ASSERT_EQ(first.size(), 100u);
  EXPECT_EQ(first.front(), 1u);
  EXPECT_EQ(first.back(), 100u);
  EXPECT_EQ(Take().size(), 50u);
  EXPECT_TRUE(Take().empty());
  EXPECT_TRUE(line_.IsEmpty());
}

TEST_F(OperationLineTest, ABulkIsOfOneResourceAndTheOthersKeepTheirPlaces) {
  Put(1, {.resource = 1});
  Put(2, {.resource = 2});
  Put(1, {.resource = 1, .verb = v1::Operation::UPDATE});
  EXPECT_EQ(Take(), (std::vector<std::uint64_t>{1, 4}));
  EXPECT_EQ(Take(), (std::vector<std::uint64_t>{2, 3}));
}

TEST_F(OperationLineTest, WhileWritesAreHeldBackReadsPassThem) {
  Put(2);
  Put(1, {.urgent = true});
  Put(1, {.verb = v1::Operation::FIND});
  EXPECT_EQ(Take(false), (std::vector<std::uint64_t>{4}));
  EXPECT_TRUE(Take(false).empty());
  EXPECT_EQ(Take(true), (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(Take(true), (std::vector<std::uint64_t>{1, 2}));
}

}  // namespace
}  // namespace entente::sdk
