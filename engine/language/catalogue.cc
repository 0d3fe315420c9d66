#include <algorithm>
#include <set>

#include "engine/language/pack.h"

namespace entente {
namespace {

Position At(const RuleSource& source) { return {source.file, source.line}; }

std::string Root(const std::string& native) { return native.substr(0, native.find('.')); }

bool EverWrites(const FieldRule& field, Side side) {
  const Flow to_side = side == Side::kLeft ? Flow::kToLeft : Flow::kToRight;
  return std::any_of(field.policies.begin(), field.policies.end(),
                     [&](const auto& entry) { return entry.second.flow == Flow::kBoth || entry.second.flow == to_side; });
}

class CatalogueCheck {
 public:
  CatalogueCheck(const Pack& pack, Side side, const std::vector<CatalogueResource>& resources)
      : pack_(pack), side_(side), resources_(resources) {}

  std::vector<Problem> Run() {
    for (const EntityRule& entity : pack_.entities) CheckEntity(entity);
    return problems_.errors();
  }

 private:
  void CheckEntity(const EntityRule& entity) {
    const std::string& name = entity.sides[side_].resource;
    const auto resource = std::find_if(resources_.begin(), resources_.end(), [&](const CatalogueResource& r) { return r.name == name; });
    if (resource == resources_.end()) {
      std::vector<std::string> known;
      for (const CatalogueResource& r : resources_) known.push_back(r.name);
      problems_.Add(At(entity.source), "`" + entity.name + "` needs the resource `" + name + "`, which " + SideName() + " does not have.",
                    OneOf(name, known));
      return;
    }
    std::set<std::string> told;
    for (const FieldRule& field : entity.fields) {
      const FieldSide& s = field.sides[side_];
      if (s.native.empty()) continue;
      if (const CatalogueField* native = Find(*resource, Root(s.native), field.source, told)) CheckField(field, s, *native);
    }
    for (const std::string& native : entity.native_fields[side_]) Find(*resource, native, entity.source, told);
  }

  const CatalogueField* Find(const CatalogueResource& resource, const std::string& name, const RuleSource& at, std::set<std::string>& told) {
    for (const CatalogueField& field : resource.fields) {
      if (field.name == name) return &field;
    }
    if (!told.insert(name).second) return nullptr;
    std::vector<std::string> known;
    for (const CatalogueField& field : resource.fields) known.push_back(field.name);
    const std::string nearest = NearestWord(name, known);
    problems_.Add(At(at), "`" + resource.name + "` on " + SideName() + " has no field `" + name + "`.",
                  nearest.empty() ? "Correct the name, or take the field out of the pack." : "Did you mean " + nearest + "?");
    return nullptr;
  }

  void CheckField(const FieldRule& field, const FieldSide& side, const CatalogueField& native) {
    if (EverWrites(field, side_) && side.writable() && !native.writable) {
      problems_.Add(At(field.source), "`" + field.name + "` is written to `" + native.name + "` on " + SideName() + ", which cannot be written.",
                    "Change the direction, or name a writable field.");
    }
    // What stands inside a map is not in the catalogue.
    if (field.target.empty() || native.type.empty() || side.native != native.name) return;
    const EntityRule* target = pack_.Entity(field.target);
    if (native.type != "reference") {
      problems_.Add(At(field.source), "`" + field.name + "` refers to `" + field.target + "`, but `" + native.name + "` on " + SideName() +
                                          " is " + native.type + ", not a reference.",
                    "Take out `target`, or name a reference field.");
    } else if (target != nullptr && !native.target.empty() && native.target != target->sides[side_].resource) {
      problems_.Add(At(field.source), "`" + field.name + "` refers to `" + field.target + "`, but `" + native.name + "` on " + SideName() +
                                          " points to `" + native.target + "`.",
                    "Name the field that points to `" + target->sides[side_].resource + "`.");
    }
  }

  const std::string& SideName() const { return pack_.sides[side_].name; }

  const Pack& pack_;
  const Side side_;
  const std::vector<CatalogueResource>& resources_;
  Problems problems_;
};

}  // namespace

std::vector<Problem> CheckAgainstCatalogue(const Pack& pack, Side side, const std::vector<CatalogueResource>& resources) {
  return CatalogueCheck(pack, side, resources).Run();
}

}  // namespace entente
