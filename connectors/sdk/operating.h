#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "connectors/sdk/connector.h"
#include "connectors/sdk/operation_line.h"
#include "connectors/sdk/session.h"

namespace entente::sdk {

// Operations of one session, handed to the connector some at a time (operation_line.h).
//
// Holds writes back until the session's write delay is over; answers each operation exactly once, whatever the connector
// does. Internal to the runner: Run() in one thread, the rest from any.
class Operating {
 public:
  // `connector` and `session` outlive it.
  Operating(Connector& connector, Session& session) : connector_(connector), session_(session) {}

  void Take(std::vector<v1::Operation> operations);
  // Performs until the session ends; returns when the last operation under way is finished.
  void Run();
  void Wake();

 private:
  std::vector<v1::Operation> Next();
  void Perform(std::vector<v1::Operation> operations);

  Connector& connector_;
  Session& session_;
  std::mutex mutex_;
  std::condition_variable wake_;
  OperationLine waiting_;
};

}  // namespace entente::sdk
