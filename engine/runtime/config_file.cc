#include "engine/runtime/config_file.h"

#include <toml++/toml.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/runtime/nearest.h"
#include "engine/runtime/error.h"
#include "engine/runtime/secret_file.h"

namespace entente {

struct ConfigFile::Content {
  std::string name;
  toml::table table;
  // Keys asked for, by table.
  std::map<const void*, std::set<std::string>> asked;
  std::vector<std::string> problems;

  void Add(const toml::source_region& where, std::string_view sentence) {
    const std::string place = where.begin.line > 0 ? absl::StrCat(name, ":", where.begin.line, ": ") : absl::StrCat(name, ": ");
    problems.push_back(absl::StrCat(place, std::string(sentence)));
  }
};

namespace {

const toml::table* AsTable(const void* table) { return static_cast<const toml::table*>(table); }

const toml::node* Find(const void* table, std::string_view key) { return table == nullptr ? nullptr : AsTable(table)->get(key); }

std::string TextOf(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  std::ostringstream out;
  node.visit([&](const auto& any) { out << any; });
  return out.str();
}

absl::StatusOr<ConfigFile> Unreadable(const std::string& name, const toml::parse_error& error) {
  return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_UNREADABLE",
                 absl::StrCat(name, ":", error.source().begin.line, ":", error.source().begin.column, ": ", std::string(error.description()),
                              ". The file must be TOML."));
}

// Reads "90d" as well as what absl reads.
bool ParseLength(const std::string& text, absl::Duration* out) {
  if (!text.empty() && text.back() == 'd') {
    int days = 0;
    const std::string digits = text.substr(0, text.size() - 1);
    if (digits.empty() || digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos) return false;
    days = std::stoi(digits);
    *out = absl::Hours(24) * days;
    return true;
  }
  return absl::ParseDuration(text, out) && *out >= absl::ZeroDuration();
}

void CheckKeys(const toml::table& table, const std::string& path, const std::map<const void*, std::set<std::string>>& asked,
               const std::function<void(const toml::source_region&, std::string)>& add) {
  const auto known = asked.find(&table);
  if (known == asked.end()) return;
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (!known->second.contains(name)) {
      const std::string nearest = Nearest(name, known->second);
      const std::string hint = nearest.empty() ? "Known keys: " + absl::StrJoin(known->second, ", ") + "." : "Did you mean \"" + nearest + "\"?";
      add(key.source(), absl::StrCat("unknown key \"", path, name, "\". ", hint));
      continue;
    }
    if (const toml::table* inner = node.as_table()) CheckKeys(*inner, path + name + ".", asked, add);
    if (const toml::array* list = node.as_array()) {
      for (const toml::node& element : *list) {
        if (const toml::table* inner = element.as_table()) CheckKeys(*inner, path + name + ".", asked, add);
      }
    }
  }
}

}  // namespace

absl::StatusOr<ConfigFile> ConfigFile::Parse(std::string_view text, const std::string& name) {
  ConfigFile file;
  file.content_ = std::make_shared<Content>();
  file.content_->name = name;
  try {
    file.content_->table = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return Unreadable(name, error);
  }
  return file;
}

absl::StatusOr<ConfigFile> ConfigFile::Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) {
    return MakeError(absl::StatusCode::kNotFound, "CONFIG_FILE_MISSING", absl::StrCat("The configuration file ", path, " cannot be read. Check the path given with --config."));
  }
  return Parse(text, path);
}

ConfigTable ConfigFile::Root() const { return ConfigTable(content_, &content_->table); }

absl::Status ConfigFile::Check() const {
  std::vector<std::string> problems = content_->problems;
  CheckKeys(content_->table, "", content_->asked, [&](const toml::source_region& where, const std::string& sentence) {
    problems.push_back(absl::StrCat(content_->name, ":", where.begin.line, ": ", sentence));
  });
  if (problems.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID", absl::StrJoin(problems, "\n"));
}

void ConfigTable::Ask(std::string_view key) {
  if (table_ != nullptr) content_->asked[table_].insert(std::string(key));
}

bool ConfigTable::Has(std::string_view key) const { return Find(table_, key) != nullptr; }

void ConfigTable::AddProblem(std::string_view key, std::string_view sentence) {
  const toml::node* node = Find(table_, key);
  if (node == nullptr && table_ != nullptr) node = AsTable(table_);
  content_->Add(node == nullptr ? toml::source_region{} : node->source(), sentence);
}

std::string ConfigTable::Text(std::string_view key, std::string_view otherwise) {
  Ask(key);
  const toml::node* node = Find(table_, key);
  if (node == nullptr) return std::string(otherwise);
  if (node->is_string()) return node->as_string()->get();
  AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be text in quotes."));
  return std::string(otherwise);
}

std::string ConfigTable::RequiredText(std::string_view key) {
  if (!Has(key)) AddProblem(key, absl::StrCat("the key \"", std::string(key), "\" is missing."));
  return Text(key, "");
}

std::int64_t ConfigTable::Integer(std::string_view key, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  Ask(key);
  const toml::node* node = Find(table_, key);
  if (node == nullptr) return otherwise;
  if (node->is_integer() && node->as_integer()->get() >= least && node->as_integer()->get() <= most) return node->as_integer()->get();
  AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be a whole number from ", least, " to ", most, "."));
  return otherwise;
}

bool ConfigTable::Truth(std::string_view key, bool otherwise) {
  Ask(key);
  const toml::node* node = Find(table_, key);
  if (node == nullptr) return otherwise;
  if (node->is_boolean()) return node->as_boolean()->get();
  AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be true or false."));
  return otherwise;
}

absl::Duration ConfigTable::Length(std::string_view key, absl::Duration otherwise) {
  Ask(key);
  const toml::node* node = Find(table_, key);
  if (node == nullptr) return otherwise;
  absl::Duration length;
  if (node->is_string() && ParseLength(node->as_string()->get(), &length)) return length;
  AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be a length of time in quotes, such as \"30s\", \"2m\", \"24h\" or \"90d\"."));
  return otherwise;
}

std::string ConfigTable::NumberText(std::string_view key, std::string_view otherwise) {
  Ask(key);
  const toml::node* node = Find(table_, key);
  if (node == nullptr) return std::string(otherwise);
  if (node->is_number()) return TextOf(*node);
  AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be a number."));
  return std::string(otherwise);
}

std::string ConfigTable::Secret(std::string_view key) {
  const std::string name(key);
  Ask(name + "_file");
  Ask(name + "_env");
  if (Has(name)) {
    Ask(name);
    AddProblem(name, absl::StrCat("\"", name, "\" is a secret and must not stand in this file. Put it in a file of mode 0600 and write ", name, "_file = \"PATH\"."));
    return "";
  }
  if (Has(name + "_file")) {
    absl::StatusOr<std::string> secret = ReadSecretFile(Text(name + "_file", ""));
    if (secret.ok()) return *secret;
    AddProblem(name + "_file", SentenceOf(secret.status()));
    return "";
  }
  if (Has(name + "_env")) {
    const std::string variable = Text(name + "_env", "");
    if (const char* value = std::getenv(variable.c_str()); value != nullptr) return value;
    AddProblem(name + "_env", absl::StrCat("the environment variable ", variable, " is not set."));
  }
  return "";
}

std::map<std::string, std::string> ConfigTable::Entries(std::string_view key) {
  Ask(key);
  std::map<std::string, std::string> out;
  const toml::node* node = Find(table_, key);
  if (node == nullptr) return out;
  if (!node->is_table()) {
    AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be a table of names and values."));
    return out;
  }
  for (const auto& [name, value] : *node->as_table()) out.emplace(name.str(), TextOf(value));
  return out;
}

ConfigTable ConfigTable::Table(std::string_view key) {
  Ask(key);
  const toml::node* node = Find(table_, key);
  if (node != nullptr && !node->is_table()) AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be a table: [", std::string(key), "]."));
  const toml::table* table = node == nullptr ? nullptr : node->as_table();
  // Even a table nobody asks anything of has keys to check.
  if (table != nullptr) content_->asked[table];
  return ConfigTable(content_, table);
}

std::vector<ConfigTable> ConfigTable::Tables(std::string_view key) {
  Ask(key);
  std::vector<ConfigTable> out;
  const toml::node* node = Find(table_, key);
  if (node == nullptr) return out;
  const toml::array* list = node->as_array();
  if (list == nullptr) AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be a list of tables: [[", std::string(key), "]]."));
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (const toml::table* table = list->get(i)->as_table()) {
      content_->asked[table];
      out.push_back(ConfigTable(content_, table));
    } else {
      AddProblem(key, absl::StrCat("\"", std::string(key), "\" must be a list of tables: [[", std::string(key), "]]."));
    }
  }
  return out;
}

}  // namespace entente
