#include "engine/rpc/explain.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/calendar.h"
#include "engine/pipeline/evidence.h"
#include "engine/pipeline/project.h"
#include "engine/rpc/views.h"
#include "entente/sync/v1/sync.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

std::string_view FlowName(Flow flow) {
  switch (flow) {
    case Flow::kNone: return "none";
    case Flow::kToLeft: return "to_left";
    case Flow::kToRight: return "to_right";
    case Flow::kBoth: return "both";
  }
  return "none";
}

std::string_view NameOf(Origin origin) {
  constexpr std::array<std::string_view, 7> kNames = {"absent", "own", "written", "computed", "answered", "ensured", "undone"};
  return kNames[static_cast<std::size_t>(origin)];
}

std::string Place(const RuleSource& source) { return source.file.empty() ? "" : absl::StrCat(source.file, ":", source.line); }

std::string At(std::int64_t micros) { return FormatTimestamp({micros}); }

struct Lost {
  Value value;
  std::string reason;
  Side side = Side::kLeft;
  std::int64_t at_micros = 0;
};

// The last value that lost on this field: in a conflict, or as a foreign edit that was reverted.
std::optional<Lost> LastLost(const Pack& pack, const std::string& rule, const std::vector<JournalEntry>& journal) {
  for (auto entry = journal.rbegin(); entry != journal.rend(); ++entry) {
    if (entry->rule != rule) continue;
    if (entry->kind == "reverted") return Lost{FieldOf(entry->details, "foreign"), "reverted", static_cast<Side>(entry->side), entry->at_micros};
    if (entry->kind != "conflict") continue;
    const std::string_view winner = FieldOf(entry->details, "winner").TextOrEmpty();
    if (winner.empty()) continue;
    const bool left_won = winner == pack.sides[Side::kLeft].name || winner == "left";
    return Lost{FieldOf(entry->details, left_won ? "right" : "left"), std::string(FieldOf(entry->details, "why").TextOrEmpty()), left_won ? Side::kRight : Side::kLeft, entry->at_micros};
  }
  return std::nullopt;
}

// The entry of the history that tells of the observation; 0: the history no longer reaches back.
std::uint64_t EntryOf(const SourceReading& seen, const std::vector<JournalEntry>& journal) {
  for (auto entry = journal.rbegin(); entry != journal.rend(); ++entry) {
    if (entry->side != static_cast<int>(Index(seen.side)) || entry->at_micros > seen.seen_micros) continue;
    if (entry->kind == "observed" || entry->kind == "found" || entry->kind == "came_back" || entry->kind == "receipt" || entry->kind == "priced" || entry->kind == "price_refused") return entry->seq;
  }
  return 0;
}

class FieldAnswer {
 public:
  FieldAnswer(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field, const std::vector<JournalEntry>& journal, v1::FieldExplanation* out)
      : turn_(turn), pack_(turn.pack()), entity_(entity), link_(link), field_(field), policy_(field.PolicyIn(link.phase)), journal_(journal), out_(out) {}

  void Fill() {
    out_->set_field(field_.name);
    out_->set_left_native(field_.sides[Side::kLeft].native);
    out_->set_right_native(field_.sides[Side::kRight].native);
    out_->set_flow(std::string(FlowName(policy_.flow)));
    const RuleSource& source = policy_.source.file.empty() ? field_.source : policy_.source;
    out_->set_rule_source(Place(source));
    FillBase();
    FillOrigins();
    FillLost();
    out_->set_sentence(Sentence());
  }

 private:
  void Show(const Value& value, v1::Value* to) const { entente::Show(field_.sensitive ? Masked(value) : value, to); }

  void FillBase() {
    if (const auto base = link_.base.find(field_.name); base != link_.base.end()) base_ = &base->second;
    out_->set_rule(base_ ? base_->rule : absl::StrCat(link_.entity, ".", field_.name));
    if (const auto drift = link_.drift.find(field_.name); drift != link_.drift.end()) Show(drift->second, out_->mutable_drift());
    if (!base_) return;
    Show(base_->held[Side::kLeft], out_->mutable_base_left());
    Show(base_->held[Side::kRight], out_->mutable_base_right());
    out_->set_pack_version(base_->pack_version);
    out_->set_source_side(SideName(pack_, base_->source_side));
    out_->set_since_micros(base_->since_micros);
    out_->set_not_held(base_->not_held);
  }

  void FillOrigins() {
    const absl::StatusOr<Both<Evidence>> evidence = EvidenceOf(turn_, entity_, link_, field_, journal_);
    for (Side side : kSides) {
      v1::ValueOrigin* origin = side == Side::kLeft ? out_->mutable_left_origin() : out_->mutable_right_origin();
      if (evidence.ok()) {
        FillOrigin((*evidence)[side], side, origin);
        // References as the system names them.
        const Evidence& told = (*evidence)[side];
        Show(field_.target.empty() ? told.now : told.held, side == Side::kLeft ? out_->mutable_left() : out_->mutable_right());
      } else {
        origin->set_origin("own");
        origin->set_rule(out_->rule());
        origin->set_rule_source(out_->rule_source());
        origin->set_pack_version(pack_.version);
        origin->set_agreement("formula_failed");
        origin->set_sentence(absl::StrCat("The rule cannot be evaluated: ", evidence.status().message()));
      }
    }
  }

  // Of one side's native field; the other fields a rule reads are shown as their own rules say.
  Value ShownNative(Side side, const std::string& native, const Value& value) const {
    return field_.sensitive && native == NativeRoot(field_.sides[side].native) ? Masked(value) : Shown(&entity_, side, native, value);
  }

  void FillOrigin(const Evidence& evidence, Side side, v1::ValueOrigin* out) const {
    out->set_origin(std::string(NameOf(evidence.origin)));
    out->set_rule(evidence.rule);
    out->set_rule_source(Place(evidence.source));
    out->set_pack_version(evidence.pack_version);
    out->set_decided_micros(evidence.since_micros);
    out->set_agreement(evidence.agreement);
    out->set_sentence(SentenceOf(evidence, side));
    if (evidence.origin == Origin::kAbsent) return;
    Show(evidence.held, out->mutable_held());
    Show(evidence.again, out->mutable_again());
    if (!evidence.observation) return;
    const SourceReading& seen = *evidence.observation;
    v1::Observation* observation = out->mutable_observation();
    observation->set_side(pack_.sides[seen.side].name);
    observation->set_resource(seen.resource);
    observation->set_key(seen.key);
    for (Side at : kSides) {
      auto* read = at == seen.side ? observation->mutable_read() : observation->mutable_read_across();
      for (const auto& [name, value] : seen.read[at]) entente::Show(ShownNative(at, name, value), &(*read)[name]);
    }
    Show(seen.taken, observation->mutable_taken());
    observation->set_seen_micros(seen.seen_micros);
    observation->set_changed_from_micros(seen.changed_from_micros);
    observation->set_changed_to_micros(seen.changed_to_micros);
    observation->set_is_past(seen.is_past);
    observation->set_entry(EntryOf(seen, journal_));
  }

  std::string SentenceOf(const Evidence& evidence, Side side) const {
    const std::string& here = pack_.sides[side].name;
    const std::string rule = absl::StrCat("the rule ", evidence.rule, evidence.source.file.empty() ? "" : absl::StrCat(" (", Place(evidence.source), ")"), " of ", pack_.name, " ", evidence.pack_version);
    const SourceReading* seen = evidence.observation ? &*evidence.observation : nullptr;
    const std::string record = seen ? absl::StrCat(pack_.sides[seen->side].name, "/", seen->resource, seen->key.empty() ? "" : absl::StrCat("/", seen->key)) : "";
    const std::string when = seen ? absl::StrCat(", seen ", At(seen->seen_micros)) : "";
    std::string sentence;
    switch (evidence.origin) {
      case Origin::kAbsent:
        return absl::StrCat(here, evidence.agreement == "no_such_field" ? " has no field for it." : evidence.agreement == "deleted" ? ": the record was deleted there." : " has no such record.");
      case Origin::kOwn: sentence = absl::StrCat(here, " gave it itself (", record, when, "), as ", rule, " reads it."); break;
      case Origin::kComputed: sentence = absl::StrCat("Read from ", record, when, " by ", rule, "."); break;
      case Origin::kEnsured: sentence = absl::StrCat("Given by the pack, which asks for this record: ", rule, "."); break;
      case Origin::kUndone: sentence = absl::StrCat("An undo brought back on ", At(evidence.since_micros), " what stood there before; it stays until somebody edits it, or lets the rules write again (work item undone)."); break;
      case Origin::kAnswered: sentence = absl::StrCat("Made of what ", record, " answered", when, ", by ", rule, "."); break;
      case Origin::kWritten: sentence = absl::StrCat("Made of ", record, when, ", by ", rule, ", decided ", At(evidence.since_micros), "."); break;
    }
    if (evidence.agreement == "same") return sentence + " Evaluated again, the rule gives the same.";
    return absl::StrCat(sentence, " It is not what the rule gives now: ", evidence.agreement, ".");
  }

  void FillLost() {
    lost_ = LastLost(pack_, absl::StrCat(link_.entity, ".", field_.name), journal_);
    if (!lost_) return;
    // Kept to be seen, also where the value is a person's.
    entente::Show(lost_->value, out_->mutable_lost());
    out_->set_lost_reason(lost_->reason);
    out_->set_lost_micros(lost_->at_micros);
    out_->set_lost_side(pack_.sides[lost_->side].name);
  }

  std::string Sentence() const {
    std::string sentence;
    if (link_.drift.contains(field_.name)) {
      sentence = "The side that does not own this field changed it; the change is kept and flagged until the owner changes the value.";
    } else if (!base_) {
      sentence = link_.linked() ? "Both sides have not agreed on this field." : "There is a record on one side only.";
    } else {
      sentence = absl::StrCat("The value came from ", SideName(pack_, base_->source_side), " on ", At(base_->since_micros), " by the rule ", base_->rule, " (", out_->rule_source(), ") of the pack ", pack_.name, " ", base_->pack_version, ".");
      if (base_->not_held) absl::StrAppend(&sentence, " The other side gave another value back twice and keeps it as its own form.");
    }
    if (link_.choices.contains("undone:" + field_.name)) {
      absl::StrAppend(&sentence, " An undo took our last write back; the rules leave the field alone until somebody edits it, or lets them write again (work item undone).");
    }
    if (policy_.flow == Flow::kNone) absl::StrAppend(&sentence, " The field is observed only.");
    if (lost_) absl::StrAppend(&sentence, " A value of ", pack_.sides[lost_->side].name, " lost on ", At(lost_->at_micros), " (", lost_->reason, ").");
    return sentence;
  }

  Turn& turn_;
  const Pack& pack_;
  const EntityRule& entity_;
  const Link& link_;
  const FieldRule& field_;
  const FieldPolicy& policy_;
  const std::vector<JournalEntry>& journal_;
  v1::FieldExplanation* out_;
  const BaseField* base_ = nullptr;
  std::optional<Lost> lost_;
};

}  // namespace

void Explain(Turn& turn, const Link& link, const std::vector<JournalEntry>& journal, const std::string& field, v1::Explanation* out) {
  out->Clear();
  Show(turn.pack(), link, out->mutable_link());
  const EntityRule* entity = turn.pack().Entity(link.entity);
  if (entity == nullptr) return;
  for (const FieldRule& rule : entity->fields) {
    if (field.empty() || rule.name == field || rule.sides[Side::kLeft].native == field || rule.sides[Side::kRight].native == field) {
      FieldAnswer(turn, *entity, link, rule, journal, out->add_fields()).Fill();
    }
  }
}

}  // namespace entente
