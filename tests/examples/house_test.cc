// The examples of the packs of the house hold, and what they declare of both systems is what the connectors say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "tests/examples/test_pack.h"

namespace entente {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;

TEST(HouseExamplesTest, ThoseOfSsmHold) {
  const auto reports = RunExamples(HouseRules() + "/ssm");
  ASSERT_TRUE(reports.ok()) << reports.status();
  EXPECT_GE(reports->size(), 12u);
  for (const ExampleReport& report : *reports) {
    for (const Problem& problem : report.problems) ADD_FAILURE() << report.name << "  " << problem.ToString();
  }
}

TEST(HouseExamplesTest, EveryEntityOfTheMatrixHasOne) {
  const auto loaded = LoadWholePack(HouseRules() + "/ssm");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  std::set<std::string> shown;
  for (const Example& example : loaded->examples->examples) {
    for (const ExampleRecord& record : example.given) shown.insert(record.entity);
    for (const ExampleEvent& event : example.when) shown.insert(event.entity);
  }
  for (const EntityRule& entity : loaded->pack->entities) {
    if (!entity.matrix.empty()) {
      EXPECT_THAT(shown, Contains(entity.name));
    }
  }
}

// "party.CT_Num TEXT writable set_once required", a line each, as the connectors' golden files have them.
std::set<std::string> Golden(const std::string& file) {
  std::set<std::string> lines;
  std::istringstream text(ReadText(std::string(ENTENTE_SOURCE_DIR) + "/tests/connectors/" + file));
  std::string resource;
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::string number, name, rest;
    if (!(words >> number >> name) || number == "catalogue") continue;
    if (line[0] != ' ') {
      resource = name;
      continue;
    }
    std::getline(words, rest);
    lines.insert(resource + "." + name + rest);
  }
  return lines;
}

std::set<std::string> Declared(const DeclaredCatalogue& catalogue) {
  std::set<std::string> lines;
  for (const DeclaredResource& resource : catalogue.resources) {
    for (const DeclaredField& field : resource.fields) {
      if (field.is_optional) continue;
      std::string type = field.type;
      for (char& c : type) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      if (!field.target.empty()) type += "(" + field.target + ")";
      lines.insert(resource.name + "." + field.name + " " + type + (field.writable ? " writable" : "") + (field.set_once ? " set_once" : "") + (field.is_required ? " required" : ""));
    }
  }
  return lines;
}

TEST(HouseExamplesTest, TheDeclaredCataloguesAreThoseOfTheConnectors) {
  const auto loaded = LoadWholePack(HouseRules() + "/ssm");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  // The tests' company has one of the ten columns of statistics; the pack may use all of them.
  EXPECT_THAT(Declared(loaded->examples->catalogues[Side::kLeft]), IsSupersetOf(Golden("sage100_catalogue.golden")));
  EXPECT_EQ(Declared(loaded->examples->catalogues[Side::kLeft]).size(), Golden("sage100_catalogue.golden").size() + 9);
  EXPECT_EQ(Declared(loaded->examples->catalogues[Side::kRight]), Golden("ssm_catalogue.golden"));
}

}  // namespace
}  // namespace entente
