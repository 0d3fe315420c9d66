#pragma once

// What an end tells the floor to do with a batch, in `listing_id`: the floor decides nothing itself.
namespace entente::benchmark {

// New records: on to the other side, stored after its answer.
inline constexpr char kLoad[] = "load";
// Changed records: base fetched, the fields that differ go to the other side, stored after its answer.
inline constexpr char kUpdate[] = "update";
// As kUpdate, with the intent synced before it leaves.
inline constexpr char kIntent[] = "intent";
// The side that loses a conflict: base fetched, nothing sent.
inline constexpr char kLose[] = "lose";
// A listing: digests are compared with the state.
inline constexpr char kCompare[] = "compare";

}  // namespace entente::benchmark
