#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/value.h"

namespace entente {

// What maps hold by key, and what values weigh. Pure; any thread.

// The key that a value is: bool, int, text, or a decimal without a fraction, which is its int. Empty for any other.
std::optional<TableKey> KeyFrom(const Value& value);

// Null when the map has no such key, or the value cannot be one.
const Value* FindMember(const Map& map, const Value& key);
const Value* FindMember(const Table& table, const Value& key);

// The keys of a map as values, in its order.
List KeysOf(const Map& map);
List KeysOf(const Table& table);

// What copying, comparing or searching a value costs in steps: one for each item it holds, at any depth, and for each 64 bytes of text.
// Counting stops at `enough`.
std::int64_t WeightOf(const Value& value, std::int64_t enough);

// Whether lists and maps stand within each other deeper than `levels`.
bool IsDeeperThan(const Value& value, int levels);

}  // namespace entente
