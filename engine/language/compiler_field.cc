#include <algorithm>
#include <array>

#include "engine/language/compiler.h"
#include "engine/language/schema.h"

namespace entente {

namespace v1 = rules::v1;

namespace {

// What a connector's catalogue calls its fields.
constexpr std::array<const char*, 11> kFieldTypes = {"text", "bool", "int", "decimal", "bytes", "date", "timestamp", "reference", "list", "map", "blob"};

Side SourceSideOf(Flow flow) { return flow == Flow::kToLeft ? Side::kRight : Side::kLeft; }

}  // namespace

Flow Compiler::FlowOf(const std::string& direction) const {
  const std::vector<std::string> words = DirectionWords(side_names_);
  const auto found = std::find(words.begin(), words.end(), direction);
  switch (found - words.begin()) {
    case 0: return Flow::kToRight;
    case 1: return Flow::kToLeft;
    case 2: return Flow::kBoth;
    default: return Flow::kNone;
  }
}

std::optional<FieldRule> Compiler::CompileField(const v1::Field& source, const v1::Entity& entity, bool is_item) {
  if (!source.enabled().empty() && !IsEnabled(source.enabled(), source.source())) return std::nullopt;
  FieldRule field;
  field.name = source.name();
  field.source = SourceOf(source.source());
  field.sensitive = source.sensitive();
  field.on_missing_item = source.on_missing_item();
  field.proposed = source.proposed();
  field.distinct = source.distinct();
  for (const v1::FieldSide& side_source : source.sides()) {
    const auto side = SideNamed(side_source.side());
    if (!side) continue;
    field.sides[*side] = CompileFieldSide(side_source, is_item);
    FieldSide& compiled = field.sides[*side];
    if (!side_source.fallback().empty()) {
      const FormulaPlace plain = is_item ? FormulaPlace::kItemValue : FormulaPlace::kValue;
      const FormulaPlace reference = is_item ? FormulaPlace::kItemText : FormulaPlace::kText;
      compiled.fallback = CompileFormula(side_source.fallback(), side_source.source(), source.target().empty() ? plain : reference);
    }
    if (!side_source.usable().empty()) compiled.usable = CompileFormula(side_source.usable(), side_source.source(), FormulaPlace::kCondition);
    if (!side_source.usable().empty() && source.target().empty()) {
      Add(side_source.source(), "`" + field.name + "` asks whether its target is usable, but refers to nothing.", "Add `target:`, or leave `usable` out.");
    }
  }
  if (!source.equality().empty()) {
    if (const auto equality = EqualityNamed(source.equality())) {
      field.equality = *equality;
    } else {
      Add(source.source(), "`" + field.name + "` compares by `" + source.equality() + "`, which is no way to compare.",
          OneOf(source.equality(), EqualityNames()));
    }
  }
  field.target = source.target();
  if (!field.target.empty() && std::find(entity_names_.begin(), entity_names_.end(), field.target) == entity_names_.end()) {
    Add(source.source(), "`" + field.name + "` refers to the entity `" + field.target + "`, which the pack has not.",
        OneOf(field.target, entity_names_));
  }
  switch (source.on_missing()) {
    case v1::Field::PARENT: field.on_missing = OnMissingTarget::kParent; break;
    case v1::Field::FALLBACK: field.on_missing = OnMissingTarget::kFallback; break;
    default: field.on_missing = OnMissingTarget::kDrop; break;
  }
  if (field.on_missing == OnMissingTarget::kFallback && !field.sides[Side::kLeft].fallback && !field.sides[Side::kRight].fallback) {
    Add(source.source(), "`" + field.name + "` falls back to a value that nothing gives.", "Add `fallback:` to the side it is written to.");
  }
  for (const v1::Field& item : source.items()) {
    if (std::optional<FieldRule> rule = CompileField(item, entity, true)) field.items.push_back(*std::move(rule));
  }

  std::vector<std::pair<std::string, const v1::FieldPolicy*>> phases = {{"", nullptr}};
  for (const v1::Phase& phase : entity.phases()) phases.push_back({phase.name(), &phase.policy()});
  for (const v1::FieldPhase& own : source.phases()) {
    const bool known = std::any_of(phases.begin(), phases.end(), [&](const auto& phase) { return phase.first == own.name(); });
    if (known && !own.name().empty()) continue;
    std::vector<std::string> names;
    for (const v1::Phase& phase : entity.phases()) names.push_back(phase.name());
    Add(own.source(), "`" + field.name + "` speaks of the phase `" + own.name() + "`, which `" + entity.name() + "` has not.",
        OneOf(own.name(), names));
  }
  for (const auto& [phase, phase_policy] : phases) {
    const std::string own_scope = entity.name() + "." + field.name;
    FieldLayers layers;
    for (const v1::FieldPhase& own : source.phases()) {
      if (own.name() == phase) layers.push_back({&own.policy(), own_scope + " in the phase " + phase});
    }
    layers.push_back({&source.policy(), own_scope});
    const std::size_t own_layers = layers.size();
    if (phase_policy != nullptr) layers.push_back({phase_policy, entity.name() + " in the phase " + phase});
    layers.push_back({&entity.policy(), entity.name()});
    layers.push_back({&source_.defaults(), "the pack"});
    const bool first_meeting_is_own = std::any_of(layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(own_layers),
                                                  [](const PolicyLayer& layer) { return !layer.policy->first_meeting().empty(); });
    field.policies[phase] = CompilePolicy(layers, source, first_meeting_is_own);
    if (!is_item) CheckDirection(field, field.policies[phase], phase, source.source());
    CheckClock(field, field.policies[phase], source.source());
  }
  return field;
}

FieldSide Compiler::CompileFieldSide(const v1::FieldSide& source, bool is_item) {
  FieldSide side;
  side.native = source.field();
  if (!source.formula().empty()) {
    side.formula = CompileFormula(source.formula(), source.source(), is_item ? FormulaPlace::kItemValue : FormulaPlace::kFieldValue);
    if (!side.native.empty()) {
      Add(source.source(), "A side has both `field` and `formula`.", "Keep one: what is computed is not written.");
    }
  } else if (side.native.empty()) {
    Add(source.source(), "A side names neither a `field` nor a `formula`.", "Write the native field's name, or leave the side out.");
  }
  side.lens = CompileLens(source);
  side.is_optional = source.optional();
  side.type = source.type();
  if (!side.type.empty() && std::find(kFieldTypes.begin(), kFieldTypes.end(), side.type) == kFieldTypes.end()) {
    Add(source.source(), "`" + side.type + "` is no type of a field.", OneOf(side.type, {kFieldTypes.begin(), kFieldTypes.end()}));
  } else if (!side.type.empty() && side.native.empty()) {
    Add(source.source(), "A side that is computed has a type of its own.", "Leave `type` out, or name a `field`.");
  }
  side.sole_label = source.sole_label();
  if (side.sole_label && !source.labels()) {
    Add(source.source(), "`sole_label` stands at a field that holds no label.", "Add `labels: true`, or leave it out.");
  }
  return side;
}

LensPtr Compiler::CompileLens(const v1::FieldSide& source) {
  std::vector<LensPtr> lenses;
  for (const v1::Lens& lens_source : source.lens()) {
    const Fields arguments = LensArgumentsOf(lens_source);
    absl::StatusOr<LensPtr> lens = MakeLens(lens_source.name(), arguments);
    if (lens.ok()) {
      CheckLens(lens_source, arguments);
      const std::string_view given = lenses.empty() ? std::string_view() : lenses.back()->traits().canonical_type;
      const std::string_view wanted = (*lens)->traits().native_type;
      if (!given.empty() && !wanted.empty() && given != wanted) {
        Add(lens_source.source(), "The lens `" + lens_source.name() + "` reads " + std::string(wanted) + ", but the lens before it gives " + std::string(given) + ".",
            "Leave one of them out, or change their order: the first one stands nearest to the native field.");
      }
      lenses.push_back(*std::move(lens));
      continue;
    }
    const std::vector<std::string> names = LensNames();
    const bool known = std::find(names.begin(), names.end(), lens_source.name()) != names.end();
    Add(lens_source.source(), "The lens `" + lens_source.name() + "` cannot be made: " + Sentence(lens.status()),
        known ? "Correct its arguments." : OneOf(lens_source.name(), names));
  }
  if (lenses.empty()) return nullptr;
  return lenses.size() == 1 ? lenses.front() : Chain(std::move(lenses));
}

// What becomes of a value that the lens cannot hold, or does not know, must be said.
void Compiler::CheckLens(const v1::Lens& source, const Fields& arguments) {
  const auto has = [&](std::string_view name) { return arguments.find(name) != arguments.end(); };
  // The lens's first argument may have been given without its name.
  const std::string bound(LensBound(source.name()));
  const bool is_bounded = !bound.empty() && (has(bound) || (has("") && LensArguments(source.name()).front() == bound));
  if (is_bounded && !has("over")) {
    Add(source.source(), "The lens `" + source.name() + "` loses what does not fit, and nothing says what becomes of it.",
        "Add `over: cut` to send a part, or `over: refuse` to leave the field out and show it.");
  }
  if (source.name() == "table" && has("fallback")) {
    const auto table = arguments.find(has("table") ? "table" : "");
    const Map* rows = table == arguments.end() ? nullptr : table->second.As<Map>();
    const std::string key(FieldOf(arguments, "fallback").TextOrEmpty());
    if (rows != nullptr && rows->find(key) == rows->end()) {
      std::vector<std::string> keys;
      for (const auto& [row, words] : *rows) keys.push_back(row);
      Add(source.source(), "The lens `table` falls back to `" + key + "`, which is no key of the table.", OneOf(key, keys));
    }
  }
  if (source.name() == "table" && !has("fallback") && !has("unknown")) {
    Add(source.source(), "The lens `table` does not say what a word is that the table does not have.",
        "Add `fallback:` with a key of the table, or `unknown: refuse` to leave the field out and show it.");
  }
}

// One word is a text, several are a list, the name of a table is its rows: key → words.
Fields Compiler::LensArgumentsOf(const v1::Lens& source) {
  Fields arguments;
  for (const v1::Argument& argument : source.arguments()) {
    const std::string name = argument.name();
    if (name == "table" || (name.empty() && source.name() == "table")) {
      const std::string table = argument.words_size() > 0 ? argument.words(0) : "";
      const auto found = tables_.find(table);
      if (found == tables_.end()) {
        std::vector<std::string> known;
        for (const auto& [known_name, unused] : tables_) known.push_back(known_name);
        Add(argument.source(), "There is no table `" + table + "`.", OneOf(table, known));
        continue;
      }
      Map rows;
      for (const v1::Table::Row& row : found->second->rows()) {
        List words;
        for (const std::string& word : row.words()) words.push_back(word);
        rows[row.key()] = words;
      }
      arguments[name] = std::move(rows);
    } else if (argument.words_size() == 1) {
      arguments[name] = argument.words(0);
    } else {
      List words;
      for (const std::string& word : argument.words()) words.push_back(word);
      arguments[name] = std::move(words);
    }
  }
  return arguments;
}

FieldPolicy Compiler::CompilePolicy(const FieldLayers& layers, const v1::Field& field, bool first_meeting_is_own) {
  FieldPolicy policy;
  policy.source = SourceOf(field.source());
  // The first layer that says something of one entry; it is remembered as said.
  const auto first = [&](const std::string& key, auto says) -> const v1::FieldPolicy* {
    const auto found = std::find_if(layers.begin(), layers.end(), [&](const PolicyLayer& layer) { return says(*layer.policy); });
    if (found == layers.end()) return nullptr;
    const auto at = found->policy->key_sources().find(key);
    policy.statements.push_back({key, found->scope, SourceOf(at == found->policy->key_sources().end() ? found->policy->source() : at->second)});
    return found->policy;
  };
  if (const auto* layer = first("direction", [](const auto& l) { return !l.direction().empty(); })) policy.flow = FlowOf(layer->direction());
  if (const auto* layer = first("create_only", [](const auto& l) { return l.has_create_only(); })) policy.create_only = layer->create_only();
  if (const auto* layer = first("set_once_from", [](const auto& l) { return !l.set_once_from().empty(); })) {
    policy.set_once_from = SideNamed(layer->set_once_from());
  }
  if (const auto* layer = first("foreign_edit", [](const auto& l) { return l.foreign_edit() != 0; })) {
    policy.on_foreign_edit = layer->foreign_edit() == v1::FieldPolicy::KEEP_AND_FLAG ? OnForeignEdit::kKeepAndFlag : OnForeignEdit::kRevert;
  }
  if (const auto* layer = first("tie", [](const auto& l) { return !l.tie().empty(); })) policy.tie = SideNamed(layer->tie()).value_or(Side::kLeft);
  if (const auto* layer = first("approve_when", [](const auto& l) { return !l.approve_when().empty(); })) {
    policy.approve_when = CompileFormula(layer->approve_when(), layer->source(), FormulaPlace::kApproval);
  }
  if (const auto* layer = first("at_most_every", [](const auto& l) { return !l.at_most_every().empty(); })) {
    if (!absl::ParseDuration(layer->at_most_every(), &policy.at_most_every)) policy.at_most_every = absl::ZeroDuration();  // told by the reader
  }
  if (const auto* layer = first("on_revert_item", [](const auto& l) { return !l.on_revert_item().empty(); })) policy.on_revert_item = layer->on_revert_item();
  CompileBlanks(layers, field, policy);
  if (const auto* layer = first("conflict", [](const auto& l) { return !l.conflict().empty(); })) {
    const std::string& word = layer->conflict();
    if (const auto side = ReadSideWord(word, layer->source(), {"newest", "ask", "union"}, "conflict")) {
      policy.conflict = *side == Side::kLeft ? ConflictRule::kLeft : ConflictRule::kRight;
    } else if (word == "newest") {
      policy.conflict = ConflictRule::kNewest;
    } else {
      policy.conflict = word == "union" ? ConflictRule::kUnion : ConflictRule::kAsk;
    }
  }
  // A one-way field takes its source when two records first meet, unless the field itself says otherwise.
  if (policy.flow == Flow::kToLeft || policy.flow == Flow::kToRight) {
    policy.first_meeting = SourceSideOf(policy.flow) == Side::kLeft ? OnFirstMeeting::kLeft : OnFirstMeeting::kRight;
    if (!first_meeting_is_own) return policy;
  }
  if (const auto* layer = first("first_meeting", [](const auto& l) { return !l.first_meeting().empty(); })) {
    const std::string& word = layer->first_meeting();
    if (const auto side = ReadSideWord(word, layer->source(), {"fill_blanks", "ask"}, "first_meeting")) {
      policy.first_meeting = *side == Side::kLeft ? OnFirstMeeting::kLeft : OnFirstMeeting::kRight;
    } else {
      policy.first_meeting = word == "ask" ? OnFirstMeeting::kAsk : OnFirstMeeting::kFillBlanks;
    }
  }
  return policy;
}

// A blank has a rule by the side it comes from.
void Compiler::CompileBlanks(const FieldLayers& layers, const v1::Field& field, FieldPolicy& policy) {
  for (Side side : kSides) {
    for (const PolicyLayer& layer : layers) {
      const auto& words = layer.policy->blank();
      const auto word = std::find_if(words.begin(), words.end(), [&](const v1::SideWord& w) { return w.side().empty() || w.side() == NameOf(side); });
      if (word == words.end()) continue;
      if (word->word() != "clears" && word->word() != "keeps") {
        Add(word->source(), "A blank of `" + field.name() + "` neither clears nor keeps: \"" + word->word() + "\".",
            OneOf(word->word(), {"clears", "keeps"}));
      }
      policy.blank[side] = word->word() == "keeps" ? BlankRule::kKeeps : BlankRule::kClears;
      policy.statements.push_back({word->side().empty() ? "blank" : "blank." + word->side(), layer.scope, SourceOf(word->source())});
      break;
    }
  }
}

// The side a word names, or empty for one of `others`; anything else is a problem.
std::optional<Side> Compiler::ReadSideWord(const std::string& word, const v1::Source& source, const std::vector<std::string>& others,
                                           const std::string& what) {
  if (const auto side = SideNamed(word)) return side;
  if (std::find(others.begin(), others.end(), word) != others.end()) return std::nullopt;
  std::vector<std::string> known = side_names_;
  known.insert(known.end(), others.begin(), others.end());
  Add(source, "`" + what + "` has no such choice: \"" + word + "\".", OneOf(word, known));
  return std::nullopt;
}

// A value that changes with the clock would be written at every look.
void Compiler::CheckClock(const FieldRule& field, const FieldPolicy& policy, const v1::Source& source) {
  if (policy.create_only || policy.flow == Flow::kNone) return;
  for (Side side : kSides) {
    if (!field.sides[side].formula || !field.sides[side].formula->reads_clock()) continue;
    Add(source, "`" + field.name + "` reads `link.now` and is not sent with a create only: it would change at every look.", "Add `create_only: true`.");
    return;
  }
}

void Compiler::CheckDirection(const FieldRule& field, const FieldPolicy& policy, const std::string& phase, const v1::Source& source) {
  // With phases, the policy without a name is a stand-in nobody asks for.
  const std::string where = phase.empty() ? "" : " in the phase " + phase;
  const auto needs = [&](Side side) {
    if (field.sides[side].writable()) return;
    const std::string why = field.sides[side].formula ? "is computed there and cannot be written" : "has no field there";
    Add(source, "`" + field.name + "` is to be written to " + NameOf(side) + where + ", but " + why + ".",
        "Name a native field with an invertible lens on " + NameOf(side) + ", or change the direction.");
  };
  const auto reads = [&](Side side) {
    if (field.sides[side].exists()) return;
    Add(source, "`" + field.name + "` is to be read from " + NameOf(side) + where + ", but has nothing there.",
        "Give it a `field` or a `formula` on " + NameOf(side) + ", or change the direction.");
  };
  for (Side side : kSides) {
    const LensPtr& lens = field.sides[side].lens;
    if (policy.flow != Flow::kBoth || !lens || lens->traits().is_invertible) continue;
    Add(source, "`" + field.name + "` goes both ways" + where + ", but the lens on " + NameOf(side) + " gives back another value than it was given.",
        "Give it one direction, or a lens on " + NameOf(side) + " that can be read back.");
  }
  if (policy.flow == Flow::kToRight || policy.flow == Flow::kBoth) {
    needs(Side::kRight);
    reads(Side::kLeft);
  }
  if (policy.flow == Flow::kToLeft || policy.flow == Flow::kBoth) {
    needs(Side::kLeft);
    reads(Side::kRight);
  }
  if (policy.flow == Flow::kBoth && policy.create_only) {
    Add(source, "`" + field.name + "` goes both ways and is sent with a create only" + where + "; that is a contradiction.",
        "Give it one direction, or leave out `create_only`.");
  }
}

}  // namespace entente
