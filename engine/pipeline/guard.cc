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
std::int64_t Budget(std::int64_t links, int least, const Decimal& percent) {
  const auto share = Decimal::Multiply(Decimal::FromInt(links), percent);
  const auto hundredth = share ? Decimal::Divide(*share, Decimal::FromInt(100), 0, Rounding::kFloor) : std::nullopt;
  const std::int64_t count = hundredth ? hundredth->ToInt().value_or(0) : 0;
  return std::max<std::int64_t>(least, count);
}

std::int64_t LinksOf(const State& state, const EntityRule& entity) {
  auto it = state.entity_links.find(entity.name);
  return it == state.entity_links.end() ? 0 : it->second;
}

std::string WindowOf(std::string_view what, const EntityRule& entity, Side side) { return absl::StrCat(std::string(what), ".", entity.name, ":", Index(side)); }

std::int64_t SpentIn(const State& state, const std::string& window, std::int64_t now, std::int64_t length) {
  const auto it = state.budget_windows.find(window);
  return it == state.budget_windows.end() || now - it->second.from_micros >= length ? 0 : it->second.spent;
}

// What this turn spent counts too: a turn decides hundreds of links.
std::int64_t SpentIn(Turn& turn, const std::string& window, std::int64_t length) {
  return SpentIn(turn.state(), window, turn.micros(), length) + turn.Spent(window);
}

void Spend(State& state, const std::string& window, std::int64_t now, std::int64_t length, std::int64_t by) {
  BudgetWindow& known = state.budget_windows[window];
  if (now - known.from_micros >= length) known = {now, 0};
  known.spent += by;
}

void Spend(Turn& turn, const std::string& window, std::int64_t length, std::int64_t by) {
  turn.Spend(window, by);
  turn.OnHandled([window, now = turn.micros(), length, by](State& state) { Spend(state, window, now, length, by); });
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
    const std::string window = WindowOf("deletes", *entity, side);
    const std::int64_t spent = SpentIn(turn, window, kDayMicros);
    const std::int64_t budget = DeleteBudget(*entity, LinksOf(turn.state(), *entity));
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
    Spend(turn, window, kDayMicros, count);
    if (approved) turn.OnHandled([group](State& state) { state.approved.erase(group); });
    if (approved) turn.PutMeta("approved." + group, std::nullopt);
  }
}

std::int64_t DeleteBudget(const EntityRule& entity, std::int64_t links) { return Budget(links, entity.delete_budget_min, entity.delete_budget_percent); }

namespace {

// By entity and side.
std::map<std::pair<std::string, Side>, std::int64_t> DeletesOf(const Plan& plan) {
  std::map<std::pair<std::string, Side>, std::int64_t> deletes;
  for (const PlannedWrite& write : plan.writes) {
    if (write.verb == Verb::kDelete) ++deletes[{write.entity, write.side}];
  }
  return deletes;
}

}  // namespace

absl::Status MayDeleteAll(const State& state, const Plan& plan, std::int64_t now) {
  std::int64_t all = 0;
  for (const auto& [what, count] : DeletesOf(plan)) all += count;
  for (const auto& [what, count] : DeletesOf(plan)) {
    const EntityRule* entity = state.pack->Entity(what.first);
    if (!entity) continue;
    const std::int64_t spent = SpentIn(state, WindowOf("deletes", *entity, what.second), now, kDayMicros);
    const std::int64_t budget = DeleteBudget(*entity, LinksOf(state, *entity));
    if (spent + count <= budget || all <= plan.deletes_max) continue;
    return absl::FailedPreconditionError(absl::StrCat("OVER_DELETE_BUDGET: the plan deletes ", count, " ", entity->name, " in ", state.pack->sides[what.second].name, ", ", spent,
                                                      " were deleted within a day, and the pack allows ", budget, ". Nothing was written. Make the plan again and approve their number: entente undo ... --deletes ", all));
  }
  return absl::OkStatus();
}

void SpendDeletes(State& state, const Plan& plan, std::int64_t now) {
  for (const auto& [what, count] : DeletesOf(plan)) {
    if (const EntityRule* entity = state.pack->Entity(what.first)) Spend(state, WindowOf("deletes", *entity, what.second), now, kDayMicros, count);
  }
}

bool MayChange(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  // A first load is a change of everything by intent, and a plan was looked at; what they write was asked for.
  if (turn.state().FirstLoadRunning() || turn.state().planning || turn.state().applying) return true;
  const std::string window = WindowOf("changes", entity, target);
  const std::string group = absl::StrCat("mass_change:", entity.name, ":", Index(target));
  const std::int64_t spent = SpentIn(turn, window, kHourMicros);
  const std::int64_t budget = Budget(LinksOf(turn.state(), entity), entity.change_budget_min, entity.change_budget_percent);
  if (spent >= budget && !turn.state().approved.contains(group)) {
    OpenGroupItem(turn, group, "mass_change", entity.name, static_cast<int>(Index(target)), {{"budget", budget}, {"spent", spent}}, {"approve"});
    Park(turn, link, "mass_change", WaitForApproval(group));
    return false;
  }
  Spend(turn, window, kHourMicros, 1);
  return true;
}

}  // namespace entente
