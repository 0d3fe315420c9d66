#include "tests/connectors/sage100_scripted_gateway.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <thread>

namespace entente::sage100::testing {
namespace {

std::string HeaderOf(const std::string& head, const std::string& name) {
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

}  // namespace

// One connection a call, as the connector makes them.
class ScriptedGateway::Impl {
 public:
  explicit Impl(Script script) : script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(listener_, 16) != 0) return;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }

  ~Impl() {
    shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    close(listener_);
  }

  int port() const { return port_; }
  std::vector<GatewayCall> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  void Serve() {
    for (;;) {
      const int peer = accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      Answer(peer);
      close(peer);
    }
  }

  void Answer(int peer) {
    std::string text;
    char buffer[4096];
    std::size_t head_end = std::string::npos, body_size = 0;
    while (head_end == std::string::npos || text.size() < head_end + 4 + body_size) {
      const ssize_t count = read(peer, buffer, sizeof(buffer));
      if (count <= 0) return;
      text.append(buffer, static_cast<std::size_t>(count));
      head_end = text.find("\r\n\r\n");
      if (head_end != std::string::npos) body_size = std::stoul("0" + HeaderOf(text.substr(0, head_end + 2), "Content-Length"));
    }
    GatewayCall call;
    const std::size_t first = text.find(' ');
    call.method = text.substr(0, first);
    call.target = text.substr(first + 1, text.find(' ', first + 1) - first - 1);
    call.authorization = HeaderOf(text.substr(0, head_end + 2), "Authorization");
    call.body = text.substr(head_end + 4);
    const GatewayReply reply = script_(call);
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(std::move(call));
    }
    if (reply.hang_up) return;
    const std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " X\r\nContent-Type: application/json\r\nContent-Length: " +
                            std::to_string(reply.body.size()) + "\r\nConnection: close\r\n\r\n" + reply.body;
    std::size_t sent = 0;
    while (sent < out.size()) {
      const ssize_t count = send(peer, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  const Script script_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<GatewayCall> calls_;
  std::thread thread_;
};

ScriptedGateway::ScriptedGateway(Script script) : impl_(std::make_unique<Impl>(std::move(script))) {}
ScriptedGateway::~ScriptedGateway() = default;
std::string ScriptedGateway::url() const { return "http://127.0.0.1:" + std::to_string(impl_->port()); }
std::vector<GatewayCall> ScriptedGateway::calls() const { return impl_->calls(); }

}  // namespace entente::sage100::testing
