// The program entented as a process: how it starts, refuses and stops.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
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

// Calls a method without its generated code, as a foreign program would: bytes in, bytes out.
class Foreigner {
 public:
  explicit Foreigner(const std::string& address) : stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

  // The first answer; empty when the call fails.
  std::string Call(const std::string& method, const std::string& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    const std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call = stub_.PrepareCall(&context, method, &queue_);
    call->StartCall(Tag());
    if (!Done()) return "";
    const grpc::Slice slice(request);
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), Tag());
    if (!Done()) return "";
    grpc::ByteBuffer answer;
    call->Read(&answer, Tag());
    const bool is_answered = Done();
    grpc::Status status;
    call->Finish(&status, Tag());
    Done();
    grpc::Slice whole;
    return is_answered && answer.DumpToSingleSlice(&whole).ok() ? std::string(reinterpret_cast<const char*>(whole.begin()), whole.size()) : "";
  }

 private:
  void* Tag() { return this; }
  bool Done() {
    void* tag = nullptr;
    bool is_ok = false;
    return queue_.Next(&tag, &is_ok) && is_ok;
  }

  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
};

TEST(DaemonTest, OrdinaryGrpcClientsFindItHealthyAndWhatItServes) {
  const Scratch scratch;
  Daemon daemon(Config(scratch, kAnyPort), scratch.path("log"));
  Foreigner foreigner(Address(scratch));

  // grpc.health.v1.HealthCheckResponse {status: SERVING}
  EXPECT_EQ(foreigner.Call("/grpc.health.v1.Health/Check", ""), std::string("\x08\x01"));
  // ServerReflectionRequest {list_services: ""}
  const std::string services = foreigner.Call("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", std::string("\x3a\x00", 2));
  EXPECT_THAT(services, HasSubstr("entente.sync.v1.SyncService"));
  EXPECT_THAT(services, HasSubstr("entente.connector.v1.ConnectorService"));
  // ServerReflectionRequest {file_containing_symbol: …}: the contract itself.
  const std::string symbol = "entente.sync.v1.SyncService";
  const std::string contract =
      foreigner.Call("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x22" + std::string(1, static_cast<char>(symbol.size())) + symbol);
  EXPECT_THAT(contract, HasSubstr("PushQuote"));
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
  EXPECT_FALSE(std::filesystem::exists(scratch.path("state"))) << "a refused configuration touches no state";
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
