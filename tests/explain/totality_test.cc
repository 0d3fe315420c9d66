// Total: every field of every record has an answer, and the answer, evaluated again, gives the value that the record holds.
#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <regex>

#include "engine/core/lens/equality.h"
#include "engine/pipeline/project.h"
#include "tests/explain/explain_world.h"

namespace entente::testing {
namespace {

const std::set<std::string> kAtRest = {"same", "rendering", "observed_only", "own_since_create", "no_such_field", "no_record", "deleted", "no_record_there",
                                       "other_side_deleted", "column_missing", "out_of_scope"};

// What is wrong with the answers about a link, one line each.
class Examination {
 public:
  Examination(ExplainWorld& world, const Link& link) : world_(world), link_(link), entity_(*world.pack().Entity(link.entity)) {}

  std::string Run() {
    const v1::Explanation answer = world_.Explain(link_);
    if (answer.fields_size() != static_cast<int>(entity_.fields.size())) Blame("*", "fields are missing");
    for (const v1::FieldExplanation& field : answer.fields()) {
      for (Side side : kSides) CheckAnswer(*entity_.Field(field.field()), side, side == Side::kLeft ? field.left_origin() : field.right_origin());
    }
    world_.Ask([&](Turn& turn) {
      again_.clear();
      for (const FieldRule& field : entity_.fields) CheckAgain(turn, field);
    });
    return blame_ + again_;
  }
  const std::map<std::string, int>& agreements() const { return agreements_; }

 private:
  void Blame(const std::string& field, const std::string& what) { blame_ += link_.entity + "." + field + " of link " + std::to_string(link_.id) + ": " + what + "\n"; }

  void CheckAnswer(const FieldRule& field, Side side, const v1::ValueOrigin& origin) {
    ++agreements_[origin.agreement()];
    static const std::regex kPlace("[a-z_]+/[a-z_]+\\.yaml:[1-9][0-9]*");
    const auto expect = [&](bool holds, const std::string& what) {
      if (!holds) Blame(field.name, what + "\n" + origin.ShortDebugString());
    };
    const bool is_there = link_.Has(side) && field.sides[side].exists();
    expect(!origin.origin().empty() && !origin.agreement().empty() && !origin.sentence().empty(), "no origin, agreement or sentence");
    expect((origin.origin() == "absent") != (is_there || (link_.members[side].presence == Presence::kOutOfScope && field.sides[side].exists())), "absent, or not, against what is there");
    expect(origin.agreement() != "not_decided" && origin.agreement() != "formula_failed", "no answer");
    expect(std::regex_match(origin.rule_source(), kPlace), "no line: " + origin.rule_source());
    expect(origin.rule().starts_with(link_.entity + "."), "no rule: " + origin.rule());
    expect(origin.pack_version() == world_.pack().version, "no version");
    if (origin.origin() == "absent") return;
    expect(origin.has_observation() && !origin.observation().side().empty() && !origin.observation().resource().empty(), "no observation");
    expect(origin.observation().seen_micros() > 0, "no time");
    expect(origin.origin() == "answered" || !origin.observation().key().empty(), "no record");
    expect(origin.origin() != "written" || (origin.decided_micros() > 0 && origin.observation().seen_micros() <= origin.decided_micros()), "decided before it was seen");
  }

  // The rule that is named, evaluated over the observation alone: of the other side's record nothing else is left.
  void CheckAgain(Turn& turn, const FieldRule& field) {
    const auto evidence = EvidenceOf(turn, entity_, link_, field, world_.History(link_.id));
    if (!evidence.ok()) return Wrong(field, std::string(evidence.status().message()));
    for (Side side : kSides) {
      const Evidence& told = (*evidence)[side];
      if (told.origin == Origin::kAbsent) continue;
      Link bare = link_;
      if (told.observation && told.observation->side != side) bare.members[told.observation->side].shadow.clear();
      if (told.origin == Origin::kOwn || told.origin == Origin::kComputed) bare.members[side].shadow.clear();
      const absl::StatusOr<Value> again = Reexecute(turn, entity_, bare, field, side, told);
      if (!again.ok()) {
        Wrong(field, std::string(again.status().message()));
      } else if (!(*again == told.again)) {
        Wrong(field, "not made of its observation alone: " + again->ToDisplay() + " instead of " + told.again.ToDisplay());
      } else if (told.agreement == "same") {
        CheckHeld(turn, field, side, told);
      }
    }
  }

  // What the system itself holds, not what the engine believes.
  void CheckHeld(Turn& turn, const FieldRule& field, Side side, const Evidence& told) {
    const Member& member = link_.members[side];
    const SimSystem::Record* record = world_.system(side).Find(member.resource, member.key);
    if (!record) return Wrong(field, "there is no such record");
    LinkScope scope(turn.pack(), link_, told.since_micros != 0 ? told.since_micros : turn.micros());
    const Fields mapped = [&] {
      Fields fields;
      for (const auto& [name, value] : record->fields) {
        if (entity_.native_fields[side].contains(name)) fields[name] = value;
      }
      return fields;
    }();
    scope.See(side, mapped);
    const auto held = GetCanonical(turn, entity_, field, side, mapped, scope.scope());
    if (!held.ok()) return Wrong(field, std::string(held.status().message()));
    const bool is_native = field.sides[side].writable() && told.origin != Origin::kOwn;
    Value again = told.again;
    if (is_native && told.again == NativeOf(mapped, field.sides[side].native)) return;
    if (is_native) {
      Fields written = mapped;
      SetNative(written, field.sides[side].native, told.again);
      const auto read = GetCanonical(turn, entity_, field, side, written, scope.scope());
      if (!read.ok()) return Wrong(field, std::string(read.status().message()));
      again = *read;
    }
    if (!((again.IsBlank() && held->IsBlank()) || EqualModulo(field.equality, again, *held))) {
      Wrong(field, "on side " + std::to_string(Index(side)) + " the record holds " + held->ToDisplay() + ", the answer gives " + again.ToDisplay());
    }
  }

  void Wrong(const FieldRule& field, const std::string& what) { again_ += link_.entity + "." + field.name + " of link " + std::to_string(link_.id) + ": " + what + "\n"; }

  ExplainWorld& world_;
  const Link& link_;
  const EntityRule& entity_;
  std::string blame_, again_;
  std::map<std::string, int> agreements_;
};

// Everything the pack knows of, in every state it can rest in.
class WholeCompany : public ExplainWorld {
 public:
  WholeCompany() {
    SageCollaborator("1", "Anne", "Petit", "anne@example.com", {{"CO_Telephone", "0297000000"}});
    SageCollaborator("2", "Anne", "Petit", "petit@example.com");
    SageCollaborator("3", "Luc", "Moreau", "luc@example.com", {{"CO_Vendeur", 0}});
    SageParty("ACME", "Acme", false, {{"CT_Ville", "Vannes"}, {"CT_Telephone", "02 97 00 00 00"}, {"CO_No", Ref("collaborator", "1")}, {"CT_Siret", "12345678901234"}, {"CT_Commentaire", "Bon payeur"}});
    SageParty("SLEEP", "Dort", false, {{"CT_Sommeil", 1}});
    SageParty("PROS", std::string(80, 'p'), true, {{"CT_Ville", "Nantes"}, {"CT_Pays", "Belgique"}, {"CT_Commentaire", "À rappeler"}});
    SageParty("NONAME", "", false);
    SageContact("ACME", "Durand", "Anne", {{"CT_EMail", "anne.durand@example.com"}});
    SageContact("PROS", "Roux", "");
    SageArticle("A1", "Chaise", "10.00", {{"stock_physical", Dec("5")}});
    SageArticle("A2", "Table", "99.90", {{"AR_Sommeil", 1}});
    FirstLoad();
    RunFor(absl::Minutes(10));
    const std::string born = CrmAccount("Né ici et d'un nom bien trop long pour une seule fiche de Sage, qui en coupe la fin", "Prospect", {{"phone", "+33 2 97 11 11 11"}});
    CrmAccount("Né ici aussi", "Client");
    CrmContact(born, "Lévêque", "Éloïse", {{"email", "eloise@example.com"}});
    Settle();
    CrmQuote(Account("ACME"), {Line("A1", 2), Line("A2", 1)});
    const std::string sent = CrmQuote(Account("ACME"), {Line("A1", 3)}, {{"reference", "Une référence plus longue que la colonne de Sage"}, {"comment", "Livrer le matin"}});
    Settle();
    EXPECT_TRUE(Ask(PushQuote{sent, false, ""}).status.ok());
    Settle();
    RunFor(absl::Minutes(30));
  }
  std::string Account(const std::string& code) { return CrmByExtId("accounts", code); }
  Map Line(const std::string& article, int quantity) { return {{"productId", Ref("products", CrmByExtId("products", article))}, {"quantity", Decimal::FromInt(quantity)}}; }

  std::string Examine(std::map<std::string, int>* agreements = nullptr) {
    std::string blame;
    for (const Link& link : Links()) {
      Examination examination(*this, link);
      blame += examination.Run();
      for (const auto& [agreement, count] : examination.agreements()) {
        if (agreements) (*agreements)[agreement] += count;
      }
    }
    return blame;
  }
};

TEST(ExplainTotality, EveryFieldOfEveryRecordAtRest) {
  WholeCompany world;
  std::map<std::string, int> agreements;
  EXPECT_EQ(world.Examine(&agreements), "") << world.Story();
  for (const auto& [agreement, count] : agreements) {
    std::cout << count << " " << agreement << "\n";
    EXPECT_TRUE(kAtRest.contains(agreement) || agreement.starts_with("parked:")) << agreement;
  }
  EXPECT_GT(agreements["same"], 200);
}

TEST(ExplainTotality, AfterARestartToo) {
  WholeCompany world;
  world.Restart();
  world.ConnectBoth();
  EXPECT_EQ(world.Examine(), "");
}

enum class Act { kEditSage, kEditCrm, kEditQuote, kDeleteContact, kDeleteArticle, kRevertedEdit, kUnfit, kPoll, kSettle, kHour, kFail, kCount };

RC_GTEST_PROP(ExplainLaws, EveryFieldHasAnAnswerThatIsTrueOnAnyDay, ()) {
  WholeCompany world;
  const auto day = *rc::gen::container<std::vector<std::pair<int, int>>>(rc::gen::pair(rc::gen::inRange(0, static_cast<int>(Act::kCount)), rc::gen::inRange(0, 9)));
  for (const auto& [act, value] : day) {
    const std::string text = "Ville " + std::to_string(value);
    const std::string pros = world.Account("PROS"), acme = world.Account("ACME");
    switch (static_cast<Act>(act)) {
      case Act::kEditSage: world.sage().Edit("party", value % 2 == 0 ? "ACME" : "PROS", {{value % 3 == 0 ? "CT_Adresse" : "CT_Ville", text}}); break;
      case Act::kEditCrm:
        if (!pros.empty()) world.crm().Edit("accounts", pros, {{value % 3 == 0 ? "address1" : "city", text}});
        break;
      case Act::kEditQuote:
        for (const Link& link : world.Links("quote")) {
          if (link.Has(Side::kRight)) world.crm().Edit("quotes", link.members[Side::kRight].key, {{"reference", text}});
        }
        break;
      case Act::kDeleteContact:
        for (const Link& link : world.Links("contact")) {
          if (link.Has(Side::kLeft) && world.sage().Find("contact", link.members[Side::kLeft].key) && value == 0) world.sage().Delete("contact", link.members[Side::kLeft].key);
        }
        break;
      case Act::kDeleteArticle:
        if (world.sage().Find("article", "A2") && value == 0) world.sage().Delete("article", "A2");
        break;
      case Act::kRevertedEdit:
        if (!acme.empty()) world.crm().Edit("accounts", acme, {{"city", text}});
        break;
      case Act::kUnfit:
        if (!pros.empty()) world.crm().Edit("accounts", pros, {{"postcode", std::string(static_cast<std::size_t>(value) + 5, '1')}});
        break;
      case Act::kPoll:
        world.Poll();
        world.Step();
        break;
      case Act::kSettle: world.Settle(); break;
      case Act::kHour: world.RunFor(absl::Hours(1)); break;
      case Act::kFail:
        world.crm().fail = [value](const OperationOut& operation) -> std::optional<OperationResult> {
          if (operation.kind != OperationKind::kWrite || value < 5) return std::nullopt;
          return OperationResult{.id = operation.id, .kind = OperationResult::Kind::kFailure, .failure = value < 7 ? FailureClass::kAgain : FailureClass::kNever, .code = "REFUSED"};
        };
        break;
      case Act::kCount: break;
    }
  }
  world.Drain();
  for (const Link& link : world.Links()) {
    const v1::Explanation answer = world.Explain(link);
    RC_ASSERT(answer.fields_size() == static_cast<int>(world.pack().Entity(link.entity)->fields.size()));
    for (const v1::FieldExplanation& field : answer.fields()) {
      for (const v1::ValueOrigin* origin : {&field.left_origin(), &field.right_origin()}) {
        RC_ASSERT(!origin->agreement().empty() && origin->agreement() != "not_decided" && origin->agreement() != "formula_failed");
      }
    }
    RC_ASSERT(world.WhyNot(link).causes_size() > 0);
  }
  world.crm().fail = nullptr;
  world.Settle();
  world.RunFor(absl::Hours(2));
  for (const auto& item : world.Items("dead_letter")) world.Ask(RetryDeadLetter{item.id});
  world.Settle();
  world.RunFor(absl::Hours(1));
  RC_ASSERT(world.Examine() == "");
}

}  // namespace
}  // namespace entente::testing
