#include "tools/sandbox/sage/gateway.h"

#include <httplib.h>

#include <chrono>
#include <functional>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/sage/gateway_calls.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

using nlohmann::json;

constexpr int kWorkers = 4;
constexpr char kRoot[] = "/gateway/v1";

// One call on its way: what came in, what it is about, what goes out.
struct Call {
  std::string route;  // "PATCH parties": the name it is counted under
  std::string key = {};  // from the path
  Query query = {};
  json body = json::object();
};
using Operation = std::function<absl::StatusOr<json>(Installation&, const Call&)>;

absl::Status CheckToken(const Installation& sage, const httplib::Request& request) {
  if (request.get_header_value("Authorization") == "Bearer " + sage.token) return absl::OkStatus();
  return Refuse({.code = "UNAUTHENTICATED", .text = "the bearer token is missing or wrong; use the gateway's token file"});
}

absl::StatusOr<std::int64_t> EpochOf(const json& body) {
  const bool is_complete = body.contains("epoch") && body["epoch"].is_number_integer() && body.contains("request_id") &&
                           body["request_id"].is_string() && !body["request_id"].get<std::string>().empty();
  if (is_complete) return body["epoch"].get<std::int64_t>();
  return Refuse({.code = "INVALID_REQUEST", .text = "a write carries \"epoch\" (a whole number) and \"request_id\"", .field = "epoch"});
}

absl::StatusOr<json> BodyOf(const httplib::Request& request) {
  if (request.body.empty()) return json::object();
  absl::StatusOr<json> body = ParseControl(request.body);
  if (!body.ok() || !body->is_object()) return Refuse({.code = "INVALID_REQUEST", .text = "the body is not a JSON object"});
  return body;
}

absl::StatusOr<std::int64_t> NumberOf(const std::string& key) {
  std::int64_t number = 0;
  if (absl::SimpleAtoi(key, &number)) return number;
  return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("\"", key, "\" is no contact number"), .field = "CT_No"});
}

// Rows written with raw SQL may hold bytes that are no UTF-8.
std::string Text(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

class Gateway::Server {
 public:
  Server(Installation& sage, int port) : sage_(sage), port_(port) {}

  ~Server() { Close(); }

  absl::Status Open() {
    server_ = std::make_unique<httplib::Server>();
    server_->new_task_queue = [] { return new httplib::ThreadPool(kWorkers); };
    server_->set_tcp_nodelay(true);
    AddRoutes();
    if (port_ == 0) {
      port_ = server_->bind_to_any_port("127.0.0.1");
    } else if (!server_->bind_to_port("127.0.0.1", port_)) {
      return absl::UnavailableError(absl::StrCat("port ", port_, " of 127.0.0.1 is taken; give another one, or 0"));
    }
    if (port_ <= 0) return absl::UnavailableError("no free port on 127.0.0.1 for the gateway");
    thread_ = std::thread([server = server_.get()] { server->listen_after_bind(); });
    // stop() on a server that does not accept yet would be lost.
    while (!server_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return absl::OkStatus();
  }

  void Close() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
  }

  int port() const { return port_; }

 private:
  void AddRoutes() {
    const auto route = [](const char* pattern) { return absl::StrCat(kRoot, pattern); };
    server_->Get(route("/info"), Reading("GET info", [](Installation& s, const Call&) { return Info(s); }));
    server_->Get(route("/parties/(.+)"), Reading("GET parties", [](Installation& s, const Call& c) { return GetParty(s, c.key); }));
    server_->Post(route("/parties"), Writing("POST parties", 201, [](Installation& s, const Call& c) { return PostParty(s, c.body); }));
    server_->Post(route("/parties/(.+)/contacts"),
                  Writing("POST contacts", 201, [](Installation& s, const Call& c) { return PostContact(s, c.key, c.body); }));
    server_->Patch(route("/parties/(.+)"),
                   Writing("PATCH parties", 200, [](Installation& s, const Call& c) { return PatchParty(s, c.key, c.body); }));
    server_->Get(route("/contacts"), Reading("GET contacts", [](Installation& s, const Call& c) { return ListContacts(s, c.query); }));
    server_->Get(route("/contacts/(.+)"), Reading("GET contact", WithNumber([](Installation& s, const Call&, std::int64_t number) {
                                                   return GetContact(s, number);
                                                 })));
    server_->Patch(route("/contacts/(.+)"),
                   Writing("PATCH contacts", 200, WithNumber([](Installation& s, const Call& c, std::int64_t number) {
                             return PatchContact(s, number, c.body);
                           })));
    server_->Delete(route("/contacts/(.+)"),
                    Writing("DELETE contacts", 200, WithNumber([](Installation& s, const Call&, std::int64_t number) {
                              return RemoveContact(s, number);
                            })));
    server_->Post(route("/documents:price"), Reading("POST documents:price", [](Installation& s, const Call& c) { return Price(s, c.body); }));
    server_->Post(route("/quotes"), Writing("POST quotes", 201, [](Installation& s, const Call& c) { return PostQuote(s, c.body); }));
    server_->Get(route("/quotes"), Reading("GET quotes", [](Installation& s, const Call& c) { return ListQuotes(s, c.query); }));
    server_->Get(route("/quotes/(.+)"), Reading("GET quote", [](Installation& s, const Call& c) { return GetQuote(s, c.key); }));
    server_->set_error_handler([](const httplib::Request& request, httplib::Response& response) {
      if (!response.body.empty()) return;
      const json error = {{"code", "NOT_FOUND"}, {"sage_code", 0}, {"text", "the gateway has no " + request.method + " " + request.path},
                          {"field", ""},         {"line", 0}};
      response.set_content(Text({{"error", error}}), "application/json");
    });
  }

  static Operation WithNumber(std::function<absl::StatusOr<json>(Installation&, const Call&, std::int64_t)> operation) {
    return [operation = std::move(operation)](Installation& sage, const Call& call) -> absl::StatusOr<json> {
      SAGE_ASSIGN(const std::int64_t number, NumberOf(call.key));
      return operation(sage, call, number);
    };
  }

  httplib::Server::Handler Reading(const char* route, Operation operation) {
    return [this, route, operation = std::move(operation)](const httplib::Request& request, httplib::Response& response) {
      Call call = Begin(route, request);
      Answer(call, Checked(request, call, [&]() -> absl::StatusOr<json> {
               const std::lock_guard lock(sage_.mutex);
               return operation(sage_, call);
             }),
             200, response);
    };
  }

  httplib::Server::Handler Writing(const char* route, int success, Operation operation) {
    return [this, route, success, operation = std::move(operation)](const httplib::Request& request, httplib::Response& response) {
      Call call = Begin(route, request);
      Faults::Fate fate = Faults::Fate::kNormal;
      const absl::StatusOr<json> answer = Checked(request, call, [&] { return Performed(call, operation, fate); });
      if (answer.ok() && fate == Faults::Fate::kAnswerLost) {
        // Headers without the body they promise, then a closed connection: the caller cannot know.
        response.set_content_provider(1, "application/json", [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
        return;
      }
      if (answer.ok() && fate == Faults::Fate::kSessionLostAfter) {
        Answer(call, Refuse({.code = "SESSION_LOST", .text = "the Sage session broke; look whether the write happened"}), success, response);
        return;
      }
      Answer(call, answer, success, response);
    };
  }

  Call Begin(const char* route, const httplib::Request& request) {
    sage_.counters.CountCall(route);
    sage_.faults.Wait();
    Call call{.route = route};
    if (request.matches.size() > 1) call.key = request.matches[1].str();
    for (const auto& [name, value] : request.params) call.query[name] = value;
    return call;
  }

  template <typename Perform>
  absl::StatusOr<json> Checked(const httplib::Request& request, Call& call, Perform perform) {
    SAGE_RETURN_IF_ERROR(CheckToken(sage_, request));
    SAGE_RETURN_IF_ERROR(sage_.faults.CheckCall());
    SAGE_ASSIGN(call.body, BodyOf(request));
    try {
      return perform();
    } catch (const json::exception&) {
      return Refuse({.code = "INVALID_REQUEST", .text = "the body does not have the shape the gateway contract gives"});
    }
  }

  absl::StatusOr<json> Performed(const Call& call, const Operation& operation, Faults::Fate& fate) {
    SAGE_ASSIGN(const std::int64_t epoch, EpochOf(call.body));
    const std::lock_guard lock(sage_.mutex);
    SAGE_RETURN_IF_ERROR(sage_.epoch->Admit(epoch));
    absl::Status refusal;
    fate = sage_.faults.NextWrite(refusal);
    if (fate == Faults::Fate::kRefused) return refusal;
    sage_.database->SetCreator("ERP1");
    Write write(*sage_.database);
    absl::StatusOr<json> answer = operation(sage_, call);
    sage_.database->SetCreator("COLU");
    if (!answer.ok()) return answer;
    SAGE_RETURN_IF_ERROR(write.Commit());
    sage_.counters.CountWrite(call.route);
    return answer;
  }

  void Answer(const Call& call, const absl::StatusOr<json>& answer, int success, httplib::Response& response) {
    if (answer.ok()) {
      response.status = success;
      response.set_content(Text(*answer), "application/json");
      return;
    }
    const Refusal refusal =
        RefusalOf(answer.status()).value_or(Refusal{.code = "SAGE_UNAVAILABLE", .text = std::string(answer.status().message())});
    sage_.counters.CountRefusal(refusal.code);
    json error = {{"code", refusal.code},
                  {"sage_code", refusal.sage_code},
                  {"text", refusal.text},
                  {"field", refusal.field},
                  {"line", refusal.line}};
    error.update(Details(call, refusal.code));
    response.status = HttpStatusOf(refusal.code);
    response.set_content(Text({{"error", error}}), "application/json");
  }

  json Details(const Call& call, const std::string& code) {
    try {
      const std::lock_guard lock(sage_.mutex);
      return ErrorDetails(sage_, call.route, code, call.key, call.body).value_or(json::object());
    } catch (const json::exception&) {
      return json::object();
    }
  }

  Installation& sage_;
  int port_;
  std::unique_ptr<httplib::Server> server_;
  std::thread thread_;
};

Gateway::Gateway(std::unique_ptr<Server> server) : server_(std::move(server)) {}
Gateway::~Gateway() = default;

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(Installation& installation, int port) {
  auto server = std::make_unique<Server>(installation, port);
  SAGE_RETURN_IF_ERROR(server->Open());
  return std::unique_ptr<Gateway>(new Gateway(std::move(server)));
}

int Gateway::port() const { return server_->port(); }

void Gateway::Close() { server_->Close(); }

absl::Status Gateway::Reopen() {
  server_->Close();
  return server_->Open();
}

}  // namespace entente::sandbox::sage
