#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace entente::sage100::testing {

struct GatewayCall {
  std::string method;
  std::string target;  // path with query
  std::string body;
  std::string authorization;
};

struct GatewayReply {
  int status = 200;
  std::string body;
  // Read the call and hang up without an answer.
  bool hang_up = false;
};

// A gateway on 127.0.0.1 that answers as it is told and keeps what it was asked.
class ScriptedGateway {
 public:
  using Script = std::function<GatewayReply(const GatewayCall&)>;

  explicit ScriptedGateway(Script script);
  ~ScriptedGateway();
  ScriptedGateway(const ScriptedGateway&) = delete;
  ScriptedGateway& operator=(const ScriptedGateway&) = delete;

  std::string url() const;
  std::vector<GatewayCall> calls() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace entente::sage100::testing
