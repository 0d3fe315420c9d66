#include "engine/pipeline/misreport.h"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <set>
#include <unordered_map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/core/value.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

// A clock that is wrong by more makes "the newest wins" choose wrongly; summer time taken for winter time is an hour.
constexpr std::int64_t kAheadMax = 2 * 3'600'000'000;
// A text this long is no field of a business record, whatever its column takes.
constexpr std::size_t kTextBytesMax = std::size_t{1} << 20;
// Cursors remembered, a feed.
constexpr std::size_t kCursorsMax = 64;

bool IsOfType(const Value& value, const std::string& type) {
  if (type == "text") return value.As<std::string>() != nullptr;
  if (type == "bool") return value.As<bool>() != nullptr;
  // Whole numbers are decimals too, and a system may keep what it calls a number with decimals.
  if (type == "int" || type == "decimal") return value.As<std::int64_t>() != nullptr || value.As<Decimal>() != nullptr;
  if (type == "list") return value.As<List>() != nullptr;
  if (type == "map") return value.As<Map>() != nullptr;
  return true;
}

std::size_t Characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool IsTooLong(const Value& value, const FieldInfo& info) {
  const auto* text = value.As<std::string>();
  if (text == nullptr) return false;
  if (text->size() >= kTextBytesMax) return true;
  const std::size_t most = static_cast<std::size_t>(std::max(info.length_max, 0));
  return most != 0 && text->size() > most && Characters(*text) > most;
}

const ResourceInfo* ResourceOf(const State& state, Side side, const std::string& resource) {
  const auto& session = state.sides[side].session;
  if (!session) return nullptr;
  const auto it = session->resources.find(resource);
  return it == session->resources.end() ? nullptr : &it->second;
}

// Values against the types and lengths the system itself describes.
void LookAtValues(Turn& turn, const FeedBatch& batch) {
  const ResourceInfo* resource = ResourceOf(turn.state(), batch.side, batch.resource);
  if (resource == nullptr) return;
  std::map<std::string_view, const FieldInfo*> infos;
  for (const FieldInfo& info : resource->fields) infos.emplace(info.name, &info);
  bool is_mistyped = false, is_too_long = false;
  for (const FeedChange& change : batch.changes) {
    // Both are in the order of their names.
    auto info = infos.begin();
    for (const auto& [name, value] : change.fields) {
      while (info != infos.end() && info->first < name) ++info;
      if (info == infos.end() || info->first != name || value.IsNull()) continue;
      is_mistyped = is_mistyped || !IsOfType(value, info->second->type);
      is_too_long = is_too_long || IsTooLong(value, *info->second);
    }
  }
  if (is_mistyped) Misreport(turn, batch.side, batch.resource, "value_of_wrong_type");
  if (is_too_long) Misreport(turn, batch.side, batch.resource, "value_too_long");
}

std::set<std::string> LookAtKeys(Turn& turn, const FeedBatch& batch) {
  std::unordered_map<std::string_view, const FeedChange*> by_key;
  std::unordered_map<std::int64_t, const FeedChange*> by_row;
  const FeedChange* first_row = nullptr;
  std::set<std::string> doubled;
  bool is_row_twice = false, is_other_database = false, lives = false;
  by_key.reserve(batch.changes.size());
  for (const FeedChange& change : batch.changes) {
    if (change.kind != ChangeKind::kContent || change.key.empty()) continue;
    const auto [same_key, is_new_key] = by_key.emplace(change.key, &change);
    if (!is_new_key && change.row && same_key->second->row && *same_key->second->row != *change.row) doubled.insert(change.key);
    if (!change.row) continue;
    if (first_row == nullptr) first_row = &change;
    is_other_database = is_other_database || change.row->incarnation != first_row->row->incarnation;
    const auto [same_row, is_new_row] = by_row.emplace(change.row->number, &change);
    is_row_twice = is_row_twice || (!is_new_row && same_row->second->key != change.key && same_row->second->row == change.row);
  }
  for (const FeedChange& change : batch.changes) {
    lives = lives || (!change.former_key.empty() && change.former_key != change.key && by_key.contains(change.former_key));
  }
  if (!doubled.empty()) Misreport(turn, batch.side, batch.resource, "key_twice");
  if (is_row_twice) Misreport(turn, batch.side, batch.resource, "row_of_another");
  if (is_other_database) Misreport(turn, batch.side, batch.resource, "record_of_another_database");
  if (lives) Misreport(turn, batch.side, batch.resource, "former_key_lives");
  return doubled;
}

void LookAtDates(Turn& turn, const FeedBatch& batch) {
  const bool is_wrong = std::any_of(batch.changes.begin(), batch.changes.end(), [&](const FeedChange& change) {
    return change.changed_from_micros < 0 || change.changed_to_micros < change.changed_from_micros || change.changed_from_micros > turn.micros() + kAheadMax;
  });
  if (is_wrong) Misreport(turn, batch.side, batch.resource, "change_time_impossible");
}

}  // namespace

void Misreport(Turn& turn, Side side, const std::string& resource, const std::string& reason) {
  turn.Count(absl::StrCat("misreported.", reason));
  const std::string group = absl::StrCat("misreported:", reason, ":", Index(side));
  // Told once: a connector that is wrong is wrong often.
  if (turn.FindGroup(group)) return;
  const EntityRule* entity = turn.pack().EntityOf(side, resource);
  turn.Notice("warn", absl::StrCat("a connector says what cannot be so  side=", turn.pack().sides[side].name, " resource=", resource, " reason=", reason));
  OpenGroupItem(turn, group, reason, entity ? entity->name : "", static_cast<int>(Index(side)), {{"resource", resource}}, {"dismiss"});
}

void LookAtSession(Turn& turn, const SessionInfo& session) {
  std::vector<std::string> missing, locked;
  for (const EntityRule& entity : turn.pack().entities) {
    const EntitySide& side = entity.sides[session.side];
    if (side.resource.empty()) continue;
    const auto resource = session.resources.find(side.resource);
    if (resource == session.resources.end()) {
      missing.push_back(side.resource);
      continue;
    }
    for (const FieldRule& field : entity.fields) {
      const std::string& native = field.sides[session.side].native;
      const bool is_written = field.sides[session.side].writable() && std::any_of(field.policies.begin(), field.policies.end(), [&](const auto& policy) { return FlowsTo(policy.second, session.side); });
      const auto info = std::find_if(resource->second.fields.begin(), resource->second.fields.end(), [&](const FieldInfo& known) { return known.name == native; });
      if (is_written && info != resource->second.fields.end() && !info->writable) locked.push_back(absl::StrCat(side.resource, ".", native));
    }
  }
  const auto tell = [&](const char* reason, std::vector<std::string>& places) {
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    const std::string group = absl::StrCat("misreported:", reason, ":", Index(session.side));
    if (!places.empty()) {
      OpenGroupItem(turn, group, reason, "", static_cast<int>(Index(session.side)), {{"places", absl::StrJoin(places, ", ")}}, {"dismiss"});
    } else if (const auto item = turn.FindGroup(group)) {
      CloseGroupItem(turn, *item, "the system has them");
    }
  };
  tell("resource_missing", missing);
  tell("column_read_only", locked);
}

std::set<std::string> LookAtBatch(Turn& turn, const FeedBatch& batch) {
  LookAtDates(turn, batch);
  LookAtValues(turn, batch);
  return LookAtKeys(turn, batch);
}

void LookAtCursor(Turn& turn, const FeedBatch& batch) {
  if (batch.mode != FeedMode::kLive || !batch.cursor_after) return;
  const std::uint64_t hash = XXH3_64bits(batch.cursor_after->data(), batch.cursor_after->size());
  const auto& all = turn.state().sides[batch.side].cursors_seen;
  const auto known = all.find(batch.resource);
  if (known != all.end() && !known->second.empty()) {
    if (known->second.back() == hash) return;
    if (std::find(known->second.begin(), known->second.end(), hash) != known->second.end()) Misreport(turn, batch.side, batch.resource, "cursor_came_back");
  }
  turn.OnHandled([side = batch.side, resource = batch.resource, hash](State& state) {
    std::deque<std::uint64_t>& seen = state.sides[side].cursors_seen[resource];
    std::erase(seen, hash);
    seen.push_back(hash);
    if (seen.size() > kCursorsMax) seen.pop_front();
  });
}

void LookForAnswers(Turn& turn) {
  const std::int64_t longest = absl::ToInt64Microseconds(turn.state().tuning.answer_longest);
  for (Side side : kSides) {
    const SideState& at = turn.state().sides[side];
    std::size_t looked = 0;
    bool is_overdue = false;
    for (const auto& [handed_at, id] : at.handed_over) {
      const bool is_out = at.in_flight.contains(id);
      if (is_out && handed_at + longest > turn.micros()) break;
      is_overdue = is_overdue || is_out;
      ++looked;
    }
    if (looked == 0) continue;
    if (is_overdue) Misreport(turn, side, "", "answer_overdue");
    turn.OnHandled([side, looked](State& state) {
      auto& handed = state.sides[side].handed_over;
      handed.erase(handed.begin(), handed.begin() + static_cast<std::ptrdiff_t>(std::min(looked, handed.size())));
    });
  }
}

std::int64_t NextOverdue(const State& state) {
  std::int64_t due = 0;
  for (Side side : kSides) {
    const SideState& at = state.sides[side];
    for (const auto& [handed_at, id] : at.handed_over) {
      if (!at.in_flight.contains(id)) continue;
      const std::int64_t overdue = handed_at + absl::ToInt64Microseconds(state.tuning.answer_longest);
      if (due == 0 || overdue < due) due = overdue;
      break;
    }
  }
  return due;
}

}  // namespace entente
