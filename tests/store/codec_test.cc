#include "engine/store/codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/core/canonical.h"
#include "entente/store/v1/store.pb.h"
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

// Rules, times and sides are drawn of a few too, so that neighbours share them or not.
RC_GTEST_PROP(CodecLaws, WhateverFieldsShareWithTheOneBeforeAndWritesWithThemTheyComeBack, ()) {
  const std::vector<Value> values = {"Nantes", "NANTES", Value(), 7};
  const std::vector<std::string> texts = {"", "party.name", "party.f1", "party", "party."};
  const auto any = [&] { return values[*rc::gen::inRange<std::size_t>(0, values.size())]; };
  const auto fields = [&] {
    NamedMap<BaseField> out;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
      BaseField& field = out["f" + std::to_string(i)];
      field.held = {any(), any()};
      field.rule = texts[*rc::gen::inRange<std::size_t>(0, texts.size())];
      field.pack_version = texts[*rc::gen::inRange<std::size_t>(0, 2)];
      field.source_side = *rc::gen::inRange(-1, 2);
      field.since_micros = *rc::gen::inRange<std::int64_t>(-1, 2);
      field.seen_micros = *rc::gen::inRange<std::int64_t>(-1, 2);
      field.not_held = *rc::gen::arbitrary<bool>();
      field.stand_ins = {{*rc::gen::inRange(-1, 2), 0}};
    }
    return out;
  };
  Link link;
  link.id = 1;
  link.entity = *rc::gen::element(std::string("party"), std::string());
  link.base = fields();
  for (const Side side : kSides) {
    if (!*rc::gen::arbitrary<bool>()) continue;
    Delivery& owed = link.owed[side].emplace();
    owed.settles = fields();
    owed.attempts = *rc::gen::inRange(-1, 2);
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) owed.writes["n" + std::to_string(i)] = any();
  }
  RC_ASSERT(*DecodeLink(1, EncodeLink(link)) == link);
}

// What an engine before format 2 wrote: every field says everything of itself.
TEST(CodecTest, ALinkOfFormatOneIsReadAsItWas) {
  v1::LinkRecord written;
  written.set_entity("party");
  for (const char* name : {"city", "name"}) {
    v1::BaseFieldRecord* field = written.add_base();
    field->set_name(name);
    field->set_left(EncodeValue(name));
    field->set_rule(std::string("party.") + name);
    field->set_pack_version("1.0");
    field->set_source_side(1);
    field->set_since_micros(20);
    field->set_seen_before_micros(5);
  }
  written.mutable_owed_right()->set_id(3);
  written.mutable_owed_right()->set_writes(EncodeFields({{"city", "city"}}));
  *written.mutable_owed_right()->add_settles() = written.base(0);

  const absl::StatusOr<Link> read = DecodeLink(1, written.SerializeAsString());

  ASSERT_TRUE(read.ok()) << read.status();
  const BaseField& name = read->base.at("name");
  EXPECT_EQ(name.rule, "party.name");
  EXPECT_EQ(name.pack_version, "1.0");
  EXPECT_EQ(name.source_side, 1);
  EXPECT_EQ(name.since_micros, 20);
  EXPECT_EQ(name.seen_micros, 15);
  EXPECT_EQ(read->owed[Side::kRight]->writes, (Fields{{"city", "city"}}));
  EXPECT_EQ(read->owed[Side::kRight]->settles.at("city"), read->base.at("city"));
}

TEST(CodecTest, WhatFieldsOfOneGoShareIsWrittenOnce) {
  Link link;
  link.id = 7;
  link.entity = "party";
  for (const char* name : {"city", "name", "zone"}) {
    BaseField& field = link.base[name];
    field.rule = std::string("party.") + name;
    field.pack_version = "12.34.56";
    field.since_micros = 1;
  }

  const std::string bytes = EncodeLink(link);

  EXPECT_EQ(Occurrences(bytes, "12.34.56"), 1u);
  EXPECT_EQ(Occurrences(bytes, "party."), 0u);
  EXPECT_EQ(*DecodeLink(7, bytes), link);
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
