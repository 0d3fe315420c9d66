#include "engine/store/codec_parts.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "engine/core/canonical.h"
#include "engine/store/keys.h"
#include "entente/store/v1/store.pb.h"

namespace entente::store {
namespace {

// A value shorter than this costs no more than the place it would be replaced by.
constexpr std::size_t kSharedMin = 3;

std::string_view HeldBytes(const v1::BaseFieldRecord& field, Side side) {
  return side == Side::kRight && field.has_right() ? field.right() : field.left();
}

// What a record holds is mostly what both sides agreed on: it is written once, in the base, and the shadow names it there.
void WriteShadow(const Fields& shadow, const v1::LinkRecord& link, Side side, v1::MemberRecord* out) {
  absl::flat_hash_map<std::string_view, std::uint32_t> places;
  for (int place = 0; place < link.base_size(); ++place) places.emplace(HeldBytes(link.base(place), side), place);
  Fields rest;
  std::string bytes;
  for (const auto& [name, value] : shadow) {
    bytes.clear();
    AppendValue(value, &bytes);
    const auto same = bytes.size() < kSharedMin ? places.end() : places.find(bytes);
    if (same == places.end()) {
      rest.Append(name, value);
      continue;
    }
    out->add_same_names(name);
    out->add_same_places(same->second);
  }
  if (!rest.empty()) out->set_shadow(EncodeFields(rest));
}

bool ReadShadow(const v1::MemberRecord& in, const v1::LinkRecord& link, Side side, Fields* shadow) {
  if (!ReadFields(in.shadow(), shadow) || in.same_names_size() != in.same_places_size()) return false;
  for (int i = 0; i < in.same_names_size(); ++i) {
    if (in.same_places(i) >= static_cast<std::uint32_t>(link.base_size())) return false;
    if (shadow->contains(in.same_names(i))) return false;
    if (!ReadValue(HeldBytes(link.base(static_cast<int>(in.same_places(i))), side), &(*shadow)[in.same_names(i)])) return false;
  }
  return true;
}

// REQUIRES: the base of `link` is written.
void WriteMember(const Member& member, const v1::LinkRecord& link, Side side, v1::MemberRecord* out) {
  out->set_resource(member.resource);
  out->set_key(member.key);
  for (const std::string& key : member.former_keys) out->add_former_keys(key);
  if (member.row) {
    out->set_row_incarnation(member.row->incarnation);
    out->set_row_number(member.row->number);
  }
  out->set_presence(static_cast<std::uint32_t>(member.presence));
  WriteShadow(member.shadow, link, side, out);
  if (!member.digest.IsZero()) out->set_digest(WriteDigest(member.digest));
  out->mutable_read()->set_session(member.read.session);
  out->mutable_read()->set_seq(member.read.seq);
  out->mutable_done()->set_session(member.done.session);
  out->mutable_done()->set_seq(member.done.seq);
  out->set_unobserved(!member.observed);
  out->set_revision(member.revision);
  out->set_changed_from_micros(member.changed_from_micros);
  out->set_changed_to_micros(member.changed_to_micros);
  out->set_equal_until_micros(member.equal_until_micros);
  out->set_seen_micros(member.seen_micros);
  for (const std::uint64_t hash : member.match_hashes) out->add_match_hashes(hash);
  out->set_verify(member.verify);
  out->set_moved_to(member.moved_to);
  out->set_unseen_since_micros(member.unseen_since_micros);
}

bool ReadMember(const v1::MemberRecord& in, const v1::LinkRecord& link, Side side, Member* member) {
  member->resource = in.resource();
  member->key = in.key();
  member->former_keys.assign(in.former_keys().begin(), in.former_keys().end());
  if (in.has_row_incarnation()) member->row = Row{in.row_incarnation(), in.row_number()};
  member->presence = static_cast<Presence>(in.presence());
  member->read = {in.read().session(), in.read().seq()};
  member->done = {in.done().session(), in.done().seq()};
  member->observed = !in.unobserved();
  member->revision = in.revision();
  member->changed_from_micros = in.changed_from_micros();
  member->changed_to_micros = in.changed_to_micros();
  member->equal_until_micros = in.equal_until_micros();
  member->seen_micros = in.seen_micros();
  member->match_hashes.assign(in.match_hashes().begin(), in.match_hashes().end());
  member->verify = in.verify();
  member->moved_to = in.moved_to();
  member->unseen_since_micros = in.unseen_since_micros();
  return ReadShadow(in, link, side, &member->shadow) && ReadDigest(in.digest(), &member->digest);
}

void WriteBase(const std::string& name, const BaseField& field, v1::BaseFieldRecord* out) {
  out->set_name(name);
  out->set_left(EncodeValue(field.held[Side::kLeft]));
  if (field.held[Side::kRight] != field.held[Side::kLeft]) out->set_right(EncodeValue(field.held[Side::kRight]));
  out->set_rule(field.rule);
  out->set_pack_version(field.pack_version);
  out->set_source_side(field.source_side);
  out->set_since_micros(field.since_micros);
  if (field.seen_micros != 0) out->set_seen_before_micros(field.since_micros - field.seen_micros);
  out->set_not_held(field.not_held);
  out->set_stand_ins_left(field.stand_ins[Side::kLeft]);
  out->set_stand_ins_right(field.stand_ins[Side::kRight]);
}

bool ReadBase(const v1::BaseFieldRecord& in, NamedMap<BaseField>* fields) {
  BaseField& field = (*fields)[in.name()];
  if (!ReadValue(in.left(), &field.held[Side::kLeft])) return false;
  field.held[Side::kRight] = field.held[Side::kLeft];
  if (in.has_right() && !ReadValue(in.right(), &field.held[Side::kRight])) return false;
  field.rule = in.rule();
  field.pack_version = in.pack_version();
  field.source_side = in.source_side();
  field.since_micros = in.since_micros();
  if (in.has_seen_before_micros()) field.seen_micros = field.since_micros - in.seen_before_micros();
  field.not_held = in.not_held();
  field.stand_ins = {{in.stand_ins_left(), in.stand_ins_right()}};
  return true;
}

void WriteDelivery(const Delivery& delivery, v1::DeliveryRecord* out) {
  out->set_id(delivery.id);
  out->set_verb(static_cast<std::uint32_t>(delivery.verb));
  out->set_state(static_cast<std::uint32_t>(delivery.state));
  out->set_lane(static_cast<std::uint32_t>(delivery.lane));
  out->set_order(delivery.order);
  out->set_key(delivery.key);
  if (!delivery.writes.empty()) out->set_writes(EncodeFields(delivery.writes));
  if (!delivery.expected.empty()) out->set_expected(EncodeFields(delivery.expected));
  out->set_find_field(delivery.find_field);
  if (!delivery.find_value.IsNull()) out->set_find_value(EncodeValue(delivery.find_value));
  out->set_search_first(delivery.search_first);
  out->set_idempotency_key(delivery.idempotency_key);
  for (const auto& [name, field] : delivery.settles) WriteBase(name, field, out->add_settles());
  out->set_rule(delivery.rule);
  out->set_reason(delivery.reason);
  out->set_attempts(delivery.attempts);
  out->set_moved_on(delivery.moved_on);
  out->set_not_before_micros(delivery.not_before_micros);
  out->set_searches(delivery.searches);
  out->set_last_code(delivery.last_code);
  out->set_last_text(delivery.last_text);
  out->set_run(delivery.run);
  out->set_locked_since_micros(delivery.locked_since_micros);
}

bool ReadDelivery(const v1::DeliveryRecord& in, Delivery* delivery) {
  delivery->id = in.id();
  delivery->verb = static_cast<Verb>(in.verb());
  delivery->state = static_cast<Delivery::State>(in.state());
  delivery->lane = static_cast<Lane>(in.lane());
  delivery->order = in.order();
  delivery->key = in.key();
  delivery->find_field = in.find_field();
  delivery->search_first = in.search_first();
  delivery->idempotency_key = in.idempotency_key();
  delivery->rule = in.rule();
  delivery->reason = in.reason();
  delivery->attempts = in.attempts();
  delivery->moved_on = in.moved_on();
  delivery->not_before_micros = in.not_before_micros();
  delivery->searches = in.searches();
  delivery->last_code = in.last_code();
  delivery->last_text = in.last_text();
  delivery->run = in.run();
  delivery->locked_since_micros = in.locked_since_micros();
  for (const v1::BaseFieldRecord& field : in.settles()) {
    if (!ReadBase(field, &delivery->settles)) return false;
  }
  return ReadFields(in.writes(), &delivery->writes) && ReadFields(in.expected(), &delivery->expected) &&
         ReadValue(in.find_value(), &delivery->find_value);
}

void WriteDocument(const DocumentProgress& document, v1::DocumentRecord* out) {
  out->set_state(document.state);
  out->set_step(document.step);
  out->set_push(document.push);
  out->set_price_wanted(document.price_wanted);
  out->set_push_wanted(document.push_wanted);
  out->set_number(document.number);
  out->set_push_key(document.push_key);
  if (!document.sent_digest.IsZero()) out->set_sent_digest(WriteDigest(document.sent_digest));
  if (!document.result.empty()) out->set_result(EncodeFields(document.result));
  for (const std::string& problem : document.problems) out->add_problems(problem);
  out->set_attempts(document.attempts);
  out->set_not_before_micros(document.not_before_micros);
}

bool ReadDocument(const v1::DocumentRecord& in, DocumentProgress* document) {
  document->state = in.state();
  document->step = in.step();
  document->push = in.push();
  document->price_wanted = in.price_wanted();
  document->push_wanted = in.push_wanted();
  document->number = in.number();
  document->push_key = in.push_key();
  document->problems.assign(in.problems().begin(), in.problems().end());
  document->attempts = in.attempts();
  document->not_before_micros = in.not_before_micros();
  return ReadDigest(in.sent_digest(), &document->sent_digest) && ReadFields(in.result(), &document->result);
}

void WriteSeal(const Seal& seal, v1::SealRecord* out) {
  out->set_side(static_cast<std::uint32_t>(seal.side));
  out->set_since_micros(seal.since_micros);
  if (!seal.digest.IsZero()) out->set_digest(WriteDigest(seal.digest));
  if (!seal.found.empty()) out->set_found(EncodeFields(seal.found));
}

bool ReadSeal(const v1::SealRecord& in, Seal* seal) {
  if (in.side() > 1) return false;
  seal->side = static_cast<Side>(in.side());
  seal->since_micros = in.since_micros();
  return ReadDigest(in.digest(), &seal->digest) && ReadFields(in.found(), &seal->found);
}

void WriteUnheld(const std::string& name, const Both<Unheld>& unheld, v1::LinkRecord* out) {
  for (const Side side : kSides) {
    v1::UnheldRecord* record = out->add_unheld();
    record->set_name(name);
    record->set_side(static_cast<std::uint32_t>(side));
    if (unheld[side] == Unheld{}) continue;
    record->set_sent(EncodeValue(unheld[side].sent));
    record->set_found(EncodeValue(unheld[side].found));
    record->set_times(unheld[side].times);
  }
}

bool ReadUnheld(const v1::UnheldRecord& in, std::map<std::string, Both<Unheld>>* all) {
  if (in.side() > 1) return false;
  Unheld& unheld = (*all)[in.name()][static_cast<Side>(in.side())];
  unheld.times = in.times();
  return ReadValue(in.sent(), &unheld.sent) && ReadValue(in.found(), &unheld.found);
}

}  // namespace

std::string WriteDigest(const Digest& digest) { return NumberKey(digest.hi) + NumberKey(digest.lo); }

bool ReadDigest(std::string_view bytes, Digest* digest) {
  if (bytes.empty()) return true;
  if (bytes.size() != 16) return false;
  digest->hi = *ReadNumber(bytes.substr(0, 8));
  digest->lo = *ReadNumber(bytes.substr(8));
  return true;
}

bool ReadFields(std::string_view bytes, Fields* fields) {
  if (bytes.empty()) return true;
  absl::StatusOr<Fields> read = DecodeFields(bytes);
  if (read.ok()) *fields = *std::move(read);
  return read.ok();
}

bool ReadValue(std::string_view bytes, Value* value) {
  if (bytes.empty()) return true;
  absl::StatusOr<Value> read = DecodeValue(bytes);
  if (read.ok()) *value = *std::move(read);
  return read.ok();
}

void WriteLink(const Link& link, v1::LinkRecord* out) {
  out->set_entity(link.entity);
  out->set_phase(link.phase);
  out->set_origin(static_cast<std::uint32_t>(link.origin));
  for (const auto& [name, field] : link.base) WriteBase(name, field, out->add_base());
  for (const Side side : kSides) {
    if (link.members[side] == Member{}) continue;
    WriteMember(link.members[side], *out, side, side == Side::kLeft ? out->mutable_left() : out->mutable_right());
  }
  if (link.owed[Side::kLeft]) WriteDelivery(*link.owed[Side::kLeft], out->mutable_owed_left());
  if (link.owed[Side::kRight]) WriteDelivery(*link.owed[Side::kRight], out->mutable_owed_right());
  if (link.parked) {
    out->mutable_parked()->set_reason(link.parked->reason);
    out->mutable_parked()->set_wait(link.parked->wait);
    out->mutable_parked()->set_item(link.parked->item);
    out->mutable_parked()->set_since_micros(link.parked->since_micros);
  }
  for (const auto& [name, unheld] : link.unheld) WriteUnheld(name, unheld, out);
  for (const auto& [name, value] : link.drift) (*out->mutable_drift())[name] = EncodeValue(value);
  for (const auto& [reason, item] : link.items) (*out->mutable_items())[reason] = item;
  for (const auto& [name, choice] : link.choices) (*out->mutable_choices())[name] = choice;
  if (link.document) WriteDocument(*link.document, out->mutable_document());
  if (link.seal) WriteSeal(*link.seal, out->mutable_seal());
  out->set_evidence(link.evidence);
  out->set_created_micros(link.created_micros);
  out->set_journal_seq(link.journal_seq);
  out->set_generation(link.generation);
}

bool ReadLink(const v1::LinkRecord& in, Link* link) {
  link->entity = in.entity();
  link->phase = in.phase();
  link->origin = static_cast<Side>(in.origin());
  if (in.has_left() && !ReadMember(in.left(), in, Side::kLeft, &link->members[Side::kLeft])) return false;
  if (in.has_right() && !ReadMember(in.right(), in, Side::kRight, &link->members[Side::kRight])) return false;
  for (const v1::BaseFieldRecord& field : in.base()) {
    if (!ReadBase(field, &link->base)) return false;
  }
  if (in.has_owed_left() && !ReadDelivery(in.owed_left(), &link->owed[Side::kLeft].emplace())) return false;
  if (in.has_owed_right() && !ReadDelivery(in.owed_right(), &link->owed[Side::kRight].emplace())) return false;
  if (in.has_parked()) {
    link->parked = Parking{in.parked().reason(), in.parked().wait(), in.parked().item(), in.parked().since_micros()};
  }
  for (const v1::UnheldRecord& unheld : in.unheld()) {
    if (!ReadUnheld(unheld, &link->unheld)) return false;
  }
  for (const auto& [name, value] : in.drift()) {
    if (!ReadValue(value, &link->drift[name])) return false;
  }
  link->items = {in.items().begin(), in.items().end()};
  link->choices = {in.choices().begin(), in.choices().end()};
  if (in.has_document() && !ReadDocument(in.document(), &link->document.emplace())) return false;
  if (in.has_seal() && !ReadSeal(in.seal(), &link->seal.emplace())) return false;
  link->evidence = in.evidence();
  link->created_micros = in.created_micros();
  link->journal_seq = in.journal_seq();
  link->generation = in.generation();
  return true;
}

}  // namespace entente::store
