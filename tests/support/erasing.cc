#include "tests/support/erasing.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/store/codec.h"

namespace entente::testing {

bool TakeEraseStep(World& world) {
  const auto step = NextEraseStep(*world.store().Snapshot());
  if (!step.ok() || !*step) return false;
  if ((*step)->remains) world.Ask(*(*step)->remains);
  if ((*step)->ends) world.Ask(*(*step)->ends);
  return true;
}

absl::Status EraseLinkOf(World& world, LinkId link, const std::string& request_id) {
  const auto snapshot = world.store().Snapshot();
  Wanted wanted;
  wanted.links = {link};
  const auto fetched = snapshot->Get(wanted);
  const std::optional<Link> found = fetched->links.at(link);
  if (!found) return absl::NotFoundError("no link");
  const auto plan = PlanErase(*snapshot, *found, request_id);
  if (!plan.ok()) return plan.status();
  if (const Reply reply = world.Ask(plan->what); !reply.status.ok()) return reply.status;
  for (int i = 0; i < 50 && TakeEraseStep(world); ++i) world.Drain();
  return absl::OkStatus();
}

std::vector<std::string> PlacesOf(World& world, const std::vector<std::string>& texts) {
  std::vector<std::string> places;
  const auto look = [&](const std::string& place, const std::string& bytes) {
    const bool is_there = std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return bytes.find(text) != std::string::npos; });
    if (is_there) places.push_back(place);
  };
  const auto snapshot = world.store().Snapshot();
  const auto boot = snapshot->Load();
  const auto links = snapshot->Links(0, 1'000'000);
  for (const Link& link : *links) look(absl::StrCat("link ", link.id), store::EncodeLink(link));
  const auto work = snapshot->Work(0, 1'000'000);
  for (const WorkItem& item : *work) look(absl::StrCat("item ", item.id, " ", item.reason), store::EncodeWork(item));
  for (LinkId id = 1; id <= boot->last_link; ++id) {
    const auto journal = snapshot->Journal(id, 0, 1'000'000);
    for (const JournalEntry& entry : *journal) look(absl::StrCat("history ", id, " ", entry.kind), store::EncodeJournal(entry));
  }
  for (const std::string& wait : boot->waits) look("parked", wait);
  for (const auto& [name, value] : boot->meta) look("meta " + name, name + value);
  const auto pushes = snapshot->Pushes();
  for (const PushState& push : *pushes) look(absl::StrCat("push ", push.id), store::EncodePush(push));
  Wanted ranges;
  for (const EntityRule& entity : world.pack().entities) {
    for (const Side side : kSides) ranges.record_ranges.insert({side, entity.sides[side].resource});
  }
  const auto fetched = snapshot->Get(ranges);
  for (const auto& [range, entries] : fetched->record_ranges) {
    for (const auto& [key, entry] : entries) {
      if (std::find(texts.begin(), texts.end(), key) != texts.end()) places.push_back(absl::StrCat("index ", range.second, " ", key));
    }
  }
  return places;
}

}  // namespace entente::testing
