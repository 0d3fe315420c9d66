#include "engine/server/options.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/runtime/config_file.h"
#include "engine/runtime/error.h"
#include "engine/runtime/loopback.h"
#include "engine/runtime/secret_file.h"

namespace entente {
namespace {

namespace fs = std::filesystem;

std::string Path(const fs::path& folder, const std::string& path) {
  return path.empty() || fs::path(path).is_absolute() ? path : (folder / path).lexically_normal().string();
}

std::string ReadPem(ConfigTable& table, const fs::path& folder, const char* key, bool is_secret) {
  const std::string path = Path(folder, table.Text(key, ""));
  if (path.empty()) return "";
  if (is_secret) {
    absl::StatusOr<std::string> secret = ReadSecretFile(path);
    if (!secret.ok()) table.AddProblem(key, SentenceOf(secret.status()));
    return secret.ok() ? *secret + "\n" : "";
  }
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open()) table.AddProblem(key, absl::StrCat("the file ", path, " cannot be read. Correct the path, or the rights of the file."));
  return text;
}

int Count(ConfigTable& table, const char* key, int otherwise, int least, int most) { return static_cast<int>(table.Integer(key, otherwise, least, most)); }

Tuning ReadTuning(ConfigTable table) {
  Tuning t;
  t.feed_credits = Count(table, "feed_credits", t.feed_credits, 1, 1'000'000);
  t.operations_in_flight_max = Count(table, "operations_in_flight_max", t.operations_in_flight_max, 1, 100'000);
  t.decisions_per_turn_max = Count(table, "decisions_per_turn_max", t.decisions_per_turn_max, 1, 100'000);
  t.outbox_entries_max = Count(table, "outbox_entries_max", t.outbox_entries_max, 1, 10'000'000);
  t.cached_links_max = Count(table, "cached_links_max", t.cached_links_max, 100, 10'000'000);
  // Not said: as the guards of the pack say, which is not read here.
  t.delete_hold = table.Length("delete_hold", absl::InfiniteDuration());
  t.reconcile_interval = table.Length("reconcile_interval", t.reconcile_interval);
  t.retry_first = table.Length("retry_first", t.retry_first);
  t.retry_longest = table.Length("retry_longest", t.retry_longest);
  t.moved_on_max = Count(table, "moved_on_max", t.moved_on_max, 1, 1000);
  t.searches_before_repeat = Count(table, "searches_before_repeat", t.searches_before_repeat, 1, 100);
  t.settle_time = table.Length("settle_time", t.settle_time);
  t.heartbeat = table.Length("heartbeat", t.heartbeat);
  t.lease = table.Length("lease", t.lease);
  t.poll_interval_factor = std::strtod(table.NumberText("poll_interval_factor", "1").c_str(), nullptr);
  if (t.poll_interval_factor <= 0) table.AddProblem("poll_interval_factor", "\"poll_interval_factor\" must be above 0.");
  if (t.heartbeat <= absl::ZeroDuration() || t.lease < 2 * t.heartbeat) table.AddProblem("lease", "\"lease\" must be at least twice \"heartbeat\", and that above 0.");
  t.canaries = table.Entries("canaries");
  return t;
}

InstanceOptions ReadInstance(ConfigTable table, const fs::path& folder) {
  InstanceOptions instance;
  instance.name = table.Text("name", "default");
  instance.state_dir = Path(folder, table.RequiredText("state_dir"));
  instance.pack = Path(folder, table.RequiredText("pack"));
  if (const std::string more = Path(folder, table.Text("pack_search_path", "")); !more.empty()) instance.pack_search_path = {more};
  instance.force_uncertified = table.Truth("force_uncertified", false);
  instance.parameters = table.Entries("parameters");
  instance.tuning = ReadTuning(table.Table("tuning"));
  instance.journal_keep = table.Length("journal_keep", instance.journal_keep);
  instance.memory_bytes = static_cast<std::size_t>(table.Integer("memory_mib", 96, 16, 65'536)) << 20;
  return instance;
}

void CheckInstances(ConfigTable root, const std::vector<InstanceOptions>& instances) {
  if (instances.empty()) root.AddProblem("instance", "there is no [[instance]]: an engine needs at least one, with state_dir and pack.");
  std::set<std::string> names, directories;
  for (const InstanceOptions& instance : instances) {
    if (!names.insert(instance.name).second) root.AddProblem("instance", absl::StrCat("two instances have the name \"", instance.name, "\". Give each a name of its own."));
    if (!directories.insert(instance.state_dir).second) root.AddProblem("instance", absl::StrCat("two instances share the state_dir ", instance.state_dir, ". Give each its own."));
  }
}

}  // namespace

absl::StatusOr<EngineOptions> ReadEngineOptions(const std::string& path) {
  absl::StatusOr<ConfigFile> file = ConfigFile::Read(path);
  if (!file.ok()) return file.status();
  const fs::path folder = fs::absolute(path).parent_path();
  ConfigTable root = file->Root();
  EngineOptions options;
  options.server.listen = root.Text("listen", options.server.listen);
  options.listen_file = Path(folder, root.Text("listen_file", ""));
  options.server.tls_certificate = ReadPem(root, folder, "tls_cert_file", false);
  options.server.tls_key = ReadPem(root, folder, "tls_key_file", true);
  if (options.server.tls_certificate.empty() != options.server.tls_key.empty()) root.AddProblem("tls_cert_file", "\"tls_cert_file\" and \"tls_key_file\" belong together: set both or none.");
  options.metrics_listen = root.Text("metrics_listen", "");
  options.metrics_listen_file = Path(folder, root.Text("metrics_listen_file", ""));
  if (!options.metrics_listen.empty() && !IsLoopback(options.metrics_listen)) root.AddProblem("metrics_listen", "\"metrics_listen\" must be a loopback address: metrics carry no protection.");
  ConfigTable log = root.Table("log");
  options.log.level = log.Text("level", options.log.level);
  options.log.file = Path(folder, log.Text("file", ""));
  for (const ConfigTable& table : root.Tables("instance")) options.instances.push_back(ReadInstance(table, folder));
  CheckInstances(root, options.instances);
  if (absl::Status checked = file->Check(); !checked.ok()) return checked;
  return options;
}

}  // namespace entente
