#include "engine/runtime/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "engine/runtime/epoch.h"
#include "engine/runtime/error.h"
#include "tests/server/scratch.h"
#include "tests/support/fake_clock.h"

namespace entente {
namespace {

using ::testing::HasSubstr;

ConfigFile Parsed(const std::string& text) { return *ConfigFile::Parse(text, "e.toml"); }

TEST(ConfigFileTest, AnUnknownKeyIsNamedWithItsLineAndTheNearestKnownOne) {
  const ConfigFile file = Parsed("listen = \"x\"\n[log]\nlevle = \"info\"\n");
  file.Root().Text("listen", "");
  file.Root().Table("log").Text("level", "info");

  EXPECT_THAT(SentenceOf(file.Check()), HasSubstr("e.toml:3: unknown key \"log.levle\". Did you mean \"level\"?"));
}

TEST(ConfigFileTest, AWrongTypeIsNamedWithItsLineAndTheDefaultIsUsed) {
  const ConfigFile file = Parsed("\nport = \"seven\"\n");

  EXPECT_EQ(file.Root().Integer("port", 7, 0, 10), 7);
  EXPECT_THAT(SentenceOf(file.Check()), HasSubstr("e.toml:2: \"port\" must be a whole number from 0 to 10."));
}

TEST(ConfigFileTest, TextThatIsNotTomlIsNamedWithItsPlace) {
  const auto file = ConfigFile::Parse("a = \n", "e.toml");

  EXPECT_EQ(ReasonOf(file.status()), "CONFIG_UNREADABLE");
  EXPECT_THAT(SentenceOf(file.status()), HasSubstr("e.toml:1:"));
}

TEST(ConfigFileTest, LengthsOfTimeHaveUnits) {
  const ConfigFile file = Parsed("a = \"90d\"\nb = \"1500ms\"\nc = \"2\"\n");

  EXPECT_EQ(file.Root().Length("a", absl::Seconds(1)), absl::Hours(24 * 90));
  EXPECT_EQ(file.Root().Length("b", absl::Seconds(1)), absl::Milliseconds(1500));
  EXPECT_EQ(file.Root().Length("c", absl::Seconds(1)), absl::Seconds(1));
  EXPECT_THAT(SentenceOf(file.Check()), HasSubstr("e.toml:3:"));
}

TEST(ConfigFileTest, ASecretInTheFileIsRefusedWithoutRepeatingIt) {
  const ConfigFile file = Parsed("password = \"hunter2\"\n");

  EXPECT_EQ(file.Root().Secret("password"), "");
  EXPECT_THAT(SentenceOf(file.Check()), HasSubstr("must not stand in this file"));
  EXPECT_THAT(SentenceOf(file.Check()), ::testing::Not(HasSubstr("hunter2")));
}

TEST(ConfigFileTest, ASecretFileMustBeItsOwnersAlone) {
  const Scratch scratch;
  const std::string path = scratch.Write("secret", "s3\n");
  ::chmod(path.c_str(), 0644);
  const ConfigFile open = Parsed("password_file = \"" + path + "\"\n");
  open.Root().Secret("password");
  EXPECT_THAT(SentenceOf(open.Check()), HasSubstr("chmod 600"));

  ::chmod(path.c_str(), 0600);
  const ConfigFile closed = Parsed("password_file = \"" + path + "\"\n");
  EXPECT_EQ(closed.Root().Secret("password"), "s3");
  EXPECT_TRUE(closed.Check().ok());
}

TEST(EpochFileTest, EveryEpochIsGreaterThanAllBeforeEvenWhenTheClockGoesBack) {
  const Scratch scratch;
  FakeClock clock;
  const std::uint64_t first = *EpochFile(scratch.path("epoch"), clock, SystemRandom()).Next();
  clock.Advance(-absl::Hours(24));
  const std::uint64_t second = *EpochFile(scratch.path("epoch"), clock, SystemRandom()).Next();
  std::filesystem::remove(scratch.path("epoch"));
  clock.Advance(absl::Hours(48));
  const std::uint64_t after_loss = *EpochFile(scratch.path("epoch"), clock, SystemRandom()).Next();

  EXPECT_GT(second, first);
  EXPECT_GT(after_loss, second);
}

TEST(EpochFileTest, EnginesOnCopiesOfOneStateNeverShareAnEpoch) {
  // The draw is fixed: with it the copy goes seven ahead.
  struct Six final : Random {
    std::uint64_t Number() override { return 6; }
  } random;
  const Scratch original, copy;
  const FakeClock clock;
  const std::uint64_t before = *EpochFile(original.path("epoch"), clock, random).Next();
  std::filesystem::copy_file(original.path("epoch"), copy.path("epoch"));

  const std::uint64_t of_original = *EpochFile(original.path("epoch"), clock, random).Next();
  const std::uint64_t of_copy = *EpochFile(copy.path("epoch"), clock, random).Next();
  const std::uint64_t of_copy_again = *EpochFile(copy.path("epoch"), clock, random).Next();

  EXPECT_EQ(of_original, before + 1);
  EXPECT_EQ(of_copy, before + 8);
  EXPECT_EQ(of_copy_again, of_copy + 1) << "known as its own folder's from then on";
}

TEST(EpochFileTest, ADamagedFileIsRefusedRatherThanGuessed) {
  const Scratch scratch;
  scratch.Write("epoch", "x");

  EXPECT_EQ(ReasonOf(EpochFile(scratch.path("epoch"), FakeClock(), SystemRandom()).Next().status()), "EPOCH_FILE_DAMAGED");
}

}  // namespace
}  // namespace entente
