#include "connectors/sdk/catalogue_view.h"

#include <utility>

namespace entente::sdk {

CatalogueView::CatalogueView(v1::Catalogue catalogue) : catalogue_(std::move(catalogue)) {
  for (const auto& resource : catalogue_.resources()) {
    numbers_.emplace(resource.name(), resource.number());
    Entry& entry = resources_[resource.number()];
    entry.resource = &resource;
    for (const auto& field : resource.fields()) {
      entry.by_name.emplace(field.name(), &field);
      entry.by_number.emplace(field.number(), &field);
    }
  }
}

const v1::Resource* CatalogueView::Find(std::string_view resource) const {
  const auto found = numbers_.find(resource);
  return found == numbers_.end() ? nullptr : Find(found->second);
}

const v1::Resource* CatalogueView::Find(std::uint32_t resource) const {
  const auto found = resources_.find(resource);
  return found == resources_.end() ? nullptr : found->second.resource;
}

const v1::Field* CatalogueView::FindField(std::uint32_t resource, std::string_view field) const {
  const auto entry = resources_.find(resource);
  if (entry == resources_.end()) return nullptr;
  const auto found = entry->second.by_name.find(field);
  return found == entry->second.by_name.end() ? nullptr : found->second;
}

const v1::Field* CatalogueView::FindField(std::uint32_t resource, std::uint32_t field) const {
  const auto entry = resources_.find(resource);
  if (entry == resources_.end()) return nullptr;
  const auto found = entry->second.by_number.find(field);
  return found == entry->second.by_number.end() ? nullptr : found->second;
}

}  // namespace entente::sdk
