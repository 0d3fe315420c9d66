#include "engine/language/expression/members.h"

#include <algorithm>

namespace entente {

std::optional<TableKey> KeyFrom(const Value& value) {
  if (const auto* text = value.As<std::string>()) return TableKey(*text);
  if (const auto* number = value.As<std::int64_t>()) return TableKey(*number);
  if (const auto* flag = value.As<bool>()) return TableKey(*flag);
  const auto* decimal = value.As<Decimal>();
  const auto whole = decimal ? decimal->ToInt() : std::nullopt;
  if (whole) return TableKey(*whole);
  return std::nullopt;
}

const Value* FindMember(const Map& map, const Value& key) {
  const auto* name = key.As<std::string>();
  const auto found = name ? map.find(*name) : map.end();
  return found == map.end() ? nullptr : &found->second;
}

const Value* FindMember(const Table& table, const Value& key) {
  const auto wanted = KeyFrom(key);
  const auto found = wanted ? table.find(*wanted) : table.end();
  return found == table.end() ? nullptr : &found->second;
}

List KeysOf(const Map& map) {
  List keys;
  keys.reserve(map.size());
  for (const auto& [name, value] : map) keys.emplace_back(name);
  return keys;
}

List KeysOf(const Table& table) {
  List keys;
  keys.reserve(table.size());
  for (const auto& [key, value] : table) keys.push_back(std::visit([](const auto& part) { return Value(part); }, key));
  return keys;
}

std::int64_t WeightOf(const Value& value, std::int64_t enough) {
  if (const auto* text = value.As<std::string>()) return static_cast<std::int64_t>(text->size() / 64);
  if (const auto* bytes = value.As<Bytes>()) return static_cast<std::int64_t>(bytes->data.size() / 64);
  std::int64_t weight = 0;
  const auto add = [&](const Value& item) { weight += 1 + WeightOf(item, enough - weight); };
  const auto add_text = [&](std::string_view text) { weight += static_cast<std::int64_t>(text.size() / 64); };
  if (const auto* list = value.As<List>()) {
    for (auto item = list->begin(); item != list->end() && weight < enough; ++item) add(*item);
  } else if (const auto* map = value.As<Map>()) {
    for (auto entry = map->begin(); entry != map->end() && weight < enough; ++entry) {
      add_text(entry->first);
      add(entry->second);
    }
  } else if (const auto* table = value.As<Table>()) {
    for (auto entry = table->begin(); entry != table->end() && weight < enough; ++entry) {
      if (const auto* text = std::get_if<std::string>(&entry->first)) add_text(*text);
      add(entry->second);
    }
  }
  return weight;
}

bool IsDeeperThan(const Value& value, int levels) {
  const auto holds = [levels](const Value& item) { return IsDeeperThan(item, levels - 1); };
  const auto holds_second = [&](const auto& entry) { return holds(entry.second); };
  if (const auto* list = value.As<List>()) return levels == 0 || std::any_of(list->begin(), list->end(), holds);
  if (const auto* map = value.As<Map>()) return levels == 0 || std::any_of(map->begin(), map->end(), holds_second);
  if (const auto* table = value.As<Table>()) return levels == 0 || std::any_of(table->begin(), table->end(), holds_second);
  return false;
}

}  // namespace entente
