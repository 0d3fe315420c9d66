#include "engine/language/declared.h"

#include <algorithm>

#include "entente/rules/v1/rules.pb.h"

namespace entente {
namespace {

namespace v1 = rules::v1;

Position At(const v1::Source& source) { return {source.file(), source.line()}; }

template <typename Named>
const Named* Find(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string TypeWord(v1::NativeField::Type type) {
  if (type == v1::NativeField::TYPE_UNSPECIFIED) return "text";
  std::string word = v1::NativeField::Type_Name(type);
  std::transform(word.begin(), word.end(), word.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  return word;
}

class Reader {
 public:
  Reader(const v1::Catalogue& source, Problems& problems) : source_(source), problems_(problems) {}

  DeclaredCatalogue Read() {
    DeclaredCatalogue catalogue{source_.product(), source_.system_version(), source_.edition(), {}};
    for (const v1::Resource& resource : source_.resources()) known_.push_back(resource.name());
    for (const v1::Resource& resource : source_.resources()) catalogue.resources.push_back(ReadResource(resource));
    return catalogue;
  }

 private:
  DeclaredResource ReadResource(const v1::Resource& source) {
    DeclaredResource resource;
    resource.name = source.name();
    const auto can = [&](v1::Resource::Verb verb) { return std::find(source.can().begin(), source.can().end(), verb) != source.can().end(); };
    resource.can_create = can(v1::Resource::CREATE);
    resource.can_update = can(v1::Resource::UPDATE);
    resource.can_delete = can(v1::Resource::DELETE);
    resource.can_undelete = can(v1::Resource::UNDELETE);
    resource.can_price = can(v1::Resource::PRICE);
    resource.lists_deleted = can(v1::Resource::LIST_DELETED);
    resource.reports_deleted = can(v1::Resource::REPORT_DELETED);
    resource.returns_record = can(v1::Resource::RETURN_RECORD);
    for (const v1::NativeField& field : source.fields()) resource.fields.push_back(ReadField(field));
    return resource;
  }

  DeclaredField ReadField(const v1::NativeField& source) {
    DeclaredField field;
    field.name = source.name();
    field.type = TypeWord(source.type());
    field.length_max = source.length();
    field.writable = source.writable();
    field.set_once = source.set_once();
    field.is_required = source.required();
    field.is_optional = source.optional();
    field.target = source.to();
    field.labels.assign(source.labels().begin(), source.labels().end());
    for (const v1::NativeField& inner : source.fields()) field.fields.push_back(ReadField(inner));
    const bool is_reference = field.type == "reference";
    if (is_reference != !field.target.empty()) {
      problems_.Add(At(source.source()), "`" + field.name + "` " + (is_reference ? "is a reference and does not say to what." : "is no reference and says `to`."),
                    is_reference ? "Add `to: RESOURCE`." : "Write `type: reference`, or leave out `to`.");
    } else if (is_reference && std::find(known_.begin(), known_.end(), field.target) == known_.end()) {
      problems_.Add(At(source.source()), "`" + field.name + "` points to `" + field.target + "`, which the catalogue does not declare.", OneOf(field.target, known_));
    }
    return field;
  }

  const v1::Catalogue& source_;
  Problems& problems_;
  std::vector<std::string> known_;
};

}  // namespace

const DeclaredField* DeclaredField::Field(std::string_view field) const { return Find(fields, field); }
const DeclaredField* DeclaredResource::Field(std::string_view field) const { return Find(fields, field); }
const DeclaredResource* DeclaredCatalogue::Resource(std::string_view resource) const { return Find(resources, resource); }

DeclaredCatalogue ReadDeclared(const v1::Catalogue& source, Problems& problems) { return Reader(source, problems).Read(); }

void AddPrinted(const std::vector<CatalogueResource>& printed, DeclaredCatalogue& catalogue) {
  for (const CatalogueResource& one : printed) {
    auto resource = std::find_if(catalogue.resources.begin(), catalogue.resources.end(), [&](const DeclaredResource& known) { return known.name == one.name; });
    if (resource == catalogue.resources.end()) {
      DeclaredResource added;
      added.name = one.name;
      resource = catalogue.resources.insert(resource, std::move(added));
    }
    for (const CatalogueField& field : one.fields) {
      if (resource->Field(field.name) != nullptr) continue;
      DeclaredField& added = resource->fields.emplace_back();
      added.name = field.name;
      added.type = field.type;
      added.writable = field.writable;
      added.target = field.target;
    }
  }
}

std::vector<CatalogueResource> ResourcesOf(const DeclaredCatalogue& catalogue) {
  std::vector<CatalogueResource> resources;
  for (const DeclaredResource& declared : catalogue.resources) {
    CatalogueResource& resource = resources.emplace_back();
    resource.name = declared.name;
    for (const DeclaredField& field : declared.fields) resource.fields.push_back({field.name, field.type, field.writable || field.set_once, field.target});
  }
  return resources;
}

}  // namespace entente
