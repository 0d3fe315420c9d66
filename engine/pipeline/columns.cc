#include "engine/pipeline/columns.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/pipeline/adopt.h"
#include "engine/pipeline/project.h"

namespace entente {
namespace {

// Columns the rules ask for, with the characters they take.
using Columns = std::map<std::string, int>;

Columns ColumnsOf(const EntityRule& entity, Side side, const ResourceInfo& resource) {
  std::set<std::string> roots;
  for (const std::string& native : entity.native_fields[side]) roots.insert(std::string(NativeRoot(native)));
  Columns columns;
  for (const FieldInfo& field : resource.fields) {
    if (roots.contains(field.name)) columns[field.name] = field.length_max;
  }
  return columns;
}

std::string Written(const Columns& columns) {
  return absl::StrJoin(columns, ",", [](std::string* out, const auto& column) { absl::StrAppend(out, column.first, ":", column.second); });
}

Columns Read(const std::string& text) {
  Columns columns;
  for (const auto piece : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    const std::string column(piece);
    const std::size_t colon = column.rfind(':');
    if (colon != std::string::npos) columns[column.substr(0, colon)] = std::atoi(column.c_str() + colon + 1);
  }
  return columns;
}

// What follows for an entity.
void Compare(const EntityRule& entity, Side side, const Columns& before, const Columns& now, Adoption& adoption) {
  const std::string& resource = entity.sides[side].resource;
  for (const auto& [name, length] : now) {
    const auto known = before.find(name);
    if (known != before.end()) {
      if (known->second != length) adoption.decide.insert(entity.name);
      continue;
    }
    adoption.relist.emplace(side, resource);
    for (const std::string& native : entity.native_fields[side]) {
      if (NativeRoot(native) == name) adoption.unread[{side, resource}].insert(native);
    }
  }
}

std::map<std::string, std::string> WithoutForgotten(const std::map<std::string, std::optional<std::string>>& written) {
  std::map<std::string, std::string> kept;
  for (const auto& [name, value] : written) {
    if (value) kept[name] = *value;
  }
  return kept;
}

}  // namespace

void NoteColumns(Turn& turn, const SessionInfo& session, const std::map<std::string, std::string>& meta) {
  if (turn.state().planning) return;
  const Side side = session.side;
  Adoption adoption;
  for (const EntityRule& entity : turn.pack().entities) {
    const auto resource = session.resources.find(entity.sides[side].resource);
    if (resource == session.resources.end()) continue;
    const Columns now = ColumnsOf(entity, side, resource->second);
    const std::string name = absl::StrCat("columns.", Index(side), ".", resource->first);
    const auto known = meta.find(name);
    if (known != meta.end()) Compare(entity, side, Read(known->second), now, adoption);
    const std::string written = Written(now);
    if (known == meta.end() || known->second != written) turn.PutMeta(name, written);
  }
  if (adoption.empty()) return;
  std::map<std::string, std::optional<std::string>> written;
  BeginAdoption(adoption, turn.pack(), turn.state().last_link, meta, &written);
  for (const auto& [name, value] : written) turn.PutMeta(name, value);
  // What is owed and did not leave yet was decided by the columns as they were.
  for (const auto& [place, entry] : turn.state().outbox) {
    if (!entry.sent) turn.LeaveDirty(entry.link);
  }
  turn.OnHandled([adoption, after = WithoutForgotten(written), session](State& state) {
    if (std::optional<Adopting> adopting = ReadAdoption(after)) state.adopting = std::move(adopting);
    for (const auto& [place, fields] : adoption.unread) state.unread[place].insert(fields.begin(), fields.end());
    state.resting = Resting(*state.pack, state.unread);
    for (const auto& place : adoption.relist) {
      state.relist.insert(place);
      state.sides[place.first].listed[place.second] = false;
    }
    for (Side each : kSides) {
      if (state.sides[each].last_info) state.sides[each].shapes = ShapesNow(*state.pack, *state.sides[each].last_info, state.unread);
    }
  });
  turn.Notice("info", absl::StrCat("columns changed  side=", turn.pack().sides[side].name, " resources_listed_anew=", adoption.relist.size(), " entities_decided_anew=", adoption.decide.size()));
}

ShapesPtr RememberedShapes(const Pack& pack, Side side, const std::map<std::string, std::string>& meta) {
  auto shapes = std::make_shared<Shapes>();
  for (const EntityRule& entity : pack.entities) {
    const auto known = meta.find(absl::StrCat("columns.", Index(side), ".", entity.sides[side].resource));
    if (known == meta.end()) continue;
    const Columns columns = Read(known->second);
    for (const FieldRule& field : entity.fields) {
      const FieldSide& at = field.sides[side];
      if (!at.native.empty() && !columns.contains(std::string(NativeRoot(at.native)))) shapes->emplace(&at, FieldShape{.is_absent = true});
    }
  }
  return shapes;
}

}  // namespace entente
