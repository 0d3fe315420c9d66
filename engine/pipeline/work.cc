#include "engine/pipeline/work.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/bar.h"
#include "engine/pipeline/messages.h"
#include "engine/pipeline/project.h"

namespace entente {
namespace {

WorkItem ItemAbout(const Pack& pack, const Link& link, std::string reason, int side, Fields details, std::vector<std::string> choices) {
  WorkItem item;
  item.reason = std::move(reason);
  item.link = link.id;
  item.entity = link.entity;
  item.side = side;
  item.details = std::move(details);
  item.choices = std::move(choices);
  DescribeItem(pack, item);
  return item;
}

void Close(Turn& turn, WorkItem& item, std::string resolution) {
  item.state = WorkItem::State::kResolved;
  item.resolution = std::move(resolution);
  item.closed_micros = turn.micros();
}

}  // namespace

WorkItemId OpenItem(Turn& turn, Link& link, std::string reason, int side, Fields details, std::vector<std::string> choices) {
  if (auto it = link.items.find(reason); it != link.items.end()) return it->second;
  WorkItem& item = turn.NewWork(ItemAbout(turn.pack(), link, reason, side, std::move(details), std::move(choices)));
  link.items[reason] = item.id;
  turn.Count("items." + reason);
  turn.Tell(link, "item_opened", reason, side, {{"item", static_cast<std::int64_t>(item.id)}});
  return item.id;
}

void CloseItem(Turn& turn, Link& link, const std::string& reason, std::string resolution) {
  auto it = link.items.find(reason);
  if (it == link.items.end()) return;
  WorkItem& item = turn.EditWork(it->second);
  if (item.state == WorkItem::State::kOpen) Close(turn, item, std::move(resolution));
  turn.Tell(link, "item_closed", reason, item.side, {{"item", static_cast<std::int64_t>(item.id)}});
  link.items.erase(it);
}

WorkItemId OpenGroupItem(Turn& turn, const std::string& group, std::string reason, std::string entity, int side, Fields details,
                         std::vector<std::string> choices) {
  if (const std::optional<WorkItemId> known = turn.FindGroup(group)) {
    WorkItem& item = turn.EditWork(*known);
    for (auto& [name, value] : details.Mutable()) item.details[name] = std::move(value);
    return item.id;
  }
  WorkItem item;
  item.reason = std::move(reason);
  item.group = group;
  item.entity = std::move(entity);
  item.side = side;
  item.details = std::move(details);
  item.choices = std::move(choices);
  DescribeItem(turn.pack(), item);
  turn.Count("items." + item.reason);
  return turn.NewWork(std::move(item)).id;
}

void CloseGroupItem(Turn& turn, WorkItemId id, std::string resolution) {
  if (!turn.FindWork(id)) return;
  Close(turn, turn.EditWork(id), std::move(resolution));
}

WorkItemId RecordConflict(Turn& turn, Link& link, const std::string& field, const Value& base, const Value& left, const Value& right,
                          std::string winner, std::string reason, bool asks) {
  const std::string key = "conflict:" + field;
  WorkItem item = ItemAbout(turn.pack(), link, "conflict", -1, {{"field", field}, {"base", base}, {"left", left}, {"right", right}, {"winner", winner}, {"why", reason}},
                            asks ? std::vector<std::string>{turn.pack().sides[Side::kLeft].name, turn.pack().sides[Side::kRight].name}
                                 : std::vector<std::string>{});
  item.kind = WorkItem::Kind::kConflict;
  if (asks) {
    if (auto it = link.items.find(key); it != link.items.end()) return it->second;
  } else {
    item.state = WorkItem::State::kResolved;
    item.resolution = winner;
    item.closed_micros = turn.micros();
  }
  turn.Count(asks ? "conflicts.asked" : "conflicts.settled");
  const WorkItemId id = turn.NewWork(std::move(item)).id;
  if (asks) link.items[key] = id;
  turn.Tell(link, "conflict", link.entity + "." + field, -1,
            {{"base", base}, {"left", left}, {"right", right}, {"winner", winner}, {"why", reason}, {"item", static_cast<std::int64_t>(id)}});
  return id;
}

void Park(Turn& turn, Link& link, std::string reason, std::string wait) {
  if (link.parked && link.parked->reason == reason && link.parked->wait == wait) return;
  Unpark(turn, link);
  if (!wait.empty()) turn.PutParked(wait, link.id, true);
  turn.Tell(link, "parked", reason, -1, {{"wait", wait}});
  link.parked = Parking{.reason = std::move(reason), .wait = std::move(wait), .since_micros = turn.micros()};
}

void Unpark(Turn& turn, Link& link) {
  if (!link.parked) return;
  if (!link.parked->wait.empty()) turn.PutParked(link.parked->wait, link.id, false);
  link.parked.reset();
}

void Subscribe(Turn& turn, const Link& link, const std::string& wait) { turn.PutParked(wait, link.id, true); }

void Resolve(Turn& turn, WorkItemId id, const std::string& choice, std::uint64_t request) {
  const WorkItem* found = turn.FindWork(id);
  auto refuse = [&](absl::StatusCode code, std::string_view text) {
    turn.effects().replies.push_back({request, absl::Status(code, absl::string_view(text.data(), text.size())), {}});
  };
  if (!found) return refuse(absl::StatusCode::kNotFound, "ITEM_NOT_FOUND: there is no such work item. List the open ones and take an id from there.");
  if (found->state != WorkItem::State::kOpen) {
    return refuse(absl::StatusCode::kFailedPrecondition, "ITEM_CLOSED: the work item is closed already. Nothing was changed.");
  }
  const bool known = choice == "dismiss" || std::find(found->choices.begin(), found->choices.end(), choice) != found->choices.end();
  if (!known) return refuse(absl::StatusCode::kInvalidArgument, "CHOICE_UNKNOWN: this work item does not offer that choice. See its choices.");
  WorkItem& item = turn.EditWork(id);
  Close(turn, item, choice);
  if (item.reason == kErasedReported) {
    SettleReported(turn, item, choice);
    turn.effects().replies.push_back({request, absl::OkStatus(), {{"item", static_cast<std::int64_t>(id)}}});
    return;
  }
  if (item.link != 0) {
    Link& link = turn.Edit(item.link);
    std::erase_if(link.items, [id](const auto& entry) { return entry.second == id; });
    if (item.kind == WorkItem::Kind::kConflict) {
      // Dismissed, both sides keep what they have until one of them is edited again.
      if (choice != "dismiss") link.choices["winner:" + std::string(item.details["field"].TextOrEmpty())] = choice;
    } else if (choice != "dismiss") {
      link.choices[item.reason] = choice;
    }
    turn.Tell(link, "item_resolved", item.reason, item.side, {{"item", static_cast<std::int64_t>(id)}, {"choice", choice}});
    turn.MarkDirty(link.id);
  }
  if (!item.group.empty()) {
    const std::string what = item.group;
    // Approvals of creates are taken by each link that waited: they hold for no later one.
    if (choice == "approve" && item.reason != "approve_creates") {
      turn.PutMeta("approved." + what, "1");
      turn.OnHandled([what](State& state) { state.approved.insert(what); });
    }
    // Completed since the session began, somebody says: the system itself will judge.
    if (item.reason == kLabelWithoutPartner || item.reason == kLabelNotChosen) {
      const Side side = item.side == 0 ? Side::kLeft : Side::kRight;
      turn.OnHandled([side, resource = std::string(FieldOf(item.details, "resource").TextOrEmpty()),
                      native = std::string(FieldOf(item.details, "native").TextOrEmpty())](State& state) {
        SideState& s = state.sides[side];
        s.shapes = WithoutLabels(*s.shapes, *state.pack, side, resource, native);
      });
    }
    turn.Wake(WaitForApproval(what));
  }
  turn.effects().replies.push_back({request, absl::OkStatus(), {{"item", static_cast<std::int64_t>(id)}}});
}

}  // namespace entente
