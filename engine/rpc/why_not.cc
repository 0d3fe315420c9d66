#include "engine/rpc/why_not.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/core/calendar.h"
#include "engine/pipeline/decide.h"
#include "engine/pipeline/evidence.h"
#include "engine/pipeline/messages.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/run.h"
#include "engine/pipeline/window.h"
#include "engine/rpc/views.h"
#include "entente/sync/v1/sync.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;
using Cause = v1::WhyNotResponse::Cause;

Cause* AddCause(v1::WhyNotResponse* out, std::string_view reason, std::string sentence, std::string remedy) {
  Cause* cause = out->add_causes();
  cause->set_reason(absl::AsciiStrToUpper({reason.data(), reason.size()}));
  cause->set_sentence(std::move(sentence));
  cause->set_remedy(std::move(remedy));
  return cause;
}

void Cite(const std::string& rule, const RuleSource& source, Cause* cause) {
  cause->set_rule(rule);
  if (!source.file.empty()) cause->set_rule_source(absl::StrCat(source.file, ":", source.line));
}

// The condition, and what it read of the records.
void CiteCondition(const FormulaPtr& formula, const EntityRule& entity, const Link& link, Cause* cause) {
  if (!formula) return;
  cause->set_condition(formula->text());
  for (Side side : kSides) {
    for (const std::string& path : formula->reads()[side]) {
      const std::string root(NativeRoot(path));
      const Value& value = NativeOf(link.members[side].shadow, root);
      if (link.members[side].presence != Presence::kNone) Show(Shown(&entity, side, root, value), &(*cause->mutable_read())[root]);
    }
  }
}

void AddEngineCauses(const Pack& pack, const InstanceStatus& status, v1::WhyNotResponse* out) {
  const MachineStatus& machine = status.machine;
  if (!status.problem_reason.empty()) AddCause(out, status.problem_reason, status.problem, "See: entente doctor");
  if (machine.apply.running) {
    AddCause(out, "PLAN_ACTIVE", "A plan is being applied: nothing else is written until it ends.", "Wait for it: entente apply");
  } else if (machine.observing) {
    AddCause(out, "OBSERVING", "The engine observes: it reads both systems, decides nothing and writes nothing.", "entente resume");
  } else if (machine.paused) {
    AddCause(out, "PAUSED", "The engine is paused: it decides and sends nothing.", "entente resume");
  }
  for (const Side side : kSides) {
    const MachineStatus::SideStatus& at = machine.sides[side];
    const std::string& name = pack.sides[side].name;
    if (!at.connected && !at.refused_reason.empty()) {
      AddCause(out, "SESSION_REFUSED", absl::StrCat("There is no session of ", name, ": ", at.refused_reason), "Correct what the sentence names; the connector tries again by itself.");
    } else if (!at.connected) {
      AddCause(out, "SESSION_MISSING", absl::StrCat("The connector of ", name, " is not connected."), "Start it, and look at its log.");
    } else if (!at.statistics.trouble_code.empty()) {
      AddCause(out, at.statistics.trouble_code, at.statistics.trouble_text, "See: entente doctor");
    }
  }
}

std::int64_t NumberOf(const WorkItem& item, std::string_view name) {
  const auto* number = FieldOf(item.details, name).As<std::int64_t>();
  return number ? *number : 0;
}

class Obstacles {
 public:
  Obstacles(Turn& turn, const EntityRule& entity, const Link& link, const InstanceStatus& status, v1::WhyNotResponse* out)
      : turn_(turn), pack_(turn.pack()), entity_(entity), link_(link), status_(status), out_(out) {}

  void Add() {
    if (link_.parked) AddParked();
    for (const auto& [reason, item] : link_.items) {
      if (!told_.contains(item)) AddItem(reason, item);
    }
    for (const Side side : kSides) {
      if (link_.owed[side]) AddDelivery(side);
      AddPresence(side);
    }
    for (const Side side : kSides) AddMissing(side);
    AddDocument();
    if (!link_.parked) AddExistence();
    if (link_.linked()) AddDifferences();
    if (!out_->causes().empty()) return;
    if (link_.linked()) {
      AddCause(out_, "NOTHING_IN_THE_WAY", "The record is on both sides and nothing is owed.", "To see why a field holds what it holds: entente explain");
    } else if (link_.Has(Here()) && IsBeingListed(Other(Here()))) {
      const Side there = Other(Here());
      AddCause(out_, "LISTING_INCOMPLETE", absl::StrCat("Nothing is made in ", pack_.sides[there].name, " before everything there was listed, and the listing of ", pack_.sides[there].name, "/", entity_.sides[there].resource, " is not complete."), "Wait for its end: entente status");
    } else if (link_.Has(Side::kLeft) || link_.Has(Side::kRight)) {
      AddCause(out_, "NOT_DECIDED_YET", "The record is known on one side and will be decided.", "Wait for the next turn, or see: entente history");
    } else {
      AddCause(out_, "GONE", "There is no such record on either side any more.", "See: entente history");
    }
  }

 private:
  std::string Named(Side side, const std::string& resource, const std::string& key) const { return absl::StrCat(pack_.sides[side].name, "/", resource, "/", key); }
  std::string Named(const Link& link) const {
    const Side side = link.members[Side::kLeft].key.empty() ? Side::kRight : Side::kLeft;
    return absl::StrCat(link.entity, " ", Named(side, link.members[side].resource, link.members[side].key));
  }
  // Where the record is alone.
  Side Here() const { return link_.Has(Side::kLeft) ? Side::kLeft : Side::kRight; }

  bool IsBeingListed(Side side) const {
    const std::string& resource = entity_.sides[side].resource;
    return !resource.empty() && std::any_of(status_.machine.runs.begin(), status_.machine.runs.end(), [&](const RunState& run) { return run.pending.contains(ListingToken(side, resource)); });
  }

  void Tell(WorkItemId item, Cause* cause) {
    cause->set_work_item(item);
    if (item != 0) told_.insert(item);
  }
  WorkItemId GroupItem(const std::string& group) const {
    const auto found = status_.machine.open_groups.find(group);
    return found == status_.machine.open_groups.end() ? 0 : found->second;
  }
  static std::string Resolve(WorkItemId item, const WorkItem* known) {
    return absl::StrCat("entente items resolve ", item, " ", known && !known->choices.empty() ? absl::StrJoin(known->choices, "|") : "dismiss");
  }
  // The open work item of a reason; 0 when there is none. A reason may carry what it is about: "dead_letter:ssm".
  WorkItemId ItemOf(std::string_view reason) const {
    for (const auto& [name, item] : link_.items) {
      if (std::string_view(name).substr(0, name.find(':')) == reason) return item;
    }
    return 0;
  }

  // ------------------------------------------------------------------------------------------------ what it is parked for

  void AddParked() {
    const Parking& parked = *link_.parked;
    if (parked.reason == "delete_held") return AddHeldDelete();
    // Told by the delivery, with the hour.
    if (parked.reason == kWindowClosed) return;
    const std::vector<std::string> wait = absl::StrSplit(parked.wait, absl::MaxSplits(':', 1));
    if (wait[0] == "approval") return AddApproval(wait[1]);
    if (const auto check = std::find_if(entity_.checks.begin(), entity_.checks.end(), [&](const Check& each) { return each.name == parked.reason; }); check != entity_.checks.end()) {
      return AddCheck(*check);
    }
    const WorkItemId item = parked.item != 0 ? parked.item : ItemOf(parked.reason);
    const WorkItem* known = item == 0 ? nullptr : turn_.FindWork(item);
    Cause* cause = AddCause(out_, parked.reason, absl::StrCat(SentenceOf(parked.reason, known), Awaited(parked.wait)), item != 0 ? Resolve(item, known) : "It goes on by itself when what it waits for has come.");
    Tell(item, cause);
    CiteLife(parked.reason, cause);
    if (parked.reason == "awaiting_state") {
      Cite(entity_.name + ".triggers.on_state", entity_.triggers.source, cause);
      CiteCondition(entity_.triggers.on_state, entity_, link_, cause);
    }
    if (wait[0] == "link") cause->set_link(std::strtoull(wait[1].c_str(), nullptr, 10));
  }

  std::string SentenceOf(const std::string& reason, const WorkItem* item) const {
    if (item && !item->message_en.empty()) return item->message_en;
    const std::string_view known = ExplainReason(pack_, reason);
    return known.empty() ? absl::StrCat("The record waits: ", reason, ".") : std::string(known);
  }

  // What a wait key stands for, for people.
  std::string Awaited(const std::string& wait) {
    const std::vector<std::string> parts = absl::StrSplit(wait, absl::MaxSplits(':', 3));
    const auto side = [&](std::size_t at) { return parts.size() > at && parts[at] == "0" ? Side::kLeft : Side::kRight; };
    if (parts[0] == "link" && parts.size() == 3) {
      const LinkId id = std::strtoull(parts[1].c_str(), nullptr, 10);
      const Link* parent = turn_.FindLink(id);
      return absl::StrCat(" It waits for ", parent ? Named(*parent) : "a record", " to be in ", pack_.sides[side(2)].name, "; why it is not: entente why-not link:", id, ".");
    }
    if (parts[0] == "record" && parts.size() == 4) return absl::StrCat(" It waits for ", Named(side(1), parts[2], parts[3]), ", which the engine has not seen.");
    if (parts[0] == "listing" && parts.size() >= 3) return absl::StrCat(" It waits for the complete listing of ", pack_.sides[side(1)].name, "/", parts[2], ".");
    if (parts[0] == "creates" && parts.size() >= 3) return absl::StrCat(" It waits for creates under way in ", pack_.sides[side(1)].name, "/", parts[2], ".");
    if (parts[0] == "session") return absl::StrCat(" It waits for a session of ", pack_.sides[side(1)].name, ".");
    return "";
  }

  // The rule that parks records born here.
  void CiteLife(const std::string& reason, Cause* cause) const {
    const LifeRule& born = entity_.LifeIn(link_.phase, Here());
    if (reason != born.create_reason) return;
    Cite(absl::StrCat(entity_.name, ".life.", pack_.sides[Here()].name, ".create"), born.source, cause);
  }

  void AddHeldDelete() {
    const WorkItemId id = ItemOf("held_delete");
    const WorkItem* held = id == 0 ? nullptr : turn_.FindWork(id);
    const Side target = held && held->side == 0 ? Side::kLeft : Side::kRight;
    const WorkItemId group = GroupItem(absl::StrCat("mass_delete:", entity_.name, ":", Index(target)));
    const WorkItem* over = group == 0 ? nullptr : turn_.FindWork(group);
    Cause* cause;
    if (over) {
      cause = AddCause(out_, "MASS_DELETE", absl::StrCat("Its deletion in ", pack_.sides[target].name, " is over the budget: ", NumberOf(*over, "count"), " ", entity_.name, " are to be deleted, ", NumberOf(*over, "spent"),
                                                         " were within a day, and ", NumberOf(*over, "budget"), " are allowed. None is deleted until a person decides."), Resolve(group, over));
      if (id != 0) told_.insert(id);
      Tell(group, cause);
    } else {
      cause = AddCause(out_, "DELETE_HELD", absl::StrCat("Its deletion in ", pack_.sides[target].name, " waits in the hold", held ? absl::StrCat(" until ", FormatTimestamp({held->due_micros})) : "",
                                                         " and is judged together with the others of its window."), "Nothing to do; to keep the record, bring it back where it was deleted.");
      if (held) cause->set_until_micros(held->due_micros);
      Tell(id, cause);
    }
    Cite(absl::StrCat(entity_.name, ".life.", pack_.sides[Other(target)].name, ".delete"), entity_.LifeIn(link_.phase, Other(target)).source, cause);
  }

  // A listing missed more records than may be gone at a time. Which they are is known of the first only (engine/pipeline/run.cc).
  void AddMissing(Side side) {
    const Member& member = link_.members[side];
    if (member.presence != Presence::kPresent) return;
    const WorkItemId group = GroupItem(absl::StrCat("mass_missing:", pack_.sides[side].name, ":", member.resource));
    const WorkItem* item = group == 0 ? nullptr : turn_.FindWork(group);
    if (!item) return;
    const auto* samples = FieldOf(item->details, "samples").As<List>();
    const bool is_named = samples && std::find(samples->begin(), samples->end(), Value(member.key)) != samples->end();
    const std::int64_t count = NumberOf(*item, "count");
    if (!is_named && samples && static_cast<std::int64_t>(samples->size()) >= count) return;
    Cause* cause = AddCause(out_, "MASS_DELETE", absl::StrCat("A listing of ", pack_.sides[side].name, "/", member.resource, " did not hold ", count, " ", entity_.name, is_named ? ", this one among them" : ", perhaps this one among them", "; ", NumberOf(*item, "budget"),
                                                              " are allowed. None is taken for deleted until a person decides."), Resolve(group, item));
    Tell(group, cause);
    Cite(absl::StrCat(entity_.name, ".life.", pack_.sides[side].name, ".delete"), entity_.LifeIn(link_.phase, side).source, cause);
  }

  void AddApproval(const std::string& group) {
    const WorkItemId id = GroupItem(group);
    const WorkItem* item = id == 0 ? nullptr : turn_.FindWork(id);
    const std::string& reason = link_.parked->reason;
    std::string sentence = SentenceOf(reason, item);
    if (reason == "mass_change" && item) absl::StrAppend(&sentence, " ", NumberOf(*item, "spent"), " ", entity_.name, " were changed within the hour, and ", NumberOf(*item, "budget"), " are allowed.");
    Cause* cause = AddCause(out_, reason, std::move(sentence), item ? Resolve(id, item) : "It goes on by itself in a moment.");
    Tell(id, cause);
    if (reason == "approve_creates") Cite(absl::StrCat(entity_.name, ".life.", pack_.sides[Here()].name, ".create"), entity_.LifeIn(link_.phase, Here()).source, cause);
  }

  void AddCheck(const Check& check) {
    const WorkItemId id = ItemOf(check.name);
    Cause* cause = AddCause(out_, check.name, absl::StrCat("A check of the pack does not hold: ", check.message_en), "Correct the record; it is checked again by itself.");
    Tell(id, cause);
    Cite(absl::StrCat(entity_.name, ".check.", check.name), check.source, cause);
    CiteCondition(check.holds, entity_, link_, cause);
  }

  // ------------------------------------------------------------------------------------------------ work items, deliveries

  void AddItem(const std::string& reason, WorkItemId id) {
    // Told by the delivery.
    if (reason.starts_with("dead_letter") && IsDead()) return;
    const WorkItem* item = turn_.FindWork(id);
    std::string sentence = SentenceOf(reason.substr(0, reason.find(':')), item);
    const std::string field(item ? FieldOf(item->details, "field").TextOrEmpty() : "");
    if (!field.empty()) absl::StrAppend(&sentence, " Field: ", field, ".");
    Cause* cause = AddCause(out_, reason.substr(0, reason.find(':')), std::move(sentence), item ? Resolve(id, item) : absl::StrCat("entente items show ", id));
    Tell(id, cause);
    if (const FieldRule* rule = entity_.Field(field)) {
      const FieldPolicy& policy = rule->PolicyIn(link_.phase);
      Cite(absl::StrCat(entity_.name, ".", field), policy.source.file.empty() ? rule->source : policy.source, cause);
    }
    if (entity_.seal && reason == entity_.seal->raises) {
      Cite(entity_.name + ".seal", entity_.seal->source, cause);
      CiteCondition(entity_.seal->when, entity_, link_, cause);
    }
    for (const Check& check : entity_.checks) {
      if (check.name == reason) Cite(absl::StrCat(entity_.name, ".check.", check.name), check.source, cause), CiteCondition(check.holds, entity_, link_, cause);
    }
  }

  bool IsDead() const {
    return std::any_of(kSides.begin(), kSides.end(), [&](Side side) { return link_.owed[side] && link_.owed[side]->state == Delivery::State::kDead; });
  }

  void AddDelivery(Side side) {
    const Delivery& delivery = *link_.owed[side];
    const std::string what = absl::StrCat("A ", std::string(NameOf(delivery.verb)), " for ", pack_.sides[side].name);
    const std::string last = delivery.last_code.empty() ? "" : absl::StrCat(" Last answer: ", delivery.last_code, ": ", delivery.last_text);
    Cause* cause = nullptr;
    switch (delivery.state) {
      case Delivery::State::kQueued:
        if (delivery.lane == Lane::kPaced) {
          cause = AddCause(out_, "PACED", absl::StrCat(what, " waits until ", FormatTimestamp({delivery.not_before_micros}), ": the pack writes the field no more often, unless something else is written with it."), "Nothing to do.");
          cause->set_until_micros(delivery.not_before_micros);
          break;
        }
        cause = AddCause(out_, "QUEUED", absl::StrCat(what, " waits to be sent.", last), "It goes out as soon as the connector takes it.");
        break;
      case Delivery::State::kSent: cause = AddCause(out_, "SENT", absl::StrCat(what, " was sent and is not answered yet."), "Wait for the answer."); break;
      case Delivery::State::kUncertain:
        cause = AddCause(out_, "UNCERTAIN", absl::StrCat(what, " was sent and no answer came; the engine looks whether it had its effect.", last), "Nothing to do: it is searched for before it is repeated.");
        break;
      case Delivery::State::kBackingOff:
        if (delivery.last_code == kWindowClosedCode) {
          cause = AddCause(out_, kWindowClosed, absl::StrCat(what, " waits until ", FormatTimestamp({delivery.not_before_micros}), ": ", delivery.last_text, "."), "Nothing to do: it goes out when the hours open.");
          cause->set_until_micros(delivery.not_before_micros);
          break;
        }
        cause = AddCause(out_, "BACKING_OFF", absl::StrCat(what, " is tried again at ", FormatTimestamp({delivery.not_before_micros}), ".", last), "Nothing to do, unless the last answer names something.");
        cause->set_until_micros(delivery.not_before_micros);
        break;
      case Delivery::State::kDead: {
        const WorkItemId item = ItemOf("dead_letter");
        cause = AddCause(out_, "DEAD_LETTER", absl::StrCat(what, " was refused for good.", last),
                         absl::StrCat("Correct what was refused, then: entente dead-letters retry ", item, "; or give the write up: entente dead-letters discard ", item));
        Tell(item, cause);
        break;
      }
    }
    cause->set_rule(delivery.rule);
    if (const FieldRule* field = entity_.Field(delivery.rule.substr(delivery.rule.find('.') + 1))) Cite(delivery.rule, field->source, cause);
  }

  // ------------------------------------------------------------------------------------------------ existence

  void AddPresence(Side side) {
    const Member& member = link_.members[side];
    if (member.presence == Presence::kDeleted) AddCause(out_, "DELETED", absl::StrCat("The record was deleted in ", pack_.sides[side].name, "."), "See: entente history");
    if (member.presence != Presence::kOutOfScope) return;
    Cause* cause = AddCause(out_, "OUT_OF_SCOPE", absl::StrCat("A condition of the pack leaves the record of ", pack_.sides[side].name, " out: it is kept and no longer updated."), "Change the record, or the pack's condition.");
    Cite(absl::StrCat(entity_.name, ".", pack_.sides[side].name, ".in_scope"), entity_.sides[side].source, cause);
    CiteCondition(entity_.sides[side].in_scope, entity_, link_, cause);
  }

  void AddDocument() {
    if (!link_.document) return;
    for (const std::string& problem : link_.document->problems) AddCause(out_, "DOCUMENT_PROBLEM", problem, "Correct the document and ask again.");
    const std::string& step = link_.document->step;
    if (!step.empty()) AddCause(out_, step == "fresh" ? "reading" : step, absl::StrCat("It was asked for and is on its way (", step, ")."), "Wait for the answer: entente quote show");
  }

  // What the rules of its life say of a record that is on one side only.
  void AddExistence() {
    if (link_.Has(Side::kLeft) == link_.Has(Side::kRight)) return;
    const Side here = Here();
    const LifeVerdict verdict = DecideExistence(turn_, entity_, link_);
    const LifeRule& born = entity_.LifeIn(link_.phase, here);
    const std::string rule = absl::StrCat(entity_.name, ".life.", pack_.sides[here].name, ".create");
    if (verdict.action == LifeVerdict::Action::kWait) {
      const DocumentState* push = nullptr;
      if (entity_.document) {
        for (const DocumentState& state : entity_.document->states) push = state.on_enter == "push" ? &state : push;
      }
      Cite(rule, born.source, AddCause(out_, "ON_DEMAND_ONLY", absl::StrCat("It is written to ", pack_.sides[Other(here)].name, " only when somebody asks for it, and nobody did."),
                                       absl::StrCat("entente quote push ", link_.members[here].key, push ? absl::StrCat(", or set its status to \"", push->label, "\"") : "")));
    } else if (verdict.action == LifeVerdict::Action::kIgnore) {
      Cite(rule, born.source, AddCause(out_, "NOT_OURS", absl::StrCat("What is made in ", pack_.sides[here].name, " stays there: the pack does not take it over."), "Change the pack, if it should travel."));
    } else if (verdict.action == LifeVerdict::Action::kItem && verdict.reason == born.create_reason && out_->causes().empty()) {
      Cite(rule, born.source, AddCause(out_, verdict.reason, SentenceOf(verdict.reason, nullptr), "See: entente items"));
    }
  }

  // Fields that are not as their rules say, and no cause above tells of.
  void AddDifferences() {
    static const std::set<std::string> kInOrder = {"same", "rendering", "observed_only", "own_since_create", "no_such_field", "decided_by_another_version", "column_missing", "other_side_deleted", "no_record_there"};
    static const std::set<std::string> kTold = {"owed", "drift", "undone", "conflict", "approve_change"};
    if (!out_->causes().empty() && link_.parked) return;
    const std::vector<JournalEntry> none;
    for (const FieldRule& field : entity_.fields) {
      const absl::StatusOr<Both<Evidence>> evidence = EvidenceOf(turn_, entity_, link_, field, none);
      if (!evidence.ok()) continue;
      for (Side side : kSides) {
        const Evidence& told = (*evidence)[side];
        if (kInOrder.contains(told.agreement) || kTold.contains(told.agreement) || told.agreement.starts_with("refused:") || told.agreement.starts_with("parked:")) continue;
        Cite(told.rule, told.source, AddCause(out_, told.agreement.substr(0, told.agreement.find(':')), absl::StrCat("The field ", field.name, " of ", pack_.sides[side].name, " is not what its rule gives: ", told.agreement, "."),
                                              absl::StrCat("entente explain link:", link_.id, " --field ", field.name)));
      }
    }
  }

  Turn& turn_;
  const Pack& pack_;
  const EntityRule& entity_;
  const Link& link_;
  const InstanceStatus& status_;
  v1::WhyNotResponse* out_;
  std::set<WorkItemId> told_;
};

}  // namespace

void ExplainWhyNot(Turn& turn, const Link& link, const InstanceStatus& status, v1::WhyNotResponse* out) {
  out->Clear();
  AddEngineCauses(turn.pack(), status, out);
  if (const EntityRule* entity = turn.pack().Entity(link.entity)) return Obstacles(turn, *entity, link, status, out).Add();
  AddCause(out, "NOT_IN_PACK", absl::StrCat("The pack that runs has no entity \"", link.entity, "\": the record is kept and not looked at."), "See: entente pack describe running");
}

void ExplainErased(const Link& link, v1::WhyNotResponse* out) {
  out->Clear();
  const bool is_reported = link.erased->reported[Side::kLeft] || link.erased->reported[Side::kRight];
  Cause* cause = AddCause(out, "ERASED", "Somebody asked to be forgotten: the engine knows nothing of this record any more, and refuses what systems report of it.",
                          is_reported ? "A system still has it: delete it there, or, if it is somebody else now, answer the work item. See: entente items list --reason erased_reported"
                                      : "Nothing is to be done.");
  cause->set_link(link.id);
}

void ExplainUnknown(const Pack& pack, Side side, const std::string& resource, const InstanceStatus& status, v1::WhyNotResponse* out) {
  out->Clear();
  AddEngineCauses(pack, status, out);
  const std::string& name = pack.sides[side].name;
  if (!resource.empty() && pack.EntityOf(side, resource) == nullptr) {
    AddCause(out, "RESOURCE_NOT_IN_PACK", absl::StrCat("The pack maps no resource \"", resource, "\" of ", name, "."), "See: entente pack describe running");
    return;
  }
  AddCause(out, "RECORD_UNKNOWN", absl::StrCat("The engine has no such record of ", name, ": it never saw it, or a condition of the pack leaves it out."),
           "Check the key as the system itself writes it; then: entente poll, or entente reconcile");
  for (const EntityRule& entity : pack.entities) {
    const EntitySide& at = entity.sides[side];
    if (!at.relevant || (!resource.empty() && at.resource != resource)) continue;
    Cause* cause = AddCause(out, "NOT_RELEVANT", absl::StrCat("Of ", name, "/", at.resource, " the pack takes only records for which a condition holds; the others are counted and not kept."), "Look whether it holds for the record.");
    Cite(absl::StrCat(entity.name, ".", name, ".relevant"), at.source, cause);
    cause->set_condition(at.relevant->text());
  }
}

}  // namespace entente
