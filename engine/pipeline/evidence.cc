#include "engine/pipeline/evidence.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/lens/equality.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/distinct.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/document_owner.h"
#include "engine/pipeline/ensure.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/reads.h"

namespace entente {
namespace {

bool Same(Equality equality, const Value& a, const Value& b) { return (a.IsBlank() && b.IsBlank()) || EqualModulo(equality, a, b); }

// ------------------------------------------------------------------------------------------------ rules that are not a field's own

bool IsMark(const EntityRule& entity, const Evidence& evidence) { return evidence.rule == entity.name + ".mark"; }

// A sent document's state follows from the record it became.
bool IsMirroredState(const EntityRule& entity, const Link& link, const FieldRule& field, Side side) {
  return entity.document && field.name == entity.document->state_field && side == entity.document->owner && link.Has(Other(side));
}

const EnsuredRecord* EnsuredOf(const EntityRule& entity, const Link& link, Side side) {
  const EnsuredRecord* ensured = FindEnsured(entity, link);
  return ensured && ensured->side == side ? ensured : nullptr;
}

// The last write of ours that put something into the field.
const JournalEntry* LastWrite(const std::vector<JournalEntry>& journal, Side side, const std::string& root) {
  for (auto entry = journal.rbegin(); entry != journal.rend(); ++entry) {
    if (entry->kind != "receipt" || entry->side != static_cast<int>(Index(side))) continue;
    const auto* wrote = FieldOf(entry->details, "wrote").As<Map>();
    if (wrote && wrote->contains(root)) return &*entry;
  }
  return nullptr;
}

Value WrittenBy(const JournalEntry& receipt, const std::string& root) {
  const auto* pair = FieldOf(*FieldOf(receipt.details, "wrote").As<Map>(), root).As<List>();
  return pair && pair->size() == 2 ? (*pair)[1] : Value();
}

// ------------------------------------------------------------------------------------------------ the rule once more

absl::StatusOr<Value> Take(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field, Side at, const Both<Fields>& read, std::int64_t now) {
  LinkScope scope(turn.pack(), link, now);
  for (Side side : kSides) {
    if (link.members[side].presence != Presence::kNone) scope.See(side, read[side]);
  }
  return GetCanonical(turn, entity, field, at, read[at], scope.scope());
}

// The native value with the digit that tells it from others', as the create chose it.
Value Distinct(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field, Side side, Value native) {
  if (field.distinct.empty()) return native;
  Link alike = link;
  Delivery delivery;
  delivery.writes = link.members[side].shadow;
  delivery.writes[field.sides[side].native] = native;
  MakeDistinct(turn, entity, alike, side, delivery);
  return delivery.writes[field.sides[side].native];
}

absl::StatusOr<PutOutcome> Put(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field, Side side, const Value& value, std::int64_t now) {
  const LinkScope scope(turn.pack(), link, now);
  const Fields& record = link.members[side].shadow;
  absl::StatusOr<PutOutcome> put = PutCanonical(turn, entity, field, side, value, record, scope.scope(), {});
  // What only a create writes (the sole label of a list) is there since.
  const bool is_create = put.ok() && field.PolicyIn(link.phase).create_only && put->native != NativeOf(record, field.sides[side].native);
  if (is_create) put = PutCanonical(turn, entity, field, side, value, {}, scope.scope(), {.is_create = true});
  if (put.ok() && put->kind == PutOutcome::Kind::kWritable) put->native = Distinct(turn, entity, link, field, side, std::move(put->native));
  return put;
}

class Inquest {
 public:
  Inquest(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field, const std::vector<JournalEntry>& journal)
      : turn_(turn), entity_(entity), link_(link), field_(field), policy_(field.PolicyIn(link.phase)), journal_(journal) {
    if (const auto base = link.base.find(field.name); base != link.base.end()) base_ = &base->second;
  }

  absl::StatusOr<Both<Evidence>> Run() {
    const LinkScope scope(turn_.pack(), link_, base_ ? base_->since_micros : turn_.micros());
    for (Side side : kSides) {
      if (!IsThere(side) || !field_.sides[side].exists()) continue;
      absl::StatusOr<Value> now = GetCanonical(turn_, entity_, field_, side, link_.members[side].shadow, scope.scope());
      if (!now.ok()) return now.status();
      now_[side] = *std::move(now);
    }
    Both<Evidence> both;
    for (Side side : kSides) {
      absl::StatusOr<Evidence> evidence = Of(side);
      if (!evidence.ok()) return evidence.status();
      both[side] = *std::move(evidence);
    }
    return both;
  }

 private:
  bool IsThere(Side side) const { return link_.members[side].presence == Presence::kPresent || link_.members[side].presence == Presence::kOutOfScope; }
  const Value& NativeHeld(Side side) const { return NativeOf(link_.members[side].shadow, field_.sides[side].native); }
  std::string Root(Side side) const { return std::string(NativeRoot(field_.sides[side].native)); }

  absl::StatusOr<Evidence> Of(Side side) {
    Evidence evidence;
    evidence.rule = base_ && !base_->rule.empty() ? base_->rule : absl::StrCat(entity_.name, ".", field_.name);
    evidence.pack_version = base_ ? base_->pack_version : turn_.pack().version;
    evidence.source = policy_.source.file.empty() ? field_.source : policy_.source;
    evidence.since_micros = base_ ? base_->since_micros : 0;
    if (!IsThere(side) || !field_.sides[side].exists()) {
      evidence.agreement = !field_.sides[side].exists() ? "no_such_field" : link_.members[side].presence == Presence::kDeleted ? "deleted" : "no_record";
      return evidence;
    }
    evidence.now = now_[side];
    evidence.held = field_.sides[side].writable() ? NativeHeld(side) : now_[side];
    // Changed after it was sealed: what counts is what was sealed, what stands there is told.
    if (IsSealedOver(side)) {
      absl::StatusOr<Evidence> sealed = OfOwn(field_.sides[side].writable() ? Origin::kOwn : Origin::kComputed, side, std::move(evidence));
      if (!sealed.ok()) return sealed;
      absl::StatusOr<Value> found = AsFound(side);
      if (!found.ok()) return found.status();
      sealed->held = *std::move(found);
      sealed->agreement = "sealed";
      return sealed;
    }
    if (const EnsuredRecord* ensured = EnsuredOf(entity_, link_, side)) return OfEnsured(*ensured, side, std::move(evidence));
    if (IsUndone(side)) return OfUndone(side, std::move(evidence));
    if (!field_.sides[side].writable()) return OfOwn(Origin::kComputed, side, std::move(evidence));
    if (IsMirroredState(entity_, link_, field_, side)) return OfState(side, std::move(evidence));
    if (!base_) {
      const std::optional<OwnerWritten> written = OwnerWrite::FindWritten(entity_, link_, side, field_.name);
      return written ? OfAnswer(*written, side, std::move(evidence)) : OfOwn(Origin::kOwn, side, std::move(evidence));
    }
    if (static_cast<int>(Index(side)) == base_->source_side || !field_.sides[Other(side)].exists()) return OfOwn(Origin::kOwn, side, std::move(evidence));
    return OfWritten(side, std::move(evidence));
  }

  bool IsSealedOver(Side side) const {
    if (!link_.seal || link_.seal->side != side || link_.seal->found.empty()) return false;
    Reads reads(entity_);
    reads.Add(field_, side);
    return reads.HasAnyOf(side, link_.seal->found);
  }

  // The field as its system shows it since.
  absl::StatusOr<Value> AsFound(Side side) const {
    Fields record = link_.members[side].shadow;
    for (const auto& [name, value] : link_.seal->found) record[name] = value;
    if (field_.sides[side].writable()) return NativeOf(record, field_.sides[side].native);
    LinkScope scope(turn_.pack(), link_);
    scope.See(side, record);
    return GetCanonical(turn_, entity_, field_, side, record, scope.scope());
  }

  SourceReading Seen(Side side, Both<Fields> read) const {
    const Member& member = link_.members[side];
    return {.side = side, .resource = member.resource, .key = member.key, .read = std::move(read), .seen_micros = member.seen_micros,
            .changed_from_micros = member.changed_from_micros, .changed_to_micros = member.changed_to_micros};
  }

  SourceReading SeenBy(Side side) const {
    Reads reads(entity_);
    reads.Add(field_, side);
    return Seen(side, reads.Of(link_));
  }

  absl::StatusOr<Evidence> OfOwn(Origin origin, Side side, Evidence evidence) {
    evidence.origin = origin;
    evidence.observation = SeenBy(side);
    evidence.observation->taken = now_[side];
    if (base_ && base_->seen_micros != 0 && base_->source_side == static_cast<int>(Index(side))) evidence.observation->seen_micros = base_->seen_micros;
    absl::StatusOr<Value> again = Reexecute(turn_, entity_, link_, field_, side, evidence);
    if (!again.ok()) return again.status();
    evidence.again = *std::move(again);
    const bool stands = Same(field_.equality, evidence.again, now_[side]) && (!base_ || Same(field_.equality, base_->held[side], now_[side]));
    evidence.agreement = stands ? (base_ || IsSettled(side) ? "same" : WhyNot(side, {})) : WhyNot(side, {});
    return evidence;
  }

  // Nobody else's value is to stand here, so that nothing is missing where nothing was agreed on.
  bool IsSettled(Side side) const { return !FlowsTo(policy_, side); }

  absl::StatusOr<Evidence> OfWritten(Side side, Evidence evidence) {
    const Side source = Other(side);
    evidence.origin = Origin::kWritten;
    if (IsMark(entity_, evidence)) evidence.source = entity_.LifeIn(link_.phase, source).source;
    Reads reads(entity_);
    reads.Add(field_, source);
    reads.Add(field_.sides[side].fallback);
    evidence.observation = Seen(source, reads.Of(link_));
    if (base_->seen_micros != 0) evidence.observation->seen_micros = base_->seen_micros;
    const bool stands = IsMark(entity_, evidence) || (IsThere(source) && Same(field_.equality, now_[source], base_->held[source]));
    evidence.observation->is_past = !stands;
    evidence.observation->taken = stands && !IsMark(entity_, evidence) ? now_[source] : base_->held[source];
    return Judged(side, std::move(evidence), stands);
  }

  // `stands`: the other side still shows what was agreed on.
  absl::StatusOr<Evidence> Judged(Side side, Evidence evidence, bool stands) {
    absl::StatusOr<Value> again = Reexecute(turn_, entity_, link_, field_, side, evidence);
    if (!again.ok()) return again.status();
    evidence.again = *std::move(again);
    absl::StatusOr<PutOutcome> put = Put(turn_, entity_, link_, field_, side, evidence.observation->taken, evidence.since_micros);
    if (!put.ok()) return put.status();
    const bool is_written = put->kind == PutOutcome::Kind::kWritable && put->native == evidence.again;
    const bool is_as_agreed = base_ && stands && Same(field_.equality, base_->held[side], now_[side]);
    if (is_written && (evidence.again == evidence.held || Same(field_.equality, put->image, now_[side]))) {
      evidence.agreement = "same";
    } else if (is_written && is_as_agreed) {
      // Neither side was edited since: another form of the value was agreed on here.
      evidence.agreement = base_->pack_version == turn_.pack().version ? "rendering" : "decided_by_another_version";
    } else {
      evidence.agreement = WhyNot(side, *put);
    }
    return evidence;
  }

  absl::StatusOr<Evidence> OfState(Side side, Evidence evidence) {
    const Side source = Other(side);
    Reads reads(entity_);
    for (const DocumentState& state : entity_.document->states) reads.Add(state.when);
    evidence.origin = Origin::kAnswered;
    evidence.rule = absl::StrCat(entity_.name, ".", field_.name);
    evidence.observation = Seen(source, reads.Of(link_));
    absl::StatusOr<Value> again = Reexecute(turn_, entity_, link_, field_, side, evidence);
    if (!again.ok()) return again.status();
    evidence.again = *std::move(again);
    evidence.observation->taken = evidence.again;
    evidence.agreement = Same(field_.equality, evidence.again, now_[side]) ? "same" : WhyNot(side, {});
    return evidence;
  }

  absl::StatusOr<Evidence> OfAnswer(const OwnerWritten& written, Side side, Evidence evidence) {
    const Side source = Other(side);
    evidence.origin = Origin::kAnswered;
    evidence.rule = written.rule;
    evidence.since_micros = written.at_micros;
    evidence.observation = SourceReading{.side = source, .resource = entity_.sides[source].resource, .key = link_.members[source].key,
                                       .seen_micros = written.at_micros, .taken = written.value, .is_past = true};
    return Judged(side, std::move(evidence), false);
  }

  absl::StatusOr<Evidence> OfEnsured(const EnsuredRecord& ensured, Side side, Evidence evidence) {
    evidence.origin = Origin::kEnsured;
    evidence.rule = absl::StrCat(entity_.name, ".ensure.", ensured.name);
    evidence.source = entity_.source;
    evidence.since_micros = link_.created_micros;
    SourceReading pack = Seen(side, {});
    pack.read[side] = ensured.fields;
    evidence.observation = std::move(pack);
    absl::StatusOr<Value> again = Reexecute(turn_, entity_, link_, field_, side, evidence);
    if (!again.ok()) return again.status();
    evidence.again = *std::move(again);
    const bool is_given = field_.sides[side].writable() && ensured.fields.contains(Root(side));
    if (!is_given) {
      evidence.agreement = "observed_only";
      return evidence;
    }
    absl::StatusOr<Value> given = As(side, evidence.again);
    if (!given.ok()) return given.status();
    evidence.agreement = Same(field_.equality, *given, now_[side]) ? "same" : "edited_since";
    return evidence;
  }

  // What the field would be with this native value.
  absl::StatusOr<Value> As(Side side, const Value& native) const {
    Fields record = link_.members[side].shadow;
    record[Root(side)] = native;
    const LinkScope scope(turn_.pack(), link_);
    return GetCanonical(turn_, entity_, field_, side, record, scope.scope());
  }

  // Who put back what stood before, and holds it there: see engine/pipeline/undo.h.
  bool IsUndone(Side side) const {
    const auto held = link_.choices.find("undone:" + field_.name);
    if (held == link_.choices.end() || !field_.sides[side].writable()) return false;
    const JournalEntry* receipt = LastWrite(journal_, side, Root(side));
    return receipt && receipt->details.contains("undo");
  }

  absl::StatusOr<Evidence> OfUndone(Side side, Evidence evidence) {
    const JournalEntry& receipt = *LastWrite(journal_, side, Root(side));
    evidence.origin = Origin::kUndone;
    evidence.rule = receipt.rule;
    evidence.since_micros = receipt.at_micros;
    SourceReading before = Seen(side, {});
    before.read[side][Root(side)] = WrittenBy(receipt, Root(side));
    before.seen_micros = receipt.at_micros;
    before.is_past = true;
    evidence.observation = std::move(before);
    evidence.again = WrittenBy(receipt, Root(side));
    absl::StatusOr<Value> brought_back = As(side, evidence.again);
    if (!brought_back.ok()) return brought_back.status();
    evidence.observation->taken = *brought_back;
    evidence.agreement = Same(field_.equality, *brought_back, now_[side]) ? "same" : WhyNot(side, {});
    return evidence;
  }

  // Why the record holds another value than the rule gives, or none was agreed on. Never empty.
  std::string WhyNot(Side side, const PutOutcome& put) const {
    const auto& owed = link_.owed[side];
    if (link_.drift.contains(field_.name)) return "drift";
    if (link_.choices.contains("undone:" + field_.name)) return "undone";
    if (link_.items.contains("conflict:" + field_.name)) return "conflict";
    if (link_.items.contains("approve_change")) return "approve_change";
    if (owed && owed->writes.contains(Root(side))) return owed->state == Delivery::State::kDead ? "refused:" + owed->last_code : "owed";
    if (link_.owed[Other(side)] && link_.owed[Other(side)]->settles.contains(field_.name)) return "owed";
    if (!IsThere(Other(side))) return link_.members[Other(side)].presence == Presence::kDeleted ? "other_side_deleted" : "no_record_there";
    if (link_.parked) return absl::StrCat("parked:", link_.parked->reason);
    if (!IsThere(side) || link_.members[side].presence == Presence::kOutOfScope || link_.members[Other(side)].presence == Presence::kOutOfScope) return "out_of_scope";
    if (IsAbsent(turn_, field_, side) || IsAbsent(turn_, field_, Other(side))) return "column_missing";
    if (policy_.create_only) return base_ ? "own_since_create" : "observed_only";
    if (policy_.flow == Flow::kNone || !field_.sides[Other(side)].exists()) return "observed_only";
    if (!put.refused.empty()) return "refused:" + put.refused;
    if (put.kind == PutOutcome::Kind::kDropped || put.kind == PutOutcome::Kind::kWaits) return "target_missing";
    return WhyNotAgreed(side);
  }

  std::string WhyNotAgreed(Side side) const {
    for (Side at : kSides) {
      if (const std::string reason = Unreadable(turn_, field_, at, link_.members[at].shadow); !reason.empty()) return "unreadable:" + reason;
    }
    if (!FlowsTo(policy_, side)) return base_ ? "edited_since" : "observed_only";
    const LinkScope scope(turn_.pack(), link_);
    const absl::StatusOr<Image> image = ImageOn(turn_, entity_, field_, side, now_[Other(side)], link_.members[side].shadow, scope.scope(), !base_);
    if (image.ok() && !image->refused.empty()) return "refused:" + image->refused;
    if (image.ok() && image->missing) return "target_missing";
    if (FlowsTo(policy_, Other(side))) {
      // It was edited here, and the other side cannot hold it.
      const absl::StatusOr<Image> there = ImageOn(turn_, entity_, field_, Other(side), now_[side], link_.members[Other(side)].shadow, scope.scope(), !base_);
      if (there.ok() && !there->refused.empty()) return "refused:" + there->refused;
      if (there.ok() && there->missing) return "target_missing";
    }
    return base_ ? "edited_since" : "not_decided";
  }

  Turn& turn_;
  const EntityRule& entity_;
  const Link& link_;
  const FieldRule& field_;
  const FieldPolicy& policy_;
  const std::vector<JournalEntry>& journal_;
  const BaseField* base_ = nullptr;
  Both<Value> now_;
};

}  // namespace

absl::StatusOr<Both<Evidence>> EvidenceOf(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field,
                                          const std::vector<JournalEntry>& journal) {
  return Inquest(turn, entity, link, field, journal).Run();
}

absl::StatusOr<Value> Reexecute(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field, Side side, const Evidence& evidence) {
  if (!evidence.observation) return Value();
  const SourceReading& seen = *evidence.observation;
  switch (evidence.origin) {
    case Origin::kAbsent: return Value();
    case Origin::kUndone: return FieldOf(seen.read[side], std::string(NativeRoot(field.sides[side].native)));
    case Origin::kEnsured: return field.sides[side].writable() ? NativeOf(seen.read[side], field.sides[side].native) : Value();
    case Origin::kOwn:
    case Origin::kComputed: return Take(turn, entity, link, field, side, seen.read, evidence.since_micros != 0 ? evidence.since_micros : turn.micros());
    case Origin::kWritten:
    case Origin::kAnswered: break;
  }
  // Of the other side's record nothing counts but what was seen of it.
  Link as_seen = link;
  as_seen.members[seen.side].shadow = seen.read[seen.side];
  Value taken = seen.taken;
  if (IsMirroredState(entity, link, field, side)) {
    const std::optional<std::string> label = StateOfSent(turn, entity, as_seen);
    return label ? Value(*label) : Value();
  }
  if (IsMark(entity, evidence)) {
    taken = entity.LifeIn(link.phase, seen.side).mark_value;
  } else if (!seen.is_past) {
    absl::StatusOr<Value> again = Take(turn, entity, as_seen, field, seen.side, seen.read, evidence.since_micros);
    if (!again.ok()) return again;
    taken = *std::move(again);
  }
  absl::StatusOr<PutOutcome> put = Put(turn, entity, as_seen, field, side, taken, evidence.since_micros);
  if (!put.ok()) return put.status();
  return std::move(put->native);
}

}  // namespace entente
