#include "engine/simulation/story.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace entente::simulation {
namespace {

class Teller {
 public:
  explicit Teller(const Terrain& terrain, const History& history) : terrain_(terrain) {
    int number = 0;
    for (const Happening& event : history.events) {
      if (event.deed == Deed::kCreate) numbers_[event.id] = ++number;
    }
  }

  std::string Tell(const Happening& event) const {
    const std::string side = terrain_.pack().sides[event.side].name;
    const std::string what = Name(event.entity, event.subject);
    switch (event.deed) {
      case Deed::kCreate: return absl::StrCat("a user makes ", Name(event.entity, event.id), " in ", side, event.other >= 0 ? absl::StrCat(", under number ", NumberOf(event.other)) : std::string());
      case Deed::kEdit: return absl::StrCat("a user edits the ", FieldName(event), " of ", what, " in ", side);
      case Deed::kBlank: return absl::StrCat("a user empties the ", FieldName(event), " of ", what, " in ", side);
      case Deed::kUndo: return absl::StrCat("a user takes back his last edit of the ", FieldName(event), " of ", what, " in ", side);
      case Deed::kPick: return absl::StrCat("a user chooses another word of a list for ", what, " in ", side);
      case Deed::kRefer: return absl::StrCat("a user lets ", what, " refer to something else in ", side);
      case Deed::kDelete: return absl::StrCat("a user deletes ", what, " in ", side);
      case Deed::kRekey: return absl::StrCat("a user gives ", what, " another code in ", side);
      case Deed::kMerge: return absl::StrCat("a user merges ", Name(event.entity, event.other), " into ", what, " in ", side);
      case Deed::kEditLines: return absl::StrCat("a user changes the lines of ", what, " in ", side);
      case Deed::kSend: return absl::StrCat("a user asks for ", what, " to be sent");
      case Deed::kReconcile: return "an operator starts a reconcile";
      case Deed::kPause: return "an operator pauses the engine";
      case Deed::kResume: return "an operator lets the engine go on";
      case Deed::kResolve: return "an operator answers a work item";
      case Deed::kRetry: return "an operator retries what was refused";
      case Deed::kPollNow: return "an operator asks for what is new";
      case Deed::kBackup: return "the engine's state is backed up";
      case Deed::kRestoreBackup: return "the engine's state is restored from the backup";
      case Deed::kLoseState: return "the engine's state is lost, and it begins anew";
      case Deed::kErase: return absl::StrCat("the person behind ", what, " is erased");
      case Deed::kChangePack: return "the integrator changes the pack";
      case Deed::kRememberSystem: return absl::StrCat("the database of ", side, " is backed up");
      case Deed::kRestoreSystem: return absl::StrCat("the database of ", side, " is restored from its backup");
      case Deed::kFault: return absl::StrCat(std::string(SentenceOf(event.fault)), " (", side, ")");
      case Deed::kRest: return "everything comes to rest";
    }
    return "";
  }

 private:
  int NumberOf(int subject) const {
    const auto number = numbers_.find(subject);
    return number == numbers_.end() ? 0 : number->second;
  }
  std::string Name(const std::string& entity, int subject) const {
    const EntityRule* rule = terrain_.pack().Entity(entity);
    const std::string label = rule == nullptr ? entity : rule->label_en.empty() ? rule->name : rule->label_en;
    return absl::StrCat("number ", NumberOf(subject), " (", label, ")");
  }
  // The pack's own name of a column, and the column.
  std::string FieldName(const Happening& event) const {
    const EntityRule* rule = terrain_.pack().Entity(event.entity);
    if (rule != nullptr) {
      for (const FieldRule& field : rule->fields) {
        if (field.sides[event.side].native == event.native) return absl::StrCat(field.name, " (", event.native, ")");
      }
    }
    return event.native;
  }

  const Terrain& terrain_;
  std::map<int, int> numbers_;
};

}  // namespace

std::vector<std::string> TellStory(const Terrain& terrain, const History& history, const Violation& violation) {
  const Teller teller(terrain, history);
  std::vector<std::string> story;
  for (const Happening& event : history.events) {
    const std::int64_t seconds = event.at_millis / 1000;
    story.push_back(absl::StrFormat("%02d:%02d  %s", seconds / 60, seconds % 60, teller.Tell(event)));
  }
  story.push_back(absl::StrCat("In the end: ", violation.sentence, "."));
  return story;
}

}  // namespace entente::simulation
