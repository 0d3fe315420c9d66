#include "engine/simulation/terrain.h"

#include <algorithm>
#include <set>
#include <utility>

namespace entente::simulation {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

bool Says(const std::string& name, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

Shape TextShape(const std::string& native) {
  const std::string name = Lower(native);
  if (Says(name, {"mail"})) return Shape::kMail;
  if (Says(name, {"linkedin", "site", "url"})) return Shape::kUrl;
  if (Says(name, {"phone", "telecopie", "portable", "mobile", "fax"})) return Shape::kPhone;
  if (Says(name, {"vat", "identifiant"})) return Shape::kVat;
  if (Says(name, {"siret", "postcode", "codepostal", "zip"})) return Shape::kDigits;
  return Shape::kText;
}

// Values the examples write, by resource and field.
using Pools = std::map<std::pair<std::string, std::string>, std::vector<Value>>;

void Gather(const EntityRule* entity, Side side, const std::optional<Fields>& fields, Pools& pools) {
  if (entity == nullptr || !fields) return;
  for (const auto& [name, value] : *fields) {
    if (value.IsBlank() || value.As<Reference>() || value.As<List>() || value.As<Map>()) continue;
    std::vector<Value>& pool = pools[{entity->sides[side].resource, name}];
    if (pool.size() < 8 && std::find(pool.begin(), pool.end(), value) == pool.end()) pool.push_back(value);
  }
}

Both<Pools> PoolsOf(const LoadedPack& pack) {
  Both<Pools> pools;
  if (!pack.examples) return pools;
  for (const Example& example : pack.examples->examples) {
    std::map<std::string, std::string> entities;
    for (const ExampleRecord& record : example.given) {
      entities[record.name] = record.entity;
      for (Side side : kSides) Gather(pack.pack->Entity(record.entity), side, record.sides[side], pools[side]);
    }
    for (const ExampleEvent& event : example.when) {
      if (!event.entity.empty()) entities[event.record] = event.entity;
      const auto entity = entities.find(event.record);
      if (entity == entities.end()) continue;
      for (Side side : kSides) Gather(pack.pack->Entity(entity->second), side, event.fields[side], pools[side]);
    }
  }
  return pools;
}

bool IsPlain(const FieldSide& side) { return side.writable() && side.native.find('.') == std::string::npos; }

// How many fields of the entity share the native one: what is shared is nobody's alone.
int Sharers(const EntityRule& entity, Side side, const std::string& native) {
  return static_cast<int>(std::count_if(entity.fields.begin(), entity.fields.end(), [&](const FieldRule& field) { return field.sides[side].native == native; }));
}

const FieldRule* FieldOfNative(const EntityRule& entity, Side side, const std::string& native) {
  for (const FieldRule& field : entity.fields) {
    if (field.sides[side].native == native) return &field;
  }
  return nullptr;
}

Paper PaperOf(const Pack& pack, const EntityRule& entity) {
  const DocumentRule& rule = *entity.document;
  Paper paper;
  paper.owner = rule.owner;
  const Side maker = Other(rule.owner);
  if (const FieldRule* state = entity.Field(rule.state_field)) paper.state = state->sides[rule.owner].native;
  for (const DocumentState& state : rule.states) {
    if (state.name == rule.draft) paper.draft = state.label;
    if (state.on_enter == "push") paper.wanted = state.label;
  }
  for (const std::string& name : rule.user_fields) {
    const FieldRule* field = entity.Field(name);
    if (field == nullptr || field->items.empty()) continue;
    for (Side side : kSides) paper.lines[side] = field->sides[side].native;
    for (const FieldRule& item : field->items) {
      const bool is_plain = !item.proposed && item.sides[rule.owner].writable() && item.sides[maker].writable();
      if (!is_plain) continue;
      const EntityRule* target = item.target.empty() ? nullptr : pack.Entity(item.target);
      LineItem& made = paper.items.emplace_back();
      for (Side side : kSides) made.native[side] = item.sides[side].native;
      if (target != nullptr) made.target = target->sides[rule.owner].resource;
      // What is told by a token is a number where it says how many, and a text elsewhere.
      const bool is_count = Says(Lower(made.native[rule.owner]), {"quantit", "qte", "count"});
      made.shape = !item.target.empty() ? Shape::kReference : is_count ? Shape::kDecimal : Shape::kText;
    }
  }
  const std::string sent = entity.phases.empty() ? std::string() : entity.phases.back().name;
  paper.is_closed = std::none_of(entity.fields.begin(), entity.fields.end(), [&](const FieldRule& field) { return FlowsTo(field.PolicyIn(sent), maker); });
  return paper;
}

// Of a document its writers own what the pack says they own, and what its system asks for.
bool IsTheirs(const EntityRule& entity, Side side, const std::string& native) {
  const DocumentRule& rule = *entity.document;
  if (side != rule.owner) return false;
  return std::any_of(rule.user_fields.begin(), rule.user_fields.end(), [&](const std::string& name) {
    const FieldRule* field = entity.Field(name);
    return field != nullptr && field->sides[side].native == native;
  });
}

bool IsCarrier(const EntityRule& entity, const FieldRule& field) {
  if (!field.target.empty() || !field.items.empty() || field.equality == Equality::kClass || field.equality == Equality::kZeroIsBlank) return false;
  for (Side side : kSides) {
    if (!IsPlain(field.sides[side]) || Sharers(entity, side, field.sides[side].native) != 1) return false;
    const LensTraits traits = field.sides[side].lens ? field.sides[side].lens->traits() : LensTraits{};
    if (!traits.is_invertible || !traits.part.empty() || traits.may_not_read) return false;
  }
  return true;
}

}  // namespace

Lines LinesOf(const Paper& paper, Side side, const Value& lines) {
  Lines all;
  const auto* list = lines.As<List>();
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    std::vector<std::uint64_t>& line = all.emplace_back();
    const auto* map = (*list)[i].As<Map>();
    for (const LineItem& item : paper.items) {
      if (item.shape != Shape::kReference) line.push_back(map == nullptr ? 0 : TokenOf(FieldOf(*map, item.native[side])));
    }
  }
  return all;
}

const Column* Ground::Find(Side side, std::string_view name) const {
  for (const Column& column : columns[side]) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

Terrain::Terrain(LoadedPack pack) : pack_(std::move(pack)) {
  const Both<Pools> pools = PoolsOf(pack_);
  for (const EntityRule& entity : pack_.pack->entities) {
    Ground ground;
    ground.entity = &entity;
    if (entity.document) ground.paper = PaperOf(*pack_.pack, entity);
    for (Side side : kSides) {
      const EntitySide& at = entity.sides[side];
      if (at.key.size() == 1) ground.key_field[side] = at.key.front();
      const DeclaredResource* declared = Declared(side, at.resource);
      const DeclaredField* key = declared && at.key.size() == 1 ? declared->Field(at.key.front()) : nullptr;
      ground.key_is_number[side] = key && key->type == "int";
      std::set<std::string> names;
      for (const std::string& native : entity.native_fields[side]) names.insert(native.substr(0, native.find('.')));
      for (const std::string& name : names) {
        Column column;
        column.name = name;
        const DeclaredField* known = declared ? declared->Field(name) : nullptr;
        const FieldRule* field = FieldOfNative(entity, side, name);
        std::string type = known ? known->type : field ? field->sides[side].type : "";
        column.width = known ? static_cast<std::size_t>(known->length_max) : 0;
        column.is_required = known && known->is_required;
        column.is_writable = !known || known->writable;
        column.is_set_once = known && known->set_once;
        column.is_key = std::find(at.key.begin(), at.key.end(), name) != at.key.end();
        column.target = known ? known->target : "";
        if (field && !field->target.empty()) {
          type = "reference";
          const EntityRule* target = pack_.pack->Entity(field->target);
          if (column.target.empty() && target) column.target = target->sides[side].resource;
          column.is_parent = field->on_missing == OnMissingTarget::kParent;
        }
        if (const auto pool = pools[side].find({at.resource, name}); pool != pools[side].end()) column.pool = pool->second;
        const bool is_label = pack_.pack->value_lists.contains(at.resource + "." + name);
        if (type == "reference") column.shape = column.target.empty() ? Shape::kNone : Shape::kReference;
        else if (is_label || type == "int" || type == "bool") column.shape = column.pool.empty() ? Shape::kNone : Shape::kPool;
        else if (type == "decimal") column.shape = Shape::kDecimal;
        else if (type.empty() || type == "text") column.shape = TextShape(name);
        // What finds a record again is the engine's to write.
        if (name == at.find_field && !column.is_key) column.shape = Shape::kNone;
        if (column.shape == Shape::kText && field && !IsCarrier(entity, *field)) column.shape = column.pool.empty() ? Shape::kText : Shape::kPool;
        if (BearsToken(column.shape) && ValueOf(column.shape, 1, column.width).IsNull()) column.shape = Shape::kNone;
        if (ground.paper && !IsTheirs(entity, side, name)) column.shape = Shape::kNone;
        if (ground.paper && name == ground.paper->lines[side]) column.shape = side == ground.paper->owner ? Shape::kLines : Shape::kNone;
        ground.columns[side].push_back(std::move(column));
      }
    }
    for (const FieldRule& field : entity.fields) {
      if (ground.paper || !IsCarrier(entity, field)) continue;
      const Column* left = ground.Find(Side::kLeft, field.sides[Side::kLeft].native);
      const Column* right = ground.Find(Side::kRight, field.sides[Side::kRight].native);
      const auto bears = [&](const Column* column, const EntitySide& at) { return column && (BearsToken(column->shape) || column->name == at.find_field); };
      if (!bears(left, entity.sides[Side::kLeft]) || !bears(right, entity.sides[Side::kRight])) continue;
      // A number that is a key says whose record it is, not whose edit.
      if (ground.key_is_number[Side::kLeft] && left->is_key) continue;
      if (ground.key_is_number[Side::kRight] && right->is_key) continue;
      ground.carriers.push_back({&field, {{left->name, right->name}}});
    }
    grounds_.push_back(std::move(ground));
  }
}

const Ground* Terrain::Find(std::string_view entity) const {
  for (const Ground& ground : grounds_) {
    if (ground.entity->name == entity) return &ground;
  }
  return nullptr;
}

const Ground* Terrain::FindOf(Side side, std::string_view resource) const {
  for (const Ground& ground : grounds_) {
    if (ground.entity->sides[side].resource == resource) return &ground;
  }
  return nullptr;
}

const DeclaredResource* Terrain::Declared(Side side, std::string_view resource) const {
  if (!pack_.examples || pack_.examples->catalogues[side].empty()) return nullptr;
  return pack_.examples->catalogues[side].Resource(resource);
}

std::size_t Terrain::carriers() const {
  std::size_t count = 0;
  for (const Ground& ground : grounds_) count += ground.carriers.size();
  return count;
}

std::size_t Terrain::fields() const {
  std::size_t count = 0;
  for (const Ground& ground : grounds_) count += ground.entity->fields.size();
  return count;
}

}  // namespace entente::simulation
