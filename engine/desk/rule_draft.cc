#include "engine/desk/rule_draft.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace entente {
namespace {

absl::Status NotPossible(const WorkItem& item, const std::string& choice) {
  return absl::FailedPreconditionError(absl::StrCat("RULE_NOT_POSSIBLE: no rule of a pack answers an item of reason ", item.reason, " with ", choice,
                                                    ". Answer it, or all items of its group at once: entente desk resolve."));
}

// The overlay that sets one key, and nothing else.
std::string Overlay(const Pack& pack, const std::vector<std::string>& path, const std::string& value, const std::string& comment) {
  std::string text = absl::StrCat("# ", comment, "\nname: customer\nversion: \"1\"\nextends: ", pack.name, "\n");
  for (std::size_t depth = 0; depth + 1 < path.size(); ++depth) absl::StrAppend(&text, std::string(depth * 2, ' '), path[depth], ":\n");
  absl::StrAppend(&text, std::string((path.size() - 1) * 2, ' '), path.back(), ": ", value.empty() ? "~" : value, "\n");
  return text;
}

RuleDraft Draft(const Pack& pack, const WorkItem& item, std::vector<std::string> path, std::string value, const std::string& comment) {
  RuleDraft draft;
  draft.path = absl::StrJoin(path, ".");
  draft.pack = Overlay(pack, path, value, comment);
  draft.value = std::move(value);
  draft.settles = {.kind = item.kind, .reason = item.reason, .entity = item.entity, .field = std::string(FieldOf(item.details, "field").TextOrEmpty())};
  return draft;
}

// The keys that lead to the policy of a field: of the phase the record is in, where the field says something of its own there.
std::vector<std::string> PathOf(const EntityRule& entity, const FieldRule& field, const std::string& phase) {
  std::vector<std::string> path{"entities", entity.name, "fields", field.name};
  if (!phase.empty()) path.insert(path.end(), {"phases", phase});
  return path;
}

absl::StatusOr<RuleDraft> DraftConflict(const Pack& pack, const WorkItem& item, const EntityRule& entity, const FieldRule& field, const std::string& phase, const std::string& choice) {
  const bool is_side = choice == pack.sides[Side::kLeft].name || choice == pack.sides[Side::kRight].name;
  if (!is_side) return NotPossible(item, choice);
  const bool is_first = FieldOf(item.details, "why").TextOrEmpty() == "first_meeting";
  std::vector<std::string> path = PathOf(entity, field, phase);
  path.push_back(is_first ? "first_meeting" : "conflict");
  RuleDraft draft = Draft(pack, item, std::move(path), choice,
                          is_first ? absl::StrCat("Where both sides are filled when two records meet, ", choice, " wins.")
                                   : absl::StrCat("Where both sides were edited, ", choice, " wins."));
  draft.replaces = field.PolicyIn(phase).source;
  draft.phase = phase;
  return draft;
}

}  // namespace

absl::StatusOr<RuleDraft> DraftRule(const Pack& pack, const WorkItem& item, const std::optional<Link>& link, const std::string& choice) {
  // A conflict that a rule settled is a reason for another rule as well.
  const bool is_winner = item.kind == WorkItem::Kind::kConflict && (choice == pack.sides[Side::kLeft].name || choice == pack.sides[Side::kRight].name);
  if (choice != "dismiss" && !is_winner && std::find(item.choices.begin(), item.choices.end(), choice) == item.choices.end()) {
    return absl::InvalidArgumentError(absl::StrCat("CHOICE_UNKNOWN: this work item offers ", item.choices.empty() ? "no choice" : absl::StrJoin(item.choices, ", "), ". Take one of them."));
  }
  const EntityRule* entity = pack.Entity(item.entity);
  if (entity == nullptr) return NotPossible(item, choice);
  const std::string phase = link ? link->phase : "";
  const FieldRule* field = entity->Field(FieldOf(item.details, "field").TextOrEmpty());
  if (item.kind == WorkItem::Kind::kConflict && field != nullptr) return DraftConflict(pack, item, *entity, *field, phase, choice);
  if (item.reason == "approve_change" && field != nullptr && choice == "approve") {
    std::vector<std::string> path = PathOf(*entity, *field, "");
    path.push_back("approve_when");
    RuleDraft draft = Draft(pack, item, std::move(path), "", absl::StrCat("Changes of ", field->name, " need no approval."));
    draft.replaces = field->PolicyIn(phase).source;
    return draft;
  }
  return NotPossible(item, choice);
}

absl::StatusOr<std::int64_t> SettledBy(const RuleDraft& draft, const StoreSnapshot& snapshot) {
  constexpr int kTogether = 1000;
  std::int64_t count = 0;
  for (WorkItemId after = 0;;) {
    const absl::StatusOr<std::vector<WorkItem>> items = snapshot.Work(after, kTogether);
    if (!items.ok()) return items.status();
    std::vector<WorkItem> chosen;
    Wanted links;
    for (const WorkItem& item : *items) {
      if (!Matches(draft.settles, item)) continue;
      chosen.push_back(item);
      if (!draft.phase.empty() && item.link != 0) links.links.insert(item.link);
    }
    const absl::StatusOr<Fetched> found = snapshot.Get(links);
    if (!found.ok()) return found.status();
    for (const WorkItem& item : chosen) {
      const auto link = found->links.find(item.link);
      count += draft.phase.empty() || (link != found->links.end() && link->second && link->second->phase == draft.phase);
    }
    if (items->size() < kTogether) return count;
    after = items->back().id;
  }
}

}  // namespace entente
