#include "engine/pipeline/correlate.h"

#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/text.h"
#include "engine/pipeline/adopt.h"
#include "engine/pipeline/approval.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

using Kind = Correlation::Kind;

// The key under which a rule indexes the record on one side; nothing when the rule does not apply.
struct RuleKey {
  std::uint64_t own = 0, other = 0;
  // The parent within which the key is unique is not linked yet.
  std::string waits;
};

std::optional<RuleKey> KeyUnder(Turn& turn, const EntityRule& entity, const MatchRule& rule, const Link& link, Side here) {
  if (!rule.key[here] || !rule.key[Other(here)]) return std::nullopt;
  const LinkScope scope(turn.pack(), link);
  const absl::StatusOr<Value> key = rule.key[here]->Evaluate(scope.scope());
  if (!key.ok() || key->TextOrEmpty().empty()) return std::nullopt;
  RuleKey found;
  std::vector<std::string> own_within, other_within;
  for (const std::string& name : WithinFields(rule)) {
    const FieldRule* parent = entity.Field(name);
    const auto* reference = parent ? NativeOf(link.members[here].shadow, parent->sides[here].native).As<Reference>() : nullptr;
    if (!reference) return std::nullopt;
    const RecordEntry* entry = turn.FindRecord({here, reference->resource, reference->key});
    if (!entry || entry->link == 0) {
      found.waits = WaitForRecord(here, reference->resource, reference->key);
      return found;
    }
    const Link* target = turn.FindLink(entry->link);
    if (!target || !target->Has(Other(here))) {
      found.waits = WaitForLink(entry->link, Other(here));
      return found;
    }
    own_within.push_back(reference->key);
    other_within.push_back(target->members[Other(here)].key);
  }
  found.own = MatchHash(turn.state().tuning, entity, rule, JoinKeys(own_within), key->TextOrEmpty());
  found.other = MatchHash(turn.state().tuning, entity, rule, JoinKeys(other_within), key->TextOrEmpty());
  return found;
}

struct Candidates {
  std::vector<LinkId> free;    // have a record there and none here
  std::vector<LinkId> taken;   // linked to another record here
  int rivals = 0;              // other records of our own side with the same key, not linked
};

Candidates Look(Turn& turn, const Link& link, Side here, const RuleKey& key) {
  Candidates found;
  const Side there = Other(here);
  const std::set<LinkId> partners = turn.Matches({there, key.other});
  const std::set<LinkId> rivals = turn.Matches({here, key.own});
  for (LinkId id : partners) turn.PrefetchLink(id);
  for (LinkId id : rivals) turn.PrefetchLink(id);
  turn.Require();
  for (LinkId id : partners) {
    const Link* other = turn.FindLink(id);
    if (id == link.id || !other || !other->Has(there)) continue;
    (other->Has(here) ? found.taken : found.free).push_back(id);
  }
  for (LinkId id : rivals) {
    const Link* rival = turn.FindLink(id);
    if (id != link.id && rival && rival->Has(here) && !rival->Has(there)) ++found.rivals;
  }
  return found;
}

// A partner that seems taken may only look so: its record here may be gone and nobody saw it yet (a new code on a new row).
bool NeedsVerification(Turn& turn, Link& link, Side here, LinkId taken) {
  const std::string mark = absl::StrCat("verified:", taken);
  if (link.choices.contains(mark)) return false;
  link.choices[mark] = "asked";
  Link& holder = turn.Edit(taken);
  turn.Ask({.side = here, .kind = OperationKind::kRead, .link = taken, .purpose = "verify", .resource = holder.members[here].resource,
            .key = holder.members[here].key});
  Park(turn, link, "verifying_pair", WaitForVerified(taken));
  return true;
}

Correlation Ambiguous(Turn& turn, Link& link, Side here, const MatchRule& rule, const RuleKey& key, const Candidates& found) {
  Fields details{{"rule", rule.name}, {"candidates", static_cast<std::int64_t>(found.free.size())}, {"rivals", static_cast<std::int64_t>(found.rivals)}};
  std::vector<std::string> choices;
  for (LinkId id : found.free) {
    const Link* candidate = turn.FindLink(id);
    if (choices.size() < 10) choices.push_back("link:" + candidate->members[Other(here)].key);
  }
  if (!rule.unique) choices.push_back("create");
  const std::string reason = rule.unique && found.free.empty() ? "doubled_match_key" : "ambiguous_match";
  const WorkItemId item = OpenItem(turn, link, reason, static_cast<int>(Index(here)), std::move(details), std::move(choices));
  // Looked at again when one of those that share the key leaves it.
  Park(turn, link, reason, WaitForMatch(here, key.own));
  Subscribe(turn, link, WaitForMatch(Other(here), key.other));
  link.parked->item = item;
  return {Kind::kWaits, link.id};
}

// The person's answer to an ambiguity.
std::optional<Correlation> Chosen(Turn& turn, const EntityRule& entity, Link& link, Side here) {
  auto it = link.choices.find("ambiguous_match");
  if (it == link.choices.end()) return std::nullopt;
  const std::string choice = it->second;
  if (choice == "create") return Correlation{Kind::kAlone, link.id};
  const std::string key = choice.substr(choice.find(':') + 1);
  const RecordEntry* entry = turn.FindRecord({Other(here), entity.sides[Other(here)].resource, key});
  if (!entry || entry->link == 0 || entry->deleted) {
    link.choices.erase(it);
    return std::nullopt;
  }
  const Link* other = turn.FindLink(entry->link);
  if (!other || other->Has(here)) {
    link.choices.erase(it);
    return std::nullopt;
  }
  const LinkId kept = entry->link;
  Unite(turn, entity, kept, link.id, here, "chosen");
  return Correlation{Kind::kUnited, kept};
}

// The pack wants a key of every record of this side, and this one has none.
bool LacksKey(Turn& turn, const MatchRule& rule, const Link& link, Side here) {
  if (!rule.not_empty[here] || !rule.key[here]) return false;
  const absl::StatusOr<Value> key = rule.key[here]->Evaluate(LinkScope(turn.pack(), link).scope());
  return key.ok() && Trim(key->TextOrEmpty()).empty();
}

Correlation EmptyKey(Turn& turn, Link& link, Side here, const MatchRule& rule) {
  OpenItem(turn, link, "empty_match_key", static_cast<int>(Index(here)), {{"rule", rule.name}, {"key", link.members[here].key}}, {"dismiss"});
  Park(turn, link, "empty_match_key", "");
  return {Kind::kWaits, link.id};
}

// What the index says of a link that is no more, on the side it had no record on: a record that is gone, one that was to be made.
void ForgetLeft(Turn& turn, const EntityRule& entity, const Link& absorbed, Side side) {
  const Member& member = absorbed.members[side];
  std::vector<std::string> keys = member.former_keys;
  keys.push_back(member.key);
  if (absorbed.owed[side]) keys.push_back(absorbed.owed[side]->key);
  for (const std::string& key : keys) {
    const RecordId id{side, entity.sides[side].resource, key};
    const RecordEntry* entry = key.empty() ? nullptr : turn.FindRecord(id);
    if (entry && entry->link == absorbed.id) turn.Put(id, std::nullopt);
  }
  if (!member.row) return;
  const RowId row{side, entity.sides[side].resource, member.row->incarnation, member.row->number};
  if (turn.FindRow(row) == absorbed.id) turn.Put(row, std::nullopt);
}

}  // namespace

void Unite(Turn& turn, const EntityRule& entity, LinkId kept_id, LinkId absorbed_id, Side side, const std::string& evidence) {
  Link absorbed = turn.Edit(absorbed_id);
  {
    Link& leaving = turn.Edit(absorbed_id);
    Unpark(turn, leaving);
    LeaveApproval(turn, leaving);
    for (const auto& [reason, item] : std::map(leaving.items)) CloseItem(turn, leaving, reason, "linked");
    UnindexMatches(turn, leaving, side);
    for (Side owed_side : kSides) {
      if (leaving.owed[owed_side]) turn.PutOutbox({owed_side, leaving.owed[owed_side]->lane, leaving.owed[owed_side]->order}, std::nullopt);
    }
  }
  Link& kept = turn.Edit(kept_id);
  Member& place = kept.members[side];
  const Member former = place;
  place = absorbed.members[side];
  if (absorbed.seal && absorbed.seal->side == side) kept.seal = absorbed.seal;
  place.match_hashes.clear();
  if (!former.key.empty() && former.key != place.key) {
    place.former_keys = former.former_keys;
    place.former_keys.push_back(former.key);
    turn.Put(RecordId{side, former.resource, former.key}, RecordEntry{.link = kept_id, .alias = true});
  }
  turn.Put(RecordId{side, place.resource, place.key},
           RecordEntry{.link = kept_id, .digest = place.digest, .generation = turn.state().generation});
  ForgetLeft(turn, entity, absorbed, Other(side));
  if (place.row) turn.Put(RowId{side, place.resource, place.row->incarnation, place.row->number}, kept_id);
  for (const std::string& key : absorbed.members[side].former_keys) {
    turn.Put(RecordId{side, place.resource, key}, RecordEntry{.link = kept_id, .alias = true});
  }
  for (LinkId referring : turn.Refers(absorbed_id)) {
    turn.PutRefers(absorbed_id, referring, false);
    turn.PutRefers(kept_id, referring, true);
    turn.MarkDirty(referring);
  }
  IndexMatches(turn, entity, kept, side);
  kept.evidence = evidence;
  Unpark(turn, kept);
  LeaveApproval(turn, kept);
  // What was said of it as long as it was alone.
  std::set<std::string> alone = {"held_delete", "ambiguous_match", "doubled_match_key", "empty_match_key", "deleted_on_other_side"};
  for (const auto& [phase, life] : entity.life) {
    for (Side here : kSides) alone.insert(life[here].create_reason);
  }
  for (const std::string& reason : alone) CloseItem(turn, kept, reason, "linked");
  kept.choices.erase("ambiguous_match");
  turn.Tell(kept, "linked", entity.name + ".match." + evidence, static_cast<int>(Index(side)), {{"absorbed", static_cast<std::int64_t>(absorbed_id)}});
  turn.Erase(absorbed_id);
  turn.Count("linked." + entity.name);
  const std::string name = entity.name;
  turn.OnHandled([name](State& state) { --state.entity_links[name]; });
  for (Side woken : kSides) {
    turn.Wake(WaitForLink(absorbed_id, woken));
    turn.Wake(WaitForLink(kept_id, woken));
  }
  turn.MarkDirty(kept_id);
}

std::set<std::uint64_t> MatchKeysOf(Turn& turn, const EntityRule& entity, const Link& link, Side here) {
  std::set<std::uint64_t> keys;
  for (const MatchRule& rule : entity.matches) {
    const std::optional<RuleKey> key = KeyUnder(turn, entity, rule, link, here);
    if (key && key->waits.empty()) keys.insert({key->own, key->other});
  }
  return keys;
}

Correlation Correlate(Turn& turn, const EntityRule& entity, LinkId id, Side here) {
  Link& link = turn.Edit(id);
  const Side there = Other(here);
  // Nothing is concluded from what was not read yet: neither "no partner there" nor "only one of us here".
  for (Side side : {there, here}) {
    if (turn.state().Listed(side, entity.sides[side].resource)) continue;
    Park(turn, link, "listing_incomplete", WaitForListing(side, entity.sides[side].resource));
    return {Kind::kWaits, id};
  }
  if (IsReindexing(turn.state(), entity.name)) {
    Park(turn, link, "keys_change", WaitForKeys(entity.name));
    return {Kind::kWaits, id};
  }
  for (const MatchRule& rule : entity.matches) {
    if (LacksKey(turn, rule, link, here)) return EmptyKey(turn, link, here, rule);
  }
  if (auto chosen = Chosen(turn, entity, link, here)) return *chosen;
  for (const MatchRule& rule : entity.matches) {
    const std::optional<RuleKey> key = KeyUnder(turn, entity, rule, link, here);
    if (!key) continue;
    if (!key->waits.empty()) {
      Park(turn, link, "parent_missing", key->waits);
      return {Kind::kWaits, id};
    }
    const Candidates found = Look(turn, link, here, *key);
    if (found.free.empty()) {
      for (LinkId taken : found.taken) {
        if (NeedsVerification(turn, link, here, taken)) return {Kind::kWaits, id};
      }
      if (rule.unique && (found.rivals > 0 || !found.taken.empty())) return Ambiguous(turn, link, here, rule, *key, found);
      continue;
    }
    if (found.free.size() > 1 || found.rivals > 0) return Ambiguous(turn, link, here, rule, *key, found);
    const LinkId partner = found.free.front();
    // A partner whose own create is under way will be settled by its receipt.
    const Link* other = turn.FindLink(partner);
    if (other->owed[here] && other->owed[here]->state != Delivery::State::kQueued && other->owed[here]->state != Delivery::State::kDead) {
      Park(turn, link, "creates_in_flight", WaitForCreates(here, entity.sides[here].resource));
      return {Kind::kWaits, id};
    }
    Unite(turn, entity, partner, id, here, rule.name);
    return {Kind::kUnited, partner};
  }
  for (const char* reason : {"ambiguous_match", "doubled_match_key", "empty_match_key"}) CloseItem(turn, link, reason, "resolved by a change");
  const auto& flying = turn.state().sides[here].creates_in_flight;
  if (auto it = flying.find(entity.sides[here].resource); it != flying.end() && it->second > 0) {
    Park(turn, link, "creates_in_flight", WaitForCreates(here, entity.sides[here].resource));
    return {Kind::kWaits, id};
  }
  return {Kind::kAlone, id};
}

}  // namespace entente
