#include "engine/rpc/pack_wire.h"

#include "absl/strings/str_cat.h"
#include "engine/rpc/plan_wire.h"
#include "engine/rpc/views.h"
#include "engine/runtime/error.h"
#include "entente/sync/v1/pack.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

std::string PlaceName(const Pack& pack, Side side, const std::string& resource) { return absl::StrCat(pack.sides[side].name, "/", resource); }

void ShowFields(const EntityRule* entity, Side side, const Fields& fields, google::protobuf::Map<std::string, v1::Value>* out) {
  for (const auto& [name, value] : fields) Show(Shown(entity, side, name, Readable(value)), &(*out)[name]);
}

void ShowSample(const Pack& pack, const WriteDifference& difference, v1::WriteSample* out) {
  const PlannedWrite& write = difference.write;
  const bool is_spared = write.number == 0;
  const EntityRule* entity = pack.Entity(write.entity);
  out->set_link(write.link);
  out->set_entity(write.entity);
  out->set_side(pack.sides[write.side].name);
  out->set_verb(is_spared ? "spared" : std::string(NameOf(write.verb)));
  out->set_resource(write.resource);
  out->set_key(std::string(Readable(Value(write.makes.empty() ? write.key : write.makes)).TextOrEmpty()));
  out->set_rule(write.rule);
  ShowFields(entity, write.side, write.before, out->mutable_before());
  if (!is_spared) ShowFields(entity, write.side, write.writes, out->mutable_after());
  ShowFields(entity, write.side, difference.former, out->mutable_former());
}

void ShowEffect(const Pack& pack, const RuleEffect& effect, v1::RuleEffect* out) {
  const RuleChange& change = effect.change;
  out->set_name(change.name);
  if (!change.name.empty()) {
    out->set_kind(std::string(NameOf(change.rule)));
    out->set_change(std::string(NameOf(change.kind)));
  }
  const auto place = [](const RuleSource& from, v1::RulePlace* to) {
    to->set_file(from.file);
    to->set_line(from.line);
  };
  if (change.before.line != 0) place(change.before, out->mutable_before());
  if (change.after.line != 0) place(change.after, out->mutable_after());
  for (const RuleChange::Detail& detail : change.details) {
    v1::RuleDetail* to = out->add_details();
    to->set_path(detail.path);
    to->set_before(detail.before);
    to->set_after(detail.after);
  }
  out->set_reached(effect.reached);
  const auto count = [&](Side side, std::string_view verb, std::int64_t number) {
    if (number == 0) return;
    v1::WriteCount* to = out->add_writes();
    to->set_side(pack.sides[side].name);
    to->set_verb(std::string(verb));
    to->set_count(number);
  };
  for (Side side : kSides) {
    for (const auto& [verb, number] : effect.writes[side]) count(side, NameOf(verb), number);
    count(side, "spared", effect.spared[side]);
    count(side, "leaves_scope", effect.leave[side]);
    count(side, "enters_scope", effect.enter[side]);
  }
  out->mutable_parked()->insert(effect.parked.begin(), effect.parked.end());
  out->mutable_freed()->insert(effect.freed.begin(), effect.freed.end());
  out->set_conflicts(effect.conflicts);
  for (const WriteDifference& sample : effect.samples) ShowSample(pack, sample, out->add_samples());
}

void ShowUnread(const Pack& pack, const NativeFields& unread, google::protobuf::RepeatedPtrField<std::string>* out) {
  for (const auto& [place, fields] : unread) {
    for (const std::string& field : fields) out->Add(absl::StrCat(PlaceName(pack, place.first, place.second), ".", field));
  }
}

}  // namespace

absl::StatusOr<PackFiles> ReadContent(const v1::PackContent& content) {
  PackFiles files;
  files.first = content.first();
  std::size_t bytes = 0;
  for (const auto& [name, text] : content.files()) {
    bytes += name.size() + text.size();
    files.texts[name] = text;
  }
  if (bytes > kPackBytesMax) {
    return MakeError(absl::StatusCode::kInvalidArgument, "PACK_TOO_LARGE", absl::StrCat("The files of the pack are larger than ", kPackBytesMax / 1024, " KiB together. Take out what is not needed."));
  }
  if (!files.texts.contains(files.first)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID", "The first file of the pack is not among those sent. Send the pack with: entente pack what-if FOLDER, or entente pack activate FOLDER.");
  }
  return files;
}

void Show(const Pack& running, const PackComparison& comparison, v1::WhatIfReport* out) {
  const WhatIf& what_if = comparison.what_if;
  const Pack& pack = *comparison.pack;
  for (const RuleEffect& effect : what_if.rules) ShowEffect(pack, effect, out->add_rules());
  ShowEffect(running, what_if.others, out->mutable_others());
  out->set_links(what_if.links);
  out->set_looked(what_if.looked);
  out->set_reached(what_if.reached);
  out->mutable_reached_in()->insert(what_if.reached_in.begin(), what_if.reached_in.end());
  out->mutable_left_to_itself()->insert(what_if.left_to_itself.begin(), what_if.left_to_itself.end());
  ShowUnread(pack, what_if.unread, out->mutable_unread());
  for (const auto& [side, resource] : what_if.relist) out->add_relist(PlaceName(pack, side, resource));
  ShowCosts(pack, what_if.plan, out->mutable_costs());
  out->set_millis(absl::ToInt64Milliseconds(comparison.took));
  out->set_pack(pack.name);
  out->set_pack_version(pack.version);
  out->set_pack_hash(pack.hash);
}

void ShowActive(const Pack& pack, bool is_activated, const MachineStatus& status, v1::ActivePack* out) {
  out->set_pack(pack.name);
  out->set_pack_version(pack.version);
  out->set_pack_hash(pack.hash);
  out->set_since_micros(status.pack_since_micros);
  out->set_generation(status.generation);
  out->set_origin(is_activated ? "activation" : "configuration");
  out->set_adopting(status.adopting);
  ShowUnread(pack, status.unread, out->mutable_unread());
}

}  // namespace entente
