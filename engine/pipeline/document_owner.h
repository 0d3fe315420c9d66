#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pipeline/turn.h"

// What the engine writes into the owner's record of a document: state, report, lock, results.
namespace entente {

const DocumentState* StateByLabel(const DocumentRule& rule, std::string_view label);
const DocumentState* StateByName(const DocumentRule& rule, std::string_view name);

// One line a problem, for people: where, what, code.
std::string ProblemText(const DocumentProblem& problem);
// The same of a failure: its problems, else what the pack or the system says of it.
std::vector<std::string> TextsOf(const Pack& pack, const OperationResult& failure);
std::vector<std::string> TextsOf(const std::vector<DocumentProblem>& problems);
std::string Joined(const std::vector<std::string>& texts);

// What we wrote into a field of the owner's record, before both sides agreed on anything.
struct OwnerWritten {
  Value value;
  std::string rule;
  std::int64_t at_micros = 0;
};

// A write to the owner's record, on demand. It is kept with the document until its receipt, so that it waits for a write under way, and the
// later value of a field counts.
class OwnerWrite {
 public:
  OwnerWrite(Turn& turn, const EntityRule& entity, Link& link) : turn_(turn), entity_(entity), link_(link) {}

  void Set(const std::string& name, const Value& value);
  void SetState(std::string_view name);
  void Send(std::string rule);

  // Sends what waits. False: nothing does, or it stands there already.
  static bool SendWaiting(Turn& turn, const EntityRule& entity, Link& link);
  static void Forget(Link& link);
  // A write of ours reached the record.
  static void NoteWritten(Turn& turn, const EntityRule& entity, Link& link);
  // What was written last into the field on this side; nothing, where the side does not own the document or nothing was.
  static std::optional<OwnerWritten> FindWritten(const EntityRule& entity, const Link& link, Side side, const std::string& field);

 private:
  Turn& turn_;
  const EntityRule& entity_;
  Link& link_;
  Fields wanted_;
};

}  // namespace entente
