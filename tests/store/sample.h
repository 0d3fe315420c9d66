#pragma once

#include <filesystem>
#include <string>

#include "engine/pipeline/store.h"

namespace entente::store {

// A directory of its own for one test, gone with it.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  std::string path(const std::string& name = "") const { return (name.empty() ? path_ : path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// A link with something in every member that is stored.
Link FullLink(LinkId id);
WorkItem FullWorkItem(WorkItemId id);
JournalEntry FullJournalEntry(LinkId link, std::uint64_t seq);

}  // namespace entente::store
