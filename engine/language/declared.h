#pragma once

#include <string>
#include <vector>

#include "engine/core/rules.h"
#include "engine/language/pack.h"
#include "engine/language/problems.h"

namespace entente::rules::v1 {
class Catalogue;
class NativeValue;
}  // namespace entente::rules::v1

// The catalogue a pack declares for a side: what it counts on finding there.
namespace entente {

struct DeclaredField {
  std::string name;
  std::string type = "text";             // the word of Type::Named()
  int length_max = 0;                    // 0: any
  bool writable = false, set_once = false, is_required = false;
  bool is_optional = false;              // some companies or tenants have not got it
  std::string target;                    // resource a reference points to
  std::vector<std::string> labels;
  std::vector<DeclaredField> fields;     // of a map, or of the maps in a list

  const DeclaredField* Field(std::string_view field) const;
};

struct DeclaredResource {
  std::string name;
  bool can_create = false, can_update = false, can_delete = false, can_undelete = false, can_price = false;
  bool lists_deleted = false, reports_deleted = false, returns_record = false;
  std::vector<DeclaredField> fields;

  const DeclaredField* Field(std::string_view field) const;
};

// Empty where the pack declares none.
struct DeclaredCatalogue {
  std::string product, system_version, edition;
  std::vector<DeclaredResource> resources;

  bool empty() const { return resources.empty(); }
  const DeclaredResource* Resource(std::string_view resource) const;
};

// Problems: a reference without its target, a target that is not declared.
DeclaredCatalogue ReadDeclared(const rules::v1::Catalogue& source, Problems& problems);

// Adds what a connector printed of its system: fields the pack does not declare, and resources, which are read only then.
void AddPrinted(const std::vector<CatalogueResource>& printed, DeclaredCatalogue& catalogue);

// As CheckAgainstCatalogue() takes it.
std::vector<CatalogueResource> ResourcesOf(const DeclaredCatalogue& catalogue);

}  // namespace entente
