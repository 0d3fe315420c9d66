// The program entented as a process: how it starts, refuses and stops.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/server/scratch.h"
#include "tests/support/await.h"

namespace entente {
namespace {

using ::testing::HasSubstr;

// A child process with its error stream in a file; killed with the object.
class Daemon {
 public:
  Daemon(const std::string& config, const std::string& log) : log_(log) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDERR_FILENO);
    ::execl(ENTENTE_BINARY_DIR "/bin/entented", "entented", "--config", config.c_str(), nullptr);
    ::_exit(127);
  }
  ~Daemon() {
    if (pid_ > 0) Signal(SIGKILL), Wait();
  }
  void Signal(int signal) { ::kill(pid_, signal); }
  int Wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string Log() const {
    std::ifstream in(log_);
    return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  }

 private:
  std::string log_;
  pid_t pid_ = -1;
};

std::string Config(const Scratch& scratch, const std::string& head, const std::string& pack = ENTENTE_SOURCE_DIR "/rules/ssm", const std::string& name = "e.toml") {
  return scratch.Write(name, head + "\n[[instance]]\nstate_dir = \"state\"\npack = \"" + pack + "\"\n");
}

std::string Address(const Scratch& scratch) {
  std::string address;
  Await([&] {
    std::ifstream in(scratch.path("address"));
    return static_cast<bool>(in >> address);
  });
  return address;
}

constexpr char kAnyPort[] = "listen = \"127.0.0.1:0\"\nlisten_file = \"address\"";

TEST(DaemonTest, ItWritesItsAddressAndStopsCleanlyWhenAsked) {
  const Scratch scratch;
  Daemon daemon(Config(scratch, kAnyPort), scratch.path("log"));
  EXPECT_THAT(Address(scratch), HasSubstr("127.0.0.1:"));

  daemon.Signal(SIGTERM);

  EXPECT_EQ(daemon.Wait(), 0) << daemon.Log();
  EXPECT_FALSE(std::filesystem::exists(scratch.path("address")));
}

TEST(DaemonTest, AnUnknownKeyEndsItWithCodeTwo) {
  const Scratch scratch;
  Daemon daemon(Config(scratch, "lisen = \"127.0.0.1:0\""), scratch.path("log"));

  EXPECT_EQ(daemon.Wait(), 2);
  EXPECT_THAT(daemon.Log(), HasSubstr("e.toml:1: unknown key \"lisen\". Did you mean \"listen\"?"));
}

TEST(DaemonTest, ABadPackEndsItWithCodeThreeAndNamesTheLine) {
  const Scratch scratch;
  const std::string pack = scratch.Write("pack.yaml", "pack: x\nentitys: {}\n");
  Daemon daemon(Config(scratch, kAnyPort, pack), scratch.path("log"));

  EXPECT_EQ(daemon.Wait(), 3);
  EXPECT_THAT(daemon.Log(), HasSubstr("pack.yaml"));
}

TEST(DaemonTest, ASecondEngineOnTheSameStateEndsWithCodeFour) {
  const Scratch scratch;
  Daemon first(Config(scratch, kAnyPort), scratch.path("log"));
  Address(scratch);
  Daemon second(Config(scratch, "listen = \"127.0.0.1:0\"", ENTENTE_SOURCE_DIR "/rules/ssm", "second.toml"), scratch.path("log2"));

  EXPECT_EQ(second.Wait(), 4);
  EXPECT_THAT(second.Log(), HasSubstr("is in use by another engine"));
}

TEST(DaemonTest, ATakenPortEndsItWithCodeFive) {
  const Scratch scratch;
  Daemon first(Config(scratch, kAnyPort), scratch.path("log"));
  const std::string address = Address(scratch);
  const Scratch other;
  Daemon second(Config(other, "listen = \"" + address + "\""), other.path("log"));

  EXPECT_EQ(second.Wait(), 5);
  EXPECT_THAT(second.Log(), HasSubstr("cannot listen on " + address));
}

TEST(DaemonTest, ItDoesNotListenBeyondThisMachineWithoutACertificate) {
  const Scratch scratch;
  Daemon daemon(Config(scratch, "listen = \"0.0.0.0:0\""), scratch.path("log"));

  EXPECT_EQ(daemon.Wait(), 2);
  EXPECT_THAT(daemon.Log(), HasSubstr("TLS_REQUIRED"));
}

TEST(DaemonTest, AfterAKillItStartsAgainOnTheSameState) {
  const Scratch scratch;
  {
    Daemon daemon(Config(scratch, kAnyPort), scratch.path("log"));
    Address(scratch);
    daemon.Signal(SIGKILL);
    EXPECT_EQ(daemon.Wait(), -SIGKILL);
  }
  std::filesystem::remove(scratch.path("address"));
  Daemon daemon(Config(scratch, kAnyPort), scratch.path("log"));
  EXPECT_NE(Address(scratch), "");

  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(), 0) << daemon.Log();
}

}  // namespace
}  // namespace entente
