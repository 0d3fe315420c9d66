#include "engine/plan/what_if.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/plan/reach.h"

namespace entente {
namespace {

constexpr std::size_t kSamplesMax = 5;

struct Carried {
  absl::StatusOr<Plan> plan = absl::InternalError("not carried out");
  std::map<LinkId, LinkOutcome> outcomes;
};

Carried CarryOut(const PlanGround& ground, const PackPtr& pack, PlanStart start, const std::function<bool()>& is_cancelled) {
  Carried carried;
  PlanRequest request;
  request.kind = "pack";
  request.pack = pack;
  request.start = std::make_shared<const PlanStart>(std::move(start));
  request.outcomes = &carried.outcomes;
  carried.plan = MakePlan(ground, request, is_cancelled);
  return carried;
}

// Placeholders are numbered within a plan; the links they stand for are the same in both.
std::map<std::string, std::string> ByLink(const Plan& plan) {
  std::map<std::string, std::string> names;
  for (const PlannedWrite& write : plan.writes) {
    if (!write.makes.empty()) names[write.makes] = absl::StrCat(std::string(1, kPlaceholderOpens), write.resource, "#L", write.link, std::string(1, kPlaceholderCloses));
  }
  return names;
}

std::string Root(const std::string& path) { return path.substr(0, path.find('.')); }

using Place = std::pair<LinkId, Side>;
using Writes = std::map<Place, std::vector<const PlannedWrite*>>;

Writes ByPlace(const Plan& plan) {
  Writes writes;
  for (const PlannedWrite& write : plan.writes) writes[{write.link, write.side}].push_back(&write);
  return writes;
}

class Comparison {
 public:
  Comparison(const Pack& before, const Pack& after, const std::vector<RuleChange>& changes, const Reached& reached, const Carried& was, const Carried& is)
      : before_(before), after_(after), was_(was), is_(is), names_was_(ByLink(*was.plan)), names_is_(ByLink(*is.plan)) {
    for (const RuleChange& change : changes) effects_.push_back({.change = change});
    for (const auto& [place, hit] : reached.links) {
      hits_.emplace(place.second, hit);
      for (int change : hit) ++effects_[static_cast<std::size_t>(change)].reached;
    }
  }

  void Run(WhatIf* out) {
    CompareWrites();
    for (const auto& [link, is] : is_.outcomes) {
      const auto was = was_.outcomes.find(link);
      CompareOutcomes(link, was == was_.outcomes.end() ? LinkOutcome() : was->second, is);
    }
    out->rules = std::move(effects_);
    out->others = std::move(others_);
  }

 private:
  void CompareWrites() {
    const Writes was = ByPlace(*was_.plan), is = ByPlace(*is_.plan);
    std::set<Place> places;
    for (const auto& [place, writes] : was) places.insert(place);
    for (const auto& [place, writes] : is) places.insert(place);
    static const std::vector<const PlannedWrite*> kNone;
    for (const Place& place : places) {
      const auto former = was.find(place), now = is.find(place);
      Compare(former == was.end() ? kNone : former->second, now == is.end() ? kNone : now->second);
    }
  }

  bool Same(const PlannedWrite& was, const PlannedWrite& is) const {
    return was.verb == is.verb && Bound(was.key, names_was_) == Bound(is.key, names_is_) && Bound(was.writes, names_was_) == Bound(is.writes, names_is_);
  }

  void Compare(const std::vector<const PlannedWrite*>& was, const std::vector<const PlannedWrite*>& is) {
    const std::size_t both = std::max(was.size(), is.size());
    for (std::size_t i = 0; i < both; ++i) {
      const PlannedWrite* former = i < was.size() ? was[i] : nullptr;
      const PlannedWrite* now = i < is.size() ? is[i] : nullptr;
      if (former && now && Same(*former, *now)) continue;
      WriteDifference difference;
      if (now) difference.write = *now;
      if (former) difference.former = former->writes;
      if (!now) {
        difference.write = *former;
        difference.write.number = 0;
      }
      for (RuleEffect* effect : Behind(difference)) {
        if (now) ++effect->writes[now->side][now->verb];
        else ++effect->spared[former->side];
        if (effect->samples.size() < kSamplesMax) effect->samples.push_back(difference);
      }
    }
  }

  std::vector<RuleEffect*> Reaching(LinkId link) {
    std::vector<RuleEffect*> effects;
    if (const auto hit = hits_.find(link); hit != hits_.end()) {
      for (int change : hit->second) effects.push_back(&effects_[static_cast<std::size_t>(change)]);
    }
    if (effects.empty()) effects.push_back(&others_);
    return effects;
  }

  // The changes that show in the fields which are written otherwise; all that reach the record where none does.
  std::vector<RuleEffect*> Behind(const WriteDifference& difference) {
    std::vector<RuleEffect*> effects = Reaching(difference.write.link);
    if (difference.write.verb != Verb::kUpdate || effects.size() < 2) return effects;
    std::set<std::string> differing;
    for (const Fields* fields : {&difference.write.writes, &difference.former}) {
      const Fields& other = fields == &difference.former ? difference.write.writes : difference.former;
      for (const auto& [name, value] : *fields) {
        if (difference.write.number == 0 || FieldOf(other, name) != value) differing.insert(name);
      }
    }
    std::vector<RuleEffect*> showing;
    for (RuleEffect* effect : effects) {
      if (Shows(effect->change, difference.write, differing)) showing.push_back(effect);
    }
    return showing.empty() ? effects : showing;
  }

  bool Shows(const RuleChange& change, const PlannedWrite& write, const std::set<std::string>& differing) const {
    return std::any_of(change.touches.begin(), change.touches.end(), [&](const RuleTouch& touch) {
      if (touch.entity != write.entity || touch.kind != RuleKind::kField) return false;
      for (const Pack* pack : {&before_, &after_}) {
        const EntityRule* entity = pack->Entity(touch.entity);
        const FieldRule* field = entity ? entity->Field(touch.name) : nullptr;
        if (field && differing.contains(Root(field->sides[write.side].native))) return true;
      }
      return false;
    });
  }

  void CompareOutcomes(LinkId link, const LinkOutcome& was, const LinkOutcome& is) {
    std::vector<std::string> conflicts;
    std::set_difference(is.conflicts.begin(), is.conflicts.end(), was.conflicts.begin(), was.conflicts.end(), std::back_inserter(conflicts));
    const bool waits_otherwise = was.parked != is.parked;
    Both<bool> leaves{}, enters{};
    bool moves = false;
    for (Side side : kSides) {
      leaves[side] = is.presence[side] == Presence::kOutOfScope && was.presence[side] == Presence::kPresent;
      enters[side] = is.presence[side] == Presence::kPresent && was.presence[side] == Presence::kOutOfScope;
      moves = moves || leaves[side] || enters[side];
    }
    if (conflicts.empty() && !waits_otherwise && !moves) return;
    for (RuleEffect* effect : Reaching(link)) {
      effect->conflicts += static_cast<std::int64_t>(conflicts.size());
      if (waits_otherwise && !is.parked.empty()) ++effect->parked[is.parked];
      if (waits_otherwise && !was.parked.empty()) ++effect->freed[was.parked];
      for (Side side : kSides) {
        effect->leave[side] += leaves[side] ? 1 : 0;
        effect->enter[side] += enters[side] ? 1 : 0;
      }
    }
  }

  const Pack& before_;
  const Pack& after_;
  const Carried& was_;
  const Carried& is_;
  std::map<std::string, std::string> names_was_, names_is_;
  std::map<LinkId, std::vector<int>> hits_;
  std::vector<RuleEffect> effects_;
  RuleEffect others_;
};

absl::StatusOr<std::int64_t> LinksIn(const StoreSnapshot& snapshot) {
  absl::StatusOr<std::map<std::string, std::string>> meta = snapshot.Meta();
  if (!meta.ok()) return meta.status();
  if (ReadAdoption(*meta)) {
    return absl::FailedPreconditionError("RULES_CHANGING: the records are still being gone through since the last change of the rules. Look at entente status, and ask again when it is done.");
  }
  std::int64_t links = 0;
  for (const auto& [name, value] : *meta) {
    if (name.starts_with("links.")) links += std::strtoll(value.c_str(), nullptr, 10);
  }
  return links;
}

}  // namespace

bool RuleEffect::is_silent() const {
  const auto writes_none = [&](Side side) { return writes[side].empty() && spared[side] == 0 && leave[side] == 0 && enter[side] == 0; };
  return parked.empty() && freed.empty() && conflicts == 0 && writes_none(Side::kLeft) && writes_none(Side::kRight);
}

absl::StatusOr<WhatIf> MakeWhatIf(const PlanGround& ground, const PackPtr& after, const std::vector<RuleChange>& changes, const std::function<bool()>& is_cancelled) {
  if (absl::Status status = CanAdopt(*ground.pack, *after); !status.ok()) return status;
  const absl::StatusOr<std::int64_t> links = LinksIn(*ground.snapshot);
  if (!links.ok()) return links.status();
  const Adoption adoption = AdoptionOf(*ground.pack, *after, changes);
  absl::StatusOr<Reached> reached = FindReached(ground, after, changes, adoption, is_cancelled);
  if (!reached.ok()) return reached.status();

  PlanStart was, is;
  Adopting adopting;
  adopting.what = adoption;
  adopting.enters = reached->enters;
  for (const auto& [place, hit] : reached->links) {
    was.links.push_back(place);
    adopting.only.push_back(place.second);
  }
  is.links = was.links;
  adopting.end = adopting.only.size();
  if (!adopting.only.empty() || !adoption.unread.empty()) is.adopting = std::move(adopting);
  is.laid_over = std::move(reached->index);
  for (const auto& [entity, count] : reached->counted) is.meta["capacity." + entity] = absl::StrCat(count);

  Carried former, now;
  std::thread other([&] { former = CarryOut(ground, ground.pack, std::move(was), is_cancelled); });
  now = CarryOut(ground, after, std::move(is), is_cancelled);
  other.join();
  if (!former.plan.ok()) return former.plan.status();
  if (!now.plan.ok()) return now.plan.status();

  WhatIf out;
  Comparison(*ground.pack, *after, changes, *reached, former, now).Run(&out);
  out.plan = *std::move(now.plan);
  out.links = *links;
  out.looked = reached->looked;
  out.reached = static_cast<std::int64_t>(reached->links.size());
  out.reached_in = reached->reached_in;
  out.left_to_itself = reached->left_to_itself;
  out.unread = adoption.unread;
  out.relist = adoption.relist;
  return out;
}

}  // namespace entente
