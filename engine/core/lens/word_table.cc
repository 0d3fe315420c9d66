#include "engine/core/lens/word_table.h"

#include "engine/core/canonical.h"
#include "engine/core/text.h"

namespace entente {
namespace {

std::string Folded(std::string_view word) { return FoldAccents(CollapseSpaces(word)); }

}  // namespace

bool WordTable::Add(const Value& key, const Value& word) {
  const auto [place, is_new] = keys_.emplace(EncodeValue(word), key);
  if (!is_new && place->second != key) return false;
  if (const auto* text = word.As<std::string>()) folded_.emplace(Folded(*text), key);
  const auto [first, is_first] = first_.emplace(EncodeValue(key), word);
  if (!is_first && first->second.IsNull()) first->second = word;
  return true;
}

void WordTable::AddKey(const Value& key) { first_.emplace(EncodeValue(key), Value()); }

const Value* WordTable::KeyOf(const Value& word) const {
  const auto exact = keys_.find(EncodeValue(word));
  if (exact != keys_.end()) return &exact->second;
  const auto* text = word.As<std::string>();
  if (!text) return nullptr;
  const auto folded = folded_.find(Folded(*text));
  return folded == folded_.end() ? nullptr : &folded->second;
}

const Value* WordTable::FirstWordOf(const Value& key) const {
  const auto found = first_.find(EncodeValue(key));
  return found == first_.end() || found->second.IsNull() ? nullptr : &found->second;
}

bool WordTable::HasKey(const Value& key) const { return first_.contains(EncodeValue(key)); }

std::optional<Value> ValueOfWord(const Value& word, std::string_view type) {
  const auto* text = word.As<std::string>();
  if (!text || type == "text") return word;
  if (type == "bool") {
    if (*text == "true" || *text == "false") return Value(*text == "true");
    return std::nullopt;
  }
  const auto number = Decimal::Parse(*text);
  if (!number) return std::nullopt;
  if (type == "decimal") return Value(*number);
  const auto whole = number->ToInt();
  if (!whole) return std::nullopt;
  return Value(*whole);
}

}  // namespace entente
