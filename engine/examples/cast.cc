#include "engine/examples/cast.h"

#include <utility>

namespace entente::examples {

std::optional<Link> Cast::LinkOf(const std::string& name) {
  const Named& named = records_.at(name);
  std::optional<Link> found;
  for (Side side : kSides) {
    if (named.keys[side].empty()) continue;
    std::optional<Link> link = stage_.LinkOf(side, named.entity->sides[side].resource, named.keys[side]);
    // A record made on both sides may lie in two links: the one that holds both is meant, else the first.
    if (link && (!found || link->linked())) found = std::move(link);
  }
  return found;
}

std::string Cast::KeyOf(const std::string& name, Side side) {
  const Named& named = records_.at(name);
  const std::string& own = named.keys[side];
  if (!own.empty() && stage_.end(side).Find(named.entity->sides[side].resource, own) != nullptr) return own;
  const std::optional<Link> link = LinkOf(name);
  if (link && link->members[side].resource == named.entity->sides[side].resource && !link->members[side].key.empty()) return link->members[side].key;
  return own;
}

Fields Cast::Resolved(const Fields& fields, Side side) {
  Fields resolved;
  for (const auto& [name, value] : fields) resolved[name] = Resolved(value, side);
  return resolved;
}

Value Cast::Resolved(const Value& value, Side side) {
  if (const auto* reference = value.As<Reference>()) {
    const auto named = records_.find(reference->key);
    if (named == records_.end()) return value;
    const std::string& resource = named->second.entity->sides[side].resource;
    const std::string key = KeyOf(reference->key, side);
    return resource == reference->resource && !key.empty() ? Value(Reference{resource, key}) : value;
  }
  if (const auto* list = value.As<List>()) {
    List resolved;
    for (const Value& item : *list) resolved.push_back(Resolved(item, side));
    return resolved;
  }
  if (const auto* map = value.As<Map>()) return Resolved(*map, side);
  return value;
}

}  // namespace entente::examples
