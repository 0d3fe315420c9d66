#pragma once

#include <deque>
#include <vector>

#include "connectors/sdk/connector.h"

namespace entente::sdk {

bool IsWrite(const v1::Operation& operation);

// Operations that wait for the connector. Not thread-safe.
class OperationLine {
 public:
  void Put(std::vector<v1::Operation> operations);
  // What goes to the connector next, together: urgent ones by themselves; else those of the first one's resource, in their order, at most as
  // many as a system takes in one bulk call, so that whoever comes meanwhile waits for one call and not for all. Empty when none may begin.
  // `writes`: writes may begin.
  std::vector<v1::Operation> Take(bool writes);
  bool IsEmpty() const { return waiting_.empty(); }

 private:
  std::deque<v1::Operation> waiting_;
};

}  // namespace entente::sdk
