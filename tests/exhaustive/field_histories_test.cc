// Every history of one field, up to six events, under every policy, pair of phases and kind of column.
//
// The ordinary run goes through a slice: every policy, with each other dimension at its plainest. ENTENTE_EXHAUSTIVE=all goes through all of
// it (tools/exhaustive).
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/exhaustive/field_histories.h"

namespace entente::exhaustive {
namespace {

bool IsWhole() {
  const char* set = std::getenv("ENTENTE_EXHAUSTIVE");
  return set != nullptr && std::string(set) == "all";
}

constexpr int kLength = 6;

std::vector<FieldPolicy> OneWay() {
  std::vector<FieldPolicy> all;
  for (Flow flow : {Flow::kToLeft, Flow::kToRight}) {
    for (OnForeignEdit edit : {OnForeignEdit::kRevert, OnForeignEdit::kKeepAndFlag}) {
      for (bool create_only : {false, true}) {
        FieldPolicy policy;
        policy.flow = flow;
        policy.on_foreign_edit = edit;
        policy.create_only = create_only;
        all.push_back(policy);
      }
    }
  }
  return all;
}

std::vector<FieldPolicy> TwoWay() {
  std::vector<FieldPolicy> all;
  for (int once : {-1, 0, 1}) {
    for (int blanks = 0; blanks < 4; ++blanks) {
      for (ConflictRule conflict : {ConflictRule::kLeft, ConflictRule::kRight, ConflictRule::kNewest, ConflictRule::kAsk}) {
        for (Side tie : kSides) {
          for (OnFirstMeeting meeting : {OnFirstMeeting::kLeft, OnFirstMeeting::kRight, OnFirstMeeting::kFillBlanks, OnFirstMeeting::kAsk}) {
            FieldPolicy policy;
            policy.flow = Flow::kBoth;
            if (once >= 0) policy.set_once_from = static_cast<Side>(once);
            policy.blank = {{blanks & 1 ? BlankRule::kKeeps : BlankRule::kClears, blanks & 2 ? BlankRule::kKeeps : BlankRule::kClears}};
            policy.conflict = conflict;
            policy.tie = tie;
            policy.first_meeting = meeting;
            all.push_back(policy);
          }
        }
      }
    }
  }
  return all;
}

std::vector<FieldPolicy> Policies() {
  std::vector<FieldPolicy> all = {FieldPolicy{}};
  for (const FieldPolicy& policy : OneWay()) all.push_back(policy);
  for (const FieldPolicy& policy : TwoWay()) all.push_back(policy);
  return all;
}

constexpr Holds kWhole = {0, 1, 2, 3};
constexpr Holds kCuts = {0, 1, 2, 2};          // 3 is held as 2
constexpr Holds kRefusesOne = {0, 1, 2, -1};   // 3 is not taken

std::vector<Both<Holds>> Columns() {
  if (!IsWhole()) return {{{kWhole, kWhole}}, {{kCuts, kWhole}}};
  return {{{kWhole, kWhole}}, {{kCuts, kWhole}}, {{kWhole, kCuts}}, {{kRefusesOne, kWhole}}, {{kWhole, kRefusesOne}}, {{kCuts, kRefusesOne}}};
}

// What the other phase may be: nothing moves, either side leads, both lead.
std::vector<FieldPolicy> OtherPhases(const FieldPolicy& own) {
  if (!IsWhole()) return {own};
  FieldPolicy none, left, right, both;
  left.flow = Flow::kToLeft;
  right.flow = Flow::kToRight;
  right.on_foreign_edit = OnForeignEdit::kKeepAndFlag;
  both.flow = Flow::kBoth;
  both.conflict = ConflictRule::kAsk;
  return {own, none, left, right, both};
}

void Print(const char* what, const Count& count, int length = kLength) {
  std::printf("%s: %lld worlds, %lld states, %.3g histories of up to %d events, %lld decisions\n", what, static_cast<long long>(count.worlds), static_cast<long long>(count.states),
              count.histories, length, static_cast<long long>(count.passes));
}

TEST(EveryHistoryOfAField, EndsWhereTheRulesSayAndLosesNothing) {
  Count count;
  for (const FieldPolicy& policy : Policies()) {
    for (const Both<Holds>& holds : Columns()) {
      for (const FieldPolicy& other : OtherPhases(policy)) {
        World world;
        world.policies = {policy, other};
        world.holds = holds;
        const std::string failure = Explore(world, IsWhole() ? kLength : 4, count);
        ASSERT_EQ(failure, "") << "policy: flow " << static_cast<int>(policy.flow) << " conflict " << static_cast<int>(policy.conflict) << " meeting " << static_cast<int>(policy.first_meeting)
                               << " once " << (policy.set_once_from ? static_cast<int>(*policy.set_once_from) : -1) << " blanks " << static_cast<int>(policy.blank[Side::kLeft])
                               << static_cast<int>(policy.blank[Side::kRight]) << " foreign " << static_cast<int>(policy.on_foreign_edit) << " create_only " << policy.create_only
                               << "; other phase: flow " << static_cast<int>(other.flow) << "; left holds 3 as " << int{holds[Side::kLeft][3]} << ", right " << int{holds[Side::kRight][3]};
      }
    }
  }
  Print("fields", count, IsWhole() ? kLength : 4);
}

TEST(EveryHistoryOfAField, OfSixEventsEndsWellUnderPoliciesOfEveryKind) {
  Count count;
  const std::vector<FieldPolicy> all = Policies();
  // Every policy in the whole run above; here each 31st, so that every entry takes each of its values.
  for (std::size_t i = 0; i < all.size(); i += 31) {
    World world;
    world.policies = {all[i], all[(i * 7 + 3) % all.size()]};
    world.holds = {{kCuts, kWhole}};
    ASSERT_EQ(Explore(world, kLength, count), "") << i;
  }
  Print("fields, two phases", count);
}

TEST(EveryHistoryOfAField, AfterAPauseOrWithCoarseTimesEndsWell) {
  Count count;
  for (std::size_t i = 0; const FieldPolicy& policy : TwoWay()) {
    if (++i % (IsWhole() ? 1 : 16) != 0) continue;
    for (Side winner : kSides) {
      World world;
      world.policies = {policy, policy};
      world.holds = {{kWhole, kWhole}};
      world.is_coarse = true;
      world.resume_wins = winner;
      ASSERT_EQ(Explore(world, IsWhole() ? kLength : 4, count), "") << i;
    }
  }
  Print("fields, pauses", count, IsWhole() ? kLength : 4);
}

TEST(EveryHistoryOfAField, OfListsThatAreUnitedKeepsEveryWord) {
  Count count;
  for (OnFirstMeeting meeting : {OnFirstMeeting::kLeft, OnFirstMeeting::kRight, OnFirstMeeting::kFillBlanks, OnFirstMeeting::kAsk}) {
    World world;
    world.policies[0].flow = world.policies[1].flow = Flow::kBoth;
    world.policies[0].conflict = world.policies[1].conflict = ConflictRule::kUnion;
    world.policies[0].first_meeting = world.policies[1].first_meeting = meeting;
    world.holds = {{kWhole, kWhole}};
    world.is_lists = true;
    ASSERT_EQ(Explore(world, kLength, count), "");
  }
  Print("fields, lists", count);
}

}  // namespace
}  // namespace entente::exhaustive
