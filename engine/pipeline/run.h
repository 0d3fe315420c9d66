#pragma once

#include <set>
#include <string>

#include "engine/pipeline/turn.h"

// Runs (first load, reconcile, resync) and the listings they are made of.
namespace entente {

void Start(Turn& turn, const StartRun& run, std::uint64_t request);
// Starts a reconcile of everything where the last run over everything is longer ago than the configuration lets it be.
void KeepReconciling(Turn& turn);
// When that is; 0: not by itself.
std::int64_t NextReconcile(const State& state);
// Marks and keys of a listing; at its end what is missing is asked for, and verified before it is called gone.
void NoteListing(Turn& turn, const FeedBatch& batch);
void LoseCursor(Turn& turn, Side side, const std::string& resource);
// Asks for the listings a connected pair still needs, and for sweeps that are due.
void KeepListing(Turn& turn);
// A listing's operation was answered with a failure.
void ListingFailed(Turn& turn, Side side, const std::string& resource, const std::string& code, absl::Duration wait = absl::Seconds(2));
// Ends runs whose work is done.
void EndRuns(Turn& turn);
std::int64_t NextSweep(const State& state);

// How a run names a listing it waits for.
std::string ListingToken(Side side, const std::string& resource);

}  // namespace entente
