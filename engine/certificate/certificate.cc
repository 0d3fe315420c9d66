#include "engine/certificate/certificate.h"

#include <algorithm>
#include <map>

#include "engine/certificate/dependencies.h"
#include "engine/certificate/field_enumerate.h"
#include "engine/certificate/life_enumerate.h"
#include "engine/certificate/places.h"
#include "engine/core/digest.h"

namespace entente::certificate {
namespace {

std::string Where(const std::string& name, const std::string& phase) { return "`" + name + "`" + (phase.empty() ? "" : " in the phase " + phase); }

std::string RemedyFor(std::string_view law) {
  if (law == law::kNoDeleteByDefault || law == law::kNoResurrection || law == law::kNothingIgnored) {
    return "Say what a creation and a deletion of each side mean, so that every record is acted upon or shown.";
  }
  if (law == law::kNoEditLost || law == law::kRuledWinner) return "Say who wins, or let a person be asked.";
  return "Give the field one direction, or a lens on each written side that gives back what it was given.";
}

// An entry a pack wrote, and whether it decides anything for any of those it speaks for.
struct Entry {
  RuleSource source;
  std::string key, scope, entity;
  bool decides = false;
};

class Certifier {
 public:
  Certifier(const Pack& pack, const Decisions& decisions) : pack_(pack), decisions_(decisions), names_{{pack.sides[Side::kLeft].name, pack.sides[Side::kRight].name}} {}

  Certificate Run() {
    certificate_.pack = pack_.name;
    certificate_.pack_version = pack_.version;
    certificate_.pack_hash = pack_.hash;
    for (const EntityRule& entity : pack_.entities) CertifyEntity(entity);
    Refuse(law::kAcyclic, CheckCycles(pack_));
    for (const auto& [key, entry] : entries_) {
      if (!entry.decides) RefuseEntry(entry);
    }
    certificate_.hash = DigestOf(ToJson(certificate_)).ToHex();
    return std::move(certificate_);
  }

 private:
  void CertifyEntity(const EntityRule& entity) {
    certificate_.entities.push_back({entity.name, ParentDepth(pack_, entity)});
    certificate_.parents = std::max(certificate_.parents, certificate_.entities.back().parents);
    Refuse(law::kOneOwner, CheckConditions(pack_, entity));
    for (const std::string& phase : PhasesOf(entity)) {
      CertifyLife(entity, phase);
      for (const FieldRule& field : entity.fields) {
        // With one side only there is nothing to keep in agreement.
        if (field.sides[Side::kLeft].exists() && field.sides[Side::kRight].exists()) CertifyField(entity, phase, field);
      }
    }
  }

  void CertifyField(const EntityRule& entity, const std::string& phase, const FieldRule& field) {
    const FieldKind kind = KindOf(pack_, entity, field, phase);
    const std::string key = kind.Key();
    auto known = results_.find(key);
    if (known == results_.end()) known = results_.emplace(key, EnumerateField(kind, decisions_, names_)).first;
    const FieldResult& result = known->second;
    certificate_.fields.push_back({entity.name, phase, field.name, result.states, result.transitions, result.rounds, !result.violation});
    Count(result.states, result.transitions, result.rounds);
    if (result.violation) {
      Refuse(*result.violation, entity, phase, field.name, field.source, Where(entity.name + "." + field.name, phase));
    }
    for (const Statement& statement : kind.policy.statements) NoteEntry(entity, statement, kind, key);
  }

  // What the pack says of every field is there for fields to come, too; what it inherits was judged where it was written.
  Entry* EntryOf(const EntityRule& entity, const Statement& statement) {
    if (statement.scope == "the pack" || !statement.source.file.starts_with(pack_.folder + "/")) return nullptr;
    Entry& entry = entries_[statement.scope + "\n" + statement.key];
    entry.source = statement.source;
    entry.key = statement.key;
    entry.scope = statement.scope;
    entry.entity = entity.name;
    return &entry;
  }

  void NoteEntry(const EntityRule& entity, const Statement& statement, const FieldKind& kind, const std::string& kind_key) {
    Entry* entry = EntryOf(entity, statement);
    if (entry == nullptr || entry->decides) return;
    auto [known, is_new] = decides_.insert({kind_key + statement.key, false});
    if (is_new) known->second = DecidesSomething(kind, statement.key, decisions_, names_);
    entry->decides = known->second;
  }

  void CertifyLife(const EntityRule& entity, const std::string& phase) {
    const Both<LifeRule> rules{{entity.LifeIn(phase, Side::kLeft), entity.LifeIn(phase, Side::kRight)}};
    const LifeResult result = EnumerateLife(rules, decisions_, names_);
    certificate_.lives.push_back({entity.name, phase, result.states, result.transitions, result.rounds, !result.violation});
    Count(result.states, result.transitions, result.rounds);
    if (result.violation) Refuse(*result.violation, entity, phase, "", entity.source, "The life of " + Where(entity.name, phase));
    for (Side side : kSides) {
      for (const Statement& statement : rules[side].statements) {
        Entry* entry = EntryOf(entity, statement);
        if (entry != nullptr && !entry->decides) entry->decides = certificate::DecidesSomething(rules, side, statement.key, decisions_);
      }
    }
  }

  void Count(std::int64_t states, std::int64_t transitions, int rounds) {
    certificate_.states += states;
    certificate_.transitions += transitions;
    certificate_.rounds = std::max(certificate_.rounds, rounds);
  }

  void Refuse(const Violation& violation, const EntityRule& entity, const std::string& phase, const std::string& field, const RuleSource& at, const std::string& what) {
    Problem problem{{at.file, at.line}, what + ": " + violation.sentence + ".", RemedyFor(violation.law)};
    certificate_.refusals.push_back({violation.law, entity.name, phase, field, std::move(problem), violation.trace});
  }

  void Refuse(std::string_view law, const std::vector<DependencyProblem>& found) {
    for (const DependencyProblem& one : found) {
      certificate_.refusals.push_back({law, one.entity, one.phase, one.field, Problem{{one.at.file, one.at.line}, one.sentence, one.remedy}, {}});
    }
  }

  void RefuseEntry(const Entry& entry) {
    Problem problem{{entry.source.file, entry.source.line},
                    "`" + entry.key + "` of " + entry.scope + " decides nothing: whatever it said, the engine would do the same.",
                    "Take it out, or change what keeps it from mattering."};
    certificate_.refusals.push_back({law::kReachable, entry.entity, "", "", std::move(problem), {}});
  }

  const Pack& pack_;
  const Decisions& decisions_;
  const Both<std::string> names_;
  Certificate certificate_;
  std::map<std::string, FieldResult> results_;
  std::map<std::string, bool> decides_;
  std::map<std::string, Entry> entries_;
};

}  // namespace

Certificate Certify(const Pack& pack, const Decisions& decisions) { return Certifier(pack, decisions).Run(); }

}  // namespace entente::certificate
