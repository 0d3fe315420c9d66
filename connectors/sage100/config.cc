#include "connectors/sage100/config.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "connectors/sdk/loopback.h"

namespace entente::sage100 {

bool NamesPassword(const std::string& connection_string) {
  for (const absl::string_view part : absl::StrSplit(connection_string, ';')) {
    const std::string name = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(part.substr(0, part.find('='))));
    if (name == "PWD" || name == "PASSWORD") return true;
  }
  return false;
}

std::string WithPassword(const std::string& text, const std::string& password) {
  if (password.empty()) return text;
  const char* separator = text.empty() || text.back() == ';' ? "" : ";";
  return absl::StrCat(text, separator, "PWD={", absl::StrReplaceAll(password, {{"}", "}}"}}), "}");
}

Sage100Config ReadSage100Config(sdk::Config& config) {
  Sage100Config out;
  const std::string connection = config.RequiredText("odbc.connection");
  if (NamesPassword(connection)) {
    config.Refuse("odbc.connection", "must not contain a password: put it into a file with mode 0600 and name that in odbc.password_file");
  }
  out.password = config.Secret("odbc.password", "ENTENTE_SAGE100_PASSWORD", false);
  out.connection_string = WithPassword(connection, out.password);
  out.login_timeout = absl::Seconds(config.Int("odbc.login_timeout_seconds", 15, 1, 600));
  out.query_timeout = absl::Seconds(config.Int("odbc.query_timeout_seconds", 120, 1, 3600));

  out.gateway_url = config.RequiredText("gateway.url");
  while (!out.gateway_url.empty() && out.gateway_url.back() == '/') out.gateway_url.pop_back();
  if (!out.gateway_url.empty() && !sdk::IsProtected(out.gateway_url)) {
    config.Refuse("gateway.url", "must begin with https:// (plain http is allowed on this machine only), without a name or password in it: the token would travel unprotected");
  }
  out.gateway_root_file = config.Path("gateway.tls_root_file", "");
  out.gateway_token = config.Secret("gateway.token", "ENTENTE_GATEWAY_TOKEN");
  out.gateway_timeout = absl::Milliseconds(config.Int("gateway.timeout_milliseconds", 30000, 50, 600000));
  out.settle_time = absl::Milliseconds(config.Int("gateway.settle_milliseconds", 30000, 0, 600000));

  out.company_time_zone = config.Text("company.time_zone", "Europe/Paris");
  out.expected_company_guid = absl::AsciiStrToUpper(config.Text("company.expected_guid", ""));
  out.expected_company_guid.erase(std::remove_if(out.expected_company_guid.begin(), out.expected_company_guid.end(),
                                                 [](char c) { return c == '{' || c == '}'; }),
                                  out.expected_company_guid.end());
  out.change_overlap = absl::Seconds(config.Int("company.change_overlap_seconds", 300, 120, 86400));
  const std::string rows = config.Text("company.price_rows", "used");
  if (rows != "used" && rows != "all") config.Refuse("company.price_rows", "must be \"used\" or \"all\"");
  out.all_price_categories = rows == "all";
  out.vat_category = static_cast<int>(config.Int("company.vat_category", 1, 1, 50));
  out.companies = static_cast<std::uint32_t>(config.Int("company.companies", 1, 1, 100));
  return out;
}

}  // namespace entente::sage100
