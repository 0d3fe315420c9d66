#include "engine/pipeline/refusal.h"

#include "absl/strings/str_join.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

// Reasons of lenses: why a value has no form on the other side, or none of ours.
constexpr const char* kReasons[] = {"value_does_not_fit", "character_not_held", "value_unknown", "country_unknown", "value_malformed", "value_held_by_no_field"};

}  // namespace

void Refusals::Add(const FieldRule& field, Side side, std::string reason, const Value& label) {
  if (reason == kLabelWithoutPartner || reason == kLabelNotChosen) return AddLabel(field, side, std::move(reason), label);
  auto& [where, names] = fields_[std::move(reason)];
  where = side;
  names.insert(field.name);
}

void Refusals::AddLabel(const FieldRule& field, Side side, std::string reason, const Value& label) {
  const std::string& resource = entity_.sides[side].resource;
  const std::string& native = field.sides[side].native;
  const std::string shown = label.As<List>() ? label.ToDisplay() : std::string(label.TextOrEmpty());
  const std::string group = LabelGroup(turn_.pack(), side, resource, native, shown);
  OpenGroupItem(turn_, group, std::move(reason), entity_.name, static_cast<int>(Index(side)),
                {{"field", field.name}, {"resource", resource}, {"native", native}, {"label", shown}}, {"retry"});
  Subscribe(turn_, link_, WaitForApproval(group));
}

void Refusals::Tell() {
  if (fields_.empty() && link_.items.empty()) return;
  std::set<std::string> over(std::begin(kReasons), std::end(kReasons));
  for (const FieldRule& field : entity_.fields) {
    if (!field.on_missing_item.empty()) over.insert(field.on_missing_item);
  }
  for (const auto& [reason, told] : fields_) {
    over.erase(reason);
    const auto& [side, names] = told;
    const WorkItemId id = OpenItem(turn_, link_, reason, static_cast<int>(Index(side)), {{"field", absl::StrJoin(names, ", ")}}, {"retry"});
    const Value shown = absl::StrJoin(names, ", ");
    if (FieldOf(turn_.GetWork(id).details, "field") != shown) turn_.EditWork(id).details["field"] = shown;
  }
  for (const std::string& reason : over) CloseItem(turn_, link_, reason, "in order");
}

void TakeLabels(Turn& turn, Side side, const Shapes& shapes) {
  std::vector<WorkItemId> over;
  for (const auto& [id, item] : turn.state().open_work) {
    const bool is_label = item.reason == kLabelWithoutPartner || item.reason == kLabelNotChosen;
    if (!is_label || item.side != static_cast<int>(Index(side))) continue;
    const EntityRule* entity = turn.pack().Entity(item.entity);
    const FieldRule* field = entity ? entity->Field(FieldOf(item.details, "field").TextOrEmpty()) : nullptr;
    const auto shape = field ? shapes.find(&field->sides[side]) : shapes.end();
    const bool is_asked = shape != shapes.end() && !shape->second.labels.empty();
    const bool has = is_asked && (item.reason == kLabelNotChosen ? shape->second.labels.size() == 1 : !Spelled(shape->second, FieldOf(item.details, "label")).IsNull());
    if (!is_asked || has) over.push_back(id);
  }
  for (const WorkItemId id : over) {
    if (!turn.FindWork(id)) continue;
    const std::string group = turn.FindWork(id)->group;
    CloseGroupItem(turn, id, "the list has it");
    turn.Wake(WaitForApproval(group));
  }
}

}  // namespace entente
