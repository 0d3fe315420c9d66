#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace entente::ssm {

struct HttpRequest {
  std::string method;
  std::string url;
  std::vector<std::string> headers;
  std::string body;
};

struct HttpAnswer {
  enum class Transport {
    kAnswered,
    // The connection was never made: nothing can have happened.
    kNotSent,
    // Sent, at least in part, and no answer came: anything can have happened.
    kNoAnswer,
  };
  Transport transport = Transport::kAnswered;
  int status = 0;
  // Names in lower case.
  std::map<std::string, std::string> headers;
  std::string body;
  // What the transport said when there is no answer; never a header or body of ours.
  std::string trouble;
};

// HTTP over reused connections. Thread-safe; each concurrent caller gets a connection of its own.
// An answer of more than 64 MiB counts as no answer.
class HttpClient {
 public:
  explicit HttpClient(absl::Duration timeout);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpAnswer Send(const HttpRequest& request);

 private:
  absl::Duration timeout_;
  std::mutex mutex_;
  std::vector<void*> idle_;
};

// Percent-encoding for one query value or path segment.
std::string UrlEncoded(const std::string& text);

}  // namespace entente::ssm
