#include <chrono>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/channel.h"
#include "connectors/sdk/error.h"
#include "connectors/sdk/runner.h"
#include "connectors/sdk/session.h"
#include "entente/connector/v1/connector.grpc.pb.h"

namespace entente::sdk {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

CheckLine Line(const std::string& what, const absl::Status& status, const std::string& good, const std::string& otherwise) {
  if (status.ok()) return {what, true, "", good};
  const std::string reason = ReasonOf(status);
  return {what, false, reason.empty() ? otherwise : reason, SentenceOf(status)};
}

// Would the engine open this session? A system that cannot be described is asked about by its side alone: then the engine answers
// with the trouble it was told, which proves address, TLS and token.
absl::Status Ask(const RunnerOptions& options, const std::string& authorization, v1::OpenSessionRequest request) {
  auto channel = MakeChannel(options);
  if (!channel.ok()) return channel.status();
  ::grpc::ClientContext context;
  context.AddMetadata("authorization", authorization);
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  v1::OpenSessionResponse opened;
  const ::grpc::Status status = v1::ConnectorService::NewStub(*channel)->OpenSession(&context, request, &opened);
  return status.ok() ? absl::OkStatus() : Explained(FromGrpc(status), options);
}

}  // namespace

std::vector<CheckLine> Check(Connector& connector, const RunnerOptions& options) {
  std::vector<CheckLine> lines;
  auto described = connector.Describe();
  v1::OpenSessionRequest request;
  if (described.ok()) {
    request = *std::move(described);
    lines.push_back({"system", true, "",
                     absl::StrCat(request.product(), " ", request.version(), " (", request.edition(), "), ",
                                  request.catalogue().resources_size(), " resources")});
    for (const auto& advice : request.advice()) lines.push_back({"advice", true, "", advice});
  } else {
    lines.push_back(Line("system", described.status(), "", "SYSTEM_UNREACHABLE"));
    request.set_trouble_code(lines.back().reason);
    request.set_trouble_text(lines.back().sentence);
  }
  request.set_side(options.side);
  request.set_validate_only(true);
  const auto authorization = Authorization(options);
  lines.push_back(Line("token", authorization.status(), "the token can be read", "TOKEN_UNREADABLE"));
  absl::Status asked = Ask(options, authorization.ok() ? *authorization : "", request);
  const std::string reason = ReasonOf(asked);
  if (!request.trouble_code().empty() && reason == request.trouble_code()) asked = absl::OkStatus();
  // Without a token the engine can only refuse it, which was said above.
  if (!authorization.ok() && reason.starts_with("TOKEN_")) asked = absl::OkStatus();
  lines.push_back(Line("engine", asked, absl::StrCat("an engine answers at ", options.address, described.ok() && authorization.ok() ? " and would open a session" : ""),
                       "SESSION_REFUSED"));
  return lines;
}

}  // namespace entente::sdk
