#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "connectors/sdk/conformance.h"
#include "tests/connectors/sage100_company_file.h"
#include "tests/connectors/sage100_harness.h"

namespace entente::sage100::testing {
namespace {

// A change of this text is a change of what packs and other programs build on: raise the catalogue's version with it.
TEST(Sage100Contract, SSM_37_TheCatalogueIsTheOneOfItsVersion) {
  CompanyFile company;
  Harness sage(ConfigFor(company.connection_string()));
  sage.Open();
  v1::Catalogue standard = sage.opened().catalogue();
  for (auto& resource : *standard.mutable_resources()) {
    auto* fields = resource.mutable_fields();
    // The company's own columns and their widths.
    for (auto& field : *fields) field.set_length_max(0);
    fields->erase(std::remove_if(fields->begin(), fields->end(), [](const v1::Field& field) { return field.custom(); }), fields->end());
  }
  std::ifstream golden(std::string(ENTENTE_SOURCE_DIR) + "/tests/connectors/sage100_catalogue.golden");
  std::stringstream wanted;
  wanted << golden.rdbuf();
  const std::string actual = sdk::DescribeCatalogue(standard);
  if (actual != wanted.str()) std::ofstream(std::string(ENTENTE_BINARY_DIR) + "/sage100_catalogue.actual") << actual;

  EXPECT_EQ(actual, wanted.str()) << "the text as it is now stands in sage100_catalogue.actual of the build folder";
}

}  // namespace
}  // namespace entente::sage100::testing
