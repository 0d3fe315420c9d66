#include "connectors/sdk/config.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>

#include <toml++/toml.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "connectors/sdk/error.h"
#include "connectors/sdk/secret_file.h"

namespace entente::sdk {

struct Config::State {
  toml::table table;
  std::string path;
  std::set<std::string, std::less<>> known;
  std::vector<std::string> mistakes;

  const toml::node* Find(std::string_view key) {
    known.emplace(key);
    return table.at_path(key).node();
  }

  std::string Place(const toml::node* node) const {
    if (node == nullptr) return path;
    return absl::StrCat(path, ":", node->source().begin.line);
  }

  void Mistake(const toml::node* node, std::string_view sentence) {
    mistakes.push_back(absl::StrCat(Place(node), ": ", std::string(sentence)));
  }
};

namespace {

std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string Nearest(const std::set<std::string, std::less<>>& known, const std::string& key) {
  std::string best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const auto& candidate : known) {
    const std::size_t distance = Distance(key, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

void CollectKeys(const toml::table& table, const std::string& prefix, std::vector<std::pair<std::string, const toml::node*>>* out) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
    if (const auto* inner = node.as_table()) {
      CollectKeys(*inner, name, out);
    } else {
      out->emplace_back(name, &node);
    }
  }
}

}  // namespace

Config::Config(std::unique_ptr<State> state) : state_(std::move(state)) {}
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

absl::StatusOr<Config> Config::Load(const std::string& path) {
  std::ifstream in(path);
  if (!in) {
    return MakeError(absl::StatusCode::kNotFound, "CONFIG_FILE_MISSING",
                     absl::StrCat("the configuration file ", path, " cannot be opened: correct the path after --config"));
  }
  std::stringstream text;
  text << in.rdbuf();
  return Parse(text.str(), path);
}

absl::StatusOr<Config> Config::Parse(std::string_view toml, const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  try {
    state->table = toml::parse(toml, path);
  } catch (const toml::parse_error& error) {
    return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_UNREADABLE",
                     absl::StrCat(path, ":", error.source().begin.line, ": this is no valid TOML: ", std::string(error.description())));
  }
  return Config(std::move(state));
}

std::string Config::Text(std::string_view key, std::string_view fallback) {
  const toml::node* node = state_->Find(key);
  if (node == nullptr) return std::string(fallback);
  if (const auto value = node->value_exact<std::string>()) return *value;
  state_->Mistake(node, absl::StrCat("`", std::string(key), "` must be a text in quotes"));
  return std::string(fallback);
}

std::string Config::RequiredText(std::string_view key) {
  std::string value = Text(key, "");
  if (value.empty()) state_->Mistake(state_->Find(key), absl::StrCat("`", std::string(key), "` is missing or blank: give it a value"));
  return value;
}

std::int64_t Config::Int(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) {
  const toml::node* node = state_->Find(key);
  if (node == nullptr) return fallback;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= min && *value <= max) return *value;
  state_->Mistake(node, absl::StrCat("`", std::string(key), "` must be a whole number from ", min, " to ", max));
  return fallback;
}

bool Config::Bool(std::string_view key, bool fallback) {
  const toml::node* node = state_->Find(key);
  if (node == nullptr) return fallback;
  if (const auto value = node->value_exact<bool>()) return *value;
  state_->Mistake(node, absl::StrCat("`", std::string(key), "` must be true or false"));
  return fallback;
}

std::vector<std::string> Config::Texts(std::string_view key, std::vector<std::string> fallback) {
  const toml::node* node = state_->Find(key);
  if (node == nullptr) return fallback;
  const auto* array = node->as_array();
  std::vector<std::string> out;
  if (array != nullptr) {
    for (const auto& item : *array) {
      if (const auto value = item.value_exact<std::string>()) out.push_back(*value);
    }
    if (out.size() == array->size()) return out;
  }
  state_->Mistake(node, absl::StrCat("`", std::string(key), "` must be a list of texts: [\"a\", \"b\"]"));
  return fallback;
}

std::string Config::Path(std::string_view key, std::string_view fallback) {
  const std::string value = Text(key, fallback);
  if (value.empty()) return value;
  const std::filesystem::path path(value);
  if (path.is_absolute()) return value;
  return (std::filesystem::path(state_->path).parent_path() / path).string();
}

std::string Config::Secret(std::string_view key, const std::string& variable, bool is_required) {
  const std::string name(key);
  if (const toml::node* node = state_->Find(key)) {
    state_->Mistake(node, absl::StrCat("`", name, "` holds a secret, which does not belong into this file: put it into a file of its own",
                                       " (mode 0600) and name that in `", name, "_file`, or set ", variable));
    return {};
  }
  const std::string file_key = name + "_file";
  const std::string path = Path(file_key, "");
  if (!path.empty()) {
    auto secret = ReadSecretFile(path);
    if (secret.ok()) return *secret;
    state_->Mistake(state_->Find(file_key), SentenceOf(secret.status()));
    return {};
  }
  if (const char* value = std::getenv(variable.c_str()); value != nullptr && *value != '\0') return value;
  if (is_required) {
    state_->Mistake(nullptr, absl::StrCat("neither `", file_key, "` nor the environment variable ", variable, " is set: set one of them"));
  }
  return {};
}

void Config::Refuse(std::string_view key, std::string_view sentence) {
  state_->Mistake(state_->Find(key), absl::StrCat("`", std::string(key), "` ", std::string(sentence)));
}

absl::Status Config::Finish() const {
  std::vector<std::string> mistakes = state_->mistakes;
  std::vector<std::pair<std::string, const toml::node*>> keys;
  CollectKeys(state_->table, "", &keys);
  for (const auto& [key, node] : keys) {
    if (state_->known.contains(key)) continue;
    mistakes.push_back(absl::StrCat(state_->Place(node), ": unknown key `", key, "`; the nearest one that exists is `",
                                    Nearest(state_->known, key), "`"));
  }
  if (mistakes.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID", absl::StrJoin(mistakes, "\n"));
}

const std::string& Config::path() const { return state_->path; }

}  // namespace entente::sdk
