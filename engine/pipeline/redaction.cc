#include "engine/pipeline/redaction.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/project.h"

namespace entente {
namespace {

// Details of items and histories whose text is the key of a record.
constexpr std::array<std::string_view, 6> kKeyNames = {"former", "key", "made", "record", "samples", "twin"};

bool NamesKey(std::string_view name) { return std::find(kKeyNames.begin(), kKeyNames.end(), name) != kKeyNames.end(); }

}  // namespace

Redaction::Redaction(const Erasing& of) : instead_(ErasedKey(of.link)) {
  for (const RecordId& record : of.records) {
    references_.insert({record.resource, record.key});
    keys_.insert(record.key);
    texts_.insert("link:" + record.key);
    texts_.insert(WaitForRecord(record.side, record.resource, record.key));
  }
}

bool Redaction::MentionsText(const std::string& text, bool is_key) const { return texts_.contains(text) || (is_key && keys_.contains(text)); }

bool Redaction::MentionsValue(const Value& value, bool is_key) const {
  if (const auto* reference = value.As<Reference>()) return references_.contains({reference->resource, reference->key});
  if (const auto* text = value.As<std::string>()) return MentionsText(*text, is_key);
  if (const auto* list = value.As<List>()) return std::any_of(list->begin(), list->end(), [&](const Value& element) { return MentionsValue(element, is_key); });
  const auto* map = value.As<Map>();
  return map && MentionsFields(*map);
}

bool Redaction::MentionsFields(const Fields& fields) const {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return MentionsValue(field.second, NamesKey(field.first)); });
}

void Redaction::ApplyText(std::string& text, bool is_key) const {
  if (MentionsText(text, is_key)) text = instead_;
}

void Redaction::ApplyValue(Value& value, bool is_key) const {
  if (!MentionsValue(value, is_key)) return;
  if (auto* reference = value.As<Reference>()) {
    reference->key = instead_;
  } else if (auto* text = value.As<std::string>()) {
    ApplyText(*text, is_key);
  } else if (auto* list = value.As<List>()) {
    for (Value& element : *list) ApplyValue(element, is_key);
  } else if (auto* map = value.As<Map>()) {
    ApplyFields(*map);
  }
}

void Redaction::ApplyFields(Fields& fields) const {
  if (!MentionsFields(fields)) return;
  for (auto& [name, value] : fields.Mutable()) ApplyValue(value, NamesKey(name));
}

bool Redaction::Mentions(const Delivery& delivery) const {
  const auto settles = [&](const auto& field) { return MentionsValue(field.second.held[Side::kLeft], false) || MentionsValue(field.second.held[Side::kRight], false); };
  return MentionsFields(delivery.writes) || MentionsFields(delivery.expected) || MentionsValue(delivery.find_value, true) ||
         std::any_of(delivery.settles.begin(), delivery.settles.end(), settles);
}

bool Redaction::Mentions(const Link& link) const {
  for (const Side side : kSides) {
    if (MentionsFields(link.members[side].shadow) || keys_.contains(link.members[side].moved_to)) return true;
    if (link.owed[side] && Mentions(*link.owed[side])) return true;
    for (const auto& [name, base] : link.base) {
      if (MentionsValue(base.held[side], false)) return true;
    }
    for (const auto& [name, unheld] : link.unheld) {
      if (MentionsValue(unheld[side].sent, false) || MentionsValue(unheld[side].found, false)) return true;
    }
  }
  if (link.parked && MentionsText(link.parked->wait, false)) return true;
  if (link.document && MentionsFields(link.document->result)) return true;
  if (link.seal && MentionsFields(link.seal->found)) return true;
  const auto in_drift = std::any_of(link.drift.begin(), link.drift.end(), [&](const auto& drift) { return MentionsValue(drift.second, false); });
  return in_drift || std::any_of(link.choices.begin(), link.choices.end(), [&](const auto& choice) { return MentionsText(choice.second, false); });
}

bool Redaction::Mentions(const WorkItem& item) const {
  return MentionsFields(item.details) || MentionsText(item.resolution, false) ||
         std::any_of(item.choices.begin(), item.choices.end(), [&](const std::string& choice) { return MentionsText(choice, false); });
}

bool Redaction::Mentions(const JournalEntry& entry) const { return MentionsFields(entry.details); }

void Redaction::Apply(Link& link) const {
  for (const Side side : kSides) {
    Member& member = link.members[side];
    ApplyFields(member.shadow);
    if (keys_.contains(member.moved_to)) member.moved_to.clear();
  }
  for (auto& [name, base] : link.base.Mutable()) {
    for (const Side side : kSides) ApplyValue(base.held[side], false);
  }
  for (auto& [name, unheld] : link.unheld) {
    for (const Side side : kSides) {
      ApplyValue(unheld[side].sent, false);
      ApplyValue(unheld[side].found, false);
    }
  }
  if (link.document) ApplyFields(link.document->result);
  if (link.seal) ApplyFields(link.seal->found);
  for (auto& [name, value] : link.drift) ApplyValue(value, false);
  std::erase_if(link.choices, [&](const auto& choice) { return MentionsText(choice.second, false); });
}

void Redaction::Apply(WorkItem& item) const {
  ApplyFields(item.details);
  ApplyText(item.resolution, false);
  std::erase_if(item.choices, [&](const std::string& choice) { return MentionsText(choice, false); });
}

void Redaction::Apply(JournalEntry& entry) const { ApplyFields(entry.details); }

}  // namespace entente
