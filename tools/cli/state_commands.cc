#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/store/backup.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

int Backup(Session& session, const std::string& directory) {
  v1::CreateBackupRequest request;
  request.set_directory(std::filesystem::absolute(directory).lexically_normal().string());
  v1::CreateBackupResponse response;
  return session.Ask(request, &response, [&] { session.out->Line(absl::StrCat("The state was saved in ", response.directory(), " on the engine's machine. Tokens and epoch are not in it.")); });
}

int Restore(Session& session, const std::string& backup, const std::string& state) {
  if (absl::Status restored = store::RestoreBackup(backup, state); !restored.ok()) return session.out->Refuse(restored);
  if (session.out->is_json()) {
    session.out->JsonText("{\"ok\":true}");
  } else {
    session.out->Line(absl::StrCat("The backup is in place in ", state, "; the former state stays beside it. At its next start the engine lists both systems before it creates or deletes anything."));
    session.out->Line("Who was erased after the backup was made is in it again, and the engine does not know: erase them once more (entente erase), and delete the former state, which keeps those from before.");
  }
  return kDone;
}

}  // namespace

void AddStateCommands(CLI::App& app, Session& session) {
  const auto backup_to = std::make_shared<std::string>();
  AddCommand(app, session, "backup", "Save the state of the running engine in a new folder of its machine", "entente backup /var/backups/entente-monday", [&session, backup_to] { return Backup(session, *backup_to); })
      ->add_option("directory", *backup_to, "Folder that does not exist yet")
      ->required();

  const auto from = std::make_shared<std::string>();
  const auto to = std::make_shared<std::string>();
  CLI::App* restore = AddCommand(app, session, "restore", "Put a backup in place of a stopped engine's state", "entente restore /var/backups/entente-monday --state-dir /var/lib/entente/default", [&session, from, to] { return Restore(session, *from, *to); });
  restore->add_option("directory", *from, "Folder made by entente backup")->required();
  restore->add_option("--state-dir", *to, "State directory of the instance; no engine may run on it")->required();
}

}  // namespace entente::cli
