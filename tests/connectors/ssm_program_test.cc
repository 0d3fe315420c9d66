#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/connectors/sdk_fake_engine.h"
#include "tests/connectors/ssm_fixture.h"

extern char** environ;

namespace entente::ssm::testing {
namespace {

using ::testing::HasSubstr;

// The connector as the program people run.
class SsmProgram : public SsmConnectorTest {
 protected:
  void SetUp() override {
    Start();
    folder_ = std::filesystem::path(::testing::TempDir()) / ("ssm_program_" + std::to_string(getpid()) + "_" +
                                                             ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    Write("token", "left\n", 0600);
    Write("public", sandbox_->public_key() + "\n", 0600);
    Write("private", sandbox_->private_key() + "\n", 0600);
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text, mode_t mode) {
    std::ofstream(folder_ / name) << text;
    chmod((folder_ / name).c_str(), mode);
  }

  void Configure(const std::string& more = "") {
    Write("ssm.toml",
          "[engine]\naddress = \"" + engine_.address() + "\"\ntoken_file = \"token\"\n[ssm]\nurl = \"" + sandbox_->url() +
              "\"\npublic_key_file = \"public\"\nprivate_key_file = \"private\"\ncalls_per_minute = 0\n" + more,
          0644);
  }

  pid_t Spawn(std::vector<std::string> arguments) {
    const std::string program = std::string(ENTENTE_BINARY_DIR) + "/bin/entente-connector-ssm";
    arguments.insert(arguments.begin(), program);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const std::string out = (folder_ / "out").string();
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t pid = 0;
    EXPECT_EQ(posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
  }

  static int Wait(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string Output() {
    std::ifstream in(folder_ / "out");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  sdk::testing::FakeEngine engine_;
  std::filesystem::path folder_;
};

TEST_F(SsmProgram, ChecksSystemTokenAndEngine) {
  Configure();
  EXPECT_EQ(Wait(Spawn({"--config", (folder_ / "ssm.toml").string(), "--check"})), 0) << Output();
  EXPECT_THAT(Output(), HasSubstr("ok    system: Sage Sales Management"));
  EXPECT_THAT(Output(), HasSubstr("ok    engine"));
}

TEST_F(SsmProgram, PrintsWhatTheSystemHas) {
  Configure();
  EXPECT_EQ(Wait(Spawn({"--config", (folder_ / "ssm.toml").string(), "--catalogue"})), 0) << Output();
  EXPECT_THAT(Output(), HasSubstr(" accounts\n"));
  EXPECT_THAT(Output(), HasSubstr("salesRepId1 REFERENCE(users) writable required"));
}

TEST_F(SsmProgram, ACheckThatFailsHasItsOwnExitCodeAndKeepsSecrets) {
  Configure();
  Write("private", "not-the-key\n", 0600);
  EXPECT_EQ(Wait(Spawn({"--config", (folder_ / "ssm.toml").string(), "--check"})), 3);
  EXPECT_THAT(Output(), HasSubstr("FAIL  system: CREDENTIALS_REFUSED"));
  EXPECT_THAT(Output(), ::testing::Not(HasSubstr("not-the-key")));
}

TEST_F(SsmProgram, AWrongConfigurationIsSaidWithItsPlace) {
  Configure("page_sise = 3\n");
  EXPECT_EQ(Wait(Spawn({"--config", (folder_ / "ssm.toml").string()})), 2);
  EXPECT_THAT(Output(), HasSubstr("unknown key `ssm.page_sise`; the nearest one that exists is `ssm.page_size`"));
}

TEST_F(SsmProgram, AKeyFileOthersMayReadIsRefused) {
  Configure();
  chmod((folder_ / "private").c_str(), 0644);
  EXPECT_EQ(Wait(Spawn({"--config", (folder_ / "ssm.toml").string()})), 2);
  EXPECT_THAT(Output(), HasSubstr("chmod 600"));
}

TEST_F(SsmProgram, RunsASessionAndEndsCleanlyOnSigterm) {
  Configure();
  const pid_t pid = Spawn({"--config", (folder_ / "ssm.toml").string()});
  ASSERT_TRUE(engine_.AwaitSessions(1)) << Output();
  EXPECT_EQ(engine_.openings[0].side(), "ssm");
  v1::Operation listing;
  listing.set_id(1);
  listing.set_resource(1);
  listing.set_verb(v1::Operation::START_LISTING);
  listing.set_listing_id("l1");
  listing.set_listing_mode(v1::LISTING);
  engine_.SendOperations({listing});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(1, &result));
  EXPECT_TRUE(result.has_receipt());

  kill(pid, SIGTERM);

  EXPECT_EQ(Wait(pid), 0) << Output();
}

}  // namespace
}  // namespace entente::ssm::testing
