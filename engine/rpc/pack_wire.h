#pragma once

#include "absl/status/statusor.h"
#include "engine/language/pack.h"
#include "engine/rpc/instance.h"

namespace entente::sync::v1 {
class ActivePack;
class PackContent;
class WhatIfReport;
}  // namespace entente::sync::v1

// Packs, and what they would do, as messages of sync/v1.
namespace entente {

// All files of a pack together.
inline constexpr std::size_t kPackBytesMax = 2u << 20;

// INVALID_ARGUMENT PACK_TOO_LARGE, PACK_INVALID (no first file).
absl::StatusOr<PackFiles> ReadContent(const sync::v1::PackContent& content);

// `running` is the pack that holds, by which sides are named and a person's data is masked.
void Show(const Pack& running, const PackComparison& comparison, sync::v1::WhatIfReport* out);
void ShowActive(const Pack& pack, bool is_activated, const MachineStatus& status, sync::v1::ActivePack* out);

}  // namespace entente
