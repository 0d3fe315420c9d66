#include "engine/core/named_map.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <vector>

#include "engine/core/value.h"

namespace entente {
namespace {

using Names = std::vector<std::pair<std::string, int>>;
template <typename M>
Names All(const M& map) {
  return Names(map.begin(), map.end());
}

TEST(NamedMap, StandsInOrderOfNames) {
  NamedMap<int> map;
  map["b"] = 2;
  map["a"] = 1;
  map["c"] = 3;
  EXPECT_EQ(All(map), (Names{{"a", 1}, {"b", 2}, {"c", 3}}));
}

TEST(NamedMap, KeepsTheFirstOfTwoEntriesWithOneName) {
  const NamedMap<int> map{{"a", 1}, {"a", 2}};
  EXPECT_EQ(map.at("a"), 1);
  EXPECT_EQ(map.size(), 1u);
}

TEST(NamedMap, ChangeOfACopyLeavesTheOriginal) {
  NamedMap<int> original{{"a", 1}, {"b", 2}};
  NamedMap<int> written = original, erased = original, sought = original, walked = original, cleared = original, added = original;
  written["a"] = 9;
  erased.erase("a");
  *sought.FindToChange("b") = 9;
  for (auto& [name, value] : walked.Mutable()) value = 9;
  cleared.clear();
  added.Append("c", 9);
  EXPECT_EQ(All(original), (Names{{"a", 1}, {"b", 2}}));
  EXPECT_EQ(All(written), (Names{{"a", 9}, {"b", 2}}));
  EXPECT_EQ(All(erased), (Names{{"b", 2}}));
  EXPECT_EQ(All(sought), (Names{{"a", 1}, {"b", 9}}));
  EXPECT_EQ(All(walked), (Names{{"a", 9}, {"b", 9}}));
  EXPECT_TRUE(cleared.empty());
  EXPECT_EQ(added.size(), 3u);
}

TEST(NamedMap, ChangeOfTheOriginalLeavesACopy) {
  NamedMap<int> original{{"a", 1}};
  const NamedMap<int> copy = original;
  original["a"] = 2;
  EXPECT_EQ(copy.at("a"), 1);
}

TEST(NamedMap, TakesAnEntryMadeOfItsOwn) {
  NamedMap<std::string> map{{"b", "text that is too long to stand in the string itself"}};
  for (int i = 0; i < 40; ++i) map.try_emplace("a" + std::to_string(i), map.at("b"));
  EXPECT_EQ(map.at("a39"), map.at("b"));
  EXPECT_EQ(map.size(), 41u);
}

TEST(NamedMap, MovedFromIsEmpty) {
  NamedMap<int> from{{"a", 1}};
  const NamedMap<int> to = std::move(from);
  EXPECT_TRUE(from.empty());   // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(to.size(), 1u);
}

TEST(NamedMap, MapInAMapIsCopiedWithIt) {
  Fields record{{"turnover", Map{{"total", 1}}}};
  const Fields before = record;
  record["turnover"].As<Map>()->operator[]("total") = 2;
  EXPECT_EQ(before.at("turnover").As<Map>()->at("total"), Value(1));
}

// Whatever is done to it, and whoever shares its content: it holds what a std::map would.
RC_GTEST_PROP(NamedMap, DoesAsAMapOfTheStandardLibrary, ()) {
  NamedMap<int> map, shared;
  std::map<std::string, int, std::less<>> model, shared_model;
  const int steps = *rc::gen::inRange(0, 60);
  for (int i = 0; i < steps; ++i) {
    const std::string name(1, static_cast<char>('a' + *rc::gen::inRange(0, 8)));
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        map[name] = i;
        model[name] = i;
        break;
      case 1: RC_ASSERT(map.erase(name) == model.erase(name)); break;
      case 2: RC_ASSERT(map.try_emplace(name, i).second == model.try_emplace(name, i).second); break;
      case 3:
        shared = map;
        shared_model = model;
        break;
      case 4:
        map.swap(shared);
        model.swap(shared_model);
        break;
      case 5: {
        const auto is_odd = [](const auto& entry) { return entry.second % 2 == 1; };
        RC_ASSERT(erase_if(map, is_odd) == std::erase_if(model, is_odd));
        break;
      }
      case 6: {
        int* value = map.FindToChange(name);
        const auto known = model.find(name);
        RC_ASSERT((value != nullptr) == (known != model.end()));
        if (value) *value = known->second = -i;
        break;
      }
      case 7:
        map.insert(shared.begin(), shared.end());
        model.insert(shared_model.begin(), shared_model.end());
        break;
    }
    RC_ASSERT(All(map) == All(model));
    RC_ASSERT(All(shared) == All(shared_model));
    RC_ASSERT((map == shared) == (model == shared_model));
    RC_ASSERT(map.contains(name) == model.contains(name));
    RC_ASSERT(map.lower_bound(name) - map.begin() == std::distance(model.begin(), model.lower_bound(name)));
  }
}

}  // namespace
}  // namespace entente
