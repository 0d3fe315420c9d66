#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/pipeline/project.h"
#include "engine/pipeline/turn.h"

// Fields of one record that cannot be written, or not be read: one work item a reason, which names the fields and ends with them. A label
// without partner is told once for all records.
namespace entente {

class Refusals {
 public:
  Refusals(Turn& turn, const EntityRule& entity, Link& link) : turn_(turn), entity_(entity), link_(link) {}

  // `side` is where the value cannot be written, or was not understood.
  void Add(const FieldRule& field, Side side, std::string reason, const Value& label = {});
  // Opens, changes and closes work items. What was refused before and is not now is over.
  void Tell();

 private:
  void AddLabel(const FieldRule& field, Side side, std::string reason, const Value& label);

  Turn& turn_;
  const EntityRule& entity_;
  Link& link_;
  std::map<std::string, std::pair<Side, std::set<std::string>>> fields_;   // by reason
};

// Labels of value lists that a new session shows: what waited for one goes on.
void TakeLabels(Turn& turn, Side side, const Shapes& shapes);

}  // namespace entente
