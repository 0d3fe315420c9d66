#include "tools/sandbox/sage/sage_sandbox.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/sage/action.h"
#include "tools/sandbox/sage/gateway.h"
#include "tools/sandbox/sage/load.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox {
namespace {

constexpr char kDatabaseFile[] = "sage.sqlite";
constexpr char kTokenFile[] = "sage-gateway.token";

// The token that is there, else a new one in a file only its owner reads.
absl::StatusOr<std::string> ReadOrMakeToken(const std::string& path) {
  std::ifstream existing(path);
  std::string token;
  if (existing >> token) return token;
  std::array<unsigned char, 24> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return absl::InternalError("no random bytes for the gateway token");
  token = absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return absl::UnavailableError(absl::StrCat("cannot write the gateway token to ", path));
  const bool is_written = write(file, token.data(), token.size()) == static_cast<ssize_t>(token.size());
  close(file);
  if (!is_written) return absl::UnavailableError(absl::StrCat("cannot write the gateway token to ", path));
  return token;
}

void RemoveDatabase(const std::string& path) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", ".epoch"}) std::filesystem::remove(path + suffix, ignored);
}

}  // namespace

struct SageSandbox::Parts {
  sage::Installation installation;
  std::unique_ptr<sage::Gateway> gateway;
  std::string database_path;
  std::string token_file;
  std::mutex listening;
  bool is_listening = true;

  // Closes or opens the port as the fault "down" says. Closing waits for calls in flight, which need the installation's mutex: so never with
  // it held.
  absl::Status ListenAsTold() {
    const std::lock_guard lock(listening);
    const bool should_listen = !installation.faults.settings().is_down;
    if (should_listen == is_listening) return absl::OkStatus();
    is_listening = should_listen;
    if (should_listen) return gateway->Reopen();
    gateway->Close();
    return absl::OkStatus();
  }
};

SageSandbox::SageSandbox(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

SageSandbox::~SageSandbox() {
  parts_->installation.faults.Interrupt();
  parts_->gateway.reset();
}

absl::StatusOr<std::unique_ptr<SageSandbox>> SageSandbox::Start(const SageOptions& options, const Company& company) {
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) return absl::UnavailableError(absl::StrCat("cannot make the folder ", options.directory, ": ", error.message()));
  auto parts = std::make_unique<Parts>();
  const std::filesystem::path folder = std::filesystem::absolute(options.directory);
  parts->database_path = (folder / kDatabaseFile).string();
  parts->token_file = (folder / kTokenFile).string();
  if (!options.resume) RemoveDatabase(parts->database_path);

  sage::Installation& installation = parts->installation;
  SAGE_ASSIGN(const sage::Preset preset, sage::ParsePreset(options.preset));
  SAGE_RETURN_IF_ERROR(installation.faults.SetAll(options.faults));
  SAGE_ASSIGN(installation.token, ReadOrMakeToken(parts->token_file));
  SAGE_ASSIGN(installation.epoch, sage::EpochFile::Open(parts->database_path + ".epoch"));
  SAGE_ASSIGN(installation.database, sage::CompanyDatabase::Open({.path = parts->database_path, .preset = preset, .is_minute = options.minute_precision},
                                                                 installation.clock));
  if (installation.database->is_new()) SAGE_RETURN_IF_ERROR(sage::LoadCompany(*installation.database, company));
  SAGE_ASSIGN(parts->gateway, sage::Gateway::Start(installation, options.gateway_port));
  SAGE_RETURN_IF_ERROR(parts->ListenAsTold());
  return std::unique_ptr<SageSandbox>(new SageSandbox(std::move(parts)));
}

std::string SageSandbox::database_path() const { return parts_->database_path; }

std::string SageSandbox::odbc_connection_string() const {
  return absl::StrCat("Driver=SQLite3;Database=", parts_->database_path, ";Timeout=10000");
}

std::string SageSandbox::gateway_url() const { return absl::StrCat("http://127.0.0.1:", parts_->gateway->port()); }

std::string SageSandbox::token() const { return parts_->installation.token; }

std::string SageSandbox::token_file() const { return parts_->token_file; }

absl::StatusOr<nlohmann::json> SageSandbox::Act(std::string_view action, const nlohmann::json& arguments) {
  sage::Installation& installation = parts_->installation;
  absl::StatusOr<nlohmann::json> answer = absl::UnknownError("");
  {
    const std::lock_guard lock(installation.mutex);
    answer = sage::Perform(installation, action, arguments);
  }
  SAGE_RETURN_IF_ERROR(parts_->ListenAsTold());
  return answer;
}

nlohmann::json SageSandbox::Connection() const {
  sage::Installation& installation = parts_->installation;
  const std::lock_guard lock(installation.mutex);
  const auto system = installation.database->Find("cbSysTable", {{"CB_Type", "CPTA"}});
  return {{"database", database_path()},
          {"odbc_connection_string", odbc_connection_string()},
          {"gateway_url", gateway_url()},
          {"gateway_token_file", token_file()},
          {"company_guid", system.ok() && system->has_value() ? (*system)->Text("CB_LocalGUID") : ""}};
}

std::string SageSandbox::Help() const {
  std::string help;
  for (const sage::Action& action : sage::AllActions()) {
    absl::StrAppend(&help, action.name, action.arguments.empty() ? "" : "  ", action.arguments, "  ", action.says, "\n");
  }
  return help;
}

}  // namespace entente::sandbox
