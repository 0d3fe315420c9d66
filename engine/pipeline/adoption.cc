#include "engine/pipeline/adoption.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace entente {
namespace {

std::string Root(const std::string& path) { return path.substr(0, path.find('.')); }

// Formulas of an entity that do not stand in a field.
std::vector<const Formula*> ConditionsOf(const EntityRule& entity) {
  std::vector<const Formula*> all;
  const auto add = [&](const FormulaPtr& formula) {
    if (formula) all.push_back(formula.get());
  };
  for (const PhaseRule& phase : entity.phases) add(phase.when);
  for (const Check& check : entity.checks) add(check.holds);
  for (Side side : kSides) {
    const EntitySide& s = entity.sides[side];
    for (const FormulaPtr* formula : {&s.create_key, &s.find_value, &s.in_scope, &s.relevant}) add(*formula);
    for (const MatchRule& match : entity.matches) add(match.key[side]);
    for (const auto& [phase, life] : entity.life) add(life[side].never_delete_when);
  }
  if (entity.capacity) add(entity.capacity->counts);
  add(entity.triggers.on_state);
  if (entity.seal) {
    add(entity.seal->when);
    add(entity.seal->corrected_when);
  }
  if (!entity.document) return all;
  add(entity.document->push_key);
  add(entity.document->allowed_without_stock);
  for (const DocumentState& state : entity.document->states) add(state.when);
  return all;
}

const FieldRule* FieldNamed(const std::vector<FieldRule>& siblings, const EntityRule& entity, const std::string& name) {
  const auto own = std::find_if(siblings.begin(), siblings.end(), [&](const FieldRule& field) { return field.name == name; });
  return own != siblings.end() ? &*own : entity.Field(name);
}

bool Contains(const NativeFields& fields, Side side, const std::string& resource, const std::string& native) {
  const auto place = fields.find({side, resource});
  return place != fields.end() && place->second.contains(Root(native));
}

// The formula reads an unread field, of the record itself or of one that a reference field leads to.
bool Reads(const Pack& pack, const EntityRule& entity, const std::vector<FieldRule>& siblings, const Formula& formula, const NativeFields& unread) {
  for (Side side : kSides) {
    for (const std::string& native : formula.reads()[side]) {
      if (Contains(unread, side, entity.sides[side].resource, native)) return true;
    }
  }
  for (const auto& [name, parts] : formula.target_reads()) {
    const FieldRule* field = FieldNamed(siblings, entity, name);
    const EntityRule* target = field ? pack.Entity(field->target) : nullptr;
    if (!target) continue;
    for (const std::string& part : parts) {
      const std::size_t dot = part.find('.');
      if (dot == std::string::npos) continue;
      for (Side side : kSides) {
        if (pack.sides[side].name == part.substr(0, dot) && Contains(unread, side, target->sides[side].resource, part.substr(dot + 1))) return true;
      }
    }
  }
  return false;
}

void AddResting(const Pack& pack, const EntityRule& entity, const std::vector<FieldRule>& siblings, const FieldRule& field, const NativeFields& unread,
                std::set<const FieldSide*>& out) {
  for (Side side : kSides) {
    const FieldSide& own = field.sides[side];
    const bool holds = !own.native.empty() && &siblings == &entity.fields && Contains(unread, side, entity.sides[side].resource, own.native);
    bool reads = holds;
    for (const FormulaPtr* formula : {&own.formula, &own.fallback, &own.usable}) reads = reads || (*formula && Reads(pack, entity, siblings, **formula, unread));
    if (reads) out.insert(&own);
  }
}

bool SameText(const FormulaPtr& a, const FormulaPtr& b) { return (!a && !b) || (a && b && a->text() == b->text()); }

bool Mentions(const FormulaPtr& formula, const std::string& parameter) { return formula && formula->text().find("param." + parameter) != std::string::npos; }

std::set<std::string> Words(const std::map<std::string, std::string>& meta, const std::string& name) {
  const auto found = meta.find(name);
  if (found == meta.end() || found->second.empty()) return {};
  return absl::StrSplit(found->second, ',');
}

std::uint64_t Number(const std::map<std::string, std::string>& meta, const std::string& name) {
  const auto found = meta.find(name);
  return found == meta.end() ? 0 : std::strtoull(found->second.c_str(), nullptr, 10);
}

std::string UnreadName(const std::pair<Side, std::string>& place) { return absl::StrCat("unread.", Index(place.first), ".", place.second); }

constexpr char kDecide[] = "adopt.decide", kRescope[] = "adopt.rescope", kReindex[] = "adopt.reindex", kRecount[] = "adopt.recount", kPass[] = "adopt.pass", kNext[] = "adopt.next", kEnd[] = "adopt.end";
constexpr std::string_view kCounted = "adopt.counted.";

}  // namespace

Adoption AdoptionOf(const Pack& before, const Pack& after, const std::vector<RuleChange>& changes) {
  Adoption adoption;
  std::set<std::string> parameters;
  for (const RuleChange& change : changes) {
    if (change.rule == RuleKind::kParameter) parameters.insert(change.name.substr(change.name.find('.') + 1));
  }
  const auto differs = [&](const FormulaPtr& was, const FormulaPtr& is) {
    return !SameText(was, is) || std::any_of(parameters.begin(), parameters.end(), [&](const std::string& name) { return Mentions(is, name); });
  };
  for (const RuleChange& change : changes) {
    for (const RuleTouch& touch : change.touches) {
      const EntityRule* entity = after.Entity(touch.entity);
      const EntityRule* was = before.Entity(touch.entity);
      if (!entity) continue;
      adoption.decide.insert(entity->name);
      for (Side side : kSides) {
        if (was && differs(was->sides[side].in_scope, entity->sides[side].in_scope)) adoption.rescope.insert(entity->name);
      }
      if (touch.kind == RuleKind::kMatch) adoption.reindex.insert(entity->name);
      if (touch.kind == RuleKind::kCapacity) adoption.recount.insert(entity->name);
      for (Side side : kSides) {
        const std::pair<Side, std::string> place{side, entity->sides[side].resource};
        if (place.second.empty()) continue;
        const bool finds_others = !was || differs(was->sides[side].relevant, entity->sides[side].relevant) || differs(was->sides[side].in_scope, entity->sides[side].in_scope);
        if (finds_others || touch.kind == RuleKind::kEnsured) adoption.relist.insert(place);
      }
    }
  }
  for (const EntityRule& entity : after.entities) {
    // Of an entity the rules had not, records may be known from earlier ones: all of it is old.
    static const EntityRule kNone;
    const EntityRule* was = before.Entity(entity.name) ? before.Entity(entity.name) : &kNone;
    for (Side side : kSides) {
      std::set<std::string> fresh;
      std::set_difference(entity.native_fields[side].begin(), entity.native_fields[side].end(), was->native_fields[side].begin(), was->native_fields[side].end(),
                          std::inserter(fresh, fresh.begin()));
      fresh.erase("");
      if (fresh.empty() || entity.sides[side].resource.empty()) continue;
      adoption.unread[{side, entity.sides[side].resource}] = std::move(fresh);
      adoption.relist.insert({side, entity.sides[side].resource});
      adoption.decide.insert(entity.name);
    }
  }
  return adoption;
}

Adoption AdoptionOfAll(const Pack& after) {
  Adoption adoption;
  for (const EntityRule& entity : after.entities) {
    adoption.decide.insert(entity.name);
    adoption.rescope.insert(entity.name);
    adoption.reindex.insert(entity.name);
    if (entity.capacity) adoption.recount.insert(entity.name);
    for (Side side : kSides) {
      if (!entity.sides[side].resource.empty()) adoption.relist.insert({side, entity.sides[side].resource});
    }
  }
  return adoption;
}

absl::Status CanAdopt(const Pack& before, const Pack& after) {
  for (Side side : kSides) {
    if (before.sides[side].name == after.sides[side].name && before.sides[side].system == after.sides[side].system) continue;
    return absl::FailedPreconditionError(absl::StrCat("PACK_OF_OTHER_SYSTEMS: the pack joins ", after.sides[Side::kLeft].name, " and ", after.sides[Side::kRight].name, ", this instance joins ",
                                                      before.sides[Side::kLeft].name, " and ", before.sides[Side::kRight].name, ". Use it for an instance of its own."));
  }
  for (const EntityRule& entity : after.entities) {
    const EntityRule* was = before.Entity(entity.name);
    for (Side side : kSides) {
      if (!was || was->sides[side].resource == entity.sides[side].resource) continue;
      return absl::FailedPreconditionError(absl::StrCat("RESOURCE_MOVED: ", entity.source.file, ":", entity.source.line, ": the entity ", entity.name, " is kept in ", was->sides[side].resource, " of ",
                                                        before.sides[side].name, " and would be kept in ", entity.sides[side].resource,
                                                        ", where none of its records is known. Give the entity another name, or begin with an empty state directory."));
    }
  }
  return absl::OkStatus();
}

std::set<std::string> Resting(const Pack& pack, const NativeFields& unread) {
  std::set<std::string> resting;
  if (unread.empty()) return resting;
  for (const EntityRule& entity : pack.entities) {
    const std::vector<const Formula*> conditions = ConditionsOf(entity);
    bool rests = std::any_of(conditions.begin(), conditions.end(), [&](const Formula* formula) { return Reads(pack, entity, entity.fields, *formula, unread); });
    for (const MatchRule& match : entity.matches) {
      for (Side side : kSides) {
        for (const std::string& name : {match.within}) {
          const FieldRule* field = entity.Field(name);
          rests = rests || (field && Contains(unread, side, entity.sides[side].resource, field->sides[side].native));
        }
      }
    }
    if (rests) resting.insert(entity.name);
  }
  return resting;
}

std::set<const FieldSide*> RestingFields(const Pack& pack, const NativeFields& unread) {
  std::set<const FieldSide*> resting;
  if (unread.empty()) return resting;
  for (const EntityRule& entity : pack.entities) {
    for (const FieldRule& field : entity.fields) {
      AddResting(pack, entity, entity.fields, field, unread, resting);
      // What an item cannot be read for, its list is not written for.
      std::set<const FieldSide*> items;
      for (const FieldRule& item : field.items) AddResting(pack, entity, field.items, item, unread, items);
      for (Side side : kSides) {
        if (!items.empty()) resting.insert(&field.sides[side]);
      }
    }
  }
  return resting;
}

void WriteAdoption(const Adopting& adopting, std::map<std::string, std::optional<std::string>>* meta) {
  (*meta)[kDecide] = absl::StrJoin(adopting.what.decide, ",");
  (*meta)[kRescope] = absl::StrJoin(adopting.what.rescope, ",");
  (*meta)[kReindex] = absl::StrJoin(adopting.what.reindex, ",");
  (*meta)[kRecount] = absl::StrJoin(adopting.what.recount, ",");
  (*meta)[kPass] = std::string(adopting.refreshes ? "refresh" : "decide");
  (*meta)[kNext] = absl::StrCat(adopting.next);
  (*meta)[kEnd] = absl::StrCat(adopting.end);
  for (const std::string& entity : adopting.what.recount) {
    // Nothing of it stays when its pass is through.
    if (!adopting.refreshes) {
      (*meta)[absl::StrCat(std::string(kCounted), entity)] = std::nullopt;
      continue;
    }
    const auto counted = adopting.counted.find(entity);
    (*meta)[absl::StrCat(std::string(kCounted), entity)] = absl::StrCat(counted == adopting.counted.end() ? 0 : counted->second);
  }
}

void ForgetAdoption(std::map<std::string, std::optional<std::string>>* meta) {
  for (const char* name : {kDecide, kRescope, kReindex, kRecount, kPass, kNext, kEnd}) (*meta)[name] = std::nullopt;
}

std::optional<Adopting> ReadAdoption(const std::map<std::string, std::string>& meta) {
  if (!meta.contains(kNext)) return std::nullopt;
  Adopting adopting;
  adopting.what.decide = Words(meta, kDecide);
  adopting.what.rescope = Words(meta, kRescope);
  adopting.what.reindex = Words(meta, kReindex);
  adopting.what.recount = Words(meta, kRecount);
  const auto pass = meta.find(kPass);
  adopting.refreshes = pass != meta.end() && pass->second == "refresh";
  adopting.next = Number(meta, kNext);
  adopting.end = Number(meta, kEnd);
  for (const std::string& entity : adopting.what.recount) adopting.counted[entity] = static_cast<std::int64_t>(Number(meta, absl::StrCat(std::string(kCounted), entity)));
  return adopting;
}

void WriteUnread(const NativeFields& unread, const NativeFields& before, std::map<std::string, std::optional<std::string>>* meta) {
  for (const auto& [place, fields] : before) (*meta)[UnreadName(place)] = std::nullopt;
  for (const auto& [place, fields] : unread) (*meta)[UnreadName(place)] = absl::StrJoin(fields, ",");
}

NativeFields ReadUnread(const std::map<std::string, std::string>& meta) {
  NativeFields unread;
  for (const auto& [name, value] : meta) {
    if (!name.starts_with("unread.") || name.size() < 10) continue;
    const Side side = name[7] == '0' ? Side::kLeft : Side::kRight;
    unread[{side, name.substr(9)}] = Words(meta, name);
  }
  return unread;
}

Adopting Begun(const Adoption& adoption, LinkId last_link) {
  Adopting adopting;
  adopting.what = adoption;
  adopting.refreshes = !adoption.reindex.empty() || !adoption.recount.empty();
  adopting.end = last_link;
  return adopting;
}

Adoption Together(const Adoption& a, const Adoption& b) {
  Adoption all = a;
  all.decide.insert(b.decide.begin(), b.decide.end());
  all.rescope.insert(b.rescope.begin(), b.rescope.end());
  all.reindex.insert(b.reindex.begin(), b.reindex.end());
  all.recount.insert(b.recount.begin(), b.recount.end());
  all.relist.insert(b.relist.begin(), b.relist.end());
  for (const auto& [place, fields] : b.unread) all.unread[place].insert(fields.begin(), fields.end());
  return all;
}

NativeFields OfPack(NativeFields unread, const Pack& pack) {
  for (auto it = unread.begin(); it != unread.end();) {
    const EntityRule* entity = pack.EntityOf(it->first.first, it->first.second);
    std::erase_if(it->second, [&](const std::string& native) { return !entity || !entity->native_fields[it->first.first].contains(native); });
    it = it->second.empty() ? unread.erase(it) : std::next(it);
  }
  return unread;
}

void BeginAdoption(const Adoption& adoption, const Pack& pack, LinkId last_link, const std::map<std::string, std::string>& meta_before,
                   std::map<std::string, std::optional<std::string>>* meta) {
  Adoption whole = adoption;
  // What another adoption had not brought to its end.
  if (const std::optional<Adopting> former = ReadAdoption(meta_before)) whole = Together(whole, former->what);
  const NativeFields unread_before = ReadUnread(meta_before);
  for (const auto& [place, fields] : unread_before) whole.unread[place].insert(fields.begin(), fields.end());
  whole.unread = OfPack(std::move(whole.unread), pack);
  WriteUnread(whole.unread, unread_before, meta);
  if (!whole.decide.empty() || !whole.reindex.empty() || !whole.recount.empty()) WriteAdoption(Begun(whole, last_link), meta);
  for (const auto& [side, resource] : whole.relist) {
    (*meta)[absl::StrCat("listed.", Index(side), ".", resource)] = std::nullopt;
    (*meta)[absl::StrCat("relist.", Index(side), ".", resource)] = std::string("1");
  }
}

std::string WaitForKeys(const std::string& entity) { return absl::StrCat("keys:", entity); }

}  // namespace entente
