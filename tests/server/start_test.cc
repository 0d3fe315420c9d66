#include "engine/server/start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/pipeline/restored.h"
#include "engine/runtime/error.h"
#include "engine/server/pack_trial.h"
#include "tests/server/scratch.h"
#include "tests/support/fake_clock.h"

namespace entente {
namespace {

using ::testing::HasSubstr;

InstanceOptions Options(const Scratch& scratch) {
  InstanceOptions options;
  options.name = "test";
  options.state_dir = scratch.path("state");
  options.pack = ENTENTE_SOURCE_DIR "/rules/ssm";
  return options;
}

TEST(StartInstanceTest, TokensAreMadeOnceForTheOwnerAlone) {
  const Scratch scratch;
  FakeClock clock;
  const std::string first = StartInstance(Options(scratch), clock, SystemRandom())->tokens.operator_token;
  const absl::StatusOr<StartedInstance> again = StartInstance(Options(scratch), clock, SystemRandom());

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->tokens.operator_token, first);
  EXPECT_EQ(first.size(), 64u);
  EXPECT_NE(again->tokens.side_tokens[Side::kLeft], again->tokens.side_tokens[Side::kRight]);
  struct stat about = {};
  ASSERT_EQ(::stat(scratch.path("state/tokens/operator.token").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
}

TEST(StartInstanceTest, EveryStartHasAGreaterEpoch) {
  const Scratch scratch;
  FakeClock clock;
  const std::uint64_t first = StartInstance(Options(scratch), clock, SystemRandom())->instance->epoch();

  EXPECT_GT(StartInstance(Options(scratch), clock, SystemRandom())->instance->epoch(), first);
}

TEST(StartInstanceTest, ABadPackIsRefusedWithItsProblems) {
  const Scratch scratch;
  InstanceOptions options = Options(scratch);
  options.pack = scratch.Write("pack.yaml", "nonsense: true\n");

  const absl::Status refused = StartInstance(options, FakeClock(), SystemRandom()).status();

  EXPECT_EQ(ReasonOf(refused), "PACK_INVALID");
  EXPECT_THAT(SentenceOf(refused), HasSubstr("pack.yaml"));
}

// A pack that says something which decides nothing: it can be read, and not everything is proved of it.
InstanceOptions UncertifiedOptions(const Scratch& scratch) {
  InstanceOptions options = Options(scratch);
  options.pack = scratch.Write("pack.yaml", "name: try\nversion: \"1\"\nextends: ssm\nentities:\n  user:\n    fields:\n      email: {conflict: newest}\n");
  options.pack_search_path = {ENTENTE_SOURCE_DIR "/rules"};
  return options;
}

TEST(StartInstanceTest, AnUncertifiedPackIsRefusedWithWhatIsNotProved) {
  const Scratch scratch;

  const absl::Status refused = StartInstance(UncertifiedOptions(scratch), FakeClock(), SystemRandom()).status();

  EXPECT_EQ(ReasonOf(refused), "PACK_UNCERTIFIED");
  EXPECT_THAT(SentenceOf(refused), HasSubstr("`conflict` of user.email decides nothing"));
  EXPECT_THAT(SentenceOf(refused), HasSubstr("pack.yaml:7"));
  EXPECT_THAT(SentenceOf(refused), HasSubstr("force_uncertified = true"));
}

TEST(StartInstanceTest, AnUncertifiedPackThatIsForcedRunsAndSaysSo) {
  const Scratch scratch;
  FakeClock clock;
  InstanceOptions options = UncertifiedOptions(scratch);
  options.force_uncertified = true;

  const absl::StatusOr<StartedInstance> started = StartInstance(options, clock, SystemRandom());

  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_THAT(started->instance->Status().certification.missing, HasSubstr("the configuration forces it"));
}

TEST(StartInstanceTest, TheCertificateOfThePackIsInTheStatus) {
  const Scratch scratch;
  FakeClock clock;

  const Certification certification = StartInstance(Options(scratch), clock, SystemRandom())->instance->Status().certification;

  EXPECT_EQ(certification.hash.size(), 32u);
  EXPECT_EQ(certification.missing, "");
}

TEST(StartInstanceTest, APackWhoseExamplesFailIsRefusedUnlessItIsForced) {
  const Scratch scratch;
  InstanceOptions options = Options(scratch);
  options.pack = scratch.Write("pack.yaml", "name: try\nversion: \"1\"\nextends: ssm\nentities:\n  party:\n    fields:\n      city: {direction: sage -> ssm}\n");
  options.pack_search_path = {ENTENTE_SOURCE_DIR "/rules"};

  const FakeClock clock;
  const absl::Status refused = StartInstance(options, clock, SystemRandom()).status();

  EXPECT_EQ(ReasonOf(refused), "PACK_EXAMPLES_FAIL");
  EXPECT_THAT(SentenceOf(refused), HasSubstr("a_prospect_goes_both_ways  ssm/examples/accounts.yaml:"));

  options.force_uncertified = true;
  const absl::StatusOr<StartedInstance> forced = StartInstance(options, clock, SystemRandom());
  ASSERT_TRUE(forced.ok()) << forced.status();
  EXPECT_THAT(forced->instance->Status().certification.missing, HasSubstr("examples of the pack do not hold"));
}

TEST(PackTrialTest, WhatThisBuildFoundOfAPackIsNotFoundAgain) {
  const PackShelf shelf({ENTENTE_SOURCE_DIR "/rules/ssm", {}, {}});
  const LoadedPack pack = *shelf.Configured();
  std::map<std::string, std::optional<std::string>> kept;
  const absl::StatusOr<Certification> first = TryPackOnce(shelf, pack, "rules/ssm", false, {}, &kept);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(kept.size(), 1u);
  // What the state remembers is believed: with another certificate in it, that one is given.
  std::string remembered = kept.begin()->second.value();
  remembered.replace(remembered.size() - 4, 4, "cafe");
  std::map<std::string, std::string> meta = {{kept.begin()->first, remembered}};
  kept.clear();

  const absl::StatusOr<Certification> again = TryPackOnce(shelf, pack, "rules/ssm", false, meta, &kept);

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->hash, first->hash.substr(0, 28) + "cafe");
  EXPECT_TRUE(kept.empty());
}

TEST(PackTrialTest, AnotherPackOrAnotherBuildIsTriedAnew) {
  const PackShelf shelf({ENTENTE_SOURCE_DIR "/rules/ssm", {}, {}});
  const PackShelf other({ENTENTE_SOURCE_DIR "/rules/ssm", {}, {{"delete_hold", "30m"}}});
  std::map<std::string, std::optional<std::string>> kept, kept_of_other;
  ASSERT_TRUE(TryPackOnce(shelf, *shelf.Configured(), "rules/ssm", false, {}, &kept).ok());
  const std::string remembered = kept.at("pack_tried").value();

  ASSERT_TRUE(TryPackOnce(other, *other.Configured(), "rules/ssm", false, {{"pack_tried", remembered}}, &kept_of_other).ok());
  EXPECT_EQ(kept_of_other.size(), 1u);
  kept.clear();
  ASSERT_TRUE(TryPackOnce(shelf, *shelf.Configured(), "rules/ssm", false, {{"pack_tried", "0" + remembered}}, &kept).ok());
  EXPECT_EQ(kept.at("pack_tried").value(), remembered);
}

TEST(StartInstanceTest, DeletionsAreHeldAsThePackSaysUnlessTheConfigurationDoes) {
  const Scratch scratch;
  InstanceOptions options = Options(scratch);
  const FakeClock clock;
  options.parameters["delete_hold"] = "30m";
  options.tuning.delete_hold = absl::InfiniteDuration();
  EXPECT_EQ(StartInstance(options, clock, SystemRandom())->instance->tuning().delete_hold, absl::Minutes(30));

  options.tuning.delete_hold = absl::Seconds(5);
  EXPECT_EQ(StartInstance(options, clock, SystemRandom())->instance->tuning().delete_hold, absl::Seconds(5));
}

TEST(PrepareStateTest, TheSecretOfTheMatchIndexIsMadeOnce) {
  Boot boot;
  const Batch first = PrepareState(&boot, SystemRandom());
  const Batch second = PrepareState(&boot, SystemRandom());

  EXPECT_FALSE(first.empty());
  EXPECT_TRUE(second.empty());
}

TEST(PrepareStateTest, AfterARestoreEveryListingIsOwedAgain) {
  Boot boot;
  boot.meta = {{"match_key", "1"}, {kRestoredKey, "1"}, {"listed.0.party", "1"}, {"paused", "1"}};

  const Batch batch = PrepareState(&boot, SystemRandom());

  EXPECT_EQ(batch.meta.at("listed.0.party"), std::nullopt);
  EXPECT_EQ(boot.meta, (std::map<std::string, std::string>{{"match_key", "1"}, {"relist.0.party", "1"}, {"restored.from", "0"}, {"paused", "1"}}));
}

}  // namespace
}  // namespace entente
