#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/rows.h"

// The field map of users, where it says more than "this field is that one".
namespace entente::testing {
namespace {

using ::testing::UnorderedElementsAre;

std::string LoginOf(SsmWorld& world, const std::string& collaborator) {
  return std::string(world.crm().Field("users", world.Partner(Side::kLeft, "collaborator", collaborator), "nic").TextOrEmpty());
}

TEST(SsmFields, ALoginSomebodyHasGetsADigit) {
  SsmWorld world;
  // Somebody of the CRM alone has the first one, in other letters.
  world.crm().Create("users", {{"name", "Léa"}, {"lastName", "Autre"}, {"email", "autre@example.com"}, {"nic", "LEA"}});
  world.SageCollaborator("7", "Léa", "Martin", "lea@example.com");
  world.SageCollaborator("8", "Léa", "Petit", "lea@example.org");
  world.SageCollaborator("9", "Luc", "Petit", "luc@example.com");
  world.FirstLoad();
  EXPECT_THAT((std::vector<std::string>{LoginOf(world, "7"), LoginOf(world, "8")}), UnorderedElementsAre("lea2", "lea3")) << world.Story();
  EXPECT_EQ(LoginOf(world, "9"), "luc");
  ExpectSecondPassWritesNothing(world);
  // A login does not change later.
  const std::string before = LoginOf(world, "7");
  world.sage().Edit("collaborator", "7", {{"CO_EMail", "lea.martin@example.com"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(LoginOf(world, "7"), before) << world.Story();
}

TEST(SsmFields, ALoginIsKeptThroughALostAnswerAndARefusal) {
  SsmWorld world(Parameters{{"user_nic_form", "initial_last"}});
  world.SageCollaborator("7", "Léa", "Martin", "lea@example.com");
  world.SageCollaborator("8", "Luc", "Martin", "luc@example.com");
  int calls = 0;
  world.crm().fail = [&calls](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.resource != "users" || operation.verb != Verb::kCreate || ++calls > 1) return std::nullopt;
    OperationResult result;
    result.kind = OperationResult::Kind::kFailure;
    result.failure = FailureClass::kAgain;
    result.code = "THROTTLED";
    return result;
  };
  world.FirstLoad();
  EXPECT_THAT((std::vector<std::string>{LoginOf(world, "7"), LoginOf(world, "8")}), UnorderedElementsAre("lmartin", "lmartin2")) << world.Story();
  ExpectSecondPassWritesNothing(world);
}

}  // namespace
}  // namespace entente::testing
