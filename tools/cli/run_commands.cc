#include <CLI/CLI.hpp>

#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/cli/progress.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

int Follow(Session& session, Client& client, std::uint64_t id) {
  v1::GetRunRequest request;
  request.set_id(id);
  Progress progress(*session.out);
  v1::Run last;
  const absl::Status watched = client.WatchRun(request, [&](const v1::Run& run) {
    last = run;
    progress.Show(run);
    return true;
  });
  if (!watched.ok()) return session.out->Refuse(watched);
  progress.End(last);
  return last.state() == "done" ? kDone : kRefused;
}

int Start(Session& session, const v1::StartRunRequest& request, bool is_followed) {
  absl::StatusOr<Client*> engine = session.Engine();
  if (!engine.ok()) return session.out->Refuse(engine.status());
  v1::Run run;
  if (absl::Status started = (*engine)->Call(request, &run); !started.ok()) return session.out->Refuse(started);
  if (is_followed) return Follow(session, **engine, run.id());
  if (session.out->is_json()) {
    session.out->Json(run);
  } else {
    session.out->Line(absl::StrCat("run ", run.id(), " started. Follow it with: entente runs ", run.id()));
  }
  return kDone;
}

int ShowRuns(Session& session) {
  v1::ListRunsResponse response;
  return session.Ask(v1::ListRunsRequest(), &response, [&] {
    Table table({"RUN", "KIND", "STATE", "STARTED (UTC)", "ENDED (UTC)", "PENDING", "PROBLEM"});
    for (const v1::Run& run : response.runs()) {
      table.Add({absl::StrCat(run.id()), run.kind(), run.state(), Moment(run.start_micros()), Moment(run.end_micros()), absl::StrCat(run.pending_size()), run.problem()});
    }
    table.Print(*session.out);
  });
}

void AddRun(CLI::App& app, Session& session, const char* name, const char* kind, const char* purpose, const char* example) {
  const auto request = std::make_shared<v1::StartRunRequest>();
  const auto is_left_alone = std::make_shared<bool>(false);
  request->set_kind(kind);
  CLI::App* command = AddCommand(app, session, name, purpose, example, [&session, request, is_left_alone] { return Start(session, *request, !*is_left_alone); });
  command->add_option_function<std::vector<std::string>>("--entity", [request](const std::vector<std::string>& names) { request->mutable_entities()->Assign(names.begin(), names.end()); }, "Only these entities of the pack");
  command->add_flag("--no-wait", *is_left_alone, "Start it and return");
}

}  // namespace

void AddRunCommands(CLI::App& app, Session& session) {
  AddRun(app, session, "first-load", "first_load", "Bring both systems together for the first time", "entente first-load");
  AddRun(app, session, "reconcile", "reconcile", "List both systems in full and settle what differs", "entente reconcile --entity party");
  AddRun(app, session, "resync", "resync", "Read everything again and decide every link anew", "entente resync --entity product");

  const auto id = std::make_shared<std::uint64_t>(0);
  AddCommand(app, session, "runs", "The last runs, or one of them until it ends", "entente runs 3", [&session, id] {
    if (*id == 0) return ShowRuns(session);
    absl::StatusOr<Client*> engine = session.Engine();
    return engine.ok() ? Follow(session, **engine, *id) : session.out->Refuse(engine.status());
  })->add_option("id", *id, "Number of the run");
}

}  // namespace entente::cli
