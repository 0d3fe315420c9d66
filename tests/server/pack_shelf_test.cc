#include "engine/server/pack_shelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/pipeline/adoption.h"
#include "engine/runtime/error.h"
#include "tests/server/scratch.h"

namespace entente {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kRules[] = ENTENTE_SOURCE_DIR "/rules";

std::string Acme(const std::string& version, const std::string& content = "") { return "name: acme\nversion: \"" + version + "\"\nextends: ssm\n" + content; }

class PackShelfTest : public ::testing::Test {
 protected:
  PackShelfTest() : shelf_({std::string(kRules) + "/ssm", {}, {}}) {}

  LoadedPack Offered(const std::string& content, const std::string& version = "1") {
    absl::StatusOr<LoadedPack> pack = shelf_.Load({"acme/pack.yaml", {{"acme/pack.yaml", Acme(version, content)}}});
    EXPECT_TRUE(pack.ok()) << pack.status();
    return *std::move(pack);
  }
  LoadedPack Configured() { return *shelf_.Configured(); }
  // The meta of a state that ran a pack.
  std::map<std::string, std::string> Ran(const LoadedPack& pack, const PackOrigin& origin = {}) {
    std::map<std::string, std::string> meta = MetaOf(pack, origin, absl::FromUnixSeconds(7));
    meta["pack_hash"] = pack.pack->hash;
    return meta;
  }

  PackShelf shelf_;
};

TEST_F(PackShelfTest, TakesWhatAnOfferedPackExtendsFromBesideTheConfiguredOne) {
  const LoadedPack pack = Offered("");
  EXPECT_EQ(pack.pack->name, "acme");
  EXPECT_TRUE(pack.files.texts.contains("base/pack.yaml"));
}

TEST_F(PackShelfTest, AnOfferedPackIsCheckedAsAtStart) {
  const absl::Status refused = shelf_.Load({"acme/pack.yaml", {{"acme/pack.yaml", Acme("1", "colour: red\n")}}}).status();
  EXPECT_EQ(ReasonOf(refused), "PACK_INVALID");
  EXPECT_THAT(SentenceOf(refused), ::testing::HasSubstr("acme/pack.yaml:4"));
}

TEST_F(PackShelfTest, TheStateGivesBackTheFilesItWasGiven) {
  const LoadedPack pack = Offered("");
  const auto meta = MetaOf(pack, {true, "digest"}, absl::FromUnixSeconds(7));
  EXPECT_EQ(FilesIn(meta).Digest(), pack.files.Digest());
  EXPECT_TRUE(OriginIn(meta).is_activation);
  EXPECT_EQ(OriginIn(meta).configured, "digest");
}

TEST_F(PackShelfTest, ANewStateRunsTheConfiguredPack) { EXPECT_EQ(ChoosePack(shelf_, Configured(), {}, PackChoice::kAsked)->pack.pack->name, "ssm"); }

TEST_F(PackShelfTest, AnActivatedPackHoldsWhileTheConfiguredFilesAreThoseOfThen) {
  const auto meta = Ran(Offered(""), {true, Configured().files.Digest()});
  const auto chosen = ChoosePack(shelf_, Configured(), meta, PackChoice::kAsked);
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_EQ(chosen->pack.pack->name, "acme");
  EXPECT_TRUE(chosen->origin.is_activation);
}

TEST_F(PackShelfTest, WhenTheConfiguredFilesChangedSinceSomebodyMustSay) {
  const auto meta = Ran(Offered(""), {true, "what stood there then"});
  EXPECT_EQ(ReasonOf(ChoosePack(shelf_, Configured(), meta, PackChoice::kAsked).status()), "PACK_CHANGED_ON_DISK");
  EXPECT_EQ(ChoosePack(shelf_, Configured(), meta, PackChoice::kConfigured)->pack.pack->name, "ssm");
  const auto active = ChoosePack(shelf_, Configured(), meta, PackChoice::kActive);
  EXPECT_EQ(active->pack.pack->name, "acme");
  // Asked once: the next start knows.
  EXPECT_EQ(active->origin.configured, Configured().files.Digest());
}

TEST_F(PackShelfTest, TheActivatedFilesPutIntoTheConfiguredFolderAreTheConfiguredPack) {
  const auto meta = Ran(Configured(), {true, "what stood there then"});
  const auto chosen = ChoosePack(shelf_, Configured(), meta, PackChoice::kAsked);
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_FALSE(chosen->origin.is_activation);
}

TEST_F(PackShelfTest, AStartWithTheSameRulesGoesThroughNothing) {
  Boot boot;
  boot.meta = Ran(Configured());
  EXPECT_THAT(*AdoptAtStart(shelf_, {Configured(), {}}, boot, absl::FromUnixSeconds(9)), IsEmpty());
}

TEST_F(PackShelfTest, AStartWithEditedRulesGoesThroughWhatTheyTouch) {
  Boot boot;
  boot.last_link = 5;
  boot.meta = Ran(Offered(""));
  const LoadedPack edited = Offered("entities:\n  party:\n    fields:\n      city: {conflict: newest}\n", "2");

  const auto meta = AdoptAtStart(shelf_, {edited, {}}, boot, absl::FromUnixSeconds(9));

  ASSERT_TRUE(meta.ok()) << meta.status();
  EXPECT_EQ(meta->at("adopt.decide"), "party");
  EXPECT_EQ(meta->at("adopt.end"), "5");
  EXPECT_EQ(meta->at("pack_since"), "9000000");
  EXPECT_FALSE(meta->contains("relist.0.party"));
}

TEST_F(PackShelfTest, AFieldTheStateWasNotReadWithIsUnread) {
  Boot boot;
  boot.meta = Ran(Offered(""));
  boot.meta["listed.0.party"] = "1";
  const LoadedPack edited = Offered("entities:\n  party:\n    fields:\n      nickname: {sage: CT_Statistique10, ssm: phone3}\n", "2");

  const auto meta = AdoptAtStart(shelf_, {edited, {}}, boot, absl::FromUnixSeconds(9));

  ASSERT_TRUE(meta.ok()) << meta.status();
  EXPECT_EQ(meta->at("unread.0.party"), "CT_Statistique10");
  EXPECT_EQ(meta->at("relist.0.party"), "1");
  EXPECT_EQ(meta->at("listed.0.party"), std::nullopt);
}

TEST_F(PackShelfTest, WhatAnEntityLeftAndCameBackWithIsUnread) {
  Boot boot;
  boot.meta = Ran(Offered("entities:\n  price: ~\n"));
  const auto meta = AdoptAtStart(shelf_, {Offered("", "2"), {}}, boot, absl::FromUnixSeconds(9));
  ASSERT_TRUE(meta.ok()) << meta.status();
  EXPECT_TRUE(meta->contains("unread.0.price"));
  EXPECT_EQ(meta->at("relist.0.price"), "1");
}

TEST_F(PackShelfTest, OfOtherParametersEverythingIsGoneThrough) {
  const PackShelf other({std::string(kRules) + "/ssm", {}, {{"default_branch", "Siège"}}});
  Boot boot;
  boot.meta = Ran(Configured());
  const auto meta = AdoptAtStart(other, {*other.Configured(), {}}, boot, absl::FromUnixSeconds(9));
  ASSERT_TRUE(meta.ok()) << meta.status();
  EXPECT_EQ(meta->at("relist.0.party"), "1");
  EXPECT_EQ(meta->at("adopt.pass"), "refresh");
}

}  // namespace
}  // namespace entente
