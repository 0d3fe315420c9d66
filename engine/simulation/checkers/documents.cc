#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// Documents on demand. One document of a quote for life, and its lines are all of what its writer had written at one moment: never some of
// them, never of two moments. Nothing is written to a document that is sent, where the rules close it. Whoever asked for it to be sent is
// answered.
namespace entente::simulation {
namespace {

bool WasVersion(const Scene& scene, std::uint64_t birth, const Lines& lines) {
  const auto versions = scene.ledger.versions.find(birth);
  return versions != scene.ledger.versions.end() && std::find(versions->second.begin(), versions->second.end(), lines) != versions->second.end();
}

// Every document that ever was made, by who wrote it, and what was written to it afterwards.
void CheckWrites(const Scene& scene, const Ground& ground, Verdicts& verdicts) {
  const Side maker = Other(ground.paper->owner);
  const std::string& resource = ground.entity->sides[maker].resource;
  std::map<std::uint64_t, std::set<std::uint64_t>> made;
  for (const WriteSeen& write : scene.ledger.writes) {
    if (write.side != maker || write.resource != resource || !write.had_effect) continue;
    const Birth* born = scene.ledger.FindBirth(write.birth);
    const std::string place = absl::StrCat(scene.pack.sides[maker].name, ".", resource, " ", write.key);
    if (write.verb == Verb::kCreate) {
      made[write.birth].insert(write.uid);
      if (write.birth != 0 && made[write.birth].size() == 2 && !born->is_blurred) verdicts.Break("document_twice", absl::StrCat(place, " is the second document of one quote"));
    } else if (ground.paper->is_closed) {
      verdicts.Break("document_written", absl::StrCat(place, " was sent, and the engine wrote to it (rule ", write.rule, "), which no rule lets it"));
    }
  }
}

void CheckLines(const Scene& scene, const Ground& ground, Verdicts& verdicts) {
  const Paper& paper = *ground.paper;
  if (paper.lines[paper.owner].empty()) return;
  const Side maker = Other(paper.owner);
  for (const auto& [key, record] : scene.systems[maker]->resources().at(ground.entity->sides[maker].resource)) {
    if (record.is_deleted || record.birth == 0) continue;
    const Lines lines = LinesOf(paper, maker, FieldOf(record.fields, paper.lines[maker]));
    ++verdicts.judged;
    if (!WasVersion(scene, record.birth, lines)) {
      verdicts.Break("document_lines", absl::StrCat(scene.pack.sides[maker].name, ".", ground.entity->sides[maker].resource, " ", key, " has ", lines.size(), " lines that its quote never had together"));
    }
  }
  for (const Link& link : scene.links) {
    if (link.entity != ground.entity->name) continue;
    const Record* quote = scene.systems[paper.owner]->Find(link.members[paper.owner].resource, link.members[paper.owner].key);
    const Record* document = scene.systems[maker]->Find(link.members[maker].resource, link.members[maker].key);
    const Birth* born = quote == nullptr ? nullptr : scene.ledger.FindBirth(quote->birth);
    if (born == nullptr || born->is_blurred || scene.is_state_lost || scene.is_pack_changed) continue;
    const Lines written = LinesOf(paper, paper.owner, FieldOf(quote->fields, paper.lines[paper.owner]));
    ++verdicts.judged;
    if (document == nullptr) {
      if (!WasVersion(scene, quote->birth, written)) verdicts.Break("document_lines", absl::StrCat(PlaceOf(scene, link), ": the lines of the quote are not as its writer left them"));
      continue;
    }
    if (written == LinesOf(paper, maker, FieldOf(document->fields, paper.lines[maker]))) continue;
    const std::string shown = ShownReason(scene, link);
    if (shown.empty()) verdicts.Break("document_lines", absl::StrCat(PlaceOf(scene, link), ": the lines of quote and document differ, and nothing says so"));
    else ++verdicts.excused[shown];
  }
}

// At rest a push has ended, or its quote waits for something that is said.
void CheckPushes(const Scene& scene, Verdicts& verdicts) {
  std::map<LinkId, const Link*> links;
  for (const Link& link : scene.links) links[link.id] = &link;
  for (const PushState& push : scene.status.pushes) {
    if (push.state == "done" || push.state == "refused") continue;
    const auto link = links.find(push.link);
    if (link != links.end() && !ShownReason(scene, *link->second).empty()) {
      ++verdicts.excused[ShownReason(scene, *link->second)];
      continue;
    }
    verdicts.Break("push_unanswered", absl::StrCat("push ", push.id, " of link ", push.link, " is still ", push.state, " at rest"));
  }
  for (const Link& link : scene.links) {
    const Ground* ground = scene.terrain.Find(link.entity);
    if (ground == nullptr || !ground->paper || ground->paper->wanted.empty()) continue;
    const Side owner = ground->paper->owner;
    const Record* quote = scene.systems[owner]->Find(link.members[owner].resource, link.members[owner].key);
    const bool waits = quote != nullptr && FieldOf(quote->fields, ground->paper->state) == Value(ground->paper->wanted);
    if (waits && ShownReason(scene, link).empty()) verdicts.Break("push_unanswered", absl::StrCat(PlaceOf(scene, link), " still says that it waits to be sent"));
  }
}

}  // namespace

void CheckDocuments(const Scene& scene, Verdicts& verdicts) {
  bool has_papers = false;
  for (const Ground& ground : scene.terrain.grounds()) {
    if (!ground.paper) continue;
    has_papers = true;
    CheckWrites(scene, ground, verdicts);
    CheckLines(scene, ground, verdicts);
  }
  if (has_papers) CheckPushes(scene, verdicts);
}

}  // namespace entente::simulation
