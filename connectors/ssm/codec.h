#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "connectors/sdk/catalogue_view.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/record_builder.h"
#include "connectors/ssm/json.h"
#include "connectors/ssm/settings.h"
#include "connectors/ssm/specs.h"
#include "connectors/ssm/tenant.h"

namespace entente::ssm {

namespace v1 = ::entente::connector::v1;

// Rows of SSM as records of the protocol, and back.
//
// Reading forgives (case of names, {id, value} or bare ids, numbers as texts), writing is exact. An empty text is null.
// Thread-safe. `tenant` and `view` outlive it.
class Codec {
 public:
  Codec(const Settings& settings, Tenant& tenant, const sdk::CatalogueView& view)
      : settings_(settings), tenant_(tenant), view_(view) {}

  // Key, revision, change interval and fields of a row; kind DELETED for deleted rows. Documents get their lines elsewhere.
  v1::Change Decode(const ResourceSpec& resource, const Json& row, std::uint64_t read_seq);

  v1::Value DecodeMember(const FieldSpec& field, const Json& member);
  // A part of a document as a map value.
  v1::Value DecodeMap(std::span<const FieldSpec> fields, const Json& row);

  // Fields of an operation as the body of a call. A failure when a value has no form in SSM: LABEL_UNKNOWN, VALUE_NOT_WRITABLE.
  // Parts of a document are left out. Nulls are left out of creates and clear in updates.
  std::optional<v1::Failure> Encode(const ResourceSpec& resource, const sdk::FieldValues& fields, bool is_create, Json* body);
  // One part of a document from its map value.
  std::optional<v1::Failure> EncodeMap(std::span<const FieldSpec> fields, const v1::Value& map, bool is_create, Json* body);

 private:
  void DecodeFields(const ResourceSpec& resource, const Json& row, v1::Change* change);
  std::optional<v1::Failure> EncodeMember(const FieldSpec& field, const v1::Value& value, Json* out);
  std::optional<v1::Failure> Add(const FieldSpec& field, std::string_view path, const v1::Value& value, bool is_create, Json* body);

  const Settings& settings_;
  Tenant& tenant_;
  const sdk::CatalogueView& view_;
};

// The canonical key of a row: its id; product and rate ("12|3") for prices, whose id does not always come back. Empty when
// the row has neither.
std::string KeyOf(const ResourceSpec& resource, const Json& row);

// Id of a row or of a reference ({id, value} or bare); empty for none.
std::string IdOf(const Json* value);
// `row.name` as an id.
std::string IdIn(const Json& row, std::string_view name);

bool IsDeletedRow(const Json& row);

// Creation, update and deletion of a row, in microseconds, 0 where there is none.
struct RowDates {
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
  // Of the latest one.
  std::int64_t width = 1000000;

  std::int64_t Latest() const;
};
RowDates DatesOf(const Json& row);

v1::Failure Never(std::string reason, std::string text);

}  // namespace entente::ssm
