#include "engine/pipeline/bar.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/identity.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/messages.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

// What ErasedKey() begins with.
constexpr std::string_view kErasedKey = "erased:";

std::string GroupOf(LinkId link, Side side) { return absl::StrCat("erased:", link, ":", Index(side)); }

// The person and the hash it was known by.
struct Barred {
  LinkId link = 0;
  std::uint64_t hash = 0;
};

std::optional<Barred> Find(const State& state, std::uint64_t hash) {
  const auto bar = state.bars.find(hash);
  return bar == state.bars.end() ? std::nullopt : std::optional<Barred>({bar->second, hash});
}

std::optional<Barred> FindKey(const State& state, Side side, const std::string& resource, const std::string& key) {
  return key.empty() ? std::nullopt : Find(state, KeyBar(state.tuning.match_key, side, resource, key));
}

void TellReported(Turn& turn, Link& link, Side side) {
  link.erased->reported[side] = true;
  WorkItem item;
  item.reason = std::string(kErasedReported);
  item.link = link.id;
  item.entity = link.entity;
  item.side = static_cast<int>(Index(side));
  item.group = GroupOf(link.id, side);
  item.choices = {"admit", "dismiss"};
  DescribeItem(turn.pack(), item);
  turn.Count(absl::StrCat("items.", item.reason));
  turn.NewWork(std::move(item));
}

void NoteReported(Turn& turn, Side side, const Barred& barred) {
  turn.Count("changes.erased");
  const Link* found = turn.FindLink(barred.link);
  if (found && found->erased && !found->erased->reported[side]) TellReported(turn, turn.Edit(barred.link), side);
}

// The system has deleted it, too.
void NoteGone(Turn& turn, Side side, const Barred& barred) {
  turn.Count("changes.erased");
  const Link* found = turn.FindLink(barred.link);
  if (!found || !found->erased || !found->erased->reported[side]) return;
  turn.Edit(barred.link).erased->reported[side] = false;
  if (const auto item = turn.FindGroup(GroupOf(barred.link, side))) CloseGroupItem(turn, *item, "the system has deleted it");
}

// What the record is called now is barred with what it was called.
void Extend(Turn& turn, Side side, const std::string& resource, const std::string& key, LinkId link) {
  std::vector<std::uint64_t> hashes = BarsOf(turn.state().bars, link);
  const std::uint64_t hash = KeyBar(turn.state().tuning.match_key, side, resource, key);
  hashes.push_back(hash);
  turn.PutMeta(BarMeta(link), EncodeBars(hashes));
  turn.OnHandled([hash, link](State& state) { state.bars[hash] = link; });
}

// True: something was replaced.
bool Replace(const State& state, Side side, Value& value);

bool Replace(const State& state, Side side, Fields& fields) {
  const auto names = [&](const auto& field) {
    Value value = field.second;
    return Replace(state, side, value);
  };
  if (std::none_of(fields.begin(), fields.end(), names)) return false;
  for (auto& [name, value] : fields.Mutable()) Replace(state, side, value);
  return true;
}

bool Replace(const State& state, Side side, Value& value) {
  if (auto* reference = value.As<Reference>()) {
    const std::optional<Barred> barred = FindKey(state, side, reference->resource, reference->key);
    if (barred) reference->key = ErasedKey(barred->link);
    return barred.has_value();
  }
  bool is_replaced = false;
  if (auto* list = value.As<List>()) {
    for (Value& element : *list) is_replaced |= Replace(state, side, element);
  }
  if (auto* map = value.As<Map>()) is_replaced |= Replace(state, side, *map);
  return is_replaced;
}

// Entities whose records are to be read again when a record of this one comes back.
std::set<std::string> NamedBy(const Pack& pack, const std::string& entity) {
  std::set<std::string> names;
  if (pack.Entity(entity)) names.insert(entity);
  const auto leads = [&](const FieldRule& field) {
    return field.target == entity || std::any_of(field.items.begin(), field.items.end(), [&](const FieldRule& item) { return item.target == entity; });
  };
  for (const EntityRule& other : pack.entities) {
    if (std::any_of(other.fields.begin(), other.fields.end(), leads)) names.insert(other.name);
  }
  return names;
}

}  // namespace

namespace {

// A living record was given the key: the system itself says that it is another one now.
bool IsAnothers(Turn& turn, const std::string& resource, Side side, const FeedChange& change) {
  if (change.kind != ChangeKind::kContent) return false;
  const Known known = KnownLink(turn, resource, side, change);
  const Link* link = known.link == 0 ? nullptr : turn.FindLink(known.link);
  return link && !link->erased;
}

void Lift(Turn& turn, const Barred& barred) {
  std::vector<std::uint64_t> hashes = BarsOf(turn.state().bars, barred.link);
  std::erase(hashes, barred.hash);
  turn.PutMeta(BarMeta(barred.link), hashes.empty() ? std::nullopt : std::optional(EncodeBars(hashes)));
  turn.OnHandled([hash = barred.hash](State& state) { state.bars.erase(hash); });
  if (const Link* link = turn.FindLink(barred.link); link && link->erased) turn.Edit(barred.link).erased->lifted = true;
}

// All that bars the person goes, on both sides: one side's record alone would have its partner made again. Nothing of the entity is created
// before both sides were listed again.
void Admit(Turn& turn, const WorkItem& item, Erasure& erasure) {
  erasure.lifted = true;
  erasure.reported = {};
  turn.PutMeta(BarMeta(item.link), std::nullopt);
  std::vector<std::pair<Side, std::string>> relisted, unlisted;
  for (const Side side : kSides) {
    if (const auto other = turn.FindGroup(GroupOf(item.link, side)); other && *other != item.id) CloseGroupItem(turn, *other, "admitted");
    for (const std::string& name : NamedBy(turn.pack(), item.entity)) {
      const EntityRule* entity = turn.pack().Entity(name);
      const std::string& resource = entity->sides[side].resource;
      if (resource.empty()) continue;
      relisted.emplace_back(side, resource);
      turn.PutMeta(absl::StrCat("relist.", Index(side), ".", resource), "1");
      if (name != item.entity) continue;
      unlisted.emplace_back(side, resource);
      turn.PutMeta(absl::StrCat("listed.", Index(side), ".", resource), std::nullopt);
    }
  }
  turn.OnHandled([link = item.link, relisted, unlisted](State& state) {
    std::erase_if(state.bars, [link](const auto& bar) { return bar.second == link; });
    state.relist.insert(relisted.begin(), relisted.end());
    for (const auto& [side, resource] : unlisted) state.sides[side].listed[resource] = false;
  });
}

}  // namespace

bool IsBarredKey(const State& state, Side side, const std::string& resource, const std::string& key) {
  return !state.bars.empty() && FindKey(state, side, resource, key).has_value();
}

bool RefusesErased(Turn& turn, const std::string& resource, Side side, const FeedChange& change) {
  const State& state = turn.state();
  if (state.bars.empty()) return false;
  if (const auto by_key = FindKey(state, side, resource, change.key)) {
    if (IsAnothers(turn, resource, side, change)) {
      Lift(turn, *by_key);
      return false;
    }
    change.kind == ChangeKind::kDeleted ? NoteGone(turn, side, *by_key) : NoteReported(turn, side, *by_key);
    return true;
  }
  const RecordEntry* entry = turn.FindRecord({side, resource, change.key});
  if (entry && entry->link != 0 && !entry->alias) return false;
  std::optional<Barred> barred = FindKey(state, side, resource, change.former_key);
  if (!barred && change.row && !state.sides[side].doubted_rows.contains(resource)) barred = Find(state, RowBar(state.tuning.match_key, side, resource, *change.row));
  if (!barred) return false;
  if (change.kind == ChangeKind::kContent) Extend(turn, side, resource, change.key, barred->link);
  change.kind == ChangeKind::kDeleted ? NoteGone(turn, side, *barred) : NoteReported(turn, side, *barred);
  return true;
}

bool NamesErased(const Value& value) {
  if (const auto* reference = value.As<Reference>()) return reference->key.starts_with(kErasedKey);
  if (const auto* list = value.As<List>()) return std::any_of(list->begin(), list->end(), NamesErased);
  const auto* map = value.As<Map>();
  return map && std::any_of(map->begin(), map->end(), [](const auto& field) { return NamesErased(field.second); });
}

bool RefusesErasedMatch(Turn& turn, const EntityRule& entity, Side side, const Fields& record) {
  const State& state = turn.state();
  if (state.bars.empty()) return false;
  for (const std::uint64_t hash : MatchHashes(turn.pack(), state.tuning, entity, side, record)) {
    if (const auto barred = Find(state, hash)) {
      NoteReported(turn, side, *barred);
      return true;
    }
  }
  return false;
}

std::optional<FeedBatch> WithoutErased(const State& state, const FeedBatch& batch) {
  std::optional<FeedBatch> clean;
  for (std::size_t i = 0; i < batch.changes.size(); ++i) {
    Fields fields = batch.changes[i].fields;
    if (!Replace(state, batch.side, fields)) continue;
    if (!clean) clean = batch;
    clean->changes[i].fields = std::move(fields);
  }
  return clean;
}

std::optional<ResultBatch> WithoutErased(const State& state, const ResultBatch& batch) {
  ResultBatch clean = batch;
  bool is_replaced = false;
  for (OperationResult& result : clean.results) {
    if (result.change) is_replaced |= Replace(state, batch.side, result.change->fields);
    is_replaced |= Replace(state, batch.side, result.priced);
    for (FeedChange& found : result.found) is_replaced |= Replace(state, batch.side, found.fields);
  }
  return is_replaced ? std::optional<ResultBatch>(std::move(clean)) : std::nullopt;
}

void SettleReported(Turn& turn, const WorkItem& item, const std::string& choice) {
  const Side side = item.side == 0 ? Side::kLeft : Side::kRight;
  const Link* found = turn.FindLink(item.link);
  turn.Require();
  if (!found || !found->erased) return;
  Erasure& erasure = *turn.Edit(item.link).erased;
  // Dismissed, it is told again when it is reported again.
  erasure.reported[side] = false;
  if (choice == "admit") Admit(turn, item, erasure);
}

}  // namespace entente
