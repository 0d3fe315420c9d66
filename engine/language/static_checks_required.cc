#include <algorithm>
#include <set>
#include <string>

#include "engine/language/static_checks.h"

namespace entente {
namespace {

Position At(const RuleSource& source) { return {source.file, source.line}; }

// What a system asks of every record that is made there.
class RequiredCheck {
 public:
  RequiredCheck(const Pack& pack, const EntityRule& entity, Side side, const DeclaredResource& resource, Problems& problems)
      : pack_(pack), entity_(entity), side_(side), resource_(resource), problems_(problems) {}

  void Run() {
    for (const std::string& phase : Phases()) {
      const CreateRule create = entity_.LifeIn(phase, Other(side_)).create;
      if (create != CreateRule::kAllowed && create != CreateRule::kApprove && create != CreateRule::kOnDemand) continue;
      for (const DeclaredField& field : resource_.fields) {
        if (field.is_required && (field.writable || field.set_once) && !told_.contains(field.name)) Examine(field);
      }
    }
  }

 private:
  std::vector<std::string> Phases() const {
    std::vector<std::string> phases;
    for (const PhaseRule& phase : entity_.phases) phases.push_back(phase.name);
    return phases.empty() ? std::vector<std::string>{""} : phases;
  }

  bool IsGiven(const std::string& native) const {
    const EntitySide& side = entity_.sides[side_];
    const bool is_key = side.create_key && std::find(side.key.begin(), side.key.end(), native) != side.key.end();
    const bool is_push_key = entity_.document && entity_.document->push_key_native == native;
    return is_key || is_push_key || side.born_with.contains(native);
  }

  // A rule that goes the other way was chosen so; one that is only looked at, in every phase, gives nothing.
  bool Moves(const FieldRule& field) const {
    const std::vector<std::string> phases = Phases();
    return std::any_of(phases.begin(), phases.end(), [&](const std::string& phase) { return field.PolicyIn(phase).flow != Flow::kNone; });
  }

  void Examine(const DeclaredField& native) {
    if (IsGiven(native.name)) return;
    bool is_filled = false;
    for (const FieldRule& field : entity_.fields) {
      const FieldSide& to = field.sides[side_];
      const bool is_it = to.native == native.name || to.native.starts_with(native.name + ".");
      if (!is_it || !to.writable() || !field.sides[Other(side_)].exists() || !Moves(field)) continue;
      is_filled = true;
      if (field.target.empty() || field.on_missing != OnMissingTarget::kDrop) continue;
      Tell(native.name, field.source,
           "`" + entity_.name + "." + field.name + "` is left out while its target is missing, but " + System() + " takes no record without `" + native.name + "`.",
           "Write `on_missing: parent`, or `fallback` with a `fallback:`.");
    }
    if (!is_filled) {
      Tell(native.name, entity_.source, System() + " takes no record of `" + entity_.name + "` without `" + native.name + "`, and no rule fills it.",
           "Add a field that is written to `" + native.name + "`.");
    }
  }

  void Tell(const std::string& native, const RuleSource& at, std::string sentence, std::string remedy) {
    told_.insert(native);
    problems_.Add(At(at), std::move(sentence), std::move(remedy));
  }
  std::string System() const { return pack_.sides[side_].name; }

  const Pack& pack_;
  const EntityRule& entity_;
  Side side_;
  const DeclaredResource& resource_;
  Problems& problems_;
  std::set<std::string> told_;
};

}  // namespace

void CheckRequired(const Pack& pack, const Both<DeclaredCatalogue>& catalogues, Problems& problems) {
  for (const EntityRule& entity : pack.entities) {
    for (Side side : kSides) {
      const DeclaredResource* resource = catalogues[side].Resource(entity.sides[side].resource);
      if (resource != nullptr && resource->can_create) RequiredCheck(pack, entity, side, *resource, problems).Run();
    }
  }
}

}  // namespace entente
