#include "engine/plan/written.h"

namespace entente {
namespace {

std::int64_t IntOf(const Fields& details, std::string_view name) {
  const auto* number = FieldOf(details, name).As<std::int64_t>();
  return number ? *number : 0;
}

bool IsTrue(const Fields& details, std::string_view name) {
  const auto* flag = FieldOf(details, name).As<bool>();
  return flag && *flag;
}

bool IsMeant(const JournalEntry& receipt, const UndoScope& scope) {
  if (scope.run != 0) return static_cast<std::uint64_t>(IntOf(receipt.details, "run")) == scope.run;
  if (scope.since_delivery != 0) return static_cast<DeliveryId>(IntOf(receipt.details, "delivery")) >= scope.since_delivery;
  return receipt.at_micros >= scope.since_micros;
}

class Reader {
 public:
  Reader(const UndoScope& scope, const SameNative& same) : scope_(scope), same_(same) {}

  void Take(const JournalEntry& entry) {
    if (entry.side != 0 && entry.side != 1) return;
    const Side side = static_cast<Side>(entry.side);
    Written& written = written_[side];
    if (entry.kind == "receipt") return TakeReceipt(entry, side, written);
    const bool is_foreign = entry.kind == "observed" && !IsTrue(entry.details, "echo");
    if (!is_foreign && entry.kind != "reverted" && entry.kind != "came_back") return;
    written.touched = true;
    for (auto& [name, field] : written.fields) field.edited_since = true;
  }

  Both<Written> TakeAll() { return std::move(written_); }

 private:
  void TakeReceipt(const JournalEntry& receipt, Side side, Written& written) {
    const auto verb = static_cast<Verb>(IntOf(receipt.details, "verb"));
    const bool is_undo = IsTrue(receipt.details, "undo");
    if (verb == Verb::kUpdate) {
      is_undo ? TakeUndone(receipt, written) : TakeUpdate(receipt, side, written);
    } else if (is_undo) {
      written = Written();
    } else {
      TakeLife(receipt, verb, written);
    }
  }

  void TakeUndone(const JournalEntry& receipt, Written& written) {
    if (const auto* wrote = FieldOf(receipt.details, "wrote").As<Map>()) {
      for (const auto& [name, values] : *wrote) written.fields.erase(name);
    }
  }

  void TakeUpdate(const JournalEntry& receipt, Side side, Written& written) {
    const bool is_meant = IsMeant(receipt, scope_);
    const auto* wrote = FieldOf(receipt.details, "wrote").As<Map>();
    if (!wrote) {
      written.values_unknown = written.values_unknown || is_meant;
      return;
    }
    for (const auto& [name, values] : *wrote) {
      const auto* pair = values.As<List>();
      if (!pair || pair->size() != 2) continue;
      const auto known = written.fields.find(name);
      if (!is_meant) {
        if (known != written.fields.end()) known->second.written_since = true;
        continue;
      }
      const bool goes_on = known != written.fields.end() && !known->second.written_since && StillHolds(known->second, side, name, (*pair)[0]);
      WrittenField& field = written.fields[name];
      if (!goes_on) field.before = (*pair)[0];
      field.ours = (*pair)[1];
      field.rule = receipt.rule;
      field.written_since = field.edited_since = false;
    }
  }

  bool StillHolds(const WrittenField& field, Side side, const std::string& name, const Value& now) const {
    return field.edited_since ? field.ours == now : same_(side, name, field.ours, now);
  }

  void TakeLife(const JournalEntry& receipt, Verb verb, Written& written) {
    if (!IsMeant(receipt, scope_)) {
      written.life_since = written.life != Verb::kNone;
      return;
    }
    if (written.life == Verb::kNone || written.life_since) written.was_there = verb == Verb::kDelete;
    written.fields.clear();
    written.values_unknown = false;
    written.life = verb;
    written.rule = receipt.rule;
    written.life_since = written.touched = false;
    // Of a create that was journalled without the record's key it is not known whether the record is ours.
    written.existed = IsTrue(receipt.details, "existed") || (verb == Verb::kCreate && !receipt.details.contains("made"));
  }

  const UndoScope& scope_;
  const SameNative& same_;
  Both<Written> written_;
};

}  // namespace

Both<Written> ReadWritten(const std::vector<JournalEntry>& journal, const UndoScope& scope, const SameNative& same) {
  Reader reader(scope, same);
  for (const JournalEntry& entry : journal) reader.Take(entry);
  return reader.TakeAll();
}

}  // namespace entente
