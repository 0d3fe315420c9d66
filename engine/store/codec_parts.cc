#include "engine/store/codec_parts.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/canonical.h"
#include "engine/store/keys.h"
#include "engine/store/wire.h"
#include "entente/store/v1/store.pb.h"

namespace entente::store {
namespace {

// A value shorter than this costs no more than the place it would be replaced by.
constexpr std::size_t kSharedMin = 3;

std::string_view HeldBytes(const v1::BaseFieldRecord& field, Side side) {
  return side == Side::kRight && field.has_right() ? field.right() : field.left();
}

// What both sides hold by a list of base fields, as canonical bytes in one string.
class Held {
 public:
  explicit Held(const NamedMap<BaseField>& fields) {
    places_.reserve(fields.size());
    for (const auto& [name, field] : fields) {
      Place& place = places_.emplace_back();
      place[Side::kLeft] = Append(field.held[Side::kLeft]);
      place[Side::kRight] = field.held[Side::kRight] == field.held[Side::kLeft] ? place[Side::kLeft] : Append(field.held[Side::kRight]);
    }
  }

  bool IsSame(std::size_t place) const { return places_[place][Side::kLeft] == places_[place][Side::kRight]; }
  std::string_view Bytes(std::size_t place, Side side) const {
    const auto [at, size] = places_[place][side];
    return std::string_view(bytes_).substr(at, size);
  }
  // The first field that holds these bytes on the side.
  std::optional<std::size_t> Find(std::string_view bytes, Side side) const {
    for (std::size_t place = 0; place < places_.size(); ++place) {
      if (places_[place][side].second == bytes.size() && Bytes(place, side) == bytes) return place;
    }
    return std::nullopt;
  }

 private:
  using Span = std::pair<std::size_t, std::size_t>;   // from, size
  using Place = Both<Span>;
  Span Append(const Value& value) {
    const std::size_t at = bytes_.size();
    AppendValue(value, &bytes_);
    return {at, bytes_.size() - at};
  }

  std::string bytes_;
  std::vector<Place> places_;
};

// The numbers of three fields of a message: canonical bytes of what is written whole; names and places of what a base field holds.
struct SharedFields {
  int rest, names, places;
};

// What a record holds, or is to hold, is mostly what both sides agree on: it is written once, in the base fields, and named there.
void WriteShared(const Fields& fields, const Held& held, Side side, SharedFields to, Wire* out) {
  std::vector<std::uint32_t> places;
  std::string bytes, rest;   // the latter: fields in their canonical form, without their count
  Wire rest_out(&rest);
  for (const auto& [name, value] : fields) {
    bytes.clear();
    AppendValue(value, &bytes);
    const std::optional<std::size_t> same = bytes.size() < kSharedMin ? std::nullopt : held.Find(bytes, side);
    if (!same) {
      rest_out.Varint(name.size());
      rest.append(name).append(bytes);
      continue;
    }
    out->Element(to.names, name);
    places.push_back(static_cast<std::uint32_t>(*same));
  }
  if (!places.empty()) {
    out->Nested(to.places, [&] {
      for (const std::uint32_t place : places) out->Varint(place);
    });
  }
  if (rest.empty()) return;
  out->Nested(to.rest, [&] {
    out->Varint(fields.size() - places.size());
    out->Bytes(rest);
  });
}

template <typename Message, typename BaseFields>
bool ReadShared(const Message& in, std::string_view rest, const BaseFields& base, Side side, Fields* fields) {
  if (!ReadFields(rest, fields) || in.same_names_size() != in.same_places_size()) return false;
  for (int i = 0; i < in.same_names_size(); ++i) {
    if (in.same_places(i) >= static_cast<std::uint32_t>(base.size())) return false;
    if (fields->contains(in.same_names(i))) return false;
    if (!ReadValue(HeldBytes(base.Get(static_cast<int>(in.same_places(i))), side), &(*fields)[in.same_names(i)])) return false;
  }
  return true;
}

void WriteStamp(const Stamp& stamp, int number, Wire* out) {
  if (stamp == Stamp{}) return;
  out->Nested(number, [&] {
    out->Number(v1::Stamp::kSessionFieldNumber, stamp.session);
    out->Number(v1::Stamp::kSeqFieldNumber, stamp.seq);
  });
}

void WriteMember(const Member& member, const Held& base, Side side, Wire* out) {
  using Out = v1::MemberRecord;
  out->Text(Out::kResourceFieldNumber, member.resource);
  out->Text(Out::kKeyFieldNumber, member.key);
  for (const std::string& key : member.former_keys) out->Element(Out::kFormerKeysFieldNumber, key);
  if (member.row) {
    out->Element(Out::kRowIncarnationFieldNumber, member.row->incarnation);
    out->Signed(Out::kRowNumberFieldNumber, member.row->number);
  }
  out->Number(Out::kPresenceFieldNumber, static_cast<std::uint64_t>(member.presence));
  WriteShared(member.shadow, base, side, {Out::kShadowFieldNumber, Out::kSameNamesFieldNumber, Out::kSamePlacesFieldNumber}, out);
  if (!member.digest.IsZero()) out->Text(Out::kDigestFieldNumber, WriteDigest(member.digest));
  WriteStamp(member.read, Out::kReadFieldNumber, out);
  WriteStamp(member.done, Out::kDoneFieldNumber, out);
  out->Flag(Out::kUnobservedFieldNumber, !member.observed);
  out->Text(Out::kRevisionFieldNumber, member.revision);
  out->Signed(Out::kChangedFromMicrosFieldNumber, member.changed_from_micros);
  out->Signed(Out::kChangedToMicrosFieldNumber, member.changed_to_micros);
  out->Signed(Out::kEqualUntilMicrosFieldNumber, member.equal_until_micros);
  out->Signed(Out::kSeenMicrosFieldNumber, member.seen_micros);
  if (!member.match_hashes.empty()) {
    out->Nested(Out::kMatchHashesFieldNumber, [&] {
      for (const std::uint64_t hash : member.match_hashes) out->Fixed64(hash);
    });
  }
  out->Flag(Out::kVerifyFieldNumber, member.verify);
  out->Text(Out::kMovedToFieldNumber, member.moved_to);
  out->Signed(Out::kUnseenSinceMicrosFieldNumber, member.unseen_since_micros);
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
  return ReadShared(in, in.shadow(), link.base(), side, &member->shadow) && ReadDigest(in.digest(), &member->digest);
}

// The rule of a field that no other rule settled: "<entity>.<field>".
bool IsOwnRule(std::string_view rule, std::string_view entity, std::string_view field) {
  return rule.size() == entity.size() + 1 + field.size() && rule.starts_with(entity) && rule[entity.size()] == '.' && rule.ends_with(field);
}

// What a record agreed on in one go says of itself once.
bool IsOfOneGo(const BaseField& a, const BaseField& b) {
  return a.pack_version == b.pack_version && a.source_side == b.source_side && a.since_micros == b.since_micros && a.seen_micros == b.seen_micros;
}

// REQUIRES: `held` is of `fields`.
void WriteBases(const NamedMap<BaseField>& fields, std::string_view entity, const Held& held, int number, Wire* out) {
  using Out = v1::BaseFieldRecord;
  const BaseField* before = nullptr;
  std::size_t place = 0;
  for (const auto& entry : fields) {
    const std::string& name = entry.first;
    const BaseField& field = entry.second;
    out->Nested(number, [&] {
      out->Text(Out::kNameFieldNumber, name);
      out->Text(Out::kLeftFieldNumber, held.Bytes(place, Side::kLeft));
      if (!held.IsSame(place)) out->Element(Out::kRightFieldNumber, held.Bytes(place, Side::kRight));
      const bool is_own = IsOwnRule(field.rule, entity, name);
      out->Flag(Out::kRuleIsOwnFieldNumber, is_own);
      if (!is_own) out->Text(Out::kRuleFieldNumber, field.rule);
      const bool is_as_before = before != nullptr && IsOfOneGo(*before, field);
      out->Flag(Out::kIsAsBeforeFieldNumber, is_as_before);
      if (!is_as_before) {
        out->Text(Out::kPackVersionFieldNumber, field.pack_version);
        out->Signed(Out::kSourceSideFieldNumber, field.source_side);
        out->Signed(Out::kSinceMicrosFieldNumber, field.since_micros);
        // Present, it may be none at all.
        if (field.seen_micros != 0) out->Present(Out::kSeenBeforeMicrosFieldNumber, static_cast<std::uint64_t>(field.since_micros - field.seen_micros));
      }
      out->Flag(Out::kNotHeldFieldNumber, field.not_held);
      out->Signed(Out::kStandInsLeftFieldNumber, field.stand_ins[Side::kLeft]);
      out->Signed(Out::kStandInsRightFieldNumber, field.stand_ins[Side::kRight]);
    });
    before = &field;
    ++place;
  }
}

template <typename Records>
bool ReadBases(const Records& records, std::string_view entity, NamedMap<BaseField>* fields) {
  fields->reserve(static_cast<std::size_t>(records.size()));
  BaseField before;   // without values
  for (const v1::BaseFieldRecord& in : records) {
    BaseField& field = (*fields)[in.name()];
    if (!ReadValue(in.left(), &field.held[Side::kLeft])) return false;
    field.held[Side::kRight] = field.held[Side::kLeft];
    if (in.has_right() && !ReadValue(in.right(), &field.held[Side::kRight])) return false;
    field.rule = in.rule_is_own() ? absl::StrCat(absl::string_view(entity.data(), entity.size()), ".", in.name()) : in.rule();
    if (!in.is_as_before()) {
      before.pack_version = in.pack_version();
      before.source_side = in.source_side();
      before.since_micros = in.since_micros();
      before.seen_micros = in.has_seen_before_micros() ? in.since_micros() - in.seen_before_micros() : 0;
    }
    field.pack_version = before.pack_version;
    field.source_side = before.source_side;
    field.since_micros = before.since_micros;
    field.seen_micros = before.seen_micros;
    field.not_held = in.not_held();
    field.stand_ins = {{in.stand_ins_left(), in.stand_ins_right()}};
  }
  return true;
}

void WriteDelivery(const Delivery& delivery, std::string_view entity, Side side, Wire* out) {
  using Out = v1::DeliveryRecord;
  const Held settles(delivery.settles);
  out->Number(Out::kIdFieldNumber, delivery.id);
  out->Number(Out::kVerbFieldNumber, static_cast<std::uint64_t>(delivery.verb));
  out->Number(Out::kStateFieldNumber, static_cast<std::uint64_t>(delivery.state));
  out->Number(Out::kLaneFieldNumber, static_cast<std::uint64_t>(delivery.lane));
  out->Number(Out::kOrderFieldNumber, delivery.order);
  out->Text(Out::kKeyFieldNumber, delivery.key);
  WriteShared(delivery.writes, settles, side, {Out::kWritesFieldNumber, Out::kSameNamesFieldNumber, Out::kSamePlacesFieldNumber}, out);
  if (!delivery.expected.empty()) out->Text(Out::kExpectedFieldNumber, EncodeFields(delivery.expected));
  out->Text(Out::kFindFieldFieldNumber, delivery.find_field);
  if (!delivery.find_value.IsNull()) out->Text(Out::kFindValueFieldNumber, EncodeValue(delivery.find_value));
  out->Flag(Out::kSearchFirstFieldNumber, delivery.search_first);
  out->Text(Out::kIdempotencyKeyFieldNumber, delivery.idempotency_key);
  WriteBases(delivery.settles, entity, settles, Out::kSettlesFieldNumber, out);
  out->Text(Out::kRuleFieldNumber, delivery.rule);
  out->Text(Out::kReasonFieldNumber, delivery.reason);
  out->Signed(Out::kAttemptsFieldNumber, delivery.attempts);
  out->Signed(Out::kMovedOnFieldNumber, delivery.moved_on);
  out->Signed(Out::kNotBeforeMicrosFieldNumber, delivery.not_before_micros);
  out->Signed(Out::kSearchesFieldNumber, delivery.searches);
  out->Text(Out::kLastCodeFieldNumber, delivery.last_code);
  out->Text(Out::kLastTextFieldNumber, delivery.last_text);
  out->Number(Out::kRunFieldNumber, delivery.run);
  out->Signed(Out::kLockedSinceMicrosFieldNumber, delivery.locked_since_micros);
}

bool ReadDelivery(const v1::DeliveryRecord& in, std::string_view entity, Side side, Delivery* delivery) {
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
  return ReadBases(in.settles(), entity, &delivery->settles) && ReadShared(in, in.writes(), in.settles(), side, &delivery->writes) && ReadFields(in.expected(), &delivery->expected) &&
         ReadValue(in.find_value(), &delivery->find_value);
}

void WriteDocument(const DocumentProgress& document, Wire* out) {
  using Out = v1::DocumentRecord;
  out->Text(Out::kStateFieldNumber, document.state);
  out->Text(Out::kStepFieldNumber, document.step);
  out->Number(Out::kPushFieldNumber, document.push);
  out->Flag(Out::kPriceWantedFieldNumber, document.price_wanted);
  out->Flag(Out::kPushWantedFieldNumber, document.push_wanted);
  out->Text(Out::kNumberFieldNumber, document.number);
  out->Text(Out::kPushKeyFieldNumber, document.push_key);
  if (!document.sent_digest.IsZero()) out->Text(Out::kSentDigestFieldNumber, WriteDigest(document.sent_digest));
  if (!document.result.empty()) out->Text(Out::kResultFieldNumber, EncodeFields(document.result));
  for (const std::string& problem : document.problems) out->Element(Out::kProblemsFieldNumber, problem);
  out->Signed(Out::kAttemptsFieldNumber, document.attempts);
  out->Signed(Out::kNotBeforeMicrosFieldNumber, document.not_before_micros);
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

void WriteSeal(const Seal& seal, Wire* out) {
  using Out = v1::SealRecord;
  out->Number(Out::kSideFieldNumber, static_cast<std::uint64_t>(seal.side));
  out->Signed(Out::kSinceMicrosFieldNumber, seal.since_micros);
  if (!seal.digest.IsZero()) out->Text(Out::kDigestFieldNumber, WriteDigest(seal.digest));
  if (!seal.found.empty()) out->Text(Out::kFoundFieldNumber, EncodeFields(seal.found));
}

bool ReadSeal(const v1::SealRecord& in, Seal* seal) {
  if (in.side() > 1) return false;
  seal->side = static_cast<Side>(in.side());
  seal->since_micros = in.since_micros();
  return ReadDigest(in.digest(), &seal->digest) && ReadFields(in.found(), &seal->found);
}

std::uint32_t Bits(const Both<bool>& sides) { return (sides[Side::kLeft] ? 1u : 0u) | (sides[Side::kRight] ? 2u : 0u); }

Both<bool> SidesOf(std::uint32_t bits) { return {{(bits & 1u) != 0, (bits & 2u) != 0}}; }

void WriteErasure(const Erasure& erasure, Wire* out) {
  using Out = v1::ErasureRecord;
  out->Signed(Out::kAtMicrosFieldNumber, erasure.at_micros);
  out->Signed(Out::kCleanMicrosFieldNumber, erasure.clean_micros);
  out->Text(Out::kRequestIdFieldNumber, erasure.request_id);
  for (const LinkId link : erasure.absorbed) out->Number(Out::kAbsorbedFieldNumber, link);
  out->Number(Out::kHeldFieldNumber, Bits(erasure.held));
  out->Number(Out::kReportedFieldNumber, Bits(erasure.reported));
  out->Number(Out::kLiftedFieldNumber, erasure.lifted ? 1 : 0);
}

Erasure ReadErasure(const v1::ErasureRecord& in) {
  Erasure erasure;
  erasure.at_micros = in.at_micros();
  erasure.clean_micros = in.clean_micros();
  erasure.request_id = in.request_id();
  erasure.absorbed.assign(in.absorbed().begin(), in.absorbed().end());
  erasure.held = SidesOf(in.held());
  erasure.reported = SidesOf(in.reported());
  erasure.lifted = in.lifted();
  return erasure;
}

void WriteUnheld(const std::string& name, const Both<Unheld>& unheld, Wire* out) {
  using Out = v1::UnheldRecord;
  for (const Side side : kSides) {
    out->Nested(v1::LinkRecord::kUnheldFieldNumber, [&] {
      out->Text(Out::kNameFieldNumber, name);
      out->Number(Out::kSideFieldNumber, static_cast<std::uint64_t>(side));
      if (unheld[side] == Unheld{}) return;
      out->Text(Out::kSentFieldNumber, EncodeValue(unheld[side].sent));
      out->Text(Out::kFoundFieldNumber, EncodeValue(unheld[side].found));
      out->Signed(Out::kTimesFieldNumber, unheld[side].times);
    });
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

void AppendLink(const Link& link, std::string* bytes) {
  using Out = v1::LinkRecord;
  Wire wire(bytes);
  Wire* const out = &wire;
  const Held base(link.base);
  out->Text(Out::kEntityFieldNumber, link.entity);
  out->Text(Out::kPhaseFieldNumber, link.phase);
  out->Number(Out::kOriginFieldNumber, static_cast<std::uint64_t>(link.origin));
  for (const Side side : kSides) {
    const Member& member = link.members[side];
    if (member == Member{}) continue;
    out->Nested(side == Side::kLeft ? Out::kLeftFieldNumber : Out::kRightFieldNumber, [&] { WriteMember(member, base, side, out); });
  }
  WriteBases(link.base, link.entity, base, Out::kBaseFieldNumber, out);
  for (const Side side : kSides) {
    if (!link.owed[side]) continue;
    out->Nested(side == Side::kLeft ? Out::kOwedLeftFieldNumber : Out::kOwedRightFieldNumber, [&] { WriteDelivery(*link.owed[side], link.entity, side, out); });
  }
  if (link.parked) {
    out->Nested(Out::kParkedFieldNumber, [&] {
      out->Text(v1::ParkingRecord::kReasonFieldNumber, link.parked->reason);
      out->Text(v1::ParkingRecord::kWaitFieldNumber, link.parked->wait);
      out->Number(v1::ParkingRecord::kItemFieldNumber, link.parked->item);
      out->Signed(v1::ParkingRecord::kSinceMicrosFieldNumber, link.parked->since_micros);
    });
  }
  for (const auto& [name, unheld] : link.unheld) WriteUnheld(name, unheld, out);
  // A map is a list of messages: 1 the key, 2 the value.
  for (const auto& [name, value] : link.drift) {
    out->Nested(Out::kDriftFieldNumber, [&, &key = name, &drifted = value] {
      out->Text(1, key);
      out->Text(2, EncodeValue(drifted));
    });
  }
  for (const auto& [reason, item] : link.items) {
    out->Nested(Out::kItemsFieldNumber, [&, &key = reason, &id = item] {
      out->Text(1, key);
      out->Number(2, id);
    });
  }
  for (const auto& [name, choice] : link.choices) {
    out->Nested(Out::kChoicesFieldNumber, [&, &key = name, &chosen = choice] {
      out->Text(1, key);
      out->Text(2, chosen);
    });
  }
  if (link.document) out->Nested(Out::kDocumentFieldNumber, [&] { WriteDocument(*link.document, out); });
  if (link.seal) out->Nested(Out::kSealFieldNumber, [&] { WriteSeal(*link.seal, out); });
  if (link.erased) out->Nested(Out::kErasedFieldNumber, [&] { WriteErasure(*link.erased, out); });
  out->Text(Out::kEvidenceFieldNumber, link.evidence);
  out->Signed(Out::kCreatedMicrosFieldNumber, link.created_micros);
  out->Number(Out::kJournalSeqFieldNumber, link.journal_seq);
  out->Number(Out::kGenerationFieldNumber, link.generation);
}

bool ReadLink(const v1::LinkRecord& in, Link* link) {
  link->entity = in.entity();
  link->phase = in.phase();
  link->origin = static_cast<Side>(in.origin());
  if (in.has_left() && !ReadMember(in.left(), in, Side::kLeft, &link->members[Side::kLeft])) return false;
  if (in.has_right() && !ReadMember(in.right(), in, Side::kRight, &link->members[Side::kRight])) return false;
  if (!ReadBases(in.base(), in.entity(), &link->base)) return false;
  if (in.has_owed_left() && !ReadDelivery(in.owed_left(), in.entity(), Side::kLeft, &link->owed[Side::kLeft].emplace())) return false;
  if (in.has_owed_right() && !ReadDelivery(in.owed_right(), in.entity(), Side::kRight, &link->owed[Side::kRight].emplace())) return false;
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
  if (in.has_erased()) link->erased = ReadErasure(in.erased());
  link->evidence = in.evidence();
  link->created_micros = in.created_micros();
  link->journal_seq = in.journal_seq();
  link->generation = in.generation();
  return true;
}

}  // namespace entente::store
