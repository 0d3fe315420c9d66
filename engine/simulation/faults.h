#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace entente::simulation {

// Everything that goes wrong in a world. A fault counts when it took effect, not when it was meant to.
enum class Fault : std::uint8_t {
  // Messages.
  kMessageDropped,
  kMessageDuplicated,
  kMessageDelayed,
  kMessagesReordered,
  kStreamCut,
  kHalfOpen,
  kPartition,
  kReplyLost,
  // Connectors.
  kConnectorKilled,
  kConnectorRestarted,
  kTwoConnectors,
  // The engine.
  kEngineKilled,
  kEngineReplaced,
  // The store.
  kUnsyncedLost,
  kTornTail,
  kBitFlip,
  kReadError,
  kWriteError,
  kDiskFull,
  // The clock.
  kClockJump,
  kClockStill,
  kClockBack,
  // The systems.
  kThrottled,
  kUnreachable,
  kSlow,
  kRefused,
  kRecordLocked,
  kSearchLag,
  kStalePage,
  kNormalised,
  kSystemRestored,
  kEngineRestored,
  kStateLost,
  // Their schemas.
  kColumnLost,
  kColumnAdded,
  kColumnNarrowed,
};

inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::kColumnNarrowed) + 1;

// "message_dropped".
std::string_view NameOf(Fault fault);
// Its sentence in a story: "a message is lost".
std::string_view SentenceOf(Fault fault);

using FaultCounts = std::array<std::uint64_t, kFaultCount>;

}  // namespace entente::simulation
