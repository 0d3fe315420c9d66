#include "tests/store/sample.h"

#include <unistd.h>

#include <stdexcept>
#include <string>

namespace entente::store {
namespace {

BaseField FullBase(const std::string& left, const std::string& right) {
  BaseField field;
  field.held[Side::kLeft] = left;
  field.held[Side::kRight] = right;
  field.rule = "party.name";
  field.pack_version = "1.2";
  field.source_side = 1;
  field.since_micros = 99;
  field.seen_micros = 97;
  field.not_held = true;
  field.stand_ins = {{0, 2}};
  return field;
}

Member FullMember(const std::string& key) {
  Member member;
  member.resource = "party";
  member.key = key;
  member.former_keys = {"OLD1", "OLD2"};
  member.row = Row{"db-1", -5};
  member.presence = Presence::kPresent;
  member.shadow = {{"CT_Intitule", "Dupont"}, {"CT_Encours", *Decimal::Parse("12.50")}, {"CT_Sommeil", Value(false)}, {"CT_Vide", Value()}};
  member.digest = {1, 2};
  member.read = {3, 4};
  member.done = {5, 6};
  member.observed = false;
  member.revision = "r7";
  member.changed_from_micros = 8;
  member.changed_to_micros = 9;
  member.equal_until_micros = 10;
  member.seen_micros = 11;
  member.match_hashes = {12, 13};
  member.verify = true;
  return member;
}

Delivery FullDelivery() {
  Delivery delivery;
  delivery.id = 21;
  delivery.verb = Verb::kUpdate;
  delivery.state = Delivery::State::kUncertain;
  delivery.lane = Lane::kBulk;
  delivery.order = 22;
  delivery.key = "411";
  delivery.writes = {{"name", "Durand"}};
  delivery.expected = {{"name", "Dupont"}};
  delivery.find_field = "extId";
  delivery.find_value = Value("411");
  delivery.search_first = true;
  delivery.idempotency_key = "k";
  delivery.settles = {{"name", FullBase("Durand", "Durand")}};
  delivery.rule = "party.name";
  delivery.reason = "edited";
  delivery.attempts = 2;
  delivery.moved_on = 1;
  delivery.not_before_micros = 23;
  delivery.searches = 1;
  delivery.last_code = "THROTTLED";
  delivery.last_text = "slow down";
  delivery.locked_since_micros = 24;
  return delivery;
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "entente-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch directory");
  path_ = name;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Link FullLink(LinkId id) {
  Link link;
  link.id = id;
  link.entity = "party";
  link.phase = "customer";
  link.origin = Side::kRight;
  link.members[Side::kLeft] = FullMember("C0001");
  link.members[Side::kRight] = FullMember("77");
  link.base = {{"name", FullBase("DUPONT", "Dupont")}, {"city", FullBase("Lyon", "Lyon")}};
  link.owed[Side::kLeft] = FullDelivery();
  link.owed[Side::kRight] = FullDelivery();
  link.parked = Parking{"parent_missing", "link:42:1", 7, 31};
  link.unheld["fax"][Side::kRight] = {Value("1"), Value("2"), 2};
  link.drift = {{"email", Value("a@example.org")}};
  link.items = {{"conflict", 8}};
  link.choices = {{"restore", "yes"}};
  DocumentProgress document;
  document.state = "sent";
  document.step = "pricing";
  document.push = 9;
  document.price_wanted = document.push_wanted = true;
  document.number = "DE00012";
  document.push_key = "q-77";
  document.sent_digest = {41, 42};
  document.result = {{"total", *Decimal::Parse("1.05")}};
  document.problems = {"unknown article"};
  document.attempts = 3;
  document.not_before_micros = 43;
  link.document = document;
  link.seal = Seal{.side = Side::kRight, .since_micros = 61, .digest = {62, 63}, .found = {{"DO_TotalHT", *Decimal::Parse("9.00")}, {"DO_Ref", Value()}}};
  link.erased = Erasure{.at_micros = 71, .clean_micros = 72, .request_id = "r-1", .absorbed = {73, 74}, .held = {{true, false}}, .reported = {{false, true}}, .lifted = true};
  link.evidence = "email";
  link.created_micros = 51;
  link.journal_seq = 52;
  link.generation = 53;
  return link;
}

WorkItem FullWorkItem(WorkItemId id) {
  WorkItem item;
  item.id = id;
  item.kind = WorkItem::Kind::kHeldDelete;
  item.reason = "mass_delete";
  item.link = 3;
  item.entity = "party";
  item.side = 1;
  item.group = "g";
  item.opened_micros = 1;
  item.closed_micros = 2;
  item.due_micros = 3;
  item.message_fr = "Trop de suppressions.";
  item.message_en = "Too many deletes.";
  item.details = {{"count", 12}};
  item.choices = {"approve", "reject"};
  item.resolution = "";
  return item;
}

JournalEntry FullJournalEntry(LinkId link, std::uint64_t seq) {
  JournalEntry entry;
  entry.link = link;
  entry.seq = seq;
  entry.at_micros = 1'000'000;
  entry.kind = "decided";
  entry.side = 0;
  entry.rule = "party.name";
  entry.pack_version = "1.2";
  entry.details = {{"field", "name"}};
  return entry;
}

}  // namespace entente::store
