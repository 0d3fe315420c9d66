#include "tools/benchmark/micro_records.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "engine/language/pack.h"
#include "tools/benchmark/person.h"

namespace entente::micro {
namespace {

[[noreturn]] void Fail(const absl::Status& status) {
  std::fprintf(stderr, "entente-bench-micro: %s\n", std::string(status.message()).c_str());
  std::exit(1);
}

PackPtr LoadPeople() {
  LoadOptions options;
  options.search_path = {GetFolders().packs, GetFolders().rules};
  absl::StatusOr<PackPtr> pack = LoadPack(GetFolders().packs + "/people", options);
  if (!pack.ok()) Fail(pack.status());
  return *std::move(pack);
}

// Both sides hold the same and agreed on it.
Link LinkOf(LinkId id, const std::string& key, const Fields& fields) {
  const EntityRule& entity = People();
  Link link;
  link.id = id;
  link.entity = entity.name;
  for (Side side : kSides) {
    Member& member = link.members[side];
    member.resource = entity.sides[side].resource;
    member.key = absl::StrCat(side == Side::kLeft ? "" : "R", key);
    member.presence = Presence::kPresent;
    member.shadow = fields;
    member.digest = DigestOfFields(fields);
    member.row = Row{"db", static_cast<std::int64_t>(id)};
    member.read = Stamp{1, id};
    member.seen_micros = 1'790'000'000'000'000 + static_cast<std::int64_t>(id);
  }
  for (const FieldRule& field : entity.fields) {
    BaseField& base = link.base[field.name];
    for (Side side : kSides) {
      const FieldSide& own = field.sides[side];
      const Value& native = FieldOf(fields, own.native);
      base.held[side] = own.lens ? own.lens->Get(native) : native;
    }
    base.rule = absl::StrCat(entity.name, ".", field.name);
    base.pack_version = PeoplePack().version;
    base.since_micros = 1'790'000'000'000'000;
  }
  link.evidence = "code";
  link.created_micros = 1'790'000'000'000'000;
  return link;
}

std::vector<Record> MakeRecords() {
  std::vector<Record> out(kRecords);
  for (std::size_t i = 0; i < kRecords; ++i) {
    benchmark::FillPerson(i, &out[i].wire);
    out[i].wire_bytes = out[i].wire.ByteSizeLong();
    absl::StatusOr<FeedChange> read = Catalogue().ReadChange(out[i].wire, benchmark::kPeople);
    if (!read.ok()) Fail(read.status());
    out[i].fields = std::move(read->fields);
    out[i].link = LinkOf(i + 1, out[i].wire.key(), out[i].fields);
  }
  return out;
}

SessionCatalogue MakeCatalogue() {
  absl::StatusOr<SessionCatalogue> catalogue = SessionCatalogue::Make(benchmark::PeopleCatalogue(), PeoplePack(), Side::kLeft);
  if (!catalogue.ok()) Fail(catalogue.status());
  return *std::move(catalogue);
}

double MeanBytes() {
  static const double mean = [] {
    double bytes = 0;
    for (const Record& record : Records()) bytes += static_cast<double>(record.wire_bytes);
    return bytes / static_cast<double>(kRecords);
  }();
  return mean;
}

}  // namespace

Folders& GetFolders() {
  static Folders folders;
  return folders;
}

const Pack& PeoplePack() {
  static const PackPtr pack = LoadPeople();
  return *pack;
}

const EntityRule& People() { return *PeoplePack().Entity("contact"); }

const SessionCatalogue& Catalogue() {
  static const SessionCatalogue catalogue = MakeCatalogue();
  return catalogue;
}

const std::vector<Record>& Records() {
  static const std::vector<Record> records = MakeRecords();
  return records;
}

void Report(::benchmark::State& state, std::size_t records_an_iteration) {
  const double records = static_cast<double>(state.iterations()) * static_cast<double>(records_an_iteration);
  state.counters["records/s"] = ::benchmark::Counter(records, ::benchmark::Counter::kIsRate);
  state.counters["bytes/s"] = ::benchmark::Counter(records * MeanBytes(), ::benchmark::Counter::kIsRate, ::benchmark::Counter::kIs1024);
}

}  // namespace entente::micro
