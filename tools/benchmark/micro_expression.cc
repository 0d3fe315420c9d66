// Expressions of rules/ssm as the pack compiles them, evaluated over accounts and contacts made of the records. Compiled once, with the pack.
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/language/pack.h"
#include "engine/pipeline/project.h"
#include "tools/benchmark/micro_records.h"

namespace entente::micro {
namespace {

const PackPtr& SsmPack() {
  static const PackPtr pack = [] {
    LoadOptions options;
    options.search_path = {GetFolders().rules};
    absl::StatusOr<PackPtr> loaded = LoadPack(GetFolders().rules + "/ssm", options);
    return loaded.ok() ? *std::move(loaded) : nullptr;
  }();
  return pack;
}

std::string TextOf(const Record& record, std::string_view field) { return std::string(FieldOf(record.fields, field).TextOrEmpty()); }

// A third party of Sage and its account, each with the columns the expressions read.
Fields SageParty(const Record& record, std::size_t index) {
  const std::string siren = absl::StrCat(300'000'000 + index * 7919);
  return {{"CT_Num", absl::StrCat("CL", 10'000 + index)},
          {"CT_Intitule", absl::StrCat(TextOf(record, "last_name"), " & Fils SARL")},
          {"CT_Prospect", static_cast<std::int64_t>(index % 4 == 0)},
          {"CT_Sommeil", 0},
          {"CT_Adresse", FieldOf(record.fields, "street")},
          {"CT_CodePostal", FieldOf(record.fields, "postcode")},
          {"CT_Ville", FieldOf(record.fields, "city")},
          {"CT_Telephone", FieldOf(record.fields, "phone")},
          {"CT_EMail", FieldOf(record.fields, "email")},
          {"CT_Siret", absl::StrCat(siren.substr(0, 3), " ", siren.substr(3, 3), " ", siren.substr(6, 3), " 00012")},
          {"CT_Identifiant", absl::StrCat("FR", 10 + index % 89, " ", siren)}};
}

Fields SsmAccount(const Record& record, std::size_t index) {
  return {{"id", absl::StrCat(5000 + index)},
          {"extId", absl::StrCat("cl", 10'000 + index, " ")},
          {"name", absl::StrCat(TextOf(record, "last_name"), " et fils")},
          {"statusId", index % 4 == 0 ? "Prospect" : "Client"},
          {"postcode", FieldOf(record.fields, "postcode")},
          {"vatNumber", absl::StrCat("FR", 10 + index % 89, 300'000'000 + index * 7919)}};
}

Fields SageContact(const Record& record, std::size_t index) {
  return {{"CT_No", static_cast<std::int64_t>(index + 1)},
          {"CT_Nom", FieldOf(record.fields, "last_name")},
          {"CT_Prenom", FieldOf(record.fields, "first_name")},
          {"CT_EMail", FieldOf(record.fields, "email")}};
}

std::vector<Link> LinksOf(const char* entity) {
  std::vector<Link> out;
  const bool is_party = std::string_view(entity) == "party";
  for (const Record& record : Records()) {
    Link& link = out.emplace_back();
    const std::size_t index = out.size() - 1;
    link.id = index + 1;
    link.entity = entity;
    link.members[Side::kLeft].shadow = is_party ? SageParty(record, index) : SageContact(record, index);
    if (is_party) link.members[Side::kRight].shadow = SsmAccount(record, index);
    for (Side side : kSides) link.members[side].presence = Presence::kPresent;
  }
  return out;
}

struct Kind {
  const char* name;
  const char* entity;
  FormulaPtr (*find)(const EntityRule& entity);
};

template <Side side>
FormulaPtr MatchKey(const EntityRule& entity, std::string_view name) {
  for (const MatchRule& rule : entity.matches) {
    if (rule.name == name) return rule.key[side];
  }
  return nullptr;
}

constexpr Kind kKinds[] = {
    {"phase_of_party", "party", [](const EntityRule& entity) { return entity.phases.empty() ? nullptr : entity.phases.front().when; }},
    {"in_scope_of_account", "party", [](const EntityRule& entity) { return entity.sides[Side::kRight].in_scope; }},
    {"key_code", "party", [](const EntityRule& entity) { return MatchKey<Side::kRight>(entity, "code"); }},
    {"key_vat_number", "party", [](const EntityRule& entity) { return MatchKey<Side::kLeft>(entity, "vat_number"); }},
    {"key_siret", "party", [](const EntityRule& entity) { return MatchKey<Side::kLeft>(entity, "siret"); }},
    {"key_name_postcode", "party", [](const EntityRule& entity) { return MatchKey<Side::kLeft>(entity, "name_postcode"); }},
    {"check_siren", "party",
     [](const EntityRule& entity) {
       for (const Check& check : entity.checks) {
         if (check.name == "siren_mismatch") return check.holds;
       }
       return FormulaPtr();
     }},
    {"key_contact_name", "contact", [](const EntityRule& entity) { return MatchKey<Side::kLeft>(entity, "name"); }},
};

void Evaluate(::benchmark::State& state, const Kind& kind) {
  if (SsmPack() == nullptr) return state.SkipWithError("rules/ssm cannot be loaded");
  const EntityRule* entity = SsmPack()->Entity(kind.entity);
  const FormulaPtr formula = entity == nullptr ? nullptr : kind.find(*entity);
  if (formula == nullptr) return state.SkipWithError("the pack has no such expression any more");
  const std::vector<Link> links = LinksOf(kind.entity);
  std::size_t next = 0;
  std::size_t faults = 0;
  for (auto _ : state) {
    const LinkScope scope(*SsmPack(), links[next++ % kRecords]);
    const absl::StatusOr<Value> value = formula->Evaluate(scope.scope());
    if (!value.ok()) ++faults;
    ::benchmark::DoNotOptimize(value);
  }
  if (faults > 0) state.SkipWithError("the expression failed on a record");
  state.counters["evaluations/s"] = ::benchmark::Counter(static_cast<double>(state.iterations()), ::benchmark::Counter::kIsRate);
}

const bool kRegistered = [] {
  for (const Kind& kind : kKinds) {
    ::benchmark::RegisterBenchmark((std::string("expression/") + kind.name).c_str(), [&kind](::benchmark::State& state) { Evaluate(state, kind); });
  }
  return true;
}();

}  // namespace
}  // namespace entente::micro
