#include "engine/pipeline/compose.h"

#include "engine/core/field_step.h"
#include "engine/pipeline/bar.h"
#include "engine/pipeline/work.h"

namespace entente {

Composition::Composition(Turn& turn, const EntityRule& entity, Link& link, Side target)
    : turn_(turn), entity_(entity), link_(link), target_(target), refusals_(turn, entity, link), scope_(turn.pack(), link, turn.micros()) {
  restores_ = link.members[target].presence == Presence::kDeleted;
  if (link.Has(target) || restores_) record_ = link.members[target].shadow;
  delivery_.key = link.members[target].key;
}

absl::StatusOr<bool> Composition::Add(const FieldRule& field, const Value& value, const Value& source_holds, bool first_meeting) {
  const FieldSide& side = field.sides[target_];
  if (!side.writable() || IsAbsent(turn_, field, target_)) return true;
  absl::StatusOr<PutOutcome> put = PutCanonical(turn_, entity_, field, target_, value, record_, scope(),
                                                  {.is_first_meeting = first_meeting, .is_create = !link_.Has(target_) && !restores_});
  if (!put.ok()) return put.status();
  for (std::string& wait : put->waits) waits_.push_back(std::move(wait));
  for (LinkId target : put->targets) targets_.push_back(target);
  if (!field.items.empty()) {
    has_lines_ = true;
    for (std::string& key : put->unresolved) unresolved_.push_back(std::move(key));
  }
  switch (put->kind) {
    case PutOutcome::Kind::kWaits:
      wait_ = waits_.empty() ? "" : waits_.back();
      return false;
    case PutOutcome::Kind::kRefused: return Refuse(field, *put);
    case PutOutcome::Kind::kDropped: return true;
    case PutOutcome::Kind::kWritable: break;
  }
  for (const std::string& note : put->notes) turn_.Count("notes." + note);
  const std::string root(NativeRoot(side.native));
  SetNative(record_, side.native, put->native);
  delivery_.writes[root] = record_[root];
  // Also what we sent and nobody saw since: if it does not stand there any more, that is an edit, or how the system holds it.
  const Value& stands = NativeOf(link_.members[target_].shadow, root);
  if (link_.Has(target_) && !NamesErased(stands)) delivery_.expected[root] = stands;
  BaseField base;
  base.held = BaseAfterWrite(target_, put->image, source_holds);
  base.stand_ins[target_] = put->stand_ins;
  base.rule = entity_.name + "." + field.name;
  base.pack_version = turn_.pack().version;
  base.source_side = static_cast<int>(Index(Other(target_)));
  base.since_micros = turn_.micros();
  base.seen_micros = link_.members[Other(target_)].seen_micros;
  delivery_.settles[field.name] = std::move(base);
  return true;
}

bool Composition::Refuse(const FieldRule& field, const PutOutcome& put) {
  refusals_.Add(field, target_, put.refused, put.label);
  const bool is_label = put.refused == kLabelWithoutPartner || put.refused == kLabelNotChosen;
  if (!is_label || !put.is_required || link_.Has(target_)) return true;
  // Without it the system makes no record at all.
  wait_reason_ = put.refused;
  wait_ = WaitForApproval(LabelGroup(turn_.pack(), target_, entity_.sides[target_].resource, field.sides[target_].native,
                                     put.label.As<List>() ? put.label.ToDisplay() : put.label.TextOrEmpty()));
  return false;
}

absl::StatusOr<bool> Composition::PutBack(const FieldRule& field) {
  const FieldSide& side = field.sides[target_];
  const Fields& held = link_.members[target_].shadow;
  if (!field.target.empty() || !field.items.empty()) {
    // The records it refers to may have other keys by now.
    const absl::StatusOr<Value> value = GetCanonical(turn_, entity_, field, target_, held, scope());
    if (!value.ok()) return value.status();
    const absl::StatusOr<bool> added = Add(field, *value, *value, false);
    delivery_.settles.erase(field.name);
    return added;
  }
  const std::string root(NativeRoot(side.native));
  if (const Value& native = NativeOf(held, root); !native.IsNull()) delivery_.writes.try_emplace(root, native);
  return true;
}

void Composition::Commit() {
  for (const std::string& wait : waits_) Subscribe(turn_, link_, wait);
  for (LinkId target : targets_) turn_.PutRefers(target, link_.id, true);
  if (!has_lines_) return;
  if (unresolved_.empty()) return CloseItem(turn_, link_, "reference_unresolved", "resolved");
  constexpr std::size_t kSamples = 10;
  List samples;
  for (std::size_t i = 0; i < unresolved_.size() && i < kSamples; ++i) samples.push_back(unresolved_[i]);
  Fields details{{"count", static_cast<std::int64_t>(unresolved_.size())}, {"samples", std::move(samples)}};
  const WorkItemId item = OpenItem(turn_, link_, "reference_unresolved", static_cast<int>(Index(target_)), details, {"dismiss"});
  if (turn_.GetWork(item).details != details) turn_.EditWork(item).details = std::move(details);
}

absl::StatusOr<Image> ImageOn(Turn& turn, const EntityRule& entity, const FieldRule& field, Side side, const Value& canonical, const Fields& record,
                              const Scope& scope, bool first_meeting) {
  if (!field.sides[side].writable()) return Image{canonical, "", false};
  absl::StatusOr<PutOutcome> put = PutCanonical(turn, entity, field, side, canonical, record, scope, {.is_first_meeting = first_meeting});
  if (!put.ok()) return put.status();
  Image image;
  image.waits = std::move(put->waits);
  switch (put->kind) {
    case PutOutcome::Kind::kWritable:
      image.value = std::move(put->image);
      image.stand_ins = put->stand_ins;
      break;
    case PutOutcome::Kind::kRefused:
      image.refused = std::move(put->refused);
      image.label = std::move(put->label);
      break;
    case PutOutcome::Kind::kDropped:
    case PutOutcome::Kind::kWaits: image.missing = true; break;
  }
  return image;
}

// An expression of the pack failed on this record: the link waits for a change of data or pack.
void FormulaFailed(Turn& turn, Link& link, const absl::Status& status) {
  OpenItem(turn, link, "formula_failed", -1, {{"error", std::string(status.message())}}, {"retry"});
  Park(turn, link, "formula_failed", "");
}

namespace {

// A deleted record comes back with what it held, unless the source alone changed the field since both sides agreed. Where both did, or
// never agreed, the record that came back meets the source as any record does.
absl::StatusOr<bool> IsPutBack(Turn& turn, const EntityRule& entity, const FieldRule& field, const Link& link, const Scope& scope, Side target,
                               const Value& source_holds) {
  if (link.members[target].presence != Presence::kDeleted) return false;
  const absl::StatusOr<Value> held = GetCanonical(turn, entity, field, target, link.members[target].shadow, scope);
  if (!held.ok()) return held.status();
  const auto base = link.base.find(field.name);
  if (base == link.base.end()) return !held->IsBlank();
  if (field.PolicyIn(link.phase).create_only) return true;
  const auto is_agreed = [&](Side side, const Value& now) {
    const Value& agreed = base->second.held[side];
    return (now.IsBlank() && agreed.IsBlank()) || EqualModulo(field.equality, now, agreed);
  };
  return is_agreed(Other(target), source_holds) || !is_agreed(target, *held);
}

absl::StatusOr<bool> AddWhole(Turn& turn, const EntityRule& entity, Link& link, Composition& composition, const FieldRule& field, Side target) {
  const Side source = Other(target);
  const bool flows = FlowsTo(field.PolicyIn(link.phase), target) && field.sides[source].exists();
  const bool restores = link.members[target].presence == Presence::kDeleted;
  if (!field.sides[target].writable() || IsAbsent(turn, field, target) || (!flows && !restores)) return true;
  if (!flows) return composition.PutBack(field);
  if (IsAbsent(turn, field, source)) return restores ? composition.PutBack(field) : true;
  if (const std::string reason = Unreadable(turn, field, source, link.members[source].shadow); !reason.empty()) {
    composition.refusals().Add(field, source, reason);
    Subscribe(turn, link, WaitForSession(source));
    return restores ? composition.PutBack(field) : true;
  }
  const absl::StatusOr<Value> value = GetCanonical(turn, entity, field, source, link.members[source].shadow, composition.scope());
  if (!value.ok()) return value.status();
  const absl::StatusOr<bool> put_back = IsPutBack(turn, entity, field, link, composition.scope(), target, *value);
  if (!put_back.ok()) return put_back.status();
  if (*put_back) return composition.PutBack(field);
  const absl::StatusOr<bool> added = composition.Add(field, *value, *value, false);
  const bool is_left_out = added.ok() && *added && !composition.delivery().settles.contains(field.name);
  return restores && is_left_out ? composition.PutBack(field) : added;
}

}  // namespace

std::optional<Delivery> WholeRecord(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  Composition composition(turn, entity, link, target);
  composition.delivery().writes.reserve(entity.fields.size());
  composition.delivery().settles.reserve(entity.fields.size());
  for (const FieldRule& field : entity.fields) {
    const absl::StatusOr<bool> added = AddWhole(turn, entity, link, composition, field, target);
    if (!added.ok()) {
      FormulaFailed(turn, link, added.status());
      return std::nullopt;
    }
    if (!*added) {
      composition.Commit();
      Park(turn, link, composition.wait_reason(), composition.wait());
      return std::nullopt;
    }
  }
  composition.refusals().Tell();
  composition.Commit();
  Delivery delivery = std::move(composition.delivery());
  // Blank fields need not be written into a record that does not exist yet.
  erase_if(delivery.writes, [](const auto& field) { return field.second.IsNull(); });
  delivery.expected.clear();
  return delivery;
}

absl::StatusOr<Value> Evaluated(const FormulaPtr& formula, const Pack& pack, const Link& link) {
  if (!formula) return Value();
  return formula->Evaluate(LinkScope(pack, link).scope());
}

}  // namespace entente
