#pragma once

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/plan/undo.h"
#include "tests/support/ssm_world.h"

namespace entente::testing {

// A snapshot in which only the last entry of a link's journal is left.
class ShortMemory : public StoreSnapshot {
 public:
  ShortMemory(std::unique_ptr<StoreSnapshot> below, LinkId forgotten) : below_(std::move(below)), forgotten_(forgotten) {}
  absl::StatusOr<Fetched> Get(const Wanted& wanted) const override { return below_->Get(wanted); }
  absl::StatusOr<std::vector<Link>> Links(LinkId after, int count_max) const override { return below_->Links(after, count_max); }
  absl::StatusOr<std::vector<WorkItem>> Work(WorkItemId after, int count_max) const override { return below_->Work(after, count_max); }
  absl::StatusOr<std::vector<JournalEntry>> Journal(LinkId link, std::uint64_t after_seq, int count_max) const override {
    absl::StatusOr<std::vector<JournalEntry>> journal = below_->Journal(link, after_seq, count_max);
    if (journal.ok() && link == forgotten_ && !journal->empty()) journal->erase(journal->begin(), journal->end() - 1);
    return journal;
  }
  absl::StatusOr<std::vector<RunState>> Runs() const override { return below_->Runs(); }
  absl::StatusOr<std::vector<PushState>> Pushes() const override { return below_->Pushes(); }
  absl::StatusOr<std::map<std::string, std::string>> Meta() const override { return below_->Meta(); }
  absl::StatusOr<Boot> Load() const override { return below_->Load(); }

 private:
  std::unique_ptr<StoreSnapshot> below_;
  LinkId forgotten_;
};

// A company in agreement: a customer ACME, a prospect PROS with a contact, an article; and operators who undo.
class UndoWorld : public SsmWorld {
 public:
  UndoWorld() {
    SageParty("ACME", "Acme", false, {{"CT_Ville", "Vannes"}});
    SageParty("PROS", "Prospère", true, {{"CT_Ville", "Nantes"}, {"CT_Telephone", "0102030405"}});
    contact = SageContact("PROS", "Durand", "Anne");
    SageArticle("A1", "Chaise", "10.00");
    FirstLoad();
    RunFor(absl::Minutes(10));
    ResetCounts();
  }

  // What moved meanwhile is written during a reconcile; its number.
  std::uint64_t Run() {
    Ask(StartRun{"reconcile", {}});
    Settle();
    return status().runs.front().id;
  }
  Plan UndoOf(UndoRequest request) {
    PlanRequest wanted;
    wanted.undo = request;
    auto plan = MakePlan(wanted);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? *std::move(plan) : Plan();
  }
  Plan UndoOf(std::uint64_t run, LinkId forgotten) {
    PlanRequest wanted;
    wanted.undo = UndoRequest{.scope = {.run = run}};
    const MachineStatus now = status();
    PlanGround ground{.pack = PackPtr(PackPtr(), &pack()), .tuning = tuning, .snapshot = std::make_shared<ShortMemory>(store().Snapshot(), forgotten), .sessions = {}, .now = this->now()};
    for (Side side : kSides) ground.sessions[side] = now.sides[side].session;
    auto plan = entente::MakePlan(ground, wanted, [] { return false; });
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? *std::move(plan) : Plan();
  }
  Plan UndoOf(std::uint64_t run) { return UndoOf(UndoRequest{.scope = {.run = run}}); }
  Plan UndoSince(absl::Time since) { return UndoOf(UndoRequest{.scope = {.since_micros = absl::ToUnixMicros(since)}}); }
  void Pause() { EXPECT_TRUE(Ask(SetPaused{.paused = true, .observing = true}).status.ok()); }
  void Resume() {
    EXPECT_TRUE(Ask(SetPaused{.paused = false}).status.ok());
    Settle();
  }
  // Carries the plan out and goes on; every write of it is made.
  void Undo(const Plan& plan) {
    Pause();
    const auto report = Apply(plan);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_FALSE(report->running) << Story();
    EXPECT_EQ(report->made, report->planned) << (report->refused.empty() ? "" : report->refused.front().reason) << "\n" << Story();
    ResetCounts();
    Resume();
  }

  std::string Account(const std::string& code) { return CrmByExtId("accounts", code); }
  Value City(const std::string& code) { return crm().Field("accounts", Account(code), "city"); }
  // Reasons of what the plan leaves alone.
  static std::multiset<std::string> Left(const Plan& plan) {
    std::multiset<std::string> reasons;
    for (const LeftAlone& left : plan.left) reasons.insert(left.reason);
    return reasons;
  }

  std::string contact;
};

}  // namespace entente::testing
