#include "engine/pipeline/seal.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/core/calendar.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

// Among the link's choices: what was told last of a changed seal.
constexpr std::string_view kTold = "told_of_seal";

Fields SealedOf(const SealRule& rule, const Fields& record) {
  Fields sealed;
  for (const std::string& native : rule.natives) {
    if (const auto field = record.find(native); field != record.end()) sealed.insert(*field);
  }
  return sealed;
}

// A column that a session's system has not says nothing of the record.
bool HasColumn(const State& state, Side side, const std::string& resource, const std::string& native) {
  const auto& session = state.sides[side].session;
  if (!session) return true;
  const auto described = session->resources.find(resource);
  if (described == session->resources.end()) return true;
  const std::vector<FieldInfo>& fields = described->second.fields;
  return std::any_of(fields.begin(), fields.end(), [&](const FieldInfo& field) { return NativeRoot(field.name) == native; });
}

void Set(Fields& record, const std::string& native, const Value& value) {
  if (value.IsNull()) record.erase(native);
  else record[native] = value;
}

absl::StatusOr<bool> Holds(const FormulaPtr& formula, const Scope& scope) {
  const absl::StatusOr<Value> value = formula->Evaluate(scope);
  if (!value.ok()) return value.status();
  return value->As<bool>() && *value->As<bool>();
}

// The record as its system shows it now.
Fields AsFound(const Link& link, Side side) {
  Fields record = link.members[side].shadow;
  for (const auto& [native, value] : link.seal->found) Set(record, native, value);
  return record;
}

struct Changed {
  List names;
  Map values;   // by our field: as sealed, as found
};

// Our fields that are another value now: what systems render differently is no change.
absl::StatusOr<Changed> ChangedFields(Turn& turn, const EntityRule& entity, const Link& link, const Fields& found_record) {
  const SealRule& rule = *entity.seal;
  const LinkScope as_sealed(turn.pack(), link);
  Scope as_found = as_sealed.scope();
  as_found.record[rule.side] = &found_record;
  Changed changed;
  for (const FieldRule& field : entity.fields) {
    if (!rule.fields.contains(field.name) || IsAbsent(turn, field, rule.side)) continue;
    const absl::StatusOr<Value> kept = GetCanonical(turn, entity, field, rule.side, link.members[rule.side].shadow, as_sealed.scope());
    if (!kept.ok()) return kept.status();
    const absl::StatusOr<Value> found = GetCanonical(turn, entity, field, rule.side, found_record, as_found);
    if (!found.ok()) return found.status();
    if ((kept->IsBlank() && found->IsBlank()) || EqualModulo(field.equality, *kept, *found)) continue;
    changed.names.push_back(field.name);
    if (!field.sensitive) changed.values[field.name] = List{*kept, *found};
  }
  return changed;
}

void TakeSeal(Turn& turn, const EntityRule& entity, Link& link, const std::string& kind) {
  const SealRule& rule = *entity.seal;
  if (!link.seal) link.seal = Seal{.side = rule.side, .since_micros = turn.micros(), .digest = {}, .found = {}};
  link.seal->digest = DigestOfFields(SealedOf(rule, link.members[rule.side].shadow));
  turn.Tell(link, kind, entity.name + ".seal", static_cast<int>(Index(rule.side)), {{"digest", link.seal->digest.ToHex()}});
}

// What was found takes its place, and flows like any edit.
void TakeFound(Turn& turn, const EntityRule& entity, Link& link) {
  const Side side = link.seal->side;
  Member& member = link.members[side];
  for (const auto& [native, value] : link.seal->found) Set(member.shadow, native, value);
  link.seal->found.clear();
  IndexMatches(turn, entity, link, side);
}

// The pack seals no longer, or other fields.
void FollowPack(Turn& turn, const EntityRule& entity, Link& link) {
  Seal& seal = *link.seal;
  if (!entity.seal || entity.seal->side != seal.side) {
    TakeFound(turn, entity, link);
    turn.Tell(link, "unsealed", entity.name, static_cast<int>(Index(seal.side)), {});
    link.seal.reset();
    return;
  }
  Member& member = link.members[seal.side];
  erase_if(seal.found, [&](const auto& field) {
    if (entity.seal->natives.contains(field.first)) return false;
    Set(member.shadow, field.first, field.second);
    return true;
  });
  // A field that is sealed from this pack on is sealed as it stands.
  seal.digest = DigestOfFields(SealedOf(*entity.seal, member.shadow));
}

void TellChanged(Turn& turn, const EntityRule& entity, Link& link, Changed changed) {
  const SealRule& rule = *entity.seal;
  Fields details{{"fields", std::move(changed.names)},
                 {"values", std::move(changed.values)},
                 {"sealed_at", FormatTimestamp({link.seal->since_micros})},
                 {"digest", link.seal->digest.ToHex()}};
  std::vector<std::string> choices = rule.corrected_by_approval ? std::vector<std::string>{"accept", "dismiss"} : std::vector<std::string>{"dismiss"};
  const bool is_new = !link.items.contains(rule.raises);
  // Dismissed: told again only when something else is found.
  std::string& told = link.choices[std::string(kTold)];
  const std::string what = DigestOfFields(link.seal->found).ToHex();
  if (is_new && told == what) return;
  told = what;
  const WorkItemId id = OpenItem(turn, link, rule.raises, static_cast<int>(Index(rule.side)), details, std::move(choices));
  if (!is_new && turn.GetWork(id).details == details) return;
  WorkItem& item = turn.EditWork(id);
  item.details = details;
  if (is_new && !rule.correction_en.empty()) {
    // A reason of the pack's own has no other words.
    const bool has_words = item.message_en != item.reason;
    item.message_fr = has_words ? absl::StrCat(item.message_fr, " ", rule.correction_fr) : rule.correction_fr;
    item.message_en = has_words ? absl::StrCat(item.message_en, " ", rule.correction_en) : rule.correction_en;
  }
  if (is_new) turn.Count(rule.raises + "." + entity.name);
}

// A person's word for the correction, or the pack's.
absl::StatusOr<bool> IsCorrection(Turn& turn, const EntityRule& entity, Link& link, const Fields& found_record) {
  const SealRule& rule = *entity.seal;
  if (auto choice = link.choices.find(rule.raises); choice != link.choices.end()) {
    const bool is_accepted = choice->second == "accept";
    link.choices.erase(choice);
    if (is_accepted) return true;
  }
  if (!rule.corrected_when) return false;
  const LinkScope sealed(turn.pack(), link);
  Scope found = sealed.scope();
  found.record[rule.side] = &found_record;
  return Holds(rule.corrected_when, found);
}

}  // namespace

void KeepSealed(const Turn& turn, const EntityRule& entity, Link& link, Side side, Fields& mapped) {
  Seal& seal = *link.seal;
  if (seal.side == side) seal.found.clear();
  // Another pack seals nothing here any more: the record is taken as it is.
  if (!entity.seal || entity.seal->side != side || seal.side != side) return;
  const SealRule& rule = *entity.seal;
  if (DigestOfFields(SealedOf(rule, mapped)) == seal.digest) return;
  const Fields& shadow = link.members[side].shadow;
  for (const std::string& native : rule.natives) {
    const Value& kept = FieldOf(shadow, native);
    const Value found = FieldOf(mapped, native);
    if (kept == found) continue;
    Set(mapped, native, kept);
    if (HasColumn(turn.state(), side, entity.sides[side].resource, native)) seal.found[native] = found;
  }
}

absl::Status JudgeSeal(Turn& turn, const EntityRule& entity, Link& link) {
  if (link.seal) FollowPack(turn, entity, link);
  if (!entity.seal || !link.Has(entity.seal->side)) return absl::OkStatus();
  const SealRule& rule = *entity.seal;
  if (!link.seal) {
    const absl::StatusOr<bool> is_time = Holds(rule.when, LinkScope(turn.pack(), link).scope());
    if (!is_time.ok()) return is_time.status();
    if (*is_time) TakeSeal(turn, entity, link, "sealed");
    return absl::OkStatus();
  }
  if (!link.seal->found.empty()) {
    const Fields found = AsFound(link, rule.side);
    const absl::StatusOr<bool> is_correction = IsCorrection(turn, entity, link, found);
    if (!is_correction.ok()) return is_correction.status();
    if (*is_correction) {
      TakeFound(turn, entity, link);
      TakeSeal(turn, entity, link, "sealed_anew");
      link.choices.erase(std::string(kTold));
      CloseItem(turn, link, rule.raises, "corrected");
      return absl::OkStatus();
    }
    absl::StatusOr<Changed> changed = ChangedFields(turn, entity, link, found);
    if (!changed.ok()) return changed.status();
    if (!changed->names.empty()) {
      TellChanged(turn, entity, link, *std::move(changed));
      return absl::OkStatus();
    }
  }
  link.choices.erase(rule.raises);
  link.choices.erase(std::string(kTold));
  CloseItem(turn, link, rule.raises, "as it was sealed");
  return absl::OkStatus();
}

}  // namespace entente
