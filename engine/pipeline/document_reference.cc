#include "engine/pipeline/document_reference.h"

#include <set>
#include <string>

#include "engine/pipeline/document_content.h"

namespace entente {

std::vector<MissingReference> MissingReferences(Turn& turn, const EntityRule& entity, const Link& link) {
  const Side owner = entity.document->owner;
  const Side maker = Other(owner);
  std::vector<MissingReference> missing;
  const auto look = [&](int line, const FieldRule& field, const Value& value) {
    if (field.target.empty() || field.on_missing != OnMissingTarget::kParent || !field.sides[maker].writable()) return;
    const auto* known = value.As<LinkReference>();
    const Link* target = known ? turn.FindLink(known->link) : nullptr;
    if (value.As<Reference>() || (known && (!target || !target->Has(maker)))) missing.push_back({line, &field, value});
  };
  for (const FieldRule& field : entity.fields) {
    const Flow flow = field.PolicyIn(link.phase).flow;
    const bool sent = flow == Flow::kBoth || flow == (maker == Side::kLeft ? Flow::kToLeft : Flow::kToRight);
    const absl::StatusOr<Value> value = sent ? CanonicalOf(turn, entity, link, owner, field.name) : Value();
    if (!value.ok()) continue;
    look(0, field, *value);
    const auto* lines = field.items.empty() ? nullptr : value->As<List>();
    for (std::size_t i = 0; lines && i < lines->size(); ++i) {
      const auto* line = (*lines)[i].As<Map>();
      for (const FieldRule& item : field.items) {
        if (line) look(static_cast<int>(i) + 1, item, FieldOf(*line, item.name));
      }
    }
  }
  return missing;
}

std::vector<MissingReference> UnreadReferences(Turn& turn, const EntityRule& entity, const Link& link) {
  const Side owner = entity.document->owner;
  std::vector<MissingReference> unread;
  for (const FieldRule& field : entity.fields) {
    if (field.target.empty() || field.sides[Other(owner)].exists()) continue;
    const absl::StatusOr<Value> value = CanonicalOf(turn, entity, link, owner, field.name);
    if (value.ok() && value->As<Reference>()) unread.push_back({0, &field, *value});
  }
  return unread;
}

bool IsComing(const Turn& turn, const Link& target, Side maker) {
  static const std::set<std::string> kPassing = {"listing_incomplete", "creates_in_flight", "verifying_pair", "fields_not_read", "keys_change", "session_missing", "parent_missing"};
  if (const auto& owed = target.owed[maker]) return owed->state != Delivery::State::kDead;
  if (target.parked) return kPassing.contains(target.parked->reason);
  // Not decided yet.
  const EntityRule* entity = turn.pack().Entity(target.entity);
  return entity && !entity->phases.empty() && target.phase.empty();
}

}  // namespace entente
