#include <nlohmann/json.hpp>

#include "engine/language/pack.h"

namespace entente {
namespace {

std::string ShownValue(const Parameter& parameter) {
  if (parameter.secret) return "";
  if (const auto* list = parameter.value.As<List>()) {
    std::string text;
    for (const Value& item : *list) text += (text.empty() ? "" : ", ") + item.ToDisplay();
    return text;
  }
  return parameter.value.IsNull() ? "" : parameter.value.ToDisplay();
}

std::string DirectionOf(const Pack& pack, const EntityRule& entity) {
  bool to_left = false, to_right = false;
  for (const FieldRule& field : entity.fields) {
    const Flow flow = field.PolicyIn("").flow;
    to_left = to_left || flow == Flow::kToLeft || flow == Flow::kBoth;
    to_right = to_right || flow == Flow::kToRight || flow == Flow::kBoth;
  }
  const std::string& left = pack.sides[Side::kLeft].name;
  const std::string& right = pack.sides[Side::kRight].name;
  if (to_left && to_right) return "both";
  if (to_left) return right + " -> " + left;
  return to_right ? left + " -> " + right : "none";
}

}  // namespace

PackDescription DescribePack(const Pack& pack) {
  PackDescription description;
  description.name = pack.name;
  description.version = pack.version;
  description.hash = pack.hash;
  description.limits = pack.limits;
  description.flags = pack.flags;
  for (const EntityRule& entity : pack.entities) {
    for (const EntityRule::MatrixRow& row : entity.matrix) {
      description.matrix.push_back({row.name, entity.name, row.phase, row.label_fr, row.label_en, row.direction, row.owner, row.trigger,
                                    row.delete_policy});
    }
    if (entity.matrix.empty()) description.auxiliaries.push_back({entity.name, entity.label_fr, entity.label_en, DirectionOf(pack, entity)});
  }
  description.value_lists.assign(pack.value_lists.begin(), pack.value_lists.end());
  for (Side side : kSides) {
    description.limits[pack.sides[side].name + "_companies_max"] = pack.sides[side].companies_max;
  }
  for (const auto& [name, parameter] : pack.parameters) {
    description.parameters.push_back({name, parameter.type, parameter.label_fr, parameter.label_en, parameter.scope, ShownValue(parameter),
                                      parameter.secret});
  }
  return description;
}

std::string ToJson(const PackDescription& description) {
  using Json = nlohmann::ordered_json;
  Json json;
  json["name"] = description.name;
  json["version"] = description.version;
  json["hash"] = description.hash;
  json["matrix"] = Json::array();
  for (const auto& row : description.matrix) {
    json["matrix"].push_back({{"name", row.name},
                              {"entity", row.entity},
                              {"phase", row.phase},
                              {"label_fr", row.label_fr},
                              {"label_en", row.label_en},
                              {"direction", row.direction},
                              {"owner", row.owner},
                              {"trigger", row.trigger},
                              {"delete", row.delete_policy}});
  }
  json["auxiliaries"] = Json::array();
  for (const auto& auxiliary : description.auxiliaries) {
    json["auxiliaries"].push_back({{"entity", auxiliary.entity},
                                   {"label_fr", auxiliary.label_fr},
                                   {"label_en", auxiliary.label_en},
                                   {"direction", auxiliary.direction}});
  }
  json["value_lists"] = description.value_lists;
  json["limits"] = description.limits;
  json["flags"] = description.flags;
  json["parameters"] = Json::array();
  for (const auto& parameter : description.parameters) {
    Json row = {{"name", parameter.name},         {"type", parameter.type},   {"label_fr", parameter.label_fr},
                {"label_en", parameter.label_en}, {"scope", parameter.scope}, {"secret", parameter.secret}};
    if (!parameter.secret) row["value"] = parameter.value;
    json["parameters"].push_back(std::move(row));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace entente
