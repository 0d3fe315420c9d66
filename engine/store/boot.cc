#include "engine/store/boot.h"

#include <utility>

namespace entente::store {
namespace {

constexpr std::size_t kRunsAtStart = 10;

}  // namespace

bool IsOpenWork(const WorkItem& item) {
  if (item.state != WorkItem::State::kOpen) return false;
  return item.kind != WorkItem::Kind::kConflict && item.kind != WorkItem::Kind::kReport;
}

void KeepRecent(std::vector<RunState> runs, std::vector<PushState> pushes, Boot* boot) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i + kRunsAtStart >= runs.size()) boot->runs.emplace(runs[i].id, std::move(runs[i]));
  }
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    if (i + kPushesKept >= pushes.size() || !IsFinished(pushes[i])) boot->pushes.emplace(pushes[i].id, std::move(pushes[i]));
  }
}

}  // namespace entente::store
