#pragma once

#include <vector>

#include "engine/pipeline/store.h"

// Which of the stored things a machine needs at start; the same for every store.
namespace entente::store {

// Open, of a kind that is acted upon: not a conflict and not a report; and every held delete that is open.
bool IsOpenWork(const WorkItem& item);

// The last ten runs; unfinished pushes and the last hundred. REQUIRES: both ascending by id.
void KeepRecent(std::vector<RunState> runs, std::vector<PushState> pushes, Boot* boot);

}  // namespace entente::store
