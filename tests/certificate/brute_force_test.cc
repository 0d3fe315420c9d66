#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "engine/certificate/field_enumerate.h"
#include "engine/certificate/life_enumerate.h"
#include "tests/certificate/mutants.h"
#include "tests/certificate/reads_formula.h"
#include "tests/certificate/simulation.h"

// The certificate against what happens: random rule sets, sound and unsound ones, each judged by the certificate and lived through by
// two systems with real values. What is certified never goes wrong there; what is refused goes wrong somewhere.
namespace entente::certificate {
namespace {

using testing::Mutant;
using testing::RuleSet;
using testing::Simulation;

constexpr int kShards = 4;
constexpr int kRuleSets = 100'000 / kShards;
constexpr int kFields = 80;          // that rule sets are drawn of, in a shard
constexpr int kFieldsOfMutant = 3;   // and for each seeded defect
constexpr int kLives = 12;
constexpr int kHistories = 5;        // lived through for a certified rule set
constexpr int kSearchMax = 60'000;   // histories looked through for what is refused
constexpr int kNoField = 1'000'000;  // its life
constexpr std::uint64_t kSeed = 20'260'711;

const Both<std::string> kNames{{"left", "right"}};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  int Roll(int count) { return static_cast<int>(random_() % static_cast<std::uint64_t>(count)); }
  bool Chance(int percent) { return Roll(100) < percent; }
  std::uint64_t Seed() { return random_(); }
  template <typename T>
  const T& OneOf(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(Roll(static_cast<int>(values.size())))];
  }

 private:
  std::mt19937_64 random_;
};

Ability AnyAbility(Dice& dice, bool refers) {
  Ability ability;
  ability.exists = true;
  ability.is_writable = !dice.Chance(5);
  if (!ability.is_writable) return ability;
  if (refers) {
    const int way = dice.Roll(3);
    ability.may_wait = way == 0;
    ability.may_drop = way == 1;
    ability.may_stand_in = way == 2;
    return ability;
  }
  ability.may_alter = dice.Chance(70);
  ability.may_refuse = dice.Chance(50);
  ability.keeps_on_blank = dice.Chance(15);
  ability.fills_blank = dice.Chance(15);
  ability.may_not_read = dice.Chance(15);
  return ability;
}

// A stand-in is nobody where the side's value may travel in any phase of the field.
void KnowStandIns(std::vector<FieldKind>& phases) {
  for (Side side : kSides) {
    const bool travels = std::any_of(phases.begin(), phases.end(), [side](const FieldKind& kind) { return FlowsTo(kind.policy, Other(side)); });
    for (FieldKind& kind : phases) kind.abilities[side].stand_in_is_nobody = kind.abilities[side].may_stand_in && travels;
  }
}

FieldPolicy AnyPolicy(Dice& dice) {
  FieldPolicy policy;
  policy.flow = dice.OneOf<Flow>({Flow::kNone, Flow::kToLeft, Flow::kToRight, Flow::kToRight, Flow::kBoth, Flow::kBoth, Flow::kBoth, Flow::kBoth});
  policy.create_only = policy.flow != Flow::kBoth && dice.Chance(10);
  if (dice.Chance(20)) policy.set_once_from = dice.Chance(50) ? Side::kLeft : Side::kRight;
  policy.on_foreign_edit = dice.Chance(50) ? OnForeignEdit::kRevert : OnForeignEdit::kKeepAndFlag;
  for (Side side : kSides) policy.blank[side] = dice.Chance(30) ? BlankRule::kKeeps : BlankRule::kClears;
  policy.conflict = dice.OneOf<ConflictRule>({ConflictRule::kLeft, ConflictRule::kRight, ConflictRule::kNewest, ConflictRule::kAsk});
  policy.tie = dice.Chance(50) ? Side::kLeft : Side::kRight;
  policy.first_meeting = static_cast<OnFirstMeeting>(dice.Roll(4));
  if (dice.Chance(10)) policy.at_most_every = absl::Hours(1);
  return policy;
}

LifeRule AnyLife(Dice& dice) {
  LifeRule rule;
  rule.create = static_cast<CreateRule>(dice.Roll(5));
  rule.create_reason = "kept_back";
  rule.on_delete = static_cast<DeleteRule>(dice.Roll(6));
  if (dice.Chance(25)) rule.on_delete_if_born_here = static_cast<DeleteRule>(dice.Roll(6));
  rule.approve_delete = dice.Chance(25);
  if (dice.Chance(20)) {
    rule.never_delete_when = std::make_shared<testing::ReadsFormula>();
    rule.never_delete_item = "vanished";
  }
  return rule;
}

// A field that rule sets are drawn of: what its sides may do, and its policy in either phase.
struct Field {
  Both<Ability> abilities;
  std::vector<FieldPolicy> policies;
};

Field AnyField(Dice& dice) {
  Field field;
  const bool refers = dice.Chance(20);
  for (Side side : kSides) field.abilities[side] = AnyAbility(dice, refers);
  field.policies = {AnyPolicy(dice), AnyPolicy(dice)};
  return field;
}

bool Creates(const LifeRule& rule) { return rule.create == CreateRule::kAllowed || rule.create == CreateRule::kApprove || rule.create == CreateRule::kOnDemand; }
bool Restores(const LifeRule& rule) { return rule.on_delete == DeleteRule::kRestore || rule.on_delete_if_born_here == DeleteRule::kRestore; }

// Draws rule sets, and says of each what the certificate says of it.
class RuleSets {
 public:
  explicit RuleSets(std::uint64_t seed) : dice_(seed) {
    fields_[""] = AnyFields(kFields);
    for (const Mutant& mutant : testing::MergeMutants()) fields_[mutant.name] = AnyFields(kFieldsOfMutant);
    for (int i = 0; i < kLives; ++i) lives_.push_back({{AnyLife(dice_), AnyLife(dice_)}});
  }

  struct Drawn {
    RuleSet rules;
    std::string mutant;
    // The field that is refused, kNoField for a life; empty: the set is certified.
    std::optional<int> refused;
  };
  Drawn Next() {
    Drawn drawn;
    std::string life_mutant;
    if (dice_.Chance(15)) {
      const Mutant& mutant = dice_.OneOf(testing::MergeMutants());
      drawn.mutant = mutant.name;
      drawn.rules.decisions.merge = mutant.decisions.merge;
    } else if (dice_.Chance(10)) {
      const Mutant& mutant = dice_.OneOf(testing::LifeMutants());
      life_mutant = mutant.name;
      drawn.rules.decisions.life = mutant.decisions.life;
    }
    const int phases = 1 + dice_.Roll(2);
    for (int phase = 0; phase < phases; ++phase) {
      const int life = dice_.Roll(kLives);
      drawn.rules.lives.push_back(lives_[static_cast<std::size_t>(life)]);
      if (!LifeHolds(life, life_mutant, drawn.rules.decisions)) drawn.refused = kNoField;
    }
    std::optional<Side> resume_wins;
    if (dice_.Chance(20)) resume_wins = Side::kLeft;
    const int fields = 1 + dice_.Roll(3);
    for (int i = 0; i < fields; ++i) {
      drawn.rules.fields.push_back(KindsOf(dice_.OneOf(fields_[drawn.mutant]), drawn.rules.lives, resume_wins));
      for (const FieldKind& kind : drawn.rules.fields.back()) {
        if (!FieldHolds(kind, drawn.mutant, drawn.rules.decisions)) drawn.refused = i;
      }
    }
    drawn.mutant += life_mutant;
    return drawn;
  }

  std::uint64_t Seed() { return dice_.Seed(); }
  std::size_t kinds() const { return fields_hold_.size(); }

 private:
  std::vector<Field> AnyFields(int count) {
    std::vector<Field> fields;
    for (int i = 0; i < count; ++i) fields.push_back(AnyField(dice_));
    return fields;
  }

  static std::vector<FieldKind> KindsOf(const Field& field, const std::vector<Both<LifeRule>>& lives, std::optional<Side> resume_wins) {
    std::vector<FieldKind> kinds;
    for (std::size_t phase = 0; phase < lives.size(); ++phase) {
      FieldKind kind{field.policies[phase], field.abilities, {}, {}, std::nullopt};
      if (kind.policy.flow == Flow::kBoth) kind.resume_wins = resume_wins;
      for (Side side : kSides) {
        kind.creates[side] = Creates(lives[phase][side]);
        kind.restores[side] = Restores(lives[phase][side]);
      }
      kinds.push_back(std::move(kind));
    }
    KnowStandIns(kinds);
    return kinds;
  }

  bool FieldHolds(const FieldKind& kind, const std::string& mutant, const Decisions& decisions) {
    const auto [known, is_new] = fields_hold_.insert({mutant + "/" + kind.Key(), false});
    if (is_new) known->second = !EnumerateField(kind, decisions, kNames, false).violation;
    return known->second;
  }
  bool LifeHolds(int life, const std::string& mutant, const Decisions& decisions) {
    const auto [known, is_new] = lives_hold_.insert({{life, mutant}, false});
    if (is_new) known->second = !EnumerateLife(lives_[static_cast<std::size_t>(life)], decisions, kNames).violation;
    return known->second;
  }

  Dice dice_;
  std::map<std::string, std::vector<Field>> fields_;   // by mutant; empty: the engine's own decisions
  std::vector<Both<LifeRule>> lives_;
  std::map<std::string, bool> fields_hold_;
  std::map<std::pair<int, std::string>, bool> lives_hold_;
};

std::string Shown(const RuleSets::Drawn& drawn) {
  std::string text = drawn.mutant.empty() ? "with the engine's own decisions:" : "with the defect " + drawn.mutant + ":";
  for (const std::vector<FieldKind>& field : drawn.rules.fields) {
    for (const FieldKind& kind : field) text += " " + kind.Key();
  }
  return text;
}

// Why the certificate refuses the set.
std::string Refusal(const RuleSets::Drawn& drawn) {
  if (*drawn.refused == kNoField) {
    for (const Both<LifeRule>& life : drawn.rules.lives) {
      const LifeResult result = EnumerateLife(life, drawn.rules.decisions, kNames);
      if (result.violation) return "its life: " + result.violation->sentence + " " + ::testing::PrintToString(result.violation->trace);
    }
  }
  for (const FieldKind& kind : drawn.rules.fields[static_cast<std::size_t>(*drawn.refused)]) {
    const FieldResult result = EnumerateField(kind, drawn.rules.decisions, kNames);
    if (!result.violation) continue;
    std::string text = kind.Key() + ": " + result.violation->sentence;
    for (const std::string& step : result.violation->trace) text += "\n    " + step;
    return text;
  }
  return "";
}

class BruteForceTest : public ::testing::TestWithParam<int> {};

// Both ways: what is certified goes wrong in no history, and of what is refused a history is found that does.
TEST_P(BruteForceTest, TheCertificateSaysWhatHappens) {
  RuleSets sets(kSeed + static_cast<std::uint64_t>(GetParam()));
  int certified = 0, refused = 0;
  std::int64_t histories = 0;
  for (int set = 0; set < kRuleSets; ++set) {
    const RuleSets::Drawn drawn = sets.Next();
    if (!drawn.refused) {
      ++certified;
      for (int i = 0; i < kHistories; ++i, ++histories) {
        const std::uint64_t seed = sets.Seed();
        const std::optional<std::string> wrong = Simulation(drawn.rules, seed).Run();
        ASSERT_FALSE(wrong) << "certified, and " << *wrong << ", in the rule set " << set << " with the seed " << seed << ", " << Shown(drawn);
      }
      continue;
    }
    ++refused;
    const std::uint64_t seed = sets.Seed();
    bool goes_wrong = false;
    for (std::uint64_t i = 0; i < kSearchMax && !goes_wrong; ++i, ++histories) goes_wrong = Simulation(drawn.rules, seed + i, *drawn.refused).Run().has_value();
    ASSERT_TRUE(goes_wrong) << "refused, and no history goes wrong, of the rule set " << set << " " << Shown(drawn) << "\n" << Refusal(drawn);
  }
  std::cout << kRuleSets << " rule sets of " << sets.kinds() << " kinds of fields: " << certified << " certified, none goes wrong; " << refused
            << " refused, each goes wrong somewhere; " << histories << " histories\n";
  EXPECT_GT(certified, kRuleSets / 4);
  EXPECT_GT(refused, kRuleSets / 10);
}

INSTANTIATE_TEST_SUITE_P(Shards, BruteForceTest, ::testing::Range(0, kShards), [](const auto& shard) { return std::to_string(shard.param); });

}  // namespace
}  // namespace entente::certificate
