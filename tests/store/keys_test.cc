#include "engine/store/keys.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace entente::store {
namespace {

RC_GTEST_PROP(KeysLaws, NumbersOrderAsTheirKeys, (std::uint64_t a, std::uint64_t b)) { RC_ASSERT((a < b) == (NumberKey(a) < NumberKey(b))); }

RC_GTEST_PROP(KeysLaws, RecordKeysOrderAsTheirNamesAndComeBack, (const std::string& a, const std::string& b)) {
  const RecordId first{Side::kRight, "accounts", a};
  const RecordId second{Side::kRight, "accounts", b};

  RC_ASSERT((a < b) == (RecordKey(first) < RecordKey(second)));
  RC_ASSERT(ReadRecordKey(RecordKey(first), RecordPrefix(Side::kRight, "accounts")) == a);
}

RC_GTEST_PROP(KeysLaws, NoResourceIsThePrefixOfAnother, (const std::string& a, const std::string& b)) {
  RC_PRE(a != b);
  const std::string key = RecordKey({Side::kLeft, a, "k"});
  RC_ASSERT(key.substr(0, RecordPrefix(Side::kLeft, b).size()) != RecordPrefix(Side::kLeft, b));
}

RC_GTEST_PROP(KeysLaws, RowsOrderByNumberWithSign, (std::int64_t a, std::int64_t b)) {
  RC_ASSERT((a < b) == (RowKey({Side::kLeft, "party", "db", a}) < RowKey({Side::kLeft, "party", "db", b})));
}

TEST(KeysTest, DirtyKeysOrderByLaneThenRankThenLink) {
  const DirtyId first{Lane::kOnDemand, 9, 900};
  const DirtyId second{Lane::kContinuous, 1, 2};
  const DirtyId third{Lane::kContinuous, 2, 1};

  EXPECT_LT(DirtyKey(first), DirtyKey(second));
  EXPECT_LT(DirtyKey(second), DirtyKey(third));
  EXPECT_EQ(ReadDirty(DirtyKey(third)), third);
}

TEST(KeysTest, OutboxKeysComeBack) {
  const OutboxId id{Side::kRight, Lane::kBulk, 1234567};

  EXPECT_EQ(ReadOutbox(OutboxKey(id)), id);
}

}  // namespace
}  // namespace entente::store
