#include <gtest/gtest.h>

#include <functional>

#include "engine/core/life.h"

// The situations of a link's life are few enough to look at every one.
namespace entente {
namespace {

using Action = LifeVerdict::Action;

constexpr Presence kPresences[] = {Presence::kNone, Presence::kPresent, Presence::kDeleted, Presence::kOutOfScope};
constexpr CreateRule kCreates[] = {CreateRule::kAllowed, CreateRule::kPark, CreateRule::kApprove, CreateRule::kOnDemand, CreateRule::kIgnore};
constexpr DeleteRule kDeletes[] = {DeleteRule::kPropagate, DeleteRule::kMark, DeleteRule::kMarkIfReferenced,
                                   DeleteRule::kRestore,   DeleteRule::kUnlink, DeleteRule::kBlock};

struct Life {
  Both<LifeRule> rules;
  LifeSituation situation;
};

// Rules of one side vary in full; the other side's are drawn along with them, so that every pair of neighbours is met.
void ForEach(const std::function<void(const Life&)>& check) {
  for (Presence left : kPresences)
    for (Presence right : kPresences)
      for (CreateRule create : kCreates)
        for (DeleteRule remove : kDeletes)
          for (int bits = 0; bits < 512; ++bits) {
            Life life;
            life.rules[Side::kLeft].create = create;
            life.rules[Side::kLeft].on_delete = remove;
            life.rules[Side::kRight].create = kCreates[(static_cast<int>(create) + bits) % 5];
            life.rules[Side::kRight].on_delete = kDeletes[(static_cast<int>(remove) + bits) % 6];
            for (Side side : kSides) {
              LifeRule& rule = life.rules[side];
              rule.create_reason = side == Side::kLeft ? "l" : "r";
              rule.approve_delete = (bits & 1) != 0;
              if (bits & 2) rule.on_delete_if_born_here = kDeletes[(bits >> 2) % 6];
              rule.never_delete_item = "vanished";
            }
            LifeSituation& s = life.situation;
            s.presence = {{left, right}};
            s.origin = bits & 4 ? Side::kLeft : Side::kRight;
            s.referenced = (bits & 8) != 0;
            s.never_delete = (bits & 16) != 0;
            s.first_load = (bits & 32) != 0;
            s.approved = (bits & 64) != 0;
            s.push_wanted = (bits & 128) != 0;
            if (bits & 256) s.origin = Other(s.origin);
            s.rules = {{&life.rules[Side::kLeft], &life.rules[Side::kRight]}};
            check(life);
          }
}

bool HasSide(Action action) { return action != Action::kNothing && action != Action::kMerge; }

TEST(LifeLaws, SwappingTheSidesSwapsTheVerdict) {
  ForEach([](const Life& life) {
    const LifeVerdict verdict = DecideLife(life.situation);
    LifeSituation mirror = life.situation;
    mirror.presence = {{life.situation.presence[Side::kRight], life.situation.presence[Side::kLeft]}};
    mirror.rules = {{life.situation.rules[Side::kRight], life.situation.rules[Side::kLeft]}};
    mirror.origin = Other(life.situation.origin);
    const LifeVerdict mirrored = DecideLife(mirror);
    ASSERT_EQ(verdict.action, mirrored.action);
    ASSERT_EQ(verdict.reason, mirrored.reason);
    if (HasSide(verdict.action)) ASSERT_EQ(verdict.side, Other(mirrored.side));
  });
}

TEST(LifeLaws, NothingIsDeletedUnlessARuleOfTheSideThatDeletedOrdersIt) {
  ForEach([](const Life& life) {
    const LifeSituation& s = life.situation;
    const LifeVerdict verdict = DecideLife(s);
    if (verdict.action != Action::kDelete) return;
    const Side gone = Other(verdict.side);
    ASSERT_EQ(s.presence[gone], Presence::kDeleted);
    ASSERT_EQ(s.presence[verdict.side], Presence::kPresent);
    const LifeRule& rule = *s.rules[gone];
    const DeleteRule ordered = rule.on_delete_if_born_here && s.origin == gone ? *rule.on_delete_if_born_here : rule.on_delete;
    ASSERT_TRUE(ordered == DeleteRule::kPropagate || (ordered == DeleteRule::kMarkIfReferenced && !s.referenced));
    ASSERT_FALSE(s.never_delete);
    ASSERT_TRUE(!rule.approve_delete || s.approved);
  });
}

TEST(LifeLaws, NothingIsCreatedUnlessTheSideItWasBornOnMay) {
  ForEach([](const Life& life) {
    const LifeSituation& s = life.situation;
    const LifeVerdict verdict = DecideLife(s);
    if (verdict.action != Action::kCreate) return;
    const Side here = Other(verdict.side);
    ASSERT_EQ(s.presence[here], Presence::kPresent);
    ASSERT_EQ(s.presence[verdict.side], Presence::kNone);
    const CreateRule create = s.rules[here]->create;
    ASSERT_TRUE(create == CreateRule::kAllowed || (create == CreateRule::kApprove && s.approved) || (create == CreateRule::kOnDemand && s.push_wanted));
  });
}

TEST(LifeLaws, ADeletedRecordComesBackOnlyByARuleThatRestores) {
  ForEach([](const Life& life) {
    const LifeSituation& s = life.situation;
    const LifeVerdict verdict = DecideLife(s);
    if (s.presence[Side::kLeft] != Presence::kDeleted && s.presence[Side::kRight] != Presence::kDeleted) return;
    ASSERT_NE(verdict.action, Action::kCreate);
    if (verdict.action != Action::kRestore) return;
    const LifeRule& rule = *s.rules[verdict.side];
    ASSERT_TRUE(rule.on_delete == DeleteRule::kRestore || rule.on_delete_if_born_here == DeleteRule::kRestore);
    ASSERT_EQ(s.presence[verdict.side], Presence::kDeleted);
  });
}

TEST(LifeLaws, WhatIsOutOfScopeOrGoneOnBothSidesIsLeftAlone) {
  ForEach([](const Life& life) {
    const Both<Presence>& p = life.situation.presence;
    const bool left_alone = p[Side::kLeft] == Presence::kOutOfScope || p[Side::kRight] == Presence::kOutOfScope ||
                            (p[Side::kLeft] != Presence::kPresent && p[Side::kRight] != Presence::kPresent);
    if (left_alone) ASSERT_EQ(DecideLife(life.situation).action, Action::kNothing);
  });
}

TEST(LifeLaws, BothThereIsAlwaysAQuestionOfFields) {
  ForEach([](const Life& life) {
    const Both<Presence>& p = life.situation.presence;
    if (p[Side::kLeft] == Presence::kPresent && p[Side::kRight] == Presence::kPresent) ASSERT_EQ(DecideLife(life.situation).action, Action::kMerge);
  });
}

}  // namespace
}  // namespace entente
