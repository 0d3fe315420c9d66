#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

extern char** environ;

namespace entente::sandbox {
namespace {

const std::string kProgram = std::string(ENTENTE_BINARY_DIR) + "/bin/entente-sandbox";

struct Outcome {
  int code = -1;
  std::string output;
};

Outcome Command(const std::string& arguments) {
  Outcome run;
  FILE* pipe = ::popen((kProgram + " " + arguments + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer;
  while (const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe)) run.output.append(buffer.data(), read);
  const int status = ::pclose(pipe);
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

// `entente-sandbox serve` in a folder of its own; ready when the constructor returns.
class Served {
 public:
  explicit Served(const std::string& directory) {
    std::array<int, 2> ends;
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    std::array<const char*, 9> arguments = {"entente-sandbox", "serve", "--dir", directory.c_str(), "--size", "small", "--faults", "ssm:page-max=70", nullptr};
    EXPECT_EQ(::posix_spawn(&pid_, kProgram.c_str(), &actions, nullptr, const_cast<char* const*>(arguments.data()), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    out_ = ends[0];
    char c;
    while (output_.find("ready;") == std::string::npos && ::read(out_, &c, 1) == 1) output_ += c;
  }
  const std::string& output() const { return output_; }
  ~Served() {
    if (pid_ > 0) Stop();
    ::close(out_);
  }
  int Stop() {
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string output_;
};

class Program : public testing::Test {
 protected:
  Program() : directory_(testing::TempDir() + "entente_sandbox_" + std::to_string(::getpid())) {}
  ~Program() override { std::filesystem::remove_all(directory_); }
  std::string Dir() const { return "--dir " + directory_ + " "; }
  std::string directory_;
};

TEST_F(Program, PlaysBothSystemsUntilItIsTold) {
  Served served(directory_);
  std::ifstream file(directory_ + "/sandbox.json");
  const auto json = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(json.is_object()) << served.output();
  EXPECT_TRUE(json["ssm"]["url"].get<std::string>().ends_with("/api/v4"));
  EXPECT_TRUE(json["sage"].contains("odbc_connection_string"));
  using std::filesystem::perms;
  const auto key = std::filesystem::status(json["ssm"]["private_key_file"].get<std::string>()).permissions();
  EXPECT_EQ(key, perms::owner_read | perms::owner_write);

  const Outcome made = Command("ssm " + Dir() + "create accounts name='Café « à l’œil »' statusId=Prospect");
  EXPECT_EQ(made.code, 0) << made.output;
  const Outcome found = Command("ssm " + Dir() + "list accounts \"where=name LIKE 'Café%'\"");
  ASSERT_EQ(found.code, 0) << found.output;
  EXPECT_EQ(nlohmann::json::parse(found.output).size(), 1u);
  EXPECT_EQ(Command("ssm " + Dir() + "get accounts 5").code, 1);
  EXPECT_EQ(Command("sage " + Dir() + "counts").code, 0);

  EXPECT_EQ(served.Stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/sandbox.json"));
  EXPECT_TRUE(std::filesystem::exists(directory_ + "/ssm.json"));
}

TEST_F(Program, MistakesEndWithASentenceAndACode) {
  EXPECT_EQ(Command("ssm " + Dir() + "counts").code, 2);
  const Outcome size = Command("serve " + Dir() + "--size large");
  EXPECT_EQ(size.code, 1);
  EXPECT_NE(size.output.find("demo, small or empty"), std::string::npos);
  EXPECT_EQ(Command("serve " + Dir() + "--faults nobody:x=1").code, 1);
  EXPECT_NE(Command("serve --nothing").code, 0);
}

}  // namespace
}  // namespace entente::sandbox
