#include "engine/pipeline/document_owner.h"

#include "absl/strings/str_cat.h"
#include "engine/core/text.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/document_content.h"
#include "engine/pipeline/outbox.h"

namespace entente {
namespace {

constexpr std::string_view kOwnerWrite = "owner_write";
constexpr std::string_view kOwnerRule = "owner_rule";
constexpr std::string_view kOwnerLater = "owner_later";
constexpr std::string_view kOwnerDigest = "owner_digest";
constexpr std::string_view kOwnerWritten = "owner_written";

bool UnderWay(const Boxed<Delivery>& owed) {
  return owed && (owed->state == Delivery::State::kSent || owed->state == Delivery::State::kUncertain);
}

// What stands behind the fields that have no base yet, for whoever asks: by field the value, the rule, when.
void Remember(Turn& turn, Link& link) {
  Fields& result = link.document->result;
  const auto* wanted = FieldOf(result, kOwnerWrite).As<Map>();
  if (!wanted) return;
  Map written;
  if (const auto* before = FieldOf(result, kOwnerWritten).As<Map>()) written = *before;
  for (const auto& [name, value] : *wanted) {
    written[name] = Map{{"value", value}, {"rule", FieldOf(result, kOwnerRule)}, {"at", Timestamp{turn.micros()}}};
  }
  erase_if(written, [&link](const auto& field) { return link.base.contains(field.first); });
  if (written.empty()) result.erase(std::string(kOwnerWritten));
  else result[std::string(kOwnerWritten)] = std::move(written);
}

}  // namespace

const DocumentState* StateByLabel(const DocumentRule& rule, std::string_view label) {
  const std::string wanted = FoldAccents(label);
  for (const DocumentState& state : rule.states) {
    if (FoldAccents(state.label) == wanted) return &state;
  }
  return nullptr;
}

const DocumentState* StateByName(const DocumentRule& rule, std::string_view name) {
  for (const DocumentState& state : rule.states) {
    if (state.name == name) return &state;
  }
  return nullptr;
}

std::string ProblemText(const DocumentProblem& problem) {
  std::string text = problem.line > 0 ? absl::StrCat("Ligne ", problem.line, " : ") : std::string();
  if (!problem.field.empty()) absl::StrAppend(&text, problem.field, " : ");
  return absl::StrCat(text, problem.text.empty() ? problem.code : problem.text, " (", problem.code, ")");
}

std::vector<std::string> TextsOf(const std::vector<DocumentProblem>& problems) {
  std::vector<std::string> texts;
  for (const DocumentProblem& problem : problems) texts.push_back(ProblemText(problem));
  return texts;
}

std::vector<std::string> TextsOf(const Pack& pack, const OperationResult& failure) {
  std::vector<std::string> texts = TextsOf(failure.problems);
  if (!texts.empty()) return texts;
  const auto told = pack.errors.find(failure.code);
  return {absl::StrCat(told == pack.errors.end() ? failure.text : absl::StrCat(told->second.message_fr, " ", failure.text), " (", failure.code, ")")};
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) absl::StrAppend(&joined, joined.empty() ? "" : "\n", text);
  return joined;
}

void OwnerWrite::Set(const std::string& name, const Value& value) {
  if (entity_.Field(name)) wanted_[name] = value;
}

void OwnerWrite::SetState(std::string_view name) {
  if (const DocumentState* state = StateByName(*entity_.document, name)) {
    Set(entity_.document->state_field, state->label);
    link_.document->state = state->name;
  }
}

void OwnerWrite::Send(std::string rule) {
  Fields& result = link_.document->result;
  if (const auto* waiting = FieldOf(result, kOwnerWrite).As<Map>()) {
    for (const auto& [name, value] : *waiting) wanted_.try_emplace(name, value);
  }
  result[std::string(kOwnerWrite)] = Map(wanted_.begin(), wanted_.end());
  result[std::string(kOwnerRule)] = std::move(rule);
  result[std::string(kOwnerDigest)] = OwnerDigest(turn_, entity_, link_);
  if (UnderWay(link_.owed[entity_.document->owner])) result[std::string(kOwnerLater)] = true;
  SendWaiting(turn_, entity_, link_);
}

bool OwnerWrite::SendWaiting(Turn& turn, const EntityRule& entity, Link& link) {
  const auto* wanted = FieldOf(link.document->result, kOwnerWrite).As<Map>();
  if (!wanted) return false;
  const Side owner = entity.document->owner;
  if (UnderWay(link.owed[owner])) return true;
  const bool dead = link.owed[owner] && link.owed[owner]->state == Delivery::State::kDead;
  const bool overtaken = FieldOf(link.document->result, kOwnerDigest).TextOrEmpty() != OwnerDigest(turn, entity, link);
  if (dead || overtaken) {
    if (overtaken) Withdraw(turn, link, owner);
    Forget(link);
    return false;
  }
  Composition composition(turn, entity, link, owner);
  for (const auto& [name, value] : *wanted) {
    const absl::StatusOr<bool> added = composition.Add(*entity.Field(name), value, value, false);
    if (!added.ok()) FormulaFailed(turn, link, added.status());
  }
  Delivery delivery = std::move(composition.delivery());
  const Fields& now = link.members[owner].shadow;
  erase_if(delivery.writes, [&now](const auto& field) { return NativeOf(now, field.first) == field.second; });
  if (delivery.writes.empty()) {
    Remember(turn, link);
    Forget(link);
    return false;
  }
  erase_if(delivery.expected, [&delivery](const auto& field) { return !delivery.writes.contains(field.first); });
  // Agreement begins with the document on the other side: until then these fields have no base.
  delivery.settles.clear();
  delivery.verb = Verb::kUpdate;
  delivery.lane = Lane::kOnDemand;
  delivery.rule = std::string(FieldOf(link.document->result, kOwnerRule).TextOrEmpty());
  Queue(turn, entity, link, owner, std::move(delivery));
  return true;
}

void OwnerWrite::Forget(Link& link) {
  for (std::string_view name : {kOwnerWrite, kOwnerRule, kOwnerDigest, kOwnerLater}) link.document->result.erase(std::string(name));
}

void OwnerWrite::NoteWritten(Turn& turn, const EntityRule& entity, Link& link) {
  // Where another write waited for this one, what this one changed overtakes nothing.
  if (link.document->result.erase(std::string(kOwnerLater)) == 0) {
    Remember(turn, link);
    return Forget(link);
  }
  link.document->result[std::string(kOwnerDigest)] = OwnerDigest(turn, entity, link);
}

std::optional<OwnerWritten> OwnerWrite::FindWritten(const EntityRule& entity, const Link& link, Side side, const std::string& field) {
  if (!entity.document || side != entity.document->owner || !link.document) return std::nullopt;
  const auto* written = FieldOf(link.document->result, kOwnerWritten).As<Map>();
  const auto* found = written ? FieldOf(*written, field).As<Map>() : nullptr;
  if (!found) return std::nullopt;
  const auto* at = FieldOf(*found, "at").As<Timestamp>();
  return OwnerWritten{FieldOf(*found, "value"), std::string(FieldOf(*found, "rule").TextOrEmpty()), at ? at->micros : 0};
}

}  // namespace entente
