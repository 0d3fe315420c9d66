#include "engine/examples/outcomes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/project.h"

namespace entente::examples {
namespace {

using Kind = ExampleOutcome::Kind;

std::optional<Decimal> NumberIn(const Value& value) {
  if (const auto* decimal = value.As<Decimal>()) return *decimal;
  if (const auto* whole = value.As<std::int64_t>()) return Decimal::FromInt(*whole);
  return std::nullopt;
}

std::string Shown(const Value& value) {
  if (value.IsNull()) return "nothing";
  if (value.As<std::string>()) return absl::StrCat("\"", std::string(value.TextOrEmpty()), "\"");
  return value.ToDisplay();
}

Verb VerbOf(Kind kind) { return kind == Kind::kCreated ? Verb::kCreate : kind == Kind::kDeleted ? Verb::kDelete : Verb::kUpdate; }

const char* WordOf(Verb verb) {
  switch (verb) {
    case Verb::kCreate: return "created";
    case Verb::kDelete: return "deleted";
    case Verb::kUndelete: return "brought back";
    default: return "updated";
  }
}

class Judging {
 public:
  Judging(const Judged& judged, Problems& problems) : judged_(judged), problems_(problems), items_(judged.stage.Items()) {}

  void Judge(const ExampleOutcome& outcome) {
    outcome_ = &outcome;
    switch (outcome.kind) {
      case Kind::kCreated:
      case Kind::kUpdated:
      case Kind::kDeleted: return JudgeWrites();
      case Kind::kNotWritten: return JudgeNotWritten();
      case Kind::kHolds: return JudgeHolds();
      case Kind::kGone: return JudgeGone();
      case Kind::kLinked:
      case Kind::kNotLinked: return JudgeLinked();
      case Kind::kWaits: return JudgeWaits();
      case Kind::kItem:
      case Kind::kNoItem: return JudgeItem();
      case Kind::kConflict: return JudgeConflict();
      case Kind::kPhase: return JudgePhase();
      case Kind::kValue: return JudgeValue();
      case Kind::kRefused: return JudgeRefused();
    }
  }

 private:
  void Fail(std::string sentence) {
    problems_.Add({outcome_->source.file, outcome_->source.line}, std::move(sentence), "Correct the rules, or what the example expects of them.");
  }
  const std::string& NameOf(Side side) const { return judged_.pack.sides[side].name; }
  std::string Who() const { return absl::StrCat("`", outcome_->record, "`"); }

  // Sides the outcome speaks of.
  std::vector<Side> Sides() const {
    std::vector<Side> sides;
    for (Side side : kSides) {
      if (outcome_->fields[side] || outcome_->side == side) sides.push_back(side);
    }
    return sides;
  }

  void JudgeWrites() {
    for (Side side : Sides()) {
      const std::string key = judged_.cast.KeyOf(outcome_->record, side);
      const std::string& resource = judged_.cast.EntityOf(outcome_->record).sides[side].resource;
      const Verb verb = VerbOf(outcome_->kind);
      Fields sent;
      bool found = false;
      std::string others;
      for (const Written& written : judged_.stage.written()) {
        if (written.side != side || written.resource != resource || written.key != key) continue;
        if (written.verb == verb) {
          found = true;
          for (const auto& [name, value] : written.fields) sent[name] = value;
        } else {
          absl::StrAppend(&others, others.empty() ? "" : ", ", WordOf(written.verb));
        }
      }
      if (!found) {
        Fail(absl::StrCat(Who(), " was to be ", WordOf(verb), " in ", NameOf(side), ", and was ", others.empty() ? "not written there" : absl::StrCat("only ", others), "."));
      } else if (outcome_->fields[side]) {
        Compare(*outcome_->fields[side], sent, side, "is written as");
      }
    }
  }

  void JudgeNotWritten() {
    for (Side side : outcome_->not_written) {
      for (const Written& written : judged_.stage.written()) {
        if (written.side != side) continue;
        std::string fields;
        for (const auto& [name, value] : written.fields) absl::StrAppend(&fields, fields.empty() ? ": " : ", ", name, " = ", Shown(value));
        return Fail(absl::StrCat("Nothing was to be written to ", NameOf(side), ", and ", written.resource, " ", written.key, " was ", WordOf(written.verb), fields, "."));
      }
    }
  }

  void JudgeHolds() {
    for (Side side : Sides()) {
      const std::string key = judged_.cast.KeyOf(outcome_->record, side);
      const Fields* record = judged_.stage.end(side).Find(judged_.cast.EntityOf(outcome_->record).sides[side].resource, key);
      if (record == nullptr) {
        Fail(absl::StrCat(Who(), " has no record in ", NameOf(side), "."));
      } else {
        Compare(*outcome_->fields[side], *record, side, "holds");
      }
    }
  }

  void Compare(const Fields& expected, const Fields& actual, Side side, const char* verb) {
    for (const auto& [name, value] : judged_.cast.Resolved(expected, side)) {
      const Value& found = NativeOf(actual, name);
      if (!Matches(value, found)) Fail(absl::StrCat("`", name, "` of ", Who(), " in ", NameOf(side), " was expected as ", Shown(value), ", and ", verb, " ", Shown(found), "."));
    }
  }

  void JudgeGone() {
    const Side side = *outcome_->side;
    const std::string key = judged_.cast.KeyOf(outcome_->record, side);
    const std::string& resource = judged_.cast.EntityOf(outcome_->record).sides[side].resource;
    if (!key.empty() && judged_.stage.end(side).Find(resource, key) != nullptr) Fail(absl::StrCat(Who(), " was not to be in ", NameOf(side), ", and is there as ", key, "."));
  }

  void JudgeLinked() {
    const std::optional<Link> link = judged_.cast.LinkOf(outcome_->record);
    const bool is_linked = link && link->linked();
    if (is_linked != (outcome_->kind == Kind::kLinked)) Fail(absl::StrCat(Who(), is_linked ? " is one thing on both sides." : " is not one thing on both sides."));
  }

  void JudgeWaits() {
    const std::optional<Link> link = judged_.cast.LinkOf(outcome_->record);
    if (!link || !link->parked) return Fail(absl::StrCat(Who(), " was to wait with the reason ", outcome_->word, ", and does not wait."));
    if (link->parked->reason != outcome_->word) Fail(absl::StrCat(Who(), " was to wait with the reason ", outcome_->word, ", and waits with ", link->parked->reason, "."));
  }

  bool IsAbout(const WorkItem& item) const {
    if (outcome_->record.empty()) return true;
    const std::optional<Link> link = judged_.cast.LinkOf(outcome_->record);
    return link && link->id == item.link;
  }

  void JudgeItem() {
    std::string open;
    bool is_open = false;
    for (const WorkItem& item : items_) {
      if (item.state != WorkItem::State::kOpen || !IsAbout(item)) continue;
      is_open = is_open || item.reason == outcome_->word;
      absl::StrAppend(&open, open.empty() ? "" : ", ", item.reason);
    }
    if (is_open == (outcome_->kind == Kind::kItem)) return;
    if (is_open) return Fail(absl::StrCat("A work item ", outcome_->word, " is open."));
    Fail(absl::StrCat("A work item ", outcome_->word, " was to be open; ", open.empty() ? "none is" : absl::StrCat("open are ", open), "."));
  }

  void JudgeConflict() {
    const WorkItem* found = nullptr;
    for (const WorkItem& item : items_) {
      if (item.kind == WorkItem::Kind::kConflict && FieldOf(item.details, "field").TextOrEmpty() == outcome_->word && IsAbout(item)) found = &item;
    }
    if (found == nullptr) return Fail(absl::StrCat("No conflict of `", outcome_->word, "` of ", Who(), " was recorded."));
    const std::string winner = found->state == WorkItem::State::kOpen ? "ask" : found->resolution;
    if (winner != outcome_->winner) Fail(absl::StrCat("The conflict of `", outcome_->word, "` of ", Who(), " was to end with ", outcome_->winner, ", and ended with ", winner, "."));
  }

  void JudgePhase() {
    const std::optional<Link> link = judged_.cast.LinkOf(outcome_->record);
    const std::string phase = link ? link->phase : "";
    if (phase != outcome_->word) Fail(absl::StrCat(Who(), " was to be in the phase ", outcome_->word, ", and is in ", phase.empty() ? "none" : phase, "."));
  }

  void JudgeValue() {
    const std::optional<Link> link = judged_.cast.LinkOf(outcome_->record);
    const auto base = link ? link->base.find(outcome_->word) : NamedMap<BaseField>::const_iterator();
    if (!link || base == link->base.end()) return Fail(absl::StrCat("Nothing was agreed on `", outcome_->word, "` of ", Who(), "."));
    const Side from = static_cast<Side>(base->second.source_side);
    if (from != *outcome_->from) Fail(absl::StrCat("The value of `", outcome_->word, "` of ", Who(), " was to come from ", NameOf(*outcome_->from), ", and came from ", NameOf(from), " by the rule ", base->second.rule, "."));
  }

  void JudgeRefused() {
    const auto refused = judged_.refused.find(*outcome_->side);
    if (refused == judged_.refused.end()) return Fail(absl::StrCat("The session of ", NameOf(*outcome_->side), " was to be refused, and was opened."));
    if (refused->second != outcome_->word) Fail(absl::StrCat("The session of ", NameOf(*outcome_->side), " was to be refused with ", outcome_->word, ", and was with ", refused->second, "."));
  }

  const Judged& judged_;
  Problems& problems_;
  const std::vector<WorkItem> items_;
  const ExampleOutcome* outcome_ = nullptr;
};

}  // namespace

bool Matches(const Value& expected, const Value& actual) {
  if (const auto number = NumberIn(expected)) return number == NumberIn(actual);
  if (const auto* map = expected.As<Map>()) {
    if (map->size() == 1 && map->begin()->first == kHasWords && actual.As<std::string>()) return actual.TextOrEmpty().find(map->begin()->second.TextOrEmpty()) != std::string_view::npos;
    const auto* other = actual.As<Map>();
    return other != nullptr && std::all_of(map->begin(), map->end(), [&](const auto& entry) { return Matches(entry.second, FieldOf(*other, entry.first)); });
  }
  if (const auto* list = expected.As<List>()) {
    const auto* other = actual.As<List>();
    return other != nullptr && list->size() == other->size() && std::equal(list->begin(), list->end(), other->begin(), Matches);
  }
  return expected == actual;
}

void Judge(const Example& example, const Judged& judged, Problems& problems) {
  Judging judging(judged, problems);
  for (const ExampleOutcome& outcome : example.then) judging.Judge(outcome);
}

}  // namespace entente::examples
