#include "engine/certificate/dependencies.h"

#include <algorithm>
#include <functional>
#include <set>

#include "engine/certificate/places.h"

namespace entente::certificate {
namespace {

std::string InPhase(const std::string& phase) { return phase.empty() ? "" : " in the phase " + phase; }

// ------------------------------------------------------------------------------------------------ conditions

// The field of the entity by which the engine writes a place of a record that is there, in any phase; null: none, so its side alone owns it.
const FieldRule* WriterOf(const EntityRule& entity, const Place& place) {
  for (const FieldRule& field : entity.fields) {
    const FieldSide& side = field.sides[place.side];
    if (!side.writable() || !field.sides[Other(place.side)].exists() || !Overlap(place, PlaceOf(entity, side, place.side))) continue;
    for (const std::string& phase : PhasesOf(entity)) {
      const FieldPolicy& policy = field.PolicyIn(phase);
      if (FlowsTo(policy, place.side) && !policy.create_only) return &field;
    }
  }
  return nullptr;
}

class ConditionCheck {
 public:
  ConditionCheck(const Pack& pack, const EntityRule& entity) : pack_(pack), entity_(entity) {}

  std::vector<DependencyProblem> Run() {
    for (const PhaseRule& phase : entity_.phases) Check(phase.when, "the phase `" + phase.name + "`", phase.name, phase.source);
    for (const auto& [phase, life] : entity_.life) {
      for (Side side : kSides) Check(life[side].never_delete_when, "what is never deleted", phase, life[side].source);
    }
    if (entity_.document) {
      for (const DocumentState& state : entity_.document->states) Check(state.when, "the state `" + state.name + "`", "", state.source);
    }
    if (entity_.seal) {
      Check(entity_.seal->when, "what is sealed", "", entity_.seal->source);
      Check(entity_.seal->corrected_when, "what corrects a sealed record", "", entity_.seal->source);
    }
    return std::move(problems_);
  }

 private:
  void Check(const FormulaPtr& condition, const std::string& what, const std::string& phase, const RuleSource& at) {
    std::vector<Place> places;
    AddReads(pack_, entity_, {}, condition, &places);
    for (const Place& place : places) {
      const FieldRule* writer = WriterOf(*place.entity, place);
      if (writer == nullptr) continue;
      const std::vector<std::string> phases = PhasesOf(*place.entity);
      const bool is_two_way = std::any_of(phases.begin(), phases.end(), [&](const std::string& each) { return writer->PolicyIn(each).flow == Flow::kBoth; });
      problems_.push_back({at, entity_.name, phase, writer->name,
                           "The condition of " + what + " of `" + entity_.name + "` reads `" + Shown(pack_, place) + "`, which `" + writer->name +
                               (is_two_way ? "` fills from both sides." : "` writes: the engine's own write would change what it says."),
                           "Let the condition read a field that one side alone owns, on that side" + std::string(is_two_way ? ", or give `" + writer->name + "` one direction." : ".")});
    }
  }

  const Pack& pack_;
  const EntityRule& entity_;
  std::vector<DependencyProblem> problems_;
};

// ------------------------------------------------------------------------------------------------ circles

// One way a field writes in a phase: into a place, out of others.
struct Write {
  const EntityRule* entity = nullptr;
  const FieldRule* field = nullptr;
  std::string phase;
  bool is_two_way = false;
  Place target;
  std::vector<Place> sources;
};

class CircleCheck {
 public:
  explicit CircleCheck(const Pack& pack) : pack_(pack) {
    for (const EntityRule& entity : pack.entities) {
      for (const std::string& phase : PhasesOf(entity)) AddWrites(entity, phase);
    }
    feeds_.resize(writes_.size());
    for (std::size_t from = 0; from < writes_.size(); ++from) {
      for (std::size_t to = 0; to < writes_.size(); ++to) {
        if (Feeds(writes_[from], writes_[to])) feeds_[from].push_back(to);
      }
    }
  }

  std::vector<DependencyProblem> Run() {
    std::set<std::set<const FieldRule*>> told;
    for (std::size_t start = 0; start < writes_.size(); ++start) {
      const std::vector<std::size_t> circle = CircleOf(start);
      std::set<const FieldRule*> fields;
      for (std::size_t step : circle) fields.insert(writes_[step].field);
      if (circle.empty() || !told.insert(fields).second) continue;
      Tell(circle);
    }
    return std::move(problems_);
  }

 private:
  void AddWrites(const EntityRule& entity, const std::string& phase) {
    for (const FieldRule& field : entity.fields) {
      const FieldPolicy& policy = field.PolicyIn(phase);
      for (Side target : kSides) {
        const FieldSide& to = field.sides[target];
        const FieldSide& from = field.sides[Other(target)];
        if (!FlowsTo(policy, target) || !to.writable() || !from.exists() || policy.create_only) continue;
        Write write{&entity, &field, phase, policy.flow == Flow::kBoth, PlaceOf(entity, to, target), {}};
        if (!from.native.empty()) write.sources.push_back(PlaceOf(entity, from, Other(target)));
        AddReads(pack_, entity, entity.fields, from.formula, &write.sources);
        AddReads(pack_, entity, entity.fields, to.fallback, &write.sources);
        for (const FieldRule& item : field.items) AddReads(pack_, entity, field.items, item.sides[Other(target)].formula, &write.sources);
        writes_.push_back(std::move(write));
      }
    }
  }

  // A record is in one phase at a time; records that refer to each other may be in different ones.
  static bool Feeds(const Write& from, const Write& to) {
    if (from.entity == to.entity && from.phase != to.phase) return false;
    return std::any_of(to.sources.begin(), to.sources.end(), [&](const Place& source) { return Overlap(from.target, source); });
  }

  // The shortest way from a write back to itself; empty when there is none. A two-way field that feeds nothing but itself is no circle.
  std::vector<std::size_t> CircleOf(std::size_t start) const {
    struct Way {
      std::vector<std::size_t> steps;
      bool leaves_field = false;
    };
    std::vector<Way> ways = {{{start}, false}};
    std::set<std::pair<std::size_t, bool>> seen;
    while (!ways.empty()) {
      std::vector<Way> longer;
      for (const Way& way : ways) {
        for (std::size_t next : feeds_[way.steps.back()]) {
          const bool leaves_field = way.leaves_field || writes_[next].field != writes_[start].field;
          if (next == start && (leaves_field || !writes_[start].is_two_way)) return way.steps;
          if (next == start || !seen.insert({next, leaves_field}).second) continue;
          longer.push_back(way);
          longer.back().steps.push_back(next);
          longer.back().leaves_field = leaves_field;
        }
      }
      ways = std::move(longer);
    }
    return {};
  }

  void Tell(const std::vector<std::size_t>& circle) {
    const Write& first = writes_[circle.front()];
    std::string way;
    for (std::size_t step : circle) {
      const Write& write = writes_[step];
      way += "`" + write.entity->name + "." + write.field->name + "` writes " + Shown(pack_, write.target) + ", ";
    }
    problems_.push_back({first.field->source, first.entity->name, first.phase, first.field->name,
                         "Fields feed each other in a circle" + InPhase(first.phase) + ": " + way + "which feeds `" + first.entity->name + "." + first.field->name + "` again.",
                         "Let one of them read what none of the others writes, or make one two-way field of them."});
  }

  const Pack& pack_;
  std::vector<Write> writes_;
  std::vector<std::vector<std::size_t>> feeds_;
  std::vector<DependencyProblem> problems_;
};

}  // namespace

std::vector<DependencyProblem> CheckConditions(const Pack& pack, const EntityRule& entity) { return ConditionCheck(pack, entity).Run(); }

std::vector<DependencyProblem> CheckCycles(const Pack& pack) { return CircleCheck(pack).Run(); }

int ParentDepth(const Pack& pack, const EntityRule& entity) {
  int depth = 0;
  const std::function<void(const FieldRule&)> look = [&](const FieldRule& field) {
    const EntityRule* parent = field.on_missing == OnMissingTarget::kParent && !field.target.empty() ? pack.Entity(field.target) : nullptr;
    // Ranks fall towards parents, or the pack was refused.
    if (parent != nullptr && parent->rank < entity.rank) depth = std::max(depth, 1 + ParentDepth(pack, *parent));
    for (const FieldRule& item : field.items) look(item);
  };
  for (const FieldRule& field : entity.fields) look(field);
  return depth;
}

}  // namespace entente::certificate
