#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/sdk/backoff.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/rate_budget.h"
#include "connectors/sdk/timer.h"
#include "connectors/ssm/http.h"
#include "connectors/ssm/json.h"
#include "connectors/ssm/settings.h"

namespace entente::ssm {

struct ApiCall {
  sdk::CallKind kind = sdk::CallKind::kOperation;
  std::string method = "GET";
  // "/accounts/12"
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::string> headers;
  std::optional<Json> body;
  // A call that has not left is given up when this turns false.
  std::function<bool()> may_start;
  // No waiting for a system that is away: whoever asks tries again by himself, and says meanwhile what is wrong.
  bool gives_up_early = false;
};

// What became of a call, after whatever repeats were safe.
struct ApiReply {
  enum class Outcome {
    // 2xx with readable JSON.
    kDone,
    // The system said no and will say no again.
    kRefused,
    // Nothing was done; later it may be.
    kAgain,
    // Sent; nobody knows whether it was done.
    kUnknown,
  };
  Outcome outcome = Outcome::kAgain;
  int status = 0;
  Json body;
  // Stable code for everything but kDone: "THROTTLED", "API_UNREACHABLE", "CREDENTIALS_REFUSED", "REFUSED", "NO_ANSWER" ...
  std::string reason;
  // The system's own words, on one line.
  std::string text;
  absl::Duration retry_after = absl::ZeroDuration();
  // Server clock by the Date header, when it was there.
  std::optional<std::int64_t> server_micros;

  bool is_done() const { return outcome == Outcome::kDone; }
};

// Calls of one SSM implementation: login and re-login, rate budget, repeats, and what each answer means.
//
// A lost POST is never repeated here: the caller must search first. Reads, PUT and DELETE are repeated with growing pauses.
// Thread-safe. `timer` outlives it. Keys and token never reach a log, an error or a reply.
class Api {
 public:
  Api(const Settings& settings, sdk::Timer* timer);

  ApiReply Call(const ApiCall& call);

  sdk::RateBudget& budget() { return budget_; }
  sdk::Timer& timer() { return *timer_; }

  // Calls, throttles and the trouble of the moment; the caller adds its writes.
  sdk::v1::Statistics Statistics() const;
  // Counters begin anew with a session.
  void BeginCounting();

 private:
  // Token of the running session; logs in when there is none. `stale` is a token the server refused.
  ApiReply Login(const ApiCall& call, const std::string& stale, std::string* token);
  // Waits before the next login; false when there shall be none.
  bool AwaitLogin(const ApiCall& call, const ApiReply& reply, sdk::Backoff* backoff);
  HttpAnswer Send(const ApiCall& call, const std::string& token);
  ApiReply Judge(const ApiCall& call, const HttpAnswer& answer) const;
  void NoteTrouble(const ApiReply& reply);

  const Settings settings_;
  sdk::Timer* timer_;
  sdk::RateBudget budget_;
  HttpClient http_;
  std::mutex login_;
  mutable std::mutex mutex_;
  std::string token_;
  std::uint64_t calls_before_ = 0;
  std::uint64_t throttled_ = 0;
  std::string trouble_code_;
  std::string trouble_text_;
};

}  // namespace entente::ssm
