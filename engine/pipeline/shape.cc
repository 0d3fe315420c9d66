#include "engine/pipeline/shape.h"

#include <algorithm>
#include <set>

#include "engine/core/text.h"

namespace entente {
namespace {

std::string Folded(std::string_view label) { return FoldAccents(CollapseSpaces(label)); }

const FieldInfo* Find(const ResourceInfo& resource, const std::string& native) {
  const auto found = std::find_if(resource.fields.begin(), resource.fields.end(), [&](const FieldInfo& field) { return field.name == native; });
  return found == resource.fields.end() ? nullptr : &*found;
}

FieldShape ShapeOf(const FieldSide& side, const FieldInfo& info, bool takes_labels) {
  FieldShape shape;
  Column column;
  column.length_max = static_cast<std::size_t>(std::max(info.length_max, 0));
  const bool has_codes = info.label_codes.size() == info.labels.size();
  for (std::size_t i = 0; has_codes && i < info.labels.size(); ++i) {
    if (!info.label_codes[i].empty()) column.codes.emplace_back(info.labels[i], info.label_codes[i]);
  }
  if (side.lens) shape.lens = side.lens->For(column);
  shape.is_required = info.required_on_create;
  if (!takes_labels) return shape;
  shape.is_list = info.type == "list";
  for (const std::string& label : info.labels) shape.labels.emplace(Folded(label), label);
  return shape;
}

}  // namespace

ShapesPtr ShapesOf(const Pack& pack, const SessionInfo& session) {
  auto shapes = std::make_shared<Shapes>();
  for (const EntityRule& entity : pack.entities) {
    const std::string& name = entity.sides[session.side].resource;
    const auto resource = session.resources.find(name);
    if (resource == session.resources.end()) continue;
    for (const FieldRule& field : entity.fields) {
      const FieldSide& side = field.sides[session.side];
      if (side.native.empty()) continue;
      const FieldInfo* info = Find(resource->second, side.native);
      if (!info) {
        const bool is_absent = !Find(resource->second, side.native.substr(0, side.native.find('.')));
        if (is_absent) shapes->emplace(&side, FieldShape{.is_absent = true});
        continue;
      }
      // The state of a document must not be lost silently: the system itself refuses a label it has not.
      const bool is_state = entity.document && entity.document->state_field == field.name;
      FieldShape shape = ShapeOf(side, *info, !is_state && pack.value_lists.contains(name + "." + side.native));
      if (shape.lens || !shape.labels.empty()) shapes->emplace(&side, std::move(shape));
    }
  }
  return shapes;
}

ShapesPtr WithoutLabels(const Shapes& shapes, const Pack& pack, Side side, const std::string& resource, const std::string& native) {
  auto left = std::make_shared<Shapes>(shapes);
  const EntityRule* entity = pack.EntityOf(side, resource);
  if (!entity) return left;
  for (const FieldRule& field : entity->fields) {
    if (field.sides[side].native != native) continue;
    if (auto shape = left->find(&field.sides[side]); shape != left->end()) shape->second.labels.clear();
  }
  return left;
}

std::vector<std::string> MissingColumns(const Pack& pack, const SessionInfo& session) {
  std::set<std::string> missing;
  for (const EntityRule& entity : pack.entities) {
    const std::string& name = entity.sides[session.side].resource;
    const auto resource = session.resources.find(name);
    if (resource == session.resources.end()) continue;
    for (const FieldRule& field : entity.fields) {
      const FieldSide& side = field.sides[session.side];
      const std::string root = side.native.substr(0, side.native.find('.'));
      if (!root.empty() && !side.is_optional && !Find(resource->second, root)) missing.insert(name + "." + root);
    }
  }
  return {missing.begin(), missing.end()};
}

Value Spelled(const FieldShape& shape, const Value& native) {
  if (const auto* list = native.As<List>()) {
    List spelled;
    for (const Value& label : *list) {
      spelled.push_back(Spelled(shape, label));
      if (spelled.back().IsNull()) return {};
    }
    return spelled;
  }
  const auto found = shape.labels.find(Folded(native.TextOrEmpty()));
  return found == shape.labels.end() ? Value() : Value(found->second);
}

}  // namespace entente
