#pragma once

#include <cstdint>
#include <map>
#include <optional>
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

// What users write into a line of a document: the same thing on both sides.
struct LineItem {
  Both<std::string> native;
  Shape shape = Shape::kNone;
  std::string target;                 // resource of the owner's side that a reference points to
};

// The lines of a document as somebody left them: of each line the numbers its values bear, in the order of Paper::items.
using Lines = std::vector<std::vector<std::uint64_t>>;

// A document that travels on demand, as those see it who write it.
struct Paper {
  Side owner = Side::kRight;
  std::string state;                  // column of its state
  std::string draft, wanted;          // words of it: a new one's, and that of one that is to be sent; empty: none sends
  Both<std::string> lines;            // columns; empty: it has none
  std::vector<LineItem> items;
  // Once it is sent, rules let nothing flow to the side it was sent to.
  bool is_closed = false;
};

// An entity as its users see it.
struct Ground {
  const EntityRule* entity = nullptr;
  Both<std::vector<Column>> columns;
  std::vector<Carrier> carriers;
  Both<std::string> key_field;        // empty: the key is in no field
  Both<bool> key_is_number{};
  std::optional<Paper> paper;         // it travels on demand
  bool is_document() const { return paper.has_value(); }

  const Column* Find(Side side, std::string_view name) const;
};

// The numbers that lines of a document bear, on a side of it.
Lines LinesOf(const Paper& paper, Side side, const Value& lines);

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
