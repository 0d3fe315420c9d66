#include "engine/pipeline/compose.h"

#include "engine/pipeline/work.h"

namespace entente {
bool FlowsTo(const FieldPolicy& policy, Side target) {
  return policy.flow == Flow::kBoth || policy.flow == (target == Side::kRight ? Flow::kToRight : Flow::kToLeft);
}

Composition::Composition(Turn& turn, const EntityRule& entity, Link& link, Side target)
    : turn_(turn), entity_(entity), link_(link), target_(target), refusals_(turn, entity, link), scope_(turn.pack(), link, turn.micros()) {
  if (link.Has(target)) record_ = link.members[target].shadow;
  delivery_.key = link.members[target].key;
}

absl::StatusOr<bool> Composition::Add(const FieldRule& field, const Value& value, const Value& source_holds, bool first_meeting) {
  const FieldSide& side = field.sides[target_];
  if (!side.writable() || IsAbsent(turn_, field, target_)) return true;
  absl::StatusOr<PutOutcome> put = PutCanonical(turn_, entity_, field, target_, value, record_, scope(),
                                                  {.is_first_meeting = first_meeting, .is_create = !link_.Has(target_)});
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
  if (link_.Has(target_)) delivery_.expected[root] = NativeOf(link_.members[target_].shadow, root);
  BaseField base;
  base.held[target_] = put->image;
  base.held[Other(target_)] = source_holds;
  base.rule = entity_.name + "." + field.name;
  base.pack_version = turn_.pack().version;
  base.source_side = static_cast<int>(Index(Other(target_)));
  base.since_micros = turn_.micros();
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
    case PutOutcome::Kind::kWritable: image.value = std::move(put->image); break;
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

std::optional<Delivery> WholeRecord(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  Composition composition(turn, entity, link, target);
  const Side source = Other(target);
  for (const FieldRule& field : entity.fields) {
    if (!FlowsTo(field.PolicyIn(link.phase), target) || !field.sides[target].writable() || !field.sides[source].exists()) continue;
    if (IsAbsent(turn, field, source)) continue;
    if (const std::string reason = Unreadable(turn, field, source, link.members[source].shadow); !reason.empty()) {
      composition.refusals().Add(field, source, reason);
      Subscribe(turn, link, WaitForSession(source));
      continue;
    }
    absl::StatusOr<Value> value = GetCanonical(turn, entity, field, source, link.members[source].shadow, composition.scope());
    if (!value.ok()) {
      FormulaFailed(turn, link, value.status());
      return std::nullopt;
    }
    absl::StatusOr<bool> added = composition.Add(field, *value, *value, false);
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
  std::erase_if(delivery.writes, [](const auto& field) { return field.second.IsNull(); });
  delivery.expected.clear();
  return delivery;
}

absl::StatusOr<Value> Evaluated(const FormulaPtr& formula, const Pack& pack, const Link& link) {
  if (!formula) return Value();
  return formula->Evaluate(LinkScope(pack, link).scope());
}

}  // namespace entente
