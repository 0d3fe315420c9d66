#include "engine/rpc/views.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/canonical.h"
#include "engine/core/code_points.h"
#include "engine/core/digest.h"
#include "entente/sync/v1/sync.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

template <std::size_t N, typename E>
std::string_view Name(const std::array<std::string_view, N>& names, E value) {
  const auto at = static_cast<std::size_t>(value);
  return at < N ? names[at] : "unknown";
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

template <typename Out>
void ShowNative(const EntityRule* entity, Side side, const Fields& fields, Out* out) {
  for (const auto& [name, value] : fields) Show(Shown(entity, side, name, value), &(*out)[name]);
}

bool IsSensitive(const Pack& pack, std::string_view entity_name, std::string_view name) {
  const EntityRule* entity = pack.Entity(entity_name);
  const FieldRule* field = entity ? entity->Field(name) : nullptr;
  return field && field->sensitive;
}

template <typename Out>
void ShowFields(const Fields& fields, Out* out) {
  for (const auto& [name, value] : fields) Show(value, &(*out)[name]);
}

void ShowDelivery(const Pack& pack, const EntityRule* entity, const Delivery& delivery, Side side, v1::Delivery* out) {
  out->set_id(delivery.id);
  out->set_side(pack.sides[side].name);
  out->set_verb(std::string(NameOf(delivery.verb)));
  out->set_state(std::string(NameOf(delivery.state)));
  ShowNative(entity, side, delivery.writes, out->mutable_writes());
  out->set_rule(delivery.rule);
  out->set_reason(delivery.reason);
  out->set_attempts(delivery.attempts);
  out->set_not_before_micros(delivery.not_before_micros);
  out->set_last_code(delivery.last_code);
  out->set_last_text(delivery.last_text);
}

void ShowSide(const Pack& pack, const MachineStatus::SideStatus& status, Side side, v1::SideStatus* out) {
  out->set_name(pack.sides[side].name);
  out->set_system(pack.sides[side].system);
  out->set_connected(status.connected);
  out->set_session_id(status.session_id);
  out->set_version(status.version);
  out->set_edition(status.edition);
  out->set_company_id(status.company_id);
  out->set_company_name(status.company_name);
  out->set_connector_version(status.connector_version);
  out->set_refused(status.refused_reason);
  out->set_calls(status.statistics.calls);
  out->set_calls_throttled(status.statistics.throttled);
  out->set_writes_of_connector(status.statistics.writes);
  out->set_blind_overwrites(status.statistics.blind_overwrites);
  out->set_trouble_code(status.statistics.trouble_code);
  out->set_trouble(status.statistics.trouble_text);
  out->set_last_poll_micros(status.last_poll_micros);
  out->set_operations_in_flight(status.operations_in_flight);
  out->set_writes(status.writes);
  out->set_window_opens_micros(status.window_opens_micros);
}

// Changes with whatever of the link is shown.
std::string EtagOf(const Link& link) { return absl::StrCat(link.id, "-", link.journal_seq, "-", link.members[Side::kLeft].read.seq, "-", link.members[Side::kRight].read.seq); }

}  // namespace

std::string_view NameOf(WorkItem::Kind kind) {
  return Name(std::array<std::string_view, 5>{"work_item", "conflict", "dead_letter", "held_delete", "report"}, kind);
}
std::string_view NameOf(WorkItem::State state) { return Name(std::array<std::string_view, 3>{"open", "resolved", "dismissed"}, state); }
std::string_view NameOf(Verb verb) {
  return Name(std::array<std::string_view, 8>{"none", "create", "update", "delete", "undelete", "read", "find", "price"}, verb);
}
std::string_view NameOf(Delivery::State state) {
  return Name(std::array<std::string_view, 5>{"queued", "sent", "uncertain", "backing_off", "dead"}, state);
}
std::string_view NameOf(Presence presence) { return Name(std::array<std::string_view, 4>{"none", "present", "deleted", "out_of_scope"}, presence); }

std::string_view StateOf(const Link& link) {
  if (link.erased) return "erased";
  const auto owes = [&](Side side, bool is_dead) { return link.owed[side] && (link.owed[side]->state == Delivery::State::kDead) == is_dead; };
  if (owes(Side::kLeft, true) || owes(Side::kRight, true)) return "dead";
  if (link.parked) return "parked";
  if (owes(Side::kLeft, false) || owes(Side::kRight, false)) return "owed";
  if (link.linked()) return "linked";
  return link.Has(Side::kLeft) || link.Has(Side::kRight) ? "one_sided" : "gone";
}

std::string SideName(const Pack& pack, int side) { return side == 0 || side == 1 ? pack.sides[static_cast<Side>(side)].name : ""; }

std::optional<Side> SideNamed(const Pack& pack, std::string_view name) {
  for (const Side side : kSides) {
    if (pack.sides[side].name == name) return side;
  }
  return std::nullopt;
}

std::string ToJsonText(const Value& value) {
  if (value.IsNull()) return "null";
  if (const auto* list = value.As<List>()) {
    std::string out = "[";
    for (const Value& element : *list) out += (out.size() > 1 ? "," : "") + ToJsonText(element);
    return out + "]";
  }
  if (const auto* map = value.As<Map>()) {
    std::string out = "{";
    for (const auto& [name, element] : *map) out += (out.size() > 1 ? "," : "") + Quoted(name) + ":" + ToJsonText(element);
    return out + "}";
  }
  if (value.As<bool>() || value.As<std::int64_t>() || value.As<Decimal>()) return value.ToDisplay();
  return Quoted(value.ToDisplay());
}

Value Masked(const Value& value) {
  if (value.IsBlank()) return value;
  if (const auto* list = value.As<List>()) {
    List masked;
    for (const Value& element : *list) masked.push_back(Masked(element));
    return masked;
  }
  const auto* text = value.As<std::string>();
  std::vector<std::size_t> starts;
  for (CodePoints points(text ? std::string_view(*text) : std::string_view()); !points.done(); points.Next()) starts.push_back(points.at());
  // Of short ones nothing is left to hide behind.
  if (starts.size() < 6) return "***";
  return absl::StrCat(text->substr(0, starts[1]), "***", text->substr(starts[starts.size() - 2]));
}

Value Shown(const EntityRule* entity, Side side, std::string_view native, const Value& value) {
  return entity && entity->sensitive_fields[side].contains(std::string(native)) ? Masked(value) : value;
}

void Show(const Value& value, v1::Value* out) {
  out->set_type(std::string(value.TypeName()));
  if (value.IsNull()) return;
  if (value.As<List>() || value.As<Map>()) {
    out->set_text(ToJsonText(value));
  } else if (const auto* link = value.As<LinkReference>()) {
    out->set_text(absl::StrCat(link->link));
  } else {
    out->set_text(value.ToDisplay());
  }
}

void Show(const Pack& pack, const InstanceStatus& status, v1::Status* out) {
  const MachineStatus& machine = status.machine;
  out->set_state(!status.problem_reason.empty() ? v1::Status::DEGRADED : machine.observing ? v1::Status::OBSERVING : machine.paused ? v1::Status::PAUSED : v1::Status::RUNNING);
  out->set_problem_reason(status.problem_reason);
  out->set_problem(status.problem);
  out->set_pack(pack.name);
  out->set_pack_version(pack.version);
  out->set_pack_hash(pack.hash);
  out->set_pack_since_micros(machine.pack_since_micros);
  out->set_adopting(machine.adopting);
  out->set_certificate_hash(status.certification.hash);
  out->set_uncertified(status.certification.missing);
  for (const Side side : kSides) ShowSide(pack, machine.sides[side], side, out->add_sides());
  out->set_dirty(machine.dirty);
  out->set_outbox_left(machine.outbox_left);
  out->set_outbox_right(machine.outbox_right);
  for (const auto& [reason, count] : machine.open_items) (*out->mutable_open_items())[reason] = count;
  for (const auto& [name, count] : machine.counters) (*out->mutable_counters())[name] = count;
  for (const RunState& run : machine.runs) Show(pack, run, out->add_runs());
  for (const PushState& push : machine.pushes) Show(push, out->add_pushes());
  out->set_quiet(machine.quiet);
}

void ShowRecord(const Pack& pack, const Link& link, Side side, v1::Record* out) {
  const Member& member = link.members[side];
  out->set_side(pack.sides[side].name);
  out->set_resource(member.resource);
  out->set_key(member.key);
  for (const std::string& key : member.former_keys) out->add_former_keys(key);
  out->set_link(link.id);
  out->set_entity(link.entity);
  out->set_presence(link.erased ? "erased" : std::string(NameOf(member.presence)));
  ShowNative(pack.Entity(link.entity), side, member.shadow, out->mutable_fields());
  out->set_observed(member.observed);
  out->set_revision(member.revision);
  out->set_seen_micros(member.seen_micros);
}

void Show(const Pack& pack, const Link& link, v1::Erasure* out) {
  const Erasure& erasure = *link.erased;
  out->set_link(link.id);
  out->set_entity(link.entity);
  out->set_erase_micros(erasure.at_micros);
  out->set_clean_micros(erasure.clean_micros);
  out->set_request_id(erasure.request_id);
  for (const Side side : kSides) {
    if (erasure.held[side]) out->add_held_by(pack.sides[side].name);
    if (erasure.reported[side]) out->add_reported_by(pack.sides[side].name);
  }
  out->set_lifted(erasure.lifted);
}

void Show(const Pack& pack, const EraseReport& report, v1::Erasure* out) {
  Link link;
  link.id = report.link;
  link.entity = report.entity;
  link.erased = report.erasure;
  Show(pack, link, out);
  for (const auto& [entity, count] : report.referring) (*out->mutable_referring())[entity] = count;
  for (const KnownBackup& backup : report.backups) {
    v1::Erasure::Backup* shown = out->add_backups();
    shown->set_directory(backup.directory);
    shown->set_create_micros(backup.at_micros);
  }
}

void Show(const Pack& pack, const Link& link, v1::Link* out) {
  out->set_id(link.id);
  out->set_entity(link.entity);
  out->set_phase(link.phase);
  out->set_origin(pack.sides[link.origin].name);
  out->set_state(std::string(StateOf(link)));
  for (const Side side : kSides) {
    if (link.members[side].presence != Presence::kNone) ShowRecord(pack, link, side, out->add_members());
    if (link.owed[side]) ShowDelivery(pack, pack.Entity(link.entity), *link.owed[side], side, out->add_owed());
  }
  if (link.parked) {
    out->mutable_parked()->set_reason(link.parked->reason);
    out->mutable_parked()->set_wait(link.parked->wait);
    out->mutable_parked()->set_item(link.parked->item);
    out->mutable_parked()->set_since_micros(link.parked->since_micros);
  }
  for (const auto& [reason, item] : link.items) (*out->mutable_items())[reason] = item;
  for (const auto& [name, value] : link.drift) Show(IsSensitive(pack, link.entity, name) ? Masked(value) : value, &(*out->mutable_drift())[name]);
  if (link.document) {
    out->mutable_document()->set_state(link.document->state);
    out->mutable_document()->set_step(link.document->step);
    out->mutable_document()->set_push(link.document->push);
    out->mutable_document()->set_number(link.document->number);
    for (const std::string& problem : link.document->problems) out->mutable_document()->add_problems(problem);
  }
  out->set_evidence(link.evidence);
  out->set_create_micros(link.created_micros);
  out->set_etag(EtagOf(link));
  if (link.erased) Show(pack, link, out->mutable_erasure());
}

void Show(const Pack& pack, const RunState& run, v1::Run* out) {
  out->set_id(run.id);
  out->set_kind(run.kind);
  out->set_state(run.state);
  out->set_start_micros(run.started_micros);
  out->set_end_micros(run.ended_micros);
  out->set_problem(run.problem);
  for (const auto& [name, count] : run.counts) (*out->mutable_counts())[name] = count;
  for (const std::string& pending : run.pending) {
    // Kept as "0:party".
    const bool is_listing = pending.size() > 2 && pending[1] == ':';
    out->add_pending(is_listing ? SideName(pack, pending[0] - '0') + pending.substr(1) : pending);
  }
}

void Show(const PushState& push, v1::Push* out) {
  out->set_id(push.id);
  out->set_link(push.link);
  out->set_kind(push.kind);
  out->set_state(push.state);
  out->set_number(push.number);
  out->set_request_id(push.request_id);
  for (const std::string& problem : push.problems) out->add_problems(problem);
  out->set_start_micros(push.started_micros);
  out->set_end_micros(push.ended_micros);
}

void Show(const Pack& pack, const WorkItem& item, v1::WorkItem* out) {
  out->set_id(item.id);
  out->set_kind(std::string(NameOf(item.kind)));
  out->set_state(std::string(NameOf(item.state)));
  out->set_reason(item.reason);
  out->set_link(item.link);
  out->set_entity(item.entity);
  out->set_side(SideName(pack, item.side));
  out->set_group(item.group);
  out->set_open_micros(item.opened_micros);
  out->set_close_micros(item.closed_micros);
  out->set_due_micros(item.due_micros);
  out->set_message_fr(item.message_fr);
  out->set_message_en(item.message_en);
  // A conflict shows its values: a person has to judge them, and the loser is kept to be seen.
  ShowFields(item.details, out->mutable_details());
  for (const std::string& choice : item.choices) out->add_choices(choice);
  out->set_resolution(item.resolution);
}

namespace {

// What a write put in the place of what: by native field.
Value WroteShown(const Pack& pack, const JournalEntry& entry, const Map& wrote) {
  // A rule is named after its entity: "contact.phone".
  const EntityRule* entity = pack.Entity(entry.rule.substr(0, entry.rule.find('.')));
  Map shown;
  for (const auto& [name, values] : wrote) shown[name] = entity ? Shown(entity, static_cast<Side>(entry.side), name, values) : Masked(values);
  return shown;
}

}  // namespace

void Show(const Pack& pack, const JournalEntry& entry, v1::HistoryEntry* out) {
  out->set_seq(entry.seq);
  out->set_at_micros(entry.at_micros);
  out->set_kind(entry.kind);
  out->set_side(SideName(pack, entry.side));
  out->set_rule(entry.rule);
  out->set_pack_version(entry.pack_version);
  Fields details = entry.details;
  if (const auto* wrote = FieldOf(details, "wrote").As<Map>(); wrote && entry.side >= 0) details["wrote"] = WroteShown(pack, entry, *wrote);
  ShowFields(details, out->mutable_details());
}

}  // namespace entente
