#include "connectors/sage100/gateway.h"

#include <httplib.h>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "connectors/sdk/error.h"

namespace entente::sage100 {
namespace {

using nlohmann::json;

std::string TextAt(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

GatewayAnswer::Delivery DeliveryOf(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
    case httplib::Error::BindIPAddress:
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification: return GatewayAnswer::Delivery::kNotSent;
    default: return GatewayAnswer::Delivery::kLost;
  }
}

std::string CauseOf(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection: return "no connection";
    case httplib::Error::ConnectionTimeout: return "no connection in time";
    case httplib::Error::Read: return "it broke off or took too long";
    case httplib::Error::SSLServerVerification: return "its certificate is not trusted: see gateway.tls_root_file";
    case httplib::Error::SSLConnection: return "no TLS connection";
    case httplib::Error::SSLLoadingCerts: return "gateway.tls_root_file cannot be read";
    default: return httplib::to_string(error);
  }
}

}  // namespace

class Gateway::Http {
 public:
  Http(const std::string& url, const std::string& token, absl::Duration timeout, const std::string& root_file) : client(url) {
    if (!root_file.empty()) client.set_ca_cert_path(root_file.c_str());
    const auto micros = absl::ToInt64Microseconds(timeout);
    client.set_connection_timeout(static_cast<time_t>(micros / 1000000), static_cast<time_t>(micros % 1000000));
    client.set_read_timeout(static_cast<time_t>(micros / 1000000), static_cast<time_t>(micros % 1000000));
    client.set_write_timeout(static_cast<time_t>(micros / 1000000), static_cast<time_t>(micros % 1000000));
    client.set_keep_alive(false);
    client.set_url_encode(false);
    client.set_default_headers({{"Authorization", "Bearer " + token}, {"Accept", "application/json"}});
  }

  httplib::Client client;
};

Gateway::Gateway(std::string url, std::string token, absl::Duration timeout, const std::string& root_file)
    : url_(std::move(url)), http_(std::make_unique<Http>(url_, token, timeout, root_file)) {}

Gateway::~Gateway() = default;

GatewayAnswer Gateway::Call(const std::string& method, const std::string& path, const std::string& body) {
  GatewayAnswer out;
  if (!http_->client.is_valid()) {
    out.trouble = absl::StrCat("gateway.url = \"", url_, "\" names no server this program can reach");
    return out;
  }
  httplib::Request request;
  request.method = method;
  request.path = path;
  if (!body.empty()) {
    request.body = body;
    request.set_header("Content-Type", "application/json; charset=utf-8");
  }
  const httplib::Result result = http_->client.send(request);
  if (!result) {
    out.delivery = DeliveryOf(result.error());
    out.trouble = absl::StrCat("the gateway at ", url_, " does not answer (", CauseOf(result.error()), ")");
    return out;
  }
  out.delivery = GatewayAnswer::Delivery::kAnswered;
  out.status = result->status;
  out.body = result->body;
  return out;
}

absl::StatusOr<GatewayInfo> Gateway::Info() {
  const GatewayAnswer answer = Call("GET", "/gateway/v1/info");
  if (answer.delivery != GatewayAnswer::Delivery::kAnswered) {
    return sdk::MakeError(absl::StatusCode::kUnavailable, "GATEWAY_UNREACHABLE",
                          absl::StrCat(answer.trouble, ": start it on the Sage server, or correct gateway.url"));
  }
  if (answer.status == 401) {
    return sdk::MakeError(absl::StatusCode::kUnauthenticated, "GATEWAY_TOKEN_REFUSED",
                          absl::StrCat("the gateway at ", url_, " refuses our token: put the gateway's token into gateway.token_file"));
  }
  const json parsed = json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !parsed.is_object()) {
    return sdk::MakeError(absl::StatusCode::kInternal, "NOT_A_GATEWAY",
                          absl::StrCat("what answers at ", url_, " is no gateway (HTTP ", answer.status, "): correct gateway.url"));
  }
  GatewayInfo info{.product = TextAt(parsed, "product"),
                   .product_version = TextAt(parsed, "product_version"),
                   .edition = TextAt(parsed, "edition"),
                   .company_guid = {},
                   .company_name = {}};
  if (const auto company = parsed.find("company"); company != parsed.end() && company->is_object()) {
    info.company_guid = absl::AsciiStrToUpper(TextAt(*company, "guid"));
    // Some releases put it in braces.
    std::erase_if(info.company_guid, [](char c) { return c == '{' || c == '}'; });
    info.company_name = TextAt(*company, "name");
  }
  return info;
}

std::string UrlEncoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '~') {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

}  // namespace entente::sage100
