#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 11. After a kill at any point the state is a prefix of the acknowledged history, and nothing acknowledged is lost: what a system was handed
// stands in the outbox as sent, and no cursor is behind the last one that was acknowledged.
namespace entente::simulation {
namespace {

// "3:17" → (3, 17).
std::pair<std::int64_t, std::int64_t> PartsOf(const std::string& cursor) {
  const std::size_t colon = cursor.find(':');
  return {std::atoll(cursor.c_str()), colon == std::string::npos ? 0 : std::atoll(cursor.c_str() + colon + 1)};
}

}  // namespace

void CheckDurability(const Boot& boot, Side side, const std::set<DeliveryId>& unanswered, const std::map<std::string, std::string>& acknowledged, Verdicts& verdicts) {
  std::set<DeliveryId> sent;
  for (const auto& [place, entry] : boot.outbox) {
    if (entry.sent && place.side == side) sent.insert(place.order);
  }
  for (const DeliveryId id : unanswered) {
    if (!sent.contains(id)) verdicts.Break("durability", absl::StrCat("write ", id, " had reached its system, and the state the engine left does not know that it was sent"));
  }
  for (const auto& [resource, cursor] : acknowledged) {
    const auto kept = boot.cursors.find({side, resource});
    if (kept == boot.cursors.end()) continue;   // a listing follows
    if (PartsOf(kept->second).first == PartsOf(cursor).first && PartsOf(kept->second) < PartsOf(cursor)) {
      verdicts.Break("durability", absl::StrCat("changes of ", resource, " were acknowledged up to ", cursor, ", and the state the engine left knows them up to ", kept->second));
    }
  }
}

}  // namespace entente::simulation
