#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "engine/core/calendar.h"
#include "tools/cli/plan_file.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

constexpr auto kLook = std::chrono::milliseconds(300);

using TakePart = std::function<bool(const v1::PlanPart&)>;

struct PlanOptions {
  v1::CreatePlanRequest request;
  v1::CreateUndoRequest undo;
  std::string file;
  bool shows_all = false;
};

std::string Seconds(std::int64_t seconds) {
  if (seconds < 120) return absl::StrCat(seconds, " s");
  return seconds < 7200 ? absl::StrCat((seconds + 59) / 60, " min") : absl::StrCat(seconds / 3600, " h ", seconds % 3600 / 60, " min");
}

std::string Changes(const v1::PlannedWrite& write) {
  std::vector<std::string> changes;
  for (const auto& [name, after] : std::map<std::string, v1::Value>(write.after().begin(), write.after().end())) {
    const auto before = write.before().find(name);
    changes.push_back(before == write.before().end() ? absl::StrCat(name, " = ", after.text()) : absl::StrCat(name, ": ", before->second.text(), " -> ", after.text()));
  }
  return absl::StrJoin(changes, "; ");
}

// Collects the parts of a plan for the tables.
class Summary {
 public:
  void Add(const v1::PlanPart& part) {
    for (const v1::PlannedWrite& write : part.writes().writes()) {
      ++counts_[{write.side(), write.resource(), write.verb()}];
      if (!write.loses().empty()) losses_[{write.entity(), write.verb(), write.loses()}].push_back(write.key());
      ++writes_;
    }
    if (part.has_head()) head_ = part.head();
    for (const v1::PlanLeft& left : part.lefts().left()) ++left_[{left.side(), left.entity(), left.reason()}];
    if (part.has_end()) end_ = part.end();
  }

  void Print(Output& out) const {
    if (writes_ == 0 && head_.kind() == "undo") {
      out.Line(absl::StrCat("Nothing is to be taken back (", head_.scope(), "); of ", end_.links(), " records something was written."));
    } else if (writes_ == 0) {
      out.Line(absl::StrCat("Nothing would be written; ", end_.links(), " links were decided."));
    } else {
      Table table({"SIDE", "RESOURCE", "VERB", "WRITES"});
      for (const auto& [what, count] : counts_) table.Add({std::get<0>(what), std::get<1>(what), std::get<2>(what), absl::StrCat(count)});
      table.Print(out);
      for (const v1::PlanCost& cost : end_.costs()) {
        if (cost.writes() == 0) continue;
        out.Line(absl::StrCat(cost.side(), ": ", cost.writes(), " writes in ", cost.calls(), " calls", cost.seconds() > 0 ? absl::StrCat(", ", Seconds(cost.seconds()), " at its rate") : ""));
      }
    }
    for (const auto& [what, keys] : losses_) {
      out.Line(absl::StrCat("lost with ", std::get<1>(what) == "delete" ? "the delete of " : "what is brought back of ", keys.size(), " ", std::get<0>(what), ": ", std::get<2>(what)));
    }
    Table left({"LEFT ALONE ON", "ENTITY", "BECAUSE", "COUNT"});
    for (const auto& [what, count] : left_) left.Add({std::get<0>(what), std::get<1>(what), std::get<2>(what), absl::StrCat(count)});
    if (!left.empty()) left.Print(out);
    for (const v1::PlanHold& hold : end_.held()) out.Line(absl::StrCat("held: ", hold.count(), " ", hold.entity(), " (", hold.reason(), ")"));
    for (const std::string& request : end_.requests()) out.Line(absl::StrCat("asked for, not planned: quote ", request));
  }

 private:
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> counts_;
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> left_;
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> losses_;
  std::int64_t writes_ = 0;
  v1::PlanHead head_;
  v1::PlanEnd end_;
};

// `create` asks the engine for the plan, part by part.
int MakePlan(Session& session, const PlanOptions& options, const std::function<absl::Status(Client&, const TakePart&)>& create) {
  absl::StatusOr<Client*> engine = session.Engine();
  if (!engine.ok()) return session.out->Refuse(engine.status());
  std::optional<PlanFileWriter> file;
  if (!options.file.empty()) {
    absl::StatusOr<PlanFileWriter> opened = PlanFileWriter::Open(options.file);
    if (!opened.ok()) return session.out->Refuse(opened.status());
    file = *std::move(opened);
  }
  Summary summary;
  Table writes({"NO", "SIDE", "VERB", "RESOURCE", "KEY", "RULE", "CHANGES"});
  Table lefts({"LINK", "SIDE", "RESOURCE", "KEY", "FIELD", "OURS", "NOW", "LEFT ALONE BECAUSE"});
  const absl::Status made = create(**engine, [&](const v1::PlanPart& part) {
    if (file) file->Add(part);
    summary.Add(part);
    if (session.out->is_json()) session.out->Json(part, true);
    for (const v1::PlannedWrite& write : part.writes().writes()) {
      if (options.shows_all) writes.Add({absl::StrCat(write.number()), write.side(), write.verb(), write.resource(), write.key(), write.rule(), Changes(write)});
    }
    for (const v1::PlanLeft& left : part.lefts().left()) {
      if (options.shows_all) lefts.Add({absl::StrCat(left.link()), left.side(), left.resource(), left.key(), left.field(), left.ours().text(), left.now().text(), left.reason()});
    }
    return true;
  });
  if (!made.ok()) return session.out->Refuse(made);
  if (file) {
    if (absl::Status closed = file->Close(); !closed.ok()) return session.out->Refuse(closed);
  }
  if (session.out->is_json()) return kDone;
  if (!writes.empty()) writes.Print(*session.out);
  if (!lefts.empty()) lefts.Print(*session.out);
  summary.Print(*session.out);
  if (file) session.out->Line(absl::StrCat("The plan is in ", options.file, ". Carry it out with: entente apply ", options.file));
  return kDone;
}

int ShowReport(Session& session, const v1::ApplyReport& report) {
  if (session.out->is_json()) {
    session.out->Json(report);
  } else if (report.running()) {
    session.out->Line(absl::StrCat(report.made(), " of ", report.planned(), " writes are made. Follow with: entente apply"));
  } else {
    Table table({"NO", "LINK", "NOT MADE BECAUSE"});
    for (const v1::PlanRefusal& refusal : report.refused()) table.Add({absl::StrCat(refusal.number()), absl::StrCat(refusal.link()), refusal.reason()});
    if (!table.empty()) table.Print(*session.out);
    session.out->Line(absl::StrCat(report.made(), " of ", report.planned(), " writes of the plan were made, ", report.refused_size(), " were not. The engine stays paused; go on with: entente resume"));
  }
  return report.refused_size() == 0 ? kDone : kRefused;
}

int Apply(Session& session, const std::string& file, bool is_left_alone) {
  absl::StatusOr<Client*> engine = session.Engine();
  if (!engine.ok()) return session.out->Refuse(engine.status());
  v1::ApplyReport report;
  if (!file.empty()) {
    absl::StatusOr<std::vector<v1::PlanPart>> parts = ReadPlanFile(file);
    if (!parts.ok()) return session.out->Refuse(parts.status());
    std::size_t next = 0;
    const absl::Status begun = (*engine)->ApplyPlan(
        [&](v1::PlanPart* part) {
          if (next == parts->size()) return false;
          *part = (*parts)[next++];
          return true;
        },
        &report);
    if (!begun.ok()) return session.out->Refuse(begun);
  }
  while (true) {
    if (absl::Status looked = (*engine)->Call(v1::GetApplyRequest(), &report); !looked.ok()) return session.out->Refuse(looked);
    if (!report.running() || is_left_alone) return ShowReport(session, report);
    std::this_thread::sleep_for(kLook);
  }
}

// Reads "2026-01-31T08:00:00Z", "2h" before now, or the number of a delivery. Returns what is wrong; empty: nothing.
std::string ReadSince(const std::string& text, v1::CreateUndoRequest* undo) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    std::uint64_t delivery = 0;
    if (!absl::SimpleAtoi(text, &delivery) || delivery == 0) return "is no number of a delivery";
    undo->set_since_delivery(delivery);
    return "";
  }
  const std::optional<Timestamp> moment = ParseTimestamp(text);
  const std::optional<Duration> length = moment ? std::nullopt : ParseDuration(text);
  if (!moment && (!length || length->micros <= 0)) return "is no time: give 2026-01-31T08:00:00Z, 2h (ago), or the number of a delivery from entente history";
  undo->set_since_micros(moment ? moment->micros : absl::ToUnixMicros(absl::Now()) - length->micros);
  return "";
}

void AddUndo(CLI::App& app, Session& session) {
  const auto options = std::make_shared<PlanOptions>();
  CLI::App* undo = AddCommand(app, session, "undo", "What would take back what a run wrote, or all that was written since a moment; entente apply carries it out", "entente undo 7 --out back.plan",
                              [&session, options] { return MakePlan(session, *options, [options](Client& engine, const TakePart& take) { return engine.CreateUndo(options->undo, take); }); });
  CLI::Option_group* scope = undo->add_option_group("scope", "What is taken back: one of them");
  scope->add_option_function<std::uint64_t>("run", [options](const std::uint64_t& run) { options->undo.set_run(run); }, "Number of the run (entente runs)")->check(CLI::PositiveNumber);
  scope->add_option("--since", "Everything written since this time (2026-01-31T08:00:00Z, or 2h for two hours ago), or since this delivery (a number from entente history)")
      ->each([options](const std::string& text) {
        if (const std::string wrong = ReadSince(text, &options->undo); !wrong.empty()) throw CLI::ValidationError("--since", absl::StrCat(text, " ", wrong));
      });
  scope->require_option(1);
  undo->add_option_function<std::vector<std::string>>("--entity", [options](const std::vector<std::string>& names) { options->undo.mutable_entities()->Assign(names.begin(), names.end()); }, "Only these entities of the pack");
  undo->add_option_function<std::int64_t>("--deletes", [options](const std::int64_t& count) { options->undo.set_deletes_max(count); }, "Approve so many deletes, beyond the budgets of the pack")
      ->check(CLI::PositiveNumber);
  undo->add_flag_callback("--approve", [options] { options->undo.set_approve_changes(true); }, "Bring back values that the pack asks an approval for, too");
  undo->add_option("--out", options->file, "Save the plan in this file");
  undo->add_flag("--all", options->shows_all, "Show every write, and all that is left alone");
}

}  // namespace

void AddPlanCommands(CLI::App& app, Session& session) {
  AddCommand(app, session, "observe", "Read both systems on, decide and write nothing, until resumed", "entente observe", [&session] {
    v1::Status status;
    return session.Ask(v1::ObserveRequest(), &status, [&] { session.out->Line("The engine only observes. See what it would write with: entente plan; go live with: entente resume"); });
  });

  const auto options = std::make_shared<PlanOptions>();
  CLI::App* plan = AddCommand(app, session, "plan", "What would be written, without writing it", "entente plan --out monday.plan", [&session, options] {
    return MakePlan(session, *options, [options](Client& engine, const TakePart& take) { return engine.CreatePlan(options->request, take); });
  });
  plan->add_option_function<std::string>("--kind", [options](const std::string& kind) { options->request.set_kind(kind); }, "reconcile: everything decided anew (default); pending: what waits")
      ->check(CLI::IsMember({"reconcile", "pending"}));
  plan->add_option_function<std::vector<std::string>>("--entity", [options](const std::vector<std::string>& names) { options->request.mutable_entities()->Assign(names.begin(), names.end()); }, "Only these entities of the pack");
  plan->add_option("--out", options->file, "Save the plan in this file");
  plan->add_flag("--all", options->shows_all, "Show every write");

  const auto file = std::make_shared<std::string>();
  const auto is_left_alone = std::make_shared<bool>(false);
  CLI::App* apply = AddCommand(app, session, "apply", "Make exactly the writes of a saved plan; without a file: how the last one went", "entente apply monday.plan",
                               [&session, file, is_left_alone] { return Apply(session, *file, *is_left_alone); });
  apply->add_option("file", *file, "File made by entente plan --out, or entente undo --out");
  apply->add_flag("--no-wait", *is_left_alone, "Begin it and return");

  AddUndo(app, session);
}

}  // namespace entente::cli
