#include "engine/simulation/course.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/erase_sweep.h"
#include "engine/pipeline/erasing.h"

// Erasures in a run: asked for by an operator, carried through as engine/server/eraser.h does it.
namespace entente::simulation {
namespace {

constexpr std::int64_t kSoon = 1'000;

}  // namespace

bool Course::Erase(const Happening& event) {
  const std::string key = users_->KeyOf(event);
  const EntityRule* entity = pack_->Entity(event.entity);
  if (key.empty() || entity == nullptr || engine_ == nullptr || !engine_->is_alive()) return false;
  const std::unique_ptr<StoreSnapshot> state = disk_->View();
  Wanted record;
  record.records.insert({event.side, entity->sides[event.side].resource, key});
  const std::optional<RecordEntry> entry = state->Get(record)->records.begin()->second;
  if (!entry || entry->link == 0) return false;
  Wanted wanted;
  wanted.links.insert(entry->link);
  const std::optional<Link> link = state->Get(wanted)->links.begin()->second;
  if (!link || link->erased) return false;
  absl::StatusOr<ErasePlan> plan = PlanErase(*state, *link, absl::StrCat("request ", event.id));
  if (!plan.ok()) return false;
  ErasedPerson person{.link = link->id, .births = {}, .records = {}, .asked_micros = timeline_.now()};
  for (const Side side : kSides) {
    const Member& member = link->members[side];
    if (!member.key.empty()) person.records.insert({side, member.resource, member.key});
    for (const std::string& former : member.former_keys) person.records.insert({side, member.resource, former});
    const Record* standing = system(side).Find(member.resource, member.key);
    if (standing != nullptr && standing->birth != 0) person.births.insert(standing->birth);
  }
  to_erase_[link->id] = std::move(person);
  engine_->Ask(std::move(plan->what), [this, epoch = epoch_](const Reply& reply) {
    if (reply.status.ok()) timeline_.After(kSoon, [this, epoch] { GoOnErasing(epoch); });
  });
  return true;
}

bool Course::IsErasing() { return !ReadErasings(*disk_->View()->Meta()).empty(); }

void Course::GoOnErasing(std::uint64_t epoch) {
  if (epoch != epoch_ || engine_ == nullptr || !engine_->is_alive()) return;
  const absl::StatusOr<std::optional<EraseStep>> step = NextEraseStep(*disk_->View());
  if (!step.ok() || !*step) return;
  const auto go_on = [this, epoch](std::int64_t after) {
    return [this, epoch, after](const Reply&) { timeline_.After(after, [this, epoch] { GoOnErasing(epoch); }); };
  };
  // What is on its way is waited for.
  if ((*step)->remains) return engine_->Ask(*(*step)->remains, go_on(kSecond));
  if ((*step)->purges) disk_->Purge();
  engine_->Ask(*(*step)->ends, go_on(kSoon));
}

void Course::FinishErasing() {
  for (int i = 0; i < 100 && IsErasing(); ++i) {
    RunUntil(timeline_.now() + 2 * kSecond);
    Settle();
  }
}

std::vector<ErasedPerson> Course::ErasedNow(const std::vector<Link>& links) {
  std::vector<ErasedPerson> erased;
  for (const Link& link : links) {
    const auto asked = to_erase_.find(link.id);
    if (link.erased && asked != to_erase_.end()) erased.push_back(asked->second);
  }
  return erased;
}

}  // namespace entente::simulation
