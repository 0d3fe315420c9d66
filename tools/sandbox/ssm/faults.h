#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "nlohmann/json_fwd.hpp"
#include "tools/sandbox/company/dice.h"
#include "tools/sandbox/ssm/knobs.h"

namespace entente::sandbox::ssm {

// What goes wrong with one call, if anything.
enum class Fault {
  kNone,
  k408,         // before anything was done
  k500,
  k503,
  k429,
  k900,         // the database is not reachable
  k500AfterDone,
  kLostAnswer,  // everything is done, and the connection ends without an answer
};

// Decides what goes wrong: first what was ordered for the next call of a kind, then chance by seed and rate.
//
// Not thread-safe.
class Faults {
 public:
  explicit Faults(std::uint64_t seed) : dice_(seed, "ssm faults") {}

  // {"kind": "408"|"500"|"503"|"429"|"900"|"500-after"|"lost", "method": "POST" (any when absent), "resource": "contacts" (any when absent;
  // matches its bulk as well), "count": 1}
  absl::Status Order(const nlohmann::json& arguments);
  void Forget() { ordered_.clear(); }

  Fault For(std::string_view method, std::string_view resource, const Knobs& knobs);

 private:
  struct Ordered {
    Fault fault;
    std::string method;
    std::string resource;
    int count;
  };
  bool Chance(int per_million) { return per_million > 0 && dice_.Between(1, 1000000) <= per_million; }

  Dice dice_;
  std::deque<Ordered> ordered_;
};

}  // namespace entente::sandbox::ssm
