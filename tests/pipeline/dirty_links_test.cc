#include "engine/pipeline/dirty_links.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <vector>

namespace entente {
namespace {

DirtyId AnyDirty() {
  return {static_cast<Lane>(*rc::gen::inRange(0, 3)), *rc::gen::inRange(0, 3), *rc::gen::inRange<LinkId>(0, 12)};
}

// Whatever is put in and taken out, in whatever order: it holds, finds and walks what an ordered set would.
RC_GTEST_PROP(DirtyLinksLaws, IsAnOrderedSet, ()) {
  DirtyLinks links;
  std::set<DirtyId> expected;
  for (int step = *rc::gen::inRange(0, 60); step > 0; --step) {
    const DirtyId id = AnyDirty();
    if (*rc::gen::inRange(0, 3) > 0) {
      links.insert(id);
      expected.insert(id);
    } else {
      links.erase(id);
      expected.erase(id);
    }
  }
  RC_ASSERT(std::vector<DirtyId>(links.begin(), links.end()) == std::vector<DirtyId>(expected.begin(), expected.end()));
  RC_ASSERT(links.size() == expected.size());
  RC_ASSERT(links.empty() == expected.empty());
  const DirtyId from = AnyDirty();
  RC_ASSERT(links.contains(from) == expected.contains(from));
  std::vector<DirtyId> rest;
  for (auto it = links.lower_bound(from); it != links.end(); ++it) rest.push_back(*it);
  RC_ASSERT(rest == std::vector<DirtyId>(expected.lower_bound(from), expected.end()));
}

}  // namespace
}  // namespace entente
