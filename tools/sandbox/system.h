#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"

namespace entente::sandbox {

// One of the two systems the sandbox plays, as `entente-sandbox` and the control API see it.
//
// A system is constructed stopped, started by its own Start(...), and stops by itself in the destructor. Every function may be called
// from any thread while it runs.
class System {
 public:
  virtual ~System() = default;

  // "sage" or "ssm": the word in URLs and on the command line.
  virtual std::string_view name() const = 0;

  // Does `action` as a user of that system would ("create", "edit", …), or turns a knob ("set-faults", "counts", …), and answers with
  // what the user sees. Fails with INVALID_ARGUMENT (unknown action or argument), NOT_FOUND, FAILED_PRECONDITION (the system refuses:
  // locked, immutable) or ALREADY_EXISTS; the message is for a person.
  virtual absl::StatusOr<nlohmann::json> Act(std::string_view action, const nlohmann::json& arguments) = 0;

  // What others need to connect: becomes this system's object in sandbox.json. Secrets are given as file paths.
  virtual nlohmann::json Connection() const = 0;

  // Help of the command line: one line an action, "action  arguments  what it does".
  virtual std::string Help() const = 0;
};

}  // namespace entente::sandbox
