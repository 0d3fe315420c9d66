#include "tools/cli/doctor.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/certificate/certificate.h"
#include "engine/language/pack.h"
#include "engine/runtime/error.h"
#include "engine/runtime/secret_file.h"
#include "engine/server/options.h"

namespace entente::cli {
namespace {

constexpr std::uintmax_t kFreeBytesLeast = 512u << 20;

Finding Good(std::string what, std::string sentence) { return {Finding::Kind::kGood, std::move(what), "", std::move(sentence), ""}; }
Finding Bad(std::string what, const absl::Status& status) { return {Finding::Kind::kBad, std::move(what), ReasonOf(status), SentenceOf(status), ""}; }

void ExamineTokens(const std::string& state_dir, std::vector<Finding>* out) {
  std::error_code error;
  int tokens = 0;
  for (const auto& entry : std::filesystem::directory_iterator(state_dir + "/tokens", error)) {
    const absl::StatusOr<std::string> token = ReadSecretFile(entry.path().string());
    if (!token.ok()) out->push_back(Bad("tokens", token.status()));
    ++tokens;
  }
  if (tokens == 0) {
    out->push_back({Finding::Kind::kWarning, "tokens", "TOKENS_MISSING", absl::StrCat("There are no tokens in ", state_dir, "/tokens yet."), "The engine makes them at its first start."});
  } else {
    out->push_back(Good("tokens", absl::StrCat(tokens, " token files, readable by their owner only.")));
  }
}

void ExamineCertificate(const Pack& pack, const InstanceOptions& instance, std::vector<Finding>* out) {
  const certificate::Certificate proved = certificate::Certify(pack);
  if (proved.holds()) {
    out->push_back(Good("certificate", absl::StrCat("The pack is certified: ", proved.hash, ".")));
    return;
  }
  out->push_back({instance.force_uncertified ? Finding::Kind::kWarning : Finding::Kind::kBad, "certificate", "PACK_UNCERTIFIED",
                  absl::StrCat(proved.refusals.size(), " laws are not kept by the pack, the first: ", proved.refusals.front().problem.ToString()), absl::StrCat("entente pack check ", instance.pack)});
}

void ExamineInstance(const InstanceOptions& instance, std::vector<Finding>* out) {
  LoadOptions load;
  load.search_path = instance.pack_search_path;
  load.parameters = instance.parameters;
  const absl::StatusOr<PackPtr> pack = LoadPack(instance.pack, load);
  if (pack.ok()) {
    out->push_back(Good("pack", absl::StrCat((*pack)->name, " ", (*pack)->version, " is in order.")));
    ExamineCertificate(**pack, instance, out);
  } else {
    out->push_back({Finding::Kind::kBad, "pack", "PACK_INVALID", SentenceOf(pack.status()), absl::StrCat("entente pack check ", instance.pack)});
  }
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(instance.state_dir, error);
  if (error) {
    out->push_back({Finding::Kind::kWarning, "state", "STATE_DIRECTORY_MISSING", absl::StrCat("The state directory ", instance.state_dir, " does not exist yet."), "The engine makes it at its first start."});
    return;
  }
  if (space.available < kFreeBytesLeast) {
    out->push_back({Finding::Kind::kBad, "state", "DISK_NEARLY_FULL", absl::StrCat("Only ", space.available >> 20, " MiB are free at ", instance.state_dir, "."), "Free some space: a full disk holds the engine still."});
  } else {
    out->push_back(Good("state", absl::StrCat(instance.state_dir, " has ", space.available >> 20, " MiB free.")));
  }
  ExamineTokens(instance.state_dir, out);
}

void ExamineSide(const v1::SideStatus& side, std::vector<Finding>* out) {
  if (!side.refused().empty() && !side.connected()) {
    const std::size_t colon = side.refused().find(": ");
    out->push_back({Finding::Kind::kBad, side.name(), side.refused().substr(0, colon), absl::StrCat("No session: ", colon == std::string::npos ? side.refused() : side.refused().substr(colon + 2)),
                    "Correct what the sentence names; the connector tries again by itself."});
  } else if (!side.connected()) {
    out->push_back({Finding::Kind::kBad, side.name(), "SESSION_MISSING", absl::StrCat("The connector of ", side.name(), " (", side.system(), ") is not connected."),
                    "Start it; if it runs, its log and its own --check say why it cannot reach the engine or its system."});
  } else if (!side.trouble_code().empty()) {
    out->push_back({Finding::Kind::kBad, side.name(), side.trouble_code(), side.trouble(), absl::StrCat("Correct it at ", side.system(), "; the connector goes on by itself.")});
  } else {
    out->push_back(Good(side.name(), absl::StrCat(side.system(), " ", side.version(), ", ", side.company_name().empty() ? side.company_id() : side.company_name(), ": connected.")));
  }
}

}  // namespace

std::vector<Finding> ExamineFiles(const std::string& config_path) {
  const absl::StatusOr<EngineOptions> options = ReadEngineOptions(config_path);
  if (!options.ok()) return {Bad("configuration", options.status())};
  std::vector<Finding> out = {Good("configuration", absl::StrCat(config_path, " is in order."))};
  for (const InstanceOptions& instance : options->instances) ExamineInstance(instance, &out);
  return out;
}

std::vector<Finding> ExamineStatus(const v1::Status& status) {
  std::vector<Finding> out;
  if (status.state() == v1::Status::DEGRADED) out.push_back({Finding::Kind::kBad, "engine", status.problem_reason(), status.problem(), ""});
  if (status.state() == v1::Status::PAUSED) out.push_back({Finding::Kind::kWarning, "engine", "PAUSED", "The engine is paused.", "entente resume"});
  for (const v1::SideStatus& side : status.sides()) ExamineSide(side, &out);
  std::uint64_t open = 0;
  for (const auto& [reason, count] : status.open_items()) open += count;
  if (open > 0) out.push_back({Finding::Kind::kWarning, "work", "ITEMS_OPEN", absl::StrCat(open, " work items wait for a person."), "entente items"});
  if (status.tokens_refused() > 0) {
    out.push_back({Finding::Kind::kWarning, "tokens", "TOKENS_REFUSED", absl::StrCat(status.tokens_refused(), " calls came with a wrong token or none since the engine started."), "Check the token files of connectors and programs."});
  }
  return out;
}

std::vector<Finding> ExamineEngine(const ConnectOptions& options) {
  absl::StatusOr<std::unique_ptr<Client>> client = Client::Connect(options);
  if (!client.ok()) return {Bad("token", client.status())};
  v1::Status status;
  if (absl::Status called = (*client)->Call(v1::GetStatusRequest(), &status); !called.ok()) {
    return {Bad(called.code() == absl::StatusCode::kUnauthenticated ? "token" : "engine", called)};
  }
  std::vector<Finding> out = {Good("engine", absl::StrCat("version ", status.engine_version(), " answers at ", options.address, ", pack ", status.pack(), " ", status.pack_version(), "."))};
  for (Finding& finding : ExamineStatus(status)) out.push_back(std::move(finding));
  return out;
}

}  // namespace entente::cli
