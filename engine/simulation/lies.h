#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pipeline/event.h"

namespace entente::simulation {

// What a connector may say that is not so: the one thing it does wrong in a run.
enum class Lie : std::uint8_t {
  kNone,
  // Listings.
  kEmptyListing,
  kHalfListing,
  kListingOfAnother,
  kListingNeverEnds,
  kListingEndsTwice,
  kListingUnasked,
  kDuplicateKeys,
  // Feeds.
  kCursorCycles,
  kCursorGoesBack,
  kCursorEmpty,
  kBatchOfUnknownResource,
  kBatchOfStaleSession,
  kReadSeqGoesBack,
  kEverythingDeleted,
  kDeletesUnknown,
  kKeyEmpty,
  kKeyChangesCase,
  kRowReused,
  kRowsSwapped,
  kRecordOfAnotherCompany,
  kRekeyOntoAnother,
  kDatesTomorrow,
  kDatesBeforeTime,
  // Values.
  kWrongType,
  kHugeText,
  kUnknownField,
  kBadUtf8,
  kNulls,
  // Operations.
  kAckWithoutEffect,
  kEffectWithoutAck,
  kReceiptOfAnother,
  kReceiptTwice,
  kReceiptUnasked,
  kResultNeverComes,
  kFoundAnother,
  kReadSaysGone,
  kReadyWithoutEnd,
  kMovedOnForEver,
  // Descriptions.
  kNoResources,
  kAnotherCompany,
  kAnotherSystem,
  kReadOnlyCatalogue,
};

inline constexpr int kLieCount = static_cast<int>(Lie::kReadOnlyCatalogue) + 1;

std::string_view NameOf(Lie lie);
// By its name; kNone: there is none of it.
Lie LieNamed(std::string_view name);
std::vector<Lie> AllLies();

// What a lie needs to remember between two messages.
struct LieMemory {
  int told = 0;
  std::string first_cursor;
  std::vector<FeedChange> seen;
  std::map<std::string, FeedChange> by_resource;
};

// Each changes what an honest connector was about to say. False: it says nothing at all.
void LieAbout(Lie lie, SessionInfo& session, LieMemory& memory);
bool LieAbout(Lie lie, FeedBatch& batch, LieMemory& memory);
bool LieAbout(Lie lie, const OperationOut& operation, OperationResult& result, LieMemory& memory);
// True: the operation is not carried out, though it is answered.
bool SkipsEffect(Lie lie, const OperationOut& operation);

}  // namespace entente::simulation
