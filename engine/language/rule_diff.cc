#include "engine/language/rule_diff.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "engine/language/tree.h"

namespace entente {
namespace {

// A piece of a pack that is one rule.
struct Rule {
  std::string name, entity;
  RuleKind kind = RuleKind::kPack;
  std::string local;    // name of the field, match, check, phase, side …
  const Tree* tree = nullptr;
  RuleSource at;
};

std::string TextOf(const Tree& tree) {
  std::string text;
  switch (tree.kind) {
    case Tree::Kind::kNull: return "~";
    case Tree::Kind::kScalar: return tree.scalar;
    case Tree::Kind::kList:
      for (const Tree& item : tree.items) text += (text.empty() ? "" : ", ") + TextOf(item);
      return "[" + text + "]";
    case Tree::Kind::kMapping:
      for (const Tree::Entry& entry : tree.entries) text += (text.empty() ? "" : ", ") + entry.key + ": " + TextOf(entry.value);
      return "{" + text + "}";
  }
  return text;
}

RuleSource At(const Position& at) { return {at.file, at.line}; }

// Keys of an entity that are not policies of its fields.
RuleKind KindOfEntityKey(const std::string& key) {
  static const std::map<std::string, RuleKind, std::less<>> kKinds = {
      {"label", RuleKind::kPack},     {"matrix", RuleKind::kPack},        {"triggers", RuleKind::kTrigger}, {"seal", RuleKind::kSeal},        {"rank", RuleKind::kEntity},
      {"enabled", RuleKind::kEntity}, {"guards", RuleKind::kGuards},      {"document", RuleKind::kDocument},    {"capacity", RuleKind::kCapacity},
      {"phases", RuleKind::kPhase},   {"life", RuleKind::kLife},          {"match", RuleKind::kMatch},          {"fields", RuleKind::kField},
      {"checks", RuleKind::kCheck},   {"ensure", RuleKind::kEnsured}};
  const auto found = kKinds.find(key);
  return found == kKinds.end() ? RuleKind::kPolicy : found->second;
}

// The rules of a pack, in its order.
class Rules {
 public:
  explicit Rules(const LoadedPack& pack) : pack_(pack) {
    for (Side side : kSides) sides_.insert(pack.pack->sides[side].name);
    for (const Tree::Entry& entry : pack.tree->entries) AddSection(entry);
  }

  const std::vector<Rule>& all() const { return all_; }
  const Rule* Find(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &all_[found->second];
  }
  const LoadedPack& pack() const { return pack_; }

 private:
  void Add(Rule rule, const Tree::Entry& entry) {
    rule.tree = &entry.value;
    rule.at = At(entry.at);
    by_name_.emplace(rule.name, all_.size());
    all_.push_back(std::move(rule));
  }

  void AddEach(const Tree::Entry& section, const std::string& prefix, RuleKind kind, const std::string& entity = "") {
    for (const Tree::Entry& entry : section.value.entries) {
      Add({.name = prefix + entry.key, .entity = entity, .kind = kind, .local = entry.key}, entry);
    }
    if (section.value.entries.empty()) Add({.name = prefix.substr(0, prefix.size() - 1), .entity = entity, .kind = kind}, section);
  }

  void AddSection(const Tree::Entry& entry) {
    if (entry.key == "extends" || entry.key == "files" || entry.key == "schema") return;
    if (entry.key == "entities") {
      for (const Tree::Entry& entity : entry.value.entries) AddEntity(entity);
    } else if (entry.key == "sides") {
      AddEach(entry, "side.", RuleKind::kSide);
    } else if (entry.key == "tables") {
      AddEach(entry, "table.", RuleKind::kTable);
    } else if (entry.key == "errors") {
      AddEach(entry, "error.", RuleKind::kError);
    } else if (entry.key == "defaults") {
      Add({.name = "defaults", .kind = RuleKind::kDefaults}, entry);
    } else if (entry.key == "guards") {
      Add({.name = "guards", .kind = RuleKind::kGuards}, entry);
    } else {
      Add({.name = "pack." + entry.key, .kind = RuleKind::kPack}, entry);
    }
  }

  void AddEntity(const Tree::Entry& entity) {
    const std::string& e = entity.key;
    for (const Tree::Entry& entry : entity.value.entries) {
      const RuleKind kind = sides_.contains(entry.key) ? RuleKind::kRecords : KindOfEntityKey(entry.key);
      switch (kind) {
        case RuleKind::kField: AddEach(entry, e + ".", kind, e); break;
        case RuleKind::kMatch: AddEach(entry, e + ".match.", kind, e); break;
        case RuleKind::kCheck: AddEach(entry, e + ".check.", kind, e); break;
        case RuleKind::kLife: AddEach(entry, e + ".life.", kind, e); break;
        case RuleKind::kEnsured: AddEach(entry, e + ".ensure.", kind, e); break;
        case RuleKind::kPhase:
          for (const Tree::Entry& phase : entry.value.entries) AddPhase(phase, e);
          break;
        default: Add({.name = e + "." + (kind == RuleKind::kRecords ? "records." : "entity.") + entry.key, .entity = e, .kind = kind, .local = entry.key}, entry);
      }
    }
  }

  void AddPhase(const Tree::Entry& phase, const std::string& e) {
    const std::string prefix = e + ".phase." + phase.key + ".";
    for (const Tree::Entry& entry : phase.value.entries) {
      if (entry.key == "life") {
        AddEach(entry, prefix + "life.", RuleKind::kLife, e);
        continue;
      }
      Add({.name = prefix + entry.key, .entity = e, .kind = entry.key == "when" ? RuleKind::kPhase : RuleKind::kPolicy, .local = phase.key}, entry);
    }
  }

  const LoadedPack& pack_;
  std::set<std::string> sides_;
  std::vector<Rule> all_;
  std::map<std::string, std::size_t> by_name_;
};

void Compare(const Tree* before, const Tree* after, const std::string& path, std::vector<RuleChange::Detail>& out) {
  if (before && after && before->IsMapping() && after->IsMapping()) {
    const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    for (const Tree::Entry& entry : before->entries) Compare(&entry.value, after->Find(entry.key), below(entry.key), out);
    for (const Tree::Entry& entry : after->entries) {
      if (!before->Find(entry.key)) Compare(nullptr, &entry.value, below(entry.key), out);
    }
    return;
  }
  const std::string was = before ? TextOf(*before) : "", is = after ? TextOf(*after) : "";
  if (was != is || !before != !after) out.push_back({path, was, is});
}

// The order of entries matters where the first that applies counts, and in a table, whose first word is the one written.
bool OrderMatters(RuleKind kind) { return kind == RuleKind::kTable || kind == RuleKind::kDocument; }

bool SameOrder(const Tree* before, const Tree* after) {
  if (!before || !after || before->entries.size() != after->entries.size()) return true;
  return std::equal(before->entries.begin(), before->entries.end(), after->entries.begin(), [](const auto& a, const auto& b) { return a.key == b.key; });
}

bool IsWordPart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// `word` stands in the text by itself.
bool Mentions(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || (!IsWordPart(text[at - 1]) && text[at - 1] != '.');
    const bool ends = at + word.size() >= text.size() || !IsWordPart(text[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

bool Mentions(const Tree& tree, const std::string& word) {
  if (tree.IsScalar()) return Mentions(tree.scalar, word);
  for (const Tree& item : tree.items) {
    if (Mentions(item, word)) return true;
  }
  return std::any_of(tree.entries.begin(), tree.entries.end(), [&](const Tree::Entry& entry) { return Mentions(entry.value, word); });
}

bool HasStandInOf(const FieldRule& field, const std::string& entity) {
  return field.target == entity && (field.sides[Side::kLeft].fallback || field.sides[Side::kRight].fallback);
}

// What a change of these rules of an entity touches: the rule itself, and every field for a policy above fields.
void TouchRule(const Rules& rules, const Rule& rule, std::set<RuleTouch>& out) {
  switch (rule.kind) {
    case RuleKind::kPack:
    case RuleKind::kSide:
    case RuleKind::kParameter:
    case RuleKind::kTable:
    case RuleKind::kGuards:
    case RuleKind::kError: return;
    case RuleKind::kDefaults:
    case RuleKind::kPolicy:
      for (const EntityRule& entity : rules.pack().pack->entities) {
        if (!rule.entity.empty() && entity.name != rule.entity) continue;
        for (const FieldRule& field : entity.fields) out.insert({entity.name, RuleKind::kField, field.name});
      }
      return;
    case RuleKind::kMatch:
      out.insert({rule.entity, rule.kind, rule.local});
      // A stand-in is found by the match rules of what it stands for.
      for (const EntityRule& entity : rules.pack().pack->entities) {
        for (const FieldRule& field : entity.fields) {
          if (HasStandInOf(field, rule.entity) || std::any_of(field.items.begin(), field.items.end(), [&](const FieldRule& item) { return HasStandInOf(item, rule.entity); })) {
            out.insert({entity.name, RuleKind::kField, field.name});
          }
        }
      }
      return;
    default: out.insert({rule.entity, rule.kind, rule.local});
  }
}

void TouchMentions(const Rules& rules, const std::string& word, std::set<RuleTouch>& out) {
  for (const Rule& rule : rules.all()) {
    if (rule.tree != nullptr && Mentions(*rule.tree, word)) TouchRule(rules, rule, out);
  }
}

class Diff {
 public:
  Diff(const LoadedPack& before, const LoadedPack& after) : before_(before), after_(after) {}

  std::vector<RuleChange> Run() {
    Entities();
    Parameters();
    for (const Rule& rule : after_.all()) Take(before_.Find(rule.name), &rule);
    for (const Rule& rule : before_.all()) {
      if (!after_.Find(rule.name)) Take(&rule, nullptr);
    }
    Orders();
    return std::move(changes_);
  }

 private:
  void Take(const Rule* was, const Rule* is) {
    RuleChange change;
    Compare(was ? was->tree : nullptr, is ? is->tree : nullptr, "", change.details);
    const Rule& rule = is ? *is : *was;
    if (changed_entities_.contains(rule.entity)) return;
    if (was && is && change.details.empty() && OrderMatters(rule.kind) && !SameOrder(was->tree, is->tree)) change.details.push_back({"", TextOf(*was->tree), TextOf(*is->tree)});
    if (change.details.empty()) return;
    change.name = rule.name;
    change.rule = rule.kind;
    change.entity = rule.entity;
    change.kind = !was ? RuleChange::Kind::kAdded : !is ? RuleChange::Kind::kRemoved : RuleChange::Kind::kChanged;
    if (was) change.before = was->at;
    if (is) change.after = is->at;
    std::set<RuleTouch> touches;
    for (const auto& [rules, side] : {std::pair(&before_, was), std::pair(&after_, is)}) {
      if (!side) continue;
      TouchRule(*rules, *side, touches);
      if (side->kind == RuleKind::kTable) TouchMentions(*rules, side->local, touches);
    }
    Add(std::move(change), touches);
  }

  // One that is there as a whole, or no more, is one change.
  void Entities() {
    for (const auto& [here, there, kind] : {std::tuple(&before_, &after_, RuleChange::Kind::kRemoved), std::tuple(&after_, &before_, RuleChange::Kind::kAdded)}) {
      for (const EntityRule& entity : here->pack().pack->entities) {
        if (there->pack().pack->Entity(entity.name)) continue;
        RuleChange change{.name = entity.name, .rule = RuleKind::kEntity, .kind = kind, .entity = entity.name};
        (kind == RuleChange::Kind::kAdded ? change.after : change.before) = entity.source;
        changed_entities_.insert(entity.name);
        Add(std::move(change), {{entity.name, RuleKind::kEntity, ""}});
      }
    }
  }

  void Parameters() {
    const auto& was = before_.pack().pack->parameters;
    const auto& is = after_.pack().pack->parameters;
    std::set<std::string> names;
    for (const auto& [name, parameter] : was) names.insert(name);
    for (const auto& [name, parameter] : is) names.insert(name);
    for (const std::string& name : names) {
      const auto before = was.find(name), after = is.find(name);
      const bool had = before != was.end(), has = after != is.end();
      if (had && has && before->second.value == after->second.value) continue;
      const bool secret = (had && before->second.secret) || (has && after->second.secret);
      const auto shown = [&](bool there, const auto& it) { return !there ? std::string() : secret ? std::string("(secret)") : it->second.value.ToDisplay(); };
      RuleChange change{.name = "parameter." + name, .rule = RuleKind::kParameter};
      change.kind = !had ? RuleChange::Kind::kAdded : !has ? RuleChange::Kind::kRemoved : RuleChange::Kind::kChanged;
      if (had) change.before = before->second.source;
      if (has) change.after = after->second.source;
      change.details.push_back({"value", shown(had, before), shown(has, after)});
      std::set<RuleTouch> touches;
      TouchMentions(before_, "param." + name, touches);
      TouchMentions(after_, "param." + name, touches);
      Add(std::move(change), touches);
    }
  }

  // Match rules and phases are tried in order, and fields are written in order.
  void Orders() {
    for (const EntityRule& is : after_.pack().pack->entities) {
      const EntityRule* was = before_.pack().pack->Entity(is.name);
      if (!was) continue;
      const auto order = [&](const auto& a, const auto& b, RuleKind kind, const std::string& what) {
        std::vector<std::string> x, y;
        for (const auto& each : a) x.push_back(each.name);
        for (const auto& each : b) y.push_back(each.name);
        std::erase_if(x, [&](const std::string& name) { return std::find(y.begin(), y.end(), name) == y.end(); });
        std::erase_if(y, [&](const std::string& name) { return std::find(x.begin(), x.end(), name) == x.end(); });
        if (x == y) return;
        const auto joined = [](const std::vector<std::string>& names) {
          std::string text;
          for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
          return text;
        };
        RuleChange change{.name = is.name + "." + what + ".order", .rule = kind, .entity = is.name, .before = was->source, .after = is.source};
        change.details.push_back({"order", joined(x), joined(y)});
        Add(std::move(change), {{is.name, kind, ""}});
      };
      order(was->matches, is.matches, RuleKind::kMatch, "match");
      order(was->phases, is.phases, RuleKind::kPhase, "phase");
    }
  }

  void Add(RuleChange change, const std::set<RuleTouch>& touches) {
    change.touches.assign(touches.begin(), touches.end());
    changes_.push_back(std::move(change));
  }

  Rules before_, after_;
  std::set<std::string> changed_entities_;
  std::vector<RuleChange> changes_;
};

}  // namespace

std::vector<RuleChange> DiffPacks(const LoadedPack& before, const LoadedPack& after) { return Diff(before, after).Run(); }

}  // namespace entente
