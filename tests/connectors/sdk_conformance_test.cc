#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/sdk/conformance.h"
#include "tests/connectors/sdk_scripted_connector.h"

namespace entente::sdk {
namespace {

using testing::ScriptedConnector;

std::vector<std::string> Broken(Connector& connector, const ConformanceOptions& options = {}) {
  std::vector<std::string> out;
  for (const auto& finding : CheckConformance(connector, options)) out.push_back(finding.promise);
  return out;
}

TEST(Conformance, AConnectorThatKeepsItsPromisesPasses) {
  ScriptedConnector connector;
  EXPECT_THAT(Broken(connector), ::testing::IsEmpty());
}

TEST(Conformance, ListingsWithoutCursorAndFieldsOutOfTheCatalogueAreFound) {
  ScriptedConnector connector;
  connector.on_list = [&](ChangeSink& sink) {
    v1::ReportChangesRequest batch;
    auto change = ScriptedConnector::Record("a", connector.sequence);
    change.mutable_fields(0)->set_field(99);
    *batch.add_changes() = change;
    return sink.Send(batch);
  };

  EXPECT_THAT(Broken(connector), ::testing::UnorderedElementsAre("fields_are_in_the_catalogue", "listing_ends_with_a_cursor"));
}

TEST(Conformance, OperationsAnsweredTwiceOrAfterTheLeaseAreFound) {
  ScriptedConnector connector;
  connector.on_perform = [&](std::vector<v1::Operation> operations, const std::function<bool()>&, const std::function<void(v1::OperationResult)>& done) {
    for (const auto& operation : operations) {
      done(ScriptedConnector::Done(operation, connector.sequence->Next()));
      if (operation.verb() == v1::Operation::UPDATE) done(ScriptedConnector::Done(operation, connector.sequence->Next()));
    }
  };
  ConformanceOptions options;
  options.resources = {"none"};
  options.operations = [](const v1::Catalogue&) {
    v1::Operation operation;
    operation.set_resource(1);
    operation.set_verb(v1::Operation::UPDATE);
    operation.set_key("k");
    return std::vector<v1::Operation>{operation};
  };

  EXPECT_THAT(Broken(connector, options), ::testing::IsSupersetOf({"operations_are_answered_once", "nothing_starts_after_the_lease"}));
}

}  // namespace
}  // namespace entente::sdk
