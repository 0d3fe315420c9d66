#include "engine/rpc/plan_wire.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <map>
#include <utility>

#include "engine/core/canonical.h"
#include "engine/rpc/views.h"
#include "engine/runtime/error.h"
#include "entente/sync/v1/plan.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

constexpr int kWritesPerPart = 200;

absl::Status Damaged() {
  return MakeError(absl::StatusCode::kInvalidArgument, "PLAN_DAMAGED",
                   "This is not a plan as the engine made it: something was changed or is missing. Make a new plan with: entente plan --out FILE");
}

// Map fields are written in the order of their keys.
std::string Deterministic(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

Verb VerbNamed(std::string_view name) {
  for (Verb verb : {Verb::kCreate, Verb::kUpdate, Verb::kDelete, Verb::kUndelete}) {
    if (NameOf(verb) == name) return verb;
  }
  return Verb::kNone;
}

bool ReadWrite(const Pack& pack, const v1::PlannedWrite& in, PlannedWrite* out) {
  const std::optional<Side> side = SideNamed(pack, in.side());
  const absl::StatusOr<Fields> exact = DecodeFields(in.exact());
  if (!side || !exact.ok() || VerbNamed(in.verb()) == Verb::kNone) return false;
  const auto* writes = FieldOf(*exact, "writes").As<Map>();
  const auto* before = FieldOf(*exact, "before").As<Map>();
  if (!writes || !before) return false;
  *out = {.number = in.number(), .link = in.link(), .entity = in.entity(), .side = *side, .verb = VerbNamed(in.verb()), .resource = in.resource(),
          .key = std::string(FieldOf(*exact, "key").TextOrEmpty()), .writes = *writes, .before = *before, .rule = in.rule(), .reason = in.reason(),
          .makes = std::string(FieldOf(*exact, "makes").TextOrEmpty()), .needs = {in.needs().begin(), in.needs().end()}, .loses = in.loses()};
  return true;
}

void WriteLeft(const Pack& pack, const LeftAlone& left, v1::PlanLeft* out) {
  const EntityRule* entity = pack.Entity(left.entity);
  out->set_link(left.link);
  out->set_entity(left.entity);
  out->set_side(pack.sides[left.side].name);
  out->set_resource(left.resource);
  out->set_key(left.key);
  out->set_field(left.field);
  out->set_reason(left.reason);
  if (left.field.empty()) return;
  Show(Shown(entity, left.side, left.field, left.ours), out->mutable_ours());
  Show(Shown(entity, left.side, left.field, left.now), out->mutable_now());
}

}  // namespace

void Show(const Pack& pack, const PlannedWrite& write, v1::PlannedWrite* out) {
  out->set_number(write.number);
  out->set_link(write.link);
  out->set_entity(write.entity);
  out->set_side(pack.sides[write.side].name);
  out->set_verb(std::string(NameOf(write.verb)));
  out->set_resource(write.resource);
  out->set_key(std::string(Readable(Value(write.makes.empty() ? write.key : write.makes)).TextOrEmpty()));
  // What people see of a person's data is masked; what is to be written stands in `exact`.
  const EntityRule* entity = pack.Entity(write.entity);
  for (const auto& [name, value] : write.writes) Show(Shown(entity, write.side, name, Readable(value)), &(*out->mutable_after())[name]);
  for (const auto& [name, value] : write.before) Show(Shown(entity, write.side, name, Readable(value)), &(*out->mutable_before())[name]);
  out->set_rule(write.rule);
  out->set_reason(write.reason);
  out->set_loses(write.loses);
  for (int number : write.needs) out->add_needs(number);
  const Fields exact{{"key", write.key}, {"makes", write.makes}, {"writes", Map(write.writes)}, {"before", Map(write.before)}};
  out->set_exact(EncodeFields(exact));
}

void Show(const std::vector<PlannedHold>& held, const std::function<v1::PlanHold*()>& add) {
  std::map<std::pair<std::string, std::string>, std::int64_t> counts;
  for (const PlannedHold& hold : held) ++counts[{hold.entity, hold.reason}];
  for (const auto& [what, count] : counts) {
    v1::PlanHold* out = add();
    out->set_entity(what.first);
    out->set_reason(what.second);
    out->set_count(count);
  }
}

Value Readable(const Value& value) {
  Value out = value;
  if (auto* text = out.As<std::string>()) {
    for (char& c : *text) c = c == kPlaceholderOpens ? '<' : c == kPlaceholderCloses ? '>' : c;
  }
  if (auto* reference = out.As<Reference>()) reference->key = std::string(Readable(Value(reference->key)).TextOrEmpty());
  if (auto* list = out.As<List>()) {
    for (Value& element : *list) element = Readable(element);
  }
  if (auto* map = out.As<Map>()) {
    for (auto& [name, element] : map->Mutable()) element = Readable(element);
  }
  return out;
}

void ShowCosts(const Pack& pack, const Plan& plan, google::protobuf::RepeatedPtrField<v1::PlanCost>* out) {
  for (Side side : kSides) {
    v1::PlanCost* cost = out->Add();
    cost->set_side(pack.sides[side].name);
    cost->set_writes(plan.cost[side].writes);
    cost->set_calls(plan.cost[side].calls);
    cost->set_seconds(plan.cost[side].seconds);
  }
}

void WritePlan(const Pack& pack, const Plan& plan, const std::function<bool(const v1::PlanPart&)>& take) {
  std::string digests;
  const auto give = [&](const v1::PlanPart& part) {
    digests += DigestOf(Deterministic(part)).ToHex();
    return take(part);
  };
  v1::PlanPart first;
  v1::PlanHead& head = *first.mutable_head();
  head.set_kind(plan.kind);
  head.set_pack(plan.pack);
  head.set_pack_version(plan.pack_version);
  head.set_pack_hash(plan.pack_hash);
  for (Side side : kSides) head.add_companies(plan.company[side]);
  head.set_made_micros(plan.made_micros);
  head.set_scope(plan.scope);
  head.set_deletes_max(plan.deletes_max);
  if (!give(first)) return;
  if (plan.rules) {
    v1::PlanPart part;
    part.mutable_rules()->set_first(plan.rules->first);
    part.mutable_rules()->set_replaces(plan.rules->replaces);
    for (const auto& [name, text] : plan.rules->files) (*part.mutable_rules()->mutable_files())[name] = text;
    if (!give(part)) return;
  }
  for (std::size_t from = 0; from < plan.writes.size(); from += kWritesPerPart) {
    v1::PlanPart part;
    for (std::size_t i = from; i < std::min(plan.writes.size(), from + kWritesPerPart); ++i) Show(pack, plan.writes[i], part.mutable_writes()->add_writes());
    if (!give(part)) return;
  }
  for (std::size_t from = 0; from < plan.left.size(); from += kWritesPerPart) {
    v1::PlanPart part;
    for (std::size_t i = from; i < std::min(plan.left.size(), from + kWritesPerPart); ++i) WriteLeft(pack, plan.left[i], part.mutable_lefts()->add_left());
    if (!give(part)) return;
  }
  v1::PlanPart last;
  v1::PlanEnd& end = *last.mutable_end();
  end.set_links(plan.links);
  Show(plan.held, [&] { return end.add_held(); });
  for (LinkId link : plan.united) end.add_united(link);
  for (const std::string& request : plan.requests) end.add_requests(request);
  ShowCosts(pack, plan, end.mutable_costs());
  end.set_digest(DigestOf(digests + DigestOf(Deterministic(last)).ToHex()).ToHex());
  take(last);
}

absl::Status PlanReader::Take(const v1::PlanPart& part) {
  if (has_end_ || (part.has_head() == has_head_)) return Damaged();
  if (part.has_end()) {
    has_end_ = true;
    plan_.united.assign(part.end().united().begin(), part.end().united().end());
    v1::PlanPart bare = part;
    bare.mutable_end()->clear_digest();
    const std::string digest = DigestOf(digests_ + DigestOf(Deterministic(bare)).ToHex()).ToHex();
    return digest == part.end().digest() ? absl::OkStatus() : Damaged();
  }
  digests_ += DigestOf(Deterministic(part)).ToHex();
  if (part.has_head()) {
    const v1::PlanHead& head = part.head();
    has_head_ = true;
    plan_.kind = head.kind();
    plan_.pack = head.pack();
    plan_.pack_version = head.pack_version();
    plan_.pack_hash = head.pack_hash();
    if (head.companies_size() != 2) return Damaged();
    for (Side side : kSides) plan_.company[side] = head.companies(static_cast<int>(Index(side)));
    plan_.made_micros = head.made_micros();
    plan_.scope = head.scope();
    plan_.deletes_max = head.deletes_max();
    return absl::OkStatus();
  }
  if (part.has_rules()) {
    PlannedRules rules{part.rules().first(), {}, part.rules().replaces()};
    for (const auto& [name, text] : part.rules().files()) rules.files[name] = text;
    plan_.rules = std::make_shared<const PlannedRules>(std::move(rules));
    return absl::OkStatus();
  }
  for (const v1::PlannedWrite& write : part.writes().writes()) {
    if (!ReadWrite(pack_, write, &plan_.writes.emplace_back())) return Damaged();
  }
  return absl::OkStatus();
}

absl::StatusOr<Plan> PlanReader::Finish() {
  if (!has_end_) return Damaged();
  return std::move(plan_);
}

void Show(const ApplyReport& report, v1::ApplyReport* out) {
  out->set_id(report.id);
  out->set_running(report.running);
  out->set_planned(report.planned);
  out->set_made(report.made);
  for (const PlanRefusal& refusal : report.refused) {
    v1::PlanRefusal* refused = out->add_refused();
    refused->set_number(refusal.number);
    refused->set_link(refusal.link);
    refused->set_reason(refusal.reason);
  }
}

}  // namespace entente
