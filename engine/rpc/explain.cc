#include "engine/rpc/explain.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/core/calendar.h"
#include "engine/pipeline/messages.h"
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

// The canonical value a side holds now. References show as the system names them.
Value Canonical(const FieldRule& field, Side side, const Link& link, const Scope& scope) {
  if (!link.Has(side)) return Value();
  if (field.sides[side].formula != nullptr) return field.sides[side].formula->Evaluate(scope).value_or(Value());
  const Value& native = NativeOf(link.members[side].shadow, field.sides[side].native);
  return field.sides[side].lens == nullptr ? native : field.sides[side].lens->Get(native);
}

struct Lost {
  Value value;
  std::string reason;
  std::int64_t at_micros = 0;
};

// The last value that lost on this field: in a conflict, or as a foreign edit that was reverted.
std::optional<Lost> LastLost(const Pack& pack, const std::string& rule, const std::vector<JournalEntry>& journal) {
  for (auto entry = journal.rbegin(); entry != journal.rend(); ++entry) {
    if (entry->rule != rule) continue;
    if (entry->kind == "reverted") return Lost{FieldOf(entry->details, "foreign"), "reverted", entry->at_micros};
    if (entry->kind != "conflict") continue;
    const std::string_view winner = FieldOf(entry->details, "winner").TextOrEmpty();
    if (winner.empty()) continue;
    const bool left_won = winner == pack.sides[Side::kLeft].name || winner == "left";
    return Lost{FieldOf(entry->details, left_won ? "right" : "left"), std::string(FieldOf(entry->details, "why").TextOrEmpty()), entry->at_micros};
  }
  return std::nullopt;
}

std::string SentenceFor(const Pack& pack, const Link& link, const FieldRule& field, const BaseField* base, Flow flow) {
  if (link.drift.contains(field.name)) return "The side that does not own this field changed it; the change is kept and flagged until the owner changes the value.";
  if (base == nullptr) return link.linked() ? "Both sides have not agreed on this field yet." : "There is a record on one side only.";
  std::string sentence = absl::StrCat("The value came from ", SideName(pack, base->source_side), " on ", FormatTimestamp({base->since_micros}), " by the rule ", base->rule, " of the pack ", pack.name, " ", base->pack_version, ".");
  if (link.choices.contains("undone:" + field.name)) {
    absl::StrAppend(&sentence, " An undo took our last write back; the rules leave the field alone until somebody edits it, or lets them write again (work item undone).");
  }
  if (base->not_held) absl::StrAppend(&sentence, " The other side gave another value back twice and keeps it as its own form.");
  if (flow == Flow::kNone) absl::StrAppend(&sentence, " The field is observed only.");
  return sentence;
}

void ExplainField(const Pack& pack, const Link& link, const FieldRule& field, const Scope& scope, const std::vector<JournalEntry>& journal, v1::FieldExplanation* out) {
  const FieldPolicy& policy = field.PolicyIn(link.phase);
  const auto show = [&field](const Value& value, v1::Value* to) { Show(field.sensitive ? Masked(value) : value, to); };
  out->set_field(field.name);
  out->set_left_native(field.sides[Side::kLeft].native);
  out->set_right_native(field.sides[Side::kRight].native);
  show(Canonical(field, Side::kLeft, link, scope), out->mutable_left());
  show(Canonical(field, Side::kRight, link, scope), out->mutable_right());
  const auto base = link.base.find(field.name);
  const BaseField* agreed = base == link.base.end() ? nullptr : &base->second;
  if (agreed != nullptr) {
    show(agreed->held[Side::kLeft], out->mutable_base_left());
    show(agreed->held[Side::kRight], out->mutable_base_right());
    out->set_rule(agreed->rule);
    out->set_pack_version(agreed->pack_version);
    out->set_source_side(SideName(pack, agreed->source_side));
    out->set_since_micros(agreed->since_micros);
    out->set_not_held(agreed->not_held);
  } else {
    out->set_rule(absl::StrCat(link.entity, ".", field.name));
  }
  out->set_flow(std::string(FlowName(policy.flow)));
  if (const auto drift = link.drift.find(field.name); drift != link.drift.end()) show(drift->second, out->mutable_drift());
  if (const std::optional<Lost> lost = LastLost(pack, absl::StrCat(link.entity, ".", field.name), journal)) {
    // Kept to be seen, also where the value is a person's.
    Show(lost->value, out->mutable_lost());
    out->set_lost_reason(lost->reason);
    out->set_lost_micros(lost->at_micros);
  }
  const RuleSource& source = policy.source.file.empty() ? field.source : policy.source;
  if (!source.file.empty()) out->set_rule_source(absl::StrCat(source.file, ":", source.line));
  out->set_sentence(SentenceFor(pack, link, field, agreed, policy.flow));
}

std::string Upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

v1::WhyNotResponse::Cause* AddCause(v1::WhyNotResponse* out, std::string_view reason, std::string sentence, std::string remedy) {
  v1::WhyNotResponse::Cause* cause = out->add_causes();
  cause->set_reason(Upper(reason));
  cause->set_sentence(std::move(sentence));
  cause->set_remedy(std::move(remedy));
  return cause;
}

void AddEngineCauses(const Pack& pack, const InstanceStatus& status, v1::WhyNotResponse* out) {
  if (!status.problem_reason.empty()) AddCause(out, status.problem_reason, status.problem, "See: entente doctor");
  if (status.machine.paused) AddCause(out, "PAUSED", "The engine is paused: it decides and sends nothing.", "entente resume");
  for (const Side side : kSides) {
    const MachineStatus::SideStatus& at = status.machine.sides[side];
    const std::string& name = pack.sides[side].name;
    if (!at.connected && !at.refused_reason.empty()) {
      AddCause(out, "SESSION_REFUSED", absl::StrCat("There is no session of ", name, ": ", at.refused_reason), "Correct what the sentence names; the connector tries again by itself.");
    } else if (!at.connected) {
      AddCause(out, "SESSION_MISSING", absl::StrCat("The connector of ", name, " is not connected."), "Start it, and look at its log.");
    } else if (!at.statistics.trouble_code.empty()) {
      AddCause(out, at.statistics.trouble_code, at.statistics.trouble_text, "See: entente doctor");
    }
  }
}

// The open work item of a reason; 0 when there is none. A reason may carry what it is about: "dead_letter:ssm".
WorkItemId ItemOf(const Link& link, std::string_view reason) {
  for (const auto& [name, item] : link.items) {
    if (std::string_view(name).substr(0, name.find(':')) == reason) return item;
  }
  return 0;
}

void AddDelivery(const Pack& pack, const Link& link, Side side, v1::WhyNotResponse* out) {
  const Delivery& delivery = *link.owed[side];
  const std::string what = absl::StrCat("A ", std::string(NameOf(delivery.verb)), " for ", pack.sides[side].name);
  const std::string last = delivery.last_code.empty() ? "" : absl::StrCat(" Last answer: ", delivery.last_code, ": ", delivery.last_text);
  switch (delivery.state) {
    case Delivery::State::kQueued: AddCause(out, "QUEUED", absl::StrCat(what, " waits to be sent.", last), "It goes out as soon as the connector takes it."); break;
    case Delivery::State::kSent: AddCause(out, "SENT", absl::StrCat(what, " was sent and is not answered yet."), "Wait for the answer."); break;
    case Delivery::State::kUncertain:
      AddCause(out, "UNCERTAIN", absl::StrCat(what, " was sent and no answer came; the engine looks whether it had its effect.", last), "Nothing to do: it is searched for before it is repeated.");
      break;
    case Delivery::State::kBackingOff:
      AddCause(out, "BACKING_OFF", absl::StrCat(what, " is tried again at ", FormatTimestamp({delivery.not_before_micros}), ".", last), "Nothing to do, unless the last answer names something.");
      break;
    case Delivery::State::kDead:
      AddCause(out, "DEAD_LETTER", absl::StrCat(what, " was refused for good.", last),
               absl::StrCat("Correct what was refused, then: entente dead-letters retry ", ItemOf(link, "dead_letter"), "; or give the write up: entente dead-letters discard ", ItemOf(link, "dead_letter")))
          ->set_work_item(ItemOf(link, "dead_letter"));
      break;
  }
}

}  // namespace

void Explain(const Pack& pack, const Link& link, const std::vector<JournalEntry>& journal, const std::string& field, v1::Explanation* out) {
  Show(pack, link, out->mutable_link());
  const EntityRule* entity = pack.Entity(link.entity);
  if (entity == nullptr) return;
  const LinkScope scope(pack, link);
  for (const FieldRule& rule : entity->fields) {
    if (field.empty() || rule.name == field || rule.sides[Side::kLeft].native == field || rule.sides[Side::kRight].native == field) {
      ExplainField(pack, link, rule, scope.scope(), journal, out->add_fields());
    }
  }
}

void ExplainWhyNot(const Pack& pack, const Link& link, const InstanceStatus& status, v1::WhyNotResponse* out) {
  AddEngineCauses(pack, status, out);
  if (link.parked) {
    const std::string_view known = ExplainReason(pack, link.parked->reason);
    v1::WhyNotResponse::Cause* cause =
        AddCause(out, link.parked->reason, known.empty() ? absl::StrCat("The record waits: ", link.parked->reason, ".") : std::string(known),
                 link.parked->item != 0 ? absl::StrCat("entente items resolve ", link.parked->item, " CHOICE") : "It goes on by itself when what it waits for has come.");
    cause->set_work_item(link.parked->item);
    if (link.parked->wait.rfind("link:", 0) == 0) cause->set_link(std::strtoull(link.parked->wait.c_str() + 5, nullptr, 10));
  }
  const bool is_dead = (link.owed[Side::kLeft] && link.owed[Side::kLeft]->state == Delivery::State::kDead) || (link.owed[Side::kRight] && link.owed[Side::kRight]->state == Delivery::State::kDead);
  for (const auto& [reason, item] : link.items) {
    // Said above by what is parked, or below by what was refused.
    if ((link.parked && link.parked->item == item) || (is_dead && ItemOf(link, "dead_letter") == item)) continue;
    const std::string_view known = ExplainReason(pack, reason);
    AddCause(out, reason.substr(0, reason.find(':')), known.empty() ? absl::StrCat("A work item is open: ", reason, ".") : std::string(known), absl::StrCat("entente items show ", item))->set_work_item(item);
  }
  for (const Side side : kSides) {
    if (link.owed[side]) AddDelivery(pack, link, side, out);
    const Member& member = link.members[side];
    if (member.presence == Presence::kDeleted) AddCause(out, "DELETED", absl::StrCat("The record was deleted in ", pack.sides[side].name, "."), "See: entente history");
    if (member.presence == Presence::kOutOfScope) {
      AddCause(out, "OUT_OF_SCOPE", absl::StrCat("A filter of the pack leaves the record of ", pack.sides[side].name, " out: it is kept and no longer updated."), "Change the record, or the pack's filter.");
    }
  }
  if (link.document && !link.document->problems.empty()) {
    for (const std::string& problem : link.document->problems) AddCause(out, "DOCUMENT_PROBLEM", problem, "Correct the quote and ask again.");
  }
  if (out->causes().empty() && link.linked()) {
    AddCause(out, "NOTHING_IN_THE_WAY", "The record is on both sides and nothing is owed.", "If a field differs, see: entente explain");
  } else if (out->causes().empty()) {
    AddCause(out, "NOT_DECIDED_YET", "The record is known on one side and will be decided.", "Wait for the next turn, or see: entente history");
  }
}

void ExplainUnknown(const Pack& pack, Side side, const std::string& resource, const InstanceStatus& status, v1::WhyNotResponse* out) {
  AddEngineCauses(pack, status, out);
  const std::string& name = pack.sides[side].name;
  if (!resource.empty() && pack.EntityOf(side, resource) == nullptr) {
    AddCause(out, "RESOURCE_NOT_IN_PACK", absl::StrCat("The pack maps no resource \"", resource, "\" of ", name, "."), "See: entente pack describe running");
    return;
  }
  AddCause(out, "RECORD_UNKNOWN", absl::StrCat("The engine never saw this record in ", name, ", or the pack leaves it out."),
           "Check the key as the system itself writes it; then: entente poll, or entente reconcile");
}

}  // namespace entente
