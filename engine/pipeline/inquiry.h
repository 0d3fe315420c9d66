#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/core/rules.h"
#include "engine/pipeline/adoption.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/store.h"
#include "engine/pipeline/tuning.h"
#include "engine/pipeline/turn.h"

// A question that the code of the pipeline answers itself, over a snapshot: a turn that is dropped at its end.
namespace entente {

struct InquiryGround {
  PackPtr pack;
  Tuning tuning;
  const StoreSnapshot* snapshot = nullptr;             // outlives the inquiry
  Both<std::shared_ptr<const SessionInfo>> sessions;   // null: not connected, and the pack's own lengths and labels count
  absl::Time now;
  NativeFields unread = {};                            // fields that not every record was read with yet
};

// Calls `ask` with a turn until everything it looks at is at hand, and returns what it returned last. Whatever is written or sent in that turn
// is seen there alone and kept nowhere. Any thread. The store's error; INTERNAL when `ask` never has enough.
absl::Status Inquire(const InquiryGround& ground, const std::function<absl::Status(Turn& turn)>& ask);

}  // namespace entente
