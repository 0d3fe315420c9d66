#include "engine/store/keys.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace entente::store {
namespace {

using namespace std::string_literals;

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

// The bytes that keys.h tells: a state on a disk is made of them.
TEST(KeysFormat, OfOneNumberOrTwo) {
  const std::string first = "\x01\x02\x03\x04\x05\x06\x07\x08"s;
  const std::string second = "\x00\x00\x00\x00\x00\x00\x00\x09"s;

  EXPECT_EQ(LinkKey(0x0102030405060708), first);
  EXPECT_EQ(WorkKey(0x0102030405060708), first);
  EXPECT_EQ(RefersKey(0x0102030405060708, 9), first + second);
  EXPECT_EQ(JournalKey(0x0102030405060708, 9), first + second);
  EXPECT_EQ(RunKey(9), "r" + second);
  EXPECT_EQ(PushKey(9), "p" + second);
}

TEST(KeysFormat, OfRecordsAndRows) {
  EXPECT_EQ(RecordKey({Side::kLeft, "party", "C1"}), "k\x00party\x00\x01" "C1\x00\x01"s);
  EXPECT_EQ(RecordKey({Side::kRight, "a\0b"s, ""}), "k\x01" "a\x00\xff" "b\x00\x01\x00\x01"s);
  EXPECT_EQ(RowKey({Side::kRight, "party", "db", 1}), "r\x01party\x00\x01" "db\x00\x01\x80\x00\x00\x00\x00\x00\x00\x01"s);
  EXPECT_EQ(RowKey({Side::kLeft, "", "", -1}), "r\x00\x00\x01\x00\x01\x7f\xff\xff\xff\xff\xff\xff\xff"s);
}

TEST(KeysFormat, OfWhatIsLookedUp) {
  EXPECT_EQ(MatchKey({Side::kRight, 2}, 3), "\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x03"s);
  EXPECT_EQ(ParkedKey("record:x", 3), "record:x\x00\x01\x00\x00\x00\x00\x00\x00\x00\x03"s);
  EXPECT_EQ(CursorKey(Side::kRight, "accounts"), "\x01" "accounts"s);
}

TEST(KeysFormat, OfWhatWaits) {
  EXPECT_EQ(DirtyKey({Lane::kBulk, 0x01020304, 5}), std::string(1, static_cast<char>(Lane::kBulk)) + "\x01\x02\x03\x04\x00\x00\x00\x00\x00\x00\x00\x05"s);
  EXPECT_EQ(OutboxKey({Side::kRight, Lane::kBulk, 5}), "\x01"s + static_cast<char>(Lane::kBulk) + "\x00\x00\x00\x00\x00\x00\x00\x05"s);
}

TEST(KeysTest, NumbersComeBack) {
  EXPECT_EQ(ReadNumber(NumberKey(0xfedcba9876543210)), 0xfedcba9876543210);
  EXPECT_EQ(ReadLastNumber(MatchKey({Side::kLeft, 7}, 258)), 258u);
  EXPECT_EQ(ReadLastNumber(NumberKey(258)), 258u);
}

TEST(KeysTest, NamesComeBackWhateverBytesTheyHold) {
  for (const std::string& name : {""s, "C1"s, "\0"s, "a\0b"s, "\xff"s, "\0\xff\0\x01"s}) {
    EXPECT_EQ(ReadRecordKey(RecordKey({Side::kLeft, "party", name}), RecordPrefix(Side::kLeft, "party")), name);
    EXPECT_EQ(ReadParkedWait(ParkedKey(name, 9)), name);
  }
}

TEST(KeysTest, BytesThatAreNoSuchKeyAreSaidToBeNone) {
  EXPECT_EQ(ReadNumber("1234567"), std::nullopt);
  EXPECT_EQ(ReadNumber("123456789"), std::nullopt);
  EXPECT_EQ(ReadLastNumber("1234567"), std::nullopt);
  const std::string prefix = RecordPrefix(Side::kLeft, "party");
  EXPECT_EQ(ReadRecordKey(RecordKey({Side::kLeft, "quote", "C1"}), prefix), std::nullopt);
  EXPECT_EQ(ReadRecordKey(prefix, prefix), std::nullopt);
  EXPECT_EQ(ReadRecordKey(prefix + "C1", prefix), std::nullopt);
  EXPECT_EQ(ReadRecordKey(prefix + "C1\0\x01" "9"s, prefix), std::nullopt);
  EXPECT_EQ(ReadParkedWait("1234567"), std::nullopt);
  EXPECT_EQ(ReadParkedWait("12345678"), std::nullopt);
  EXPECT_EQ(ReadDirty("123456789012"), std::nullopt);
  EXPECT_EQ(ReadOutbox("123456789"), std::nullopt);
}

}  // namespace
}  // namespace entente::store
