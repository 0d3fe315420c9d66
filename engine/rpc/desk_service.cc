#include "engine/rpc/desk_service.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/desk/consequences.h"
#include "engine/desk/groups.h"
#include "engine/desk/rule_draft.h"
#include "engine/rpc/grpc_status.h"
#include "engine/rpc/lookups.h"
#include "engine/rpc/plan_wire.h"
#include "engine/rpc/views.h"
#include "engine/runtime/error.h"
#include "entente/sync/v1/desk.grpc.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

using grpc::ServerContext;

constexpr absl::Duration kAskTimeout = absl::Seconds(15);
constexpr std::size_t kAnswersPerCall = 1000;

absl::StatusOr<std::optional<WorkItem::Kind>> KindNamed(const std::string& name) {
  using Kind = WorkItem::Kind;
  if (name.empty()) return std::optional<Kind>();
  for (Kind kind : {Kind::kWorkItem, Kind::kConflict, Kind::kDeadLetter, Kind::kHeldDelete, Kind::kReport}) {
    if (NameOf(kind) == name) return std::optional<Kind>(kind);
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "KIND_UNKNOWN", "A kind is work_item, conflict, dead_letter, held_delete or report.");
}

absl::StatusOr<std::optional<WorkItem::State>> StateNamed(const std::string& name) {
  using State = WorkItem::State;
  if (name == "all") return std::optional<State>();
  for (State state : {State::kOpen, State::kResolved, State::kDismissed}) {
    if (NameOf(state) == (name.empty() ? "open" : name)) return std::optional<State>(state);
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "STATE_UNKNOWN", "A state is open, resolved, dismissed or all.");
}

// Of any request that names kind, reason, entity and field.
template <typename Request>
absl::StatusOr<WorkFilter> FilterOf(const Pack& pack, const Request& request, const std::string& state) {
  WorkFilter filter{.kind = {}, .reason = request.reason(), .entity = request.entity(), .field = request.field(), .state = {}};
  const auto kind = KindNamed(request.kind());
  if (!kind.ok()) return kind.status();
  filter.kind = *kind;
  const auto named = StateNamed(state);
  if (!named.ok()) return named.status();
  filter.state = *named;
  if (absl::Status checked = CheckEntity(pack, filter.entity); !checked.ok()) return checked;
  return filter;
}

void Show(const Pack& pack, const WorkGroup& group, v1::WorkGroup* out) {
  out->set_kind(std::string(NameOf(group.key.kind)));
  out->set_reason(group.key.reason);
  out->set_entity(group.key.entity);
  out->set_field(group.key.field);
  out->set_side(SideName(pack, group.key.side));
  out->set_count(group.count);
  out->set_oldest_micros(group.oldest_micros);
  out->set_newest_micros(group.newest_micros);
  for (WorkItemId sample : group.samples) out->add_samples(sample);
  for (const std::string& choice : group.choices) out->add_choices(choice);
  out->set_message_fr(group.message_fr);
  out->set_message_en(group.message_en);
}

void ShowCounts(const Pack& pack, const WhatIf& what_if, v1::RuleDraft::WhatIf* out) {
  out->set_reached(what_if.reached);
  const auto add = [&](const RuleEffect& effect) {
    for (Side side : kSides) {
      std::int64_t& writes = (*out->mutable_writes())[pack.sides[side].name];
      for (const auto& [verb, count] : effect.writes[side]) writes += count;
      (*out->mutable_spared())[pack.sides[side].name] += effect.spared[side];
    }
    for (const auto& [reason, count] : effect.freed) out->set_freed(out->freed() + count);
    for (const auto& [reason, count] : effect.parked) out->set_parked(out->parked() + count);
  };
  for (const RuleEffect& effect : what_if.rules) add(effect);
  add(what_if.others);
}

class Desk final : public v1::DeskService::Service {
 public:
  Desk(Door& door, const std::atomic<bool>& is_stopping) : door_(door), is_stopping_(is_stopping) {}

  grpc::Status ListWorkGroups(ServerContext* context, const v1::ListWorkGroupsRequest* request, v1::ListWorkGroupsResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const PackPtr pack = instance.pack();
      const absl::StatusOr<WorkFilter> filter = FilterOf(*pack, *request, request->state());
      if (!filter.ok()) return filter.status();
      const absl::StatusOr<WorkGroups> groups = GroupWork(*instance.Snapshot(), *filter, [&] { return IsOver(*context); });
      if (!groups.ok()) return groups.status();
      for (const WorkGroup& group : groups->groups) Show(*pack, group, out->add_groups());
      out->set_items(groups->items);
      out->set_groups_not_shown(groups->groups_not_shown);
      return absl::OkStatus();
    });
  }

  grpc::Status GetConsequences(ServerContext* context, const v1::GetWorkItemRequest* request, v1::Consequences* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const PackPtr pack = instance.pack();
      const absl::StatusOr<WorkItem> item = FindWorkItem(*instance.Snapshot(), request->id());
      if (!item.ok()) return item.status();
      const absl::StatusOr<std::vector<Consequence>> consequences =
          ConsequencesOf(*item, [&](const PlanRequest& wanted) { return instance.MakePlan(wanted, [&] { return IsOver(*context); }); });
      if (!consequences.ok()) return consequences.status();
      Show(*pack, *item, out->mutable_item());
      for (const Consequence& consequence : *consequences) {
        v1::Consequence& shown = *out->add_consequences();
        shown.set_choice(consequence.choice);
        for (const PlannedWrite& write : consequence.writes) Show(*pack, write, shown.add_writes());
        shown.set_writes_count(consequence.writes_count);
        Show(consequence.held, [&] { return shown.add_held(); });
      }
      return absl::OkStatus();
    });
  }

  grpc::Status ResolveWorkGroup(ServerContext* context, const v1::ResolveWorkGroupRequest* request, v1::ResolveWorkGroupResponse* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const PackPtr pack = instance.pack();
      if (request->reason().empty()) {
        return MakeError(absl::StatusCode::kInvalidArgument, "GROUP_REASON_MISSING", "Which items are meant is not said. Name their reason, as the list of groups shows it.");
      }
      const absl::StatusOr<WorkFilter> filter = FilterOf(*pack, *request, "open");
      if (!filter.ok()) return filter.status();
      const std::unique_ptr<StoreSnapshot> snapshot = instance.Snapshot();
      const absl::StatusOr<WorkGroups> groups = GroupWork(*snapshot, *filter, [&] { return IsOver(*context); });
      if (!groups.ok()) return groups.status();
      if (request->count_expected() != 0 && request->count_expected() != groups->items) {
        return MakeError(absl::StatusCode::kFailedPrecondition, "GROUP_CHANGED",
                         absl::StrCat("There are ", groups->items, " open items of this kind, not ", request->count_expected(), ". Look at them again, then answer."));
      }
      for (const WorkGroup& group : groups->groups) {
        if (request->choice() == "dismiss" || std::find(group.choices.begin(), group.choices.end(), request->choice()) != group.choices.end()) continue;
        return MakeError(absl::StatusCode::kInvalidArgument, "CHOICE_UNKNOWN",
                         absl::StrCat("Not every item of the group offers that choice; all of them take: ", absl::StrJoin(group.choices, ", "), group.choices.empty() ? "" : ", ", "dismiss."));
      }
      const absl::StatusOr<std::vector<WorkItemId>> items = ItemsOf(*snapshot, *filter, kAnswersPerCall);
      if (!items.ok()) return items.status();
      out->set_left(groups->items);
      if (request->validate_only()) {
        out->set_resolved(static_cast<std::int64_t>(items->size()));
        return absl::OkStatus();
      }
      for (WorkItemId item : *items) {
        if (IsOver(*context)) break;
        const absl::StatusOr<Fields> answer = instance.Ask(ResolveItem{item, request->choice()}, kAskTimeout);
        // Closed meanwhile, by the records themselves or by somebody else: there is nothing left to answer.
        const bool is_gone = absl::IsFailedPrecondition(answer.status()) || absl::IsNotFound(answer.status());
        if (!answer.ok() && !is_gone) return answer.status();
        out->set_left(out->left() - 1);
        out->set_resolved(out->resolved() + (answer.ok() ? 1 : 0));
      }
      return absl::OkStatus();
    });
  }

  grpc::Status DraftRule(ServerContext* context, const v1::DraftRuleRequest* request, v1::RuleDraft* out) override {
    return With(*context, [&](Instance& instance) -> absl::Status {
      const PackPtr pack = instance.pack();
      const std::unique_ptr<StoreSnapshot> snapshot = instance.Snapshot();
      const absl::StatusOr<WorkItem> item = FindWorkItem(*snapshot, request->id());
      if (!item.ok()) return item.status();
      std::optional<Link> link;
      if (item->link != 0) {
        absl::StatusOr<Link> found = FindLink(*snapshot, item->link);
        if (found.ok()) link = *std::move(found);
      }
      const absl::StatusOr<RuleDraft> draft = entente::DraftRule(*pack, *item, link, request->choice());
      if (!draft.ok()) return draft.status();
      out->set_path(draft->path);
      out->set_value(draft->value);
      out->set_replaces(draft->replaces.file.empty() ? "" : absl::StrCat(draft->replaces.file, ":", draft->replaces.line));
      out->set_pack(draft->pack);
      const absl::StatusOr<std::int64_t> settled = SettledBy(*draft, *snapshot);
      if (!settled.ok()) return settled.status();
      out->set_items(*settled);
      const absl::StatusOr<PackComparison> compared = instance.ComparePack({"draft/pack.yaml", {{"draft/pack.yaml", draft->pack}}}, {}, [&] { return IsOver(*context); });
      if (IsOver(*context)) return compared.status();
      // A rule is worth reading where nothing can be counted yet: a connector is away, the rules are changing.
      if (compared.ok()) ShowCounts(*pack, compared->what_if, out->mutable_what_if());
      else out->set_not_counted(std::string(compared.status().message()));
      return absl::OkStatus();
    });
  }

 private:
  bool IsOver(const ServerContext& context) const { return context.IsCancelled() || is_stopping_; }

  template <typename Do>
  grpc::Status With(const ServerContext& context, Do act) {
    absl::StatusOr<Instance*> instance = door_.AdmitOperator(context);
    if (!instance.ok()) return ToGrpc(instance.status());
    return ToGrpc(act(**instance));
  }

  Door& door_;
  const std::atomic<bool>& is_stopping_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDeskService(Door& door, const std::atomic<bool>& is_stopping) { return std::make_unique<Desk>(door, is_stopping); }

}  // namespace entente
