#include "engine/simulation/lies.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace entente::simulation {
namespace {

constexpr std::array<std::string_view, kLieCount> kNames = {
    "none",
    "empty_listing", "half_listing", "listing_of_another", "listing_never_ends", "listing_ends_twice", "listing_unasked", "duplicate_keys",
    "cursor_cycles", "cursor_goes_back", "cursor_empty", "batch_of_unknown_resource", "batch_of_stale_session", "read_seq_goes_back", "everything_deleted", "deletes_unknown",
    "key_empty", "key_changes_case", "row_reused", "rows_swapped", "record_of_another_company", "rekey_onto_another", "dates_tomorrow", "dates_before_time",
    "wrong_type", "huge_text", "unknown_field", "bad_utf8", "nulls",
    "ack_without_effect", "effect_without_ack", "receipt_of_another", "receipt_twice", "receipt_unasked", "result_never_comes", "found_another", "read_says_gone", "ready_without_end", "moved_on_for_ever",
    "no_resources", "another_company", "another_system", "read_only_catalogue",
};

constexpr std::size_t kHugeBytes = std::size_t{1} << 20;
constexpr std::int64_t kDayMicros = 86'400'000'000;

std::string OtherCase(std::string key) {
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    else if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return key;
}

void EachContent(FeedBatch& batch, const std::function<void(FeedChange&)>& change) {
  for (FeedChange& each : batch.changes) {
    if (each.kind == ChangeKind::kContent) change(each);
  }
}

bool IsListing(const FeedBatch& batch) { return batch.mode != FeedMode::kLive; }

}  // namespace

std::string_view NameOf(Lie lie) { return kNames[static_cast<std::size_t>(lie)]; }

Lie LieNamed(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? Lie::kNone : static_cast<Lie>(found - kNames.begin());
}

std::vector<Lie> AllLies() {
  std::vector<Lie> all;
  for (int i = 1; i < kLieCount; ++i) all.push_back(static_cast<Lie>(i));
  return all;
}

void LieAbout(Lie lie, SessionInfo& session, LieMemory& memory) {
  switch (lie) {
    case Lie::kNoResources: session.resources.clear(); break;
    case Lie::kAnotherCompany:
      // At first it is the right one.
      if (memory.told++ > 0) session.company_id = "another";
      break;
    case Lie::kAnotherSystem: session.system = "another"; break;
    case Lie::kReadOnlyCatalogue:
      for (auto& [name, resource] : session.resources) {
        resource.can_create = resource.can_update = resource.can_delete = false;
        for (FieldInfo& field : resource.fields) field.writable = false;
      }
      break;
    default: break;
  }
}

bool LieAbout(Lie lie, FeedBatch& batch, LieMemory& memory) {
  for (const FeedChange& change : batch.changes) {
    if (change.kind == ChangeKind::kContent && memory.seen.size() < 50) memory.seen.push_back(change);
  }
  switch (lie) {
    case Lie::kEmptyListing:
      if (IsListing(batch)) batch.changes.clear();
      break;
    case Lie::kHalfListing:
      if (IsListing(batch)) batch.changes.resize(batch.changes.size() / 2);
      break;
    case Lie::kListingOfAnother:
      if (IsListing(batch) && batch.listing_ends) batch.listing_id = "another";
      break;
    case Lie::kListingNeverEnds: batch.listing_ends = false; break;
    case Lie::kListingEndsTwice: break;   // told by the connector
    case Lie::kListingUnasked:
      if (!IsListing(batch)) {
        batch.mode = FeedMode::kListing;
        batch.listing_id = "unasked";
        batch.listing_begins = batch.listing_ends = true;
      }
      break;
    case Lie::kDuplicateKeys:
      if (batch.changes.size() > 1) batch.changes.back().key = batch.changes.front().key;
      break;
    case Lie::kCursorCycles:
      if (batch.cursor_after && memory.first_cursor.empty()) memory.first_cursor = *batch.cursor_after;
      if (batch.cursor_after && memory.told++ % 2 == 1) batch.cursor_after = memory.first_cursor;
      break;
    case Lie::kCursorGoesBack:
      if (batch.cursor_after && memory.first_cursor.empty()) memory.first_cursor = *batch.cursor_after;
      if (batch.cursor_after) batch.cursor_after = memory.first_cursor;
      break;
    case Lie::kCursorEmpty:
      if (batch.cursor_after) batch.cursor_after = "";
      break;
    case Lie::kBatchOfUnknownResource: batch.resource = "nobody_knows"; break;
    case Lie::kBatchOfStaleSession: break;   // told by the connector
    case Lie::kReadSeqGoesBack:
      for (FeedChange& change : batch.changes) change.read_seq = 1;
      break;
    case Lie::kEverythingDeleted:
      if (memory.told++ > 12) {
        for (FeedChange& change : batch.changes) change.kind = ChangeKind::kDeleted, change.fields.clear();
        for (const FeedChange& seen : memory.seen) {
          if (batch.changes.size() < 40) batch.changes.push_back({.kind = ChangeKind::kDeleted, .key = seen.key, .former_key = {}, .row = seen.row, .read_seq = seen.read_seq + 1'000});
        }
      }
      break;
    case Lie::kDeletesUnknown: batch.changes.push_back({.kind = ChangeKind::kDeleted, .key = absl::StrCat("never-", memory.told++), .former_key = {}, .row = {}, .read_seq = 1'000'000}); break;
    case Lie::kKeyEmpty:
      EachContent(batch, [](FeedChange& change) { change.key.clear(); });
      break;
    case Lie::kKeyChangesCase:
      EachContent(batch, [&](FeedChange& change) { change.key = memory.told++ % 2 == 0 ? change.key : OtherCase(change.key); });
      break;
    case Lie::kRowReused:
      EachContent(batch, [](FeedChange& change) {
        if (change.row) change.row->number = 7;
      });
      break;
    case Lie::kRowsSwapped:
      if (batch.changes.size() > 1) std::swap(batch.changes.front().row, batch.changes.back().row);
      break;
    case Lie::kRecordOfAnotherCompany:
      EachContent(batch, [&](FeedChange& change) {
        if (memory.told++ % 3 == 0) change.row = Row{"another-company", 1};
      });
      break;
    case Lie::kRekeyOntoAnother:
      if (batch.changes.size() > 1) batch.changes.front().former_key = batch.changes.back().key;
      break;
    case Lie::kDatesTomorrow:
      EachContent(batch, [](FeedChange& change) { change.changed_from_micros += kDayMicros, change.changed_to_micros += kDayMicros; });
      break;
    case Lie::kDatesBeforeTime:
      EachContent(batch, [](FeedChange& change) { change.changed_from_micros = -1, change.changed_to_micros = -kDayMicros; });
      break;
    case Lie::kWrongType:
      EachContent(batch, [](FeedChange& change) {
        for (auto& [name, value] : change.fields.Mutable()) value = value.As<std::string>() ? Value(List{value}) : value.As<std::int64_t>() ? Value("seven") : value;
      });
      break;
    case Lie::kHugeText:
      EachContent(batch, [](FeedChange& change) {
        for (auto& [name, value] : change.fields.Mutable()) {
          if (value.As<std::string>()) return void(value = Value(std::string(kHugeBytes, 'x')));
        }
      });
      break;
    case Lie::kUnknownField:
      EachContent(batch, [](FeedChange& change) { change.fields["nobody_knows"] = Value("x"); });
      break;
    case Lie::kBadUtf8:
      EachContent(batch, [](FeedChange& change) {
        for (auto& [name, value] : change.fields.Mutable()) {
          if (const auto* text = value.As<std::string>()) value = Value("\xff\xfe" + *text);
        }
      });
      break;
    case Lie::kNulls:
      EachContent(batch, [](FeedChange& change) {
        for (auto& [name, value] : change.fields.Mutable()) value = Value();
      });
      break;
    case Lie::kResultNeverComes: break;
    default: break;
  }
  return true;
}

bool SkipsEffect(Lie lie, const OperationOut& operation) { return lie == Lie::kAckWithoutEffect && operation.kind == OperationKind::kWrite; }

bool LieAbout(Lie lie, const OperationOut& operation, OperationResult& result, LieMemory& memory) {
  const bool is_write = operation.kind == OperationKind::kWrite;
  switch (lie) {
    case Lie::kEffectWithoutAck:
    case Lie::kResultNeverComes:
      return !is_write || (lie == Lie::kEffectWithoutAck && memory.told++ % 2 == 0);
    case Lie::kReceiptOfAnother:
      if (is_write && result.change) {
        auto [other, is_new] = memory.by_resource.try_emplace(operation.resource, *result.change);
        if (!is_new) result.change->key = other->second.key, result.change->row = other->second.row;
      }
      break;
    case Lie::kReceiptUnasked:
      if (is_write && memory.told++ % 2 == 0) result.id += 1'000'000;
      break;
    case Lie::kFoundAnother:
      if (!is_write && !result.found.empty()) {
        auto [other, is_new] = memory.by_resource.try_emplace(operation.resource, result.found.front());
        if (!is_new) result.found = {other->second};
      }
      break;
    case Lie::kReadSaysGone:
      if (operation.kind == OperationKind::kRead) result.found.clear();
      break;
    case Lie::kMovedOnForEver:
      if (is_write && operation.verb == Verb::kUpdate) {
        result = OperationResult{.id = operation.id, .kind = OperationResult::Kind::kFailure, .seq = result.seq, .change = {}, .priced = {}, .problems = {}, .failure = FailureClass::kMovedOn, .code = "REVISION_MISMATCH", .text = {}, .found = {}};
      }
      break;
    default: break;
  }
  return true;
}

}  // namespace entente::simulation
