#include "engine/pipeline/document_content.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/project.h"

namespace entente {
namespace {

constexpr std::string_view kAsked = "asked_lines";
constexpr std::string_view kAnswered = "answered_lines";
constexpr std::string_view kLine = "line";
constexpr std::string_view kGranted = "granted";

// Columns of a list the owner's users do not own: the other side computes them.
bool IsComputed(const EntityRule& entity, const FieldRule& item, const std::string& phase) {
  const Flow flow = item.PolicyIn(phase).flow;
  return flow == (entity.document->owner == Side::kRight ? Flow::kToRight : Flow::kToLeft);
}

// The phase a document is in before it is sent: what its users own does not change with the sending.
std::string DraftPhase(const EntityRule& entity) { return entity.phases.empty() ? std::string() : entity.phases.front().name; }

bool IsZero(const Value& value) {
  if (const auto* number = value.As<std::int64_t>()) return *number == 0;
  const auto* decimal = value.As<Decimal>();
  return decimal && *decimal == Decimal();
}

// By value: 15 is 15.0.
bool Same(const Value& a, const Value& b) {
  const auto number = [](const Value& value) -> std::optional<Decimal> {
    if (const auto* whole = value.As<std::int64_t>()) return Decimal::FromInt(*whole);
    const auto* decimal = value.As<Decimal>();
    return decimal ? std::optional<Decimal>(*decimal) : std::nullopt;
  };
  if (number(a) && number(b)) return *number(a) == *number(b);
  return a == b || ((a.IsBlank() || IsZero(a)) && (b.IsBlank() || IsZero(b)));
}

bool HasProposals(const FieldRule& field) {
  return std::any_of(field.items.begin(), field.items.end(), [](const FieldRule& item) { return item.proposed; });
}

// What tells one line of a list from the others: what it refers to, and the how manieth of these it is.
std::vector<std::string> LineNames(const FieldRule& field, const List& lines) {
  std::map<std::string, int> counts;
  std::vector<std::string> names;
  for (const Value& element : lines) {
    std::string name;
    for (const FieldRule& item : field.items) {
      if (!item.target.empty() && element.As<Map>()) absl::StrAppend(&name, FieldOf(*element.As<Map>(), item.name).ToDisplay(), "|");
    }
    const int count = ++counts[name];
    names.push_back(absl::StrCat(name, "#", count));
  }
  return names;
}

const Map* LineNamed(const Value& lines, const std::string& name) {
  const auto* list = lines.As<List>();
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const auto* line = (*list)[i].As<Map>();
    if (line && FieldOf(*line, kLine).TextOrEmpty() == name) return line;
  }
  return nullptr;
}

bool Granted(const Map& answered, const std::string& item) {
  const auto* granted = FieldOf(answered, kGranted).As<List>();
  return granted && std::find(granted->begin(), granted->end(), Value(item)) != granted->end();
}

// Items of each line that the user asks for.
std::vector<std::set<std::string>> ProposalsIn(const FieldRule& field, const Link& link, const List& lines) {
  const Value& answered = link.document ? FieldOf(link.document->result, kAnswered) : FieldOf({}, kAnswered);
  const std::vector<std::string> names = LineNames(field, lines);
  std::vector<std::set<std::string>> proposals(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto* line = lines[i].As<Map>();
    const Map* before = LineNamed(answered, names[i]);
    for (const FieldRule& item : field.items) {
      if (!line || !item.proposed) continue;
      const Value& wanted = FieldOf(*line, item.name);
      if (wanted.IsBlank() || (!before && IsZero(wanted))) continue;
      const bool is_known = before && Same(FieldOf(*before, item.name), wanted);
      if (!is_known || Granted(*before, item.name)) proposals[i].insert(item.name);
    }
  }
  return proposals;
}

Value UserLines(const EntityRule& entity, const FieldRule& field, const Link& link, const Value& value) {
  List lines;
  const auto* list = value.As<List>();
  if (!list) return lines;
  const std::vector<std::set<std::string>> proposals = ProposalsIn(field, link, *list);
  for (std::size_t i = 0; i < list->size(); ++i) {
    Map line = (*list)[i].As<Map>() ? *(*list)[i].As<Map>() : Map{};
    for (const FieldRule& item : field.items) {
      const bool is_left_out = item.proposed ? !proposals[i].contains(item.name) : IsComputed(entity, item, DraftPhase(entity));
      if (is_left_out) line.erase(item.name);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

// The list the owner's users see, as what is sent of it maps it.
absl::StatusOr<Value> OwnerLines(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field) {
  return CanonicalOf(turn, entity, link, entity.document->owner, field.name);
}

// The item of what comes back that fills the same column of the owner's lines.
const FieldRule* AnswerTo(const EntityRule& entity, const FieldRule& field, const FieldRule& item, const FieldRule** list) {
  const Side owner = entity.document->owner;
  for (const std::string& name : entity.document->result_fields) {
    const FieldRule* result = entity.Field(name);
    if (!result || result->sides[owner].native != field.sides[owner].native) continue;
    for (const FieldRule& answer : result->items) {
      if (answer.sides[owner].native != item.sides[owner].native) continue;
      *list = result;
      return &answer;
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<Value> CanonicalOf(Turn& turn, const EntityRule& entity, const Link& link, Side side, const std::string& name) {
  const FieldRule* field = entity.Field(name);
  if (!field || !field->sides[side].exists()) return Value();
  const LinkScope scope(turn.pack(), link);
  return GetCanonical(turn, entity, *field, side, link.members[side].shadow, scope.scope());
}

Digest UserDigest(Turn& turn, const EntityRule& entity, const Link& link) {
  const DocumentRule& rule = *entity.document;
  Fields user;
  for (const std::string& name : rule.user_fields) {
    const FieldRule* field = entity.Field(name);
    const absl::StatusOr<Value> value = CanonicalOf(turn, entity, link, rule.owner, name);
    if (!field || !value.ok()) continue;
    user[name] = field->items.empty() ? *value : UserLines(entity, *field, link, *value);
  }
  return DigestOfFields(user);
}

std::string OwnerDigest(Turn& turn, const EntityRule& entity, const Link& link) {
  const absl::StatusOr<Value> state = CanonicalOf(turn, entity, link, entity.document->owner, entity.document->state_field);
  return DigestOfFields({{"user", UserDigest(turn, entity, link).ToHex()}, {"state", state.ok() ? *state : Value()}}).ToHex();
}

Value MergedLines(const EntityRule& entity, const FieldRule& field, const Value& user, const Value& priced) {
  const auto* lines = user.As<List>();
  const auto* answers = priced.As<List>();
  List merged;
  for (std::size_t i = 0; lines && i < lines->size(); ++i) {
    Map line = (*lines)[i].As<Map>() ? *(*lines)[i].As<Map>() : Map{};
    const Map* answer = answers && i < answers->size() ? (*answers)[i].As<Map>() : nullptr;
    for (const FieldRule& item : field.items) {
      if (answer && IsComputed(entity, item, DraftPhase(entity))) line[item.name] = FieldOf(*answer, item.name);
    }
    erase_if(line, [](const auto& entry) { return entry.second.IsBlank(); });
    merged.push_back(std::move(line));
  }
  return merged;
}

void LeaveOutUnproposed(Turn& turn, const EntityRule& entity, const Link& link, Delivery& delivery) {
  const Side maker = Other(entity.document->owner);
  for (const FieldRule& field : entity.fields) {
    if (!HasProposals(field) || !field.sides[maker].writable()) continue;
    Value* const found = delivery.writes.FindToChange(field.sides[maker].native);
    List* native = found ? found->As<List>() : nullptr;
    const absl::StatusOr<Value> lines = OwnerLines(turn, entity, link, field);
    if (!native || !lines.ok() || !lines->As<List>()) continue;
    const std::vector<std::set<std::string>> proposals = ProposalsIn(field, link, *lines->As<List>());
    for (std::size_t i = 0; i < native->size() && i < proposals.size(); ++i) {
      for (const FieldRule& item : field.items) {
        if (item.proposed && !proposals[i].contains(item.name)) (*native)[i].As<Map>()->erase(item.sides[maker].native);
      }
    }
  }
}

void NoteAsked(Turn& turn, const EntityRule& entity, Link& link) {
  for (const FieldRule& field : entity.fields) {
    const absl::StatusOr<Value> lines = HasProposals(field) ? OwnerLines(turn, entity, link, field) : Value();
    if (!lines.ok() || !lines->As<List>()) continue;
    const std::vector<std::string> names = LineNames(field, *lines->As<List>());
    const std::vector<std::set<std::string>> proposals = ProposalsIn(field, link, *lines->As<List>());
    List asked;
    for (std::size_t i = 0; i < names.size(); ++i) {
      Map line{{std::string(kLine), names[i]}};
      for (const std::string& item : proposals[i]) line[item] = FieldOf(*(*lines->As<List>())[i].As<Map>(), item);
      asked.push_back(std::move(line));
    }
    link.document->result[std::string(kAsked)] = std::move(asked);
  }
}

void NoteAnswered(Turn& turn, const EntityRule& entity, Link& link, const Link& priced) {
  const Side maker = Other(entity.document->owner);
  const auto* asked = FieldOf(link.document->result, kAsked).As<List>();
  if (!asked) return;
  List answered;
  for (const Value& line : *asked) answered.push_back(Map{{std::string(kLine), FieldOf(*line.As<Map>(), kLine)}});
  for (const FieldRule& field : entity.fields) {
    for (const FieldRule& item : field.items) {
      const FieldRule* list = nullptr;
      const FieldRule* answer = item.proposed ? AnswerTo(entity, field, item, &list) : nullptr;
      const absl::StatusOr<Value> lines = answer ? CanonicalOf(turn, entity, priced, maker, list->name) : Value();
      if (!lines.ok() || !lines->As<List>()) continue;
      for (std::size_t i = 0; i < answered.size() && i < lines->As<List>()->size(); ++i) {
        Map& line = *answered[i].As<Map>();
        line[item.name] = FieldOf(*(*lines->As<List>())[i].As<Map>(), answer->name);
        const Value& wanted = FieldOf(*(*asked)[i].As<Map>(), item.name);
        if (wanted.IsNull() || !Same(wanted, line[item.name])) continue;
        List granted = FieldOf(line, kGranted).As<List>() ? *FieldOf(line, kGranted).As<List>() : List{};
        granted.push_back(item.name);
        line[std::string(kGranted)] = std::move(granted);
      }
    }
  }
  link.document->result[std::string(kAnswered)] = std::move(answered);
  link.document->result.erase(std::string(kAsked));
}

}  // namespace entente
