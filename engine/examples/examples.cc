#include "engine/examples/examples.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/examples/cast.h"
#include "engine/examples/outcomes.h"
#include "engine/examples/stage.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

using examples::Cast;
using examples::Stage;
using Kind = ExampleEvent::Kind;

// By then every hold, sweep and retry of a pack's defaults is over.
constexpr absl::Duration kUntilQuiet = absl::Hours(1);

// "VERSION_NOT_SUPPORTED: sentence" → "version_not_supported".
std::string ReasonIn(const absl::Status& status) {
  return absl::AsciiStrToLower(ReasonOf(status));
}

// One example under way.
class Performance {
 public:
  Performance(const LoadedPack& loaded, const Example& example) : pack_(*loaded.pack), example_(example), stage_(loaded, example), cast_(pack_, stage_) {}

  std::vector<Problem> Run() {
    SetUp();
    for (const ExampleEvent& event : example_.when) {
      if (!problems_.empty()) break;
      Happen(event);
    }
    if (problems_.empty()) stage_.RunFor(kUntilQuiet);
    if (stage_.is_endless()) Add(example_.source, "The rules do not come to rest: one write calls for the next without end.", "Look for fields that feed each other.");
    if (problems_.empty()) examples::Judge(example_, {pack_, stage_, cast_, refused_}, problems_);
    if (problems_.empty()) ComeToRest();
    return problems_.errors();
  }
  bool comes_to_rest() const { return !stage_.is_endless(); }

 private:
  void Add(const RuleSource& at, std::string sentence, std::string remedy) { problems_.Add({at.file, at.line}, std::move(sentence), std::move(remedy)); }

  const std::string& ResourceOf(const std::string& record, Side side) { return cast_.EntityOf(record).sides[side].resource; }

  void SetUp() {
    for (const ExampleRecord& record : example_.given) {
      cast_.Add(record.name, *pack_.Entity(record.entity));
      for (Side side : kSides) {
        if (record.sides[side]) Make(record.name, side, *record.sides[side]);
      }
    }
    const bool reads_first = !std::any_of(example_.when.begin(), example_.when.end(), [](const ExampleEvent& event) { return event.kind == Kind::kConnect || event.kind == Kind::kFirstLoad; });
    if (!reads_first) return;
    if (!Connect(Side::kLeft, example_.source) || !Connect(Side::kRight, example_.source)) return;
    stage_.FirstLoad();
    stage_.RunFor(kUntilQuiet);
    stage_.ForgetWritten();
  }

  bool Connect(Side side, const RuleSource& at) {
    const absl::Status status = stage_.Connect(side);
    if (!status.ok()) Add(at, absl::StrCat("The pack refuses the system: ", status.message()), "Say under `catalogue` or `systems` which version and edition it is.");
    return status.ok();
  }

  void Make(const std::string& name, Side side, const Fields& fields) {
    const Fields resolved = cast_.Resolved(fields, side);
    cast_.SetKey(name, side, stage_.end(side).Create(ResourceOf(name, side), resolved, stage_.now()));
  }

  void Happen(const ExampleEvent& event) {
    switch (event.kind) {
      case Kind::kCreate:
      case Kind::kEdit:
      case Kind::kDelete: Act(event); break;
      case Kind::kPush:
      case Kind::kPrice: Push(event); break;
      case Kind::kResolve: Resolve(event); break;
      case Kind::kWait: stage_.RunFor(event.wait); break;
      case Kind::kReconcile: stage_.Reconcile(); break;
      case Kind::kFirstLoad:
        if (!Connect(Side::kLeft, event.source) || !Connect(Side::kRight, event.source)) return;
        stage_.FirstLoad();
        break;
      case Kind::kConnect:
        if (const absl::Status status = stage_.Connect(*event.side); !status.ok()) refused_[*event.side] = ReasonIn(status);
        break;
    }
    stage_.Settle();
  }

  void Act(const ExampleEvent& event) {
    if (event.kind == Kind::kCreate && !cast_.Knows(event.record)) cast_.Add(event.record, *pack_.Entity(event.entity));
    for (Side side : kSides) {
      const bool is_meant = event.kind == Kind::kDelete ? event.side == side : event.fields[side].has_value();
      if (!is_meant) continue;
      if (event.kind == Kind::kCreate) {
        Make(event.record, side, *event.fields[side]);
        continue;
      }
      const std::string key = cast_.KeyOf(event.record, side);
      examples::End& end = stage_.end(side);
      const bool is_done = event.kind == Kind::kDelete ? end.Delete(ResourceOf(event.record, side), key, stage_.now())
                                                       : end.Edit(ResourceOf(event.record, side), key, cast_.Resolved(*event.fields[side], side), stage_.now());
      if (!is_done) Add(event.source, absl::StrCat("`", event.record, "` has no record in ", pack_.sides[side].name, " yet."), "Give it there, or look why it was not made.");
    }
  }

  void Push(const ExampleEvent& event) {
    const EntityRule& entity = cast_.EntityOf(event.record);
    const Side owner = entity.document ? entity.document->owner : Side::kRight;
    const Reply reply = stage_.Ask(PushQuote{cast_.KeyOf(event.record, owner), event.kind == Kind::kPrice, ""});
    if (!reply.status.ok()) Add(event.source, absl::StrCat("`", event.record, "` cannot be sent: ", reply.status.message()), "Look what holds it back.");
  }

  void Resolve(const ExampleEvent& event) {
    const std::optional<Link> link = event.record.empty() ? std::nullopt : cast_.LinkOf(event.record);
    std::string open;
    for (const WorkItem& item : stage_.Items()) {
      if (item.state != WorkItem::State::kOpen) continue;
      absl::StrAppend(&open, open.empty() ? "" : ", ", item.reason);
      if (item.reason != event.reason || (link && item.link != link->id)) continue;
      const Reply reply = stage_.Ask(ResolveItem{item.id, event.choice});
      if (!reply.status.ok()) Add(event.source, absl::StrCat("The work item ", event.reason, " takes no such choice: ", reply.status.message()), "Write one of its choices.");
      return;
    }
    Add(event.source, absl::StrCat("No work item ", event.reason, " is open; ", open.empty() ? "none is" : absl::StrCat("open are ", open), "."), "Look what the rules ask of people here.");
  }

  // Whatever the rules say, a further pass over both systems finds nothing to write.
  void ComeToRest() {
    if (!refused_.empty()) return;
    stage_.ForgetWritten();
    stage_.Reconcile();
    stage_.RunFor(kUntilQuiet);
    if (stage_.written().empty() && !stage_.is_endless()) return;
    const auto& written = stage_.written();
    const std::string what = written.empty() ? "" : absl::StrCat(": ", written.front().resource, " ", written.front().key, " in ", pack_.sides[written.front().side].name);
    Add(example_.source, absl::StrCat("The rules do not come to rest: a further pass, in which nobody changed anything, writes again", what, "."), "Look for a field that each side gives another form.");
  }

  const Pack& pack_;
  const Example& example_;
  Stage stage_;
  Cast cast_;
  std::map<Side, std::string> refused_;
  Problems problems_;
};

using Loader = std::function<absl::StatusOr<LoadedPack>(const LoadOptions&)>;

absl::StatusOr<std::vector<ExampleReport>> RunAll(const Loader& load, const LoadOptions& options) {
  LoadOptions own = options;
  own.problems = own.warnings = nullptr;
  own.parameters_needed.insert(options.parameters.begin(), options.parameters.end());
  own.parameters.clear();
  absl::StatusOr<LoadedPack> plain = load(own);
  if (!plain.ok()) return plain.status();

  // A pack is loaded once for all examples of the same parameters.
  std::map<std::map<std::string, std::string>, LoadedPack> loaded;
  std::vector<ExampleReport> reports;
  for (const Example& example : plain->examples->examples) {
    const LoadedPack* with = &*plain;
    if (!example.parameters.empty()) {
      auto held = loaded.find(example.parameters);
      if (held == loaded.end()) {
        own.parameters = example.parameters;
        absl::StatusOr<LoadedPack> again = load(own);
        if (!again.ok()) {
          const std::string sentence = absl::StrCat("The pack cannot be loaded with the example's parameters: ", again.status().message());
          reports.push_back({example.name, example.source, example.shows, {{{example.source.file, example.source.line}, sentence, "Correct `parameters`."}}});
          continue;
        }
        held = loaded.emplace(example.parameters, *std::move(again)).first;
      }
      with = &held->second;
    }
    // Parameters may be written into the example itself.
    const auto& same = with->examples->examples;
    if (!reports.empty() && !reports.back().comes_to_rest) break;
    reports.push_back(RunExample(*with, *std::find_if(same.begin(), same.end(), [&](const Example& one) { return one.name == example.name; })));
  }
  return reports;
}

absl::Status AllHold(const absl::StatusOr<std::vector<ExampleReport>>& reports, const std::string& where) {
  if (!reports.ok()) return reports.status();
  int failing = 0;
  std::string text;
  for (const ExampleReport& report : *reports) {
    if (report.holds()) continue;
    ++failing;
    for (const Problem& problem : report.problems) absl::StrAppend(&text, "\n", report.name, "  ", problem.ToString());
  }
  if (failing == 0) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, "PACK_EXAMPLES_FAIL",
                   absl::StrCat(failing, " of the ", reports->size(), " examples of the pack do not hold, so it would not do what it promises. Correct the rules or the examples (entente pack check ", where, " shows them).", text));
}

}  // namespace

ExampleReport RunExample(const LoadedPack& loaded, const Example& example) {
  Performance performance(loaded, example);
  std::vector<Problem> problems = performance.Run();
  return {example.name, example.source, example.shows, std::move(problems), performance.comes_to_rest()};
}

absl::StatusOr<std::vector<ExampleReport>> RunExamples(const std::string& directory_or_file, const LoadOptions& options) {
  return RunAll([&](const LoadOptions& own) { return LoadWholePack(directory_or_file, own); }, options);
}

absl::StatusOr<std::vector<ExampleReport>> RunExamples(const PackFiles& files, const LoadOptions& options) {
  return RunAll([&](const LoadOptions& own) { return LoadWholePack(files, own); }, options);
}

absl::Status CheckExamples(const std::string& directory_or_file, const LoadOptions& options) { return AllHold(RunExamples(directory_or_file, options), directory_or_file); }

absl::Status CheckExamples(const PackFiles& files, const LoadOptions& options) { return AllHold(RunExamples(files, options), files.first); }

}  // namespace entente
