#include "engine/core/rules.h"

#include <algorithm>

namespace entente {
namespace {

template <typename M>
const typename M::mapped_type& ByPhase(const M& policies, const std::string& phase) {
  static const typename M::mapped_type kNone{};
  if (auto it = policies.find(phase); it != policies.end()) return it->second;
  if (auto it = policies.find(""); it != policies.end()) return it->second;
  return kNone;
}

}  // namespace

bool FlowsTo(const FieldPolicy& policy, Side target) {
  return policy.flow == Flow::kBoth || policy.flow == (target == Side::kRight ? Flow::kToRight : Flow::kToLeft);
}

const FieldPolicy& FieldRule::PolicyIn(const std::string& phase) const { return ByPhase(policies, phase); }

const LifeRule& EntityRule::LifeIn(const std::string& phase, Side side) const { return ByPhase(life, phase)[side]; }

const FieldRule* EntityRule::Field(std::string_view field) const {
  auto it = std::find_if(fields.begin(), fields.end(), [field](const FieldRule& rule) { return rule.name == field; });
  return it == fields.end() ? nullptr : &*it;
}

const EntityRule* Pack::Entity(std::string_view entity) const {
  auto it = std::find_if(entities.begin(), entities.end(), [entity](const EntityRule& rule) { return rule.name == entity; });
  return it == entities.end() ? nullptr : &*it;
}

const EntityRule* Pack::EntityOf(Side side, std::string_view resource) const {
  auto it = std::find_if(entities.begin(), entities.end(), [=](const EntityRule& rule) { return rule.sides[side].resource == resource; });
  return it == entities.end() ? nullptr : &*it;
}

}  // namespace entente
