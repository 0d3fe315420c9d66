#include <algorithm>
#include <set>

#include "engine/language/formula.h"
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

const CatalogueResource* ResourceNamed(const std::vector<CatalogueResource>& resources, const std::string& name) {
  const auto found = std::find_if(resources.begin(), resources.end(), [&](const CatalogueResource& resource) { return resource.name == name; });
  return found == resources.end() ? nullptr : &*found;
}

// Open: a field that is not there is told by its name, once.
Type RecordOf(const CatalogueResource* resource) {
  std::map<std::string, Type> fields;
  if (resource != nullptr) {
    for (const CatalogueField& field : resource->fields) fields[field.name] = Type::Named(field.type).value_or(Type());
  }
  return Type::Record(std::move(fields), true);
}

// The type of a field's canonical value as one side gives it; empty: not known.
std::string CanonicalType(const EntityRule& entity, const FieldRule& field, Side side, const std::vector<CatalogueResource>& resources) {
  const FieldSide& s = field.sides[side];
  if (s.native.empty() || !field.items.empty()) return "";
  if (s.lens && !s.lens->traits().canonical_type.empty()) return std::string(s.lens->traits().canonical_type);
  for (const CatalogueResource& resource : resources) {
    if (resource.name != entity.sides[side].resource) continue;
    for (const CatalogueField& native : resource.fields) {
      if (native.name == s.native) return native.type;
    }
  }
  return "";
}

bool IsNumber(const std::string& type) { return type == "int" || type == "decimal"; }

class CatalogueCheck {
 public:
  CatalogueCheck(const Pack& pack, Side side, const std::vector<CatalogueResource>& resources, const std::vector<CatalogueResource>* other, MissingFields missing)
      : pack_(pack), side_(side), resources_(resources), other_(other), missing_(missing) {}

  std::vector<Problem> Run() {
    for (const EntityRule& entity : pack_.entities) CheckEntity(entity);
    return problems_.errors();
  }

 private:
  void CheckEntity(const EntityRule& entity) {
    const std::string& name = entity.sides[side_].resource;
    const CatalogueResource* resource = ResourceNamed(resources_, name);
    if (resource == nullptr) {
      std::vector<std::string> known;
      for (const CatalogueResource& r : resources_) known.push_back(r.name);
      problems_.Add(At(entity.source), "`" + entity.name + "` needs the resource `" + name + "`, which " + SideName() + " does not have.",
                    OneOf(name, known));
      return;
    }
    std::set<std::string> told;
    for (const std::string& native : entity.sides[side_].key) Find(*resource, native, entity.sides[side_].source, told);
    for (const auto& [native, value] : entity.sides[side_].born_with) Find(*resource, native, entity.sides[side_].source, told);
    for (const FieldRule& field : entity.fields) {
      const FieldSide& s = field.sides[side_];
      CheckReads(field, *resource, told);
      if (s.native.empty()) continue;
      if (const CatalogueField* native = Find(*resource, Root(s.native), field.source, told)) CheckField(field, s, *native);
    }
    for (const std::string& native : entity.native_fields[side_]) Find(*resource, native, entity.source, told);
    CheckFormulas(entity, *resource);
    if (other_ != nullptr) CheckTypesAcross(entity, *resource);
  }

  // A value means the same on both sides once their lenses were read.
  void CheckTypesAcross(const EntityRule& entity, const CatalogueResource& resource) {
    Both<Type> records;
    records[side_] = RecordOf(&resource);
    records[Other(side_)] = RecordOf(ResourceNamed(*other_, entity.sides[Other(side_)].resource));
    for (const FieldRule& field : entity.fields) {
      Both<std::string> types;
      types[side_] = CanonicalType(entity, field, side_, resources_);
      types[Other(side_)] = CanonicalType(entity, field, Other(side_), *other_);
      for (Side side : kSides) {
        if (types[side].empty()) types[side] = ComputedType(field, side, records);
      }
      const std::string& left = types[Side::kLeft];
      const std::string& right = types[Side::kRight];
      if (left.empty() || right.empty() || left == right || (IsNumber(left) && IsNumber(right))) continue;
      problems_.Add(At(field.source), "`" + entity.name + "." + field.name + "` is " + left + " on " + pack_.sides[Side::kLeft].name + " and " + right + " on " +
                                          pack_.sides[Side::kRight].name + ".",
                    "Add a lens that turns one into the other.");
    }
  }

  // Of a plain value that a formula alone gives; empty: not known.
  std::string ComputedType(const FieldRule& field, Side side, const Both<Type>& records) const {
    const FieldSide& s = field.sides[side];
    if (s.formula == nullptr || s.lens != nullptr || !field.target.empty() || !field.items.empty()) return "";
    const absl::StatusOr<Type> type = FormulaType(*s.formula, pack_, records);
    for (const Type::Kind kind : {Type::Kind::kText, Type::Kind::kInt, Type::Kind::kDecimal, Type::Kind::kBool, Type::Kind::kDate, Type::Kind::kTimestamp}) {
      if (type.ok() && type->Is(kind)) return type->ToString();
    }
    return "";
  }

  void CheckFormulas(const EntityRule& entity, const CatalogueResource& resource) {
    Both<Type> records;
    records[side_] = RecordOf(&resource);
    records[Other(side_)] = RecordOf(other_ ? ResourceNamed(*other_, entity.sides[Other(side_)].resource) : nullptr);
    for (const PlacedFormula& placed : FormulasOf(entity)) {
      if (other_ == nullptr && placed.formula->reads()[side_].empty()) continue;
      const absl::Status checked = CheckFormulaTypes(*placed.formula, pack_, records);
      if (checked.ok()) continue;
      // Looked at from either side with the other one known, it is the same problem.
      const std::string where = other_ != nullptr ? "both sides" : "`" + resource.name + "` on " + SideName();
      problems_.Add(At(*placed.source), "A formula of `" + entity.name + "` does not fit the fields of " + where + ": " + std::string(checked.message()) + ".",
                    "Correct the formula, or convert the field where it is read.");
    }
  }

  // What the formulas of a field read stands at the field, not at the entity as a whole.
  void CheckReads(const FieldRule& field, const CatalogueResource& resource, std::set<std::string>& told) {
    for (Side side : kSides) {
      for (const FormulaPtr& formula : {field.sides[side].formula, field.sides[side].fallback}) {
        if (!formula) continue;
        for (const std::string& native : formula->reads()[side_]) Find(resource, Root(native), field.source, told);
      }
    }
    for (const FieldRule& item : field.items) CheckReads(item, resource, told);
  }

  const CatalogueField* Find(const CatalogueResource& resource, const std::string& name, const RuleSource& at, std::set<std::string>& told) {
    for (const CatalogueField& field : resource.fields) {
      if (field.name == name) return &field;
    }
    if (missing_ == MissingFields::kPassedOver || !told.insert(name).second) return nullptr;
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
    if (!side.type.empty() && side.native == native.name && !native.type.empty() && side.type != native.type) {
      problems_.Add(At(field.source), "`" + field.name + "` takes `" + native.name + "` on " + SideName() + " for " + side.type + ", but the catalogue says " + native.type + ".",
                    "Correct `type`, or name another field.");
    }
    const std::string_view wanted = side.lens ? side.lens->traits().native_type : std::string_view();
    if (!wanted.empty() && !native.type.empty() && side.native == native.name && wanted != native.type) {
      problems_.Add(At(field.source), "`" + field.name + "` reads `" + native.name + "` on " + SideName() + " as " + std::string(wanted) + ", but it is " + native.type + ".",
                    "Choose a lens for " + native.type + ", or name a field that is " + std::string(wanted) + ".");
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
  const std::vector<CatalogueResource>* other_;
  const MissingFields missing_;
  Problems problems_;
};

}  // namespace

std::vector<Problem> CheckAgainstCatalogue(const Pack& pack, Side side, const std::vector<CatalogueResource>& resources,
                                           const std::vector<CatalogueResource>* other, MissingFields missing) {
  return CatalogueCheck(pack, side, resources, other, missing).Run();
}

}  // namespace entente
