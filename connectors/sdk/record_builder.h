#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "connectors/sdk/catalogue_view.h"
#include "entente/connector/v1/connector.pb.h"

namespace entente::sdk {

using FieldValues = ::google::protobuf::RepeatedPtrField<v1::FieldValue>;

// Collects the fields of one record by name and writes them as the protocol wants them: by number, ascending, nulls left out.
//
// `catalogue` outlives the builder. One thread.
class RecordBuilder {
 public:
  RecordBuilder(const CatalogueView& catalogue, std::uint32_t resource) : catalogue_(catalogue), resource_(resource) {}

  // False, and counted as ignored, when the catalogue has no such field.
  bool Set(std::string_view field, v1::Value value);
  // Counts a value the catalogue does not carry.
  void Ignore() { ++ignored_; }

  // Moves the fields into `change` with kind CONTENT, resource and ignored count.
  void Finish(v1::Change* change);

 private:
  const CatalogueView& catalogue_;
  std::uint32_t resource_;
  std::map<std::uint32_t, v1::Value> values_;
  std::uint32_t ignored_ = 0;
};

// The value of a field by number; null pointer when the record does not carry it.
const v1::Value* FindValue(const FieldValues& fields, std::uint32_t number);

}  // namespace entente::sdk
