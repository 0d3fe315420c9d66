#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <tuple>

#include "tests/undo/undo_world.h"

namespace entente::testing {
namespace {

enum class Act { kEditSage, kEditCrm, kEditContact, kNewContact, kDeleteContact, kSettle, kReconcile, kScopeBegins, kCount };

// A field of a record, as its system names it.
using Spot = std::tuple<Side, std::string, std::string, std::string>;

// Days of edits by people and runs of the engine, then an undo of what was written since some moment of them.
//
// What the engine wrote and what people typed is noted here, beside the engine: the law does not rest on its journal.
class Days {
 public:
  Days() : since_(world_.now()) { contacts_.push_back(world_.contact); }

  void Do(Act act, int which, int value) {
    world_.Advance(absl::Minutes(1));
    const std::string text = "0" + std::to_string(100'000'000 + value);
    switch (act) {
      case Act::kEditSage: Type(Side::kLeft, "party", which % 2 == 0 ? "ACME" : "PROS", which % 3 == 0 ? "CT_Telephone" : "CT_Ville", text); break;
      case Act::kEditCrm: Type(Side::kRight, "accounts", world_.Account("PROS"), which % 3 == 0 ? "phone" : "city", text); break;
      case Act::kEditContact: EditContact(contacts_[static_cast<std::size_t>(which) % contacts_.size()], text); break;
      case Act::kNewContact: contacts_.push_back(world_.SageContact("PROS", "Nom" + std::to_string(contacts_.size()), "P")); break;
      case Act::kDeleteContact: world_.sage().Delete("contact", contacts_[static_cast<std::size_t>(which) % contacts_.size()]); break;
      case Act::kSettle: world_.Settle(); break;
      case Act::kReconcile: world_.Reconcile(); break;
      case Act::kScopeBegins: since_ = world_.now(); break;
      case Act::kCount: break;
    }
    NoteWrites();
  }

  void Check() {
    world_.Reconcile();
    world_.RunFor(absl::Minutes(20));
    NoteWrites();
    // Budgets have their own tests.
    const Plan plan = world_.UndoOf(UndoRequest{.scope = {.since_micros = absl::ToUnixMicros(since_)}, .deletes_max = 1000});
    for (const PlannedWrite& write : plan.writes) CheckWrite(write);
    const auto before = Everything();
    world_.Undo(plan);
    RC_ASSERT(world_.writes() == 0);   // since it was carried out: nothing is written over
    CheckRest(plan, before);
    RC_ASSERT(world_.UndoSince(since_).writes.empty());
    world_.Reconcile();
    RC_ASSERT(world_.writes() == 0);
  }

 private:
  void Type(Side side, const std::string& resource, const std::string& key, const std::string& field, const Value& value) {
    NoteWrites();
    if (world_.system(side).Field(resource, key, field) == value) return;
    world_.system(side).Edit(resource, key, {{field, value}});
    touched_.insert({side, resource, key});
  }
  void EditContact(const std::string& contact, const std::string& text) {
    const std::string there = world_.Partner(Side::kLeft, "contact", contact);
    if (there.empty() || world_.crm().Find("contacts", there)->deleted) return;
    Type(Side::kRight, "contacts", there, "phone1", text);
  }
  // What we wrote last.
  void NoteWrites() {
    for (; noted_ < world_.performed().size(); ++noted_) {
      const auto& [side, operation] = world_.performed()[noted_];
      for (const auto& [name, value] : operation.fields) ours_[{side, operation.resource, operation.key, name}] = value;
    }
  }
  void CheckWrite(const PlannedWrite& write) {
    const SimSystem::Record* record = world_.system(write.side).Find(write.resource, write.key);
    if (write.verb == Verb::kUpdate) {
      RC_ASSERT(record && !record->deleted);
      for (const auto& [name, value] : write.writes) {
        const auto ours = ours_.find({write.side, write.resource, write.key, name});
        RC_ASSERT(ours != ours_.end());
        RC_ASSERT(ours->second == FieldOf(record->fields, name));
      }
    } else if (write.verb == Verb::kDelete) {
      RC_ASSERT(record && !record->deleted);
      RC_ASSERT(!touched_.contains({write.side, write.resource, write.key}));
    } else {
      RC_ASSERT(write.verb == Verb::kCreate);
    }
  }
  std::map<std::tuple<Side, std::string, std::string>, std::pair<Fields, bool>> Everything() {
    std::map<std::tuple<Side, std::string, std::string>, std::pair<Fields, bool>> all;
    for (Side side : kSides) {
      for (const std::string& resource : world_.system(side).ResourceNames()) {
        for (const auto& [key, record] : world_.system(side).at(resource).records) all[{side, resource, key}] = {record.fields, record.deleted};
      }
    }
    return all;
  }
  // What the plan shows is there, and nothing else changed.
  void CheckRest(const Plan& plan, std::map<std::tuple<Side, std::string, std::string>, std::pair<Fields, bool>> expected) {
    std::size_t made = 0;
    for (const PlannedWrite& write : plan.writes) {
      if (write.verb == Verb::kCreate) {
        ++made;
        continue;
      }
      auto& [fields, deleted] = expected.at({write.side, write.resource, write.key});
      deleted = write.verb == Verb::kDelete;
      for (const auto& [name, value] : write.writes) {
        if (value.IsNull()) fields.erase(name);
        else fields[name] = value;
      }
    }
    const auto now = Everything();
    RC_ASSERT(now.size() == expected.size() + made);
    for (const auto& [place, record] : expected) {
      RC_ASSERT(now.at(place).second == record.second);
      Fields fields = now.at(place).first;
      erase_if(fields, [](const auto& field) { return field.second.IsNull(); });
      RC_ASSERT(fields == record.first);
    }
  }

  UndoWorld world_;
  absl::Time since_;
  std::vector<std::string> contacts_;
  std::map<Spot, Value> ours_;
  std::set<std::tuple<Side, std::string, std::string>> touched_;
  std::size_t noted_ = 0;
};

RC_GTEST_PROP(UndoLaws, OnlyValuesOfOursAreTakenBackAndASecondUndoIsEmpty, ()) {
  Days days;
  const auto act = rc::gen::tuple(rc::gen::inRange(0, static_cast<int>(Act::kCount)), rc::gen::inRange(0, 6), rc::gen::inRange(1, 9));
  for (const auto& [what, which, value] : *rc::gen::container<std::vector<std::tuple<int, int, int>>>(act)) days.Do(static_cast<Act>(what), which, value);
  days.Check();
}

TEST(UndoLaws, HoldForADayOfEverything) {
  Days days;
  days.Do(Act::kScopeBegins, 0, 0);
  days.Do(Act::kEditSage, 0, 1);
  days.Do(Act::kEditCrm, 1, 2);
  days.Do(Act::kNewContact, 0, 0);
  days.Do(Act::kReconcile, 0, 0);
  days.Do(Act::kEditSage, 1, 3);
  days.Do(Act::kEditContact, 0, 4);
  days.Do(Act::kSettle, 0, 0);
  days.Do(Act::kDeleteContact, 0, 0);
  days.Do(Act::kEditCrm, 1, 5);
  days.Check();
}

}  // namespace
}  // namespace entente::testing
