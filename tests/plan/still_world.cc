#include "tests/plan/still_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <tuple>

#include "engine/core/canonical.h"

namespace entente::testing {
namespace {

constexpr absl::Duration kSweep = absl::Minutes(16);   // longer than the pack's sage_sweep_interval

struct Line {
  LinkId link;
  Side side;
  int order;
  std::string text;
};

std::string TextOf(const Fields& fields) {
  std::ostringstream out;
  for (const auto& [name, value] : fields) out << " " << name << "=" << value.ToDisplay();
  return out.str();
}

std::string Joined(std::vector<Line> lines) {
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return std::tuple(a.link, a.side, a.order) < std::tuple(b.link, b.side, b.order); });
  std::string out;
  for (const Line& line : lines) out += std::to_string(line.link) + " " + line.text + "\n";
  return out;
}

std::string TextOf(Side side, Verb verb, const std::string& resource, const std::string& key, const Fields& fields) {
  return std::to_string(Index(side)) + " " + std::to_string(static_cast<int>(verb)) + " " + resource + " " + key + TextOf(fields) + " | " + EncodeFields(fields);
}

}  // namespace

StillWorld::StillWorld(std::uint64_t seed) : random_(seed) {
  // A turn that misses is the other tests' matter: here it would only cost time.
  tuning.cached_links_max = 1000;
  Restart();
  const std::uint64_t records = 3 + Below(5);
  for (std::uint64_t i = 0; i < records; ++i) Below(3) == 0 ? CreateCrm() : CreateSage();
  // A company that both sides know already.
  if (Below(2) == 0) {
    SageParty("BOTH", "Les Deux", Below(2) == 0, {{"CT_Ville", Word()}});
    CrmAccount("Les Deux", "Client", {{"extId", "BOTH"}, {"city", Word()}});
  }
  if (Below(4) == 0) sage().render = [](const std::string&, const std::string& field, const Value& value) {
    const auto* text = value.As<std::string>();
    return field == "CT_Ville" && text ? Value(text->substr(0, 4)) : value;
  };
}

void StillWorld::Observe() {
  ConnectBoth();
  EXPECT_TRUE(Ask(SetPaused{.paused = true, .observing = true}).status.ok());
  EXPECT_TRUE(Ask(StartRun{"first_load", {}}).status.ok());
  Settle();
}

void StillWorld::Work() {
  const std::uint64_t deeds = 1 + Below(4);
  for (std::uint64_t i = 0; i < deeds; ++i) Deed();
  Advance(absl::Minutes(static_cast<int>(1 + Below(5))));
  Settle();
  // A deletion in Sage shows by absence from a sweep only.
  if (listing_due_ || Below(10) == 0) {
    Advance(kSweep);
    Settle();
    listing_due_ = false;
  }
}

void StillWorld::Deed() {
  switch (Below(8)) {
    case 0: case 1: case 2: return EditSage();
    case 3: case 4: return EditCrm();
    case 5: return CreateSage();
    case 6: return CreateCrm();
    default: return Remove();
  }
}

std::string StillWorld::Word() {
  static constexpr const char* kWords[] = {"Vannes", "Lorient", "Brest", "Nantes", "Rennes", "Auray"};
  return kWords[Below(6)];
}

std::string StillWorld::Any(Side side, const std::string& resource) {
  std::vector<std::string> live;
  for (const auto& [key, record] : system(side).at(resource).records) {
    if (!record.deleted) live.push_back(key);
  }
  return live.empty() ? "" : live[Below(live.size())];
}

void StillWorld::EditSage() {
  switch (Below(4)) {
    case 0:
      if (const std::string key = Any(Side::kLeft, "contact"); !key.empty()) {
        const std::string town = Word();
        Tell("Sage contact " + key + " function " + town);
        sage().Edit("contact", key, {{"CT_Fonction", town}});
      }
      return;
    case 1:
      if (const std::string key = Any(Side::kLeft, "article"); !key.empty()) {
        const std::string price = std::to_string(10 + Below(3)) + ".50";
        Tell("Sage article " + key + " price " + price);
        sage().Edit("article", key, {{"AR_PrixVen", Dec(price)}});
      }
      return;
    default:
      if (const std::string key = Any(Side::kLeft, "party"); !key.empty()) {
        Fields changes{{"CT_Ville", Word()}};
        if (Below(3) == 0) changes["CT_Telephone"] = "02" + std::to_string(10'000'000 + Below(1000));
        if (Below(5) == 0) changes["CT_Prospect"] = 0;
        if (Below(8) == 0) changes["CT_Sommeil"] = 1;
        Tell("Sage party " + key + TextOf(changes));
        sage().Edit("party", key, changes);
      }
  }
}

void StillWorld::EditCrm() {
  if (Below(3) == 0) {
    if (const std::string key = Any(Side::kRight, "contacts"); !key.empty()) {
      const std::string town = Word();
      Tell("CRM contact " + key + " title " + town);
      crm().Edit("contacts", key, {{"jobTitle", town}, {"firstName", town}});
    }
    return;
  }
  if (const std::string key = Any(Side::kRight, "accounts"); !key.empty()) {
    Fields changes{{"city", Word()}};
    if (Below(3) == 0) changes["phone1"] = "02" + std::to_string(10'000'000 + Below(1000));
    if (Below(6) == 0) changes["name"] = "Société " + Word();
    Tell("CRM account " + key + TextOf(changes));
    crm().Edit("accounts", key, changes);
  }
}

void StillWorld::CreateSage() {
  const std::string number = std::to_string(++last_);
  switch (Below(5)) {
    case 0: Tell("Sage article A" + number); SageArticle("A" + number, "Chaise " + number, "10.00"); return;
    case 1: Tell("Sage collaborator " + number); SageCollaborator(number, "Anne", "Vendeur" + number, "v" + number + "@example.com"); return;
    case 2:
      if (const std::string party = Any(Side::kLeft, "party"); !party.empty()) {
        Tell("Sage contact of " + party);
        SageContact(party, "Durand" + number, Word());
      }
      return;
    default: {
      const bool prospect = Below(2) == 0;
      Tell("Sage party P" + number + (prospect ? " prospect" : " customer"));
      SageParty("P" + number, "Maison " + number, prospect, {{"CT_Ville", Word()}});
    }
  }
}

void StillWorld::CreateCrm() {
  const std::string number = std::to_string(++last_);
  if (Below(2) == 0) {
    if (const std::string account = Any(Side::kRight, "accounts"); !account.empty()) {
      Tell("CRM contact of " + account);
      CrmContact(account, "Martin" + number, Word());
      return;
    }
  }
  const bool customer = Below(4) == 0;
  Tell(std::string("CRM account ") + (customer ? "customer" : "prospect"));
  CrmAccount("Atelier " + number, customer ? "Client" : "Prospect", {{"city", Word()}});
}

void StillWorld::Remove() {
  static constexpr const char* kSage[] = {"contact", "article", "party"};
  static constexpr const char* kCrm[] = {"contacts", "accounts"};
  const bool left = Below(2) == 0;
  const std::string resource = left ? kSage[Below(3)] : kCrm[Below(2)];
  const Side side = left ? Side::kLeft : Side::kRight;
  const std::string key = Any(side, resource);
  if (key.empty()) return;
  Tell("delete " + resource + " " + key);
  system(side).Delete(resource, key);
  listing_due_ |= left;
}

std::string Planned(World& world, const Plan& plan) {
  std::map<LinkId, Link> links;
  for (Link& link : world.Links()) links.emplace(link.id, std::move(link));
  std::map<std::string, std::string> bindings;
  for (const PlannedWrite& write : plan.writes) {
    if (const auto link = links.find(write.link); !write.makes.empty() && link != links.end()) bindings[write.makes] = link->second.members[write.side].key;
  }
  std::vector<Line> lines;
  for (const PlannedWrite& write : plan.writes) {
    lines.push_back({write.link, write.side, write.number,
                     TextOf(write.side, write.verb, write.resource, Bound(write.key, bindings), Bound(write.writes, bindings))});
  }
  return Joined(std::move(lines));
}

std::string Made(World& world) {
  std::vector<Line> lines;
  int order = 0;
  for (const auto& [side, operation] : world.performed()) {
    lines.push_back({operation.link, side, ++order, TextOf(side, operation.verb, operation.resource, operation.key, operation.fields)});
  }
  return Joined(std::move(lines));
}

}  // namespace entente::testing
