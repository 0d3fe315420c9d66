#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/sdk/config.h"
#include "connectors/sdk/logging.h"
#include "connectors/sdk/loopback.h"
#include "connectors/sdk/runner.h"
#include "connectors/sdk/secret_file.h"

namespace entente::sdk {
namespace {

using ::testing::HasSubstr;

std::string WriteFile(const std::string& name, const std::string& text, mode_t mode) {
  const std::string path = (std::filesystem::path(::testing::TempDir()) / (std::to_string(getpid()) + name)).string();
  std::ofstream(path) << text;
  chmod(path.c_str(), mode);
  return path;
}

TEST(Config, AnUnknownKeyIsRefusedWithPlaceAndNearestKey) {
  auto config = Config::Parse("[engine]\nadress = \"x\"\n", "a.toml");
  ASSERT_TRUE(config.ok());
  config->Text("engine.address", "127.0.0.1:1");
  config->Text("engine.side", "ssm");

  const absl::Status status = config->Finish();

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("a.toml:2: unknown key `engine.adress`; the nearest one that exists is `engine.address`"));
}

TEST(Config, AWrongTypeOrRangeIsRefused) {
  auto config = Config::Parse("a = 5\nb = 900\nc = \"yes\"\n");
  ASSERT_TRUE(config.ok());
  config->Text("a", "");
  config->Int("b", 1, 0, 100);
  config->Bool("c", false);

  const std::string message(config->Finish().message());

  EXPECT_THAT(message, HasSubstr(":1: `a` must be a text"));
  EXPECT_THAT(message, HasSubstr(":2: `b` must be a whole number from 0 to 100"));
  EXPECT_THAT(message, HasSubstr(":3: `c` must be true or false"));
}

TEST(Config, WhatIsNoTomlNamesTheLine) {
  const auto config = Config::Parse("a = 1\nb = = 2\n", "x.toml");
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("x.toml:2"));
}

TEST(Config, ASecretInTheFileItselfIsRefusedAndNotQuoted) {
  auto config = Config::Parse("[ssm]\nprivate_key = \"hunter2\"\n");
  ASSERT_TRUE(config.ok());
  config->Secret("ssm.private_key", "NO_SUCH_VARIABLE");

  const std::string message(config->Finish().message());

  EXPECT_THAT(message, HasSubstr("private_key_file"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("hunter2")));
}

TEST(Config, ASecretComesFromItsFileOrTheEnvironment) {
  const std::string path = WriteFile("secret", "s3cret\n", 0600);
  auto config = Config::Parse("key_file = \"" + path + "\"\n");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->Secret("key", "NO_SUCH_VARIABLE"), "s3cret");
  EXPECT_TRUE(config->Finish().ok());

  setenv("ENTENTE_TEST_SECRET", "fromenv", 1);
  auto bare = Config::Parse("");
  EXPECT_EQ(bare->Secret("key", "ENTENTE_TEST_SECRET"), "fromenv");
}

TEST(SecretFile, OneThatOthersMayReadIsRefusedWithTheRemedy) {
  const std::string path = WriteFile("open", "s3cret\n", 0644);

  const auto secret = ReadSecretFile(path);

  ASSERT_FALSE(secret.ok());
  EXPECT_THAT(std::string(secret.status().message()), HasSubstr("chmod 600"));
  EXPECT_THAT(std::string(secret.status().message()), ::testing::Not(HasSubstr("s3cret")));
}

TEST(SecretFile, ABlankOneIsRefused) {
  EXPECT_EQ(ReadSecretFile(WriteFile("blank", "\n", 0600)).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(RunnerOptions, AnEngineElsewhereNeedsTls) {
  const std::string token = WriteFile("token", "t\n", 0600);
  auto config = Config::Parse("[engine]\naddress = \"10.0.0.1:7443\"\ntoken_file = \"" + token + "\"\n");
  ReadRunnerOptions(*config, "ssm");

  EXPECT_THAT(std::string(config->Finish().message()), HasSubstr("tls_root_file"));
}

TEST(Loopback, OnlyThisMachineCounts) {
  for (const char* here : {"127.0.0.1:7443", "127.8.9.1", "localhost:1", "[::1]:7443", "unix:/run/entente"}) EXPECT_TRUE(IsLoopback(here)) << here;
  for (const char* elsewhere : {"127.example.com:7443", "localhost.example.com:1", "[::2]:1", "10.0.0.1:1", "[::1].example.com:1", ""}) {
    EXPECT_FALSE(IsLoopback(elsewhere)) << elsewhere;
  }
}

TEST(Loopback, SecretsTravelUnderTlsOrNotAtAll) {
  for (const char* good : {"https://api.example/api/v4", "http://127.0.0.1:8100", "http://localhost/x", "http://[::1]:80/"}) EXPECT_TRUE(IsProtected(good)) << good;
  for (const char* bad : {"http://api.example", "http://127.0.0.1@api.example/", "http://127.example.com", "https://me:key@api.example", "ftp://127.0.0.1", "https://", ""}) {
    EXPECT_FALSE(IsProtected(bad)) << bad;
  }
}

TEST(Logging, WordsOfOthersStayOnOneLine) {
  EXPECT_EQ(OneLine("a\nb\tc"), "a b c");
  const std::string cut = OneLine(std::string(499, 'x') + "\xc3\xa9");
  EXPECT_EQ(cut, std::string(499, 'x') + "...");
}

}  // namespace
}  // namespace entente::sdk
