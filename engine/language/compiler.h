#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/core/rules.h"
#include "engine/language/parameters.h"
#include "engine/language/problems.h"
#include "entente/rules/v1/rules.pb.h"

// From the messages of a pack to the plain structs of core/rules.h. Internal to `language`.
namespace entente {

// Where an expression stands: what it may read and what it must give.
enum class FormulaPlace {
  kParameters,  // `param.` only, gives a truth: decided once, at load
  kParametersValue,  // the same, gives anything
  kGate,        // `session.`, gives a truth
  kCondition,   // records, gives a truth
  kCheck,       // records and `target.`, gives a truth
  kText,        // records, gives a text (keys, find values, fallbacks)
  kValue,       // records, gives anything
  kFieldValue,  // records and `target.`, gives anything
  kItemValue,   // records, `target.` and `item.`, gives anything
  kItemText,    // records and `item.`, gives a text
  kApproval,    // `value`, gives a truth
};

// Compiles one pack. Everything wrong goes to `problems`; what comes out is whole only when that stays empty.
//
// One thread, one use. The messages and values given outlive it.
class Compiler {
 public:
  Compiler(const rules::v1::Pack& source, const ParameterValues& parameters, Problems& problems);

  std::shared_ptr<Pack> Compile();

 private:
  // What says something of a field's policy, nearest first, with whom it speaks for.
  struct PolicyLayer {
    const rules::v1::FieldPolicy* policy = nullptr;
    std::string scope;
  };
  using FieldLayers = std::vector<PolicyLayer>;

  // compiler.cc
  void CompileSides(Pack& pack);
  void CompileParameters(Pack& pack);
  void CompileGuards(Pack& pack);
  void CompileErrors(Pack& pack);
  // What the schema has a place for and this release cannot do.
  void RefuseUnsupported();
  void CheckLimits();
  void CompileReasons(Pack& pack);
  void CompileEntities(Pack& pack);
  void CollectValueLists(const rules::v1::Field& field, const EntityRule& entity, Pack& pack);
  std::optional<Side> SideNamed(const std::string& name) const;
  const std::string& NameOf(Side side) const { return side_names_[Index(side)]; }
  bool IsEnabled(const std::string& expression, const rules::v1::Source& source);
  FormulaPtr CompileFormula(const std::string& text, const rules::v1::Source& source, FormulaPlace place);
  void Add(const rules::v1::Source& source, std::string sentence, std::string remedy);
  // A text people read: both languages are needed.
  void NeedText(const rules::v1::Text& text, const std::string& what);

  // compiler_entity.cc
  EntityRule CompileEntity(const rules::v1::Entity& source);
  void CompileEntitySides(const rules::v1::Entity& source, EntityRule& entity);
  void CompileLife(const rules::v1::Entity& source, EntityRule& entity);
  LifeRule CompileLifeRule(const rules::v1::Life& source);
  void CompileMatches(const rules::v1::Entity& source, EntityRule& entity);
  void CheckDistinct(const rules::v1::Entity& source, const EntityRule& entity);
  void CompileChecks(const rules::v1::Entity& source, EntityRule& entity);
  void CompileCapacity(const rules::v1::Entity& source, EntityRule& entity);
  void CompileEnsured(const rules::v1::Entity& source, EntityRule& entity);
  // Expressions over `param.` as the values they have at load.
  Fields ConstantFields(const google::protobuf::Map<std::string, std::string>& sources, const rules::v1::Source& place, const std::string& whose);
  void CompileBudgets(const rules::v1::Guards& source, EntityRule& entity);
  void CheckGuards(const rules::v1::Guards& source);
  void CompileMatrix(const rules::v1::Entity& source, EntityRule& entity);
  void CollectNativeFields(EntityRule& entity);
  void CollectTargetReads(Pack& pack);
  void NoteTargetRead(const EntityRule& entity, const std::vector<FieldRule>& siblings, const FormulaPtr& formula, bool follows, const RuleSource& at);

  // compiler_field.cc
  std::optional<FieldRule> CompileField(const rules::v1::Field& source, const rules::v1::Entity& entity, bool is_item);
  FieldSide CompileFieldSide(const rules::v1::FieldSide& source, bool is_item);
  LensPtr CompileLens(const rules::v1::FieldSide& source);
  void CheckLens(const rules::v1::Lens& source, const Fields& arguments);
  Fields LensArgumentsOf(const rules::v1::Lens& source);
  FieldPolicy CompilePolicy(const FieldLayers& layers, const rules::v1::Field& field, bool first_meeting_is_own);
  void CompileBlanks(const FieldLayers& layers, const rules::v1::Field& field, FieldPolicy& policy);
  void CheckDirection(const FieldRule& field, const FieldPolicy& policy, const std::string& phase, const rules::v1::Source& source);
  void CheckClock(const FieldRule& field, const FieldPolicy& policy, const rules::v1::Source& source);
  std::optional<Side> ReadSideWord(const std::string& word, const rules::v1::Source& source, const std::vector<std::string>& others,
                                   const std::string& what);
  Flow FlowOf(const std::string& direction) const;

  // compiler_hours.cc
  std::optional<WriteWindow> CompileWindow(const rules::v1::WriteWindow& source);
  void CompileWindows(const rules::v1::EntitySide& source, Side which, EntitySide& side);
  std::optional<int> ReadClock(const std::string& text, const rules::v1::Source& source);
  Weekdays ReadDays(const google::protobuf::RepeatedPtrField<std::string>& days, const rules::v1::Source& source);
  TimeZone ReadZone(const std::string& name, const rules::v1::Source& source);
  LockRule CompileLock(const rules::v1::Lock& source);

  // compiler_trigger.cc
  TriggerRule CompileTriggers(const rules::v1::Entity& source, const EntityRule& entity);
  void CheckTriggerKeys(const rules::v1::Trigger& trigger, const std::string& word);
  std::optional<Calendar> CompileCalendar(const rules::v1::Trigger& trigger);
  void CompileOnState(const rules::v1::Entity& source, const rules::v1::Trigger& trigger, TriggerRule& rule);
  std::string TriggerWords(const rules::v1::Entity& source);

  // compiler_seal.cc
  SealRule CompileSeal(const rules::v1::Entity& source, const EntityRule& entity);
  void ReadSealedFields(const rules::v1::Seal& source, const EntityRule& entity, SealRule& rule);
  void CheckSealed(const rules::v1::Seal& source, const EntityRule& entity, const SealRule& rule);

  // compiler_document.cc
  DocumentRule CompileDocument(const rules::v1::Entity& source, const EntityRule& entity);

  const rules::v1::Pack& source_;
  const ParameterValues& parameters_;
  Problems& problems_;
  std::vector<std::string> side_names_;
  std::map<std::string, const rules::v1::Table*> tables_;
  std::vector<std::string> entity_names_;
  // What rules read of records they refer to, by the entity read.
  struct TargetRead {
    std::string target;
    Side side;
    std::string native;
    bool follows;
  };
  std::vector<TargetRead> target_reads_;
  std::map<Side, std::optional<WriteWindow>> side_windows_;
  std::set<const rules::v1::Guards*> checked_guards_;
};

// The words of a status without its code, ended like a sentence.
std::string Sentence(const absl::Status& status);
RuleSource SourceOf(const rules::v1::Source& source);

}  // namespace entente
