#include "tools/sandbox/control.h"

#include "nlohmann/json.hpp"
#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox {
namespace {

constexpr std::string_view kBase = "/control/v1/";

int StatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument: return 400;
    case absl::StatusCode::kNotFound: return 404;
    case absl::StatusCode::kAlreadyExists: return 409;
    case absl::StatusCode::kFailedPrecondition: return 412;
    default: return 500;
  }
}

HttpReply ErrorReply(const absl::Status& status) {
  const nlohmann::json body = {{"error", {{"code", absl::StatusCodeToString(status.code())}, {"message", std::string(Std(status.message()))}}}};
  HttpReply reply;
  reply.status = StatusOf(status.code());
  reply.body = body.dump();
  return reply;
}

HttpReply Dispatch(const std::vector<System*>& systems, const HttpRequest& request) {
  if (!request.path.starts_with(kBase)) return ErrorReply(NotFound("the control interface is under /control/v1/"));
  const std::string rest = request.path.substr(kBase.size());
  const std::size_t slash = rest.find('/');
  const std::string name = rest.substr(0, slash);
  const std::string action = slash == std::string::npos ? "" : rest.substr(slash + 1);
  for (System* system : systems) {
    if (system->name() != name) continue;
    if (action == "help") return {200, system->Help(), "text/plain; charset=utf-8", {}, false};
    if (request.method != "POST") return ErrorReply(Invalid("use POST"));
    const auto arguments = ParseControl(request.body.empty() ? "{}" : request.body);
    if (!arguments.ok()) return ErrorReply(arguments.status());
    if (!arguments->is_object()) return ErrorReply(Invalid("the body is not a JSON object"));
    const auto result = system->Act(action, *arguments);
    if (!result.ok()) return ErrorReply(result.status());
    HttpReply reply;
    reply.body = result->dump();
    return reply;
  }
  return ErrorReply(NotFound("there is no system '" + name + "'"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpHost>> StartControl(int port, std::vector<System*> systems) {
  return HttpHost::Start(port, [systems = std::move(systems)](const HttpRequest& request) { return Dispatch(systems, request); });
}

}  // namespace entente::sandbox
