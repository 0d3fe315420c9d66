#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>
#include <tuple>

#include "tests/scenarios/rows.h"

// Edits of one contact on both sides, in any order against polls, half-handled events and unreachable systems.
namespace entente::testing {
namespace {

struct TwoWayField {
  const char* sage;
  const char* crm;
};
constexpr std::array kFields = {TwoWayField{"CT_Nom", "lastName"}, TwoWayField{"CT_Telephone", "phone1"}, TwoWayField{"CT_TelPortable", "phone2"},
                                TwoWayField{"CT_EMail", "email"}, TwoWayField{"CT_Skype", "skype"}};

enum class Act { kEditSage, kEditCrm, kClearSage, kClearCrm, kPollSage, kPollCrm, kStep, kDrain, kUnplugCrm, kPlugCrm, kAdvance, kLoseAnswer, kRestart, kCount };

class Interleaving {
 public:
  Interleaving() {
    world_.SageParty("PROS1", "Prospect Un", true);
    Fields all;
    for (const TwoWayField& field : kFields) all[field.sage] = std::string("0 ") + field.sage;
    sage_ = world_.SageContact("PROS1", "x", "Anne", all);
    world_.FirstLoad();
    world_.Settle();
    crm_ = world_.Partner(Side::kLeft, "contact", sage_);
    for (Side side : kSides) world_.system(side).fail = [this](const OperationOut& operation) { return Lose(operation); };
    link_ = world_.LinkOf(Side::kLeft, "contact", sage_)->id;
    Look();
    world_.ResetCounts();
  }

  void Do(Act act, std::size_t field, int value) {
    const std::string text = std::to_string(++edits_made_) + " v" + std::to_string(value);
    switch (act) {
      case Act::kEditSage: Edit(Side::kLeft, field, text); break;
      case Act::kEditCrm: Edit(Side::kRight, field, text); break;
      // A name and an e-mail emptied in the CRM are no edits; a phone is.
      case Act::kClearSage: Edit(Side::kLeft, 1 + field % 2, Value()); break;
      case Act::kClearCrm: Edit(Side::kRight, 1 + field % 2, Value()); break;
      case Act::kPollSage: world_.Poll(Side::kLeft, "contact"); break;
      case Act::kPollCrm: world_.Poll(Side::kRight, "contacts"); break;
      case Act::kStep: Step(); break;
      case Act::kDrain: Drain(); break;
      case Act::kUnplugCrm: world_.crm().reachable = false; break;
      case Act::kPlugCrm: world_.crm().reachable = true; break;
      case Act::kAdvance: world_.Advance(absl::Seconds(value)); break;
      // The next write is done, and nobody hears of it.
      case Act::kLoseAnswer: ++to_lose_; break;
      case Act::kRestart:
        world_.Restart();
        world_.ConnectBoth();
        break;
      case Act::kCount: break;
    }
    Look();
  }

  void Rest() {
    world_.crm().reachable = true;
    to_lose_ = 0;
    for (int round = 0; round < 12; ++round) {
      world_.Poll();
      Drain();
      world_.Advance(absl::Seconds(40));
      Look();
    }
    RC_ASSERT(world_.Settle());
  }

  // Both sides hold the same, no edit is lost, and nothing was written that nobody caused.
  void Check() {
    RC_ASSERT(world_.status().quiet);
    std::set<std::string> kept = Kept();
    for (std::size_t field = 0; field < kFields.size(); ++field) {
      const Value left = At(Side::kLeft, field);
      const Value right = At(Side::kRight, field);
      RC_ASSERT(left == right || (left.IsBlank() && right.IsBlank()));
      for (Side side : kSides) {
        const Value& last = last_[{side, field}];
        if (last.IsBlank() || last == left) continue;
        // Overwritten: it stood on both sides once, or a conflict keeps it.
        const bool agreed = agreed_.contains({field, last.ToDisplay()});
        if (!agreed && !kept.contains(last.ToDisplay())) RC_FAIL("edit lost: " + last.ToDisplay() + "\n" + world_.Story());
      }
    }
    // A write whose answer was lost may be owed again.
    if (world_.writes() > edits_ + lost_) RC_FAIL("an echo: " + std::to_string(world_.writes()) + " writes for " + std::to_string(edits_) + " edits\n" + world_.Story());
    RC_ASSERT(world_.sage().CountLive("contact") == 1u);
    RC_ASSERT(world_.crm().CountLive("contacts") == 1u);
    world_.ResetCounts();
    world_.Reconcile();
    RC_ASSERT(world_.writes() == 0);
  }

 private:
  void Edit(Side side, std::size_t field, const Value& value) {
    const std::string name = side == Side::kLeft ? kFields[field].sage : kFields[field].crm;
    world_.system(side).Edit(side == Side::kLeft ? "contact" : "contacts", side == Side::kLeft ? sage_ : crm_, {{name, value}});
    last_[{side, field}] = value;
    ++edits_;
  }
  const Value& At(Side side, std::size_t field) {
    return side == Side::kLeft ? world_.sage().Field("contact", sage_, kFields[field].sage) : world_.crm().Field("contacts", crm_, kFields[field].crm);
  }
  void Look() {
    for (std::size_t field = 0; field < kFields.size(); ++field) {
      if (At(Side::kLeft, field) == At(Side::kRight, field)) agreed_.insert({field, At(Side::kLeft, field).ToDisplay()});
    }
  }
  std::optional<OperationResult> Lose(const OperationOut& operation) {
    if (operation.kind != OperationKind::kWrite || to_lose_ == 0) return std::nullopt;
    --to_lose_;
    ++lost_;
    return OperationResult{.kind = OperationResult::Kind::kFailure, .failure = FailureClass::kUncertain};
  }
  bool Step() {
    const bool did = world_.Step();
    Look();
    return did;
  }
  void Drain() {
    for (int i = 0; i < 10'000 && Step(); ++i) {
    }
  }
  std::set<std::string> Kept() {
    std::set<std::string> kept;
    for (const JournalEntry& entry : Told(world_, link_, "conflict")) {
      for (const char* side : {"left", "right"}) kept.insert(FieldOf(entry.details, side).ToDisplay());
    }
    return kept;
  }

  SsmWorld world_;
  std::string sage_, crm_;
  LinkId link_ = 0;
  std::map<std::pair<Side, std::size_t>, Value> last_;
  std::set<std::pair<std::size_t, std::string>> agreed_;
  int edits_ = 0;
  int edits_made_ = 0;
  int to_lose_ = 0, lost_ = 0;
};

RC_GTEST_PROP(SsmPack, SSM_15_AnyInterleavingOfEditsConvergesWithoutEcho, ()) {
  Interleaving interleaving;
  const auto act = rc::gen::tuple(rc::gen::inRange(0, static_cast<int>(Act::kCount)), rc::gen::inRange(0, static_cast<int>(kFields.size())), rc::gen::inRange(1, 9));
  for (const auto& [what, field, value] : *rc::gen::container<std::vector<std::tuple<int, int, int>>>(act)) {
    interleaving.Do(static_cast<Act>(what), static_cast<std::size_t>(field), value);
  }
  interleaving.Rest();
  interleaving.Check();
}

TEST(SsmPack, SSM_15_ContactsMergeFieldByField) {
  Interleaving interleaving;
  interleaving.Do(Act::kEditSage, 1, 1);
  interleaving.Do(Act::kEditCrm, 2, 2);
  interleaving.Do(Act::kEditSage, 0, 3);
  interleaving.Do(Act::kEditCrm, 0, 4);
  interleaving.Rest();
  interleaving.Check();
}

}  // namespace
}  // namespace entente::testing
