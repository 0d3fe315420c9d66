#include "engine/store/codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/core/any_value.h"
#include "tests/store/sample.h"

namespace entente::store {
namespace {

TEST(CodecTest, ALinkComesBackAsItWas) {
  const Link link = FullLink(7);

  const absl::StatusOr<Link> back = DecodeLink(7, EncodeLink(link));

  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, link);
}

TEST(CodecTest, AnEmptyLinkComesBackAsItWas) {
  Link link;
  link.id = 1;

  EXPECT_EQ(*DecodeLink(1, EncodeLink(link)), link);
}

std::size_t Occurrences(const std::string& bytes, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) ++count;
  return count;
}

TEST(CodecTest, WhatBothSidesAgreedOnIsWrittenOnce) {
  Link link = FullLink(7);
  const std::string city = "Saint-Étienne-du-Bois";
  link.base["city"].held = {city, city};
  link.members[Side::kLeft].shadow = {{"CT_Ville", city}, {"CT_Pays", "France"}};
  link.members[Side::kRight].shadow = {{"city", city}, {"country", "FR"}};

  const std::string bytes = EncodeLink(link);

  EXPECT_EQ(Occurrences(bytes, city), 1u);
  EXPECT_EQ(*DecodeLink(7, bytes), link);
}

TEST(CodecTest, AShadowThatMovedOnKeepsItsOwnValueBesideTheBase) {
  Link link = FullLink(7);
  link.base["city"].held = {Value("Nantes"), Value("NANTES")};
  // Each side's value where the other side's belongs, and one value in two columns.
  link.members[Side::kLeft].shadow = {{"CT_Ville", "NANTES"}, {"CT_Region", "Nantes"}, {"CT_Site", "Nantes"}};
  link.members[Side::kRight].shadow = {{"city", "Nantes"}, {"region", "Brest"}, {"empty", Value()}};

  EXPECT_EQ(*DecodeLink(7, EncodeLink(link)), link);
}

// Values are drawn of a few, so that columns, base and sides share them in every way.
RC_GTEST_PROP(CodecLaws, WhateverShadowsShareWithTheBaseTheyComeBack, ()) {
  std::vector<Value> values;
  for (int i = 0; i < 4; ++i) values.push_back(AnyValue(1));
  const auto any = [&] { return values[*rc::gen::inRange<std::size_t>(0, values.size())]; };
  Link link;
  link.id = 1;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) link.base["f" + std::to_string(i)].held = {any(), any()};
  for (const Side side : kSides) {
    link.members[side].key = "k";
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) link.members[side].shadow["n" + std::to_string(i)] = any();
  }
  RC_ASSERT(*DecodeLink(1, EncodeLink(link)) == link);
}

TEST(CodecTest, WorkJournalRunsAndPushesComeBackAsTheyWere) {
  const WorkItem item = FullWorkItem(4);
  const JournalEntry entry = FullJournalEntry(5, 6);
  const RunState run{7, "first_load", "running", 1, 2, "none", {{"linked.party", 3}}, {"0:party"}};
  const PushState push{8, 9, "push", "done", "DE1", "req", {"p"}, 1, 2};
  const OutboxEntry owed{10, true, 11, "party"};
  const RecordEntry record{12, {13, 14}, 15, true, true};

  EXPECT_EQ(*DecodeWork(4, EncodeWork(item)), item);
  EXPECT_EQ(*DecodeJournal(5, 6, EncodeJournal(entry)), entry);
  EXPECT_EQ(*DecodeRun(7, EncodeRun(run)), run);
  EXPECT_EQ(*DecodePush(8, EncodePush(push)), push);
  EXPECT_EQ(*DecodeOutbox(EncodeOutbox(owed)), owed);
  EXPECT_EQ(*DecodeRecord(EncodeRecord(record)), record);
}

TEST(CodecTest, BytesOfNobodyAreSaidToBeDamaged) {
  EXPECT_EQ(DecodeLink(1, "\xff\xff\xff").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodeJournal(1, 1, "short").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace entente::store
