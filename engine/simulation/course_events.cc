#include "engine/simulation/course.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/language/rule_diff.h"
#include "engine/pipeline/adoption.h"

// What happens in a run: what users, operators and integrators do, and what goes wrong.
namespace entente::simulation {

bool Course::Apply(const Happening& event) {
  const bool is_done = ApplyOne(event);
  if (is_done) Note(event.ToText());
  return is_done;
}

bool Course::ApplyOne(const Happening& event) {
  switch (event.deed) {
    case Deed::kFault: return GoesWrong(event);
    case Deed::kRest: {
      // The rest of the day begins when it is over.
      const std::int64_t began = timeline_.now();
      Rest();
      rested_ += timeline_.now() - began;
      return true;
    }
    case Deed::kReconcile: Ask(StartRun{"reconcile", {}}); return true;
    case Deed::kPause: Ask(SetPaused{true, event.salt % 3 == 0}); return true;
    case Deed::kResume: Ask(SetPaused{false, false}); return true;
    case Deed::kResolve: return ResolveOne(event.salt);
    case Deed::kRetry: return RetryDead();
    case Deed::kPollNow: Ask(PollNow{}); return true;
    case Deed::kBackup: disk_->Backup(); return true;
    case Deed::kRestoreBackup: return RestoreBackup();
    case Deed::kLoseState: return LoseState();
    case Deed::kErase: return Erase(event);
    case Deed::kChangePack: return ChangePack(event.salt);
    case Deed::kRememberSystem: system(event.side).Remember(); return true;
    case Deed::kRestoreSystem:
      if (!system(event.side).Restore(timeline_.now())) return false;
      Count(Fault::kSystemRestored);
      connector(event.side).ForgetAcknowledged();
      return true;
    case Deed::kSend: return Send(event);
    default: return users_->Do(event, timeline_.now());
  }
}

bool Course::Send(const Happening& event) {
  if (event.salt % 3 == 0) return users_->Do(event, timeline_.now());
  const std::string key = users_->KeyOf(event);
  if (key.empty()) return false;
  for (std::uint64_t times = 0; times < 1 + event.salt % 2; ++times) Ask(PushQuote{key, false, event.salt % 5 == 0 ? absl::StrCat("request ", event.id) : ""});
  return true;
}

bool Course::ResolveOne(std::uint64_t salt) {
  const std::vector<WorkItem> open = OpenItems();
  std::vector<const WorkItem*> choosable;
  for (const WorkItem& item : open) {
    if (!item.choices.empty() && item.kind != WorkItem::Kind::kDeadLetter) choosable.push_back(&item);
  }
  if (choosable.empty()) return false;
  const WorkItem& item = *choosable[salt % choosable.size()];
  Ask(ResolveItem{item.id, item.choices[salt / 97 % item.choices.size()]});
  return true;
}

bool Course::RestoreBackup() {
  if (!disk_->has_backup()) return false;
  KillEngine(true);
  disk_->Restore();
  Blur();
  Count(Fault::kEngineRestored);
  StartEngineAgain();
  return true;
}

bool Course::LoseState() {
  KillEngine(true);
  disk_->Wipe();
  to_erase_.clear();
  Blur();
  Count(Fault::kStateLost);
  StartEngineAgain();
  timeline_.After(15 * kSecond, [this] { Ask(StartRun{"first_load", {}}); });
  timeline_.After(25 * kSecond, [this] { ApproveAll(); });
  return true;
}

void Course::Blur() {
  was_state_lost_ = true;
  blurred_epoch_ = epoch_;
  for (Side side : kSides) connector(side).ForgetAcknowledged();
  for (std::uint64_t birth = 1; birth < ledger_.births().size(); ++birth) ledger_.FindBirth(birth)->is_blurred = true;
}

bool Course::ChangePack(std::uint64_t salt) {
  if (packs_.size() < 2 || engine_ == nullptr || !engine_->is_alive()) return false;
  const LoadedPack* running = nullptr;
  for (const LoadedPack& pack : packs_) {
    if (pack.pack == pack_) running = &pack;
  }
  const LoadedPack& next = packs_[salt % packs_.size()];
  if (running == nullptr || next.pack == pack_) return false;
  was_pack_changed_ = true;
  entente::ActivatePack what{.pack = next.pack, .before = running->pack, .adoption = std::make_shared<const Adoption>(AdoptionOf(*running->pack, *next.pack, DiffPacks(*running, next))), .meta = {}, .at_micros = EngineClock()};
  Ask(std::move(what));
  return true;
}

bool Course::GoesWrong(const Happening& event) {
  const std::int64_t now = timeline_.now(), length = event.millis * 1000;
  Connector& line = connector(event.side);
  System& at = system(event.side);
  switch (event.fault) {
    case Fault::kMessageDropped: ++line.weather.drops; return true;
    case Fault::kMessageDuplicated: line.weather.duplicates += 1 + static_cast<int>(event.salt % 3); return true;
    case Fault::kMessageDelayed:
      line.weather.delays += 1 + static_cast<int>(event.salt % 4);
      line.weather.delay_micros = length;
      return true;
    case Fault::kStalePage:
      Count(Fault::kStalePage);
      line.PollAll();
      line.weather.delays += 2;
      line.weather.delay_micros = length;
      return true;
    case Fault::kMessagesReordered: line.weather.swaps += 1 + static_cast<int>(event.salt % 3); return true;
    case Fault::kStreamCut: line.Cut(); return true;
    case Fault::kHalfOpen:
      if (!line.is_connected()) return false;
      Count(Fault::kHalfOpen);
      line.HalfOpen();
      return true;
    case Fault::kPartition:
      Count(Fault::kPartition);
      line.weather.partition_until = now + length;
      return true;
    case Fault::kSearchLag: ++at.ailments.lagging_creates; return true;
    case Fault::kReplyLost: at.ailments.lost_replies += 1 + static_cast<int>(event.salt % 2); return true;
    case Fault::kConnectorKilled:
    case Fault::kConnectorRestarted:
      if (!line.runs()) return false;
      Count(event.fault);
      line.Kill();
      timeline_.After(event.fault == Fault::kConnectorRestarted ? kSecond : length, [&line] { line.Start(); });
      return true;
    case Fault::kTwoConnectors: line.DialTwice(); return true;
    case Fault::kEngineKilled:
    case Fault::kUnsyncedLost:
    case Fault::kTornTail: {
      const bool keeps = event.fault == Fault::kEngineKilled && event.salt % 2 == 0;
      if (!KillEngine(keeps)) return false;
      Count(event.fault);
      timeline_.After(std::min(length, 40 * kSecond), [this] { StartEngineAgain(); });
      return true;
    }
    case Fault::kEngineReplaced:
      if (engine_ == nullptr || !engine_->is_alive()) return false;
      Count(event.fault);
      engine_->Kill(event.salt % 2 == 0);
      Bury(true);
      StartEngineAgain();
      // They hear of it late: what they were handed they carry out.
      timeline_.After(kSecond + length % (20 * kSecond), [this] {
        for (Side side : kSides) connector(side).EngineDied();
      });
      return true;
    case Fault::kBitFlip:
      if (!disk_->FlipBit()) return false;
      timeline_.After(length, [this] { disk_->Repair(); });
      return true;
    case Fault::kReadError: disk_->read_fails_until = now + length; return true;
    case Fault::kWriteError: disk_->write_fails_until = now + length; return true;
    case Fault::kDiskFull: disk_->full_until = now + length; return true;
    case Fault::kClockJump:
      Count(event.fault);
      skew_ += length * 40;
      return true;
    case Fault::kClockStill:
      Count(event.fault);
      still_at_ = now;
      still_until_ = now + length;
      return true;
    case Fault::kClockBack:
      Count(event.fault);
      skew_ -= length * 10;
      return true;
    case Fault::kThrottled: at.ailments.throttled_until = now + length; return true;
    case Fault::kUnreachable: at.ailments.unreachable_until = now + length; return true;
    case Fault::kSlow: at.ailments.slow_until = now + length; return true;
    case Fault::kRefused: at.ailments.refuses_until = now + length; return true;
    case Fault::kRecordLocked: return users_->Lock(event, now + length);
    case Fault::kColumnLost:
    case Fault::kColumnAdded:
    case Fault::kColumnNarrowed: return ChangeSchema(event);
    default: return false;
  }
}

bool Course::ChangeSchema(const Happening& event) {
  std::vector<std::pair<std::string, const Column*>> columns;
  for (const Ground& ground : terrain_.grounds()) {
    for (const Column& column : ground.columns[event.side]) {
      if (BearsToken(column.shape) && !column.is_key && !column.is_required && column.width >= 20) columns.emplace_back(ground.entity->sides[event.side].resource, &column);
    }
  }
  Ailments& ailments = system(event.side).ailments;
  if (event.fault == Fault::kColumnAdded) {
    ailments.has_more_columns = true;
  } else if (columns.empty()) {
    return false;
  } else {
    const auto& [resource, column] = columns[event.salt % columns.size()];
    const std::string place = absl::StrCat(resource, ".", column->name);
    if (event.fault == Fault::kColumnLost) ailments.lost_columns.insert(place);
    else ailments.narrowed[place] = 18;
  }
  Count(event.fault);
  ++ailments.schema;
  // The connector notices when it describes its system anew.
  connector(event.side).Cut();
  return true;
}

}  // namespace entente::simulation
