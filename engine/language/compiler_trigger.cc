#include <algorithm>
#include <set>

#include "engine/language/compiler.h"

// What sets an entity going.
namespace entente {

namespace v1 = rules::v1;

namespace {

std::string WordOf(v1::Trigger::Kind kind) {
  std::string word = v1::Trigger::Kind_Name(kind);
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return word;
}

bool WaitsForAnother(const EntityRule& entity) {
  const bool reads_targets = !entity.looks_through.empty() || (entity.triggers.on_state && !entity.triggers.on_state->target_reads().empty());
  return reads_targets || std::any_of(entity.fields.begin(), entity.fields.end(), [](const FieldRule& field) { return !field.target.empty(); });
}

}  // namespace

std::string Compiler::TriggerWords(const v1::Entity& source) {
  std::string words;
  for (const v1::Trigger& trigger : source.triggers()) words += (words.empty() ? "" : " + ") + WordOf(trigger.kind());
  return words.empty() ? "continuous" : words;
}

TriggerRule Compiler::CompileTriggers(const v1::Entity& source, const EntityRule& entity) {
  TriggerRule rule;
  rule.source = entity.source;
  // The owner's users move a document's states: they are always seen.
  rule.continuous = source.triggers().empty() || source.has_document();
  std::set<v1::Trigger::Kind> seen;
  for (const v1::Trigger& trigger : source.triggers()) {
    const std::string word = WordOf(trigger.kind());
    rule.source = SourceOf(trigger.source());
    if (!seen.insert(trigger.kind()).second) Add(trigger.source(), "`" + entity.name + "` is set going twice by `" + word + "`.", "Keep one of the two.");
    CheckTriggerKeys(trigger, word);
    switch (trigger.kind()) {
      case v1::Trigger::CONTINUOUS: rule.continuous = true; break;
      case v1::Trigger::ON_RECONNECT: rule.on_reconnect = true; break;
      case v1::Trigger::CALENDAR: rule.calendar = CompileCalendar(trigger); break;
      case v1::Trigger::ON_STATE: CompileOnState(source, trigger, rule); break;
      case v1::Trigger::ON_DEPENDENCY:
        if (!WaitsForAnother(entity)) {
          Add(trigger.source(), "`" + entity.name + "` is to be set going by what it refers to, but refers to nothing.", "Give a field a `target:`, or leave `on_dependency` out.");
        }
        break;
      default: break;
    }
  }
  return rule;
}

void Compiler::CheckTriggerKeys(const v1::Trigger& trigger, const std::string& word) {
  const auto only = [&](bool is_said, const std::string& key, v1::Trigger::Kind kind) {
    if (!is_said || trigger.kind() == kind) return;
    Add(trigger.source(), "`" + key + "` stands at the trigger `" + word + "`, which does not ask for it.", "Write it at `" + WordOf(kind) + "`, or leave it out.");
  };
  only(!trigger.at().empty(), "at", v1::Trigger::CALENDAR);
  only(!trigger.days().empty(), "days", v1::Trigger::CALENDAR);
  only(!trigger.zone().empty(), "zone", v1::Trigger::CALENDAR);
  only(!trigger.when().empty(), "when", v1::Trigger::ON_STATE);
  only(!trigger.every().empty(), "every", v1::Trigger::CONTINUOUS);
}

std::optional<Calendar> Compiler::CompileCalendar(const v1::Trigger& trigger) {
  Calendar calendar;
  for (const std::string& hour : trigger.at()) {
    if (const std::optional<int> minutes = ReadClock(hour, trigger.source())) calendar.minutes.insert(*minutes);
  }
  calendar.days = ReadDays(trigger.days(), trigger.source());
  calendar.zone = trigger.zone();
  calendar.clock = ReadZone(trigger.zone(), trigger.source());
  if (trigger.at().empty() || trigger.zone().empty()) {
    Add(trigger.source(), "A calendar says neither its hours nor whose clock they are on.", "Write `{kind: calendar, at: [\"06:00\"], zone: Europe/Paris}`.");
  }
  return calendar.minutes.empty() ? std::nullopt : std::optional(std::move(calendar));
}

void Compiler::CompileOnState(const v1::Entity& source, const v1::Trigger& trigger, TriggerRule& rule) {
  if (source.has_document()) {
    if (!trigger.when().empty()) Add(trigger.source(), "The states of the document `" + source.name() + "` say when it goes on.", "Leave `when` out.");
    return;
  }
  if (trigger.when().empty()) {
    Add(trigger.source(), "`" + source.name() + "` waits for a state that nothing names.", "Write `{kind: on_state, when: …}`.");
    return;
  }
  rule.on_state = CompileFormula(trigger.when(), trigger.source(), FormulaPlace::kCheck);
  if (rule.on_state && rule.on_state->reads_clock()) {
    Add(trigger.source(), "A state cannot depend on the time: nobody looks at a record because time passes.", "Read a field of the record, or poll by a calendar.");
  }
}

}  // namespace entente
