#include "tools/sandbox/http_host.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <thread>

#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox {
namespace {

constexpr int kThreads = 48;  // each open connection holds one
constexpr int kSocketsMax = 1024;

int PortOf(int socket, int (*ask)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (ask(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 || address.sin_family != AF_INET) return -1;
  return ntohs(address.sin_port);
}

// Ends connections of this process to `local_port`; only that from `remote_port` unless it is 0. The library gives no handle to a
// connection, so they are found by their ports.
void EndConnections(int local_port, int remote_port) {
  for (int socket = 3; socket < kSocketsMax; ++socket) {
    if (PortOf(socket, ::getsockname) != local_port) continue;
    const int from = PortOf(socket, ::getpeername);
    if (from > 0 && (remote_port == 0 || from == remote_port)) ::shutdown(socket, SHUT_RDWR);
  }
}

HttpRequest RequestOf(const httplib::Request& request) {
  HttpRequest out;
  out.method = request.method;
  out.path = request.path;
  for (const auto& [name, value] : request.params) out.query[name] = value;
  for (const auto& [name, value] : request.headers) out.headers[FoldCase(name)] = value;
  out.body = request.body;
  return out;
}

}  // namespace

struct HttpHost::Parts {
  httplib::Server server;
  std::thread thread;
  Serve serve;
  int port = 0;

  void Answer(const httplib::Request& request, httplib::Response& response) {
    const HttpReply reply = serve(RequestOf(request));
    if (reply.is_lost) EndConnections(port, request.remote_port);
    response.status = reply.status;
    for (const auto& [name, value] : reply.headers) response.set_header(name, value);
    response.set_content(reply.body, reply.content_type);
  }
};

HttpHost::HttpHost(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

absl::StatusOr<std::unique_ptr<HttpHost>> HttpHost::Start(int port, Serve serve) {
  auto parts = std::make_unique<Parts>();
  Parts* p = parts.get();
  p->serve = std::move(serve);
  httplib::Server& server = p->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_max_count(1000000);
  server.set_keep_alive_timeout(120);
  server.set_tcp_nodelay(true);
  // Not the library's options: with SO_REUSEPORT two programs would share one port and deal the calls between them.
  server.set_socket_options([](int socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  const auto answer = [p](const httplib::Request& request, httplib::Response& response) { p->Answer(request, response); };
  server.Get(".*", answer).Post(".*", answer).Put(".*", answer).Patch(".*", answer).Delete(".*", answer);
  // A DELETE without a body: the library would read until the connection ends.
  server.set_pre_routing_handler([answer](const httplib::Request& request, httplib::Response& response) {
    if (request.method != "DELETE" || request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    answer(request, response);
    return httplib::Server::HandlerResponse::Handled;
  });
  p->port = port == 0 ? server.bind_to_any_port("127.0.0.1") : server.bind_to_port("127.0.0.1", port) ? port : -1;
  if (p->port <= 0) {
    return Unavailable("cannot listen on 127.0.0.1:" + std::to_string(port) + ": the port is taken; choose another, or 0 for any free one");
  }
  p->thread = std::thread([&server] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
  return std::unique_ptr<HttpHost>(new HttpHost(std::move(parts)));
}

HttpHost::~HttpHost() {
  parts_->server.stop();
  EndConnections(parts_->port, 0);
  parts_->thread.join();
}

int HttpHost::port() const { return parts_->port; }

}  // namespace entente::sandbox
