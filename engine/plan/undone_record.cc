#include "engine/plan/undone_record.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/lens/equality.h"
#include "engine/pipeline/project.h"

namespace entente {
namespace {

class Undoing {
 public:
  Undoing(const Pack& pack, const Link& link, Side side, const Written& written, const SessionInfo& session, bool approves)
      : pack_(pack), link_(link), side_(side), written_(written), member_(link.members[side]), entity_(pack.Entity(link.entity)), approves_(approves) {
    const auto resource = session.resources.find(member_.resource);
    if (resource != session.resources.end()) resource_ = &resource->second;
  }

  UndoneRecord Run() {
    if (const std::string why = WhyNot(); !why.empty()) {
      Leave(why);
    } else if (written_.life == Verb::kNone || (IsThere() && written_.was_there)) {
      UndoFields();
    } else if (written_.life == Verb::kDelete) {
      UndoDelete();
    } else {
      UndoCreate();
    }
    return std::move(out_);
  }

 private:
  bool IsThere() const { return member_.presence == Presence::kPresent; }

  // Why nothing of the record is undone.
  std::string WhyNot() const {
    if (!entity_ || !resource_) return "not_in_pack";
    if (entity_->document) return written_.life == Verb::kCreate && side_ != entity_->document->owner ? "pushed_document" : "document";
    if (link_.choices.contains("ensured")) return "ensured";
    const auto& owed = link_.owed[side_];
    if (owed && (owed->state == Delivery::State::kSent || owed->state == Delivery::State::kUncertain)) return "under_way";
    if (member_.presence == Presence::kOutOfScope) return "out_of_scope";
    return "";
  }

  void Leave(std::string reason, const std::string& field = {}, Value ours = {}) {
    Value now = field.empty() ? Value() : FieldOf(member_.shadow, field);
    out_.left.push_back({link_.id, link_.entity, side_, member_.resource, member_.key, field, std::move(ours), std::move(now), std::move(reason)});
  }

  PlannedWrite Write(Verb verb, std::string rule) const {
    PlannedWrite write;
    write.link = link_.id;
    write.entity = link_.entity;
    write.side = side_;
    write.verb = verb;
    write.resource = member_.resource;
    write.key = member_.key;
    write.rule = std::move(rule);
    return write;
  }

  // ---------------------------------------------------------------------------------------------- existence

  void UndoCreate() {
    if (written_.life_since) return Leave("written_since");
    if (!IsThere()) return Leave("deleted_since");
    if (written_.existed) return Leave("existed_before");
    if (!resource_->can_delete) return Leave("not_deletable");
    if (written_.touched || link_.drift.size() > 0 || HasForeignValue()) return Leave("touched");
    out_.write = Write(Verb::kDelete, written_.rule);
    out_.write->before = member_.shadow;
    out_.write->loses = "the record, with what its system keeps of it beyond the fields of the pack";
  }

  // Something was agreed that came from here: a person typed it.
  bool HasForeignValue() const {
    return std::any_of(link_.base.begin(), link_.base.end(), [&](const auto& base) {
      return base.second.source_side == static_cast<int>(Index(side_)) && !base.second.held[side_].IsBlank();
    });
  }

  void UndoDelete() {
    if (member_.presence != Presence::kDeleted || !written_.was_there) return;
    if (written_.touched || written_.life_since) return Leave("came_back");
    if (resource_->can_undelete) {
      out_.write = Write(Verb::kUndelete, written_.rule);
      return;
    }
    if (!resource_->can_create) return Leave("not_creatable");
    if (member_.shadow.empty()) return Leave("values_unknown");
    out_.write = Write(Verb::kCreate, written_.rule);
    if (!entity_->sides[side_].create_key) out_.write->key.clear();
    for (const auto& [name, value] : member_.shadow) {
      if (IsMapped(name) && IsWritable(name, true)) out_.write->writes[name] = value;
    }
    out_.write->loses = absl::StrCat(out_.write->key.empty() ? "its key and " : "", "its history; fields beyond those of the pack; what its system refused to have back");
  }

  // ---------------------------------------------------------------------------------------------- fields

  void UndoFields() {
    if (written_.values_unknown) Leave("values_unknown");
    PlannedWrite write = Write(Verb::kUpdate, "");
    for (const auto& [name, field] : written_.fields) {
      const Value& now = FieldOf(member_.shadow, name);
      if (const std::string why = WhyNot(name, field, now); !why.empty()) {
        Leave(why, name, field.ours);
        continue;
      }
      if (now == field.before) continue;   // our writes came back to where they began
      write.writes[name] = field.before;
      write.before[name] = now;
      write.rule = field.rule;
    }
    if (!write.writes.empty()) out_.write = std::move(write);
  }

  // Why a field is left alone.
  std::string WhyNot(const std::string& name, const WrittenField& field, const Value& now) const {
    if (!IsThere()) return "deleted_since";
    // Our value in another spelling is how its system writes it, or what somebody typed who came since.
    const bool is_ours = field.edited_since ? now == field.ours || (now.IsBlank() && field.ours.IsBlank()) : HoldsTheSame(entity_, side_, name, now, field.ours);
    if (!is_ours || IsGivenHere(name)) return field.written_since ? "written_since" : "edited_since";
    if (field.written_since) return "written_since";
    if (!IsMapped(name)) return "not_in_pack";
    if (!resource_->can_update) return "not_updatable";
    if (!IsWritable(name, false)) return "not_writable";
    return !approves_ && NeedsApproval(name, field.before) ? "needs_approval" : "";
  }

  // Somebody typed our value again, after another one: what both sides agree on came from here.
  bool IsGivenHere(const std::string& native) const {
    return std::any_of(entity_->fields.begin(), entity_->fields.end(), [&](const FieldRule& field) {
      const auto base = link_.base.find(field.name);
      return NativeRoot(field.sides[side_].native) == native && base != link_.base.end() && base->second.source_side == static_cast<int>(Index(side_)) &&
             !base->second.held[side_].IsBlank();
    });
  }

  bool IsMapped(const std::string& native) const {
    return std::any_of(entity_->fields.begin(), entity_->fields.end(), [&](const FieldRule& field) {
      return field.sides[side_].writable() && NativeRoot(field.sides[side_].native) == native;
    });
  }

  bool IsWritable(const std::string& native, bool is_create) const {
    const auto info = std::find_if(resource_->fields.begin(), resource_->fields.end(), [&](const FieldInfo& field) { return field.name == native; });
    return info != resource_->fields.end() && info->writable && (is_create || !info->set_once);
  }

  bool NeedsApproval(const std::string& native, const Value& value) const {
    const LinkScope link(pack_, link_);
    for (const FieldRule& field : entity_->fields) {
      const FieldPolicy& policy = field.PolicyIn(link_.phase);
      if (!policy.approve_when || field.sides[side_].native != native) continue;
      const Value canonical = field.sides[side_].lens ? field.sides[side_].lens->Get(value) : value;
      Scope scope = link.scope();
      scope.value = &canonical;
      const absl::StatusOr<Value> asks = policy.approve_when->Evaluate(scope);
      if (!asks.ok() || !asks->As<bool>() || *asks->As<bool>()) return true;
    }
    return false;
  }

  const Pack& pack_;
  const Link& link_;
  const Side side_;
  const Written& written_;
  const Member& member_;
  const EntityRule* entity_;
  const ResourceInfo* resource_ = nullptr;
  const bool approves_;
  UndoneRecord out_;
};

}  // namespace

UndoneRecord Undo(const Pack& pack, const Link& link, Side side, const Written& written, const SessionInfo& session, bool approves) {
  return Undoing(pack, link, side, written, session, approves).Run();
}

bool HoldsTheSame(const EntityRule* entity, Side side, const std::string& native, const Value& a, const Value& b) {
  if (a == b || (a.IsBlank() && b.IsBlank())) return true;
  if (!entity) return false;
  // Compared as they stand, not through their lenses: text that several share is more than any one of them reads.
  const auto holds = [&](const FieldRule& field) { return field.sides[side].native == native; };
  return std::any_of(entity->fields.begin(), entity->fields.end(), holds) &&
         std::all_of(entity->fields.begin(), entity->fields.end(), [&](const FieldRule& field) { return !holds(field) || EqualModulo(field.equality, a, b); });
}

}  // namespace entente
