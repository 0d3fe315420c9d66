#pragma once

#include <vector>

#include "engine/language/example.h"
#include "engine/language/problems.h"

namespace entente::rules::v1 {
class Pack;
}  // namespace entente::rules::v1

namespace entente {

// The examples of a pack, from its messages. Internal to `language`. Problems: a record, an entity or a field nobody knows, an event or an
// outcome that says nothing or two things, and what belongs to it missing. Examples of streams that are left out are left out with them.
std::vector<Example> ReadExamples(const rules::v1::Pack& source, const Pack& pack, const Both<DeclaredCatalogue>& catalogues, Problems& problems);

}  // namespace entente
