#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace entente::sandbox {

struct HttpRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct HttpReply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  bool is_lost = false;  // close the connection instead of answering
};

// An HTTP server on 127.0.0.1 that hands every GET, POST, PUT, PATCH and DELETE to one function.
//
// `serve` is called from several threads at once. The destructor stops the server, ends its connections and waits for the calls that
// are being served.
class HttpHost {
 public:
  using Serve = std::function<HttpReply(const HttpRequest&)>;

  // Listens on `port`, or on any free one for 0. UNAVAILABLE when the port is taken.
  static absl::StatusOr<std::unique_ptr<HttpHost>> Start(int port, Serve serve);
  ~HttpHost();

  int port() const;

  struct Parts;

 private:
  explicit HttpHost(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace entente::sandbox
