#include <CLI/CLI.hpp>

#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/cli/session.h"
#include "tools/cli/target.h"

namespace entente::cli {
namespace {

void ShowWhatStays(Output& out, const v1::Erasure& erasure) {
  if (!erasure.held_by().empty()) {
    out.Line(absl::StrCat("Still held by: ", absl::StrJoin(erasure.held_by(), ", "), ". The engine deletes nothing there: delete the records in these systems."));
  }
  const std::map<std::string, std::int64_t> referring(erasure.referring().begin(), erasure.referring().end());
  for (const auto& [entity, count] : referring) {
    out.Line(absl::StrCat("Referred to by ", count, " of ", entity, ": they stay, refer to link ", erasure.link(), ", and keep what they say themselves."));
  }
  if (erasure.backups().empty()) return;
  out.Line(absl::StrCat(erasure.backups_size(), erasure.backups_size() == 1 ? " backup was" : " backups were", " made before, out of the engine's reach; what is restored from them is not erased:"));
  for (const v1::Erasure::Backup& backup : erasure.backups()) out.Line(absl::StrCat("  ", Moment(backup.create_micros()), " UTC  ", backup.directory()));
}

void ShowErasure(Output& out, const v1::Erasure& erasure) {
  if (erasure.erase_micros() == 0) {
    out.Line(absl::StrCat("link ", erasure.link(), "  ", erasure.entity(), ": can be erased now. Nothing was done; to erase it for good, add --yes."));
  } else {
    out.Line(absl::StrCat("link ", erasure.link(), "  ", erasure.entity(), "  erased ", Moment(erasure.erase_micros()), " UTC. No file of the state directory holds its values since ", Moment(erasure.clean_micros()),
                          " UTC. Its records are refused when a system reports them."));
  }
  ShowWhatStays(out, erasure);
}

int Erase(Session& session, const std::string& text, bool is_sure, const std::string& request_id) {
  Target target;
  if (absl::Status read = ReadTarget(text, &target); !read.ok()) return session.out->Refuse(read);
  v1::EraseRequest request;
  request.set_link(target.link);
  *request.mutable_record() = target.record;
  request.set_validate_only(!is_sure);
  request.set_request_id(request_id);
  v1::Erasure erasure;
  return session.Ask(request, &erasure, [&] { ShowErasure(*session.out, erasure); });
}

}  // namespace

void AddEraseCommand(CLI::App& app, Session& session) {
  const auto record = std::make_shared<std::string>();
  const auto request_id = std::make_shared<std::string>();
  const auto is_sure = std::make_shared<bool>(false);
  CLI::App* erase = AddCommand(app, session, "erase", "Forget a person: no value is left in the engine's state, history and files, and none comes back. Without --yes, only what would be done",
                               "entente erase sage/C0001 --yes", [&session, record, request_id, is_sure] { return Erase(session, *record, *is_sure, *request_id); });
  erase->add_option("record", *record, "link:ID, SIDE/KEY or SIDE/RESOURCE/KEY")->required();
  erase->add_flag("--yes", *is_sure, "Do it: it cannot be taken back");
  erase->add_option("--request-id", *request_id, "Number of the request, kept with what is left; it must say nothing of the person");
}

}  // namespace entente::cli
