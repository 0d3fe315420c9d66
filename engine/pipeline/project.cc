#include "engine/pipeline/project.h"

#include <xxhash.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/core/stand_in.h"
#include "engine/core/text.h"
#include "engine/pipeline/target.h"

namespace entente {
namespace {

const Value kNull;

// Prefixes every part by its length, so that no two lists of parts give the same bytes.
void AddPart(std::string& bytes, std::string_view part) {
  bytes += std::to_string(part.size());
  bytes += ':';
  bytes.append(part.data(), part.size());
}

// ---------------------------------------------------------------------------------------------- references

Value FallbackOn(Turn& turn, const FieldRule& field, Side side, const Scope& scope, std::vector<std::string>* waits = nullptr) {
  if (!field.sides[side].fallback) return {};
  absl::StatusOr<Value> key = field.sides[side].fallback->Evaluate(scope);
  if (!key.ok() || key->TextOrEmpty().empty()) return {};
  return FindByNaturalKey(turn, field.target, side, key->TextOrEmpty(), waits);
}

// The pack may call a record that is there no use (a user who left).
bool IsUsable(Turn& turn, const FieldRule& field, Side side, const Link& target) {
  if (!field.sides[side].usable) return true;
  const absl::StatusOr<Value> usable = field.sides[side].usable->Evaluate(LinkScope(turn.pack(), target).scope());
  return !usable.ok() || !usable->As<bool>() || *usable->As<bool>();
}

Value GetReference(Turn& turn, const FieldRule& field, Side side, const Value& native, const Scope& scope) {
  const auto* reference = native.As<Reference>();
  if (!reference) return {};
  if (StandInIsNobody(field, side) && FallbackOn(turn, field, side, scope) == native) return {};
  const RecordEntry* entry = turn.FindRecord({side, reference->resource, reference->key});
  if (entry && entry->link != 0) return LinkReference{entry->link};
  return native;
}

PutOutcome Missing(Turn& turn, const FieldRule& field, Side side, const Scope& scope, std::string wait) {
  PutOutcome outcome;
  if (!wait.empty()) outcome.waits.push_back(std::move(wait));
  switch (field.on_missing) {
    case OnMissingTarget::kParent: outcome.kind = PutOutcome::Kind::kWaits; break;
    case OnMissingTarget::kDrop: outcome.kind = PutOutcome::Kind::kDropped; break;
    case OnMissingTarget::kFallback:
      // A side without a stand-in keeps what it has.
      if (!field.sides[side].fallback) {
        outcome.kind = PutOutcome::Kind::kDropped;
        break;
      }
      outcome.native = FallbackOn(turn, field, side, scope, &outcome.waits);
      if (outcome.native.IsNull()) outcome.kind = PutOutcome::Kind::kWaits;
      else outcome.stand_ins = 1;
      break;
  }
  return outcome;
}

PutOutcome PutReference(Turn& turn, const FieldRule& field, Side side, const Value& canonical, const Scope& scope) {
  PutOutcome outcome;
  if (canonical.IsBlank()) {
    // Unset: the stand-in where the side must have one.
    if (field.sides[side].fallback) outcome = Missing(turn, field, side, scope, "");
    outcome.stand_ins = 0;
  } else if (const auto* reference = canonical.As<Reference>()) {
    outcome = Missing(turn, field, side, scope, WaitForRecord(Other(side), reference->resource, reference->key));
    if (field.on_missing == OnMissingTarget::kFallback) outcome.unresolved.push_back(reference->key);
  } else {
    const LinkId target = canonical.As<LinkReference>()->link;
    const Link* link = turn.FindLink(target);
    if (link && link->members[side].presence == Presence::kPresent && !link->members[side].key.empty() && IsUsable(turn, field, side, *link)) {
      outcome.native = Reference{link->members[side].resource, link->members[side].key};
    } else {
      outcome = Missing(turn, field, side, scope, WaitForLink(target, side));
      if (link && field.on_missing == OnMissingTarget::kFallback) outcome.unresolved.push_back(link->members[Other(side)].key);
    }
    outcome.targets.push_back(target);
  }
  if (outcome.kind == PutOutcome::Kind::kWritable) outcome.image = GetReference(turn, field, side, outcome.native, scope);
  return outcome;
}

// ---------------------------------------------------------------------------------------------- plain values and items

const FieldShape* ShapeOf(const Turn& turn, Side side, const FieldSide& field) {
  const Shapes& shapes = *turn.state().sides[side].shapes;
  const auto found = shapes.find(&field);
  return found == shapes.end() ? nullptr : &found->second;
}

const Lens* LensOf(const Turn& turn, Side side, const FieldSide& field) {
  const FieldShape* shape = ShapeOf(turn, side, field);
  return shape && shape->lens ? shape->lens.get() : field.lens.get();
}

// What a plain field shows where there is nothing to show: the first is written, any of them reads as nothing.
absl::StatusOr<List> StandInsOf(const FieldSide& side, const Scope& scope) {
  if (!side.fallback) return List{};
  absl::StatusOr<Value> shown = side.fallback->Evaluate(scope);
  if (!shown.ok()) return shown.status();
  List stand_ins;
  if (const auto* list = shown->As<List>()) stand_ins = *list;
  else stand_ins.push_back(*std::move(shown));
  std::erase_if(stand_ins, [](const Value& value) { return value.IsBlank(); });
  return stand_ins;
}

absl::StatusOr<Value> GetFormula(Turn& turn, const EntityRule& entity, const std::vector<FieldRule>& siblings, const FieldSide& side, Side at,
                                 const Fields& record, const Scope& scope) {
  absl::StatusOr<Value> value = EvaluateWithTargets(turn, entity, siblings, *side.formula, at, record, scope);
  if (!value.ok() || !side.lens) return value;
  return side.lens->Get(*value);
}

absl::StatusOr<Value> GetPlain(Turn& turn, const FieldRule& field, Side at, const Fields& record, const Scope& scope) {
  const FieldSide& side = field.sides[at];
  const Value& native = NativeOf(record, side.native);
  const Lens* lens = LensOf(turn, at, side);
  Value value = lens ? lens->Get(native) : native;
  if (!side.fallback || !field.target.empty() || value.IsBlank()) return value;
  const absl::StatusOr<List> stand_ins = StandInsOf(side, scope);
  if (!stand_ins.ok()) return stand_ins.status();
  return std::find(stand_ins->begin(), stand_ins->end(), value) == stand_ins->end() ? value : Value();
}

// What the wire has no form for: it would arrive as nothing.
bool IsHeldByNoField(const Value& value) {
  if (value.As<Table>() || value.As<Duration>() || value.As<LinkReference>()) return true;
  if (const auto* list = value.As<List>()) return std::any_of(list->begin(), list->end(), IsHeldByNoField);
  const auto* map = value.As<Map>();
  return map && std::any_of(map->begin(), map->end(), [](const auto& entry) { return IsHeldByNoField(entry.second); });
}

absl::StatusOr<PutOutcome> PutPlain(Turn& turn, const FieldRule& field, Side at, const Value& canonical, const Fields& record, const Scope& scope,
                                    const PutContext& context) {
  const FieldSide& side = field.sides[at];
  PutOutcome outcome;
  const absl::StatusOr<List> stand_ins = StandInsOf(side, scope);
  if (!stand_ins.ok()) return stand_ins.status();
  if (canonical.IsBlank() && !stand_ins->empty()) {
    outcome.native = stand_ins->front();
    return outcome;
  }
  const FieldShape* shape = ShapeOf(turn, at, side);
  const bool names_none = side.sole_label && canonical.IsBlank() && context.is_create && shape && !shape->labels.empty();
  if (names_none && shape->labels.size() == 1) {
    outcome.native = shape->labels.begin()->second;
    if (shape->is_list) outcome.native = List{outcome.native};
    return outcome;
  }
  if (names_none) {
    outcome.kind = PutOutcome::Kind::kRefused;
    outcome.refused = std::string(kLabelNotChosen);
    outcome.is_required = shape->is_required;
    return outcome;
  }
  const Lens* lens = LensOf(turn, at, side);
  PutResult put = lens ? lens->Put(canonical, NativeOf(record, side.native), context) : PutResult{canonical, {}};
  if (put.refused() || IsHeldByNoField(put.native)) {
    outcome.kind = PutOutcome::Kind::kRefused;
    outcome.refused = put.refused() ? std::string(put.refusal()) : std::string(kHeldByNoField);
    return outcome;
  }
  outcome.native = std::move(put.native);
  if (shape && !shape->labels.empty() && !outcome.native.IsBlank() && outcome.native != NativeOf(record, side.native)) {
    Value spelled = Spelled(*shape, outcome.native);
    if (spelled.IsNull()) {
      outcome.kind = PutOutcome::Kind::kRefused;
      outcome.refused = std::string(kLabelWithoutPartner);
      outcome.label = std::move(outcome.native);
      outcome.is_required = shape->is_required;
      return outcome;
    }
    outcome.native = std::move(spelled);
  }
  for (LensNote& note : put.notes) outcome.notes.push_back(std::move(note.reason));
  outcome.image = lens ? lens->Get(outcome.native) : outcome.native;
  // Typed as a value, what stands for nothing reads as nothing here.
  if (std::find(stand_ins->begin(), stand_ins->end(), outcome.image) != stand_ins->end()) outcome.image = Value();
  return outcome;
}

// A field that is no list of items.
absl::StatusOr<Value> GetOne(Turn& turn, const EntityRule& entity, const std::vector<FieldRule>& siblings, const FieldRule& field, Side side,
                             const Fields& record, const Scope& scope) {
  const FieldSide& own = field.sides[side];
  absl::StatusOr<Value> value = own.formula ? GetFormula(turn, entity, siblings, own, side, record, scope) : GetPlain(turn, field, side, record, scope);
  if (!value.ok() || field.target.empty()) return value;
  return GetReference(turn, field, side, *value, scope);
}

absl::StatusOr<Value> GetItems(Turn& turn, const EntityRule& entity, const FieldRule& field, Side side, const Fields& record, const Scope& scope) {
  const auto* native = NativeOf(record, field.sides[side].native).As<List>();
  List items;
  if (!native) return Value(std::move(items));
  for (const Value& element : *native) {
    const auto* line = element.As<Map>();
    if (!line) continue;
    Scope line_scope = scope;
    line_scope.item = line;
    Map canonical;
    for (const FieldRule& item : field.items) {
      if (!item.sides[side].exists()) continue;
      absl::StatusOr<Value> value = GetOne(turn, entity, field.items, item, side, *line, line_scope);
      if (!value.ok()) return value.status();
      if (!value->IsBlank()) canonical[item.name] = *std::move(value);
    }
    items.push_back(std::move(canonical));
  }
  return Value(std::move(items));
}

void Gather(PutOutcome& whole, PutOutcome&& part) {
  for (auto& note : part.notes) whole.notes.push_back(std::move(note));
  for (auto& wait : part.waits) whole.waits.push_back(std::move(wait));
  for (LinkId target : part.targets) whole.targets.push_back(target);
  for (auto& key : part.unresolved) whole.unresolved.push_back(std::move(key));
  whole.stand_ins += part.stand_ins;
  if (part.kind == PutOutcome::Kind::kWaits) whole.kind = PutOutcome::Kind::kWaits;
  if (part.kind == PutOutcome::Kind::kRefused && whole.kind != PutOutcome::Kind::kWaits) {
    whole.kind = PutOutcome::Kind::kRefused;
    whole.refused = std::move(part.refused);
  }
}

absl::StatusOr<PutOutcome> PutItems(Turn& turn, const EntityRule& entity, const FieldRule& field, Side side, const Value& canonical, const Fields& record,
                                    const Scope& scope, const PutContext& context) {
  PutOutcome whole;
  List native, image;
  const auto* items = canonical.As<List>();
  const auto* old = NativeOf(record, field.sides[side].native).As<List>();
  for (std::size_t i = 0; items && i < items->size(); ++i) {
    const auto* line = (*items)[i].As<Map>();
    if (!line) continue;
    static const Map kEmpty;
    const Map* old_line = old && i < old->size() ? (*old)[i].As<Map>() : nullptr;
    Scope line_scope = scope;
    line_scope.item = line;
    Map line_native, line_image;
    for (const FieldRule& item : field.items) {
      if (!item.sides[side].writable()) continue;
      auto it = line->find(item.name);
      absl::StatusOr<PutOutcome> put =
          PutCanonical(turn, entity, item, side, it == line->end() ? kNull : it->second, old_line ? *old_line : kEmpty, line_scope, context);
      if (!put.ok()) return put.status();
      if (put->kind == PutOutcome::Kind::kWritable) {
        if (!put->native.IsNull()) SetNative(line_native, item.sides[side].native, put->native);
        if (!put->image.IsBlank()) line_image[item.name] = put->image;
      }
      Gather(whole, *std::move(put));
    }
    native.push_back(std::move(line_native));
    image.push_back(std::move(line_image));
  }
  whole.native = std::move(native);
  whole.image = std::move(image);
  return whole;
}

}  // namespace

std::string_view NativeRoot(std::string_view path) { return path.substr(0, path.find('.')); }

const Value& NativeOf(const Fields& record, std::string_view path) {
  const std::string_view root = NativeRoot(path);
  auto it = record.find(root);
  if (it == record.end()) return kNull;
  if (root.size() == path.size()) return it->second;
  const auto* map = it->second.As<Map>();
  return map ? NativeOf(*map, path.substr(root.size() + 1)) : kNull;
}

void SetNative(Fields& record, std::string_view path, Value value) {
  const std::string_view root = NativeRoot(path);
  Value& field = record[std::string(root)];
  if (root.size() == path.size()) {
    field = std::move(value);
    return;
  }
  if (!field.As<Map>()) field = Map{};
  SetNative(*field.As<Map>(), path.substr(root.size() + 1), std::move(value));
}

std::uint64_t MatchHash(const Tuning& tuning, const EntityRule& entity, const MatchRule& rule, std::string_view within, std::string_view key) {
  std::string bytes;
  for (std::string_view part : {std::string_view(entity.name), std::string_view(rule.name), within, key}) AddPart(bytes, part);
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), tuning.match_key);
}

std::vector<std::string> WithinFields(const MatchRule& rule) {
  std::vector<std::string> names;
  if (!rule.within.empty()) names.push_back(rule.within);
  names.insert(names.end(), rule.also_within.begin(), rule.also_within.end());
  return names;
}

std::string JoinKeys(const std::vector<std::string>& keys) {
  std::string joined;
  for (const std::string& key : keys) AddPart(joined, key);
  return joined;
}

std::optional<std::string> WithinKey(const EntityRule& entity, const MatchRule& rule, Side side, const Fields& record) {
  std::vector<std::string> keys;
  for (const std::string& name : WithinFields(rule)) {
    const FieldRule* parent = entity.Field(name);
    const auto* reference = parent ? NativeOf(record, parent->sides[side].native).As<Reference>() : nullptr;
    if (!reference) return std::nullopt;
    keys.push_back(reference->key);
  }
  return JoinKeys(keys);
}

LinkScope::LinkScope(const Pack& pack, const Link& link, std::int64_t now_micros) : pack_(pack), link_(link), now_micros_(now_micros) {
  for (Side side : kSides) {
    is_known_[side] = link.members[side].presence != Presence::kNone;
    if (is_known_[side]) scope_.record[side] = &link.members[side].shadow;
  }
  scope_.link = this;
  scope_.parameters = &pack.parameter_values;
}

void LinkScope::See(Side side, const Fields& record) {
  is_known_[side] = true;
  facts_.reset();
  scope_.record[side] = &record;
}

const Fields& LinkScope::Get() const {
  if (facts_) return *facts_;
  Fields& facts = facts_.emplace();
  if (now_micros_ != 0) facts["now"] = Timestamp{now_micros_};
  facts["phase"] = link_.phase;
  facts["origin"] = pack_.sides[link_.origin].name;
  facts["left_key"] = link_.members[Side::kLeft].key;
  facts["right_key"] = link_.members[Side::kRight].key;
  for (Side side : kSides) {
    const Member& member = link_.members[side];
    facts["has_" + pack_.sides[side].name] = is_known_[side];
    facts[pack_.sides[side].name + "_key"] = member.key;
    facts[pack_.sides[side].name + "_former_keys"] = List(member.former_keys.begin(), member.former_keys.end());
  }
  return facts;
}

absl::StatusOr<Value> GetCanonical(Turn& turn, const EntityRule& entity, const FieldRule& field, Side side, const Fields& record, const Scope& scope) {
  if (!field.items.empty()) return GetItems(turn, entity, field, side, record, scope);
  return GetOne(turn, entity, entity.fields, field, side, record, scope);
}

bool IsAbsent(const Turn& turn, const FieldRule& field, Side side) {
  const FieldShape* shape = ShapeOf(turn, side, field.sides[side]);
  return shape && shape->is_absent;
}

std::string Unreadable(const Turn& turn, const FieldRule& field, Side side, const Fields& record) {
  const FieldSide& own = field.sides[side];
  const Lens* lens = own.formula || own.native.empty() ? nullptr : LensOf(turn, side, own);
  return lens ? std::string(lens->Read(NativeOf(record, own.native)).refusal()) : std::string();
}

absl::StatusOr<PutOutcome> PutCanonical(Turn& turn, const EntityRule& entity, const FieldRule& field, Side side, const Value& canonical,
                                        const Fields& record, const Scope& scope, const PutContext& context) {
  if (!field.items.empty()) return PutItems(turn, entity, field, side, canonical, record, scope, context);
  if (!field.target.empty()) return PutReference(turn, field, side, canonical, scope);
  return PutPlain(turn, field, side, canonical, record, scope, context);
}

Value FindByNaturalKey(Turn& turn, const std::string& entity_name, Side side, std::string_view key, std::vector<std::string>* waits) {
  const EntityRule* entity = turn.pack().Entity(entity_name);
  if (!entity) return {};
  std::vector<std::string> holders;
  for (const MatchRule& rule : entity->matches) {
    if (!rule.within.empty()) continue;
    const std::uint64_t hash = MatchHash(turn.state().tuning, *entity, rule, JoinKeys({}), key);
    for (LinkId id : turn.Matches({side, hash})) {
      const Link* link = turn.FindLink(id);
      if (link && link->Has(side)) return Reference{link->members[side].resource, link->members[side].key};
    }
    holders.push_back(WaitForHolder(side, hash));
  }
  if (waits) waits->insert(waits->end(), holders.begin(), holders.end());
  return {};
}

std::string WaitForLink(LinkId link, Side side) { return absl::StrCat("link:", link, ":", Index(side)); }
std::string WaitForRecord(Side side, const std::string& resource, const std::string& key) { return absl::StrCat("record:", Index(side), ":", resource, ":", key); }
std::string WaitForSession(Side side) { return absl::StrCat("session:", Index(side)); }
std::string WaitForVerified(LinkId link) { return absl::StrCat("verified:", link); }
std::string WaitForListing(Side side, const std::string& resource) { return absl::StrCat("listing:", Index(side), ":", resource); }
std::string WaitForCreates(Side side, const std::string& resource) { return absl::StrCat("creates:", Index(side), ":", resource); }
std::string LabelGroup(const Pack& pack, Side side, const std::string& resource, const std::string& native, std::string_view label) {
  return absl::StrCat("label:", pack.sides[side].name, ":", resource, ".", native, ":", FoldAccents(CollapseSpaces(label)));
}

std::string WaitForApproval(const std::string& what) { return absl::StrCat("approval:", what); }
std::string WaitForMatch(Side side, std::uint64_t hash) { return absl::StrCat("match:", Index(side), ":", hash); }
std::string WaitForHolder(Side side, std::uint64_t hash) { return absl::StrCat("holder:", Index(side), ":", hash); }

}  // namespace entente
