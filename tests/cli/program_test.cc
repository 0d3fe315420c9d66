// The program as a user runs it, against a served instance without a machine.
#include "tools/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/rpc/server.h"
#include "tests/rpc/fake_instance.h"
#include "tests/server/scratch.h"

namespace entente::cli {
namespace {

using ::testing::HasSubstr;

struct Ran {
  int code = 0;
  std::string out, err;
};

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    server_ = *Server::Start({.listen = "127.0.0.1:0", .tls_certificate = "", .tls_key = ""}, {{&instance_, "op", {{"left", "right"}}}});
    token_file_ = Token("op");
  }
  std::string Token(const std::string& token) {
    const std::string path = scratch_.Write("token-" + token, token + "\n");
    ::chmod(path.c_str(), 0600);
    return path;
  }
  Ran Run(std::vector<std::string> words) {
    std::vector<const char*> argv = {"entente", "--address", server_->address().c_str(), "--token-file", token_file_.c_str()};
    for (const std::string& word : words) argv.push_back(word.c_str());
    std::ostringstream out, err;
    Ran ran;
    ran.code = RunProgram(static_cast<int>(argv.size()), argv.data(), out, err, false);
    ran.out = out.str();
    ran.err = err.str();
    return ran;
  }

  Scratch scratch_;
  FakeInstance instance_;
  std::unique_ptr<Server> server_;
  std::string token_file_;
};

TEST_F(ProgramTest, StatusIsATableForPeopleAndAnObjectForPrograms) {
  const Ran table = Run({"status"});
  const Ran json = Run({"status", "--json"});

  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("SIDE  SYSTEM"));
  EXPECT_EQ(nlohmann::json::parse(json.out).at("sides").at(0).at("name"), "sage");
}

TEST_F(ProgramTest, AWrongTokenEndsWithItsOwnCode) {
  token_file_ = Token("wrong");
  const Ran ran = Run({"status"});

  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.err, HasSubstr("TOKEN_WRONG"));
}

TEST_F(ProgramTest, ATokenOthersCanReadIsNotUsed) {
  ::chmod(token_file_.c_str(), 0644);

  const Ran ran = Run({"status"});

  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.err, HasSubstr("chmod 600"));
}

TEST_F(ProgramTest, NoEngineEndsWithItsOwnCode) {
  const Ran ran = Run({"status", "--address", "127.0.0.1:1"});

  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("ENGINE_UNREACHABLE"));
}

TEST_F(ProgramTest, WrongUseEndsWithCodeTwo) {
  EXPECT_EQ(Run({"nonsense"}).code, 2);
  EXPECT_EQ(Run({}).code, 2);
  EXPECT_EQ(Run({"explain"}).code, 2);
  EXPECT_EQ(Run({"explain", "C0001"}).code, 2);
}

TEST_F(ProgramTest, EveryCommandHelpsWithAnExample) {
  for (const char* command : {"status", "watch", "links", "records", "explain", "why-not", "history", "conflicts", "reconcile", "first-load", "pause", "resume", "doctor", "backup", "erase", "restore"}) {
    const Ran ran = Run({command, "--help"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, HasSubstr("Example: entente")) << command;
  }
}

TEST_F(ProgramTest, PauseReachesTheMachine) {
  bool was_paused = false;
  instance_.answer = [&](const Instance::What& what) {
    was_paused = std::get<SetPaused>(what).paused;
    return Fields{};
  };

  EXPECT_EQ(Run({"pause"}).code, 0);
  EXPECT_TRUE(was_paused);
}

TEST_F(ProgramTest, AnItemIsResolvedWithItsChoice) {
  Batch batch;
  WorkItem item;
  item.id = 17;
  item.reason = "mass_delete";
  item.choices = {"approve", "reject"};
  batch.work[17] = item;
  ASSERT_TRUE(instance_.store().Commit(batch).ok());
  std::string choice;
  instance_.answer = [&](const Instance::What& what) {
    choice = std::get<ResolveItem>(what).choice;
    return Fields{};
  };

  EXPECT_THAT(Run({"items", "list", "--reason", "mass_delete"}).out, HasSubstr("approve, reject"));
  EXPECT_EQ(Run({"items", "resolve", "17", "approve"}).code, 0);
  EXPECT_EQ(choice, "approve");
}

TEST_F(ProgramTest, AQuoteIsFollowedToItsNumber) {
  instance_.answer = [](const Instance::What&) { return Fields{{"push", 3}}; };
  instance_.status = [](InstanceStatus* status) { status->machine.pushes = {PushState{3, 9, "push", "done", "DE00012", "", {}, 1, 2}}; };

  const Ran ran = Run({"quote", "push", "1207"});

  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("number DE00012"));
}

TEST_F(ProgramTest, ARefusedQuoteEndsWithCodeOne) {
  instance_.answer = [](const Instance::What&) { return Fields{{"push", 3}}; };
  instance_.status = [](InstanceStatus* status) { status->machine.pushes = {PushState{3, 9, "push", "refused", "", "", {"line 2: unknown article"}, 1, 2}}; };

  const Ran ran = Run({"quote", "push", "1207"});

  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("line 2: unknown article"));
}

TEST_F(ProgramTest, DoctorNamesEachCauseAndItsRemedy) {
  instance_.status = [](InstanceStatus* status) {
    status->machine.sides[Side::kLeft].connected = true;
    status->machine.sides[Side::kLeft].statistics.trouble_code = "GATEWAY_UNREACHABLE";
    status->machine.sides[Side::kLeft].statistics.trouble_text = "The gateway does not answer.";
    status->machine.sides[Side::kRight].refused_reason = "EDITION_NOT_SUPPORTED: no.";
  };

  const Ran ran = Run({"doctor"});

  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("FAIL  sage: GATEWAY_UNREACHABLE: The gateway does not answer."));
  EXPECT_THAT(ran.out, HasSubstr("FAIL  ssm: EDITION_NOT_SUPPORTED"));
}

TEST_F(ProgramTest, DoctorIsContentWhenAllIsWell) {
  instance_.status = [](InstanceStatus* status) {
    for (const Side side : kSides) status->machine.sides[side].connected = true;
  };

  EXPECT_EQ(Run({"doctor"}).code, 0);
}

TEST_F(ProgramTest, DoctorReadsTheConfigurationOfTheEngine) {
  const std::string config = scratch_.Write("e.toml", "lisen = 1\n");

  const Ran ran = Run({"doctor", "--config", config});

  EXPECT_NE(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("unknown key \"lisen\""));
}

TEST_F(ProgramTest, APackIsCheckedWithoutAnEngine) {
  server_.reset();
  std::ostringstream out, err;
  const char* good[] = {"entente", "pack", "check", ENTENTE_SOURCE_DIR "/rules/ssm"};
  EXPECT_EQ(RunProgram(4, good, out, err, false), 0) << out.str();

  const std::string path = scratch_.Write("pack.yaml", "nonsense: 1\n");
  const char* bad[] = {"entente", "--json", "pack", "check", path.c_str()};
  std::ostringstream json;
  EXPECT_EQ(RunProgram(5, bad, json, err, false), 1);
  EXPECT_FALSE(nlohmann::json::parse(json.str()).at("problems").empty());
}

TEST_F(ProgramTest, ACheckedPackShowsItsCertificate) {
  server_.reset();
  std::ostringstream people, programs, err;
  const char* shown[] = {"entente", "pack", "check", ENTENTE_SOURCE_DIR "/rules/ssm"};
  const char* json[] = {"entente", "--json", "pack", "check", ENTENTE_SOURCE_DIR "/rules/ssm"};

  ASSERT_EQ(RunProgram(4, shown, people, err, false), 0);
  ASSERT_EQ(RunProgram(5, json, programs, err, false), 0);

  const nlohmann::json certificate = nlohmann::json::parse(programs.str()).at("certificate");
  EXPECT_EQ(certificate.at("certified"), true);
  EXPECT_THAT(people.str(), HasSubstr("certificate " + certificate.at("hash").get<std::string>()));
  EXPECT_THAT(people.str(), HasSubstr("party, prospect"));
}

TEST_F(ProgramTest, APackThatIsNotCertifiedIsRefusedWithPlaceAndRemedy) {
  server_.reset();
  scratch_.Write("pack.yaml", "name: try\nversion: \"1\"\nextends: ssm\nentities:\n  user:\n    fields:\n      email: {conflict: newest}\n");
  std::ostringstream out, err;
  const std::string folder = scratch_.path();
  const char* words[] = {"entente", "pack", "check", folder.c_str(), "--search-path", ENTENTE_SOURCE_DIR "/rules"};

  EXPECT_EQ(RunProgram(6, words, out, err, false), 1) << err.str();

  EXPECT_THAT(out.str(), HasSubstr("pack.yaml:7: `conflict` of user.email decides nothing"));
  EXPECT_THAT(out.str(), HasSubstr("not certified: 1 law is not kept."));
}

TEST_F(ProgramTest, APackIsCheckedAgainstTheCatalogueOfASystem) {
  server_.reset();
  const std::string catalogue = scratch_.Write("sage.txt", "catalogue 1\n1 collaborator\n  1 CO_No INT\n");
  const std::string option = "sage=" + catalogue;
  std::ostringstream out, err;
  const char* words[] = {"entente", "pack", "check", ENTENTE_SOURCE_DIR "/rules/ssm", "--catalogue", option.c_str()};

  EXPECT_EQ(RunProgram(6, words, out, err, false), 1) << err.str();

  EXPECT_THAT(out.str(), HasSubstr("`collaborator` on sage has no field `CO_Nom`."));
  EXPECT_THAT(out.str(), HasSubstr("`party` needs the resource `party`, which sage does not have."));
}

TEST_F(ProgramTest, AForcedPackIsShownInTheStatus) {
  instance_.status = [](InstanceStatus* status) { status->certification = {"0123", "The pack is not certified and runs because the configuration forces it."}; };

  const Ran ran = Run({"status"});

  EXPECT_THAT(ran.out, HasSubstr("UNCERTIFIED: The pack is not certified"));
}

TEST_F(ProgramTest, ACheckedPackShowsWhichOfItsExamplesHold) {
  server_.reset();
  scratch_.Write("pack.yaml", "name: try\nversion: \"1\"\nextends: ssm\nexamples:\n  nothing_happens:\n    when: [{wait: 1m}]\n    then: [{item: drift}]\n");
  std::ostringstream out, err, json;
  const std::string folder = scratch_.path();
  const char* words[] = {"entente", "pack", "check", folder.c_str(), "--search-path", ENTENTE_SOURCE_DIR "/rules"};
  const char* programs[] = {"entente", "--json", "pack", "check", folder.c_str(), "--search-path", ENTENTE_SOURCE_DIR "/rules"};

  EXPECT_EQ(RunProgram(6, words, out, err, false), 1) << err.str();
  EXPECT_EQ(RunProgram(7, programs, json, err, false), 1) << err.str();

  EXPECT_THAT(out.str(), HasSubstr("holds     a_prospect_goes_both_ways  ssm/examples/accounts.yaml:"));
  EXPECT_THAT(out.str(), HasSubstr("FAILS     nothing_happens  "));
  EXPECT_THAT(out.str(), HasSubstr("pack.yaml:7: A work item drift was to be open"));
  const nlohmann::json last = nlohmann::json::parse(json.str()).at("examples").back();
  EXPECT_EQ(last.at("name"), "nothing_happens");
  EXPECT_EQ(last.at("holds"), false);
}

TEST_F(ProgramTest, SSM_38_TheLimitsOfThePackNameCustomFields) {
  std::ostringstream out, err;
  const char* words[] = {"entente", "--json", "pack", "describe", ENTENTE_SOURCE_DIR "/rules/ssm", "--limits"};

  ASSERT_EQ(RunProgram(6, words, out, err, false), 0) << err.str();

  EXPECT_EQ(nlohmann::json::parse(out.str()).at("flags").at("custom_fields"), false);
}

TEST_F(ProgramTest, RestoreRefusesWhatIsNoBackup) {
  const Ran ran = Run({"restore", scratch_.path("nothing"), "--state-dir", scratch_.path("state")});

  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("BACKUP_UNREADABLE"));
}

TEST_F(ProgramTest, EraseOnlyAsksUntilItIsSaidTwice) {
  Batch batch;
  Link link;
  link.id = 7;
  link.entity = "party";
  batch.links[7] = link;
  ASSERT_TRUE(instance_.store().Commit(batch).ok());
  instance_.erasure = EraseReport{.link = 7, .entity = "party", .erasure = {.held = {{true, true}}}, .referring = {{"contact", 3}}, .backups = {{4'000'000, "/var/backups/monday"}}};

  const Ran asked = Run({"erase", "link:7"});
  EXPECT_EQ(asked.code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("Nothing was done; to erase it for good, add --yes."));
  EXPECT_THAT(asked.out, HasSubstr("Still held by: sage, ssm."));
  EXPECT_THAT(asked.out, HasSubstr("/var/backups/monday"));
  ASSERT_EQ(instance_.erased.size(), 1u);
  EXPECT_TRUE(instance_.erased.back().validate_only);

  instance_.erasure->erasure.at_micros = 5'000'000;
  instance_.erasure->erasure.clean_micros = 6'000'000;
  const Ran done = Run({"erase", "link:7", "--yes", "--request-id", "r-7"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("No file of the state directory holds its values"));
  EXPECT_FALSE(instance_.erased.back().validate_only);
  EXPECT_EQ(instance_.erased.back().request_id, "r-7");
}

}  // namespace
}  // namespace entente::cli
