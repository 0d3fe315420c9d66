#include "tools/sandbox/remote.h"

#include <httplib.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "nlohmann/json.hpp"
#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox {
namespace {

absl::StatusOr<int> ControlPort(const std::string& directory) {
  if (directory.empty()) return Invalid("which sandbox? Say --dir DIR, or set ENTENTE_SANDBOX_DIR");
  std::ifstream in(directory + "/sandbox.json");
  std::stringstream text;
  text << in.rdbuf();
  const auto json = ParseControl(text.str());
  if (!in || !json.ok() || !json->contains("control_port")) {
    return Unavailable("no sandbox runs in " + directory + " (no sandbox.json there): start one with entente-sandbox serve --dir " + directory);
  }
  return json->at("control_port").get<int>();
}

bool IsName(std::string_view text) {
  for (const char c : text) {
    if (!(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.')) return false;
  }
  return !text.empty();
}

absl::StatusOr<nlohmann::json> ArgumentsOf(const std::vector<std::string>& words) {
  nlohmann::json out = nlohmann::json::object();
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const bool is_json = equals != std::string::npos && equals > 0 && word[equals - 1] == ':';
    const std::string name = word.substr(0, is_json ? equals - 1 : equals);
    if (equals == std::string::npos || !IsName(name)) {
      out["args"].push_back(word);
    } else if (!is_json) {
      out[name] = word.substr(equals + 1);
    } else {
      auto value = ParseControl(word.substr(equals + 1));
      if (!value.ok()) return Invalid(name + ": " + std::string(Std(value.status().message())));
      out[name] = std::move(*value);
    }
  }
  return out;
}

int Fail(int code, const std::string& message) {
  std::cerr << "entente-sandbox: " << message << "\n";
  return code;
}

}  // namespace

int ActRemotely(const RemoteOptions& options) {
  const auto port = ControlPort(options.directory);
  if (!port.ok()) return Fail(2, std::string(Std(port.status().message())));
  const auto arguments = ArgumentsOf(options.words);
  if (!arguments.ok()) return Fail(1, std::string(Std(arguments.status().message())));
  httplib::Client client("127.0.0.1", *port);
  client.set_read_timeout(120);
  const std::string path = "/control/v1/" + options.system + "/" + options.action;
  const auto response = options.action == "help" ? client.Get(path) : client.Post(path, arguments->dump(), "application/json");
  if (!response) return Fail(2, "the sandbox of " + options.directory + " does not answer: is it still running?");
  if (options.action == "help") {
    std::cout << response->body;
    return 0;
  }
  const auto answer = nlohmann::json::parse(response->body, nullptr, false);
  if (response->status != 200) {
    return Fail(1, answer.is_object() && answer.contains("error") ? answer["error"]["message"].get<std::string>() : response->body);
  }
  std::cout << answer.dump(2) << "\n";
  return 0;
}

}  // namespace entente::sandbox
