#include "engine/server/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/runtime/error.h"
#include "tests/server/scratch.h"

namespace entente {
namespace {

using ::testing::HasSubstr;

constexpr char kInstance[] = "[[instance]]\nstate_dir = \"state\"\npack = \"pack\"\n";

TEST(EngineOptionsTest, TheExampleNamesEveryKeyWithItsDefault) {
  const absl::StatusOr<EngineOptions> options = ReadEngineOptions(ENTENTE_SOURCE_DIR "/engine/server/entente.example.toml");

  ASSERT_TRUE(options.ok()) << options.status();
  const Tuning& tuning = options->instances.front().tuning;
  const Tuning defaults;
  EXPECT_EQ(options->server.listen, ServerOptions().listen);
  EXPECT_EQ(tuning.feed_credits, defaults.feed_credits);
  EXPECT_EQ(tuning.delete_hold, absl::InfiniteDuration()) << "as the pack says";
  EXPECT_EQ(tuning.lease, defaults.lease);
  EXPECT_EQ(options->instances.front().journal_keep, InstanceOptions().journal_keep);
}

TEST(EngineOptionsTest, PathsAreRelativeToTheFile) {
  const Scratch scratch;
  const absl::StatusOr<EngineOptions> options = ReadEngineOptions(scratch.Write("e.toml", kInstance));

  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->instances.front().state_dir, scratch.path("state"));
}

TEST(EngineOptionsTest, EveryProblemIsNamedAtOnce) {
  const Scratch scratch;
  const std::string path = scratch.Write("e.toml", "lisen = \"x\"\nmetrics_listen = \"0.0.0.0:1\"\n[[instance]]\nstate_dir = \"s\"\n[instance.tuning]\nlease = \"1s\"\n");

  const std::string problems = SentenceOf(ReadEngineOptions(path).status());

  EXPECT_THAT(problems, HasSubstr("e.toml:1: unknown key \"lisen\". Did you mean \"listen\"?"));
  EXPECT_THAT(problems, HasSubstr("\"metrics_listen\" must be a loopback address"));
  EXPECT_THAT(problems, HasSubstr("\"pack\" is missing"));
  EXPECT_THAT(problems, HasSubstr("\"lease\" must be at least twice"));
}

TEST(EngineOptionsTest, InstancesShareNeitherNameNorState) {
  const Scratch scratch;

  const std::string problems = SentenceOf(ReadEngineOptions(scratch.Write("e.toml", std::string(kInstance) + kInstance)).status());

  EXPECT_THAT(problems, HasSubstr("two instances have the name \"default\""));
  EXPECT_THAT(problems, HasSubstr("two instances share the state_dir"));
}

}  // namespace
}  // namespace entente
