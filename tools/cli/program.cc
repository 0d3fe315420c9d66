#include "tools/cli/program.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <ostream>

#include "engine/runtime/version.h"
#include "tools/cli/session.h"

namespace entente::cli {

int RunProgram(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool is_terminal) {
  Session session;
  bool is_json = false;
  int timeout_seconds = 20;
  CLI::App app{"Shows and steers an Entente engine, which keeps two business systems in agreement.", "entente"};
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  app.fallthrough();
  // Scripts put their defaults first; what a person adds afterwards holds.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--address", session.connect.address, "Address of the engine")->envname("ENTENTE_ADDRESS")->capture_default_str();
  app.add_option("--token-file", session.connect.token_file, "File with the operator's token (STATE_DIR/tokens/operator.token)")->envname("ENTENTE_TOKEN_FILE");
  app.add_option("--instance", session.connect.instance, "Which instance, when the engine runs several")->envname("ENTENTE_INSTANCE");
  app.add_option("--tls-root-file", session.connect.tls_root_file, "Root certificate of an engine on another machine")->envname("ENTENTE_TLS_ROOT_FILE");
  app.add_option("--timeout-seconds", timeout_seconds, "How long to wait for an answer")->check(CLI::Range(1, 3600))->capture_default_str();
  app.add_flag("--json", is_json, "JSON for programs instead of tables for people");
  app.footer(
      "Exit codes: 0 done, 1 refused or found wrong, 2 wrong use, 3 no engine answers, 4 token missing or wrong.\n"
      "Examples:\n"
      "  entente status\n"
      "  entente why-not sage/C0001\n"
      "  entente quote push 1207 --json\n"
      "  entente COMMAND --help");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  AddStatusCommands(app, session);
  AddRecordCommands(app, session);
  AddWorkCommands(app, session);
  AddDeskCommands(app, session);
  AddRunCommands(app, session);
  AddPlanCommands(app, session);
  AddQuoteCommands(app, session);
  AddPackCommands(app, session);
  AddStateCommands(app, session);
  AddEraseCommand(app, session);
  AddProveCommand(app, session);
  AddDoctorCommand(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? kDone : kUsage;
  }
  session.connect.timeout = absl::Seconds(timeout_seconds);
  const char* no_colour = std::getenv("NO_COLOR");
  Output output(out, err, is_json, is_terminal && (no_colour == nullptr || *no_colour == '\0'));
  session.out = &output;
  return session.run ? session.run() : kUsage;
}

}  // namespace entente::cli
