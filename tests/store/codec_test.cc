#include "engine/store/codec.h"

#include <gtest/gtest.h>

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
