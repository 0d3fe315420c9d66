#include "engine/pipeline/undo.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/core/lens/equality.h"
#include "engine/pipeline/apply.h"
#include "engine/pipeline/capacity.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

constexpr char kReason[] = "undo:";      // of a delivery, then the name of the undo
constexpr char kItem[] = "undone";
constexpr char kAgain[] = "write_again";
// In the link's choices: then the field's name, or nothing for the record's existence.
constexpr char kHold[] = "undone:";
// There too: the look before the delete showed that somebody changed the record.
constexpr char kEdited[] = "undo_edited";
// Clocks of the systems and of the engine differ by less, or a person's edit is assumed where there was none.
constexpr std::int64_t kClocksDifferMicros = 120'000'000;

std::string Group(const EntityRule& entity, const std::string& undo) { return absl::StrCat(kItem, ":", entity.name, ":", undo); }

std::int64_t CountOf(const WorkItem& item) {
  const auto* count = FieldOf(item.details, "count").As<std::int64_t>();
  return count ? *count : 0;
}

bool Same(Equality equality, const Value& a, const Value& b) { return (a.IsBlank() && b.IsBlank()) || EqualModulo(equality, a, b); }

// ------------------------------------------------------------------------------------------------ carrying out

// Fields of ours that a native field of the side holds.
std::vector<const FieldRule*> FieldsIn(const EntityRule& entity, Side side, const Fields& natives) {
  std::vector<const FieldRule*> fields;
  for (const FieldRule& field : entity.fields) {
    if (field.sides[side].writable() && field.sides[Other(side)].exists() && natives.contains(NativeRoot(field.sides[side].native))) fields.push_back(&field);
  }
  return fields;
}

// What is agreed once the values stand there: the source's half stays what it was, so that an edit of it still shows as one.
absl::Status Settle(Turn& turn, const EntityRule& entity, const Link& link, Side side, Delivery& delivery) {
  Fields record = link.members[side].shadow;
  for (const auto& [name, value] : delivery.writes) {
    if (value.IsNull()) record.erase(name);
    else record[name] = value;
  }
  LinkScope scope(turn.pack(), link);
  scope.See(side, record);
  for (const FieldRule* field : FieldsIn(entity, side, delivery.writes)) {
    BaseField base;
    if (const auto agreed = link.base.find(field->name); agreed != link.base.end()) base = agreed->second;
    for (Side of : kSides) {
      if (of != side && link.base.contains(field->name)) continue;
      absl::StatusOr<Value> held = GetCanonical(turn, entity, *field, of, of == side ? record : link.members[of].shadow, scope.scope());
      if (!held.ok()) return held.status();
      base.held[of] = *std::move(held);
    }
    base.rule = absl::StrCat(entity.name, ".", field->name);
    base.pack_version = turn.pack().version;
    base.source_side = static_cast<int>(Index(Other(side)));
    base.since_micros = turn.micros();
    base.not_held = false;
    delivery.settles[field->name] = std::move(base);
  }
  return absl::OkStatus();
}

// Why the write may not be made any more; empty: it may.
std::string Moved(const PlannedWrite& write, const Link& link) {
  const Member& member = link.members[write.side];
  const bool brings_back = write.verb == Verb::kCreate || write.verb == Verb::kUndelete;
  if (member.presence != (brings_back ? Presence::kDeleted : Presence::kPresent)) return "moved";
  if (write.verb != Verb::kCreate && member.key != write.key) return "moved";
  // Of a record that goes, nothing at all may have changed, also not a field that was blank.
  if (write.verb == Verb::kDelete) return member.shadow == write.before ? "" : "edited_since";
  const bool stands = std::all_of(write.before.begin(), write.before.end(), [&](const auto& field) { return FieldOf(member.shadow, field.first) == field.second; });
  return stands ? "" : "edited_since";
}

// What is deleted is looked at once more before. True when that was done.
bool IsLookedAt(Turn& turn, Link& link, Side side) {
  const std::pair<LinkId, Side> place{link.id, side};
  if (turn.state().applying->looked.contains(place)) return true;
  link.members[side].verify = true;
  turn.OnHandled([place](State& state) {
    if (state.applying) state.applying->looked.insert(place);
  });
  turn.MarkDirty(link.id);
  return false;
}

// The value stands there already: its answer was lost and looked for, or somebody typed it. What follows from it is all that is left to do.
bool IsDone(const PlannedWrite& write, const Link& link, const std::map<std::string, std::string>& bindings) {
  if (write.verb != Verb::kUpdate || !link.Has(write.side)) return false;
  const Fields writes = Bound(write.writes, bindings);
  return std::all_of(writes.begin(), writes.end(), [&](const auto& field) { return FieldOf(link.members[write.side].shadow, field.first) == field.second; });
}

void SettleDone(Turn& turn, const EntityRule& entity, Link& link, const Delivery& delivery, Side side) {
  Withdraw(turn, link, side);
  for (const auto& [name, settled] : delivery.settles) link.base[name] = settled;
  NoteUndone(turn, entity, link, side, delivery);
  turn.OnHandled([place = std::pair(link.id, side)](State& state) {
    if (state.applying) state.applying->admitted.insert(place);
  });
  NoteApplied(turn, link.id, side, link.members[side].key);
}

void CarryOut(Turn& turn, const EntityRule& entity, Link& link, const PlannedWrite& write) {
  const Side side = write.side;
  if (link.owed[side] && !IsUndo(*link.owed[side])) Withdraw(turn, link, side);
  const bool is_done = IsDone(write, link, turn.state().applying->bindings);
  const bool is_edited = link.choices.erase(kEdited) > 0;
  if (const std::string why = is_edited ? "edited_since" : Moved(write, link); !why.empty() && !is_done) {
    Withdraw(turn, link, side);
    return RefusePlanned(turn, link.id, side, why);
  }
  if (write.verb == Verb::kDelete && !IsLookedAt(turn, link, side)) return;
  const auto& bindings = turn.state().applying->bindings;
  Delivery delivery;
  delivery.verb = write.verb;
  delivery.key = Bound(write.key, bindings);
  delivery.writes = Bound(write.writes, bindings);
  delivery.rule = write.rule;
  delivery.reason = absl::StrCat(kReason, turn.state().applying->undo);
  if (write.verb == Verb::kUpdate) {
    delivery.expected = write.before;
    if (absl::Status settled = Settle(turn, entity, link, side, delivery); !settled.ok()) return FormulaFailed(turn, link, settled);
    if (is_done) return SettleDone(turn, entity, link, delivery, side);
  }
  if (write.verb == Verb::kCreate) {
    delivery.find_field = entity.sides[side].find_field;
    delivery.find_value = FieldOf(delivery.writes, delivery.find_field);
    delivery.search_first = true;
  }
  if (write.verb != Verb::kDelete && !HasRoom(turn, entity, link, side, delivery)) return;
  Queue(turn, entity, link, side, std::move(delivery));
}

// ------------------------------------------------------------------------------------------------ holding

void Hold(Turn& turn, const EntityRule& entity, Link& link, Side side, const Delivery& delivery, const std::string& field, const std::string& what) {
  const std::string group = Group(entity, delivery.reason.substr(sizeof(kReason) - 1));
  const std::string hold = absl::StrCat(kHold, field);
  const WorkItemId id = OpenGroupItem(turn, group, kItem, entity.name, static_cast<int>(Index(side)), {}, {kAgain});
  WorkItem& item = turn.EditWork(id);
  item.details["count"] = CountOf(item) + 1;
  link.choices[hold] = absl::StrCat(id, " ", Index(side), " ", what);
  link.items[kItem] = id;
  Subscribe(turn, link, WaitForApproval(group));
  turn.Count("undone." + entity.name);
}

// What a hold says: its item, the side that was written, "value", "gone" or "kept".
struct Holding {
  WorkItemId item = 0;
  Side side = Side::kLeft;
  std::string what;
};

Holding Read(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ' ');
  if (parts.size() != 3) return {};
  return {std::strtoull(parts[0].c_str(), nullptr, 10), parts[1] == "0" ? Side::kLeft : Side::kRight, parts[2]};
}

// The rules would leave the field as it stands.
bool Agrees(Turn& turn, const EntityRule& entity, const FieldRule& field, const Link& link, Side side, const Both<Value>& now, const Scope& scope) {
  if (!FlowsTo(field.PolicyIn(link.phase), side)) return true;
  const absl::StatusOr<Image> image = ImageOn(turn, entity, field, side, now[Other(side)], link.members[side].shadow, scope, false);
  return image.ok() && image->refused.empty() && !image->missing && Same(field.equality, image->value, now[side]);
}

absl::StatusOr<Both<Value>> Now(Turn& turn, const EntityRule& entity, const FieldRule& field, const Link& link, const Scope& scope) {
  Both<Value> now;
  for (Side side : kSides) {
    absl::StatusOr<Value> value = GetCanonical(turn, entity, field, side, link.members[side].shadow, scope);
    if (!value.ok()) return value.status();
    now[side] = *std::move(value);
  }
  return now;
}

bool IsValueHeld(Turn& turn, const EntityRule& entity, const std::string& name, const Link& link, const Holding& holding) {
  const FieldRule* field = entity.Field(name);
  const auto base = link.base.find(name);
  if (!field || base == link.base.end()) return false;
  const LinkScope scope(turn.pack(), link);
  const absl::StatusOr<Both<Value>> now = Now(turn, entity, *field, link, scope.scope());
  if (!now.ok()) return true;   // nothing new is known of it
  for (Side side : kSides) {
    if (!Same(field->equality, (*now)[side], base->second.held[side])) return false;
  }
  return !Agrees(turn, entity, *field, link, holding.side, *now, scope.scope());
}

bool IsExistenceHeld(const Link& link, const Holding& holding) {
  const Presence written = link.members[holding.side].presence;
  const Presence source = link.members[Other(holding.side)].presence;
  if (holding.what == "gone") return written == Presence::kDeleted && source != Presence::kDeleted;
  return written != Presence::kDeleted && source == Presence::kDeleted;
}

// The rules decide again, as if the write that was taken back had never been made.
void Release(Link& link, const std::string& field, const Holding& holding) {
  if (holding.what == "value") {
    if (BaseField* const base = link.base.FindToChange(field)) base->held[Other(holding.side)] = base->held[holding.side];
  } else if (holding.what == "gone" && link.members[holding.side].presence == Presence::kDeleted) {
    // It never was: nobody deleted it, so nothing of the other side is to be deleted for it.
    link.members[holding.side].presence = Presence::kNone;
    link.base.clear();
  }
}

void End(Turn& turn, Link& link, const std::string& hold, const Holding& holding, const std::string& why) {
  WorkItem& item = turn.EditWork(holding.item);
  item.details["count"] = CountOf(item) - 1;
  if (item.state == WorkItem::State::kOpen && CountOf(item) <= 0) CloseGroupItem(turn, holding.item, why);
  turn.Tell(link, "undo_ended", kItem, static_cast<int>(Index(holding.side)), {{"field", hold.substr(sizeof(kHold) - 1)}, {"why", why}});
  link.choices.erase(hold);
}

}  // namespace

bool IsUndo(const Delivery& delivery) { return std::string_view(delivery.reason).starts_with(kReason); }

void CarryOutUndo(Turn& turn, const EntityRule& entity, Link& link) {
  turn.LeaveUndecided(link.id);
  for (Side side : kSides) {
    const std::pair<LinkId, Side> place{link.id, side};
    if (turn.HasPlannedEnded(link.id, side)) continue;
    const auto owed = turn.state().applying->owed.find(place);
    if (owed != turn.state().applying->owed.end() && !owed->second.empty()) CarryOut(turn, entity, link, owed->second.front());
  }
}

void NoteLookedAt(Turn& turn, LinkId link, Side side, const FeedChange& change) {
  const auto& applying = turn.state().applying;
  if (!applying || applying->undo.empty() || !applying->looked.contains({link, side})) return;
  const Link* found = turn.FindLink(link);
  if (!found) return;
  const Member& member = found->members[side];
  // By the system's own dates where both are known; its clock and ours may differ.
  const std::int64_t unchanged = member.changed_from_micros != 0 ? member.changed_from_micros : member.seen_micros + kClocksDifferMicros;
  if (change.changed_from_micros > unchanged) turn.Edit(link).choices[kEdited] = "1";
}

bool HasArrived(Turn& turn, const EntityRule& entity, const Link& link, Side side, const Delivery& delivery, const FeedChange& found) {
  LinkScope scope(turn.pack(), link);
  scope.See(side, found.fields);
  return std::all_of(delivery.settles.begin(), delivery.settles.end(), [&](const auto& settled) {
    const FieldRule* field = entity.Field(settled.first);
    if (!field) return true;
    const absl::StatusOr<Value> now = GetCanonical(turn, entity, *field, side, found.fields, scope.scope());
    return now.ok() && Same(field->equality, *now, settled.second.held[side]);
  });
}

void NoteUndone(Turn& turn, const EntityRule& entity, Link& link, Side side, const Delivery& delivery) {
  if (!IsUndo(delivery)) return;
  if (delivery.verb != Verb::kUpdate) return Hold(turn, entity, link, side, delivery, "", delivery.verb == Verb::kDelete ? "gone" : "kept");
  for (const auto& [name, settled] : delivery.settles) {
    const FieldRule* field = entity.Field(name);
    if (!field || link.choices.contains(absl::StrCat(kHold, name))) continue;
    link.unheld.erase(name);
    const LinkScope scope(turn.pack(), link);
    const absl::StatusOr<Both<Value>> now = Now(turn, entity, *field, link, scope.scope());
    if (now.ok() && Agrees(turn, entity, *field, link, side, *now, scope.scope())) continue;
    Hold(turn, entity, link, side, delivery, name, "value");
  }
}

Held TakeHeld(Turn& turn, const EntityRule& entity, Link& link) {
  Held held;
  std::vector<std::pair<std::string, std::string>> holds;
  for (auto it = link.choices.lower_bound(kHold); it != link.choices.end() && std::string_view(it->first).starts_with(kHold); ++it) holds.emplace_back(*it);
  if (holds.empty()) return held;
  for (const auto& [hold, text] : holds) {
    const Holding holding = Read(text);
    if (holding.item == 0) continue;
    const std::string field = hold.substr(sizeof(kHold) - 1);
    const WorkItem& item = turn.GetWork(holding.item);
    const bool released = item.state != WorkItem::State::kOpen && item.resolution == kAgain;
    const bool stands = field.empty() ? IsExistenceHeld(link, holding) : IsValueHeld(turn, entity, field, link, holding);
    if (stands && !released) {
      if (item.state == WorkItem::State::kOpen) Subscribe(turn, link, WaitForApproval(item.group));
      if (field.empty()) held.existence = true;
      else held.fields.insert(field);
      continue;
    }
    if (released || field.empty()) Release(link, field, holding);
    End(turn, link, hold, holding, released ? kAgain : "somebody edited it, or the rules agree");
  }
  if (!held.existence && held.fields.empty()) link.items.erase(kItem);
  return held;
}

EntityRule Without(const EntityRule& entity, const std::set<std::string>& fields) {
  EntityRule rest = entity;
  std::erase_if(rest.fields, [&](const FieldRule& field) { return fields.contains(field.name); });
  return rest;
}

}  // namespace entente
