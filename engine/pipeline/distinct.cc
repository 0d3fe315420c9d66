#include "engine/pipeline/distinct.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/project.h"

namespace entente {
namespace {

// Beyond this something else is wrong than two people called alike.
constexpr int kDigitsMax = 999;

std::optional<std::uint64_t> HashOf(Turn& turn, const EntityRule& entity, const MatchRule& rule, Side side, const Fields& record) {
  Scope scope;
  scope.record[side] = &record;
  scope.parameters = &turn.pack().parameter_values;
  const absl::StatusOr<Value> key = rule.key[side]->Evaluate(scope);
  if (!key.ok() || key->TextOrEmpty().empty()) return std::nullopt;
  return MatchHash(turn.state().tuning, entity, rule, JoinKeys({}), key->TextOrEmpty());
}

// By a record, or by a create that is still to come.
bool IsTaken(Turn& turn, const Link& link, Side side, std::uint64_t hash) {
  const std::set<LinkId> holders = turn.Matches({side, hash});
  for (LinkId id : holders) turn.PrefetchLink(id);
  turn.Require();
  return std::any_of(holders.begin(), holders.end(), [&](LinkId id) { return id != link.id && turn.FindLink(id) != nullptr; });
}

void Reserve(Turn& turn, Link& link, Side side, std::uint64_t hash) {
  std::vector<std::uint64_t>& held = link.members[side].match_hashes;
  if (std::find(held.begin(), held.end(), hash) != held.end()) return;
  for (std::uint64_t former : held) turn.PutMatch({side, former}, link.id, false);
  held = {hash};
  turn.PutMatch({side, hash}, link.id, true);
}

}  // namespace

void MakeDistinct(Turn& turn, const EntityRule& entity, Link& link, Side target, Delivery& delivery) {
  for (const FieldRule& field : entity.fields) {
    if (field.distinct.empty()) continue;
    const auto rule = std::find_if(entity.matches.begin(), entity.matches.end(), [&](const MatchRule& match) { return match.name == field.distinct; });
    Value* const written = delivery.writes.FindToChange(field.sides[target].native);
    if (rule == entity.matches.end() || !rule->key[target] || !written) continue;
    const std::string wanted(written->TextOrEmpty());
    for (int digit = 1; digit <= kDigitsMax; ++digit) {
      *written = digit == 1 ? wanted : absl::StrCat(wanted, digit);
      const std::optional<std::uint64_t> hash = HashOf(turn, entity, *rule, target, delivery.writes);
      if (!hash) break;
      if (IsTaken(turn, link, target, *hash)) continue;
      Reserve(turn, link, target, *hash);
      break;
    }
    if (BaseField* const settled = delivery.settles.FindToChange(field.name)) settled->held[target] = *written;
  }
}

}  // namespace entente
