#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 3. Every edit that some read could have seen is in the final state, or a conflict record names the field and keeps the loser; what was
// overwritten before any read could show it is counted.
//
// Edits of a field form a graph: each was typed over another. Those nobody typed over are its heads. One head stands on both sides at rest;
// each other head must be kept by a conflict of the link.
namespace entente::simulation {
namespace {

// Somewhere in the details of a conflict about the field stands the value of the edit.
bool IsKept(const Scene& scene, const Link& link, const std::string& field, std::uint64_t edit, bool is_blank) {
  const auto holds = [&](const Fields& details, bool names_field) {
    if (!names_field) return false;
    for (const char* side : {"left", "right", "base", "foreign"}) {
      const Value& value = FieldOf(details, side);
      if (TokenOf(value) == edit || (is_blank && value.IsBlank())) return true;
    }
    return false;
  };
  for (const WorkItem& item : scene.work) {
    if (item.link != link.id || item.kind != WorkItem::Kind::kConflict) continue;
    if (holds(item.details, FieldOf(item.details, "field").TextOrEmpty() == field)) return true;
  }
  const auto journal = scene.journal.find(link.id);
  if (journal == scene.journal.end()) return false;
  for (const JournalEntry& entry : journal->second) {
    if ((entry.kind == "conflict" || entry.kind == "reverted") && holds(entry.details, entry.rule == link.entity + "." + field)) return true;
  }
  return false;
}

// The policy never takes an edit of this side for one: it is undone, and told.
bool IsUndoneByRule(const FieldPolicy& policy, const Edit& edit) {
  if (!FlowsTo(policy, Other(edit.side))) return true;
  if (edit.is_blank && policy.blank[edit.side] == BlankRule::kKeeps) return true;
  return policy.set_once_from == edit.side;
}

// An emptying takes back what was typed into an empty field and never reached the other side: to a merge of what both sides agreed on with
// what stands there now, nothing was done. Its first edit since the field was empty; none: it is an edit like others.
const Edit* FirstTakenBack(const Ledger& ledger, const Edit& edit) {
  if (!edit.is_blank) return nullptr;
  const Edit* first = &edit;
  for (const Edit* before = ledger.FindEdit(edit.onto); before != nullptr && !before->is_carried; before = ledger.FindEdit(before->onto)) first = before;
  return first->is_onto_blank ? first : nullptr;
}

// Both sides emptied the field, both emptyings were read, and what was typed after that was typed over the empty field they agreed on.
bool IsAgreedAndTypedOver(const Ledger& ledger, const Edit& edit, const std::vector<std::uint64_t>& others) {
  if (!edit.is_blank || !edit.is_read) return false;
  for (const std::uint64_t number : others) {
    const Edit* after = ledger.FindEdit(number);
    const Edit* same = ledger.FindEdit(after->onto);
    if (same == nullptr || !same->is_blank || same->side == edit.side || !same->is_read) continue;
    if (std::max(edit.read_micros, same->read_micros) < after->at_micros) return true;
  }
  return false;
}

bool IsSameInAllPhases(const FieldRule& field) {
  for (const auto& [phase, policy] : field.policies) {
    const FieldPolicy& first = field.policies.begin()->second;
    if (policy.flow != first.flow || policy.create_only != first.create_only || policy.set_once_from != first.set_once_from || policy.blank != first.blank) return false;
  }
  return true;
}

}  // namespace

void CheckLostEdits(const Scene& scene, Verdicts& verdicts) {
  // By birth and column: edits, and which of them were typed over.
  std::map<std::tuple<std::uint64_t, Side, std::string>, std::vector<std::uint64_t>> edits;
  const auto& all = scene.ledger.edits();
  std::vector<int> typed_over(all.size());
  for (std::uint64_t number = 1; number < all.size(); ++number) {
    const Edit& edit = all[number];
    edits[{edit.birth, edit.side, edit.native}].push_back(number);
    ++typed_over[edit.onto];
    if (edit.overwritten_micros != 0) ++verdicts.gaps;
  }
  // What was taken back is no head: the edit before it is one again.
  std::set<std::uint64_t> taken_back;
  for (std::uint64_t number = all.size(); number-- > 1;) {
    const Edit* first = typed_over[number] == 0 ? FirstTakenBack(scene.ledger, all[number]) : nullptr;
    if (first == nullptr) continue;
    taken_back.insert(number);
    --typed_over[first->onto];
  }
  for (const Link& link : scene.links) {
    const Ground* ground = scene.terrain.Find(link.entity);
    const EntityRule* entity = scene.pack.Entity(link.entity);
    if (ground == nullptr || entity == nullptr || ground->is_document() || !link.linked()) continue;
    const std::uint64_t birth = BirthOf(scene, link);
    const Birth* born = scene.ledger.FindBirth(birth);
    // Whoever restored a database or lost the engine's memory lost what happened since.
    if (born == nullptr || born->is_blurred || scene.is_state_lost || scene.is_pack_changed) continue;
    if (!ShownReason(scene, link).empty()) continue;
    for (const Carrier& carrier : ground->carriers) {
      const FieldRule* field = entity->Field(carrier.field->name);
      if (field == nullptr || !IsSameInAllPhases(*field)) continue;
      const FieldPolicy& policy = field->PolicyIn(link.phase);
      if (policy.flow == Flow::kNone || policy.create_only) continue;
      bool is_muddled = false;
      std::set<std::uint64_t> final_edits;
      for (Side side : kSides) {
        is_muddled = is_muddled || scene.ledger.retyped.contains({birth, carrier.native[side]});
        const Record* record = scene.systems[side]->Find(link.members[side].resource, link.members[side].key);
        const auto standing = record->standing.find(carrier.native[side]);
        final_edits.insert(standing == record->standing.end() ? 0 : standing->second);
      }
      if (is_muddled) continue;
      for (Side side : kSides) {
        const auto of = edits.find({birth, side, carrier.native[side]});
        if (of == edits.end()) continue;
        for (const std::uint64_t number : of->second) {
          const Edit& edit = all[number];
          if (typed_over[number] > 0 || taken_back.contains(number) || final_edits.contains(number) || edit.is_undone || edit.overwritten_micros != 0) continue;
          // Whoever deleted the record deleted what was typed into it.
          if (born->deleted_micros[side] != 0 && born->deleted_micros[side] >= edit.at_micros) continue;
          const auto others = edits.find({birth, Other(side), carrier.native[Other(side)]});
          if (others != edits.end() && IsAgreedAndTypedOver(scene.ledger, edit, others->second)) continue;
          if (IsUndoneByRule(policy, edit) || IsKept(scene, link, field->name, number, edit.is_blank)) continue;
          verdicts.Break("lost_edit", absl::StrCat("edit ", number, " of ", link.entity, ".", field->name, " in ", scene.pack.sides[side].name, " (", PlaceOf(scene, link), ") stands nowhere, and no conflict keeps it"));
        }
      }
    }
  }
}

}  // namespace entente::simulation
