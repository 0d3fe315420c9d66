#include <CLI/CLI.hpp>

#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

std::string PaintedState(Output& out, const v1::Status& status) {
  if (status.state() == v1::Status::DEGRADED) return out.Paint(Colour::kBad, "degraded");
  if (status.state() == v1::Status::OBSERVING) return out.Paint(Colour::kWarn, "observing");
  return status.state() == v1::Status::PAUSED ? out.Paint(Colour::kWarn, "paused") : out.Paint(Colour::kGood, "running");
}

std::string SideState(const v1::SideStatus& side) {
  if (!side.trouble_code().empty()) return absl::StrCat(side.trouble_code(), ": ", side.trouble());
  const std::string waits = side.window_opens_micros() == 0 ? "" : absl::StrCat(", writes wait until ", Moment(side.window_opens_micros()));
  if (side.connected()) return "connected" + waits;
  return side.refused().empty() ? "not connected" : absl::StrCat("not connected: ", side.refused());
}

std::string PackLine(const v1::Status& status) {
  std::string line = absl::StrCat("pack ", status.pack(), " ", status.pack_version(), "  hash ", status.pack_hash());
  if (status.pack_since_micros() != 0) absl::StrAppend(&line, "  since ", Moment(status.pack_since_micros()), " (UTC)");
  if (status.adopting() != 0) absl::StrAppend(&line, "  ", status.adopting(), " links still to be gone through by it");
  return line;
}

void Show(Output& out, const v1::Status& status) {
  out.Line(absl::StrCat("instance ", status.instance(), "  ", PaintedState(out, status), status.quiet() ? "  quiet" : "", "  epoch ", status.epoch()));
  out.Line(PackLine(status));
  if (!status.uncertified().empty()) out.Line(out.Paint(Colour::kWarn, absl::StrCat("UNCERTIFIED: ", status.uncertified())));
  if (!status.problem().empty()) out.Line(out.Paint(Colour::kBad, absl::StrCat(status.problem_reason(), ": ", status.problem())));
  out.Line("");
  Table sides({"SIDE", "SYSTEM", "VERSION", "COMPANY", "LAST POLL (UTC)", "CALLS", "WRITES", "IN FLIGHT", "OWED", "STATE"});
  for (int i = 0; i < status.sides_size(); ++i) {
    const v1::SideStatus& side = status.sides(i);
    sides.Add({side.name(), side.system(), side.version(), side.company_name(), Moment(side.last_poll_micros()), absl::StrCat(side.calls()), absl::StrCat(side.writes()),
               absl::StrCat(side.operations_in_flight()), absl::StrCat(i == 0 ? status.outbox_left() : status.outbox_right()), SideState(side)});
  }
  sides.Print(out);
  out.Line("");
  out.Line(absl::StrCat("links to decide ", status.dirty(), "  wrong tokens ", status.tokens_refused()));
  if (status.open_items().empty()) {
    out.Line("open work items: none");
  } else {
    out.Line("");
    Table items({"OPEN WORK ITEMS", "COUNT"});
    const std::map<std::string, std::uint64_t> sorted(status.open_items().begin(), status.open_items().end());
    for (const auto& [reason, count] : sorted) items.Add({reason, absl::StrCat(count)});
    items.Print(out);
  }
  if (status.runs().empty()) return;
  out.Line("");
  Table runs({"RUN", "KIND", "STATE", "STARTED (UTC)", "ENDED (UTC)", "PROBLEM"});
  for (const v1::Run& run : status.runs()) {
    runs.Add({absl::StrCat(run.id()), run.kind(), run.state(), Moment(run.start_micros()), Moment(run.end_micros()), run.problem()});
  }
  runs.Print(out);
}

int ShowStatus(Session& session) {
  v1::Status status;
  return session.Ask(v1::GetStatusRequest(), &status, [&] { Show(*session.out, status); });
}

Colour ColourOf(const std::string& severity) {
  if (severity == "error") return Colour::kBad;
  return severity == "warn" ? Colour::kWarn : severity == "debug" ? Colour::kDim : Colour::kNone;
}

// One line a status change, one a notice; objects on lines of their own with --json.
bool ShowWatched(Output& out, const v1::WatchResponse& response) {
  if (out.is_json()) {
    out.Json(response, true);
    return true;
  }
  for (const v1::Notice& notice : response.notices()) out.Line(out.Paint(ColourOf(notice.severity()), absl::StrCat(notice.severity(), "  ", notice.text())));
  if (response.notices_lost() > 0) out.Line(absl::StrCat("(", response.notices_lost(), " notices came too fast to show)"));
  if (!response.has_status()) return true;
  const v1::Status& status = response.status();
  std::string line = absl::StrCat(PaintedState(out, status), "  to decide ", status.dirty(), "  owed ", status.outbox_left(), "/", status.outbox_right());
  for (const v1::SideStatus& side : status.sides()) absl::StrAppend(&line, "  ", side.name(), " ", side.connected() ? "connected" : "away", ", ", side.writes(), " writes");
  if (status.quiet()) absl::StrAppend(&line, "  quiet");
  out.Line(line);
  return true;
}

int Watch(Session& session, const v1::WatchRequest& request) {
  absl::StatusOr<Client*> engine = session.Engine();
  if (!engine.ok()) return session.out->Refuse(engine.status());
  const absl::Status ended = (*engine)->Watch(request, [&](const v1::WatchResponse& response) { return ShowWatched(*session.out, response); });
  return ended.ok() ? kDone : session.out->Refuse(ended);
}

}  // namespace

void AddStatusCommands(CLI::App& app, Session& session) {
  AddCommand(app, session, "status", "How the engine and both sides are", "entente status", [&session] { return ShowStatus(session); });

  const auto request = std::make_shared<v1::WatchRequest>();
  CLI::App* watch = AddCommand(app, session, "watch", "Status and notices as they change, until interrupted", "entente watch --severity warn", [&session, request] { return Watch(session, *request); });
  watch->add_option_function<std::string>("--severity", [request](const std::string& least) { request->set_severity(least); }, "Least severity shown: debug, info, warn, error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));

  AddCommand(app, session, "pause", "Decide and send nothing until resumed; changes are still taken in", "entente pause", [&session] {
    v1::Status status;
    return session.Ask(v1::PauseRequest(), &status, [&] { session.out->Line("The engine is paused. Go on with: entente resume"); });
  });
  AddCommand(app, session, "resume", "Go on after a pause", "entente resume", [&session] {
    v1::Status status;
    return session.Ask(v1::ResumeRequest(), &status, [&] { session.out->Line("The engine goes on."); });
  });

  const auto poll = std::make_shared<v1::PollNowRequest>();
  CLI::App* poll_command = AddCommand(app, session, "poll", "Poll now what would be polled at its interval", "entente poll --resource accounts", [&session, poll] {
    v1::PollNowResponse response;
    return session.Ask(*poll, &response, [&] { session.out->Line(poll->resources().empty() ? "Both sides are being polled." : "They are being polled."); });
  });
  poll_command->add_option_function<std::vector<std::string>>("--resource", [poll](const std::vector<std::string>& names) { poll->mutable_resources()->Assign(names.begin(), names.end()); }, "Only these resources");

  const auto quiesce = std::make_shared<v1::QuiesceRequest>();
  const auto seconds = std::make_shared<int>(60);
  CLI::App* wait = AddCommand(app, session, "wait", "Wait until nothing is left to decide or to send", "entente wait --timeout 120", [&session, quiesce, seconds] {
    quiesce->set_timeout_millis(std::int64_t{*seconds} * 1000);
    v1::QuiesceResponse response;
    return session.Ask(*quiesce, &response, [&] { session.out->Line("The engine is quiet."); });
  });
  wait->add_option("--timeout", *seconds, "Seconds to wait at most")->check(CLI::Range(1, 86'400));
}

}  // namespace entente::cli
