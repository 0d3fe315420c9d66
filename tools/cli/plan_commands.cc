#include <CLI/CLI.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/cli/plan_file.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

constexpr auto kLook = std::chrono::milliseconds(300);

struct PlanOptions {
  v1::CreatePlanRequest request;
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
      ++writes_;
    }
    if (part.has_end()) end_ = part.end();
  }

  void Print(Output& out) const {
    if (writes_ == 0) {
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
    for (const v1::PlanHold& hold : end_.held()) out.Line(absl::StrCat("held: ", hold.count(), " ", hold.entity(), " (", hold.reason(), ")"));
    for (const std::string& request : end_.requests()) out.Line(absl::StrCat("asked for, not planned: quote ", request));
  }

 private:
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> counts_;
  std::int64_t writes_ = 0;
  v1::PlanEnd end_;
};

int MakePlan(Session& session, const PlanOptions& options) {
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
  const absl::Status made = (*engine)->CreatePlan(options.request, [&](const v1::PlanPart& part) {
    if (file) file->Add(part);
    summary.Add(part);
    if (session.out->is_json()) session.out->Json(part, true);
    for (const v1::PlannedWrite& write : part.writes().writes()) {
      if (options.shows_all) writes.Add({absl::StrCat(write.number()), write.side(), write.verb(), write.resource(), write.key(), write.rule(), Changes(write)});
    }
    return true;
  });
  if (!made.ok()) return session.out->Refuse(made);
  if (file) {
    if (absl::Status closed = file->Close(); !closed.ok()) return session.out->Refuse(closed);
  }
  if (session.out->is_json()) return kDone;
  if (!writes.empty()) writes.Print(*session.out);
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

}  // namespace

void AddPlanCommands(CLI::App& app, Session& session) {
  AddCommand(app, session, "observe", "Read both systems on, decide and write nothing, until resumed", "entente observe", [&session] {
    v1::Status status;
    return session.Ask(v1::ObserveRequest(), &status, [&] { session.out->Line("The engine only observes. See what it would write with: entente plan; go live with: entente resume"); });
  });

  const auto options = std::make_shared<PlanOptions>();
  CLI::App* plan = AddCommand(app, session, "plan", "What would be written, without writing it", "entente plan --out monday.plan", [&session, options] { return MakePlan(session, *options); });
  plan->add_option_function<std::string>("--kind", [options](const std::string& kind) { options->request.set_kind(kind); }, "reconcile: everything decided anew (default); pending: what waits")
      ->check(CLI::IsMember({"reconcile", "pending"}));
  plan->add_option_function<std::vector<std::string>>("--entity", [options](const std::vector<std::string>& names) { options->request.mutable_entities()->Assign(names.begin(), names.end()); }, "Only these entities of the pack");
  plan->add_option("--out", options->file, "Save the plan in this file");
  plan->add_flag("--all", options->shows_all, "Show every write");

  const auto file = std::make_shared<std::string>();
  const auto is_left_alone = std::make_shared<bool>(false);
  CLI::App* apply = AddCommand(app, session, "apply", "Make exactly the writes of a saved plan; without a file: how the last one went", "entente apply monday.plan",
                               [&session, file, is_left_alone] { return Apply(session, *file, *is_left_alone); });
  apply->add_option("file", *file, "File made by entente plan --out");
  apply->add_flag("--no-wait", *is_left_alone, "Begin it and return");
}

}  // namespace entente::cli
