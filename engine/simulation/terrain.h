#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/core/rules.h"
#include "engine/language/example.h"
#include "engine/language/pack.h"
#include "engine/simulation/token.h"

namespace entente::simulation {

// A column users of a system fill.
struct Column {
  std::string name;
  Shape shape = Shape::kNone;
  std::size_t width = 0;              // characters; 0: any
  bool is_required = false, is_key = false;
  bool is_writable = true, is_set_once = false;   // by the interface
  bool is_parent = false;             // the record cannot be there without what it refers to
  std::string target;                 // resource a reference points to
  std::vector<Value> pool;            // what the pack's examples put there
};

// A field of the pack whose values can be told apart on both sides: what is judged value by value.
struct Carrier {
  const FieldRule* field = nullptr;
  Both<std::string> native;
};

// An entity as its users see it.
struct Ground {
  const EntityRule* entity = nullptr;
  Both<std::vector<Column>> columns;
  std::vector<Carrier> carriers;
  Both<std::string> key_field;        // empty: the key is in no field
  Both<bool> key_is_number{};
  bool is_document = false;           // travels on demand: not simulated

  const Column* Find(Side side, std::string_view name) const;
};

// What of a pack can be played: entities, the columns users fill and with what, and which fields can be judged by value.
//
// Types and lengths come from the catalogues a pack declares, else from names; words of value lists from its examples. Immutable; holds on
// to the pack.
class Terrain {
 public:
  explicit Terrain(LoadedPack pack);

  const LoadedPack& loaded() const { return pack_; }
  const Pack& pack() const { return *pack_.pack; }
  const std::vector<Ground>& grounds() const { return grounds_; }
  const Ground* Find(std::string_view entity) const;
  const Ground* FindOf(Side side, std::string_view resource) const;
  const DeclaredResource* Declared(Side side, std::string_view resource) const;
  std::size_t carriers() const;
  std::size_t fields() const;

 private:
  LoadedPack pack_;
  std::vector<Ground> grounds_;
};

}  // namespace entente::simulation
