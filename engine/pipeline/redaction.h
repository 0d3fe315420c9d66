#pragma once

#include <set>
#include <string>
#include <utility>

#include "engine/pipeline/erasing.h"

namespace entente {

// Takes the keys of an erased person out of what other records, items and histories say: a reference to it becomes a reference to
// ErasedKey(), which leads to the link that is left. Nothing else changes. Pure.
class Redaction {
 public:
  explicit Redaction(const Erasing& of);

  bool Mentions(const Link& link) const;
  bool Mentions(const WorkItem& item) const;
  bool Mentions(const JournalEntry& entry) const;
  // REQUIRES of a link: it owes nothing that names a key.
  void Apply(Link& link) const;
  void Apply(WorkItem& item) const;
  void Apply(JournalEntry& entry) const;
  // What the delivery would write, or expects, names a key.
  bool Mentions(const Delivery& delivery) const;

 private:
  // Of a text: a whole wait, or choice, that bears a key. `is_key`: the text is said to be a key.
  bool MentionsText(const std::string& text, bool is_key) const;
  bool MentionsValue(const Value& value, bool is_key) const;
  bool MentionsFields(const Fields& fields) const;
  void ApplyText(std::string& text, bool is_key) const;
  void ApplyValue(Value& value, bool is_key) const;
  void ApplyFields(Fields& fields) const;

  std::string instead_;
  std::set<std::pair<std::string, std::string>> references_;   // resource, key
  std::set<std::string> keys_;
  std::set<std::string> texts_;                                // waits and choices
};

}  // namespace entente
