#include "engine/certificate/places.h"

#include <algorithm>

namespace entente::certificate {
namespace {

bool IsWithin(std::string_view path, std::string_view prefix) {
  return prefix.empty() || path == prefix || (path.size() > prefix.size() && path.substr(0, prefix.size()) == prefix && path[prefix.size()] == '.');
}

// Parts of a shared text that never touch: the marked block and what people write, and lines of different labels.
bool AreApart(const std::string& a, const std::string& b) {
  if ((a == "free" && b == "block") || (a == "block" && b == "free")) return true;
  return a != b && a.starts_with("line ") && b.starts_with("line ");
}

Formula::Known BothThere(const EntityRule& entity) {
  Formula::Known known;
  for (Side side : kSides) known.filled[side].insert(entity.sides[side].key.begin(), entity.sides[side].key.end());
  return known;
}

const EntityRule* TargetNamed(const Pack& pack, const EntityRule& entity, const std::vector<FieldRule>& siblings, const std::string& name) {
  const auto own = std::find_if(siblings.begin(), siblings.end(), [&](const FieldRule& field) { return field.name == name; });
  const FieldRule* field = own != siblings.end() ? &*own : entity.Field(name);
  return field != nullptr ? pack.Entity(field->target) : nullptr;
}

}  // namespace

std::vector<std::string> PhasesOf(const EntityRule& entity) {
  std::vector<std::string> phases;
  for (const PhaseRule& phase : entity.phases) phases.push_back(phase.name);
  if (phases.empty()) phases.emplace_back();
  return phases;
}

bool Overlap(const Place& a, const Place& b) {
  return a.entity == b.entity && a.side == b.side && (IsWithin(a.native, b.native) || IsWithin(b.native, a.native)) && !AreApart(a.part, b.part);
}

Place PlaceOf(const EntityRule& entity, const FieldSide& side, Side at) {
  return {&entity, at, side.native, side.lens ? side.lens->traits().part : std::string()};
}

void AddReads(const Pack& pack, const EntityRule& entity, const std::vector<FieldRule>& siblings, const FormulaPtr& formula, std::vector<Place>* places) {
  if (!formula) return;
  const Formula::Dependence reads = formula->DependsOn(BothThere(entity));
  for (Side side : kSides) {
    if (reads.is_whole[side]) places->push_back({&entity, side, "", ""});
    for (const std::string& native : reads.natives[side]) places->push_back({&entity, side, native, ""});
  }
  for (const auto& [name, parts] : formula->target_reads()) {
    const EntityRule* target = TargetNamed(pack, entity, siblings, name);
    for (const std::string& part : parts) {
      const std::size_t dot = part.find('.');
      for (Side side : kSides) {
        const bool is_of_side = target != nullptr && dot != std::string::npos && part.substr(0, dot) == pack.sides[side].name;
        if (is_of_side) places->push_back({target, side, part.substr(dot + 1), ""});
      }
    }
  }
  if (!reads.link.contains("phase")) return;
  for (const PhaseRule& phase : entity.phases) AddReads(pack, entity, siblings, phase.when, places);
}

std::string Shown(const Pack& pack, const Place& place) {
  return pack.sides[place.side].name + (place.native.empty() ? "" : "." + place.native) + " of " + place.entity->name;
}

}  // namespace entente::certificate
