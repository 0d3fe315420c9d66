#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/certificate/life_enumerate.h"
#include "tests/certificate/reads_formula.h"

namespace entente::certificate {
namespace {

const Both<std::string> kNames{{"sage", "ssm"}};

TEST(LifeTest, EveryPairOfRulesIsSound) {
  int pairs = 0;
  for (int bits = 0; bits < 5 * 6 * 5 * 6 * 8; ++bits) {
    int rest = bits;
    const auto next = [&rest](int count) {
      const int chosen = rest % count;
      rest /= count;
      return chosen;
    };
    Both<LifeRule> rules;
    for (Side side : kSides) {
      rules[side].create = static_cast<CreateRule>(next(5));
      rules[side].on_delete = static_cast<DeleteRule>(next(6));
    }
    const int more = next(8);
    for (Side side : kSides) {
      if ((more & 1) != 0) rules[side].on_delete_if_born_here = static_cast<DeleteRule>((bits + static_cast<int>(Index(side))) % 6);
      rules[side].approve_delete = (more & 2) != 0;
      if ((more & 4) != 0) {
        rules[side].never_delete_when = std::make_shared<testing::ReadsFormula>();
        rules[side].never_delete_item = "deletion_not_allowed";
      }
    }
    const LifeResult result = EnumerateLife(rules, {}, kNames);
    ASSERT_FALSE(result.violation) << result.violation->law << ": " << result.violation->sentence << " " << bits;
    EXPECT_LE(result.rounds, 1);
    ++pairs;
  }
  EXPECT_EQ(pairs, 7200);
}

TEST(LifeTest, AReasonThatIsShownToNobodyIsFound) {
  Both<LifeRule> rules;
  rules[Side::kRight].create = CreateRule::kPark;
  rules[Side::kRight].create_reason = "";

  const LifeResult result = EnumerateLife(rules, {}, kNames);

  ASSERT_TRUE(result.violation);
  EXPECT_EQ(result.violation->law, law::kNothingIgnored);
}

TEST(LifeTest, AnEntryThatChangesNothingIsFound) {
  Both<LifeRule> rules;
  LifeRule& right = rules[Side::kRight];
  right.create = CreateRule::kAllowed;
  right.on_delete = DeleteRule::kRestore;
  right.approve_delete = true;
  right.mark_field = "is_active";
  for (const char* key : {"approve_delete", "mark", "reason", "referenced_by"}) EXPECT_FALSE(DecidesSomething(rules, Side::kRight, key, {})) << key;

  right.on_delete = DeleteRule::kMark;
  right.create = CreateRule::kPark;
  for (const char* key : {"approve_delete", "mark", "reason"}) EXPECT_TRUE(DecidesSomething(rules, Side::kRight, key, {})) << key;
}

}  // namespace
}  // namespace entente::certificate
