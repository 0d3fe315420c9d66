#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "tools/sandbox/remote.h"
#include "tools/sandbox/serve.h"

namespace entente::sandbox {
namespace {

void AddServe(CLI::App& app, ServeOptions& options) {
  CLI::App* serve = app.add_subcommand("serve", "Start both systems and wait; SIGTERM or Ctrl-C stops them");
  serve->add_option("--dir", options.directory, "Folder for the database, keys and sandbox.json")->required();
  serve->add_option("--seed", options.seed, "Same seed, same company and same chance")->capture_default_str();
  serve->add_option("--size", options.size, "demo, small or empty")->capture_default_str();
  serve->add_option("--sage-preset", options.sage_preset, "Columns of that Sage release: v3, v7, v10 or v11")->capture_default_str();
  serve->add_option("--ssm-port", options.ssm.port, "Port of SSM on 127.0.0.1, 0 = any free one");
  serve->add_option("--gateway-port", options.gateway_port, "Port of the Sage gateway on 127.0.0.1, 0 = any free one");
  serve->add_option("--control-port", options.control_port, "Port of the control interface on 127.0.0.1, 0 = any free one");
  serve->add_option("--rate-per-minute", options.ssm.rate_per_minute, "Calls SSM takes in a minute, 0 = no limit")->capture_default_str();
  serve->add_option("--rate-per-second", options.ssm.rate_per_second, "Calls SSM takes in a second, 0 = no limit")->capture_default_str();
  serve->add_option("--faults", options.faults, "ssm:NAME=VALUE,… or sage:…: switches and failure rates from the start");
  serve->add_flag("--resume", options.resume, "Go on from what the last run in this folder left, instead of the sample company");
  serve->footer("Example: entente-sandbox serve --dir /tmp/sandbox --size small --rate-per-minute 0");
}

void AddSystem(CLI::App& app, const std::string& name, const std::string& says, RemoteOptions& options) {
  CLI::App* system = app.add_subcommand(name, says);
  system->add_option("--dir", options.directory, "Folder of the running sandbox (else ENTENTE_SANDBOX_DIR)")->envname("ENTENTE_SANDBOX_DIR");
  system->add_option("action", options.action, "What to do; 'help' lists the actions")->required();
  system->add_option("words", options.words, "Arguments: WORD, name=TEXT or name:=JSON");
  system->callback([&options, name] { options.system = name; });
  system->footer("Examples: entente-sandbox ssm list accounts where=\"name LIKE '%Dupont%'\"\n"
                 "          entente-sandbox ssm edit contacts 1234 phone1=\"02 40 11 22 33\"");
}

}  // namespace
}  // namespace entente::sandbox

int main(int argc, char** argv) {
  using namespace entente::sandbox;
  CLI::App app("A stand-in for Sage 100 and Sage Sales Management", "entente-sandbox");
  app.require_subcommand(1);
  ServeOptions serve;
  RemoteOptions sage;
  RemoteOptions ssm;
  AddServe(app, serve);
  AddSystem(app, "sage", "Act as a user of Sage 100 on a running sandbox", sage);
  AddSystem(app, "ssm", "Act as a user of Sage Sales Management on a running sandbox", ssm);
  CLI11_PARSE(app, argc, argv);
  if (app.got_subcommand("serve")) return Serve(serve);
  return ActRemotely(app.got_subcommand("sage") ? sage : ssm);
}
