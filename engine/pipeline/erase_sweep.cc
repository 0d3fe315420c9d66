#include "engine/pipeline/erase_sweep.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "engine/pipeline/bar.h"
#include "engine/pipeline/erasing.h"
#include "engine/pipeline/redaction.h"

namespace entente {
namespace {

constexpr int kPage = 500;
// Links redacted, and entries rewritten, in one turn.
constexpr std::size_t kLinksMax = 250, kEntriesMax = 2'000;

template <typename Item, typename Read>
absl::Status Each(Read read, const std::function<bool(const Item&)>& take) {
  for (std::uint64_t after = 0;;) {
    const absl::StatusOr<std::vector<Item>> page = read(after);
    if (!page.ok()) return page.status();
    for (const Item& item : *page) {
      after = item.id;
      if (!take(item)) return absl::OkStatus();
    }
    if (static_cast<int>(page->size()) < kPage) return absl::OkStatus();
  }
}

absl::Status EachLink(const StoreSnapshot& snapshot, const std::function<bool(const Link&)>& take) {
  return Each<Link>([&](std::uint64_t after) { return snapshot.Links(after, kPage); }, take);
}

absl::Status EachItem(const StoreSnapshot& snapshot, const std::function<bool(const WorkItem&)>& take) {
  return Each<WorkItem>([&](std::uint64_t after) { return snapshot.Work(after, kPage); }, take);
}

absl::Status EachEntry(const StoreSnapshot& snapshot, LinkId link, const std::function<void(const JournalEntry&)>& take) {
  for (std::uint64_t after = 0;;) {
    const absl::StatusOr<std::vector<JournalEntry>> page = snapshot.Journal(link, after, kPage);
    if (!page.ok()) return page.status();
    for (const JournalEntry& entry : *page) {
      after = entry.seq;
      take(entry);
    }
    if (static_cast<int>(page->size()) < kPage) return absl::OkStatus();
  }
}

bool IsOf(const Erasing& erasing, LinkId link) {
  return link == erasing.link || std::find(erasing.absorbed.begin(), erasing.absorbed.end(), link) != erasing.absorbed.end();
}

// The histories of others, also of links that became one with others and are no more.
absl::Status LookAtJournals(const StoreSnapshot& snapshot, const Erasing& erasing, const Redaction& redaction, const std::set<LinkId>& links, EraseRemains* out) {
  const absl::StatusOr<Boot> boot = snapshot.Load();
  if (!boot.ok()) return boot.status();
  const LinkId last = std::max(boot->last_link, links.empty() ? LinkId{0} : *links.rbegin());
  for (LinkId id = 1; id <= last && out->journal.size() < kEntriesMax; ++id) {
    if (id == erasing.link) continue;
    bool is_about_it = false;
    std::vector<JournalEntry> rewritten;
    absl::Status read = EachEntry(snapshot, id, [&](const JournalEntry& entry) {
      is_about_it = is_about_it || IsOf(erasing, id);
      if (!redaction.Mentions(entry)) return;
      rewritten.push_back(entry);
      redaction.Apply(rewritten.back());
    });
    if (!read.ok()) return read;
    if (is_about_it) {
      out->forgotten.push_back(id);
    } else {
      out->journal.insert(out->journal.end(), rewritten.begin(), rewritten.end());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<EraseRemains> FindRemains(const StoreSnapshot& snapshot, const Erasing& erasing) {
  EraseRemains out{.erased = erasing.link};
  const Redaction redaction(erasing);
  std::set<LinkId> links;
  absl::Status read = EachLink(snapshot, [&](const Link& link) {
    links.insert(link.id);
    if (!link.erased && out.links.size() < kLinksMax && redaction.Mentions(link)) out.links.push_back(link.id);
    return true;
  });
  if (!read.ok()) return read;
  read = EachItem(snapshot, [&](const WorkItem& item) {
    if (item.link != 0 && IsOf(erasing, item.link) && item.reason != kErasedReported) {
      out.items.push_back(item.id);
    } else if (redaction.Mentions(item)) {
      out.mentions.push_back(item.id);
    }
    return true;
  });
  if (!read.ok()) return read;
  if (absl::Status journals = LookAtJournals(snapshot, erasing, redaction, links, &out); !journals.ok()) return journals;
  absl::StatusOr<std::vector<PushState>> pushes = snapshot.Pushes();
  if (!pushes.ok()) return pushes.status();
  for (PushState& push : *pushes) {
    if (!IsOf(erasing, push.link) || (push.number.empty() && push.request_id.empty() && push.problems.empty())) continue;
    push.number.clear();
    push.request_id.clear();
    push.problems.clear();
    out.pushes.push_back(std::move(push));
  }
  return out;
}

// Links that became one with it, and those that had become one with them.
absl::StatusOr<std::vector<LinkId>> AbsorbedBy(const StoreSnapshot& snapshot, LinkId link) {
  std::vector<LinkId> all;
  std::vector<LinkId> open = {link};
  while (!open.empty()) {
    const LinkId next = open.back();
    open.pop_back();
    absl::Status read = EachEntry(snapshot, next, [&](const JournalEntry& entry) {
      const auto* absorbed = FieldOf(entry.details, "absorbed").As<std::int64_t>();
      if (entry.kind != "linked" || absorbed == nullptr) return;
      const auto id = static_cast<LinkId>(*absorbed);
      if (id == link || std::find(all.begin(), all.end(), id) != all.end()) return;
      all.push_back(id);
      open.push_back(id);
    });
    if (!read.ok()) return read;
  }
  return all;
}

}  // namespace

absl::StatusOr<ErasePlan> PlanErase(const StoreSnapshot& snapshot, const Link& link, const std::string& request_id) {
  ErasePlan plan;
  plan.entity = link.entity;
  plan.what = {.link = link.id, .journal_seq = link.journal_seq, .request_id = request_id};
  absl::StatusOr<std::vector<LinkId>> absorbed = AbsorbedBy(snapshot, link.id);
  if (!absorbed.ok()) return absorbed.status();
  plan.what.absorbed = *std::move(absorbed);
  Erasing named{.link = link.id, .absorbed = {}, .records = {}};
  for (const Side side : kSides) {
    const Member& member = link.members[side];
    if (!member.key.empty()) named.records.push_back({side, member.resource, member.key});
    for (const std::string& key : member.former_keys) named.records.push_back({side, member.resource, key});
  }
  const Redaction redaction(named);
  absl::Status read = EachLink(snapshot, [&](const Link& other) {
    if (other.id != link.id && redaction.Mentions(other)) ++plan.referring[other.entity];
    return true;
  });
  if (!read.ok()) return read;
  return plan;
}

absl::StatusOr<std::optional<EraseStep>> NextEraseStep(const StoreSnapshot& snapshot) {
  const absl::StatusOr<Meta> meta = snapshot.Meta();
  if (!meta.ok()) return meta.status();
  const std::map<LinkId, Erasing> all = ReadErasings(*meta);
  if (all.empty()) return std::nullopt;
  EraseStep step;
  for (const auto& [link, erasing] : all) {
    if (erasing.records.empty()) continue;
    absl::StatusOr<EraseRemains> remains = FindRemains(snapshot, erasing);
    if (!remains.ok()) return remains.status();
    if (remains->empty()) {
      step.ends = EndErasure{{link}, false};
    } else {
      step.remains = *std::move(remains);
    }
    return step;
  }
  step.purges = true;
  step.ends = EndErasure{{}, true};
  for (const auto& [link, erasing] : all) step.ends->erased.push_back(link);
  return step;
}

absl::StatusOr<LinkId> FindErased(const StoreSnapshot& snapshot, std::uint64_t secret, Side side, const std::string& resource, const std::string& key) {
  const absl::StatusOr<Meta> meta = snapshot.Meta();
  if (!meta.ok()) return meta.status();
  const Bars bars = ReadBars(*meta);
  const auto bar = bars.find(KeyBar(secret, side, resource, key));
  return bar == bars.end() ? LinkId{0} : bar->second;
}

}  // namespace entente
