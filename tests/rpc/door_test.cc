#include <gtest/gtest.h>

#include "engine/runtime/error.h"
#include "engine/runtime/loopback.h"
#include "entente/sync/v1/sync.grpc.pb.h"
#include "tests/rpc/calls.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

class TwoInstances : public ::testing::Test {
 protected:
  TwoInstances() {
    server_ = *Server::Start({.listen = "127.0.0.1:0", .tls_certificate = "", .tls_key = ""}, {{&north_, "n", {}}, {&south_, "s", {}}});
    stub_ = v1::SyncService::NewStub(grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
  }
  grpc::Status Ask(const std::string& instance, const std::string& token, v1::Status* status) {
    grpc::ClientContext context;
    if (!token.empty()) Authorise(context, token);
    if (!instance.empty()) context.AddMetadata("entente-instance", instance);
    return stub_->GetStatus(&context, {}, status);
  }

  FakeInstance north_{"north"};
  FakeInstance south_{"south"};
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::SyncService::Stub> stub_;
  v1::Status status_;
};

TEST_F(TwoInstances, EachIsReachedByItsNameAndItsToken) {
  ASSERT_TRUE(Ask("north", "n", &status_).ok());
  EXPECT_EQ(status_.instance(), "north");
  ASSERT_TRUE(Ask("south", "s", &status_).ok());
  EXPECT_EQ(status_.instance(), "south");
}

TEST_F(TwoInstances, TheTokenOfOneDoesNotOpenTheOther) {
  EXPECT_EQ(ReasonIn(Ask("south", "n", &status_)), "TOKEN_WRONG");
  EXPECT_EQ(server_->tokens_refused(), 1u);
}

TEST_F(TwoInstances, MissingNamesUnknownNamesAndMissingTokensAreTold) {
  EXPECT_EQ(ReasonIn(Ask("", "n", &status_)), "INSTANCE_NOT_NAMED");
  EXPECT_EQ(ReasonIn(Ask("west", "n", &status_)), "INSTANCE_UNKNOWN");
  EXPECT_EQ(ReasonIn(Ask("north", "", &status_)), "TOKEN_MISSING");
}

TEST(ServerTest, AnAddressThatLeavesTheMachineNeedsACertificate) {
  EXPECT_FALSE(Server::Start({.listen = "0.0.0.0:0", .tls_certificate = "", .tls_key = ""}, {}).ok());
  EXPECT_TRUE(IsLoopback("127.0.0.1:7443"));
  EXPECT_TRUE(IsLoopback("[::1]:7443"));
  EXPECT_FALSE(IsLoopback("192.168.1.1:7443"));
  EXPECT_FALSE(IsLoopback("127.example.com:7443"));
  EXPECT_FALSE(IsLoopback("localhost.example.com:7443"));
}

TEST(ServerTest, AnAddressWithoutAPortIsNamedAsSuch) {
  for (const char* listen : {"localhost", "127.0.0.1:", ":7443", "127.0.0.1:http", ""}) {
    EXPECT_EQ(ReasonOf(Server::Check({.listen = listen, .tls_certificate = "", .tls_key = ""})), "ADDRESS_INVALID") << listen;
  }
}

}  // namespace
}  // namespace entente
