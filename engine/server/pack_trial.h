#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/language/pack.h"
#include "engine/rpc/pack_certified.h"
#include "engine/server/pack_shelf.h"

namespace entente {

// Whether a pack may run: certified, and its own examples hold; or forced, and then Certification::missing says what is not so.
// FAILED_PRECONDITION PACK_UNCERTIFIED, PACK_EXAMPLES_FAIL. `where` is where the pack was read, for people. About two seconds for a large
// pack: not for the control thread.
absl::StatusOr<Certification> TryPack(const PackShelf& shelf, const LoadedPack& pack, const std::string& where, bool is_forced);

// The same, for a start: what this very build found of this very pack before, and the state remembers, is not found again. Only what held
// without being forced is remembered, in the meta `pack_tried`; `remember` gets what the state is to keep, nothing where it does already.
absl::StatusOr<Certification> TryPackOnce(const PackShelf& shelf, const LoadedPack& pack, const std::string& where, bool is_forced,
                                          const std::map<std::string, std::string>& meta, std::map<std::string, std::optional<std::string>>* remember);

}  // namespace entente
