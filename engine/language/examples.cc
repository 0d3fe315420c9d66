#include "engine/language/examples.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/language/example_values.h"
#include "entente/rules/v1/rules.pb.h"

namespace entente {
namespace {

namespace v1 = rules::v1;

RuleSource SourceOf(const v1::Source& source) { return {source.file(), source.line()}; }

// A key of an event or an outcome that says what it is, and the name it was given.
template <typename Kind>
struct Verb {
  const char* key;
  Kind kind;
  std::string given;
};

class Reader {
 public:
  Reader(const v1::Example& source, const v1::ExampleBackground& background, const Pack& pack, const Both<DeclaredCatalogue>& catalogues, Problems& problems)
      : source_(source), background_(background), pack_(pack), catalogues_(catalogues), problems_(problems) {}

  Example Read() {
    example_.name = source_.name();
    example_.source = SourceOf(source_.source());
    example_.shows.assign(source_.shows().begin(), source_.shows().end());
    example_.parameters.insert(source_.parameters().begin(), source_.parameters().end());
    example_.parameters.insert(background_.parameters().begin(), background_.parameters().end());
    for (const v1::ExampleRecord& record : background_.given()) {
      const auto is_same = [&](const v1::ExampleRecord& own) { return own.name() == record.name(); };
      if (std::none_of(source_.given().begin(), source_.given().end(), is_same)) ReadGiven(record);
    }
    for (const v1::ExampleRecord& record : source_.given()) ReadGiven(record);
    for (const v1::ExampleSystem& system : source_.systems()) ReadSystem(system);
    for (const v1::ExampleAnswer& answer : source_.answers()) ReadAnswer(answer);
    // The first that fits counts: the example's own.
    for (const v1::ExampleAnswer& answer : background_.answers()) ReadAnswer(answer);
    for (const v1::ExampleEvent& event : source_.when()) ReadEvent(event);
    for (const v1::ExampleOutcome& outcome : source_.then()) ReadOutcome(outcome);
    return std::move(example_);
  }

 private:
  using Event = ExampleEvent::Kind;
  using Outcome = ExampleOutcome::Kind;

  void Add(const v1::Source& at, const std::string& sentence, std::string remedy) {
    problems_.Add({at.file(), at.line()}, "The example `" + source_.name() + "`: " + sentence, std::move(remedy));
  }

  std::optional<Side> SideNamed(const std::string& name) const {
    for (Side side : kSides) {
      if (pack_.sides[side].name == name) return side;
    }
    return std::nullopt;
  }

  const EntityRule* EntityNamed(const std::string& name, const v1::Source& at) {
    if (const EntityRule* entity = pack_.Entity(name)) return entity;
    std::vector<std::string> known;
    for (const EntityRule& entity : pack_.entities) known.push_back(entity.name);
    Add(at, "there is no entity `" + name + "`.", OneOf(name, known));
    return nullptr;
  }

  template <typename Values>
  Both<std::optional<Fields>> ReadSides(const Values& sides, const EntityRule& entity, bool is_expected) {
    Both<std::optional<Fields>> fields;
    for (const v1::NativeValue& source : sides) {
      const std::optional<Side> side = SideNamed(source.name());
      if (side) fields[*side] = ReadExampleFields(source, {pack_, entity, *side, catalogues_[*side], is_expected}, problems_);
    }
    return fields;
  }

  void ReadGiven(const v1::ExampleRecord& source) {
    const EntityRule* entity = EntityNamed(source.entity(), source.source());
    if (entity == nullptr) return;
    entities_[source.name()] = entity;
    if (source.sides().empty()) Add(source.source(), "`" + source.name() + "` stands on no side.", "Give its fields on one side or on both.");
    example_.given.push_back({source.name(), source.entity(), ReadSides(source.sides(), *entity, false), SourceOf(source.source())});
  }

  void ReadSystem(const v1::ExampleSystem& source) {
    if (const auto side = SideNamed(source.side())) {
      example_.systems[*side] = {source.product(), source.version(), source.edition(), std::max(1, source.companies())};
    }
  }

  void ReadAnswer(const v1::ExampleAnswer& source) {
    const EntityRule* entity = EntityNamed(source.entity(), source.source());
    if (entity == nullptr) return;
    ExampleAnswer answer;
    answer.to = static_cast<ExampleAnswer::Operation>(source.to() - 1);
    answer.entity = source.entity();
    answer.fails = static_cast<ExampleAnswer::Failure>(source.fails());
    answer.code = source.code();
    answer.text = source.text();
    answer.times = source.times();
    answer.source = SourceOf(source.source());
    const Both<std::optional<Fields>> fields = ReadSides(source.sides(), *entity, false);
    std::optional<Side> side = SideNamed(source.in());
    for (Side each : kSides) {
      if (!fields[each]) continue;
      side = each;
      answer.adds = *fields[each];
    }
    if (!side) return Add(source.source(), "an answer does not say whose it is.", "Add `in: SIDE`, or the fields of one side.");
    if (answer.fails != ExampleAnswer::Failure::kNone && answer.code.empty()) return Add(source.source(), "a failure has no code.", "Add `code: UPPER_CASE_WORD`, as a connector would say it.");
    answer.side = *side;
    example_.answers.push_back(std::move(answer));
  }

  // The one verb that was given; none is a problem, and so are two.
  template <typename Kind>
  const Verb<Kind>* TheVerb(const std::vector<Verb<Kind>>& verbs, const v1::Source& at, const std::string& what) {
    const Verb<Kind>* found = nullptr;
    std::string words;
    for (const Verb<Kind>& verb : verbs) {
      words += (words.empty() ? "" : ", ") + std::string(verb.key);
      if (verb.given.empty()) continue;
      if (found != nullptr) {
        Add(at, what + " says `" + found->key + "` and `" + verb.key + "` at once.", "Write two of them.");
        return nullptr;
      }
      found = &verb;
    }
    if (found == nullptr) Add(at, what + " says nothing.", "Write one of: " + words + ".");
    return found;
  }

  // The entity of a record of the example; null, and a problem, where there is none.
  const EntityRule* EntityOf(const std::string& record, const v1::Source& at) {
    if (const auto found = entities_.find(record); found != entities_.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [name, entity] : entities_) known.push_back(name);
    Add(at, "there is no record `" + record + "`.", known.empty() ? "Give it under `given`, or create it." : OneOf(record, known));
    return nullptr;
  }

  void ReadEvent(const v1::ExampleEvent& source) {
    const std::vector<Verb<Event>> verbs = {
        {"create", Event::kCreate, source.create()}, {"edit", Event::kEdit, source.edit()}, {"delete", Event::kDelete, source.delete_()},
        {"push", Event::kPush, source.push()}, {"price", Event::kPrice, source.price()}, {"resolve", Event::kResolve, source.resolve()},
        {"wait", Event::kWait, source.wait()}, {"reconcile", Event::kReconcile, source.reconcile() ? "true" : ""},
        {"first_load", Event::kFirstLoad, source.first_load() ? "true" : ""}, {"connect", Event::kConnect, source.connect()}};
    const Verb<Event>* verb = TheVerb(verbs, source.source(), "an event");
    if (verb == nullptr) return;
    ExampleEvent event;
    event.kind = verb->kind;
    event.source = SourceOf(source.source());
    event.side = SideNamed(source.in());
    switch (event.kind) {
      case Event::kWait: absl::ParseDuration(source.wait(), &event.wait); break;
      case Event::kConnect: event.side = SideNamed(source.connect()); break;
      case Event::kReconcile: break;
      case Event::kFirstLoad:
        if (!example_.when.empty()) Add(source.source(), "`first_load` is not the first event.", "Put it first: what is given then stands there unread.");
        break;
      case Event::kResolve:
        event.reason = source.resolve();
        event.choice = source.choice();
        event.record = source.of();
        if (event.choice.empty()) Add(source.source(), "`resolve` says no choice.", "Add `choice: WORD`, one of the item's choices.");
        if (!event.record.empty()) EntityOf(event.record, source.source());
        break;
      default: ReadRecordEvent(source, verb->given, event); break;
    }
    example_.when.push_back(std::move(event));
  }

  void ReadRecordEvent(const v1::ExampleEvent& source, const std::string& record, ExampleEvent& event) {
    event.record = record;
    const EntityRule* entity = nullptr;
    if (event.kind == Event::kCreate && !entities_.contains(record)) {
      if (source.entity().empty()) return Add(source.source(), "`" + record + "` is created, and nothing says what it is.", "Add `entity: …`.");
      entity = EntityNamed(source.entity(), source.source());
      if (entity != nullptr) entities_[record] = entity;
    } else {
      entity = EntityOf(record, source.source());
    }
    if (entity == nullptr) return;
    event.entity = entity->name;
    event.fields = ReadSides(source.sides(), *entity, false);
    const bool has_fields = event.fields[Side::kLeft] || event.fields[Side::kRight];
    const bool takes_fields = event.kind == Event::kCreate || event.kind == Event::kEdit;
    if (takes_fields && !has_fields) Add(source.source(), "nothing says what is written into `" + record + "`.", "Add the fields of a side: `" + pack_.sides[Side::kRight].name + ": {FIELD: VALUE}`.");
    if (event.kind == Event::kDelete && !event.side) Add(source.source(), "nothing says where `" + record + "` is deleted.", "Add `in: SIDE`.");
  }

  void ReadOutcome(const v1::ExampleOutcome& source) {
    const std::vector<Verb<Outcome>> verbs = {
        {"created", Outcome::kCreated, source.created()}, {"updated", Outcome::kUpdated, source.updated()}, {"deleted", Outcome::kDeleted, source.deleted()},
        {"not_written", Outcome::kNotWritten, source.not_written().empty() ? "" : "sides"}, {"holds", Outcome::kHolds, source.holds()}, {"gone", Outcome::kGone, source.gone()},
        {"linked", Outcome::kLinked, source.linked()}, {"not_linked", Outcome::kNotLinked, source.not_linked()}, {"waits", Outcome::kWaits, source.waits()},
        {"item", Outcome::kItem, source.item()}, {"no_item", Outcome::kNoItem, source.no_item()}, {"conflict", Outcome::kConflict, source.conflict()},
        {"phase", Outcome::kPhase, source.phase()}, {"value", Outcome::kValue, source.value()}, {"refused", Outcome::kRefused, source.refused()}};
    const Verb<Outcome>* verb = TheVerb(verbs, source.source(), "what must hold");
    if (verb == nullptr) return;
    ExampleOutcome outcome;
    outcome.kind = verb->kind;
    outcome.source = SourceOf(source.source());
    outcome.side = SideNamed(source.in());
    outcome.from = SideNamed(source.from());
    outcome.record = source.of();
    switch (outcome.kind) {
      case Outcome::kNotWritten:
        for (const std::string& side : source.not_written()) outcome.not_written.push_back(SideNamed(side).value_or(Side::kLeft));
        break;
      case Outcome::kRefused:
        outcome.side = SideNamed(source.refused());
        outcome.word = source.reason();
        break;
      case Outcome::kItem:
      case Outcome::kNoItem:
      case Outcome::kConflict:
      case Outcome::kPhase:
      case Outcome::kValue:
        outcome.word = verb->given;
        outcome.winner = source.winner();
        break;
      default:
        outcome.record = verb->given;
        outcome.word = source.reason();
        break;
    }
    CheckOutcome(source, verb->key, outcome);
    example_.then.push_back(std::move(outcome));
  }

  void CheckOutcome(const v1::ExampleOutcome& source, const std::string& key, ExampleOutcome& outcome) {
    const EntityRule* entity = outcome.record.empty() ? nullptr : EntityOf(outcome.record, source.source());
    if (entity != nullptr) outcome.fields = ReadSides(source.sides(), *entity, true);
    const bool has_fields = outcome.fields[Side::kLeft] || outcome.fields[Side::kRight];
    const auto needs = [&](bool is_there, const std::string& remedy) {
      if (!is_there) Add(source.source(), "`" + key + "` does not say all of it.", remedy);
    };
    switch (outcome.kind) {
      case Outcome::kCreated:
      case Outcome::kUpdated:
      case Outcome::kDeleted: return needs(has_fields || outcome.side, "Add the fields of a side, or `in: SIDE`.");
      case Outcome::kHolds: return needs(has_fields, "Add the fields of a side, or of both.");
      case Outcome::kGone: return needs(outcome.side.has_value(), "Add `in: SIDE`.");
      case Outcome::kWaits: return needs(!outcome.word.empty(), "Add `reason: WORD`, why it waits.");
      case Outcome::kRefused: return needs(!outcome.word.empty(), "Add `reason: WORD`, the gate's.");
      case Outcome::kConflict:
        needs(entity != nullptr, "Add `of: RECORD`.");
        if (entity != nullptr) CheckField(source, *entity, outcome.word);
        return needs(outcome.winner == "ask" || SideNamed(outcome.winner), "Add `winner: SIDE`, or `winner: ask`.");
      case Outcome::kValue:
        needs(entity != nullptr && outcome.from, "Add `of: RECORD` and `from: SIDE`.");
        if (entity != nullptr) CheckField(source, *entity, outcome.word);
        return;
      case Outcome::kPhase: return needs(entity != nullptr, "Add `of: RECORD`.");
      default: return;
    }
  }

  void CheckField(const v1::ExampleOutcome& source, const EntityRule& entity, const std::string& field) {
    if (entity.Field(field) != nullptr) return;
    std::vector<std::string> known;
    for (const FieldRule& rule : entity.fields) known.push_back(rule.name);
    Add(source.source(), "`" + entity.name + "` has no field `" + field + "`.", OneOf(field, known));
  }

  const v1::Example& source_;
  const v1::ExampleBackground& background_;
  const Pack& pack_;
  const Both<DeclaredCatalogue>& catalogues_;
  Problems& problems_;
  std::map<std::string, const EntityRule*> entities_;   // of the records by name
  Example example_;
};

// Examples of streams that the pack, or a parameter, leaves out (`enabled`) have nothing to show.
void LeaveOut(const Pack& pack, v1::Pack& source) {
  std::set<std::string> left_out;
  for (const v1::Entity& entity : source.entities()) {
    if (!entity.enabled().empty() && pack.Entity(entity.name()) == nullptr) left_out.insert(entity.name());
  }
  if (left_out.empty()) return;
  const auto is_left_out = [&](const auto& told) { return left_out.contains(told.entity()); };
  auto& given = *source.mutable_background()->mutable_given();
  given.erase(std::remove_if(given.begin(), given.end(), is_left_out), given.end());
  auto& examples = *source.mutable_examples();
  examples.erase(std::remove_if(examples.begin(), examples.end(),
                                [&](const v1::Example& example) {
                                  return std::any_of(example.given().begin(), example.given().end(), is_left_out) ||
                                         std::any_of(example.when().begin(), example.when().end(), is_left_out);
                                }),
                 examples.end());
}

}  // namespace

std::vector<Example> ReadExamples(const v1::Pack& whole, const Pack& pack, const Both<DeclaredCatalogue>& catalogues, Problems& problems) {
  v1::Pack source = whole;
  LeaveOut(pack, source);
  std::vector<Example> examples;
  examples.reserve(static_cast<std::size_t>(source.examples_size()));
  for (const v1::Example& example : source.examples()) examples.push_back(Reader(example, source.background(), pack, catalogues, problems).Read());
  return examples;
}

}  // namespace entente
