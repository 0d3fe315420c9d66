#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "engine/rpc/server.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/rpc/fake_instance.h"

namespace entente {

// A server over one fake instance, tokens "op", "left" and "right".
struct Served {
  explicit Served(Tuning tuning = {}, const Clock& clock = SystemClock()) : instance("test", std::move(tuning)) {
    server = *Server::Start({.listen = "127.0.0.1:0", .tls_certificate = "", .tls_key = ""}, {{&instance, "op", {{"left", "right"}}}}, clock);
    channel = grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials());
  }
  FakeInstance instance;
  std::unique_ptr<Server> server;
  std::shared_ptr<grpc::Channel> channel;
};

inline void Authorise(grpc::ClientContext& context, const std::string& token) {
  context.AddMetadata("authorization", "Bearer " + token);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
}

inline std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::ErrorInfo info;
  return details.details_size() > 0 && details.details(0).UnpackTo(&info) ? info.reason() : "";
}

}  // namespace entente
