#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/ssm/faults.h"
#include "tools/sandbox/ssm/limiter.h"
#include "tools/sandbox/ssm/render.h"
#include "tools/sandbox/ssm/store.h"

namespace entente::sandbox::ssm {

// One call, free of any HTTP library.
struct Call {
  std::string method;
  std::string path;                          // behind the base URL: "/accounts/12"
  std::map<std::string, std::string> query;  // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct Answer {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool is_lost = false;  // the connection ends without it
};

// The REST API: session, limits, failures, reading, writing.
//
// Not thread-safe: SsmSandbox holds one lock for the length of a call. Does not own `store`, which outlives it.
class Api {
 public:
  // `steady_ms` times the limits and the tokens.
  Api(Store& store, std::uint64_t seed, std::string public_key, std::string private_key, std::function<std::int64_t()> steady_ms);

  Answer Handle(const Call& call);

  // For the control actions.
  void ExpireTokens() { tokens_.clear(); }
  Faults& faults() { return faults_; }
  Limiter& limiter() { return limiter_; }

 private:
  Answer Serve(const Call& call, const std::vector<std::string>& path, Fault fault);
  Answer Route(const Call& call, const std::vector<std::string>& path);
  Answer Login(const Call& call);
  bool HasSession(const Call& call);
  Answer List(const Call& call, const Table& table);
  Answer One(const Call& call, const Table& table, const std::string& id);
  Answer Write(const Call& call, Table& table, const std::vector<std::string>& path);
  Answer Bulk(const Call& call, Table& table);
  Answer Refused(const Call& call) const;

  Store& store_;
  Faults faults_;
  Limiter limiter_;
  std::string public_key_;
  std::string private_key_;
  std::function<std::int64_t()> steady_ms_;
  std::map<std::string, std::int64_t> tokens_;  // token → when it was given
  Dice token_dice_;
};

// {"code":…, "message":…} with that HTTP status.
Answer ErrorAnswer(int status, int code, std::string_view message);

}  // namespace entente::sandbox::ssm
