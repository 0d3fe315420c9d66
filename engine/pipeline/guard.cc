#include "engine/pipeline/guard.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/apply.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

constexpr std::int64_t kHourMicros = 3'600'000'000;
constexpr std::int64_t kDayMicros = 24 * kHourMicros;

// max(count, percent of the entity's links).
std::int64_t Budget(const State& state, const EntityRule& entity, int least, const Decimal& percent) {
  auto it = state.entity_links.find(entity.name);
  const std::int64_t links = it == state.entity_links.end() ? 0 : it->second;
  const auto share = Decimal::Multiply(Decimal::FromInt(links), percent);
  const auto hundredth = share ? Decimal::Divide(*share, Decimal::FromInt(100), 0, Rounding::kFloor) : std::nullopt;
  const std::int64_t count = hundredth ? hundredth->ToInt().value_or(0) : 0;
  return std::max<std::int64_t>(least, count);
}

std::string WindowKey(const EntityRule& entity, Side side) { return absl::StrCat(entity.name, ":", Index(side)); }

std::int64_t SpentIn(const std::map<std::string, std::pair<std::int64_t, std::int64_t>>& windows, const std::string& key, std::int64_t now,
                     std::int64_t length) {
  auto it = windows.find(key);
  return it == windows.end() || now - it->second.first >= length ? 0 : it->second.second;
}

void Spend(std::map<std::string, std::pair<std::int64_t, std::int64_t>>& windows, const std::string& key, std::int64_t now, std::int64_t length,
           std::int64_t by) {
  auto& window = windows[key];
  if (now - window.first >= length) window = {now, 0};
  window.second += by;
}

void Release(Turn& turn, const WorkItem& held) {
  Link& link = turn.Edit(held.link);
  link.choices["delete_released"] = "1";
  CloseItem(turn, link, "held_delete", "released");
  turn.MarkDirty(link.id);
}

}  // namespace

bool MayDelete(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  if (link.choices.contains("delete_released") || IsPlanned(turn.state(), link.id, target, Verb::kDelete)) return true;
  if (link.items.contains("held_delete")) return false;
  WorkItem held;
  held.kind = WorkItem::Kind::kHeldDelete;
  held.reason = "held_delete";
  held.link = link.id;
  held.entity = entity.name;
  held.side = static_cast<int>(Index(target));
  held.due_micros = turn.micros() + absl::ToInt64Microseconds(turn.state().tuning.delete_hold);
  held.message_en = "A deletion waits in the hold and is judged together with the others of its window.";
  held.message_fr = "Une suppression attend la fin de la fenêtre et sera jugée avec les autres.";
  link.items["held_delete"] = turn.NewWork(std::move(held)).id;
  turn.Tell(link, "delete_held", entity.name + ".delete", static_cast<int>(Index(target)), {});
  Park(turn, link, "delete_held", "");
  return false;
}

void DropHold(Turn& turn, Link& link, const std::string& why) {
  link.choices.erase("delete_released");
  CloseItem(turn, link, "held_delete", why);
}

void JudgeHolds(Turn& turn) {
  std::map<std::pair<std::string, int>, std::vector<WorkItem>> due;
  for (const auto& [at, id] : turn.state().holds_due) {
    if (at > turn.micros()) break;
    const WorkItem& item = turn.state().open_work.at(id);
    due[{item.entity, item.side}].push_back(item);
  }
  for (auto& [what, items] : due) {
    const EntityRule* entity = turn.pack().Entity(what.first);
    if (!entity) continue;
    const Side side = static_cast<Side>(what.second);
    const std::string group = absl::StrCat("mass_delete:", what.first, ":", what.second);
    for (const WorkItem& item : items) turn.PrefetchLink(item.link), (void)turn.FindWork(item.id);
    turn.Require();
    const std::int64_t count = static_cast<std::int64_t>(items.size());
    const std::int64_t spent = SpentIn(turn.state().deletes_window, WindowKey(*entity, side), turn.micros(), kDayMicros);
    const std::int64_t budget = Budget(turn.state(), *entity, entity->delete_budget_min, entity->delete_budget_percent);
    const bool approved = turn.state().approved.contains(group);
    if (!approved && spent + count > budget) {
      Fields details{{"count", count}, {"budget", budget}, {"spent", spent}};
      List samples;
      for (const WorkItem& item : items) {
        const Link* link = turn.FindLink(item.link);
        if (samples.size() < 10 && link) samples.push_back(link->members[side].key);
      }
      details["samples"] = std::move(samples);
      OpenGroupItem(turn, group, "mass_delete", what.first, what.second, std::move(details), {"approve", "reject"});
      continue;
    }
    for (const WorkItem& item : items) Release(turn, item);
    const std::string key = WindowKey(*entity, side);
    turn.OnHandled([key, count, now = turn.micros(), approved, group](State& state) {
      Spend(state.deletes_window, key, now, kDayMicros, count);
      if (approved) state.approved.erase(group);
    });
    if (approved) turn.PutMeta("approved." + group, std::nullopt);
  }
}

bool MayChange(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  // A first load is a change of everything by intent, and a plan was looked at; what they write was asked for.
  if (turn.state().FirstLoadRunning() || turn.state().planning || turn.state().applying) return true;
  const std::string key = WindowKey(entity, target);
  const std::string group = absl::StrCat("mass_change:", key);
  const std::int64_t spent = SpentIn(turn.state().changes_window, key, turn.micros(), kHourMicros);
  const std::int64_t budget = Budget(turn.state(), entity, entity.change_budget_min, entity.change_budget_percent);
  if (spent >= budget && !turn.state().approved.contains(group)) {
    OpenGroupItem(turn, group, "mass_change", entity.name, static_cast<int>(Index(target)), {{"budget", budget}, {"spent", spent}}, {"approve"});
    Park(turn, link, "mass_change", WaitForApproval(group));
    return false;
  }
  turn.OnHandled([key, now = turn.micros()](State& state) { Spend(state.changes_window, key, now, kHourMicros, 1); });
  return true;
}

}  // namespace entente
