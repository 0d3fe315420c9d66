#pragma once

#include <string>
#include <vector>

#include "engine/core/rules.h"
#include "engine/pipeline/store.h"
#include "engine/rpc/instance.h"

namespace entente::sync::v1 {
class Explanation;
class WhyNotResponse;
}  // namespace entente::sync::v1

// Answers to "why": from one link, its journal and the status, without asking a system. Pure; any thread.
namespace entente {

// Fills one entry a field of the entity, or the one named. `journal` is the link's, oldest first.
void Explain(const Pack& pack, const Link& link, const std::vector<JournalEntry>& journal, const std::string& field, sync::v1::Explanation* out);

// What keeps the link from being on both sides and equal; one cause NOTHING_IN_THE_WAY when nothing does.
void ExplainWhyNot(const Pack& pack, const Link& link, const InstanceStatus& status, sync::v1::WhyNotResponse* out);

// The record is not known at all.
void ExplainUnknown(const Pack& pack, Side side, const std::string& resource, const InstanceStatus& status, sync::v1::WhyNotResponse* out);

}  // namespace entente
