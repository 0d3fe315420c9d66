#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/examples/stage.h"
#include "engine/language/example.h"

namespace entente::examples {

// The records of an example by name: what each is called on either side. One thread.
class Cast {
 public:
  // Not owned.
  Cast(const Pack& pack, Stage& stage) : pack_(pack), stage_(stage) {}

  void Add(const std::string& name, const EntityRule& entity) { records_[name].entity = &entity; }
  void SetKey(const std::string& name, Side side, std::string key) { records_[name].keys[side] = std::move(key); }
  bool Knows(const std::string& name) const { return records_.contains(name); }
  const EntityRule& EntityOf(const std::string& name) const { return *records_.at(name).entity; }

  // The record's key on a side: the one it was made with, else what its link says. Empty: it is not there. Of a record that was made anew
  // under its link, the new one.
  std::string KeyOf(const std::string& name, Side side);
  std::optional<Link> LinkOf(const std::string& name);

  // Fields with every reference to a record of the example replaced by that record's key on the side.
  Fields Resolved(const Fields& fields, Side side);

 private:
  struct Named {
    const EntityRule* entity = nullptr;
    Both<std::string> keys;
  };

  Value Resolved(const Value& value, Side side);

  const Pack& pack_;
  Stage& stage_;
  std::map<std::string, Named> records_;
};

}  // namespace entente::examples
