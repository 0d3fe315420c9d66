#include "tools/sandbox/ssm/ssm_sandbox.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <thread>

#include "nlohmann/json.hpp"
#include "tools/sandbox/company/crm_start.h"
#include "tools/sandbox/http_host.h"
#include "tools/sandbox/ssm/api.h"
#include "tools/sandbox/ssm/dump.h"
#include "tools/sandbox/ssm/preload.h"
#include "tools/sandbox/ssm/user.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox {
namespace {

constexpr std::string_view kBase = "/api/v4";

std::int64_t MachineNow() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}
std::int64_t MachineSteady() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string Key(std::uint64_t seed, const char* purpose) {
  Dice dice(seed, purpose);
  char text[40];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(dice.Roll()), static_cast<unsigned long long>(dice.Roll()));
  return text;
}

// Readable by the owner only.
absl::Status WriteSecret(const std::string& file, const std::string& secret) {
  std::remove(file.c_str());
  const mode_t before = ::umask(0077);
  std::ofstream out(file, std::ios::trunc);
  out << secret << "\n";
  out.close();
  ::umask(before);
  return out ? absl::OkStatus() : Unavailable("cannot write " + file);
}

// "error-408=0.01,page-max=200"
absl::Status ApplySwitches(ssm::Knobs& knobs, std::string_view text) {
  while (!text.empty()) {
    const std::string one(text.substr(0, text.find(',')));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos) return Invalid("a switch is NAME=VALUE, not '" + one + "'");
    if (absl::Status s = knobs.Set(one.substr(0, equals), one.substr(equals + 1)); !s.ok()) return s;
  }
  return absl::OkStatus();
}

ssm::TenantShape ShapeOf(const SsmOptions& options) {
  ssm::TenantShape shape;
  shape.contact_branch = options.contact_branch;
  shape.integer_quantities = options.integer_quantities;
  return shape;
}

}  // namespace

struct SsmSandbox::Parts {
  explicit Parts(const SsmOptions& given)
      : options(given),
        public_key("pub-" + Key(given.seed, "public key")),
        private_key(Key(given.seed, "private key")),
        store(given.seed, ShapeOf(given), given.now_ms ? given.now_ms : MachineNow),
        api(store, given.seed, public_key, private_key, given.steady_ms ? given.steady_ms : MachineSteady),
        user(store, api, given.directory.empty() ? "" : given.directory + "/ssm.json") {}

  HttpReply Serve(const HttpRequest& request) {
    ssm::Call call{request.method, request.path, request.query, request.headers, request.body};
    if (!call.path.starts_with(kBase)) return {404, "Not found", "text/plain", {}, false};
    call.path.erase(0, kBase.size());
    ssm::Answer answer;
    int latency_ms = 0;
    {
      const std::lock_guard lock(mutex);
      latency_ms = store.knobs.latency_ms;
      answer = api.Handle(call);
    }
    if (latency_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(latency_ms));
    HttpReply reply;
    reply.status = answer.status;
    reply.body = std::move(answer.body);
    reply.headers = std::move(answer.headers);
    reply.is_lost = answer.is_lost;
    return reply;
  }

  const SsmOptions options;
  const std::string public_key;
  const std::string private_key;
  std::mutex mutex;  // guards store, api and user
  ssm::Store store;
  ssm::Api api;
  ssm::User user;
  std::unique_ptr<HttpHost> host;  // last: stops before the rest goes
};

SsmSandbox::SsmSandbox(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SsmSandbox::~SsmSandbox() = default;

absl::StatusOr<std::unique_ptr<SsmSandbox>> SsmSandbox::Start(const SsmOptions& options, const Company& company) {
  auto parts = std::make_unique<Parts>(options);
  Parts* p = parts.get();
  p->store.knobs.rate_per_minute = options.rate_per_minute;
  p->store.knobs.rate_per_second = options.rate_per_second;
  if (absl::Status s = ApplySwitches(p->store.knobs, options.switches); !s.ok()) return s;
  if (!options.resume_file.empty()) {
    if (absl::Status s = ssm::LoadFrom(p->store, options.resume_file); !s.ok()) return s;
  } else {
    ssm::Preload(p->store, company, options.preload ? GenerateCrmStart(company, options.seed) : CrmStart(), options.seed);
  }
  if (!options.directory.empty()) {
    if (absl::Status s = WriteSecret(options.directory + "/ssm-private.key", p->private_key); !s.ok()) return s;
  }
  auto host = HttpHost::Start(options.port, [p](const HttpRequest& request) { return p->Serve(request); });
  if (!host.ok()) return host.status();
  p->host = std::move(*host);
  return std::unique_ptr<SsmSandbox>(new SsmSandbox(std::move(parts)));
}

std::string SsmSandbox::url() const { return "http://127.0.0.1:" + std::to_string(parts_->host->port()) + std::string(kBase); }
std::string SsmSandbox::public_key() const { return parts_->public_key; }
std::string SsmSandbox::private_key() const { return parts_->private_key; }

absl::StatusOr<nlohmann::json> SsmSandbox::Act(std::string_view action, const nlohmann::json& arguments) {
  const std::lock_guard lock(parts_->mutex);
  return parts_->user.Act(action, arguments);
}

nlohmann::json SsmSandbox::Connection() const {
  nlohmann::json out = {{"url", url()}, {"public_key", parts_->public_key}};
  if (!parts_->options.directory.empty()) out["private_key_file"] = parts_->options.directory + "/ssm-private.key";
  return out;
}

std::string SsmSandbox::Help() const { return ssm::User::Help(); }

}  // namespace entente::sandbox
