#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace entente::sage100 {

// What came back for one call.
struct GatewayAnswer {
  enum class Delivery {
    kAnswered,  // `status` and `body` are the gateway's
    kNotSent,   // no connection: the gateway knows nothing of the call
    kLost,      // sent, no answer: it may have taken effect
  };
  Delivery delivery = Delivery::kNotSent;
  int status = 0;
  std::string body;
  std::string trouble;  // why there is no answer

  bool is_success() const { return delivery == Delivery::kAnswered && status >= 200 && status < 300; }
};

struct GatewayInfo {
  std::string product;
  std::string product_version;
  std::string edition;
  std::string company_guid;
  std::string company_name;
};

// JSON over HTTP to the gateway beside Objets Métiers; proto/entente/gateway/v1/README.md is the contract.
//
// One call at a time, each on a connection of its own, so that "not sent" and "answer lost" can be told apart.
// Never logs or repeats its token. Calls from one thread at a time.
class Gateway {
 public:
  // `url` is scheme, host and port; `timeout` bounds each call; `root_file` holds the roots an https address is checked against, those of
  // the machine when empty.
  Gateway(std::string url, std::string token, absl::Duration timeout, const std::string& root_file = "");
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // `method` is GET, POST, PATCH or DELETE; `path` begins with /gateway/v1/.
  GatewayAnswer Call(const std::string& method, const std::string& path, const std::string& body = "");

  // UNAVAILABLE when it does not answer, UNAUTHENTICATED for a refused token, INTERNAL for an answer that is not the contract's.
  absl::StatusOr<GatewayInfo> Info();

 private:
  class Http;
  std::string url_;
  std::unique_ptr<Http> http_;
};

// One segment of a path or one value of a query.
std::string UrlEncoded(const std::string& text);

}  // namespace entente::sage100
