#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "tests/scenarios/quote_world.h"

// C-SSM-10: the life of a quote against a model of it. Every command is tried in every state, then in long random walks.
namespace entente::testing {
namespace {

// What must be seen of the quote once all is quiet.
struct Model {
  bool sent = false, deleted = false, transformed = false;
  int status = 0;      // DO_Statut of the document
  int quantity = 1;
  bool pending = false;   // refused and not corrected yet

  std::string Label() const {
    if (!sent) return pending ? kPending : kValidated;
    if (transformed) return "Commandé";
    switch (status) {
      case 1: return "Confirmé";
      case 2: return "Accepté";
      case 3: return "Perdu";
      case 4: return "Archivé";
      default: return kSynced;
    }
  }
};

class QuoteLife {
 public:
  QuoteLife() { quote_ = world_.Quote({world_.Line("A1", 1)}); }

  QuoteWorld& world() { return world_; }
  const Model& model() const { return model_; }

  // ---- what people do
  void UserEdits(int quantity) {
    const bool allowed = world_.crm().Edit("quotes", quote_, {{"lines", List{world_.Line("A1", quantity)}}, {"statusId", kPending}});
    EXPECT_EQ(allowed, !model_.sent);
    if (allowed) model_.quantity = quantity;
  }
  // A CRM that does not lock: what was typed must be undone.
  void UserEditsUnlocked(int quantity) {
    world_.crm().at("quotes").lock_field.clear();
    world_.crm().Edit("quotes", quote_, {{"lines", List{world_.Line("A1", quantity)}}});
    world_.crm().at("quotes").lock_field = "readOnly";
    if (!model_.sent) model_.quantity = quantity;
  }
  void UserSets(const std::string& label) {
    world_.crm().at("quotes").lock_field.clear();
    world_.crm().Edit("quotes", quote_, {{"statusId", label}});
    world_.crm().at("quotes").lock_field = "readOnly";
    if (label == kWaiting) model_.sent = true;
  }
  void OperatorPushes() {
    const Reply reply = world_.Push(quote_);
    EXPECT_TRUE(reply.status.ok()) << reply.status;
    model_.sent = true;
  }
  void OperatorPrices() { EXPECT_TRUE(world_.Ask(PushQuote{quote_, true, ""}).status.ok()); }
  void SageSets(int status) {
    if (!model_.sent) return;
    world_.sage().Edit("quote", Document(), {{"DO_Statut", status}});
    model_.status = status;
  }
  void SageTransforms() {
    if (!model_.sent) return;
    world_.sage().Edit("quote", Document(), {{"outcome", "transformed"}, {"successors", List{Map{{"DO_Piece", "BC00001"}}}}});
    model_.transformed = true;
  }
  void SageDeletes() {
    if (!model_.sent) return;
    // Seen by a listing before: what nobody ever saw is not known to have been deleted.
    world_.Advance(absl::Minutes(1));
    world_.Reconcile();
    world_.sage().Delete("quote", Document());
    world_.Reconcile();
    world_.Advance(absl::Minutes(1));
    model_.deleted = true;
  }
  void EngineRestarts() {
    world_.Restart();
    world_.ConnectBoth();
  }

  // ---- what must hold
  void Check() {
    ASSERT_TRUE(world_.Settle()) << world_.Story();
    const std::vector<std::string> documents = world_.Documents(quote_);
    EXPECT_EQ(documents.size(), model_.sent && !model_.deleted ? 1u : 0u) << world_.Story();
    if (model_.deleted) {
      EXPECT_EQ(world_.crm().Find("quotes", quote_), nullptr) << world_.Story();
      return;
    }
    EXPECT_EQ(world_.State(quote_), model_.Label()) << world_.Story();
    EXPECT_EQ(world_.LineField(quote_, 0, "quantity"), Value(Decimal::FromInt(model_.quantity))) << world_.Story();
    EXPECT_EQ(world_.LineField(quote_, 0, "total"), Value(Decimal::FromInt(9 * model_.quantity))) << world_.Story();
    const bool* locked = world_.crm().Field("quotes", quote_, "readOnly").As<bool>();
    EXPECT_EQ(locked && *locked, model_.sent) << world_.Story();
    EXPECT_EQ(world_.Text(quote_, "extId").empty(), !model_.sent);
    if (!model_.sent) return;
    EXPECT_EQ(world_.DocumentLineField(documents[0], 0, "DL_Qte"), Value(Decimal::FromInt(model_.quantity)));
    EXPECT_EQ(world_.crm().Field("quotes", quote_, "archived") == Value(true), model_.status == 4);
  }
  void CheckAtTheEnd() {
    EXPECT_LE(world_.sage().counts().creates, 1) << "one document for life";
    EXPECT_EQ(world_.sage().counts().updates, 0) << "Sage leads after the push";
    EXPECT_EQ(world_.sage().counts().deletes, 0);
    ExpectSecondPassWritesNothing(world_);
    Check();
  }

 private:
  std::string Document() { return world_.Documents(quote_).empty() ? "" : world_.Documents(quote_)[0]; }

  QuoteWorld world_;
  std::string quote_;
  Model model_;
};

struct Command {
  std::string name;
  std::function<void(QuoteLife&)> act;
};

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = {
      {"edit", [](QuoteLife& life) { life.UserEdits(4); }},
      {"edit again", [](QuoteLife& life) { life.UserEdits(6); }},
      {"edit unlocked", [](QuoteLife& life) { life.UserEditsUnlocked(5); }},
      {"set pending", [](QuoteLife& life) { life.UserSets(kPending); }},
      {"set validated", [](QuoteLife& life) { life.UserSets(kValidated); }},
      {"set waiting", [](QuoteLife& life) { life.UserSets(kWaiting); }},
      {"set synced", [](QuoteLife& life) { life.UserSets(kSynced); }},
      {"set ordered", [](QuoteLife& life) { life.UserSets("Commandé"); }},
      {"set lost", [](QuoteLife& life) { life.UserSets("Perdu"); }},
      {"set deleted", [](QuoteLife& life) { life.UserSets("Supprimé dans Sage"); }},
      {"push", [](QuoteLife& life) { life.OperatorPushes(); }},
      {"price", [](QuoteLife& life) { life.OperatorPrices(); }},
      {"entered", [](QuoteLife& life) { life.SageSets(0); }},
      {"confirm", [](QuoteLife& life) { life.SageSets(1); }},
      {"accept", [](QuoteLife& life) { life.SageSets(2); }},
      {"lose", [](QuoteLife& life) { life.SageSets(3); }},
      {"archive", [](QuoteLife& life) { life.SageSets(4); }},
      {"transform", [](QuoteLife& life) { life.SageTransforms(); }},
      {"delete", [](QuoteLife& life) { life.SageDeletes(); }},
      {"restart", [](QuoteLife& life) { life.EngineRestarts(); }},
  };
  return commands;
}

const Command& CommandNamed(const std::string& name) {
  for (const Command& command : Commands()) {
    if (command.name == name) return command;
  }
  std::abort();
}

// Ways into every state.
class QuotesModel : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(QuotesModel, C_SSM_10_EveryCommandInEveryState) {
  for (const Command& command : Commands()) {
    SCOPED_TRACE(command.name);
    QuoteLife life;
    for (const std::string& step : GetParam()) {
      CommandNamed(step).act(life);
      life.Check();
    }
    if (life.model().deleted) continue;
    command.act(life);
    life.Check();
    life.CheckAtTheEnd();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(States, QuotesModel,
                         ::testing::Values(std::vector<std::string>{}, std::vector<std::string>{"push"}, std::vector<std::string>{"set waiting", "confirm"},
                                           std::vector<std::string>{"push", "accept"}, std::vector<std::string>{"push", "lose"},
                                           std::vector<std::string>{"push", "archive"}, std::vector<std::string>{"push", "transform"},
                                           std::vector<std::string>{"edit", "restart"}));

TEST(QuotesWalk, C_SSM_10_LongWalks) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    QuoteLife life;
    std::string walk;
    for (int step = 0; step < 12 && !life.model().deleted; ++step) {
      const Command& command = Commands()[random() % Commands().size()];
      walk += command.name + ", ";
      SCOPED_TRACE(walk);
      command.act(life);
      life.Check();
      if (HasFailure()) return;
    }
    life.CheckAtTheEnd();
  }
}

}  // namespace
}  // namespace entente::testing
