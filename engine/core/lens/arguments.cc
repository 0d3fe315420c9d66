#include "engine/core/lens/arguments.h"

#include <algorithm>

namespace entente {
namespace {

// "a=b" as (a, b).
std::optional<std::pair<std::string, std::string>> SplitPair(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

// (native, canonical) given as a list of two or as "native=canonical".
std::optional<std::pair<Value, Value>> PairOf(const Value& item) {
  if (const auto* list = item.As<List>()) {
    if (list->size() != 2) return std::nullopt;
    return std::pair((*list)[0], (*list)[1]);
  }
  const auto split = SplitPair(item.TextOrEmpty());
  if (!split) return std::nullopt;
  return std::pair(Value(split->first), Value(split->second));
}

std::string Listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

}  // namespace

Arguments::Arguments(std::string_view lens, const Fields& fields, std::vector<std::string_view> known, bool takes_others)
    : lens_(lens), fields_(fields), known_(std::move(known)) {
  if (takes_others) return;
  for (const auto& [name, value] : fields) {
    const bool is_main = name.empty() && !known_.empty();
    if (is_main || std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    Fail(known_.empty() ? "takes no argument; remove '" + name + "'"
                        : "has no argument '" + name + "'; it takes " + Listed(known_));
  }
}

void Arguments::Fail(std::string sentence) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError("LENS_ARGUMENT_INVALID: the lens '" + std::string(lens_) + "' " + sentence);
}

const Value& Arguments::Find(std::string_view name) const {
  const Value& named = FieldOf(fields_, name);
  if (!named.IsNull() || known_.empty() || known_.front() != name) return named;
  const Value& main = FieldOf(fields_, "");
  // One word arrives as a list of one.
  const auto* list = main.As<List>();
  return list && list->size() == 1 && !list->front().As<List>() ? list->front() : main;
}

std::string Arguments::Text(std::string_view name, std::string_view fallback) {
  const Value* value = &Find(name);
  if (const auto* list = value->As<List>(); list && list->size() == 1) value = &list->front();
  if (value->IsNull()) return std::string(fallback);
  if (value->As<List>() || value->As<Map>()) Fail("wants one word for '" + std::string(name) + "', not " + std::string(value->TypeName()));
  return value->ToDisplay();
}

std::string Arguments::RequiredText(std::string_view name) {
  if (Find(name).IsNull()) Fail("needs '" + std::string(name) + "'");
  return Text(name, "");
}

std::size_t Arguments::Length(std::string_view name) {
  const std::string text = Text(name, "");
  if (text.empty()) return 0;
  const auto number = Decimal::Parse(text);
  const auto whole = number ? number->ToInt() : std::nullopt;
  if (!whole || *whole < 1 || *whole > 1'000'000) {
    Fail("wants a whole number from 1 to 1000000 for '" + std::string(name) + "', not '" + text + "'");
    return 0;
  }
  return static_cast<std::size_t>(*whole);
}

std::size_t Arguments::RequiredLength(std::string_view name) {
  if (Find(name).IsNull()) Fail("needs '" + std::string(name) + "', a number of characters");
  return Length(name);
}

bool Arguments::Flag(std::string_view name, bool fallback) {
  const std::string text = Text(name, fallback ? "true" : "false");
  if (text != "true" && text != "false") Fail("wants true or false for '" + std::string(name) + "', not '" + text + "'");
  return text == "true";
}

std::string Arguments::Choice(std::string_view name, std::string_view fallback, const std::vector<std::string_view>& choices) {
  std::string word = Text(name, fallback);
  if (std::find(choices.begin(), choices.end(), word) == choices.end()) {
    Fail("wants one of " + Listed(choices) + " for '" + std::string(name) + "', not '" + word + "'");
  }
  return word;
}

WordTable Arguments::Table(std::string_view name, std::string_view native, std::string_view canonical) {
  WordTable table;
  const auto add = [&](const Value& key_word, const Value& word) {
    const auto key = ValueOfWord(key_word, canonical);
    const auto native_value = ValueOfWord(word, native);
    if (!key || !native_value) {
      Fail("cannot read '" + key_word.ToDisplay() + "' as " + std::string(canonical) + " and '" + word.ToDisplay() + "' as " + std::string(native));
    } else if (!table.Add(*key, *native_value)) {
      Fail("gives '" + word.ToDisplay() + "' two meanings; leave it under one key");
    }
  };
  const Value& rows = Find(name);
  if (const auto* map = rows.As<Map>()) {
    for (const auto& [key, words] : *map) {
      if (const auto key_value = ValueOfWord(Value(key), canonical)) table.AddKey(*key_value);
      const auto* list = words.As<List>();
      if (!list) {
        if (!words.IsNull()) add(Value(key), words);
        continue;
      }
      for (const Value& word : *list) add(Value(key), word);
    }
  } else if (const auto* pairs = rows.As<List>()) {
    for (const Value& item : *pairs) {
      const auto pair = PairOf(item);
      if (pair) {
        add(pair->second, pair->first);
      } else {
        Fail("wants pairs of native and canonical words in '" + std::string(name) + "'");
      }
    }
  } else if (const auto pair = PairOf(rows)) {
    add(pair->second, pair->first);
  } else if (!rows.IsNull()) {
    Fail("wants a table of keys and their words for '" + std::string(name) + "'");
  }
  return table;
}

WordTable Arguments::OtherArguments() {
  WordTable table;
  for (const auto& [key, words] : fields_) {
    if (key.empty() || std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    table.AddKey(Value(key));
    const List one = words.As<List>() ? *words.As<List>() : words.IsBlank() ? List{} : List{words};
    for (const Value& word : one) {
      // A parameter that was left empty is no label.
      if (word.IsBlank()) continue;
      if (!table.Add(Value(key), word)) Fail("gives '" + word.ToDisplay() + "' two meanings; leave it under one class");
    }
  }
  return table;
}

Map Arguments::Pairs(std::string_view name) {
  const Value& value = Find(name);
  if (const auto* map = value.As<Map>()) return *map;
  Map pairs;
  const List items = value.As<List>() ? *value.As<List>() : value.IsNull() ? List{} : List{value};
  for (const Value& item : items) {
    const auto split = SplitPair(item.TextOrEmpty());
    if (!split) {
      Fail("wants pairs 'from=to' for '" + std::string(name) + "', not '" + item.ToDisplay() + "'");
      break;
    }
    pairs[split->first] = Value(split->second);
  }
  return pairs;
}

}  // namespace entente
