#include "engine/pipeline/references.h"

#include <algorithm>
#include <vector>

#include "engine/pipeline/project.h"
#include "engine/pipeline/target.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

// References anywhere in a value: of the head, or of the lines below it.
void Gather(const Value& value, std::set<Reference>& found) {
  if (const auto* reference = value.As<Reference>()) found.insert(*reference);
  if (const auto* list = value.As<List>()) {
    for (const Value& element : *list) Gather(element, found);
  }
  if (const auto* map = value.As<Map>()) {
    for (const auto& [name, element] : *map) Gather(element, found);
  }
}

bool CountsSomewhere(const Pack& pack, const std::string& entity) {
  for (const EntityRule& target : pack.entities) {
    for (const auto& [phase, life] : target.life) {
      for (Side side : kSides) {
        if (life[side].on_delete == DeleteRule::kMarkIfReferenced && (life[side].referenced_by.empty() || life[side].referenced_by.contains(entity))) return true;
      }
    }
  }
  return false;
}

// Resources whose records are kept by references.
bool IsKept(const Pack& pack, Side side, const std::string& resource) {
  const EntityRule* entity = pack.EntityOf(side, resource);
  if (!entity) return false;
  return std::any_of(entity->life.begin(), entity->life.end(), [](const auto& life) {
    return life.second[Side::kLeft].on_delete == DeleteRule::kMarkIfReferenced || life.second[Side::kRight].on_delete == DeleteRule::kMarkIfReferenced;
  });
}

}  // namespace

std::set<Reference> ReferencesOf(const Fields& record) {
  std::set<Reference> found;
  for (const auto& [name, value] : record) Gather(value, found);
  return found;
}

void NoteReferences(Turn& turn, const EntityRule& entity, const Link& link) {
  NoteTargets(turn, entity, link);
  if (!CountsSomewhere(turn.pack(), entity.name)) return;
  for (Side side : kSides) {
    if (!link.Has(side)) continue;
    for (const Reference& reference : ReferencesOf(link.members[side].shadow)) {
      if (!IsKept(turn.pack(), side, reference.resource)) continue;
      const RecordEntry* entry = turn.FindRecord({side, reference.resource, reference.key});
      if (entry && entry->link != 0) {
        turn.PutRefers(entry->link, link.id, true);
      } else if (!turn.state().Listed(side, reference.resource)) {
        Subscribe(turn, link, WaitForListing(side, reference.resource));
      }
    }
  }
}

bool IsReferenced(Turn& turn, const LifeRule& rule, const Link& link, Side side) {
  constexpr std::size_t kTogether = 64;
  const Reference self{link.members[side].resource, link.members[side].key};
  const std::set<LinkId> referring = turn.Refers(link.id);
  std::vector<LinkId> ids(referring.begin(), referring.end());
  for (std::size_t from = 0; from < ids.size(); from += kTogether) {
    const std::size_t to = std::min(ids.size(), from + kTogether);
    for (std::size_t i = from; i < to; ++i) turn.PrefetchLink(ids[i]);
    turn.Require();
    for (std::size_t i = from; i < to; ++i) {
      const Link* other = turn.FindLink(ids[i]);
      if (!other || !other->Has(side) || (!rule.referenced_by.empty() && !rule.referenced_by.contains(other->entity))) continue;
      if (ReferencesOf(other->members[side].shadow).contains(self)) return true;
    }
  }
  return false;
}

}  // namespace entente
