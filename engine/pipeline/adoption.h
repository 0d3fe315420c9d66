#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "engine/core/link.h"
#include "engine/core/rule_change.h"
#include "engine/core/rules.h"

// What other rules ask of what is in the state already.
//
// From the turn on in which the machine takes them, everything is decided by the new rules. What was there before is gone through in the
// background, by link id, some links a turn: first match keys and capacities are computed anew where their rules changed (until then nothing
// of those entities is correlated), then links of the entities that are decided otherwise are decided. How far that got is durable.
//
// A native field that no rule asked for before is in no shadow, and nothing there must not be taken for a blank. Until every record of its
// resource was read with it, in a listing of a session that was asked for it, rules of fields that read it rest; where a condition or a key
// reads it, the entity's links wait.
namespace entente {

// Native fields by resource of a side.
using NativeFields = std::map<std::pair<Side, std::string>, std::set<std::string>>;

struct Adoption {
  std::set<std::string> decide;     // entities whose links are decided anew
  std::set<std::string> rescope;    // entities whose records may have left the scope
  std::set<std::string> reindex;    // entities whose match keys are computed anew
  std::set<std::string> recount;    // entities whose records that take capacity are counted anew
  std::set<std::pair<Side, std::string>> relist;   // resources to be listed whole again
  NativeFields unread;
  bool empty() const { return decide.empty() && rescope.empty() && reindex.empty() && recount.empty() && relist.empty() && unread.empty(); }
  friend bool operator==(const Adoption&, const Adoption&) = default;
};

// One under way.
struct Adopting {
  Adoption what;
  bool refreshes = false;           // the first pass: keys and capacities
  LinkId next = 1, end = 0;         // links from `next` to `end` are still to be gone through in this pass
  // Plans go through these links alone, in this order, and take the index as it is; none: through all.
  std::vector<LinkId> only;
  std::set<std::pair<LinkId, Side>> enters;      // records that a plan takes for read again, and so back in the scope
  std::map<std::string, std::int64_t> counted;   // by entity, of `recount`
  // The first pass did not reach the link yet.
  bool IsAhead(LinkId link) const { return refreshes && link >= next && link <= end; }
};

// What to do when `after` takes the place of `before`, `changes` apart.
Adoption AdoptionOf(const Pack& before, const Pack& after, const std::vector<RuleChange>& changes);
// When nothing is known of the rules before: everything.
Adoption AdoptionOfAll(const Pack& after);

// Whether one pack can take the place of the other on a living state. FAILED_PRECONDITION: PACK_OF_OTHER_SYSTEMS (its sides are named
// otherwise or are other systems), RESOURCE_MOVED (an entity would be kept in another resource of a system).
absl::Status CanAdopt(const Pack& before, const Pack& after);

// Entities of which a condition or a key reads a field that is unread.
std::set<std::string> Resting(const Pack& pack, const NativeFields& unread);
// Sides of fields whose rules read a field that is unread.
std::set<const FieldSide*> RestingFields(const Pack& pack, const NativeFields& unread);

// As names of the state's meta, and back. Writing replaces what stood there.
void WriteAdoption(const Adopting& adopting, std::map<std::string, std::optional<std::string>>* meta);
void ForgetAdoption(std::map<std::string, std::optional<std::string>>* meta);
std::optional<Adopting> ReadAdoption(const std::map<std::string, std::string>& meta);
void WriteUnread(const NativeFields& unread, const NativeFields& before, std::map<std::string, std::optional<std::string>>* meta);
NativeFields ReadUnread(const std::map<std::string, std::string>& meta);
// The adoption at its first link.
Adopting Begun(const Adoption& adoption, LinkId last_link);
Adoption Together(const Adoption& a, const Adoption& b);
// Without what the pack does not ask for.
NativeFields OfPack(NativeFields unread, const Pack& pack);
// The meta of a state on which the adoption begins, together with what an earlier one left undone.
void BeginAdoption(const Adoption& adoption, const Pack& pack, LinkId last_link, const std::map<std::string, std::string>& meta_before,
                   std::map<std::string, std::optional<std::string>>* meta);

// What links wait for whose entity's match keys are being computed.
std::string WaitForKeys(const std::string& entity);

}  // namespace entente
