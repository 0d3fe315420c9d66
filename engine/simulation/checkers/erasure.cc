#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 17. After an erasure a person's values are nowhere in what the engine keeps, the log it was written by included, and they do not come back:
// neither what was typed into its fields, before or since, nor what its records were called.
namespace entente::simulation {
namespace {

// Details that are no values: numbers of the engine's own, as text.
const std::set<std::string> kOwn = {"digest", "group", "undo"};

class Search {
 public:
  using Found = std::function<void(const std::string& what)>;

  Search(std::set<std::uint64_t> tokens, std::set<RecordId> records) : tokens_(std::move(tokens)), records_(std::move(records)) {
    for (const RecordId& record : records_) {
      references_.insert({record.resource, record.key});
      waits_.insert(absl::StrCat("record:", Index(record.side), ":", record.resource, ":", record.key));
      waits_.insert(absl::StrCat("link:", record.key));
    }
  }

  bool In(const Value& value) const {
    if (const auto* text = value.As<std::string>()) return InText(*text);
    if (const auto* reference = value.As<Reference>()) return references_.contains({reference->resource, reference->key});
    if (const auto* list = value.As<List>()) return std::any_of(list->begin(), list->end(), [&](const Value& element) { return In(element); });
    const auto* map = value.As<Map>();
    return map != nullptr && In(*map);
  }
  bool In(const Fields& fields) const {
    return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return !kOwn.contains(field.first) && In(field.second); });
  }
  bool In(const NamedMap<BaseField>& base) const {
    return std::any_of(base.begin(), base.end(), [&](const auto& field) { return In(field.second.held[Side::kLeft]) || In(field.second.held[Side::kRight]); });
  }
  bool In(const RecordId& id) const { return records_.contains(id); }
  // Whether a text bears one of the numbers: each of its runs of digits is one.
  bool InText(const std::string& text) const {
    if (waits_.contains(text)) return true;
    std::string digits;
    for (const char c : text + " ") {
      if (c >= '0' && c <= '9') {
        digits += c;
        continue;
      }
      if (const std::uint64_t token = TokenOf(Value(digits)); token != 0 && tokens_.contains(token)) return true;
      digits.clear();
    }
    return false;
  }
  bool In(const Link& link) const {
    for (const Side side : kSides) {
      const Member& member = link.members[side];
      if (In(member.shadow) || (!member.key.empty() && In(RecordId{side, member.resource, member.key})) || InText(member.moved_to)) return true;
      for (const std::string& key : member.former_keys) {
        if (In(RecordId{side, member.resource, key})) return true;
      }
      if (const auto& owed = link.owed[side]) {
        if (In(owed->writes) || In(owed->expected) || In(owed->settles) || In(owed->find_value)) return true;
      }
      for (const auto& [name, unheld] : link.unheld) {
        if (In(unheld[side].sent) || In(unheld[side].found)) return true;
      }
    }
    for (const auto& [name, drift] : link.drift) {
      if (In(drift)) return true;
    }
    for (const auto& [name, choice] : link.choices) {
      if (InText(choice)) return true;
    }
    return In(link.base) || (link.parked && InText(link.parked->wait)) || (link.document && In(link.document->result)) || (link.seal && In(link.seal->found));
  }
  bool In(const WorkItem& item) const {
    return In(item.details) || InText(item.resolution) || std::any_of(item.choices.begin(), item.choices.end(), [&](const std::string& choice) { return InText(choice); });
  }
  bool In(const PushState& push) const { return std::any_of(push.problems.begin(), push.problems.end(), [&](const std::string& text) { return InText(text); }); }

 private:
  std::set<std::uint64_t> tokens_;
  std::set<RecordId> records_;
  std::set<std::pair<std::string, std::string>> references_;
  std::set<std::string> waits_;
};

// What was typed into records of these births, but for what stands in other records as well.
std::set<std::uint64_t> TokensOf(const Scene& scene, const std::set<std::uint64_t>& births) {
  std::set<std::uint64_t> tokens;
  const auto& edits = scene.ledger.edits();
  for (std::uint64_t number = 1; number < edits.size(); ++number) {
    if (births.contains(edits[number].birth)) tokens.insert(number);
  }
  for (const Side side : kSides) {
    for (const auto& [resource, records] : scene.systems[side]->resources()) {
      for (const auto& [key, record] : records) {
        if (births.contains(record.birth)) continue;
        for (const auto& [native, edit] : record.standing) tokens.erase(edit);
        for (const auto& [native, value] : record.fields) tokens.erase(TokenWithin(value));
      }
    }
  }
  return tokens;
}

// Its records are still called as they were: what users gave another code since, nothing is left to know by.
bool IsKnownByName(const Scene& scene, const ErasedPerson& person) {
  for (const Side side : kSides) {
    for (const auto& [resource, records] : scene.systems[side]->resources()) {
      for (const auto& [key, record] : records) {
        if (person.births.contains(record.birth) && !person.records.contains({side, resource, key})) return false;
      }
    }
  }
  return true;
}

void CheckState(const Scene& scene, const Search& search, const std::string& place, Verdicts& verdicts) {
  const auto found = [&](const std::string& where) { verdicts.Break("erasure", absl::StrCat(place, " was erased, and ", where, " still says something of it")); };
  for (const Link& link : scene.links) {
    if (search.In(link)) found(absl::StrCat("link ", link.id));
  }
  for (const auto& [id, entry] : scene.records) {
    if (search.In(id)) found("the index of records");
  }
  for (const WorkItem& item : scene.work) {
    if (search.In(item)) found(absl::StrCat("work item ", item.id, " (", item.reason, ")"));
  }
  for (const auto& [link, entries] : scene.journal) {
    for (const JournalEntry& entry : entries) {
      if (search.In(entry.details)) found(absl::StrCat("entry ", entry.seq, " of the history of link ", link, " (", entry.kind, ")"));
    }
  }
  for (const std::string& wait : scene.boot.waits) {
    if (search.InText(wait)) found("what links wait for");
  }
  for (const PushState& push : scene.status.pushes) {
    if (search.In(push)) found(absl::StrCat("push ", push.id));
  }
}

// The log the state was written by.
void CheckLog(const Scene& scene, const Search& search, const std::string& place, Verdicts& verdicts) {
  if (scene.log == nullptr) return;
  bool is_found = false;
  for (const auto& batch : *scene.log) {
    for (const auto& [id, link] : batch->links) is_found = is_found || (link && search.In(*link));
    for (const auto& [id, entry] : batch->records) is_found = is_found || search.In(id);
    for (const auto& [id, item] : batch->work) is_found = is_found || (item && search.In(*item));
    for (const auto& [id, is_set] : batch->parked) is_found = is_found || search.InText(id.first);
    for (const JournalEntry& entry : batch->journal) is_found = is_found || search.In(entry.details);
  }
  if (is_found) verdicts.Break("erasure", absl::StrCat(place, " was erased, and the log the state was written by still says something of it"));
}

}  // namespace

void CheckErasure(const Scene& scene, Verdicts& verdicts) {
  for (const ErasedPerson& person : scene.erased) {
    const auto link = std::find_if(scene.links.begin(), scene.links.end(), [&](const Link& each) { return each.id == person.link; });
    const std::string place = absl::StrCat("link ", person.link);
    if (link == scene.links.end() || !link->erased) {
      verdicts.Break("erasure", absl::StrCat(place, " was erased, and nothing is left that says so"));
      continue;
    }
    if (link->erased->lifted || !IsKnownByName(scene, person)) {
      ++verdicts.excused[link->erased->lifted ? "erased_admitted" : "erased_rekeyed"];
      continue;
    }
    ++verdicts.judged;
    for (const WriteSeen& write : scene.ledger.writes) {
      const bool makes = write.verb == Verb::kCreate && write.had_effect && person.births.contains(write.birth) && write.at_micros > person.asked_micros;
      if (makes) verdicts.Break("erasure", absl::StrCat(place, " was erased, and the engine made a record of it again"));
    }
    const Search search(TokensOf(scene, person.births), person.records);
    CheckState(scene, search, place, verdicts);
    CheckLog(scene, search, place, verdicts);
  }
}

}  // namespace entente::simulation
