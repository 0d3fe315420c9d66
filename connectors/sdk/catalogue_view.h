#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "entente/connector/v1/connector.pb.h"

namespace entente::sdk {

namespace v1 = ::entente::connector::v1;

// A catalogue with its lookups: resources by name and number, fields by name and number.
//
// Immutable; safe for any thread. Pointers it returns live as long as the view.
class CatalogueView {
 public:
  CatalogueView() = default;
  explicit CatalogueView(v1::Catalogue catalogue);
  CatalogueView(const CatalogueView&) = delete;
  CatalogueView& operator=(const CatalogueView&) = delete;

  const v1::Catalogue& catalogue() const { return catalogue_; }

  // Null pointers when there is no such resource or field.
  const v1::Resource* Find(std::string_view resource) const;
  const v1::Resource* Find(std::uint32_t resource) const;
  const v1::Field* FindField(std::uint32_t resource, std::string_view field) const;
  const v1::Field* FindField(std::uint32_t resource, std::uint32_t field) const;

 private:
  struct Entry {
    const v1::Resource* resource = nullptr;
    std::map<std::string, const v1::Field*, std::less<>> by_name;
    std::map<std::uint32_t, const v1::Field*> by_number;
  };

  v1::Catalogue catalogue_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::map<std::uint32_t, Entry> resources_;
};

}  // namespace entente::sdk
