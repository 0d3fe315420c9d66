#include "engine/pipeline/capacity.h"

#include "absl/strings/str_cat.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

bool RecordCounts(const Pack& pack, const CapacityRule& rule, const Fields& record) {
  if (!rule.counts) return true;
  Scope scope;
  scope.record[rule.side] = &record;
  scope.parameters = &pack.parameter_values;
  const absl::StatusOr<Value> counts = rule.counts->Evaluate(scope);
  // Better one too many counted than one too many paid for.
  return !counts.ok() || !counts->As<bool>() || *counts->As<bool>();
}

}  // namespace

bool Counts(const Pack& pack, const EntityRule& entity, const Link& link) {
  if (!entity.capacity) return false;
  const CapacityRule& rule = *entity.capacity;
  const Member& member = link.members[rule.side];
  const bool stands = member.presence == Presence::kPresent || member.presence == Presence::kOutOfScope;
  if (stands && RecordCounts(pack, rule, member.shadow)) return true;
  const auto& owed = link.owed[rule.side];
  if (!owed || owed->state == Delivery::State::kDead || owed->verb == Verb::kDelete) return false;
  Fields record = member.shadow;
  for (const auto& [name, value] : owed->writes) record[name] = value;
  return RecordCounts(pack, rule, record);
}

bool HasRoom(Turn& turn, const EntityRule& entity, Link& link, Side target, const Delivery& delivery) {
  if (!entity.capacity || entity.capacity->side != target || !entity.capacity->max) return true;
  const CapacityRule& rule = *entity.capacity;
  Link with = link;
  with.owed[target] = delivery;
  const bool takes = !Counts(turn.pack(), entity, link) && Counts(turn.pack(), entity, with);
  const std::int64_t used = turn.CapacityUsed(entity);
  if (!takes || used < *rule.max) {
    CloseItem(turn, link, rule.reason, "there is room");
    return true;
  }
  OpenItem(turn, link, rule.reason, static_cast<int>(Index(target)), {{"used", used}, {"max", *rule.max}}, {"retry"});
  Park(turn, link, rule.reason, WaitForRoom(entity.name));
  return false;
}

std::string WaitForRoom(const std::string& entity) { return absl::StrCat("room:", entity); }

}  // namespace entente
