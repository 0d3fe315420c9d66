#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/certificate/certificate.h"

namespace entente::certificate {
namespace {

using Json = nlohmann::ordered_json;

// What one line of the summary stands for: an entity in a phase.
struct Sum {
  int fields = 0;
  std::int64_t states = 0, transitions = 0;
  int rounds = 0;
  bool holds = true;
};

template <typename Row>
void AddTo(Sum& sum, const Row& row) {
  sum.states += row.states;
  sum.transitions += row.transitions;
  sum.rounds = std::max(sum.rounds, row.rounds);
  sum.holds = sum.holds && row.holds;
}

std::string Padded(std::string text, std::size_t width, bool to_right = false) {
  if (text.size() >= width) return text;
  const std::string spaces(width - text.size(), ' ');
  return to_right ? spaces + text : text + spaces;
}

std::string Line(const std::string& name, const std::string& fields, const std::string& states, const std::string& transitions, const std::string& rounds,
                 const std::string& parents, const std::string& verdict) {
  std::string line = "  " + Padded(name, 30) + Padded(fields, 7, true) + Padded(states, 10, true) + Padded(transitions, 13, true) + Padded(rounds, 8, true) +
                     Padded(parents, 9, true) + "  " + verdict;
  return line + "\n";
}

std::string Named(const std::string& entity, const std::string& phase) { return phase.empty() ? entity : entity + ", " + phase; }

std::string Summary(const Certificate& c) {
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, Sum> sums;
  for (const LifeRow& row : c.lives) {
    order.emplace_back(row.entity, row.phase);
    AddTo(sums[order.back()], row);
  }
  for (const FieldRow& row : c.fields) {
    Sum& sum = sums[{row.entity, row.phase}];
    ++sum.fields;
    AddTo(sum, row);
  }
  std::map<std::string, int> parents;
  for (const EntityRow& row : c.entities) parents[row.entity] = row.parents;
  std::string text = Line("ENTITY, PHASE", "FIELDS", "STATES", "TRANSITIONS", "ROUNDS", "PARENTS", "");
  for (const auto& key : order) {
    const Sum& sum = sums[key];
    text += Line(Named(key.first, key.second), std::to_string(sum.fields), std::to_string(sum.states), std::to_string(sum.transitions), std::to_string(sum.rounds),
                 std::to_string(parents[key.first]), sum.holds ? "holds" : "FAILS");
  }
  return text;
}

}  // namespace

std::string ToText(const Refusal& refusal) {
  std::string text = refusal.problem.ToString();
  for (const std::string& step : refusal.trace) text += "\n    " + step;
  return text;
}

std::string ToText(const Certificate& c, bool is_long) {
  std::string text = Summary(c);
  if (is_long) {
    text += "\n" + Line("FIELD", "", "STATES", "TRANSITIONS", "ROUNDS", "", "");
    for (const FieldRow& row : c.fields) {
      text += Line(Named(row.entity + "." + row.field, row.phase), "", std::to_string(row.states), std::to_string(row.transitions), std::to_string(row.rounds), "",
                   row.holds ? "holds" : "FAILS");
    }
  }
  text += "\n";
  for (const Refusal& refusal : c.refusals) text += std::string(refusal.law) + "  " + ToText(refusal) + "\n";
  if (!c.holds()) {
    return text + "not certified: " + std::to_string(c.refusals.size()) + (c.refusals.size() == 1 ? " law is" : " laws are") + " not kept.\n";
  }
  text += "Proved over " + std::to_string(c.states) + " states and " + std::to_string(c.transitions) + " transitions, with the engine's own decisions:\n";
  text += "  a record is at rest after at most " + std::to_string(c.rounds) + " passes that write and " + std::to_string(c.parents) + " for its parents (allowed: " +
          std::to_string(kRoundsMax) + " and the parents);\n";
  text += "  no value goes back and forth; no edit is lost without a record; nothing is deleted unless a rule orders it; every rule decides something.\n";
  return text + "certificate " + c.hash + "\n";
}

std::string ToJson(const Certificate& c) {
  Json json;
  json["pack"] = c.pack;
  json["pack_version"] = c.pack_version;
  json["pack_hash"] = c.pack_hash;
  json["certified"] = c.holds();
  json["hash"] = c.hash;
  json["rounds"] = c.rounds;
  json["rounds_allowed"] = kRoundsMax;
  json["parents"] = c.parents;
  json["states"] = c.states;
  json["transitions"] = c.transitions;
  json["entities"] = Json::array();
  for (const EntityRow& row : c.entities) json["entities"].push_back({{"entity", row.entity}, {"parents", row.parents}});
  const auto add = [](Json& list, const auto& row, const std::string& field) {
    Json one{{"entity", row.entity}, {"phase", row.phase}};
    if (!field.empty()) one["field"] = field;
    one["states"] = row.states;
    one["transitions"] = row.transitions;
    one["rounds"] = row.rounds;
    one["holds"] = row.holds;
    list.push_back(std::move(one));
  };
  json["lives"] = Json::array();
  for (const LifeRow& row : c.lives) add(json["lives"], row, "");
  json["fields"] = Json::array();
  for (const FieldRow& row : c.fields) add(json["fields"], row, row.field);
  json["refusals"] = Json::array();
  for (const Refusal& refusal : c.refusals) {
    const Problem& problem = refusal.problem;
    json["refusals"].push_back({{"law", refusal.law},
                                {"entity", refusal.entity},
                                {"phase", refusal.phase},
                                {"field", refusal.field},
                                {"file", problem.at.file},
                                {"line", problem.at.line},
                                {"sentence", problem.sentence},
                                {"remedy", problem.remedy},
                                {"trace", refusal.trace}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace entente::certificate
