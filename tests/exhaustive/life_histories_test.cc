// Every state of a record's existence, under every pair of lives, against a table of its own; and that a pass leads to rest.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <vector>

#include "engine/core/life.h"

namespace entente::exhaustive {
namespace {

using Action = LifeVerdict::Action;

bool IsWhole() {
  const char* set = std::getenv("ENTENTE_EXHAUSTIVE");
  return set != nullptr && std::string(set) == "all";
}

std::vector<LifeRule> Rules(bool all) {
  std::vector<LifeRule> rules;
  for (int create = 0; create < 5; ++create) {
    for (int remove = 0; remove < 6; ++remove) {
      for (int born = -1; born < (all ? 6 : 0); ++born) {
        for (bool approve : {false, true}) {
          if (approve && !all) continue;
          LifeRule rule;
          rule.create = static_cast<CreateRule>(create);
          rule.on_delete = static_cast<DeleteRule>(remove);
          if (born >= 0) rule.on_delete_if_born_here = static_cast<DeleteRule>(born);
          rule.approve_delete = approve;
          rule.never_delete_item = "asked";
          rules.push_back(rule);
        }
      }
    }
  }
  return rules;
}

struct Facts {
  std::array<Presence, 2> presence{};
  int origin = 0;
  bool referenced = false, never = false, first_load = false, approved = false, push = false;
};

std::vector<Facts> AllFacts() {
  std::vector<Facts> all;
  for (int code = 0; code < 4 * 4 * 2 * 32; ++code) {
    Facts facts;
    facts.presence = {static_cast<Presence>(code & 3), static_cast<Presence>((code >> 2) & 3)};
    facts.origin = (code >> 4) & 1;
    facts.referenced = code & 32;
    facts.never = code & 64;
    facts.first_load = code & 128;
    facts.approved = code & 256;
    facts.push = code & 512;
    all.push_back(facts);
  }
  return all;
}

// What may be done to the other side's record, told by the words of the rule alone.
struct Allowed {
  bool create = false, remove = false, mark = false, restore = false, unlink = false;
};

Allowed AllowedBy(const Facts& facts, const std::array<const LifeRule*, 2>& rules) {
  Allowed allowed;
  const auto is = [&](int side, Presence presence) { return facts.presence[static_cast<std::size_t>(side)] == presence; };
  for (int here : {0, 1}) {
    const int there = 1 - here;
    if (!is(here, Presence::kPresent)) continue;
    if (is(there, Presence::kNone)) {
      const CreateRule create = rules[static_cast<std::size_t>(here)]->create;
      allowed.create = create == CreateRule::kAllowed || (create == CreateRule::kApprove && facts.approved) || (create == CreateRule::kOnDemand && facts.push);
    }
    if (is(there, Presence::kDeleted) && !facts.never) {
      const LifeRule& gone = *rules[static_cast<std::size_t>(there)];
      const DeleteRule rule = facts.origin == there && gone.on_delete_if_born_here ? *gone.on_delete_if_born_here : gone.on_delete;
      const bool may = !gone.approve_delete || facts.approved;
      const bool marks = rule == DeleteRule::kMark || (rule == DeleteRule::kMarkIfReferenced && facts.referenced);
      const bool removes = rule == DeleteRule::kPropagate || (rule == DeleteRule::kMarkIfReferenced && !facts.referenced);
      allowed.remove = removes && may;
      allowed.mark = marks && may;
      allowed.restore = rule == DeleteRule::kRestore;
      allowed.unlink = rule == DeleteRule::kUnlink;
    }
  }
  return allowed;
}

LifeVerdict Ask(const Facts& facts, const std::array<const LifeRule*, 2>& rules) {
  LifeSituation s;
  for (Side side : kSides) {
    s.presence[side] = facts.presence[Index(side)];
    s.rules[side] = rules[Index(side)];
  }
  s.origin = static_cast<Side>(facts.origin);
  s.referenced = facts.referenced;
  s.never_delete = facts.never;
  s.first_load = facts.first_load;
  s.approved = facts.approved;
  s.push_wanted = facts.push;
  return DecideLife(s);
}

// Empty: as it should be.
std::string Judge(const Facts& facts, const std::array<const LifeRule*, 2>& rules) {
  const LifeVerdict verdict = Ask(facts, rules);
  const Allowed allowed = AllowedBy(facts, rules);
  const auto presence = facts.presence;
  const bool in_scope = presence[0] != Presence::kOutOfScope && presence[1] != Presence::kOutOfScope;
  const int there = static_cast<int>(presence[0] == Presence::kPresent) + static_cast<int>(presence[1] == Presence::kPresent);
  if (!in_scope || there == 0) return verdict.action == Action::kNothing ? "" : "something is done where nothing is to be done";
  if (there == 2) return verdict.action == Action::kMerge ? "" : "two records are not compared";
  const std::size_t missing = presence[0] == Presence::kPresent ? 1 : 0;
  switch (verdict.action) {
    case Action::kCreate: return !allowed.create ? "a record is made that no rule allows" : Index(verdict.side) == missing ? "" : "it is made on the wrong side";
    case Action::kDelete: return !allowed.remove ? "a record is deleted that no rule orders" : Index(verdict.side) != missing ? "" : "what is gone is deleted";
    case Action::kMark: return !allowed.mark ? "a record is marked that no rule orders" : Index(verdict.side) != missing ? "" : "what is gone is marked";
    case Action::kRestore: return !allowed.restore ? "a record comes back that no rule restores" : Index(verdict.side) == missing ? "" : "it comes back on the wrong side";
    case Action::kUnlink: return allowed.unlink ? "" : "a pair is forgotten that no rule unlinks";
    case Action::kPark:
    case Action::kApprove:
    case Action::kItem:
      if (allowed.create || allowed.remove || allowed.mark || allowed.restore || allowed.unlink) return "what a rule orders waits";
      return verdict.reason.empty() ? "something waits without a reason" : "";
    case Action::kWait: return rules[1 - missing]->create == CreateRule::kOnDemand && !allowed.create ? "" : "it waits for nobody";
    case Action::kIgnore: return rules[1 - missing]->create == CreateRule::kIgnore && presence[missing] == Presence::kNone ? "" : "a record is passed over";
    case Action::kNothing:
    case Action::kMerge: return "a record on one side alone is neither acted upon nor shown";
  }
  return "";
}

// The pass is carried out; another one has nothing more to do.
std::string Rest(Facts facts, const std::array<const LifeRule*, 2>& rules) {
  for (int pass = 0; pass < 3; ++pass) {
    const LifeVerdict verdict = Ask(facts, rules);
    const std::size_t side = Index(verdict.side);
    switch (verdict.action) {
      case Action::kCreate:
      case Action::kRestore: facts.presence[side] = Presence::kPresent; break;
      case Action::kDelete: facts.presence[side] = Presence::kDeleted; break;
      case Action::kUnlink: facts.presence[1 - side] = Presence::kNone; return "";
      default: return "";
    }
  }
  return "passes do not end";
}

TEST(EveryStateOfALife, IsAnsweredAsItsRuleSays) {
  const std::vector<LifeRule> one = Rules(true), other = Rules(IsWhole());
  const std::vector<Facts> all = AllFacts();
  long long states = 0;
  for (const LifeRule& first : one) {
    for (const LifeRule& second : other) {
      for (int swap : {0, 1}) {
        const std::array<const LifeRule*, 2> rules = swap == 0 ? std::array{&first, &second} : std::array{&second, &first};
        for (const Facts& facts : all) {
          ++states;
          std::string wrong = Judge(facts, rules);
          if (wrong.empty()) wrong = Rest(facts, rules);
          ASSERT_EQ(wrong, "") << "left " << static_cast<int>(facts.presence[0]) << " right " << static_cast<int>(facts.presence[1]) << " create " << static_cast<int>(rules[0]->create) << "/"
                               << static_cast<int>(rules[1]->create) << " delete " << static_cast<int>(rules[0]->on_delete) << "/" << static_cast<int>(rules[1]->on_delete);
        }
        if (!IsWhole()) break;
      }
    }
  }
  std::printf("lives: %lld states under %zu pairs of rules\n", states, one.size() * other.size());
}

}  // namespace
}  // namespace entente::exhaustive
