#include "engine/pipeline/store.h"

namespace entente {
namespace {

template <typename M>
void Overlay(M& earlier, M&& later) {
  // Entries move as they are; only those that are in both are assigned.
  earlier.merge(later);
  for (auto& [key, value] : later) earlier.find(key)->second = std::move(value);
}

}  // namespace

bool Batch::empty() const {
  return links.empty() && records.empty() && rows.empty() && matches.empty() && parked.empty() && refers.empty() && dirty.empty() &&
         outbox.empty() && cursors.empty() && work.empty() && forgotten.empty() && journal.empty() && runs.empty() && pushes.empty() && meta.empty();
}

void Batch::Append(Batch&& later) {
  Overlay(links, std::move(later.links));
  Overlay(records, std::move(later.records));
  Overlay(rows, std::move(later.rows));
  Overlay(matches, std::move(later.matches));
  Overlay(parked, std::move(later.parked));
  Overlay(refers, std::move(later.refers));
  Overlay(dirty, std::move(later.dirty));
  Overlay(outbox, std::move(later.outbox));
  Overlay(cursors, std::move(later.cursors));
  Overlay(work, std::move(later.work));
  Overlay(runs, std::move(later.runs));
  Overlay(pushes, std::move(later.pushes));
  Overlay(meta, std::move(later.meta));
  if (!later.forgotten.empty()) {
    std::erase_if(journal, [&](const JournalEntry& entry) { return later.forgotten.contains(entry.link); });
    forgotten.merge(later.forgotten);
  }
  for (JournalEntry& entry : later.journal) journal.push_back(std::move(entry));
}

}  // namespace entente
