#pragma once

#include <string>

#include "engine/core/rules.h"
#include "engine/language/declared.h"
#include "engine/language/problems.h"

// Values an example writes, typed. Internal to `language`.
namespace entente {

// Where the fields of an example stand.
struct ExamplePlace {
  const Pack& pack;
  const EntityRule& entity;
  Side side = Side::kLeft;
  const DeclaredCatalogue& catalogue;      // of the side; empty: types are guessed from how a value is written
  bool is_expected = false;                // texts may be asked to contain words
};

// The fields of a record. Problems: a field the catalogue has not, a value that is not of its type.
Fields ReadExampleFields(const rules::v1::NativeValue& source, const ExamplePlace& place, Problems& problems);

}  // namespace entente
