#include "engine/pipeline/ensure.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

// Which of the pack's records a link stands for.
constexpr char kEnsured[] = "ensured";

// A record with one of its match keys is there, or a link is already about to make it.
bool Stands(Turn& turn, const EntityRule& entity, const EnsuredRecord& ensured) {
  Scope scope;
  scope.record[ensured.side] = &ensured.fields;
  scope.parameters = &turn.pack().parameter_values;
  for (const MatchRule& rule : entity.matches) {
    if (!rule.key[ensured.side] || !rule.within.empty()) continue;
    const absl::StatusOr<Value> key = rule.key[ensured.side]->Evaluate(scope);
    if (!key.ok() || key->TextOrEmpty().empty()) continue;
    if (!turn.Matches({ensured.side, MatchHash(turn.state().tuning, entity, rule, JoinKeys({}), key->TextOrEmpty())}).empty()) return true;
  }
  return false;
}

bool CanCreate(const State& state, Side side, const std::string& resource) {
  const auto& session = state.sides[side].session;
  if (!session) return false;
  auto it = session->resources.find(resource);
  return it != session->resources.end() && it->second.can_create;
}

}  // namespace

void EnsureRecords(Turn& turn, const EntityRule& entity, Side side) {
  const std::string& resource = entity.sides[side].resource;
  for (const EnsuredRecord& ensured : entity.ensured) {
    if (ensured.side != side || !CanCreate(turn.state(), side, resource) || Stands(turn, entity, ensured)) continue;
    Link& link = turn.NewLink(entity.name, side);
    link.choices[kEnsured] = ensured.name;
    link.members[side].resource = resource;
    link.members[side].shadow = ensured.fields;
    // From now on the record is found, though it is only on its way.
    IndexMatches(turn, entity, link, side);
    turn.OnHandled([name = entity.name](State& state) { ++state.entity_links[name]; });
    turn.MarkDirty(link.id);
  }
}

const EnsuredRecord* FindEnsured(const EntityRule& entity, const Link& link) {
  const auto name = link.choices.find(kEnsured);
  if (name == link.choices.end()) return nullptr;
  const auto ensured = std::find_if(entity.ensured.begin(), entity.ensured.end(), [&](const EnsuredRecord& e) { return e.name == name->second; });
  return ensured == entity.ensured.end() ? nullptr : &*ensured;
}

bool DecideEnsured(Turn& turn, const EntityRule& entity, Link& link) {
  const EnsuredRecord* ensured = FindEnsured(entity, link);
  if (!ensured || link.members[Other(ensured->side)].presence != Presence::kNone) return false;
  const Presence presence = link.members[ensured->side].presence;
  if (presence != Presence::kNone && presence != Presence::kDeleted) return false;
  const auto& owed = link.owed[ensured->side];
  if (owed && owed->state == Delivery::State::kDead) return true;
  if (!CanCreate(turn.state(), ensured->side, entity.sides[ensured->side].resource)) {
    Subscribe(turn, link, WaitForSession(ensured->side));
    return true;
  }
  Delivery delivery;
  delivery.verb = Verb::kCreate;
  delivery.writes = ensured->fields;
  delivery.find_field = entity.sides[ensured->side].find_field;
  delivery.find_value = FieldOf(ensured->fields, delivery.find_field);
  delivery.search_first = true;
  delivery.rule = absl::StrCat(entity.name, ".ensure.", ensured->name);
  delivery.reason = "ensured";
  Queue(turn, entity, link, ensured->side, std::move(delivery));
  return true;
}

}  // namespace entente
