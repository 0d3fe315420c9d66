#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/core/rules.h"
#include "engine/pipeline/state.h"
#include "engine/pipeline/store.h"

// A state put back from a backup: both systems have moved on since, and it does not know what it did meanwhile.
namespace entente {

// In the state's meta, set by who puts it back: the next start owes every complete listing again, and clears it.
inline constexpr char kRestoredKey[] = "restored";

// What a restored state owes, into `batch` and into `boot`: nothing is created or deleted before everything was listed, and links younger
// than the state are known to be so. Nothing where the state was not put back.
void OweListings(Boot* boot, Batch* batch);

// The last link of the state as it was put back; nothing where it never was.
std::optional<LinkId> RestoredFrom(const std::map<std::string, std::string>& meta);

// True when the link, younger than a restored state and alone on `here`, bears in the column in which that side keeps its partner's number
// (`find_field`) a number that nobody types there: it had a partner that this state never knew, and who deleted it did so on purpose.
bool HadPartner(const State& state, const EntityRule& entity, const Link& link, Side here);

}  // namespace entente
