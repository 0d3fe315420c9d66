#pragma once

#include <string>
#include <vector>

namespace entente::sandbox {

struct RemoteOptions {
  std::string directory;
  std::string system;
  std::string action;
  std::vector<std::string> words;  // WORD, name=TEXT, name:=JSON
};

// Sends one action to the sandbox that runs in `directory` and prints what it answers. Returns the exit code: 1 refused, 2 not reachable.
int ActRemotely(const RemoteOptions& options);

}  // namespace entente::sandbox
