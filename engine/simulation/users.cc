#include "engine/simulation/users.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/simulation/random.h"

namespace entente::simulation {
namespace {

// A code users give: "C000173".
std::string CodeOf(std::uint64_t number) { return "C" + std::string(ValueOf(Shape::kDigits, number, 0).TextOrEmpty()); }

}  // namespace

bool Users::Find(const Happening& event, At* at) const {
  const auto birth = births_.find(event.subject);
  at->ground = terrain_.Find(event.entity);
  if (birth == births_.end() || at->ground == nullptr) return false;
  at->birth = birth->second;
  at->resource = at->ground->entity->sides[event.side].resource;
  at->record = systems_[event.side]->OfBirth(at->resource, at->birth, &at->key);
  return at->record != nullptr;
}

bool Users::Do(const Happening& event, std::int64_t now) {
  if (event.deed == Deed::kCreate) return Create(event, now);
  At at;
  if (!Find(event, &at)) return false;
  const Column* column = event.native.empty() ? nullptr : at.ground->Find(event.side, event.native);
  switch (event.deed) {
    case Deed::kEdit: return column != nullptr && Type(event, at, *column, false, now);
    case Deed::kBlank: return column != nullptr && Type(event, at, *column, true, now);
    case Deed::kUndo: return column != nullptr && Retype(event, at, *column, now);
    case Deed::kPick: return Pick(event, at, now);
    case Deed::kRefer: return Refer(event, at, now);
    case Deed::kRekey: return Rekey(event, at, now);
    case Deed::kDelete: return Delete(event, at, now);
    case Deed::kEditLines: return EditLines(event, at, now);
    case Deed::kSend: return Send(event, at, now);
    case Deed::kMerge: {
      Happening second = event;
      second.subject = event.other;
      At other;
      return Find(second, &other) && other.birth != at.birth && Delete(second, other, now);
    }
    default: return false;
  }
}

bool Users::Lock(const Happening& event, std::int64_t until) {
  At at;
  if (!Find(event, &at)) return false;
  systems_[event.side]->Lock(at.resource, at.key, until);
  return true;
}

std::string Users::KeyOf(const Happening& event) const {
  At at;
  return Find(event, &at) ? at.key : std::string();
}

bool Users::Create(const Happening& event, std::int64_t now) {
  const Ground* ground = terrain_.Find(event.entity);
  if (ground == nullptr || births_.contains(event.id)) return false;
  System& system = *systems_[event.side];
  Random random(event.salt);
  const std::uint64_t birth = ledger_.Add(Birth{.entity = event.entity, .side = event.side, .at_micros = now});
  Fields fields;
  std::map<std::string, std::uint64_t> standing;
  for (const Column& column : ground->columns[event.side]) {
    const bool fills = random.Chance(column.is_required ? 100 : 65);
    const std::uint64_t drawn = random.Next();
    if (column.shape == Shape::kLines) {
      Value lines = NewLines(*ground->paper, birth, drawn, now);
      if (lines.IsNull()) return false;
      ledger_.versions[birth].push_back(LinesOf(*ground->paper, ground->paper->owner, lines));
      fields[column.name] = std::move(lines);
    } else if (column.shape == Shape::kReference) {
      std::string key;
      if (column.is_parent) {
        const auto parent = births_.find(event.other);
        if (parent == births_.end() || system.OfBirth(column.target, parent->second, &key) == nullptr) return false;
      } else if (fills || column.is_required) {
        if (!system.resources().contains(column.target)) continue;
        const std::vector<std::string> live = system.Live(column.target);
        if (live.empty()) continue;
        key = live[drawn % live.size()];
      } else {
        continue;
      }
      fields[column.name] = Reference{column.target, key};
    } else if (column.is_key) {
      if (ground->key_is_number[event.side] || ground->key_field[event.side] != column.name) continue;
      const std::uint64_t number = ledger_.Add(Edit{.birth = birth, .side = event.side, .native = column.name, .at_micros = now});
      fields[column.name] = CodeOf(number);
      standing[column.name] = number;
    } else if (column.shape == Shape::kPool) {
      if (fills && !column.pool.empty()) fields[column.name] = column.pool[drawn % column.pool.size()];
    } else if (BearsToken(column.shape) && fills) {
      const std::uint64_t number = ledger_.Add(Edit{.birth = birth, .side = event.side, .native = column.name, .at_micros = now});
      fields[column.name] = ValueOf(column.shape, number, column.width);
      standing[column.name] = number;
    }
  }
  if (ground->paper) fields[ground->paper->state] = ground->paper->draft;
  if (system.Create(ground->entity->sides[event.side].resource, birth, std::move(fields), std::move(standing), now).empty()) return false;
  births_[event.id] = birth;
  return true;
}

bool Users::Type(const Happening& event, const At& at, const Column& column, bool is_blank, std::int64_t now) {
  const auto stood = at.record->standing.find(column.name);
  const std::uint64_t onto = stood == at.record->standing.end() ? 0 : stood->second;
  const bool is_onto_blank = FieldOf(at.record->fields, column.name).IsBlank();
  if (is_blank && is_onto_blank) return false;
  const std::uint64_t number = ledger_.Add(Edit{.birth = at.birth, .side = event.side, .native = column.name, .at_micros = now, .onto = onto, .is_blank = is_blank, .is_onto_blank = is_onto_blank});
  return systems_[event.side]->Edit(at.resource, at.key, column.name, is_blank ? Value() : ValueOf(column.shape, number, column.width), number, now);
}

bool Users::Retype(const Happening& event, const At& at, const Column& column, std::int64_t now) {
  const auto stood = at.record->standing.find(column.name);
  const Edit* edit = stood == at.record->standing.end() ? nullptr : ledger_.FindEdit(stood->second);
  if (edit == nullptr || edit->onto == 0) return false;
  const std::uint64_t former = edit->onto;
  const Edit* before = ledger_.FindEdit(former);
  for (const Carrier& carrier : at.ground->carriers) {
    if (carrier.native[event.side] != column.name) continue;
    for (Side side : kSides) ledger_.retyped.insert({at.birth, carrier.native[side]});
  }
  return systems_[event.side]->Edit(at.resource, at.key, column.name, before->is_blank ? Value() : ValueOf(column.shape, former, column.width), former, now);
}

bool Users::Pick(const Happening& event, const At& at, std::int64_t now) {
  std::vector<const Column*> columns;
  for (const Column& column : at.ground->columns[event.side]) {
    if (column.shape == Shape::kPool && !column.pool.empty() && !column.is_key) columns.push_back(&column);
  }
  if (columns.empty()) return false;
  const Column& column = *columns[event.salt % columns.size()];
  return systems_[event.side]->Edit(at.resource, at.key, column.name, column.pool[event.salt / 131 % column.pool.size()], 0, now);
}

bool Users::Refer(const Happening& event, const At& at, std::int64_t now) {
  std::vector<const Column*> columns;
  for (const Column& column : at.ground->columns[event.side]) {
    if (column.shape == Shape::kReference && !column.is_parent && systems_[event.side]->resources().contains(column.target)) columns.push_back(&column);
  }
  if (columns.empty()) return false;
  const Column& column = *columns[event.salt % columns.size()];
  const std::vector<std::string> live = systems_[event.side]->Live(column.target);
  if (live.empty()) return false;
  return systems_[event.side]->Edit(at.resource, at.key, column.name, Reference{column.target, live[event.salt / 131 % live.size()]}, 0, now);
}

bool Users::Rekey(const Happening& event, const At& at, std::int64_t now) {
  const std::string& field = at.ground->key_field[event.side];
  if (field.empty() || at.ground->key_is_number[event.side]) return false;
  const auto stood = at.record->standing.find(field);
  const std::uint64_t onto = stood == at.record->standing.end() ? 0 : stood->second;
  const std::uint64_t number = ledger_.Add(Edit{.birth = at.birth, .side = event.side, .native = field, .at_micros = now, .onto = onto});
  return systems_[event.side]->Rekey(at.resource, at.key, CodeOf(number), now);
}

bool Users::Delete(const Happening& event, const At& at, std::int64_t now) {
  if (!systems_[event.side]->Delete(at.resource, at.key, now)) return false;
  ledger_.FindBirth(at.birth)->deleted_micros[event.side] = now;
  return true;
}

}  // namespace entente::simulation
