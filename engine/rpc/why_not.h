#pragma once

#include <string>

#include "engine/core/rules.h"
#include "engine/pipeline/turn.h"
#include "engine/rpc/instance.h"

namespace entente::sync::v1 {
class WhyNotResponse;
}  // namespace entente::sync::v1

// Answers to "why is it not over there": every cause by a stable reason, with the rule, guard, budget, record or work item that holds it.
namespace entente {

// What keeps the link from being on both sides and equal; one cause NOTHING_IN_THE_WAY when nothing does. Called in an inquiry
// (engine/pipeline/inquiry.h); fills `out` anew each time.
void ExplainWhyNot(Turn& turn, const Link& link, const InstanceStatus& status, sync::v1::WhyNotResponse* out);

// REQUIRES: the link is erased.
void ExplainErased(const Link& link, sync::v1::WhyNotResponse* out);

// The record is not known at all. `resource` may be empty.
void ExplainUnknown(const Pack& pack, Side side, const std::string& resource, const InstanceStatus& status, sync::v1::WhyNotResponse* out);

}  // namespace entente
