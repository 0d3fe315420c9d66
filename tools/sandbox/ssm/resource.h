#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace entente::sandbox::ssm {

enum class FieldType {
  kText,
  kInteger,
  kDecimal,
  kBool,
  kBit,            // 0 or 1 on the wire
  kInstant,        // ISO 8601
  kReference,      // an object on read, an integer on write
  kBareReference,  // an integer on read and write
  kReferences,     // objects on read, an array of integers on write
  kChoice,         // custom list: an integer, or id and label on request
  kChoices,        // custom multi-choice list: an array of integers
};

struct Field {
  std::string name;
  FieldType type = FieldType::kText;
  int length_max = 0;      // characters; 0 = not said in the schema, 4000 accepted
  bool required = false;   // on create
  bool read_only = false;  // kept by the server
  std::string table;       // the resource a reference points to
  std::string read_name;   // spelling on read when it differs
  std::vector<std::string> choices;  // labels of a custom list, ids from 1

  std::string_view ReadName() const { return read_name.empty() ? std::string_view(name) : std::string_view(read_name); }
};

// One resource of the API: what /{name}/schema says.
//
// Audit fields (id, dateCreated, …) are not listed here: every record has them. A value list is read only and has descriptions.
struct Resource {
  std::string name;
  std::vector<Field> fields;
  bool is_value_list = false;
  int bulk_write_max = 200;
  int bulk_delete_max = 120;

  // The field with this name, compared without case, or -1.
  int Index(std::string_view field_name) const;
};

// What differs from tenant to tenant and the reference leaves open.
struct TenantShape {
  bool contact_branch = false;      // contacts have a branchId
  bool integer_quantities = false;  // stock and quantity are integers
};

// Every resource this tenant has, in an order in which what is referred to comes first.
std::vector<Resource> MakeResources(const TenantShape& shape);

// Languages of descriptions: "ES", "EN", …
const std::vector<std::string>& Languages();

}  // namespace entente::sandbox::ssm
