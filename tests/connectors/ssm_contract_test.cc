#include <algorithm>
#include <fstream>
#include <sstream>

#include "connectors/sdk/conformance.h"
#include "tests/connectors/ssm_fixture.h"

namespace entente::ssm::testing {
namespace {

class SsmContract : public SsmConnectorTest {};

TEST_F(SsmContract, SSM_37_TheConnectorKeepsEveryPromiseOfTheContract) {
  sandbox::SsmOptions options;
  options.contact_branch = true;
  Start(options, sandbox::CompanySize::kSmall);
  const auto fields = AccountFields("NEW1", "Nouveau");
  const std::string touched = List("accounts").changes.at(0).key();
  sdk::ConformanceOptions suite;
  suite.touched_resource = "accounts";
  suite.touch = [&](const std::string&) {
    Act("edit", {{"resource", "accounts"}, {"id", touched}, {"fields", {{"city", "Tours"}}}});
    return touched;
  };
  suite.operations = [&](const v1::Catalogue&) {
    auto unknown = Make(v1::Operation::UPDATE, "accounts", "99999999", {{"city", sdk::Text("x")}});
    unknown.mutable_expected()->CopyFrom(unknown.fields());
    auto find = Make(v1::Operation::FIND, "accounts", "", {});
    find.set_find_field("extId");
    *find.mutable_find_value() = sdk::Text("nobody");
    return std::vector<v1::Operation>{Make(v1::Operation::CREATE, "accounts", "", fields), unknown, find,
                                      Make(v1::Operation::UPDATE, "accounts", touched, {{"city", sdk::Text("Angers")}}),
                                      Make(v1::Operation::READ, "accounts", touched, {}),
                                      Make(v1::Operation::UNDELETE, "accounts", touched, {})};
  };

  for (const auto& finding : sdk::CheckConformance(*connector_, suite)) ADD_FAILURE() << finding.promise << ": " << finding.sentence;
}

// A change of this text is a change of what packs and other programs build on: raise the catalogue's version with it.
TEST_F(SsmContract, SSM_37_TheCatalogueIsTheOneOfItsVersion) {
  Start();
  v1::Catalogue standard = described_.catalogue();
  for (auto& resource : *standard.mutable_resources()) {
    for (auto& field : *resource.mutable_fields()) field.set_length_max(0);  // the tenant's business
    auto* fields = resource.mutable_fields();
    fields->erase(std::remove_if(fields->begin(), fields->end(), [](const v1::Field& field) { return field.custom(); }), fields->end());
  }
  std::ifstream golden(std::string(ENTENTE_SOURCE_DIR) + "/tests/connectors/ssm_catalogue.golden");
  std::stringstream wanted;
  wanted << golden.rdbuf();

  EXPECT_EQ(sdk::DescribeCatalogue(standard), wanted.str());
}

}  // namespace
}  // namespace entente::ssm::testing
