#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "entente/connector/v1/connector.pb.h"

namespace entente::sage100 {

namespace v1 = ::entente::connector::v1;

class Schema;
class Parameters;

// How a column becomes a value of the protocol.
enum class Rendering {
  kText,
  kInt,
  kFilledInt,        // 0 is null
  kDecimal,
  kDate,
  kTextReference,    // blank is null
  kNumberReference,  // 0 is null
  kLabel,            // position in a P_ table, shown as its label; 0 is null
  kCurrency,         // position in P_DEVISE, shown as ISO code; 0 is null
  kMade,             // computed by the source of the resource, `type` says as what
};

enum class Access { kReadOnly, kWritable, kSetOnce };

// P_ tables whose labels stand for positions.
enum class LabelTable { kNone, kService, kContactType, kUnit, kQuoteReason };

struct FieldSpec {
  const char* name;  // Sage's column, or the connector's own word
  Rendering rendering;
  const char* table = "";  // empty: the resource's own table; irrelevant for kMade
  Access access = Access::kReadOnly;
  const char* target = "";
  LabelTable labels = LabelTable::kNone;
  v1::Field::Type type = v1::Field::TYPE_UNSPECIFIED;  // kMade only
  bool required_on_create = false;
};

// One resource as this connector knows it, before a company's own columns are looked at.
struct ResourceSpec {
  std::uint32_t number;
  const char* name;
  const char* table;       // whose rows carry the records
  const char* key_column;  // in `table`
  std::vector<FieldSpec> fields;
  bool can_create = false;
  bool can_update = false;
  bool can_delete = false;
  bool can_price = false;
};

// Resources in the order of their numbers. Field numbers are positions in `fields` from 1: append, never insert.
const std::vector<ResourceSpec>& Resources();
// Null pointers when there is none.
const ResourceSpec* FindResource(std::string_view name);
const ResourceSpec* FindResource(std::uint32_t number);
// REQUIRES: there is one.
const ResourceSpec& ResourceNamed(std::string_view name);
const FieldSpec* FindField(const ResourceSpec& resource, std::string_view name);

// The catalogue of one company: columns it lacks are left out, lengths are its own, user columns are appended as custom fields.
v1::Catalogue BuildCatalogue(const Schema& schema, const Parameters& parameters);

}  // namespace entente::sage100
