#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/language/problems.h"

namespace entente {

// A piece of YAML with the place it came from: a scalar, a list or a mapping whose order is kept.
//
// Owns its children; a plain value.
struct Tree {
  enum class Kind { kNull, kScalar, kList, kMapping };
  struct Entry;

  Kind kind = Kind::kNull;
  Position at;
  std::string scalar;
  // The scalar was written in quotes: it is text whatever it looks like.
  bool quoted = false;
  std::vector<Tree> items;
  std::vector<Entry> entries;

  bool IsNull() const { return kind == Kind::kNull; }
  bool IsScalar() const { return kind == Kind::kScalar; }
  bool IsList() const { return kind == Kind::kList; }
  bool IsMapping() const { return kind == Kind::kMapping; }
  // "a text", "a list", "a mapping", "nothing": the word of messages.
  std::string_view KindName() const;
  // The value under `key`, or null.
  const Tree* Find(std::string_view key) const;
  Tree* Find(std::string_view key);
};

struct Tree::Entry {
  std::string key;
  Position at;
  Tree value;
};

// Reads one YAML document. Problems: text that is not YAML, a key written twice, a key that is not a scalar.
// On an error the tree holds what could be read.
Tree ReadYaml(const std::string& text, const std::string& file, Problems& problems);

// Lays `upper` over `lower`: mappings are merged key by key, anything else replaces, `~` removes what `lower` has.
void Overlay(Tree& lower, const Tree& upper);

// Adds the keys of another file of the same pack. A scalar or list that stands in both is a problem: nothing says which counts.
void Join(Tree& pack, const Tree& file, Problems& problems);

}  // namespace entente
